"""The schema decides; the reference validator and the fast one agree; messages say how to mend."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.schema import validate
from pinta.schema.labels import Schema
from pinta.schema.validate import Validator, Violation, bundle
from tiny import TinyCorpus, draft_of

MUTANTS = {"annotation": 500, "draft": 500, "article": 1200, "event": 1000}


def documents(corpus: TinyCorpus) -> dict[str, list[Any]]:
    """Valid documents by kind."""
    articles = list(corpus.corpus.articles())
    return {
        "annotation": [corpus.read(f"annotations/gold/{article}.json") for article in articles],
        "article": [corpus.read(f"corpus/{article}.json") for article in articles],
        "event": [corpus.read(f"corpus/{event}/event.json") for event in corpus.corpus.events()],
        "draft": [draft_of(article) for article in articles],
    }


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a value with each of its keys."""
    found: list[tuple[Any, Any]] = []
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            found.extend(places(inner))
    return found


OTHERS = (
    "",
    "\n",
    "x",
    "e0",
    "e01",
    "e1\n",
    "m٣",
    "m1 ",
    "2031-٠1",
    "2031-03-03\n",
    "ﬁ",
    0,
    1,
    -1,
    1.0,
    12.0,
    0.5,
    -0.0,
    10**20,
    1e300,
    True,
    False,
    None,
    [],
    {},
    [None],
    {"a": 1},
)


def mutate(value: Any, chance: random.Random) -> None:
    """Change a document in one place."""
    holder, key = chance.choice(places(value))
    old = holder[key]
    match chance.randrange(9):
        case 0 if isinstance(old, str):
            holder[key] = old + "\n"
        case 1 if isinstance(old, str) and old:
            at = chance.randrange(len(old))
            holder[key] = old[:at] + chance.choice("٣é \u0000Aa0-/") + old[at + 1 :]
        case 2 if isinstance(old, int) and not isinstance(old, bool):
            holder[key] = float(old)
        case 3 if isinstance(old, (int, float)) and not isinstance(old, bool):
            holder[key] = str(old)
        case 4 if isinstance(holder, dict):
            holder[chance.choice([f"{key}s", "", "x-new", "quote", "id"])] = copy.deepcopy(old)
        case 5 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(old))
        case 6:
            del holder[key]
        case _:
            holder[key] = copy.deepcopy(chance.choice(OTHERS))


@pytest.mark.parametrize("kind", MUTANTS)
def test_the_two_validators_agree_on_mutants(still: TinyCorpus, kind: str) -> None:
    pytest.importorskip("jsonschema_rs")
    schema = still.corpus.schema
    fast, reference = validate._fast_gate(schema, kind), validate._reference(schema, kind)
    assert fast is not None
    chance, bad = random.Random(f"{kind} 1"), 0
    originals = documents(still)[kind]
    for n in range(MUTANTS[kind]):
        mutant = copy.deepcopy(chance.choice(originals))
        for _ in range(chance.choice([1, 1, 2])):
            mutate(mutant, chance)
        verdict = reference.is_valid(mutant)
        bad += not verdict
        assert fast(mutant) == verdict, json.dumps(mutant, ensure_ascii=False)
        if n % 20 == 0:
            assert bool(Validator(schema, kind).violations(mutant)) != verdict
    assert MUTANTS[kind] // 3 < bad < MUTANTS[kind]


@given(value=st.text(st.sampled_from("aeQXm019٣-/.\n\r \u2028Ａ"), max_size=9))
def test_the_two_validators_agree_on_every_pattern(schema: Schema, value: str) -> None:
    rs = pytest.importorskip("jsonschema_rs")
    from jsonschema import Draft202012Validator, validators

    strict = validators.extend(Draft202012Validator, {"pattern": validate._pattern})
    for name, body in schema.files["common"]["$defs"].items():
        if "pattern" in body:
            assert strict(body).is_valid(value) == rs.Draft202012Validator(body).is_valid(value), name


def test_the_tiny_documents_are_valid_with_and_without_the_fast_validator(still: TinyCorpus) -> None:
    for kind, bodies in documents(still).items():
        for body in bodies:
            assert Validator(still.corpus.schema, kind).violations(body) == []
            assert Validator(still.corpus.schema, kind, fast=False).violations(body) == []


