"""Agreement in print: text, Markdown and a plot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..jsontext import dumps
from ..markdown import table
from .differences import Difference

Json = dict[str, Any]


def number(value: float | None) -> str:
    """A figure with three digits; a dash where it is not defined."""
    return "–" if value is None else f"{value:.3f}"


def _rows(report: Json) -> Iterable[list[str]]:
    for row in report["measures"].values():
        aim = row["aim"]
        reached = "" if aim is None or row["value"] is None else ("yes" if row["value"] >= aim else "no")
        yield [
            row["title"],
            number(row["value"]),
            f"{number(row['low'])} to {number(row['high'])}",
            str(row["n"]),
            "" if aim is None else f"{aim:.2f}",
            reached,
        ]


HEAD = ["measure", "value", "95 % interval", "n", "aim", "reached"]


def as_markdown(report: Json) -> str:
    """The report as Markdown: all measures, figures by label, confusions."""
    who = "; ".join(f"pass {side}: {', '.join(names)}" for side, names in report["annotators"].items())
    parts = [f"{report['articles']} articles. {who}. Guidelines {', '.join(report['guidelines'])}.", table(HEAD, _rows(report))]
    for name, labels in report["labels"].items():
        if labels:
            rows = (
                [f"`{label}`", number(row["value"]), f"{number(row['low'])} to {number(row['high'])}", row["n"]]
                for label, row in labels.items()
            )
            parts += [f"**{name}, by label**", table(["label", "F1", "95 % interval", "n"], rows)]
    parts += ["**Confusions**", table(["label set", "labels taken for one another"], _confusions(report))]
    return "\n\n".join(parts) + "\n"


def _confusions(report: Json) -> Iterable[list[str]]:
    for name, found in report["confusions"].items():
        if found:
            yield [f"`{name}`", "; ".join(f"{one} ↔ {other} {n}" for one, other, n in found[:8])]


PARTS = {"all": "all articles", "after_pilot": "without the pilot's articles", "pilot": "pilot, guidelines as they were"}


def as_card(kept: Json) -> str:
    """What annotations/agreement.json holds, as the card shows it: one table over all parts, figures by label, confusions."""
    parts = {part: kept[part] for part in PARTS if part in kept}
    head = ["measure", *(f"{PARTS[part]} ({report['articles']})" for part, report in parts.items()), "n", "aim"]
    rows = []
    for name, row in kept["all"]["measures"].items():
        found = [report["measures"][name] for report in parts.values()]
        shown = [f"{number(r['value'])} ({number(r['low'])} to {number(r['high'])})" for r in found]
        rows.append([row["title"], *shown, row["n"], "" if row["aim"] is None else f"{row['aim']:.2f}"])
    picture = [f"![Agreement by measure, with 95 % intervals and aims]({kept['plot']})"] if kept["plot"] else []
    about = (
        "In brackets: 95 % intervals, bootstrap over articles. n: units of all articles. α: Krippendorff's, of units that both passes have."
    )
    return "\n\n".join(
        [
            about,
            table(head, rows),
            *picture,
            *_by_label(kept["all"]),
            table(["label set", "taken for one another"], _confusions(kept["all"])),
        ]
    )


def _by_label(report: Json) -> Iterable[str]:
    rows = [
        [f"`{name}`", ", ".join(f"{label} {number(row['value'])} ({row['n']})" for label, row in labels.items())]
        for name, labels in report["labels"].items()
        if labels
    ]
    yield table(["measure or label set", "F1 by label (n)"], rows)


def as_text(report: Json) -> str:
    """The measures as aligned columns."""
    return columns_of(HEAD, _rows(report))


def columns_of(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table as aligned columns: the first to the left, the others to the right."""
    cells = [head, *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]).rstrip()
        for row in cells
    )


def listing(differences: Iterable[Difference], sides: tuple[str, str] = ("a", "b")) -> str:
    """Differences as Markdown, grouped by layer and sort, most frequent sort first. ``sides``: what to call the two."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for difference in differences:
        what = difference.what.replace("only a", f"only {sides[0]}").replace("only b", f"only {sides[1]}")
        groups.setdefault((difference.layer, what), []).append(difference)
    layers = list(dict.fromkeys(layer for layer, _ in groups))
    order = sorted(groups, key=lambda key: (layers.index(key[0]), -len(groups[key]), key[1]))
    parts: list[str] = []
    for key in order:
        parts.append(f"## {key[0]}: {key[1]} ({len(groups[key])})")
        parts.append("\n".join(f"- {d.article}: {sides[0]} {d.a} | {sides[1]} {d.b}\n  > {d.sentence}" for d in groups[key]))
    return "\n\n".join(parts) + "\n"


def plot(report: Json, path: Path) -> None:
    """A dot plot of the measures with their intervals and aims, as SVG or what the name of the file says."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "pinta"
    from matplotlib import pyplot

    rows = [row for row in report["measures"].values() if row["value"] is not None][::-1]
    figure, axes = pyplot.subplots(figsize=(8, 0.28 * len(rows) + 1.2))
    for n, row in enumerate(rows):
        axes.plot([row["low"], row["high"]], [n, n], color="#1f77b4", linewidth=2)
        axes.plot(row["value"], n, "o", color="#1f77b4", markersize=5)
        if row["aim"] is not None:
            axes.plot(row["aim"], n, "|", color="#d62728", markersize=11, markeredgewidth=2)
    axes.set_yticks(range(len(rows)), [f"{row['title']} (n = {row['n']})" for row in rows], fontsize=8)
    axes.set_xlim(min([0.5, *(row["low"] for row in rows)]), 1.005)
    axes.set_xlabel("● value with 95 % interval   | aim", fontsize=8)
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)


def as_json(report: Json) -> str:
    """The whole report as JSON."""
    return dumps(report).decode("utf-8").rstrip("\n")


FORMATS: dict[str, Callable[[Json], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
