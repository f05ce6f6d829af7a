"""The layout follows the schema, and people's mistakes become findings."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from label_studio_documents import ARTICLE, SCHEMA
from pinta.diagnostics import PintaError
from pinta.label_studio import server
from pinta.label_studio.client import TOKEN, connection_of
from pinta.label_studio.config import LANGUAGES, config_of, differences, vocabulary
from pinta.label_studio.layout import CHAIN, layout
from pinta.label_studio.server import POSTGRES, Connection, database
from pinta.label_studio.tasks import document_of
from pinta.spans import sha256
from tiny import TinyCorpus

Json = dict[str, Any]
TEXT = "Anu meminta 12 rudal kepada Bena. Cala mengecam Anu. Bena setuju."
WHO = {"article": ARTICLE["id"], "annotator": {"id": "alih", "kind": "human", "guidelines": "2", "date": "2031-05-01"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_schema_can_be_chosen(language: str) -> None:
    there = vocabulary(config_of(SCHEMA, language))
    assert set(SCHEMA["entity_type"].ids) == set(there["mention"][1:])
    for fields in layout(SCHEMA).fields.values():
        for field in fields:
            assert field.control in there
            if field.labels:
                assert set(SCHEMA[field.labels].ids) == set(there[field.control][1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_keys_do_two_things_at_once(language: str) -> None:
    """Keys of labels are on always; those of a choice only while its kind of region is selected."""
    root = ET.fromstring(config_of(SCHEMA, language))
    always = [label.get("hotkey") for label in root.iter("Label")]
    assert None not in always
    assert len(always) == len(set(always))
    for choices in root.iter("Choices"):
        own = [choice.get("hotkey") for choice in choices if choice.get("hotkey")]
        assert len(own) == len(set(own))
        assert not set(own) & set(always)


def test_what_is_required_decides_for_itself_whether_it_shows() -> None:
    """A required field whose visibility stands on the box around it would be asked of every region, and block all work."""
    for tag in ET.fromstring(config_of(SCHEMA)).iter():
        if tag.get("required"):
            assert tag.get("perRegion")
            assert tag.get("visibleWhen") == "region-selected"
            assert tag.get("whenTagName")


def test_languages_differ_in_looks_only() -> None:
    assert config_of(SCHEMA, "id") != config_of(SCHEMA, "en")
    assert differences(config_of(SCHEMA, "id"), config_of(SCHEMA, "en")) == []


def test_every_reference_of_the_schema_has_its_arrow() -> None:
    labels = layout(SCHEMA).role_labels
    wanted = {"requester", "supplier", "messenger", "item", "quantity", "specification", "date", "evidence"}
    wanted |= {"holder", "voiced_by", "target", "author", *(f"attribution_{n}" for n in range(1, CHAIN + 1))}
    assert set(labels) == wanted


def region(id_: str, words: str, label: str, nth: int = 0, **fields: Any) -> list[Json]:
    """What a person makes of some words: a region with a label and fields."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    span = {"start": start, "end": start + len(words)}
    control = "mention" if label in SCHEMA["entity_type"] else "unit"
    common = {"id": id_, "to_name": "text"}
    made: list[Json] = [{**common, "from_name": control, "type": "labels", "value": {**span, "text": words, "labels": [label]}}]
    for key, value in fields.items():
        kind, name = (
            ("number", "number") if isinstance(value, int) else ("choices", "choices") if key not in TEXTS else ("textarea", "text")
        )
        value = value if kind == "number" else [value]
        prefix = "mention" if control == "mention" else label
        made.append({**common, "from_name": f"{prefix}_{key}", "type": kind, "value": {**span, name: value}})
    return made


TEXTS = ("entity", "name", "wikidata", "iso3", "designation", "edtf")


def arrow(source: str, target: str, *labels: str, direction: str = "right") -> Json:
    return {"from_id": source, "to_id": target, "type": "relation", "direction": direction, "labels": list(labels)}


REQUEST = {"channel": "unspecified", "purpose": "unspecified", "realis": "asserted", "status": "agreed"}
MEASURE = {"value": 12, "comparator": "exact", "unit": "item"}


