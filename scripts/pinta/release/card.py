"""The published card: DATASET_CARD.md with live figures, and the YAML that `datasets` reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import PintaError
from ..markdown import fill, fill_labels, table
from ..quality.agreement_tables import as_card
from ..schema.features import columns, yaml_features
from ..schema.labels import Schema
from .shards import DataFile


@dataclass
class Part:
    """One published file set: a config and a split with rows in it."""

    config: str
    split: str
    rows: int
    memory: int
    files: list[DataFile]
    content: str


@dataclass
class CardData:
    """What a card needs to know of a build."""

    schema: Schema
    version: str
    parts: list[Part]
    statistics: dict[str, Any]
    agreement: dict[str, Any] | None = None
    baselines: Mapping[str, Any] = field(default_factory=dict)
    rereading: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Callable[[], str]] = field(default_factory=dict)


def render(card: str, data: CardData) -> str:
    """The README of a published folder, from the text of DATASET_CARD.md.

    Raises:
        PintaError: the card has no front matter.
    """
    import yaml

    parts = card.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise PintaError("DATASET_CARD.md does not begin with YAML between two lines of ---.")
    front, body = parts[1:]
    metadata = {**yaml.safe_load(front), "configs": _configs(data), "dataset_info": _dataset_info(data)}
    head = yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{head}---\n{render_body(body, data)}"


def render_body(body: str, data: CardData) -> str:
    """Fill label tables and figures."""
    makers = {
        "rows": lambda: rows_table(data.parts),
        "units": lambda: units_table(data.statistics),
        "distribution": lambda: label_counts(data.statistics),
        "agreement": lambda: as_card(data.agreement) if data.agreement else "(no passes measured)",
        "baselines": lambda: baselines_table(data.baselines) if data.baselines else "(no baselines scored)",
        "rereading": lambda: rereading_table(data.rereading) if data.rereading else "(not reread)",
        **data.extra,
    }
    filled = fill_labels(body, data.schema)
    return fill(filled, "figures", lambda name: makers[name]() if name in makers else "(not computed in this build)")


def _configs(data: CardData) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(part.config for part in data.parts))
    return [
        {
            "config_name": name,
            **({"default": True} if n == 0 else {}),
            "version": data.version,
            "description": f"sha256:{content_of(data.parts, name)}",
            "data_files": [
                {"split": part.split, "path": f"data/{name}/{part.split}-*.parquet"} for part in data.parts if part.config == name
            ],
        }
        for n, name in enumerate(names)
    ]


def content_of(parts: list[Part], config: str) -> str:
    """One hash over the rows of all splits of a config."""
    from .manifest import digest

    return digest(f"{part.split} {part.content}" for part in parts if part.config == config)


def _dataset_info(data: CardData) -> list[dict[str, Any]]:
    infos = []
    for name in dict.fromkeys(part.config for part in data.parts):
        own = [part for part in data.parts if part.config == name]
        infos.append(
            {
                "config_name": name,
                "features": yaml_features(columns(data.schema, name)),
                "splits": [{"name": part.split, "num_bytes": part.memory, "num_examples": part.rows} for part in own],
                "download_size": sum(file.bytes for part in own for file in part.files),
                "dataset_size": sum(part.memory for part in own),
            }
        )
    return infos


def rows_table(parts: list[Part]) -> str:
    """Rows by config and split."""
    splits = list(dict.fromkeys(part.split for part in sorted(parts, key=lambda part: _split_order(part.split))))
    configs = list(dict.fromkeys(part.config for part in parts))
    rows = {(part.config, part.split): part.rows for part in parts}
    return table(["config", *splits], ([f"`{config}`", *(rows.get((config, split), 0) for split in splits)] for config in configs))


def _split_order(split: str) -> int:
    order = ["train", "validation", "test"]
    return order.index(split) if split in order else len(order)


def units_table(statistics: dict[str, Any]) -> str:
    """Units of every layer by split."""
    splits = sorted(statistics, key=_split_order)
    names = [
        "events",
        "articles",
        "words",
        "with_requests",
        "without_requests",
        "mentions",
        "entities",
        "claims",
        "stances",
        "requests",
        "items",
        "quantities",
        "specifications",
    ]
    rows = (
        [name.replace("_", " "), *(statistics[s].get(name, 0) for s in splits), sum(statistics[s].get(name, 0) for s in splits)]
        for name in names
    )
    return table(["", *splits, "all"], rows)


def baselines_table(reports: Mapping[str, Any]) -> str:
    """F1 of every measure with its 95 % interval, a column a system; stances given their parties below, where measured."""
    first = next(iter(reports.values()))
    rows = (
        [row["title"], row["gold"], *(_figure(r["measures"][name]["f1"]) for r in reports.values())]
        for name, row in first["measures"].items()
    )
    parts = [
        f"F1 on the {first['articles']} articles of the test split:",
        table(["measure", "gold units", *(f"`{name}`" for name in reports)], rows),
    ]
    for name, report in reports.items():
        if "given_pairs" in report:
            given = (
                [key.replace("_", ", "), row["n"], _figure(row["accuracy"]), _figure(row["macro_f1"])]
                for key, row in report["given_pairs"].items()
            )
            parts += [
                f"Stances whose holder, target and evidence are given (`{name}`):",
                table(["label", "stances", "accuracy", "macro F1"], given),
            ]
    return "\n\n".join(parts)


def _figure(row: Mapping[str, Any]) -> str:
    value, low, high = (row[key] for key in ("value", "low", "high"))
    return "–" if value is None else f"{value:.3f} ({low:.3f} to {high:.3f})" if low is not None else f"{value:.3f}"


def rereading_table(found: Mapping[str, Any]) -> str:
    """Errors that independent readers found in the gold, by layer, and faults of facts that were mended in the texts."""
    gold, facts = found["gold"], found["facts"]
    rows = [
        [layer, n, gold["errors"].get(layer, 0), f"{gold['errors'].get(layer, 0) / n:.1%}" if n else ""]
        for layer, n in gold["judged"].items()
    ]
    kinds = ", ".join(f"{kind} {n}" for kind, n in facts["kinds"].items())
    told = f"Facts: {facts['articles']} texts, {facts['sentences']} sentences read against their references; {facts['faults']} faults found and mended before annotation ({kinds})."
    return f"{found['about']}\n\nGold, {gold['articles']} articles:\n\n{table(['layer', 'units judged', 'errors', 'rate'], rows)}\n\n{told}"


def label_counts(statistics: dict[str, Any]) -> str:
    """How often each label stands in the data, over all splits."""
    totals: dict[str, dict[str, int]] = {}
    for split in statistics.values():
        for name, counts in split["labels"].items():
            for label, count in counts.items():
                totals.setdefault(name, {})[label] = totals.get(name, {}).get(label, 0) + count
    rows = (
        [f"`{name}`", ", ".join(f"{label} {count}" for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))]
        for name, counts in totals.items()
    )
    return table(["label set", "labels and how often"], rows)
