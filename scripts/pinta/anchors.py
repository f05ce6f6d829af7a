"""Anchors: how spans of a text that may not be shared are found again in a reader's own copy.

An anchor holds the offsets of a span and the hashes of its words and of what stands around them. The hashes are salted
with the hash of the text, so that they cannot be looked up in a table; they do not keep short words secret, and need not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from .spans import Span

CONTEXT = 16
"""Code points of context on either side."""


def salted(words: str, salt: str) -> str:
    """SHA-256 of some words under a salt, in hexadecimal."""
    return hashlib.sha256(f"{salt}\0{words}".encode()).hexdigest()


def anchor(text: str, span: Span, salt: str) -> dict[str, Any]:
    """The anchor of one span of a text."""
    return {
        "start": span.start,
        "end": span.end,
        "quote_sha256": salted(text[span.start : span.end], salt),
        "prefix_sha256": salted(text[max(0, span.start - CONTEXT) : span.start], salt),
        "suffix_sha256": salted(text[span.end : span.end + CONTEXT], salt),
    }


def anchors(text: str, spans: Iterable[Span], salt: str) -> list[dict[str, Any]]:
    """Anchors of the distinct spans, in the order of the text."""
    return [anchor(text, span, salt) for span in sorted(set(spans))]