def drawn() -> dict[str, Any]:
    """A whole annotation as a person draws it, by hand, in pieces that a test can spoil."""
    return {
        "anu": region("A", "Anu", "state", entity="e1", name="Anu", iso3="XAN"),
        "anu again": region("A2", "Anu", "state", 1, entity="e1"),
        "bena": region("B", "Bena", "state", entity="e2", name="Bena"),
        "bena again": region("B2", "Bena", "state", 1, entity="e2"),
        "cala": region("C", "Cala", "state", entity="e3", name="Cala"),
        "request": region("R", "meminta", "request", **REQUEST),
        "item": region("I", "rudal", "item", kind="supply", category="missile_unspecified"),
        "quantity": region("Q", "12", "quantity", **MEASURE),
        "answer": region("E", "Bena setuju.", "evidence"),
        "asked": region("E1", "Anu meminta 12 rudal kepada Bena.", "evidence"),
        "stance": region("S", "mengecam", "stance", act="oppose", explicitness="explicit"),
        "arrows": [
            arrow("R", "A", "requester"),
            arrow("R", "B", "supplier"),
            arrow("R", "I", "item"),
            arrow("I", "Q", "quantity"),
            arrow("R", "E1", "evidence"),
            arrow("R", "E", "evidence"),
            arrow("S", "C", "holder"),
            arrow("S", "A2", "target"),
        ],
    }


def read(pieces: dict[str, Any]) -> tuple[Any, list[Any]]:
    return document_of([result for piece in pieces.values() for result in piece], TEXT, WHO, SCHEMA)


def test_what_a_person_draws_becomes_a_document() -> None:
    document, problems = read(drawn())
    assert problems == []
    assert document["text_sha256"] == sha256(TEXT)
    assert [entity["mentions"] for entity in document["entities"]] == [["m1", "m4"], ["m2", "m5"], ["m3"]]
    (request,) = document["requests"]
    assert (request["requester"], request["suppliers"], request["cue"]["quote"]) == ("e1", ["e2"], "meminta")
    assert [span["quote"] for span in request["evidence"]] == ["Anu meminta 12 rudal kepada Bena.", "Bena setuju."]
    assert (request["items"][0]["id"], request["items"][0]["quantity"]["value"]) == ("i1", 12)
    (stance,) = document["stances"]
    assert (stance["holder"], stance["target"], stance["negated"]) == ("e3", "e1", False)
    assert [span["quote"] for span in stance["evidence"]] == ["Cala mengecam Anu."]


def spoil(pieces: dict[str, Any], name: str) -> None:
    arrows = pieces["arrows"]
    changes: dict[str, Any] = {
        "unlabelled": lambda: arrows[0].pop("labels"),
        "reversed": lambda: arrows[0].update(from_id="A", to_id="R"),
        "flipped": lambda: arrows[0].update(direction="left"),
        "both ways": lambda: arrows[0].update(direction="bi"),
        "two suppliers": lambda: arrows.append(arrow("R", "C", "supplier")),
        "no requester": lambda: arrows.pop(0),
        "wrong kind": lambda: arrows[0].update(to_id="Q"),
        "dangling": lambda: arrows[0].update(to_id="gone"),
        "loose quantity": lambda: arrows.pop(3),
        "second source only": lambda: arrows.append(arrow("R", "C", "attribution_2")),
        "no channel": lambda: pieces["request"].pop(1),
        "no name": lambda: pieces["bena"].pop(2),
        "two names": lambda: pieces["bena again"].extend(region("B2", "Bena", "state", 1, name="Kerajaan Bena")[1:]),
        "two types": lambda: pieces["bena again"][0]["value"].update(labels=["place"]),
        "bad key": lambda: pieces["cala"][1]["value"].update(text=["Cala"]),
        "unknown choice": lambda: pieces["request"][1]["value"].update(choices=["pigeon"]),
        "words for a number": lambda: pieces["quantity"][1]["value"].update(number="dua belas"),
        "two lines": lambda: pieces["cala"][2]["value"].update(text=["Cala", "Republik Cala"]),
        "unknown control": lambda: pieces["request"][1].update(from_name="canal"),
        "unknown label": lambda: pieces["item"][0]["value"].update(labels=["thing"]),
        "beyond the text": lambda: pieces["item"][0]["value"].update(end=9999),
        "field of another kind": lambda: pieces["item"][1].update(from_name="stance_act"),
        "two labels": lambda: pieces["item"].append({**pieces["item"][0], "from_name": "mention"} | {"value": pieces["anu"][0]["value"]}),
    }
    changes[name]()


