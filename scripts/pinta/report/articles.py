"""What the page is told of one article: its text and its annotation, without what can be read off the text again."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
LAYERS = ("mentions", "entities", "claims", "stances", "requests")


def payload(row: Json) -> Json:
    """One article for the reader. Offsets stay code points; quotes are left out, for the text has them."""
    layers = {layer: _bare(row[layer] or []) for layer in LAYERS}
    return {"text": row["text"], "annotator": row["annotator"], "licence": row["licence"], "origin": row["origin"], **layers}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key != "quote"}
    return value
