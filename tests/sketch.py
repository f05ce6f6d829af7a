"""Annotation documents for tests of alignment: sketched by hand from drafts, or drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pinta.draft import resolve

Json = dict[str, Any]
ANNOTATOR = {"id": "test", "kind": "rules", "guidelines": "2", "date": "2031-05-01"}
TEXT = "Anu meminta tank dan 12 rudal jarak jauh kepada Bena. Anu meminta tank kepada Cala. Dalu menuduh Anu. Dalu mengecam Bena.\n"

ENTITIES = [
    {"id": "e1", "type": "state", "name": "Anu", "mentions": ["Anu|all"]},
    {"id": "e2", "type": "state", "name": "Bena", "mentions": ["Bena|all"]},
    {"id": "e3", "type": "state", "name": "Cala", "mentions": ["Cala|all"]},
    {"id": "e4", "type": "state", "name": "Dalu", "mentions": ["Dalu|all"]},
]
TANK = {"quote": "tank", "kind": "supply", "category": "battle_tank"}
ROCKETS = {
    "quote": "rudal",
    "kind": "supply",
    "category": "missile_unspecified",
    "quantity": {"quote": "12", "value": 12},
    "specifications": [{"quote": "jarak jauh", "attribute": "range"}],
}
ACCUSES = {"id": "s1", "holder": "e4", "target": "e1", "act": "accuse", "cue": "menuduh"}
CONDEMNS = {"id": "s2", "holder": "e4", "target": "e2", "act": "oppose", "cue": "mengecam"}


def request(id_: str, supplier: str | None, cue: str, *items: Json, **more: Any) -> Json:
    """A request of Anu as a draft has it."""
    slots = {"channel": "letter", "purpose": "unspecified", "realis": "asserted", "status": "refused"}
    return {"id": id_, "requester": "e1", "supplier": supplier, "cue": cue, **slots, "items": list(items), **more}


def whole(**layers: Any) -> Json:
    """The annotation of TEXT, with other layers where they are given."""
    first, second = (
        request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1"}, ROCKETS),
        request("r2", "e3", "meminta|2", TANK | {"quote": "tank|2"}),
    )
    draft = {"article": "x/01", "entities": ENTITIES, "claims": [], "stances": [ACCUSES, CONDEMNS], "requests": [first, second], **layers}
    return resolve(draft, TEXT, ANNOTATOR)


@st.composite
def annotations(draw: st.DrawFn) -> Json:
    """A document with every layer; its words are invented, its offsets and references are not."""
    cuts = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=14)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    owners = [draw(st.integers(1, 4)) for _ in spans]
    types = {owner: draw(st.sampled_from(["state", "person", "place"])) for owner in set(owners)}
    mentions = [
        _span(f"m{n}", *span) | {"type": types[owner], "metonym": False}
        for n, (span, owner) in enumerate(zip(spans, owners, strict=True), 1)
    ]
    entities = [
        _entity(owner, [m["id"] for m, own in zip(mentions, owners, strict=True) if own == owner], types) for owner in sorted(set(owners))
    ]
    ids = [entity["id"] for entity in entities]
    requests = [draw(_requests(n, ids)) for n in range(1, draw(st.integers(0, 3)) + 1)]
    stances = [draw(_stances(n, ids)) for n in range(1, draw(st.integers(0, 3)) + 1)]
    _number(requests)
    head = {"article": "x/01", "text_sha256": "0" * 64, "annotator": ANNOTATOR}
    return {**head, "mentions": mentions, "entities": entities, "claims": [], "stances": stances, "requests": requests}


def _number(requests: list[Json]) -> None:
    for n, item in enumerate((item for one in requests for item in one["items"]), 1):
        item["id"] = f"i{n}"


def _span(id_: str | None, start: int, end: int) -> Json:
    body = {"start": start, "end": end, "quote": f"w{start}"}
    return {"id": id_, **body} if id_ else body


def _entity(owner: int, mentions: list[str], types: dict[int, str]) -> Json:
    return {"id": f"e{owner}", "type": types[owner], "name": f"E{owner}", "mentions": mentions, "wikidata": None, "iso3": None}


@st.composite
def _spans(draw: st.DrawFn) -> Json:
    start = draw(st.integers(0, 40))
    return _span(None, start, start + draw(st.integers(1, 6)))


@st.composite
def _items(draw: st.DrawFn) -> Json:
    kind, category = draw(st.sampled_from(["supply", "training"])), draw(st.sampled_from(["battle_tank", "artillery"]))
    numbers = {"value": draw(st.sampled_from([1, 2])), "value_max": None, "comparator": "exact", "unit": "item"}
    quantity = draw(st.none() | _spans())
    specs = [draw(_spans()) | numbers | {"attribute": "range"} for _ in range(draw(st.integers(0, 2)))]
    head = {"id": "i0", **draw(_spans()), "kind": kind, "category": category, "designation": draw(st.sampled_from([None, "X-1"]))}
    return {**head, "quantity": quantity and quantity | numbers, "specifications": specs}


@st.composite
def _requests(draw: st.DrawFn, n: int, ids: list[str]) -> Json:
    one = st.sampled_from(ids)
    return {
        "id": f"r{n}",
        "requester": draw(one),
        "suppliers": draw(st.lists(one, max_size=1)),
        "cue": draw(_spans()),
        "channel": draw(st.sampled_from(["letter", "meeting"])),
        "messenger": draw(st.none() | one),
        "date": draw(st.none() | _spans().map(lambda span: span | {"edtf": "2031"})),
        "purpose": draw(st.sampled_from(["modernise", "unspecified"])),
        "realis": draw(st.sampled_from(["asserted", "reported"])),
        "attribution": draw(st.lists(one, max_size=2, unique=True)),
        "status": draw(st.sampled_from(["refused", "agreed"])),
        "evidence": draw(st.lists(_spans(), min_size=1, max_size=2)),
        "items": draw(st.lists(_items(), min_size=1, max_size=3)),
    }


@st.composite
def _stances(draw: st.DrawFn, n: int, ids: list[str]) -> Json:
    one = st.sampled_from(ids)
    cue = draw(st.none() | _spans())
    return {
        "id": f"s{n}",
        "holder": draw(one),
        "voiced_by": draw(st.none() | one),
        "target": draw(one),
        "act": draw(st.sampled_from(["support", "oppose"])),
        "explicitness": "explicit" if cue else "implied",
        "negated": draw(st.booleans()),
        "cue": cue,
        "evidence": draw(st.lists(_spans(), min_size=1, max_size=2)),
        "attribution": draw(st.lists(one, max_size=1)),
    }
