"""Rows of the published configs: tags that are well formed, negatives that are negative, nothing of what is not annotated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.corpus.documents import read_document
from pinta.schema.features import bio
from pinta.statistics import Statistics
from pinta.tables import ROWS, negative_pairs, tag
from tiny import TinyCorpus

TOKENS = [(n, n + 1) for n in range(0, 40, 2)]
IDS = {name: n for n, name in enumerate(bio("ab"))}
SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from("ab")).map(lambda s: (min(s[0], s[1]), max(s[0], s[1]), s[2])),
    max_size=8,
)


@given(SPANS)
def test_tags_are_well_formed_and_the_first_span_is_always_tagged(spans: list[tuple[int, int, str]]) -> None:
    names = [bio("ab")[id_] for id_ in tag(TOKENS, spans, IDS)]
    assert len(names) == len(TOKENS)
    for before, name in zip(["O", *names], names, strict=False):
        assert not name.startswith("I-") or before[1:] == name[1:]
    for name, (start, end) in zip(names, TOKENS, strict=True):
        over = {kind for low, high, kind in spans if low < end and start < high}
        assert name == "O" or name[2:] in over
        assert over or name == "O"


@pytest.mark.parametrize(
    ("spans", "tags"),
    [
        ([(0, 3, "a"), (4, 5, "a")], ["B-a", "I-a", "B-a", "O"]),
        ([(0, 3, "a"), (2, 5, "b")], ["B-a", "I-a", "O", "O"]),
        ([(0, 1, "b"), (0, 5, "a")], ["B-a", "I-a", "I-a", "O"]),
        ([(2, 7, "b"), (0, 1, "a")], ["B-a", "B-b", "I-b", "I-b"]),
        ([], ["O", "O", "O", "O"]),
    ],
)
def test_of_overlapping_spans_the_earlier_and_longer_counts(spans: list[tuple[int, int, str]], tags: list[str]) -> None:
    assert [bio("ab")[id_] for id_ in tag(TOKENS[:4], spans, IDS)] == tags


def test_negatives_are_the_pairs_of_actors_without_a_stance(still: TinyCorpus) -> None:
    body = still.read("annotations/gold/2031-anu/01.json")
    actors = still.corpus.schema["entity_type"].where("actor")
    pairs = set(negative_pairs(body, actors))
    held = {(stance["holder"], stance["target"]) for stance in body["stances"]}
    ids = [entity["id"] for entity in body["entities"] if entity["type"] in actors]
    assert not pairs & held and len(pairs) + len(held) == len(ids) * (len(ids) - 1)
    assert ("e1", "e2") in pairs and ("e2", "e1") not in pairs and not any("e6" in pair for pair in pairs)


@pytest.mark.parametrize("config", ROWS)
def test_what_has_no_gold_has_no_rows_and_no_figures(corpus: TinyCorpus, config: str) -> None:
    for article in ("2031-anu/01", "2031-anu/03"):
        corpus.remove(f"annotations/gold/{article}.json")
        document = read_document(corpus.corpus, article)
        assert list(ROWS[config](document, corpus.corpus.schema)) == []
        statistics = Statistics()
        statistics.add(document)
        assert statistics.as_json() == {}
