"""Label sets as the page needs them: titles, colours, groups, and short tags to print beside a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..schema.labels import Label, LabelSet, Schema

_KEPT = ("color", "polarity", "opposite")


def label_sets(schema: Schema) -> dict[str, Any]:
    """Every label set by name, labels in the order of the schema."""
    return {name: {"title": labels.title, "labels": _labels(labels)} for name, labels in sorted(schema.sets.items())}


def _labels(labels: LabelSet) -> dict[str, Any]:
    tags = short_tags(label.title for label in labels)
    return {label.id: _label(label, tag) for label, tag in zip(labels, tags, strict=True)}


def _label(label: Label, tag: str) -> dict[str, Any]:
    kept = {key: label.get(key) for key in _KEPT if label.get(key)}
    group = {"group": label.get("group")["en"]} if label.get("group") else {}
    return {"title": label.title, "about": label.description, "tag": tag, **kept, **group}


def short_tags(titles: Iterable[str]) -> list[str]:
    """A tag of two to four letters for each title, all different: initials of several words, the beginning of one."""
    tags: list[str] = []
    for title in titles:
        words = [word for word in title.replace(",", " ").split() if word[0].isalnum()]
        short = "".join(word[0] for word in words)[:3] if len(words) > 1 else title[:3]
        tag, number = short.upper(), 2
        while tag in tags:
            tag, number = f"{short.upper()}{number}", number + 1
        tags.append(tag)
    return tags
