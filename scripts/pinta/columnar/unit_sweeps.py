"""Checks of `checks.stances` and `checks.requests`, over all annotations at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ..checks.articles import valid_edtf
from ..numerals import values
from ..schema.labels import Schema
from .arrays import Bools, Ints, bools, encode, floats, lengths, repeated, valid
from .gate import Found, sweep
from .layers import Layer
from .link_sweeps import letters
from .view import View, class_ids

_MEASURED = ("requests.items.quantity", "requests.items.specifications")
_AROUND = (16, 24)
"""Code points before and behind a span in which the word of its unit may stand, as `checks.requests.unit` has it."""


@sweep("annotation", "E-STANCE-SELF", "E-STANCE-DENY", "E-STANCE-EXPLICIT", "W-STANCE-TWICE")
def stances(view: View) -> Found:
    """Holder, target, act and cue of every stance."""
    layer = view.notes["stances"]
    holder, target, act = view.numbers("stances", "holder"), view.numbers("stances", "target"), layer.ids("act")
    first = letters(view)
    yield "E-STANCE-SELF", layer.row[(first == ord("e")) & (holder == target)]
    denies = class_ids(view.schema["stance_act"].ids, {"deny"})[act]
    yield "E-STANCE-DENY", layer.row[denies & (first == ord("e"))]
    explicit = class_ids(view.schema["explicitness"].ids, {"explicit"})[layer.ids("explicitness")]
    yield "E-STANCE-EXPLICIT", layer.row[explicit != valid(layer.array.field("cue"))]
    negated = bools(layer.array.field("negated")).astype(np.int64)
    keys = ((layer.row, len(view.owner)), (holder, 10_001), (act + 1, 256), (first, 256), (target, 10_001), (negated, 2))
    yield "W-STANCE-TWICE", layer.row[repeated(*keys)]


@sweep("annotation", "W-STANCE-CUE")
def cues(view: View) -> Found:
    """Whether a stance's cue is a word for another act. Judged once for each act, word and language."""
    cue, layer = view.notes["stances.cue"], view.notes["stances"]
    words, languages = encode(cue.strings("quote")), view.about.codes["language"]
    word = np.full(len(layer), -1, dtype=np.int64)
    word[cue.parent] = words.ids
    act, spoken = layer.ids("act"), languages.ids[view.owner[layer.row]]
    key = (word * 256 + act) * (len(languages.values) + 1) + spoken
    for place in np.unique(key, return_index=True)[1].tolist():
        said = words.values[word[place]] if word[place] >= 0 else ""
        if _other_act(view.schema, languages.values[spoken[place]], said, view.schema["stance_act"].ids[act[place]]):
            yield "W-STANCE-CUE", layer.row[key == key[place]]


@lru_cache(maxsize=65536)
def _other_act(schema: Schema, language: str, word: str, act: str) -> bool:
    stems: Mapping[str, list[str]] = schema.lexicon["cues"].get(language, {}).get("stance", {})
    fits = {name for name, patterns in stems.items() if any(re.fullmatch(pattern, word.lower()) for pattern in patterns)}
    return bool(fits) and act not in fits


@sweep("annotation", "W-CLAIM-UNUSED")
def claims(view: View) -> Found:
    """Claims that no stance has as target."""
    found = view.link("stances", "target", "claims")[letters(view) == ord("c")]
    used = np.zeros(len(view.notes["claims"]) + 1, dtype=np.bool_)
    used[found] = True
    yield "W-CLAIM-UNUSED", view.notes["claims"].row[~used[:-1]]


