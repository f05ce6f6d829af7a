"""Requests and the items in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..diagnostics import Pointer
from ..numerals import values
from .articles import valid_edtf
from .registry import Context, Problem, check

Json = dict[str, Any]


def _requests(context: Context) -> Iterator[tuple[Pointer, Json]]:
    yield from ((("requests", n), request) for n, request in enumerate(context.annotation["requests"]))


def _items(context: Context) -> Iterator[tuple[Pointer, Json]]:
    for pointer, request in _requests(context):
        yield from (((*pointer, "items", i), item) for i, item in enumerate(request["items"]))


def _measured(context: Context) -> Iterator[tuple[Pointer, Json]]:
    """Quantities and specifications: what has a value, a comparator and a unit."""
    for pointer, item in _items(context):
        if item["quantity"]:
            yield (*pointer, "quantity"), item["quantity"]
        yield from (((*pointer, "specifications", n), spec) for n, spec in enumerate(item["specifications"]))


@check("E-REQUEST-SUPPLIERS", of="annotation")
def request_suppliers(context: Context) -> Iterator[Problem]:
    """A request has two suppliers.

    One request is one requester, one supplier and one act of asking, so that each can have its own items and answer.

    Bad: "suppliers": ["e2", "e3"]
    Good: two requests, one with e2 and one with e3
    """
    for pointer, request in _requests(context):
        if len(request["suppliers"]) > 1:
            yield Problem(
                (*pointer, "suppliers"), f"{request['id']} asks {len(request['suppliers'])} suppliers.", "Make it one request a supplier."
            )


@check("E-REQUEST-SELF", of="annotation")
def request_self(context: Context) -> Iterator[Problem]:
    """A requester asks itself.

    Bad: "requester": "e1", "suppliers": ["e1"]
    Good: the one who is asked as supplier
    """
    for pointer, request in _requests(context):
        if request["requester"] in request["suppliers"]:
            yield Problem((*pointer, "suppliers"), f"{request['requester']} asks itself.", "Mend the requester or the supplier.")


@check("E-REQUEST-REALIS", of="annotation")
def request_realis(context: Context) -> Iterator[Problem]:
    """Realis and attribution contradict each other.

    A reported request has a source that reports it; an asserted one has none.

    Bad: "realis": "asserted", "attribution": ["e4"]
    Good: "realis": "reported", "attribution": ["e4"]
    """
    wanted = {"reported": True, "asserted": False}
    for pointer, request in _requests(context):
        sources = bool(request["attribution"])
        if wanted.get(request["realis"], sources) != sources:
            count = len(request["attribution"])
            yield Problem(
                (*pointer, "realis"),
                f"Realis is {request['realis']}, and {count} sources are named.",
                "reported wants a source, asserted none.",
            )


@check("E-REQUEST-DATE", of="annotation")
def request_date(context: Context) -> Iterator[Problem]:
    """The date of a request is not in the calendar.

    Bad: "edtf": "2025-13"
    Good: "edtf": "2025-10"
    """
    for pointer, request in _requests(context):
        if request["date"] and not valid_edtf(request["date"]["edtf"]):
            yield Problem(
                (*pointer, "date", "edtf"),
                f"{request['date']['edtf']} is not a date of the calendar.",
                "Write YYYY, YYYY-MM or YYYY-MM-DD.",
            )


@check("W-REQUEST-TWICE", of="annotation")
def request_twice(context: Context) -> Iterator[Problem]:
    """Two requests have the same requester, supplier and cue.

    They are probably one act of asking with several items.

    Bad: r1 and r2, both Venezuela to Russia, both with the cue "meminta" at 120
    Good: one request with two items
    """
    seen: set[tuple[Any, ...]] = set()
    for pointer, request in _requests(context):
        key = (request["requester"], *request["suppliers"], request["cue"]["start"])
        if key in seen:
            yield Problem(pointer, f"{request['id']} repeats an act of asking.", "Join the items in one request.")
        seen.add(key)


@check("E-EVIDENCE-CUE", of="annotation")
def evidence_cue(context: Context) -> Iterator[Problem]:
    """The cue lies outside the evidence.

    Bad: a cue in sentence 3 and evidence from sentence 5
    Good: evidence that holds the cue
    """
    for layer in ("requests", "stances"):
        for n, unit in enumerate(context.annotation[layer]):
            cue = unit["cue"]
            if cue and not any(span["start"] <= cue["start"] and cue["end"] <= span["end"] for span in unit["evidence"]):
                yield Problem((layer, n, "evidence"), f"No evidence of {unit['id']} holds its cue.", "Add the sentence of the cue.")


@check("E-VALUE", of="annotation")
def value(context: Context) -> Iterator[Problem]:
    """A number is not in the words of its span.

    Numbers are read as the language of the article writes them: in Indonesian "1.000" is a thousand and "1,5" one and a
    half; "dua puluh lima", "1,5 miliar", "selusin" and "belasan" (11) are numbers too.

    Bad: "quote": "1.000 km", "value": 1
    Good: "quote": "1.000 km", "value": 1000
    """
    lexicon = context.schema.numbers(context.article.get("language", "und"))
    for pointer, measured in _measured(context):
        start, end = measured["start"], measured["end"]
        if not context.text or not start < end <= len(context.text):
            continue
        words = context.text[start:end]
        stated = values(words, lexicon)
        for key in ("value", "value_max"):
            if measured[key] is not None and measured[key] not in stated:
                read = ", ".join(f"{number:g}" for number in stated) or "no number"
                yield Problem(
                    (*pointer, key), f"{measured[key]:g} is not in {words!r} ({read}).", "Quote the words of the number, or mend the value."
                )


@check("E-VALUE-RANGE", of="annotation")
def value_range(context: Context) -> Iterator[Problem]:
    """A range without two values, two values without a range, or a range upside down.

    Bad: "comparator": "exact", "value": 40, "value_max": 50
    Good: "comparator": "range", "value": 40, "value_max": 50
    """
    for pointer, measured in _measured(context):
        two = measured["value_max"] is not None
        if two != (measured["comparator"] == "range"):
            yield Problem(
                (*pointer, "comparator"), "A range has value and value_max, and only a range has both.", "Mend comparator or value_max."
            )
        elif two and (measured["value"] is None or measured["value"] >= measured["value_max"]):
            yield Problem((*pointer, "value_max"), "The range is upside down.", "value is the lower number.")


@check("W-UNIT", of="annotation")
def unit(context: Context) -> Iterator[Problem]:
    """No word for the unit stands in the span or next to it.

    The words for each unit stand in schema/labels/unit.json. Things counted by their own name (unit item) need none.

    Bad: "quote": "1.000 km", "unit": "kg"
    Good: "quote": "1.000 km", "unit": "km"
    """
    for pointer, measured in _measured(context):
        label = context.schema["unit"][measured["unit"]]
        if measured["value"] is None or label.get("dimension") in ("none", "count", "people") or not context.text:
            continue
        around = context.text[max(0, measured["start"] - 16) : measured["end"] + 24].lower()
        if not any(form in around for form in label.get("forms", ())):
            yield Problem(
                (*pointer, "unit"),
                f"No word for {label.id} stands at {measured['quote']!r}.",
                f"Words for it: {', '.join(label.get('forms', ()))}.",
            )


@check("E-SPEC-DIMENSION", of="annotation")
def spec_dimension(context: Context) -> Iterator[Problem]:
    """A specification has a unit that its attribute cannot have.

    Bad: "attribute": "range", "unit": "kg"
    Good: "attribute": "range", "unit": "km"
    """
    for pointer, item in _items(context):
        for n, spec in enumerate(item["specifications"]):
            dimension = context.schema["unit"][spec["unit"]].get("dimension")
            allowed = context.schema["specification"][spec["attribute"]].get("dimensions", ())
            if spec["value"] is not None and dimension not in allowed:
                yield Problem(
                    (*pointer, "specifications", n, "unit"),
                    f"{spec['attribute']} is not measured in {spec['unit']}.",
                    f"Its units are of: {', '.join(allowed)}.",
                )


@check("E-ITEM-SERVICE", of="annotation")
def item_service(context: Context) -> Iterator[Problem]:
    """Kind and category of an item do not go together.

    Money, intelligence, troops, bases and guarantees have the category none_service_only; a kind that is not stated has
    unspecified_equipment. Which kinds want which category stands in schema/labels/item_kind.json (x-category).

    Bad: "kind": "funding", "category": "combat_aircraft"
    Good: "kind": "funding", "category": "none_service_only"
    """
    for pointer, item in _items(context):
        wanted = context.schema["item_kind"][item["kind"]].get("category")
        if wanted and item["category"] != wanted:
            yield Problem((*pointer, "category"), f"{item['kind']} does not go with {item['category']}.", f"Its category is {wanted}.")


@check("E-ITEM-DESIGNATION", of="annotation")
def item_designation(context: Context) -> Iterator[Problem]:
    """The designation of an item does not stand in the text.

    Bad: "designation": "Su-30MK2" where the text has "Su-30"
    Good: "designation": "Su-30"
    """
    for pointer, item in _items(context):
        if item["designation"] and context.text and item["designation"] not in context.text:
            yield Problem((*pointer, "designation"), f"{item['designation']!r} does not stand in the text.", "Write it as the text does.")
