"""Two passes become gold: what agrees is taken, what differs is decided once, and no decision can go astray."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from pinta.cli import main
from pinta.corpus.layout import Corpus
from pinta.diagnostics import FindingsError
from pinta.draft import resolve
from pinta.quality import adjudication
from pinta.quality.adjudicate import apply, draft, fill, show, worksheet_path
from pinta.quality.adjudication.decisions import Answer, Drafting, Question
from pinta.quality.adjudication.document import document
from pinta.quality.align import Alignment
from pinta.quality.counts import count
from pinta.schema.labels import Schema
from sketch import annotations
from tiny import RESTRICTED, TinyCorpus, draft_of

pytest.importorskip("scipy")

ARTICLE = "2031-anu/01"
WHO = {"id": "judge", "guidelines": "2", "date": "2031-06-01"}
Change = Callable[[dict[str, Any]], object]


class Case:
    """The tiny corpus with two passes of one article: pass b is pass a after a change of the draft."""

    def __init__(self, tiny: TinyCorpus, change: Change, first: Change = lambda _: None) -> None:
        self.tiny, self.corpus = tiny, Corpus(tiny.root)
        for name, changes in (("a", (first,)), ("b", (first, change))):
            body = draft_of(ARTICLE)
            for one in changes:
                one(body)
            made = resolve(
                {**body, "annotator": {"id": name, "kind": "language_model", "guidelines": "2", "date": "2031-05-01"}}, tiny.text(ARTICLE)
            )
            tiny.write(f"annotations/passes/{name}/{ARTICLE}.json", made)
        tiny.write(f"annotations/decisions/{ARTICLE}.json", draft(self.corpus, ARTICLE, WHO))

    @property
    def decisions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tiny.read(f"annotations/decisions/{ARTICLE}.json")["decisions"]
        return found

    def only(self) -> dict[str, Any]:
        """The one decision that there is."""
        assert len(self.decisions) == 1, self.decisions
        return self.decisions[0]

    def decide(self, choice: Any, id_: str = "d1", rule: str | None = "§2") -> None:
        def change(sheet: dict[str, Any]) -> None:
            next(d for d in sheet["decisions"] if d["id"] == id_).update(choice=choice, rule=rule)

        self.tiny.edit(f"annotations/decisions/{ARTICLE}.json", change)

    def gold(self) -> dict[str, Any]:
        return apply(self.corpus, ARTICLE)

    def refused(self) -> str:
        with pytest.raises(FindingsError) as caught:
            self.gold()
        return str(caught.value)


def bare(annotation: dict[str, Any]) -> dict[str, Any]:
    return {layer: annotation[layer] for layer in ("mentions", "entities", "claims", "stances", "requests")}


def test_passes_that_agree_need_no_decision(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda _: None)
    assert case.decisions == []
    gold = case.gold()
    assert gold["annotator"] == {"id": "judge", "kind": "adjudication", "guidelines": "2", "date": "2031-06-01"}
    # requester, supplier, cue, four labels, messenger, date: 9; helicopter: span, two labels, designation, quantity: 5;
    # rockets: span, two labels, quantity, specification: 5
    assert count(Alignment(corpus.read(f"annotations/passes/a/{ARTICLE}.json"), gold)).triples["slots"] == (19.0, 19, 19)
    assert [mention["start"] for mention in gold["mentions"]] == sorted(mention["start"] for mention in gold["mentions"])
    assert gold["entities"][0]["mentions"][0] == "m1"


def test_a_slot_is_decided_for_either_pass_or_for_neither(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused"))
    asked = case.only()
    assert {key: asked[key] for key in ("layer", "what", "of", "a", "b", "options")} == {
        "layer": "request", "what": "status", "of": "Anu → Bena", "a": "not_stated", "b": "refused", "options": ["a", "b", "set"],
    }  # fmt: skip
    assert asked["sentence"].startswith("[2] Kota Anu")
    for choice, status in (("a", "not_stated"), ("b", "refused"), ({"set": {"status": "delivered"}}, "delivered")):
        case.decide(choice)
        assert case.gold()["requests"][0]["status"] == status


def test_a_mention_that_one_pass_has(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["entities"].pop())
    asked = case.only()
    assert (asked["what"], asked["a"], asked["b"]) == ("only a", "“Teluk Dera” of Teluk Dera (place)", "–")
    case.decide("a")
    assert "Teluk Dera" in [entity["name"] for entity in case.gold()["entities"]]
    case.decide("b")
    assert "Teluk Dera" not in [entity["name"] for entity in case.gold()["entities"]]


def named_anu(body: dict[str, Any]) -> None:
    body["entities"][0]["mentions"] = ["Anu|1", "Republik Anu", "Anu|@6", "Anu|@7"]


def test_several_mentions_of_one_kind_are_one_decision_and_can_be_decided_apart(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["entities"][5].update(mentions=["Kota Anu|1"]), first=named_anu)
    assert case.only()["of"] == "@5"
    case = Case(corpus, lambda body: body["entities"].pop(5), first=named_anu)
    assert (case.only()["members"], case.only()["a"]) == (["@2", "@5"], "“Kota Anu” of Kota Anu (place) ×2")
    case.decide(["b", "a"])
    town = next(entity for entity in case.gold()["entities"] if entity["name"] == "Kota Anu")
    assert len(town["mentions"]) == 1


def test_a_mention_that_each_pass_gives_to_another_entity(corpus: TinyCorpus) -> None:
    def place(body: dict[str, Any]) -> None:
        body["entities"][1]["mentions"].remove("Istana Batu|metonym")
        body["entities"].append({"id": "e9", "type": "place", "name": "Istana Batu", "mentions": ["Istana Batu"]})

    case = Case(corpus, place)
    asked = case.only()
    assert (asked["what"], asked["a"], asked["b"]) == (
        "of which entity",
        "“Istana Batu” metonym of Bena (state)",
        "“Istana Batu” of Istana Batu (place)",
    )
    case.decide("a")
    palace = next(m for m in case.gold()["mentions"] if m["quote"] == "Istana Batu")
    assert (palace["type"], palace["metonym"]) == ("state", True)
    case.decide("b")
    palace = next(m for m in case.gold()["mentions"] if m["quote"] == "Istana Batu")
    assert (palace["type"], palace["metonym"]) == ("place", False)
    case.decide({"set": {"entity": "Cala"}})
    assert (
        next(m for m in case.gold()["mentions"] if m["quote"] == "Istana Batu")["id"]
        in next(e for e in case.gold()["entities"] if e["name"] == "Cala")["mentions"]
    )


def test_a_code_that_only_one_pass_gives_is_taken_and_logged(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["entities"][3].update(wikidata="Q42"))
    assert case.decisions == []
    sheet = corpus.read(f"annotations/decisions/{ARTICLE}.json")
    assert sheet["automatic"] == [
        {"layer": "entity", "what": "wikidata of Sari Utama", "a": "–", "b": "Q42", "chosen": "b", "rule": "non-null"}
    ]
    assert next(e for e in case.gold()["entities"] if e["name"] == "Sari Utama")["wikidata"] == "Q42"


def test_names_that_differ_are_decided(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["entities"][3].update(name="Sari U."))
    assert (case.only()["what"], case.only()["a"], case.only()["b"]) == ("name", "Sari Utama", "Sari U.")
    case.decide({"set": {"name": "Sari Utama binti Utama"}})
    assert "Sari Utama binti Utama" in [entity["name"] for entity in case.gold()["entities"]]


def test_a_request_that_one_pass_has_comes_whole_or_not_at_all(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"].pop())
    assert case.only()["a"] == (
        "Anu → Bena “meminta” @2: “helikopter Elang-7” supply other_helicopter, “rudal” supply missile_unspecified | asserted, not_stated"
    )
    case.decide("a")
    assert len(case.gold()["requests"][0]["items"]) == 2
    case.decide({"set": {"status": "refused", "messenger": "Sari Utama", "supplier": "Cala"}})
    made, names = case.gold(), {e["id"]: e["name"] for e in case.gold()["entities"]}
    request = made["requests"][0]
    assert (request["status"], names[request["messenger"]], [names[s] for s in request["suppliers"]]) == ("refused", "Sari Utama", ["Cala"])
    case.decide("b")
    assert case.gold()["requests"] == []


def test_another_supplier_can_mean_two_requests(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(supplier="e3", status="refused"))
    kinds = {decision["what"]: decision["id"] for decision in case.decisions}
    assert set(kinds) == {"requester or supplier", "status"}
    case.decide("both", kinds["requester or supplier"])
    # the status no longer matters: each request keeps its own
    assert sorted(request["status"] for request in case.gold()["requests"]) == ["not_stated", "refused"]
    case.decide("b", kinds["requester or supplier"])
    assert f"{kinds['status']} is not decided" in case.refused()


def test_items_are_one_decision_for_span_and_labels(corpus: TinyCorpus) -> None:
    def other(body: dict[str, Any]) -> None:
        body["requests"][0]["items"][1] |= {"quote": "40 hingga 50 rudal", "category": "strike_missile"}

    case = Case(corpus, other)
    asked = case.only()
    assert (asked["layer"], asked["what"]) == ("item", "differs")
    assert (asked["a"], asked["b"]) == ("“rudal” supply missile_unspecified @2", "“40 hingga 50 rudal” supply strike_missile @2")
    case.decide({"set": {"category": "air_launched_weapon", "quote": "50 rudal"}})
    item = case.gold()["requests"][0]["items"][1]
    assert (item["quote"], item["category"], item["quantity"]["value"]) == ("50 rudal", "air_launched_weapon", 40)
    case.decide("neither")
    assert [item["quote"] for item in case.gold()["requests"][0]["items"]] == ["helikopter Elang-7"]


def test_quantities_and_specifications_are_decided_apart(corpus: TinyCorpus) -> None:
    def other(body: dict[str, Any]) -> None:
        rockets = body["requests"][0]["items"][1]
        rockets["quantity"]["comparator"] = "about"
        rockets["quantity"]["value_max"] = None
        rockets.pop("specifications")

    case = Case(corpus, other)
    kinds = {decision["what"]: decision["id"] for decision in case.decisions}
    assert set(kinds) == {"quantity", "specification only a"}
    case.decide({"set": {"quote": "40 hingga 50", "value": 50, "comparator": "at_most"}}, kinds["quantity"])
    case.decide("b", kinds["specification only a"])
    rockets = case.gold()["requests"][0]["items"][1]
    assert (rockets["quantity"]["value"], rockets["quantity"]["comparator"], rockets["specifications"]) == (50, "at_most", [])


def test_evidence_can_be_joined(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(evidence=["@2", "@3"]))
    assert (case.only()["what"], case.only()["a"], case.only()["b"]) == ("evidence", "@2", "@2, @3")
    case.decide("both")
    assert len(case.gold()["requests"][0]["evidence"]) == 2
    case.decide({"set": {"evidence": ["@2-3"]}})
    assert case.gold()["requests"][0]["evidence"][0]["quote"].endswith("Istana Batu.")


def test_a_stance_towards_another_target_is_decided_as_a_whole(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["stances"][0].update(target="e3"))
    assert (case.only()["what"], case.only()["a"]) == ("holder or target", "Bena support Anu “mendukung” @6")
    case.decide("both")
    assert sum(stance["act"] == "support" for stance in case.gold()["stances"]) == 2
    case.decide("neither")
    assert sum(stance["act"] == "support" for stance in case.gold()["stances"]) == 0


def test_without_a_cue_a_stance_is_implied(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["stances"][0].update(cue=None, evidence=["@6"]))
    asked = {decision["what"]: decision["id"] for decision in case.decisions}
    case.decide("neither", asked["cue"])
    for id_ in set(asked.values()) - {asked["cue"]}:
        case.decide("a", id_)
    assert next(s for s in case.gold()["stances"] if s["act"] == "support")["explicitness"] == "implied"


def with_claim(body: dict[str, Any]) -> None:
    body["claims"] = [{"id": "c1", "quote": "diserang Republik Cala", "author": "e4", "kind": "accusation"}]
    body["stances"].append({"id": "s4", "holder": "e3", "target": "c1", "act": "deny", "evidence": ["@4"]})


def test_a_claim_follows_the_stance_towards_it(corpus: TinyCorpus) -> None:
    case = Case(corpus, with_claim)
    assert case.only()["b"] == "Cala deny claim “diserang Republik Cala” – @4"
    case.decide("b")
    assert [stance["target"] for stance in case.gold()["stances"] if stance["act"] == "deny"] == ["c1"]
    case.decide("a")
    assert case.gold()["claims"] == []


def test_a_claim_that_both_have_is_one_decision(corpus: TinyCorpus) -> None:
    def other(body: dict[str, Any]) -> None:
        body["claims"][0] |= {"quote": "negerinya diserang Republik Cala", "kind": "assertion"}

    case = Case(corpus, other, first=with_claim)
    assert case.only()["a"] == "“diserang Republik Cala” accusation by Sari Utama"
    case.decide({"set": {"base": "b", "author": "Anu", "kind": "accusation"}})
    claim = case.gold()["claims"][0]
    assert (claim["quote"], claim["kind"]) == ("negerinya diserang Republik Cala", "accusation")
    assert claim["author"] == next(e["id"] for e in case.gold()["entities"] if e["name"] == "Anu")
    case.decide({"set": {"quote": "diserang", "author": None}})
    assert (case.gold()["claims"][0]["quote"], case.gold()["claims"][0]["author"]) == ("diserang", None)


def test_a_stance_can_be_set_in_every_slot(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["stances"].pop(0))
    case.decide(
        {
            "set": {
                "holder": "Cala",
                "target": "b:e2",
                "voiced_by": "Sari Utama",
                "act": "oppose",
                "negated": True,
                "cue": None,
                "attribution": ["Anu"],
            }
        }
    )
    made, names = case.gold(), {e["id"]: e["name"] for e in case.gold()["entities"]}
    stance = next(s for s in made["stances"] if s["negated"])
    assert [names[stance[slot]] for slot in ("holder", "target", "voiced_by")] == ["Cala", "Bena", "Sari Utama"]
    assert (stance["act"], stance["explicitness"], [names[id_] for id_ in stance["attribution"]]) == ("oppose", "implied", ["Anu"])


def test_slots_of_a_stance_are_decided_one_by_one(corpus: TinyCorpus) -> None:
    def other(body: dict[str, Any]) -> None:
        body["stances"][2] |= {"act": "threaten", "voiced_by": None, "negated": True, "attribution": ["e4"]}

    case = Case(corpus, other)
    asked = {decision["what"]: decision["id"] for decision in case.decisions}
    assert set(asked) == {"act", "voiced_by", "negated", "attribution"}
    case.decide({"set": {"act": "oppose"}}, asked["act"])
    case.decide({"set": {"voiced_by": "Wira Laksa"}}, asked["voiced_by"])
    case.decide({"set": {"negated": False}}, asked["negated"])
    case.decide({"set": {"attribution": ["Cala", "Sari Utama"]}}, asked["attribution"])
    made, names = case.gold(), {e["id"]: e["name"] for e in case.gold()["entities"]}
    stance = next(s for s in made["stances"] if s["act"] == "oppose" and names[s["holder"]] == "Anu")
    assert (names[stance["voiced_by"]], stance["negated"]) == ("Wira Laksa", False)
    assert [names[id_] for id_ in stance["attribution"]] == ["Cala", "Sari Utama"]


def test_dates_cues_and_designations(corpus: TinyCorpus) -> None:
    def other(body: dict[str, Any]) -> None:
        body["requests"][0] |= {"date": None, "cue": "surat"}
        body["requests"][0]["items"][0]["designation"] = None

    case = Case(corpus, other)
    asked = {decision["what"]: decision["id"] for decision in case.decisions}
    assert set(asked) == {"date", "cue", "differs"}
    assert case.decisions[0]["a"] != case.decisions[0]["b"]
    case.decide({"set": {"date": {"quote": "Maret 2031", "edtf": "2031-03"}}}, asked["date"])
    case.decide({"set": {"cue": "surat"}}, asked["cue"])
    case.decide("b", asked["differs"])
    request = case.gold()["requests"][0]
    assert (request["date"]["edtf"], request["cue"]["quote"], request["items"][0]["designation"]) == ("2031-03", "surat", None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"messenger": "Nobody"}, "'Nobody' is no entity of either pass."),
        ({"cue": "memohon"}, "'memohon' does not stand in the text"),
        ({"cue": 7}, "7 is no quotation from the text."),
        ({"chanel": "letter"}, "There is no chanel to set here."),
    ],
)
def test_values_that_lead_nowhere_are_refused(corpus: TinyCorpus, values: dict[str, Any], said: str) -> None:
    case = Case(corpus, lambda body: body["requests"].pop())
    case.decide({"set": values})
    assert said in case.refused()


def test_passes_of_a_text_that_is_not_included_are_merged_by_offsets(corpus: TinyCorpus) -> None:
    gold = corpus.read(f"annotations/gold/{RESTRICTED}.json")
    for name in "ab":
        corpus.write(f"annotations/passes/{name}/{RESTRICTED}.json", {**gold, "annotator": {**gold["annotator"], "id": name}})
    corpus.edit(f"annotations/passes/b/{RESTRICTED}.json", lambda body: body["requests"][0].update(status="delivered"))
    case_corpus = Corpus(corpus.root)
    sheet = draft(case_corpus, RESTRICTED, WHO)
    assert [(d["what"], d["sentence"]) for d in sheet["decisions"]] == [("status", "")]
    sheet["decisions"][0].update(choice="b", rule="§2")
    corpus.write(f"annotations/decisions/{RESTRICTED}.json", sheet)
    made = apply(case_corpus, RESTRICTED)
    assert made["requests"][0]["status"] == "delivered"
    assert made["anchors"] == gold["anchors"]


def test_open_decisions_are_refused_with_their_line(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused", purpose="modernise"))
    said = case.refused()
    raw = worksheet_path(case.corpus, ARTICLE).read_text("utf-8").splitlines()
    for decision in ("d1", "d2"):
        line = next(n for n, text in enumerate(raw, 1) if f'"id": "{decision}"' in text)
        at = next(n for n, text in enumerate(raw[line:], line + 1) if '"choice"' in text)
        assert f"annotations/decisions/{ARTICLE}.json:{at}:" in said
        assert f"{decision} is not decided" in said


@pytest.mark.parametrize(
    ("choice", "rule", "said"),
    [
        ("both", "§2", "d1 does not offer 'both'"),
        ("A", "§2", "d1 does not offer 'A'"),
        ({"status": "refused"}, "§2", "d1 does not offer"),
        (["a", "b"], "§2", "d1 has 2 choices for 1 members"),
        ("a", None, "d1 names no rule"),
        ({"set": {"status": "refusd"}}, "§2", "'refusd' is no request_status"),
        ({"set": {"state": "refused"}}, "§2", "This decision is about status."),
    ],
)
def test_choices_that_make_no_sense_are_refused(corpus: TinyCorpus, choice: Any, rule: str | None, said: str) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused"))
    case.decide(choice, rule=rule)
    assert said in case.refused()


def test_decisions_that_contradict_each_other_are_refused(corpus: TinyCorpus) -> None:
    def anonymous(body: dict[str, Any]) -> None:
        body["entities"] = [entity for entity in body["entities"] if entity["name"] != "Wira Laksa"]
        body["requests"][0]["messenger"] = None

    case = Case(corpus, anonymous)
    mention, messenger = (next(d["id"] for d in case.decisions if d["layer"] == layer) for layer in ("mention", "request"))
    case.decide("b", mention)
    case.decide("a", messenger)
    assert f"Anu → Bena “meminta” has Wira Laksa as messenger, which is left out by {mention}." in case.refused()
    case.decide("neither", messenger)
    assert case.gold()["requests"][0]["messenger"] is None


def test_mentions_that_overlap_are_refused(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["entities"][0].update(mentions=["Anu|1", "Anu|@6", "Anu|@7"]), first=named_anu)
    case.decide({"set": {"quote": "Republik Anu meminta 12"}})
    assert "Republik Anu meminta 12" in [mention["quote"] for mention in case.gold()["mentions"]]
    case.decide({"set": {"quote": "Kota Anu – Republik Anu"}})
    assert "overlap" in case.refused()


def test_a_result_that_the_checks_refuse_is_refused(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(realis="reported", attribution=["e4"]))
    asked = {decision["what"]: decision["id"] for decision in case.decisions}
    case.decide("a", asked["realis"])
    case.decide("b", asked["attribution"])
    assert "The result would have E-REQUEST-REALIS at /requests/0/realis, Anu → Bena" in case.refused()


def test_a_worksheet_of_other_passes_is_refused_and_drafting_again_keeps_what_fits(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused", purpose="modernise"))
    status = next(d["id"] for d in case.decisions if d["what"] == "status")
    case.decide("b", status)
    corpus.edit(
        f"annotations/passes/b/{ARTICLE}.json", lambda body: body["requests"][0].update(purpose="defend_against_state", channel="meeting")
    )
    said = case.refused()
    assert "The worksheet does not ask about request channel" in said
    assert "is about something that the passes do not differ in" in said
    again = draft(case.corpus, ARTICLE, WHO)
    assert {d["what"]: d["choice"] for d in again["decisions"]} == {"channel": None, "status": "b"}


def test_answers_are_filled_in_from_lines(corpus: TinyCorpus) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused", purpose="modernise"))
    lines = [f"{ARTICLE} d1 b §2 purpose\n", "\n", "# a remark\n", f'{ARTICLE} d2 {{"status": "agreed"}} §2 status\n']
    assert fill(case.corpus, lines, "answers")[ARTICLE] == 2
    assert [(d["choice"], d["rule"]) for d in case.decisions] == [("b", "§2 purpose"), ({"set": {"status": "agreed"}}, "§2 status")]
    assert case.gold()["requests"][0]["status"] == "agreed"
    assert "0 of 2 decisions" in show(case.corpus, ARTICLE)
    assert 'd2 [2] request status [Anu → Bena] = {"set": {"status": "agreed"}} §2 status' in show(case.corpus, ARTICLE, everything=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{ARTICLE} d9 a §2", "has no decision d9"),
        (f"{ARTICLE} d1 c §2", "'c' is no choice"),
        (f"{ARTICLE} d1 a", "d1 names no rule"),
        (f"{ARTICLE} d1 a,b §2", "2 choices for 1 members"),
        (f'{ARTICLE} d1 {{"status": §2', "answers:2:1"),
        ("nowhere/01 d1 a §2", "There is no annotations/decisions/nowhere/01.json"),
    ],
)
def test_a_line_that_cannot_be_followed_is_refused_and_nothing_is_written(corpus: TinyCorpus, line: str, said: str) -> None:
    case = Case(corpus, lambda body: body["requests"][0].update(status="refused"))
    with pytest.raises(FindingsError) as caught:
        fill(case.corpus, [f"{ARTICLE} d1 b §2\n", line], "answers")
    assert said in str(caught.value)
    assert case.only()["choice"] is None


def test_the_whole_way_on_the_command_line(
    corpus: TinyCorpus, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Case(corpus, lambda body: body["requests"][0].update(status="refused"))
    corpus.remove("annotations/decisions")
    corpus.remove(f"annotations/gold/{ARTICLE}.json")
    root = ["--root", str(corpus.root), "adjudicate"]
    assert main([*root, "draft", "--as", "judge", "--date", "2031-06-01"]) == 0
    assert capsys.readouterr().out == f"annotations/decisions/{ARTICLE}.json: 1 decisions, 1 open\n"
    assert main([*root, "apply"]) == 1
    assert "d1 is not decided" in capsys.readouterr().err
    assert main([*root, "show"]) == 0
    assert "d1 [2] request status [Anu → Bena]\n   a: not_stated\n   b: refused\n" in capsys.readouterr().out
    (tmp_path / "answers.txt").write_text(f"{ARTICLE} d1 b §2 status\n", "utf-8")
    assert main([*root, "fill", str(tmp_path / "answers.txt")]) == 0
    assert main([*root, "apply"]) == 0
    assert corpus.read(f"annotations/gold/{ARTICLE}.json")["requests"][0]["status"] == "refused"
    assert corpus.findings() == []
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ARTICLE} d1 a §2 status\n"))
    assert main([*root, "fill", "-"]) == 0
    capsys.readouterr()
    assert main([*root, "apply"]) == 1
    assert "another gold document already" in capsys.readouterr().err
    assert main([*root, "apply", "--overwrite", ARTICLE]) == 0
    assert corpus.read(f"annotations/gold/{ARTICLE}.json")["requests"][0]["status"] == "not_stated"


def test_a_pass_that_does_not_check_is_refused(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    Case(corpus, lambda _: None)
    corpus.edit(f"annotations/passes/b/{ARTICLE}.json", lambda body: body["mentions"][0].update(quote="Ana"))
    assert main(["--root", str(corpus.root), "adjudicate", "draft", "--as", "judge", ARTICLE]) == 1
    assert f"annotations/passes/b/{ARTICLE}.json" in capsys.readouterr().err
    assert main(["--root", str(corpus.root), "adjudicate", "draft", "--as", "judge", "2031-anu/02"]) == 1
    assert "There is no annotations/passes/a/2031-anu/02.json" in capsys.readouterr().err


def test_passes_of_two_versions_of_the_guidelines_need_a_word(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    Case(corpus, lambda _: None)
    corpus.edit(f"annotations/passes/b/{ARTICLE}.json", lambda body: body["annotator"].update(guidelines="3"))
    assert main(["--root", str(corpus.root), "adjudicate", "draft", "--as", "judge"]) == 1
    assert "guidelines 2 and 3" in capsys.readouterr().err
    assert main(["--root", str(corpus.root), "adjudicate", "draft", "--as", "judge", "--guidelines", "3"]) == 0
    assert corpus.read(f"annotations/decisions/{ARTICLE}.json")["adjudicator"]["guidelines"] == "3"


def test_worksheets_are_whole_json_that_a_person_can_edit(corpus: TinyCorpus) -> None:
    Case(corpus, lambda body: body["requests"][0].update(status="refused"))
    raw = worksheet_path(Corpus(corpus.root), ARTICLE).read_bytes()
    assert json.dumps(json.loads(raw), ensure_ascii=False, indent=1).encode() + b"\n" == raw


class Always:
    """Answers every question for one pass."""

    def __init__(self, side: str) -> None:
        self.side = side

    def ask(self, question: Question) -> Answer:
        assert self.side in question.options
        return Answer(self.side, decision="d1")


@settings(max_examples=80, deadline=None)
@given(a=annotations(), b=annotations())
def test_whoever_always_decides_for_one_pass_gets_that_pass(schema: Schema, a: dict[str, Any], b: dict[str, Any]) -> None:
    for side, wanted in (("a", a), ("b", b)):
        made = document(adjudication.merge(Alignment(a, b), None, schema, Always(side)), {})
        found = count(Alignment(wanted, made))
        assert {name: triple for name, triple in found.triples.items() if not triple[0] == triple[1] == triple[2]} == {}
        assert found.shares["request_count"] == (1.0, 1.0)
        assert all(x == y for codes in found.codes.values() for x, y in codes)


@settings(max_examples=40, deadline=None)
@given(a=annotations())
def test_equal_passes_ask_nothing(schema: Schema, a: dict[str, Any]) -> None:
    drafting = Drafting()
    adjudication.merge(Alignment(a, a), None, schema, drafting)
    assert drafting.asked == {}
