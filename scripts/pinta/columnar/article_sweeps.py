"""Checks of `checks.articles`, over all articles at once."""

from __future__ import annotations

import hashlib

import numpy as np

from .arrays import Ints, encode, valid
from .gate import Found, sweep
from .view import View, class_ids


def _labels(view: View, name: str, wanted: frozenset[str], of: str | None = None) -> Ints:
    return class_ids(view.schema[of or name].ids, wanted)[view.about.ids(name)]


@sweep("article", "E-ARTICLE-ID", "E-ARTICLE-SOURCE", "E-TEXT-MISSING", "E-TEXT-RESTRICTED")
def metadata(view: View) -> Found:
    """What an article says of itself, and whether its text may and does stand here."""
    import pyarrow.compute as pc

    body = view.about
    same = pc.equal(body.strings("id"), view.ids).to_numpy(zero_copy_only=False)
    yield "E-ARTICLE-ID", np.flatnonzero(~same)
    third = _labels(view, "origin", frozenset({"third_party"}))
    yield "E-ARTICLE-SOURCE", np.flatnonzero(third != valid(body.array.field("source")))
    there = valid(view.texts.array)
    yield "E-TEXT-MISSING", np.flatnonzero(view.included & ~there)
    free = _labels(view, "licence", view.schema["licence"].where("redistributable"))
    yield "E-TEXT-RESTRICTED", np.flatnonzero((view.included & ~free) | (~view.included & there))


@sweep("article", "E-TEXT-HASH", "E-TEXT-LENGTH", "E-TEXT-NORMAL", "W-TEXT-EMPTY")
def texts(view: View) -> Found:
    """Form, length and hash of every text that is there."""
    there = valid(view.texts.array)
    yield "E-TEXT-NORMAL", np.flatnonzero(there & view.texts.abnormal())
    yield "W-TEXT-EMPTY", np.flatnonzero(there & view.texts.without_letters())
    stated = view.about.ints("characters")
    yield "E-TEXT-LENGTH", np.flatnonzero(view.has_text & (view.texts.sizes != stated))
    yield "E-TEXT-HASH", _other_hash(view)


def _other_hash(view: View) -> Ints:
    """Articles whose text does not have the hash that they state."""
    whole, edges = view.texts.utf8.data, view.texts.edges.tolist()
    stated = view.about.codes["text_sha256"]
    hashes = [stated.values[n] if n >= 0 else "" for n in stated.ids.tolist()]
    checked = np.flatnonzero(view.has_text).tolist()
    wrong = [n for n in checked if hashlib.sha256(whole[edges[n] : edges[n + 1]]).hexdigest() != hashes[n]]
    return np.array(wrong, dtype=np.int64)


@sweep("annotation", "E-ANNOTATION-TEXT")
def made_on(view: View) -> Found:
    """Whether an annotation was made on this text of this article."""
    notes = view.notes[""]
    article = encode_pair(notes.codes["article"].values, notes.ids("article"), view.ids)
    yield "E-ANNOTATION-TEXT", np.flatnonzero(article[0] != article[1][view.owner])
    stated = view.about.codes["text_sha256"]
    own = notes.codes["text_sha256"].lookup({value: n for n, value in enumerate(stated.values)})
    yield "E-ANNOTATION-TEXT", np.flatnonzero((own < 0) | (own != stated.ids[view.owner]))


def encode_pair(values: list[str], ids: Ints, other: object) -> tuple[Ints, Ints]:
    """Two sets of strings as numbers of one count; a string that the second does not have is -2."""
    known = encode(other)
    table = {value: n for n, value in enumerate(known.values)}
    return np.array([*(table.get(value, -2) for value in values), -2])[ids], known.ids