def violations(schema: Schema, kind: str, body: Any) -> list[Violation]:
    found = Validator(schema, kind).violations(body)
    assert found == Validator(schema, kind, fast=False).violations(body)
    return found


def test_a_wrong_label_is_told_with_what_was_meant(still: TinyCorpus) -> None:
    body = documents(still)["annotation"][0]
    body["requests"][0]["items"][0]["kind"] = "supplly"
    body["mentions"][0]["type"] = "qqq"
    one, two = violations(still.corpus.schema, "annotation", body)
    assert (one.pointer, one.id) == (("mentions", 0, "type"), "E-SCHEMA-LABEL")
    assert one.message == "'qqq' is not a label of entity_type." and one.mend.startswith("Labels: person, state, ")
    assert two.mend == "Did you mean 'supply'? The set is schema/labels/item_kind.json."


def test_an_unknown_and_a_missing_key(still: TinyCorpus) -> None:
    body = documents(still)["article"][0]
    body["tittle"], body["zzz"] = body.pop("title"), 1
    found = {violation.message: violation.mend for violation in violations(still.corpus.schema, "article", body)}
    assert found == {
        "Unknown key 'tittle'.": "Did you mean 'title'?",
        "Unknown key 'zzz'.": "Keys here: " + ", ".join(still.corpus.schema.files["article"]["properties"]) + ".",
        "The key 'title' is missing.": "Add 'title'. Headline.",
    }


def test_an_event_without_split_or_references_has_ids_of_its_own(still: TinyCorpus) -> None:
    body = documents(still)["event"][0]
    del body["split"], body["references"]
    assert sorted(v.id for v in violations(still.corpus.schema, "event", body)) == ["E-EVENT-REFERENCES", "E-EVENT-SPLIT"]


def test_a_value_that_may_be_null_is_explained_as_what_it_should_be(still: TinyCorpus) -> None:
    body = documents(still)["annotation"][0]
    body["stances"][0]["cue"] = {"start": "0", "end": 1}
    body["entities"][0]["iso3"] = "xan"
    found = violations(still.corpus.schema, "annotation", body)
    assert [v.pointer for v in found] == [("entities", 0, "iso3"), ("stances", 0, "cue"), ("stances", 0, "cue", "start")]
    assert "does not match" in found[0].message and "ISO 3166-1" in found[0].mend
    assert found[1].message == "The key 'quote' is missing."
    assert "is not of type 'integer'" in found[2].message


def test_a_long_value_is_shortened_in_the_message(still: TinyCorpus) -> None:
    body = documents(still)["article"][0]
    body["language"] = "x" * 5000
    (found,) = violations(still.corpus.schema, "article", body)
    assert len(found.message) <= 160 and found.message.endswith("…")


def test_violations_come_in_the_order_of_the_document(still: TinyCorpus) -> None:
    body = documents(still)["annotation"][0]
    for n in (2, 10, 9):
        body["mentions"][n]["metonym"] = "no"
    assert [v.pointer[1] for v in violations(still.corpus.schema, "annotation", body)] == [2, 9, 10]


@pytest.mark.parametrize("id_", ["e1\n", "e1 ", "e١", "E1", "e01", "e0", "e10000"])
def test_ids_are_strict(still: TinyCorpus, id_: str) -> None:
    body = documents(still)["annotation"][0]
    body["entities"][0]["id"] = id_
    assert [v.pointer for v in violations(still.corpus.schema, "annotation", body)] == [("entities", 0, "id")]


def test_no_pattern_uses_what_the_validators_read_differently(schema: Schema) -> None:
    for kind in ("event", "article", "annotation", "draft"):
        text = json.dumps(bundle(schema, kind))
        assert "multipleOf" not in text
        for holder, key in places(bundle(schema, kind)):
            if key == "pattern" and isinstance(holder[key], str):
                assert not any(escape in holder[key] for escape in (r"\d", r"\w", r"\s", r"\p", r"\b", "(?")), holder[key]
                assert holder[key].startswith("^") and holder[key].endswith("$") and "$" not in holder[key][:-1]
