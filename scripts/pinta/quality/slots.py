"""Requests as templates: every slot marked as in the Message Understanding Conferences.

Marks (Chinchor, MUC-4 Evaluation Metrics, 1992): *correct*, *partial* (the right place, not all of the value),
*incorrect* (another value), *missing* (only the reference has one), *spurious* (only the response has one). A slot with
several fills is a set; fills are marked one by one. Labels that say that the text does not tell count as fills.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .align import Alignment, Json, common, same_span, touch

MARKS = ("correct", "partial", "incorrect", "spurious", "missing")
LABELLED = ("channel", "purpose", "realis", "status")
ITEM_LABELS = ("kind", "category")


@dataclass(frozen=True, slots=True)
class Mark:
    """One fill of one slot: its mark, and the units (requests or items) that it is about."""

    slot: str
    mark: str
    a: Json | None
    b: Json | None


def marks(alignment: Alignment) -> Iterator[Mark]:
    """Marks of all slots of all requests; ``alignment.a`` is the reference."""
    for x, y in alignment.requests.pairs:
        yield from _request(alignment, x, y)
        items = alignment.items_of(x, y)
        for one, other in items.pairs:
            yield from _item(one, other)
        yield from _alone(items.only_a, items.only_b)
    for request in alignment.requests.only_a:
        yield from (Mark(slot, "missing", request, None) for slot in fills(request))
        yield from _alone(request["items"], ())
    for request in alignment.requests.only_b:
        yield from (Mark(slot, "spurious", None, request) for slot in fills(request))
        yield from _alone((), request["items"])


def fills(request: Json) -> Iterator[str]:
    """The slot of every fill of a request, without its items."""
    yield from ("requester", "cue", *LABELLED)
    yield from ("supplier" for _ in request["suppliers"])
    yield from (slot for slot in ("messenger", "date") if request[slot])
    yield from ("attribution" for _ in request["attribution"])


def item_fills(item: Json) -> Iterator[str]:
    """The slot of every fill of an item."""
    yield from ("item", *ITEM_LABELS)
    yield from (slot for slot in ("designation", "quantity") if item[slot])
    yield from ("specification" for _ in item["specifications"])


def _alone(only_a: Iterable[Json], only_b: Iterable[Json]) -> Iterator[Mark]:
    for item in only_a:
        yield from (Mark(slot, "missing", item, None) for slot in item_fills(item))
    for item in only_b:
        yield from (Mark(slot, "spurious", None, item) for slot in item_fills(item))


def _request(alignment: Alignment, x: Json, y: Json) -> Iterator[Mark]:
    yield Mark("requester", _right(x["requester"] == alignment.in_a(y["requester"])), x, y)
    yield from (Mark("supplier", mark, x, y) for mark in _set_marks(x["suppliers"], [alignment.in_a(id_) for id_ in y["suppliers"]]))
    yield Mark("cue", span_mark(x["cue"], y["cue"]), x, y)
    yield from (Mark(slot, _right(x[slot] == y[slot]), x, y) for slot in LABELLED)
    messengers = ([unit] if unit else [] for unit in (x["messenger"], alignment.in_a(y["messenger"])))
    yield from (Mark("messenger", mark, x, y) for mark in _set_marks(*messengers))
    yield from _optional("date", x, y, _date_mark)
    yield from (Mark("attribution", mark, x, y) for mark in _set_marks(x["attribution"], alignment.chain_in_a(y)))


def _item(x: Json, y: Json) -> Iterator[Mark]:
    yield Mark("item", span_mark(x, y), x, y)
    yield from (Mark(slot, _right(x[slot] == y[slot]), x, y) for slot in ITEM_LABELS)
    yield from _optional("designation", x, y, lambda one, other: _right(str(one).casefold() == str(other).casefold()))
    yield from _optional("quantity", x, y, measure_mark)
    yield from (Mark("specification", mark, x, y) for mark in _set_marks(_specs(x), _specs(y)))


def _specs(item: Json) -> list[tuple[Hashable, ...]]:
    return [(spec["attribute"], *measured(spec), spec["value"] is None and spec["start"]) for spec in item["specifications"]]


def _right(equal: bool) -> str:
    return "correct" if equal else "incorrect"


def span_mark(x: Json, y: Json) -> str:
    """Correct for equal spans, partial for overlapping ones."""
    return "correct" if same_span(x, y) else "partial" if touch(x, y) else "incorrect"


def _date_mark(x: Json, y: Json) -> str:
    return "correct" if x["edtf"] == y["edtf"] else "partial" if touch(x, y) else "incorrect"


def measured(unit: Json) -> tuple[Hashable, ...]:
    """What a quantity or specification says: value, higher value, comparator, unit."""
    return unit["value"], unit["value_max"], unit["comparator"], unit["unit"]


def measure_mark(x: Json, y: Json) -> str:
    """Correct where all that is said is equal, partial where the value is."""
    return "correct" if measured(x) == measured(y) else "partial" if measured(x)[:2] == measured(y)[:2] else "incorrect"


def _optional(slot: str, x: Json, y: Json, compare: Callable[[Any, Any], str]) -> Iterator[Mark]:
    if x[slot] or y[slot]:
        yield Mark(slot, "missing" if not y[slot] else "spurious" if not x[slot] else compare(x[slot], y[slot]), x, y)


def _set_marks(a: Iterable[Hashable], b: Iterable[Hashable]) -> Iterator[str]:
    """Marks of a set of fills: equal ones are correct, the others incorrect in pairs, and what is left over is left over."""
    own, other = list(a), list(b)
    equal = common(own, other)
    wrong = min(len(own), len(other)) - equal
    yield from ["correct"] * equal + ["incorrect"] * wrong
    yield from ["missing"] * (len(own) - equal - wrong) + ["spurious"] * (len(other) - equal - wrong)
