"""Suggestions: documents that pass the checks, and that find what the word lists and the grammar know."""

from __future__ import annotations

import json

import pytest

from pinta.cli import main
from pinta.suggest import Names, suggest
from pinta.suggest.names import learn
from tiny import TinyCorpus

pytest.importorskip("ahocorasick_rs")

TEXT = """Presiden Venezuela Nicolas Maduro meminta 14 unit rudal dan drone berjarak 1.000 km kepada Rusia, China, dan Iran.

Washington menuduh Maduro. Maduro membantah tuduhan itu. Putin tiba di Washington. Organisasi Traktat Keamanan Kolektif (CSTO) diam. Moskwa mendukung Venezuela.
"""


@pytest.fixture
def found(corpus: TinyCorpus) -> dict[str, object]:
    schema = corpus.corpus.schema
    return suggest("2031-anu/01", TEXT, schema, Names.load(schema))


def _names(found: dict) -> dict[str, str]:
    return {entity["id"]: entity["name"] for entity in found["entities"]}


def test_names_titles_short_forms_and_seats(found: dict) -> None:
    quotes = [(mention["quote"], mention["type"], mention["metonym"]) for mention in found["mentions"]]
    assert ("Nicolas Maduro", "person", False) in quotes and quotes.count(("Maduro", "person", False)) == 2
    assert ("Washington", "state", True) in quotes and ("Washington", "place", False) in quotes
    assert ("CSTO", "intergovernmental", False) in quotes and ("Moskwa", "state", True) in quotes
    persons = [entity for entity in found["entities"] if entity["type"] == "person" and "Maduro" in entity["name"]]
    assert len(persons) == 1 and len(persons[0]["mentions"]) == 3


def test_one_request_a_supplier_with_items_quantity_and_specification(found: dict) -> None:
    names = _names(found)
    pairs = [(names[r["requester"]], [names[s] for s in r["suppliers"]]) for r in found["requests"]]
    assert pairs == [("Venezuela", ["Rusia"]), ("Venezuela", ["Tiongkok"]), ("Venezuela", ["Iran"])]
    rocket, drone = found["requests"][0]["items"]
    assert (rocket["quote"], rocket["category"], rocket["quantity"]["value"], rocket["quantity"]["quote"]) == (
        "rudal",
        "missile_unspecified",
        14,
        "14 unit",
    )
    assert [(s["attribute"], s["value"], s["unit"]) for s in drone["specifications"]] == [("range", 1000, "km")]


def test_stances_by_cue_and_a_denial_of_a_claim(found: dict) -> None:
    names = _names(found)
    told = [(names[s["holder"]], s["act"], names.get(s["target"], s["target"])) for s in found["stances"]]
    assert ("Amerika Serikat", "accuse", "Nicolas Maduro") in told and ("Rusia", "support", "Venezuela") in told
    assert any(act == "deny" and target.startswith("c") for _, act, target in told) and found["claims"]


def test_suggestions_pass_the_checks_and_the_command_writes_them(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    out = corpus.root / "annotations" / "passes" / "rules"
    assert main(["--root", str(corpus.root), "suggest", "--split", "train", "--out", str(out)]) == 0
    assert list(out.rglob("*.json"))
    assert main(["--root", str(corpus.root), "suggest", "2099-nol/01"]) == 1
    assert "There is no article or event 2099-nol/01" in capsys.readouterr().err
    main(["--root", str(corpus.root), "check", "--format", "json"])
    assert not [f for f in json.loads(capsys.readouterr().out) if "passes/rules" in f["path"] and f["level"] == "error"]


def test_learning_takes_names_of_the_train_split_only(corpus: TinyCorpus) -> None:
    assert main(["--root", str(corpus.root), "suggest", "--learn"]) == 0
    entries = json.loads((corpus.root / "schema" / "lexicon" / "learned.json").read_text("utf-8"))["entries"]
    forms = {form for entry in entries for form in entry["forms"]}
    assert "Anu" in forms
    assert learn([], Names.of([]))["entries"] == []