@sweep("annotation", "E-REQUEST-SUPPLIERS", "E-REQUEST-SELF", "E-REQUEST-REALIS", "E-REQUEST-DATE", "W-REQUEST-TWICE")
def requests(view: View) -> Found:
    """Parties, realis and date of every request."""
    layer, suppliers = view.notes["requests"], view.notes["requests.suppliers"]
    requester, asked = view.numbers("requests", "requester"), view.numbers("requests.suppliers", "")
    yield "E-REQUEST-SUPPLIERS", layer.row[layer.sizes["suppliers"] > 1]
    yield "E-REQUEST-SELF", suppliers.row[requester[suppliers.parent] == asked]
    yield "E-REQUEST-REALIS", layer.row[_contradicted(view, layer)]
    dates = view.notes["requests.date"].codes["edtf"]
    good = np.array([*(in_calendar(value) for value in dates.values), True])
    yield "E-REQUEST-DATE", view.notes["requests.date"].row[~good[dates.ids]]
    first = np.zeros(len(layer), dtype=np.int64)
    first[suppliers.parent] = asked
    cue = view.notes["requests.cue"]
    if len(cue) == len(layer):
        start = np.unique(cue.ints("start"), return_inverse=True)[1]
        keys = ((layer.row, len(view.owner)), (requester, 10_001), (first, 10_001), (start, len(layer) + 1))
        yield "W-REQUEST-TWICE", layer.row[repeated(*keys)]


def _contradicted(view: View, layer: Layer) -> Bools:
    realis, sources = layer.ids("realis"), layer.sizes["attribution"] > 0
    names = view.schema["realis"].ids
    return (class_ids(names, {"reported"})[realis] & ~sources) | (class_ids(names, {"asserted"})[realis] & sources)


@lru_cache(maxsize=65536)
def in_calendar(text: str) -> bool:
    """Whether a date is one of the calendar."""
    try:
        return valid_edtf(text)
    except ValueError:  # no date at all: its pattern says so too
        return False


@sweep("annotation", "E-EVIDENCE-CUE")
def evidence(view: View) -> Found:
    """Whether some evidence of each stance and request holds its cue."""
    for path in ("stances", "requests"):
        cue, pieces = view.notes[f"{path}.cue"], view.notes[f"{path}.evidence"]
        start = np.full(len(view.notes[path]), -1, dtype=np.int64)
        end = np.full(len(view.notes[path]), -1, dtype=np.int64)
        start[cue.parent], end[cue.parent] = cue.ints("start"), cue.ints("end")
        holds = (pieces.ints("start") <= start[pieces.parent]) & (end[pieces.parent] <= pieces.ints("end"))
        held = start < 0
        held[pieces.parent[holds]] = True
        yield "E-EVIDENCE-CUE", view.notes[path].row[~held]


@sweep("annotation", "E-VALUE", "E-VALUE-RANGE", "W-UNIT")
def measured(view: View) -> Found:
    """Numbers and units of quantities and specifications."""
    for path in _MEASURED:
        layer = view.notes[path]
        low, high = floats(layer.array.field("value")), floats(layer.array.field("value_max"))
        two = valid(layer.array.field("value_max"))
        ranges = class_ids(view.schema["comparator"].ids, {"range"})[layer.ids("comparator")]
        yield "E-VALUE-RANGE", layer.row[(two != ranges) | (two & ~(low < high))]
        yield "E-VALUE", layer.row[_unread(view, layer, low, high)]
        yield "W-UNIT", layer.row[_without_unit(view, layer, valid(layer.array.field("value")))]


def _unread(view: View, layer: Layer, low: Ints, high: Ints) -> Ints:
    """Places whose numbers are not in their words. Words repeat, so that each is read once."""
    there = view.has_text[view.owner[layer.row]]
    some = np.flatnonzero(there & ~(np.isnan(low) & np.isnan(high)))
    words, languages = layer.strings("quote").take(_index(some)).to_pylist(), _languages(view, layer, some)
    wrong = []
    for n, word, language, one, other in zip(some.tolist(), words, languages, low[some].tolist(), high[some].tolist(), strict=True):
        stated = _stated(view.schema, language, word or "")
        if (one == one and one not in stated) or (other == other and other not in stated):  # NaN is null
            wrong.append(n)
    return np.array(wrong, dtype=np.int64)


