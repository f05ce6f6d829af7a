"""Quotations become offsets; what cannot be placed is refused with its place in the draft, never guessed."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pinta.corpus.restricted import resolve_restricted
from pinta.diagnostics import FindingsError, PintaError
from pinta.draft import Quotation, QuoteError, UnplacedError, place, read_draft, resolve, resolve_file
from pinta.jsontext import dumps
from pinta.schema.labels import Schema
from pinta.schema.validate import Validator
from pinta.spans import Span, normalise, occurrences
from tiny import RESTRICTED, TINY, TinyCorpus, draft_of

TEXT = "Iran minta rudal. Irania memberi rudal kepada Iran! Rudal itu, kata Iran, dari A ke B.\n"


def quoted(quote: str, **more: Any) -> str:
    span = place(TEXT, Quotation.parse(quote), **more)
    return f"{span.start}:{TEXT[span.start : span.end]}"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("minta", "5:minta"),
        ("Irania", "18:Irania"),
        ("Iran|2", "46:Iran"),
        ("Iran|@2", "46:Iran"),
        ("Iran|@3", "68:Iran"),
        ("rudal|@2.1", "33:rudal"),
        ("rudal|@2|1", "33:rudal"),
        ("@1", "0:Iran minta rudal."),
        ("@2-3", "18:Irania memberi rudal kepada Iran! Rudal itu, kata Iran, dari A ke B."),
        ("Irania … kepada", "18:Irania memberi rudal kepada"),
        ("Irania ... kepada", "18:Irania memberi rudal kepada"),
        ("rudal … Iran|2", "33:rudal kepada Iran"),
        ("emberi", "26:emberi"),
    ],
)
def test_quotations(quote: str, found: str) -> None:
    assert quoted(quote) == found


@pytest.mark.parametrize(
    ("quote", "id_", "message"),
    [
        ("peluru", "E-QUOTE-MISSING", "does not stand"),
        ("IRAN", "E-QUOTE-MISSING", "does not stand"),
        ("minta|@2", "E-QUOTE-MISSING", "in sentence 2"),
        ("|2", "E-QUOTE-MISSING", "does not stand"),
        ("…", "E-QUOTE-MISSING", "does not stand"),
        ("rudal … peluru", "E-QUOTE-MISSING", "does not stand"),
        ("peluru … rudal", "E-QUOTE-MISSING", "does not stand"),
        ("Iran", "E-QUOTE-AMBIGUOUS", "stands 3 times"),
        ("rudal … Iran", "E-QUOTE-AMBIGUOUS", "stands 2 times"),
        ("Iran|4", "E-QUOTE-OPTION", "stands 3 times, not 4"),
        ("Iran|@9", "E-QUOTE-OPTION", "There is no sentence 9"),
        ("@9", "E-QUOTE-OPTION", "There is no sentence 9"),
        ("@2-1", "E-QUOTE-OPTION", "upside down"),
        ("@0", "E-QUOTE-OPTION", "There is no sentence 0"),
        ("minta|0", "E-QUOTE-OPTION", "stands 1 times, not 0"),
        ("minta|@0", "E-QUOTE-OPTION", "There is no sentence 0"),
    ],
)
def test_refusals(quote: str, id_: str, message: str) -> None:
    with pytest.raises(QuoteError, match=message) as caught:
        quoted(quote)
    assert caught.value.id == id_ and caught.value.mend


def test_refusals_say_what_the_text_has_instead() -> None:
    for quote, hint in (("IRANIA", "'Irania'"), ("minta|@2", "sentence 1"), ("Iran", "it stands in 1, 2, 3")):
        with pytest.raises(QuoteError) as caught:
            quoted(quote)
        assert hint in caught.value.mend


def test_a_repeated_quotation_is_looked_for_in_scopes() -> None:
    assert quoted("rudal", scopes=[Span(18, 51)]) == "33:rudal"
    assert quoted("Iran", scopes=[Span(4, 10), Span(52, 80)]) == "68:Iran"
    with pytest.raises(QuoteError, match="stands 2 times"):
        quoted("rudal", scopes=[Span(0, 51)])


def test_taken_places_do_not_count() -> None:
    assert quoted("rudal", taken=[Span(11, 16)]) == "33:rudal"
    with pytest.raises(QuoteError, match="only inside another mention"):
        quoted("minta", taken=[Span(0, 16)])


def test_a_stretch_ends_at_the_first_last_words_behind_its_own_beginning() -> None:
    text = "Dari A ke kota. Dari A lewat C ke kota. Dari A."
    for quote, span in (("Dari … kota|1", (0, 14)), ("Dari … kota|2", (16, 38)), ("Dari … kota|@2", (16, 38))):
        assert place(text, Quotation.parse(quote)) == span
    with pytest.raises(QuoteError, match="stands 2 times"):
        place(text, Quotation.parse("Dari … kota"))


def base() -> dict[str, Any]:
    """A draft of TEXT with nothing in it."""
    return {"article": "a/01", "entities": [], "claims": [], "stances": [], "requests": []}


def entity(id_: str, *mentions: str) -> dict[str, Any]:
    return {"id": id_, "type": "state", "name": id_, "mentions": list(mentions)}


def test_longer_mentions_take_their_places_and_all_comes_last() -> None:
    draft = {**base(), "entities": [entity("e1", "Iran|all"), entity("e2", "kepada Iran|metonym")]}
    made = resolve(draft, TEXT)
    assert [(m["start"], m["quote"], m["metonym"]) for m in made["mentions"]] == [
        (0, "Iran", False),
        (39, "kepada Iran", True),
        (68, "Iran", False),
    ]
    assert [e["mentions"] for e in made["entities"]] == [["m1", "m3"], ["m2"]]


def test_all_in_one_sentence() -> None:
    made = resolve({**base(), "entities": [entity("e1", "Iran|@3|all")]}, TEXT)
    assert [m["start"] for m in made["mentions"]] == [68]


def faults(draft: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(UnplacedError) as caught:
        resolve(draft, TEXT)
    assert "cannot be placed" in str(caught.value)
    return [("/".join(map(str, pointer)), fault.id) for pointer, fault in caught.value.faults]


def test_every_fault_is_told_at_once_with_its_pointer() -> None:
    stance = {"id": "s1", "holder": "e1", "target": "e2", "act": "support"}
    draft = {
        **base(),
        "entities": [entity("e1", "Iran", "Irak|all", "minta|@9|all"), entity("e2", "minta rudal", "minta|all")],
        "claims": [{"id": "c1", "quote": "rudal|7", "author": None, "kind": "assertion"}],
        "stances": [stance, {**stance, "cue": "mendukung"}, {**stance, "cue": None, "evidence": ["@8"]}],
    }
    assert faults(draft) == [
        ("entities/0/mentions/0", "E-QUOTE-AMBIGUOUS"),
        ("entities/0/mentions/2", "E-QUOTE-OPTION"),
        ("entities/0/mentions/1", "E-QUOTE-MISSING"),
        ("claims/0/quote", "E-QUOTE-OPTION"),
        ("stances/0", "E-QUOTE-MISSING"),
        ("stances/1/cue", "E-QUOTE-MISSING"),
        ("stances/1/cue", "E-QUOTE-MISSING"),
        ("stances/2/evidence/0", "E-QUOTE-OPTION"),
    ]


def test_an_entity_that_is_only_inside_others_is_refused() -> None:
    draft = {**base(), "entities": [entity("e1", "minta rudal"), entity("e2", "minta|all")]}
    assert faults(draft) == [("entities/1", "E-QUOTE-MISSING")]


def test_a_stance_is_explicit_with_a_cue_and_its_sentence_is_the_evidence() -> None:
    entities = [entity("e1", "Irania"), entity("e2", "Iran|all")]
    stance = {"id": "s1", "holder": "e1", "target": "e2", "act": "support"}
    draft = {**base(), "entities": entities, "stances": [{**stance, "cue": "memberi"}, {**stance, "id": "s2", "evidence": ["@2"]}]}
    one, two = resolve(draft, TEXT)["stances"]
    assert (one["explicitness"], two["explicitness"], two["cue"]) == ("explicit", "implied", None)
    assert one["evidence"] == two["evidence"] == [{"start": 18, "end": 51, "quote": "Irania memberi rudal kepada Iran!"}]


@pytest.mark.parametrize(
    ("raw", "id_", "place_"),
    [
        (b"{", "E-JSON-SYNTAX", (1, 2)),
        (b"\xff", "E-FILE-UTF8", (1, 1)),
        (b'{"article": "a/01", "entities": [], "claims": [], "stances": [], "requests": {}}', "E-SCHEMA", (1, 78)),
        (b'{"article": "a/01", "entities": [], "claims": [],\n "stance": [], "stances": [], "requests": []}', "E-SCHEMA", (2, 12)),
    ],
)
def test_a_draft_that_is_no_draft(schema: Schema, raw: bytes, id_: str, place_: tuple[int, int]) -> None:
    with pytest.raises(FindingsError) as caught:
        read_draft(raw, "draft.json", schema)
    (finding,) = caught.value.findings
    assert (finding.path, finding.id, finding.line, finding.column) == ("draft.json", id_, *place_)


def test_a_quotation_that_is_missing_is_told_with_line_and_column(schema: Schema) -> None:
    draft = {**base(), "entities": [entity("e1", "Irania", "Irak"), entity("e2", "Iran")]}
    with pytest.raises(FindingsError) as caught:
        resolve_file(dumps(draft), "d.json", TEXT, schema)
    assert [(f.id, f.line, f.column, f.pointer) for f in caught.value.findings] == [
        ("E-QUOTE-MISSING", 10, 5, "/entities/0/mentions/1"),
        ("E-QUOTE-AMBIGUOUS", 18, 5, "/entities/1/mentions/0"),
    ]


def test_the_annotator_of_the_draft_wins_over_the_one_given(schema: Schema) -> None:
    given_ = {"id": "given", "kind": "human", "guidelines": "2", "date": "2031-01-01"}
    own = {**given_, "id": "own"}
    assert resolve(base(), TEXT, given_)["annotator"] == given_
    assert resolve_file(dumps({**base(), "annotator": own}), "d", TEXT, schema, given_)["annotator"] == own


def as_draft(document: dict[str, Any], text: str) -> dict[str, Any]:
    """The way back: a draft in which every span is a quotation with its number in the text."""

    def quote(span: dict[str, Any] | None) -> str | None:
        if not span:
            return None
        places = [s.start for s in occurrences(text, span["quote"])] or [
            s.start for s in occurrences(text, span["quote"], whole_words=False)
        ]
        return f"{span['quote']}|{places.index(span['start']) + 1}"

    def measured(given_: dict[str, Any] | None) -> dict[str, Any] | None:
        return given_ and {key: value for key, value in {**given_, "quote": quote(given_)}.items() if key not in ("start", "end")}

    def item(given_: dict[str, Any]) -> dict[str, Any]:
        parts = {"quantity": measured(given_["quantity"]), "specifications": [measured(spec) for spec in given_["specifications"]]}
        return {**{key: given_[key] for key in ("kind", "category", "designation")}, "quote": quote(given_), **parts}

    mentions = {m["id"]: f"{quote(m)}{'|metonym' if m['metonym'] else ''}" for m in document["mentions"]}
    kept = ("article", "annotator")
    stances = [{**s, "cue": quote(s["cue"]), "evidence": [quote(e) for e in s["evidence"]]} for s in document["stances"]]
    requests = [
        {
            **{key: value for key, value in r.items() if key != "suppliers"},
            "supplier": next(iter(r["suppliers"]), None),
            "cue": quote(r["cue"]),
            "date": r["date"] and {"quote": quote(r["date"]), "edtf": r["date"]["edtf"]},
            "evidence": [quote(e) for e in r["evidence"]],
            "items": [item(i) for i in r["items"]],
        }
        for r in document["requests"]
    ]
    return {
        **{key: document[key] for key in kept},
        "entities": [{**e, "mentions": [mentions[m] for m in e["mentions"]]} for e in document["entities"]],
        "claims": [{"id": c["id"], "author": c["author"], "kind": c["kind"], "quote": quote(c)} for c in document["claims"]],
        "stances": stances,
        "requests": requests,
    }


@pytest.mark.parametrize("article", ["2031-anu/01", "2031-anu/02", "2032-dalu/01", "2033-fana/01"])
def test_a_document_taken_apart_into_quotations_comes_back_the_same(still: TinyCorpus, article: str) -> None:
    document, text = still.read(f"annotations/gold/{article}.json"), still.text(article)
    draft = as_draft(document, text)
    assert Validator(still.corpus.schema, "draft").violations(draft) == []
    assert resolve(draft, text) == document
    assert resolve_file(json.dumps(draft).encode(), "d", text, still.corpus.schema) == document


WORDS = st.lists(
    st.sampled_from(["Iran", "Irania", "rudal", "🇮🇩", "é", "minta.", "Kami!", "\n", "a|2", "…", "@3"]), min_size=1, max_size=14
)


@given(WORDS, st.data())
def test_any_stretch_of_words_with_its_number_is_placed_where_it_stands(words: list[str], data: st.DataObject) -> None:
    text = normalise(" ".join(words))
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    places = [span.start for span in occurrences(text, quote)] or [span.start for span in occurrences(text, quote, whole_words=False)]
    assume(start in places and not quote.startswith("@") and Quotation.parse(quote).words == quote)
    assert place(text, Quotation.parse(f"{quote}|{places.index(start) + 1}")) == Span(start, end)


def test_a_restricted_text_is_resolved_without_quotes(still: TinyCorpus) -> None:
    draft = (TINY / "drafts" / f"{RESTRICTED}.json").read_bytes()
    document = still.read(f"annotations/gold/{RESTRICTED}.json")
    open_text = (TINY / "copies" / f"{RESTRICTED}.txt").read_text("utf-8")
    full = resolve(draft_of(RESTRICTED), open_text)
    assert '"quote": "' not in json.dumps(document) and "permohonan" not in json.dumps(document)
    assert [(m["start"], m["end"]) for m in document["mentions"]] == [(m["start"], m["end"]) for m in full["mentions"]]
    windows = b"\xef\xbb\xbf" + open_text.replace("\n", "\r\n").encode()
    assert resolve_restricted(draft, "d", windows, still.corpus, RESTRICTED) == document


@pytest.mark.parametrize(
    ("copy_", "message"),
    [(b"Another text.", "The copy is not the text of 2031-anu/03"), (b"\xff", "not valid UTF-8"), (b"a\x00", "control character")],
)
def test_another_text_than_the_restricted_one_is_refused(still: TinyCorpus, copy_: bytes, message: str) -> None:
    draft = (TINY / "drafts" / f"{RESTRICTED}.json").read_bytes()
    with pytest.raises(PintaError, match=message):
        resolve_restricted(draft, "d", copy_, still.corpus, RESTRICTED)


def test_resolving_does_not_change_the_draft() -> None:
    draft = {**base(), "entities": [entity("e1", "Iran|all")]}
    before = copy.deepcopy(draft)
    resolve(draft, TEXT)
    assert draft == before
