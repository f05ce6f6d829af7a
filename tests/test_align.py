"""What belongs together in two annotations of one text: one-to-one, optimal, and the same from either side."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings

from pinta.quality.align import Alignment, Matching, all_items, assign, coverage, match_spans
from sketch import CONDEMNS, ENTITIES, ROCKETS, TANK, annotations, request, whole

pytest.importorskip("scipy")

LAYERS = ("mentions", "mentions_overlap", "mention_spans", "entities", "claims", "requests", "stances", "items")


def ids(matching: Matching) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    pairs = [(x["id"], y["id"]) for x, y in matching.pairs]
    return pairs, [x["id"] for x in matching.only_a], [y["id"] for y in matching.only_b]


def test_a_greedy_choice_does_not_spoil_the_best_one() -> None:
    # a1 is most like b1 (3), but a1-b2 + a2-b1 (2 + 2 = 4) is more than a1-b1 + a2-b2 (3 + 0)
    worth = {("a1", "b1"): 3.0, ("a1", "b2"): 2.0, ("a2", "b1"): 2.0, ("a2", "b2"): 0.0}
    units = [[{"id": name} for name in names] for names in (("a1", "a2"), ("b1", "b2"))]
    found = assign(units[0], units[1], lambda x, y: worth[x["id"], y["id"]])
    assert ids(found)[0] == [("a1", "b2"), ("a2", "b1")]


def test_of_two_equally_good_matchings_the_same_is_chosen_from_either_side() -> None:
    # a1 and a2 are as much like b1; whichever is matched must be matched when the lists change places
    a, b = [{"id": "a1"}, {"id": "a2"}, {"id": "a3"}], [{"id": "b1"}, {"id": "b2"}]
    worth = {("a1", "b1"), ("a2", "b1"), ("a2", "b2"), ("a3", "b2")}
    there = assign(a, b, lambda x, y: float((x["id"], y["id"]) in worth))
    back = assign(b, a, lambda x, y: float((y["id"], x["id"]) in worth))
    assert sorted((x["id"], y["id"]) for x, y in there.pairs) == sorted((y["id"], x["id"]) for x, y in back.pairs)


def test_items_on_one_span_find_each_other_by_what_is_said_of_them() -> None:
    bare = {**ROCKETS, "specifications": []}
    there, back = (whole(requests=[request("r1", "e2", "meminta|1", *items)]) for items in ((bare, ROCKETS), (ROCKETS, bare)))
    assert ids(Alignment(there, back).items)[0] == [("i1", "i2"), ("i2", "i1")]


def test_equal_spans_come_before_overlapping_ones() -> None:
    a = [{"id": "a1", "start": 0, "end": 10}, {"id": "a2", "start": 10, "end": 12}]
    b = [{"id": "b1", "start": 0, "end": 11}, {"id": "b2", "start": 10, "end": 12}]
    assert ids(match_spans(a, b)) == ([("a1", "b1"), ("a2", "b2")], [], [])


def test_coverage_counts_code_points() -> None:
    # [0,4) and [2,4)+[6,8): 2 shared of 4 + 4
    assert coverage([{"start": 0, "end": 4}], [{"start": 2, "end": 4}, {"start": 6, "end": 8}]) == 2 * 2 / 8


def test_entities_are_aligned_by_their_mentions_and_not_by_their_ids_or_names() -> None:
    other = whole(entities=[{**entity, "name": "X", "id": entity["id"]} for entity in reversed(ENTITIES)])
    pairs, only_a, only_b = ids(Alignment(whole(), other).entities)
    assert sorted(pairs) == [("e1", "e1"), ("e2", "e2"), ("e3", "e3"), ("e4", "e4")]
    assert (only_a, only_b) == ([], [])


def test_requests_find_their_partner_by_the_parties_whatever_the_order() -> None:
    swapped = [
        request("r1", "e3", "meminta|2", TANK | {"quote": "tank|2"}),
        request("r2", "e2", "meminta|1", TANK | {"quote": "tank|1"}, ROCKETS),
    ]
    alignment = Alignment(whole(), whole(requests=swapped))
    assert ids(alignment.requests) == ([("r1", "r2"), ("r2", "r1")], [], [])
    assert ids(alignment.items)[0] == [("i1", "i2"), ("i2", "i3"), ("i3", "i1")]


def test_a_request_to_another_supplier_in_another_place_is_not_the_same() -> None:
    one, other = (
        request("r1", "e2", "meminta|1", ROCKETS),
        request("r1", "e3", "meminta|2", TANK | {"quote": "tank|2"}, channel="meeting", status="agreed"),
    )
    other["requester"] = "e4"
    found = Alignment(whole(requests=[one]), whole(requests=[other])).requests
    assert ids(found) == ([], ["r1"], ["r1"])


def test_stances_of_the_same_pair_are_matched_by_their_cues_before_their_acts() -> None:
    both = [CONDEMNS, {**CONDEMNS, "id": "s3", "act": "accuse", "cue": "menuduh"}]
    confused = [{**both[1], "act": "oppose"}, {**both[0], "act": "accuse"}]
    alignment = Alignment(whole(stances=both), whole(stances=confused))
    assert sorted(ids(alignment.stances)[0]) == [("s2", "s2"), ("s3", "s3")]


def test_a_stance_with_another_target_is_left_over_and_found_by_its_cue() -> None:
    alignment = Alignment(whole(stances=[CONDEMNS]), whole(stances=[{**CONDEMNS, "target": "e3"}]))
    assert ids(alignment.stances) == ([], ["s2"], ["s2"])
    assert ids(alignment.stances_elsewhere)[0] == [("s2", "s2")]


def _units(document: dict[str, Any], layer: str) -> list[str]:
    name = "mentions" if layer.startswith("mention") else layer
    return [unit["id"] for unit in (all_items(document) if layer == "items" else document[name])]


@settings(max_examples=60, deadline=None)
@given(annotations(), annotations())
def test_every_unit_stands_in_an_alignment_exactly_once(a: dict[str, Any], b: dict[str, Any]) -> None:
    alignment = Alignment(a, b)
    for layer in LAYERS:
        pairs, only_a, only_b = ids(getattr(alignment, layer))
        assert sorted(chain((x for x, _ in pairs), only_a)) == sorted(_units(a, layer))
        assert sorted(chain((y for _, y in pairs), only_b)) == sorted(_units(b, layer))


@settings(max_examples=60, deadline=None)
@given(annotations())
def test_a_document_is_aligned_with_itself(a: dict[str, Any]) -> None:
    for layer in ("mentions", "mention_spans", "entities", "requests"):
        _, only_a, only_b = ids(getattr(Alignment(a, a), layer))
        assert (only_a, only_b) == ([], [])