def _index(places: Ints) -> Any:
    import pyarrow as pa

    return pa.array(places)


def _languages(view: View, layer: Layer, places: Ints) -> Iterator[str]:
    spoken = view.about.codes["language"]
    yield from (spoken.values[n] for n in spoken.ids[view.owner[layer.row[places]]].tolist())


@lru_cache(maxsize=65536)
def _stated(schema: Schema, language: str, words: str) -> frozenset[float]:
    return frozenset(values(words, schema.numbers(language)))


def _without_unit(view: View, layer: Layer, stated: Bools) -> Ints:
    """Places of values near which no word for their unit stands."""
    labels = view.schema["unit"]
    free = np.array([*(label.get("dimension") in ("none", "count", "people") for label in labels), True])
    some = np.flatnonzero(stated & ~free[layer.ids("unit")] & view.has_text[view.owner[layer.row]])
    article = view.owner[layer.row[some]]
    low = np.maximum(view.texts.first[article], view.place(layer, "start")[some] - _AROUND[0])
    high = np.minimum(view.texts.first[article + 1], view.place(layer, "end")[some] + _AROUND[1])
    forms = [tuple(label.get("forms", ())) for label in labels]
    joined, units = view.texts.joined, layer.ids("unit")[some]
    rows = zip(some.tolist(), low.tolist(), high.tolist(), units.tolist(), strict=True)
    wrong = [n for n, a, b, unit in rows if not _any_form(joined[a:b].lower(), forms[unit])]
    return np.array(wrong, dtype=np.int64)


def _any_form(around: str, forms: tuple[str, ...]) -> bool:
    return any(form in around for form in forms)


@sweep("annotation", "E-SPEC-DIMENSION", "E-ITEM-SERVICE", "E-ITEM-DESIGNATION")
def items(view: View) -> Found:
    """Kind, category, designation and specifications of every item."""
    layer, specs = view.notes["requests.items"], view.notes["requests.items.specifications"]
    kind, category = layer.ids("kind"), layer.ids("category")
    yield "E-ITEM-SERVICE", layer.row[~_goes_together(view.schema)[kind, category]]
    stated = valid(specs.array.field("value"))
    yield "E-SPEC-DIMENSION", specs.row[stated & ~_measurable(view.schema)[specs.ids("attribute"), specs.ids("unit")]]
    named = np.flatnonzero(valid(layer.strings("designation")) & (lengths(layer.strings("designation")) > 0))
    article = view.owner[layer.row[named]]
    first, joined = view.texts.first, view.texts.joined
    names = layer.strings("designation").take(_index(named)).to_pylist()
    rows = zip(named.tolist(), names, first[article].tolist(), first[article + 1].tolist(), strict=True)
    yield "E-ITEM-DESIGNATION", layer.row[[n for n, name, a, b in rows if a < b and joined.find(name, a, b) < 0]]


@lru_cache(maxsize=4)
def _goes_together(schema: Schema) -> Bools:
    """Whether a kind of item goes with a category; the last row and column stand for no label."""
    categories = schema["item_category"].ids
    table = np.ones((len(schema["item_kind"].ids) + 1, len(categories) + 1), dtype=np.bool_)
    for n, kind in enumerate(schema["item_kind"]):
        if kind.get("category"):
            table[n] = [*(category == kind.get("category") for category in categories), False]
    return table


@lru_cache(maxsize=4)
def _measurable(schema: Schema) -> Bools:
    """Whether an attribute can have a unit; the last row and column stand for no label."""
    units = list(schema["unit"])
    rows = [[unit.get("dimension") in attribute.get("dimensions", ()) for unit in units] for attribute in schema["specification"]]
    table = np.zeros((len(rows) + 1, len(units) + 1), dtype=np.bool_)
    table[:-1, :-1] = np.array(rows)
    return table
