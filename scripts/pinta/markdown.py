"""Markdown that is made: tables of labels and figures between markers, so that no document writes them twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from .schema.labels import Label, LabelSet, Schema

_CODES = ("PLOVER", "CAMEO", "UNROCA", "SIPRI", "ML")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def label_table(labels: LabelSet, language: str = "en") -> str:
    """A label set as a table, with its codes in other schemes where it has any."""
    schemes = [scheme for scheme in _CODES if any(label.codes(scheme) for label in labels)]
    more = ["polarity"] if any(label.get("polarity") for label in labels) else []
    head = ["label", "title" if language == "en" else "judul", "meaning" if language == "en" else "arti", *more, *schemes]
    return table(
        head,
        (
            [
                f"`{label.id}`",
                _title(label, language),
                label.description,
                *(label.get(key, "") for key in more),
                *(", ".join(label.codes(s)) for s in schemes),
            ]
            for label in labels
        ),
    )


def _title(label: Label, language: str) -> str:
    return label.title_id if language == "id" else label.title


def label_tables(schema: Schema, names: Iterable[str], language: str = "en") -> str:
    """Several label sets, each under its title."""
    parts = []
    for name in names:
        labels = schema[name]
        parts.append(
            f"### {labels.title_id if language == 'id' else labels.title} (`{name}`)\n\n{labels.description}\n\n{label_table(labels, language)}"
        )
    return "\n\n".join(parts)


def fill(text: str, marker: str, make: Callable[[str], str]) -> str:
    """Put made text between ``<!-- MARKER: argument -->`` and ``<!-- end MARKER -->``, wherever they stand."""
    pattern = re.compile(rf"(<!-- {marker}: ?([^>]*?) ?-->\n).*?(<!-- end {marker} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}\n{make(match[2])}\n\n{match[3]}", text)


def fill_labels(text: str, schema: Schema, language: str = "en") -> str:
    """Fill every ``<!-- labels: SET … -->`` of a document."""
    return fill(text, "labels", lambda names: label_tables(schema, names.split(), language))
