"""Scores in print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .agreement_tables import columns_of, number

Json = dict[str, Any]


def as_text(report: Json) -> str:
    """All scores as aligned columns, in sections."""
    parts = [
        f"{report['articles']} articles",
        columns_of(["measure", "P", "R", "F1", "95 % interval", "gold", "predicted"], _measures(report["measures"])),
    ]
    parts.append(columns_of(["share", "value", "95 % interval", "n"], _shares(report["shares"])))
    parts.append(
        columns_of(
            ["mean F1 of labels", "value", "95 % interval", "labels"],
            ([name, number(row["value"]), _interval(row), str(row["n"])] for name, row in report["macro"].items()),
        )
    )
    for name, labels in report["labels"].items():
        if labels:
            parts.append(columns_of([name, "P", "R", "F1", "95 % interval", "gold", "predicted"], _labels(labels)))
    marks = list(report["slots"]["all"])
    parts.append(columns_of(["slot", *marks], ([slot, *(str(row[mark]) for mark in marks)] for slot, row in report["slots"].items())))
    return "\n\n".join(parts)


def _prf(row: Json) -> list[str]:
    return [*(number(row[key]["value"]) for key in ("p", "r", "f1")), _interval(row["f1"]), str(row["gold"]), str(row["predicted"])]


def _measures(measures: Json) -> Iterable[list[str]]:
    return ([row["title"], *_prf(row)] for row in measures.values())


def _labels(labels: Json) -> Iterable[list[str]]:
    return ([label, *_prf(row)] for label, row in labels.items())


def _shares(shares: Json) -> Iterable[list[str]]:
    return ([row["title"], number(row["value"]), _interval(row), str(row["n"])] for row in shares.values())


def _interval(row: Json) -> str:
    return f"{number(row['low'])} to {number(row['high'])}"


def comparison_as_text(compared: Json) -> str:
    """Differences between two systems as aligned columns."""
    rows = (
        [row["title"], number(row["f1"]), number(row["other_f1"]), number(row["difference"]), _interval(row), number(row["p"])]
        for row in compared.values()
    )
    return columns_of(["F1 of", "this", "other", "difference", "95 % interval", "p"], rows)
