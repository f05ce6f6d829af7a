"""Statistical figures, drawn by matplotlib as SVG that takes its colours and its font from the page.

matplotlib writes styles into attributes, which the page's Content-Security-Policy does not allow, and fixed colours,
which know no dark mode. So the SVG is rewritten: styles become presentation attributes, the colours below become classes.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ..diagnostics import PintaError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, MARK, AIM = "#111111", "#222222", "#333333", "#444444"
_CLASSES = {INK: "ink", FAINT: "faint", MARK: "mark", AIM: "aim"}
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = "osD^v<>p*h"
_LONGEST = 64


@dataclass(frozen=True)
class Series:
    """A measured value with its interval, and what was aimed at."""

    title: str
    value: float | None
    low: float | None
    high: float | None
    aim: float | None = None


@contextmanager
def _drawing(width: float, height: float, rows: int, salt: str) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure with rows of axes that share x; sizes in inches.

    Raises:
        PintaError: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        raise PintaError('The report draws with matplotlib: python -m pip install "pinta-corpus[report]"') from None
    from matplotlib.figure import Figure as Blank

    plain: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": salt, "text.parse_math": False, "text.color": INK, "font.size": 9}
    axes: dict[Any, Any] = {
        "axes.edgecolor": FAINT,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.labelcolor": INK,
        "axes.facecolor": "none",
    }
    with matplotlib.rc_context({**plain, **axes, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}):
        figure = Blank(figsize=(width, height), layout="constrained")
        figure.patch.set_visible(False)
        made = figure.subplots(rows, 1, sharex=True, squeeze=False)
        yield figure, list(made[:, 0])


def timeline(years: Sequence[tuple[str, int]], groups: Sequence[str]) -> str:
    """Articles by the year of their event, a row a group: no group is told by its colour. An SVG element."""
    counts = Counter(years)
    first, last = min(year for _, year in years), max(year for _, year in years)
    shown = [group for group in groups if any(name == group for name, _ in counts)]
    top = max(counts.values())
    with _drawing(10, 0.5 + 0.85 * len(shown), len(shown), "timeline") as (figure, axes):
        for axis, group in zip(axes, shown, strict=True):
            own = [counts[group, year] for year in range(first, last + 1)]
            axis.bar(range(first, last + 1), own, width=0.8, color=MARK)
            axis.set_ylim(0, top + 0.5)
            axis.set_yticks([0, top])
            axis.set_ylabel(f"{group}\n{sum(own)}", rotation=0, ha="right", va="center", multialignment="right", labelpad=8)
            axis.grid(axis="y", color=FAINT, linewidth=0.5)
        axes[-1].set_xlim(first - 1, last + 1)
        return _svg(figure)


def dots(series: dict[str, list[Series]], salt: str) -> str:
    """Values between 0 and 1 as dots with intervals; several series differ in the shape of the dot. An SVG element."""
    titles = list(dict.fromkeys(point.title for own in series.values() for point in own))[::-1]
    lowest = min((point.low for own in series.values() for point in own if point.low is not None), default=0)
    with _drawing(10, 0.6 + 0.27 * len(titles), 1, salt) as (figure, (axis,)):
        for number, (name, own) in enumerate(series.items()):
            shift = (number - (len(series) - 1) / 2) * 0.22
            _dots(axis, own, titles, shift, _SHAPES[number % len(_SHAPES)], name)
        axis.set_yticks(range(len(titles)), [_short(title) for title in titles])
        axis.set_ylim(-0.6, len(titles) - 0.4)
        axis.set_xlim(max(0, min(0.5, lowest) - 0.02), 1.01)
        axis.grid(axis="x", color=FAINT, linewidth=0.5)
        if len(series) > 1:
            axis.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 1.0))
        return _svg(figure)


def _dots(axis: Axes, points: list[Series], titles: list[str], shift: float, shape: str, name: str) -> None:
    known = [(titles.index(point.title) + shift, point) for point in points if point.value is not None]
    axis.plot([point.value or 0 for _, point in known], [at for at, _ in known], shape, color=MARK, markersize=5, label=_short(name))
    for at, point in known:
        if point.low is not None and point.high is not None:
            axis.plot([point.low, point.high], [at, at], color=MARK, linewidth=1.6)
        if point.aim is not None:
            axis.plot([point.aim, point.aim], [at - 0.34, at + 0.34], color=AIM, linewidth=1.6)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"


def _svg(figure: Figure) -> str:
    sink = io.StringIO()
    figure.savefig(sink, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(sink.getvalue())  # noqa: S314  matplotlib wrote it a line ago
    for unwanted in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
        for parent in list(root.iter()):
            for child in parent.findall(unwanted):
                parent.remove(child)
    for node in root.iter():
        _restyle(node)
    root.attrib |= {"class": "figure", "aria-hidden": "true", "focusable": "false"}
    for size in ("width", "height"):
        root.attrib.pop(size)
    return ElementTree.tostring(root, encoding="unicode")


def _restyle(node: Any) -> None:
    """Style properties become attributes, known colours become classes (``fill-mark``), ids of groups go."""
    style = dict(part.split(":", 1) for part in node.attrib.pop("style", "").split(";") if ":" in part)
    style = {key.strip(): value.strip() for key, value in style.items()}
    style |= {key: node.attrib.pop(key) for key in ("fill", "stroke") if key in node.attrib}
    named = [f"{key}-{_CLASSES[style.pop(key)]}" for key in ("fill", "stroke") if style.get(key) in _CLASSES]
    if node.tag == f"{{{_SVG}}}text" and not any(name.startswith("fill-") for name in named):
        named.append("fill-ink")
    if named:
        node.set("class", " ".join(named))
    if node.tag == f"{{{_SVG}}}g":
        node.attrib.pop("id", None)
    font = style.pop("font", None)
    if font:
        node.set("font-size", font.split("px")[0].split()[-1])
    node.attrib |= {key: value for key, value in style.items() if key != "font-family"}