WRONG = {
    "unlabelled": "E-ARROW-UNLABELLED",
    "reversed": "E-ARROW-REVERSED",
    "flipped": "E-ARROW-REVERSED",
    "both ways": "E-ARROW-REVERSED",
    "two suppliers": "E-ARROW-TWO",
    "no requester": "E-ARROW-MISSING",
    "wrong kind": "E-ARROW-KIND",
    "dangling": "E-ARROW-END",
    "loose quantity": "E-REGION-LOOSE",
    "second source only": "E-ARROW-CHAIN",
    "no channel": "E-FIELD-MISSING",
    "no name": "E-FIELD-MISSING",
    "two names": "E-ENTITY-CONFLICT",
    "two types": "E-ENTITY-CONFLICT",
    "bad key": "E-FIELD-VALUE",
    "unknown choice": "E-FIELD-VALUE",
    "words for a number": "E-FIELD-VALUE",
    "two lines": "E-FIELD-VALUE",
    "unknown control": "E-CONTROL-UNKNOWN",
    "unknown label": "E-REGION-LABEL",
    "beyond the text": "E-REGION-OFFSETS",
    "field of another kind": "E-FIELD-VALUE",
    "two labels": "E-REGION-LABEL",
}


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_is_told_and_nothing_is_guessed(name: str) -> None:
    pieces = drawn()
    spoil(pieces, name)
    document, problems = read(pieces)
    assert document is None
    assert WRONG[name] in {problem.id for problem in problems}
    assert all(problem.message and problem.mend for problem in problems)


def test_an_arrow_may_be_drawn_from_either_end_and_turned() -> None:
    pieces = drawn()
    pieces["arrows"][0] = arrow("A", "R", "requester", direction="left")
    assert read(pieces) == read(drawn())


def test_an_item_of_two_requests_is_an_item_of_each() -> None:
    pieces = drawn()
    pieces["second"] = region("R2", "setuju", "request", **REQUEST)
    pieces["arrows"] += [arrow("R2", "C", "requester"), arrow("R2", "B2", "supplier"), arrow("R2", "I", "item")]
    document, problems = read(pieces)
    assert problems == []
    one, two = (request["items"] for request in document["requests"])
    assert (one[0]["id"], two[0]["id"]) == ("i1", "i2")
    assert one[0]["quantity"] == two[0]["quantity"]


def test_nothing_drawn_is_an_empty_document() -> None:
    document, problems = document_of([], TEXT, WHO, SCHEMA)
    assert problems == []
    assert all(document[layer] == [] for layer in ("mentions", "entities", "claims", "stances", "requests"))


def test_a_connection_keeps_its_secrets_out_of_sight() -> None:
    shown = repr(Connection("http://127.0.0.1:1", "s3cret", "alih@localhost", "pa55word"))
    assert "s3cret" not in shown
    assert "pa55word" not in shown


def test_a_token_is_wanted_for_another_server(corpus: TinyCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    with pytest.raises(PintaError, match=TOKEN):
        connection_of(corpus.root, "http://127.0.0.1:1")
    with pytest.raises(PintaError, match="label-studio start"):
        connection_of(corpus.root)


def test_a_server_that_is_not_installed_is_told_how_to_install(corpus: TinyCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(server.PROGRAM, raising=False)
    with pytest.raises(PintaError, match="label-studio install"):
        server.start(corpus.root)
    assert server.stop(corpus.root) is False


def test_the_database_of_a_team_is_one_variable() -> None:
    assert database({}) == {"DJANGO_DB": "sqlite"}
    made = database({POSTGRES: "postgresql://alih:a%40b@db.example.org:5433/pinta"})
    assert made["POSTGRE_PASSWORD"] == "a@b"
    assert (made["DJANGO_DB"], made["POSTGRE_PORT"], made["POSTGRE_NAME"]) == ("default", "5433", "pinta")
    with pytest.raises(PintaError, match="postgresql://"):
        database({POSTGRES: "mysql://x"})
