"""Splits: dealt once, balanced, and never moved."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.cli import main
from pinta.splits import SHARES, Deal, current, deal, deals
from tiny import TinyCorpus

LABELS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 4), max_size=4)
EVENTS = st.lists(st.tuples(st.integers(1, 5), LABELS), max_size=40).map(
    lambda rows: [Deal(f"event-{n:02d}", weight, labels) for n, (weight, labels) in enumerate(rows)]
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_every_event_is_dealt_the_same_in_any_order(events: list[Deal], chance: st.Random) -> None:  # type: ignore[name-defined]
    dealt = deal(events, {})
    shuffled = events[:]
    chance.shuffle(shuffled)
    assert deal(shuffled, {}) == dealt and set(dealt) == {one.event for one in events}
    assert set(dealt.values()) <= set(SHARES) and list(dealt) == sorted(dealt)


@given(EVENTS, st.data())
def test_what_an_event_has_it_keeps(events: list[Deal], data: st.DataObject) -> None:
    names = [one.event for one in events]
    fixed = {name: data.draw(st.sampled_from(sorted(SHARES))) for name in names if data.draw(st.booleans())}
    dealt = deal(events, {**fixed, "an-event-that-went": "test"})
    assert {name: dealt[name] for name in fixed} == fixed and set(dealt) == set(names)


def test_the_parts_have_their_shares_and_resemble_each_other() -> None:
    events = [Deal(f"e{n:03d}", 1 + n % 3, {f"decade {n % 5}": 1, f"supplier {n % 7}": 1 + n % 2}) for n in range(210)]
    dealt = deal(events, {})
    total = sum(one.weight for one in events)
    weights: Counter[str] = Counter()
    labels: dict[str, Counter[str]] = {split: Counter() for split in SHARES}
    for one in events:
        weights[dealt[one.event]] += one.weight
        labels[dealt[one.event]].update(one.labels)
    for split, share in SHARES.items():
        assert weights[split] == pytest.approx(share * total, abs=0.04 * total)
        assert set(labels[split]) == set(labels["train"])


def test_the_deals_of_a_corpus(still: TinyCorpus) -> None:
    found = {one.event: one for one in deals(still.corpus)}
    assert {name: one.weight for name, one in found.items()} == {"2031-anu": 3, "2032-dalu": 1, "2033-fana": 1}
    assert found["2031-anu"].labels["supplier XBE"] == 3 and found["2032-dalu"].labels["no requests"] == 1
    assert found["2033-fana"].labels["decade 2030s"] == 1
    assert current(still.corpus) == {"2031-anu": "train", "2032-dalu": "validation", "2033-fana": "test"}


def test_the_command_proposes_and_writes(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    corpus.edit("corpus/2033-fana/event.json", lambda body: body.pop("split"))
    before = corpus.path("corpus/2033-fana/event.json").read_bytes()
    assert main(["--root", str(corpus.root), "split"]) == 0
    assert capsys.readouterr().out.startswith("2033-fana: ")
    assert corpus.path("corpus/2033-fana/event.json").read_bytes() == before
    assert main(["--root", str(corpus.root), "split", "--write"]) == 0
    assert [finding.id for finding in corpus.findings()] == []
    capsys.readouterr()
    assert main(["--root", str(corpus.root), "split"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_events_are_dealt_anew_only_before_a_release(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(corpus.root), "split", "--again"]) == 0
    corpus.write("releases/1.0.0.json", {})
    assert main(["--root", str(corpus.root), "split", "--again"]) == 1
    assert "keep their splits for ever" in capsys.readouterr().err


def test_an_article_without_event_or_gold_does_not_stop_it(corpus: TinyCorpus) -> None:
    corpus.remove("annotations/gold/2031-anu/01.json")
    corpus.remove("corpus/2032-dalu/event.json")
    assert {one.event: one.weight for one in deals(corpus.corpus)}["2032-dalu"] == 1
    assert current(corpus.corpus) == {"2031-anu": "train", "2033-fana": "test"}
