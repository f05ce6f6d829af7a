"""Checks of `checks.references`, over all annotations at once."""

from __future__ import annotations

import numpy as np

from .arrays import Ints, repeated, valid
from .gate import Found, sweep
from .view import View, class_ids

UNITS = ("mentions", "entities", "claims", "stances", "requests", "requests.items")
_ACTORS = (
    ("stances", "holder"),
    ("stances", "voiced_by"),
    ("requests", "requester"),
    ("requests", "messenger"),
    ("requests.suppliers", ""),
)
_SOURCES = (("claims", "author"), ("stances.attribution", ""), ("requests.attribution", ""))
TARGETS = {"e": "entities", "r": "requests", "c": "claims"}


@sweep("annotation", "E-ID-DUPLICATE")
def ids(view: View) -> Found:
    """Ids of one annotation. Each layer has a letter of its own, so that only units of one layer can share an id."""
    yield "E-ID-DUPLICATE", np.flatnonzero(view.wide)
    for path in UNITS:
        layer, own = view.notes[path], view.numbers(path, "id")
        yield "E-ID-DUPLICATE", layer.row[repeated((layer.row, len(view.owner)), (own, 10_000))]


def letters(view: View) -> Ints:
    """The first letter of each stance's target, as a code point."""
    codes = view.notes["stances"].codes["target"]
    return np.array([*(ord(value[0]) if value else 0 for value in codes.values), 0])[codes.ids]


@sweep("annotation", "E-REF-DANGLING", "E-REF-TYPE")
def references(view: View) -> Found:
    """Every use of an id: whether it leads somewhere, and to an entity of a type that fits."""
    actors = view.schema["entity_type"].where("actor")
    for paths, allowed in ((_ACTORS, actors), (_SOURCES, actors | {"document"})):
        fits = class_ids(view.schema["entity_type"].ids, allowed)
        types = np.append(fits[view.notes["entities"].ids("type")], False)
        for path, name in paths:
            found, row = view.link(path, name), view.notes[path].row
            used = view.numbers(path, name) >= 0
            yield "E-REF-DANGLING", row[used & (found < 0)]
            yield "E-REF-TYPE", row[used & ~types[found]]
    yield from _targets(view)
    found = view.link("entities.mentions", "", "mentions")
    yield "E-REF-DANGLING", view.notes["entities.mentions"].row[found < 0]


def _targets(view: View) -> Found:
    row, first = view.notes["stances"].row, letters(view)
    found: Ints = np.full(len(row), -1)
    for letter, path in TARGETS.items():
        found = np.where(first == ord(letter), view.link("stances", "target", path), found)
    yield "E-REF-DANGLING", row[found < 0]


@sweep("annotation", "E-MENTION-SHARED", "E-MENTION-UNLINKED", "E-MENTION-TYPE")
def mentions(view: View) -> Found:
    """That every mention has one entity, of its own type."""
    layer, links = view.notes["mentions"], view.notes["entities.mentions"]
    found = view.link("entities.mentions", "", "mentions")
    counts = np.bincount(found[found >= 0], minlength=len(layer))
    yield "E-MENTION-SHARED", layer.row[counts > 1]
    yield "E-MENTION-UNLINKED", layer.row[counts == 0]
    types = np.append(layer.ids("type"), -2)
    yield "E-MENTION-TYPE", links.row[types[found] != view.notes["entities"].ids("type")[links.parent]]


@sweep("annotation", "W-MENTION-OVERLAP")
def overlaps(view: View) -> Found:
    """Mentions in the order of the text, each against the next."""
    layer = view.notes["mentions"]
    start, end = layer.ints("start").astype(np.int64), layer.ints("end").astype(np.int64)
    place = (layer.row << np.int64(32)) + start
    order = np.argsort(place, kind="stable")
    before, after = order[:-1], order[1:]
    yield "W-MENTION-OVERLAP", layer.row[after[(layer.row[before] == layer.row[after]) & (start[after] < end[before])]]


@sweep("annotation", "E-ENTITY-ISO3", "E-ENTITY-COUNTRY", "E-ENTITY-TWICE")
def entities(view: View) -> Found:
    """Country codes and Wikidata items of entities."""
    layer = view.notes["entities"]
    coded = valid(layer.strings("iso3"))
    states = class_ids(view.schema["entity_type"].ids, {"state"})[layer.ids("type")]
    yield "E-ENTITY-ISO3", layer.row[coded & ~states]
    codes = layer.codes["iso3"]
    known = np.array([*(view.schema.has_country(value) for value in codes.values), True])
    yield "E-ENTITY-COUNTRY", layer.row[~known[codes.ids]]
    for name in ("wikidata", "iso3"):
        yield "E-ENTITY-TWICE", layer.row[_twice(view, name)]


def _twice(view: View, name: str) -> Ints:
    layer = view.notes["entities"]
    codes = layer.codes[name]
    some = np.flatnonzero(codes.ids >= 0)
    return some[repeated((layer.row[some], len(view.owner)), (codes.ids[some], len(codes.values) + 1))]
