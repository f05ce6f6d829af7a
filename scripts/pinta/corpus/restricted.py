"""Texts that may not be redistributed: their annotations ship without quotes."""

from __future__ import annotations

from typing import Any

from ..anchors import anchors
from ..diagnostics import PintaError
from ..draft import resolve_file
from ..spans import Span, sha256
from .documents import read_json
from .ingest import normalised, text_of_bytes
from .layout import Corpus

Json = dict[str, Any]


def resolve_restricted(raw: bytes, path: str, copy: bytes, corpus: Corpus, article: str) -> Json:
    """Resolve a draft against a reader's copy of a text, and leave every quote out of the result.

    Raises:
        FindingsError: quotations that cannot be placed.
        PintaError: the copy is not the text that the article describes.
    """
    text = normalised(text_of_bytes(copy))
    wanted = read_json(corpus, corpus.article_path(article)).body.get("text_sha256")
    if sha256(text) != wanted:
        raise PintaError(f"The copy is not the text of {article}: its hash is {sha256(text)[:12]}…, wanted {str(wanted)[:12]}….")
    document = resolve_file(raw, path, text, corpus.schema)
    return without_quotes(document, text)


def without_quotes(document: Json, text: str) -> Json:
    """A document with all quotes null, and its spans as anchors."""
    found: list[Span] = []
    bare = _strip(document, found)
    return {**bare, "anchors": anchors(text, found, document["text_sha256"])}


def _strip(value: Any, found: list[Span]) -> Any:
    if isinstance(value, list):
        return [_strip(inner, found) for inner in value]
    if not isinstance(value, dict):
        return value
    if "quote" in value:
        found.append(Span(value["start"], value["end"]))
    return {key: None if key == "quote" else _strip(inner, found) for key, inner in value.items()}
