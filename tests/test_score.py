"""The scorer: figures worked by hand, what must hold for any prediction, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.label_studio.tasks import task_of
from pinta.quality.align import Alignment
from pinta.quality.counts import count, slot_triple
from pinta.quality.score import Scored, compare, muc_table, score
from pinta.schema.labels import Schema
from sketch import ACCUSES, CONDEMNS, ENTITIES, ROCKETS, TANK, TEXT, annotations, request, whole
from tiny import TinyCorpus

pytest.importorskip("scipy")

Json = dict[str, Any]
FIRST = request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1"}, ROCKETS)
SECOND = request("r2", "e3", "meminta|2", TANK | {"quote": "tank|2"})


def scored(*predictions: Json, gold: Json | None = None) -> list[Scored]:
    return [Scored(f"x/{n:02}", TEXT, gold or whole(), predicted) for n, predicted in enumerate(predictions, 1)]


def prf(report: Json, name: str) -> tuple[float | None, float | None, float | None]:
    row = report["measures"][name]
    return row["p"]["value"], row["r"]["value"], row["f1"]["value"]


def test_gold_against_itself_is_one() -> None:
    report = score(scored(whole()))
    assert {
        name: prf(report, name) for name, row in report["measures"].items() if row["gold"] and prf(report, name) != (1.0, 1.0, 1.0)
    } == {}
    assert all(row["value"] in (None, 1.0) for name, row in report["shares"].items() if name != "stances_reversed")
    assert report["shares"]["stances_reversed"]["value"] == 0.0


def test_a_prediction_of_nothing() -> None:
    empty = {layer: [] for layer in ("mentions", "entities", "claims", "stances", "requests")}
    report = score(scored(empty))
    assert prf(report, "mentions_exact") == (None, 0.0, 0.0)
    assert report["slots"]["all"] == {"correct": 0, "partial": 0, "incorrect": 0, "spurious": 0, "missing": 25}


def test_mentions_by_hand() -> None:
    # gold: Anu ×3, Bena ×2, Cala, Dalu ×2 = 8 states. Predicted: Dalu as persons (2), Cala missed: 5 of 7 right, of 8 found
    entities = [ENTITIES[0], ENTITIES[1], {**ENTITIES[3], "type": "person"}]
    report = score(scored(whole(entities=entities, stances=[], requests=[])))
    assert prf(report, "mentions_exact") == (pytest.approx(5 / 7, abs=1e-4), 5 / 8, pytest.approx(10 / 15, abs=1e-4))
    labels = report["labels"]["mentions_exact"]
    assert (labels["state"]["gold"], labels["state"]["predicted"], labels["person"]["gold"], labels["person"]["predicted"]) == (8, 5, 0, 2)
    # state: P 5/5, R 5/8, F1 10/13; person: F1 0
    assert report["macro"]["mentions_exact"]["value"] == pytest.approx(10 / 13 / 2, abs=1e-4)


def test_stances_by_hand() -> None:
    # gold: Dalu accuses Anu, Dalu opposes Bena. Predicted: Anu accuses Dalu (turned round), Dalu opposes Bena, Dalu accuses Bena
    turned = {**ACCUSES, "holder": "e1", "target": "e4"}
    report = score(scored(whole(stances=[turned, CONDEMNS, {**CONDEMNS, "id": "s3", "act": "accuse", "cue": "menuduh"}])))
    assert prf(report, "stances") == (pytest.approx(1 / 3, abs=1e-4), 0.5, 0.4)
    assert prf(report, "stance_pairs")[1] == 0.5
    assert report["shares"]["stances_reversed"] == {
        "title": "predicted stances with holder and target exchanged", "value": pytest.approx(1 / 3, abs=1e-4), "low": pytest.approx(1 / 3, abs=1e-4),
        "high": pytest.approx(1 / 3, abs=1e-4), "n": 3,
    }  # fmt: skip
    assert report["shares"]["stance_act"]["value"] == 1.0


def test_requests_by_hand() -> None:
    changed = request("r1", "e2", "meminta|1", {**TANK, "quote": "tank|1", "category": "artillery"}, status="agreed", messenger="e4")
    report = score(scored(whole(requests=[changed])))
    # gold 25 fills, 15 of them in r1. Aligned: requester supplier cue channel purpose realis right (6), status wrong, messenger spurious;
    # tank: span and kind right (2), category wrong; rudal with quantity and specification (5) and r2 (10) missing
    assert report["slots"]["all"] == {"correct": 8, "partial": 0, "incorrect": 2, "spurious": 1, "missing": 15}
    assert prf(report, "slots") == (pytest.approx(8 / 11, abs=1e-4), 8 / 25, pytest.approx(16 / 36, abs=1e-4))
    assert report["slots"]["messenger"]["spurious"] == 1
    assert report["shares"]["request_count"]["value"] == 0.0


def test_partial_fills_count_half_where_that_is_said() -> None:
    wider = request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1"}, {**ROCKETS, "quote": "12 rudal"})
    report = score(scored(whole(requests=[wider, SECOND])))
    assert report["slots"]["item"] == {"correct": 2, "partial": 1, "incorrect": 0, "spurious": 0, "missing": 0}
    assert prf(report, "slots")[2] == 24 / 25
    assert prf(report, "slots_partial")[2] == 24.5 / 25


def test_attribution_is_a_set_of_fills_and_a_chain() -> None:
    def chain(*ids: str) -> Json:
        tank = TANK | {"quote": "tank|1"}
        return whole(requests=[request("r1", "e2", "meminta|1", tank, realis="reported", attribution=list(ids))])

    report = score([Scored("x/01", TEXT, chain("e3", "e4"), chain("e4", "e2"))])
    assert report["slots"]["attribution"] == {"correct": 1, "partial": 0, "incorrect": 1, "spurious": 0, "missing": 0}
    assert report["shares"]["attribution_exact_told"]["value"] == 0.0
    report = score([Scored("x/01", TEXT, chain("e3", "e4"), chain("e4", "e3"))])
    assert report["slots"]["attribution"]["correct"] == 2
    assert report["shares"]["attribution_exact_told"]["value"] == 0.0


def test_links_are_right_where_the_mention_and_the_code_are() -> None:
    gold = whole(entities=[{**ENTITIES[0], "wikidata": "Q1"}, {**ENTITIES[1], "wikidata": "Q2"}, *ENTITIES[2:]])
    other = whole(entities=[{**ENTITIES[0], "wikidata": "Q1"}, {**ENTITIES[1], "wikidata": "Q9"}, *ENTITIES[2:]])
    # Anu three times right, Bena twice wrong
    assert prf(score(scored(other, gold=gold)), "links_wikidata") == (0.6, 0.6, 0.6)


def test_two_equal_systems_do_not_differ_and_a_worse_one_does() -> None:
    good, bad = whole(), whole(requests=[FIRST], stances=[])
    same = compare(scored(*[bad] * 12), scored(*[bad] * 12))
    assert all(row["difference"] in (0.0, None) and row["p"] in (1.0, None) for row in same.values())
    found = compare(scored(*[good] * 12), scored(*[bad] * 12))["slots"]
    assert found["difference"] == pytest.approx(1 - 30 / 40)
    assert found["p"] < 0.01
    with pytest.raises(PintaError, match="same articles"):
        compare(scored(good), scored(good, good))


@settings(max_examples=60, deadline=None)
@given(annotations(), annotations())
def test_exchanging_gold_and_prediction_exchanges_precision_and_recall(a: Json, b: Json) -> None:
    there, back = count(Alignment(a, b)), count(Alignment(b, a))
    assert there.triples.keys() == back.triples.keys()
    for name, (both, x, y) in there.triples.items():
        assert (both, y, x) == pytest.approx(back.triples[name]), name
    assert there.clusters == pytest.approx((back.clusters[1], back.clusters[0], back.clusters[2]))
    sides = {"missing": "spurious", "spurious": "missing"}
    assert there.marks == {(slot, sides.get(mark, mark)): n for (slot, mark), n in back.marks.items()}


def _states(starts: list[list[int]]) -> Json:
    """A document of states, each by the places of its mentions, which are one code point long."""
    mentions = [{"id": f"m{n}", "start": n, "end": n + 1, "quote": "x", "type": "state", "metonym": False} for own in starts for n in own]
    entities = [{"id": f"e{k}", "type": "state", "name": "X", "mentions": [f"m{n}" for n in own]} for k, own in enumerate(starts, 1)]
    return {"mentions": mentions, "entities": entities, "claims": [], "stances": [], "requests": []}


def _stranger(document: Json, number: int) -> Json:
    """An entity that no gold document has, far behind its last word."""
    at = 1000 + 10 * number
    mention = {"id": f"m9{number}", "start": at, "end": at + 3, "quote": "xxx", "type": "state", "metonym": False}
    document["mentions"].append(mention)
    entity = {"id": f"e9{number}", "type": "state", "name": "X", "mentions": [mention["id"]], "wikidata": None, "iso3": None}
    document["entities"].append(entity)
    return entity


def _spurious_mention(document: Json) -> None:
    _stranger(document, 1)


def _spurious_stance(document: Json) -> None:
    one, other = _stranger(document, 1), _stranger(document, 2)
    evidence = {"start": 1100, "end": 1110, "quote": "x"}
    slots = {
        "voiced_by": None,
        "act": "support",
        "explicitness": "implied",
        "negated": False,
        "cue": None,
        "evidence": [evidence],
        "attribution": [],
    }
    document["stances"].append({"id": "s99", "holder": one["id"], "target": other["id"], **slots})


def _spurious_request(document: Json) -> None:
    one, other = _stranger(document, 1), _stranger(document, 2)
    span = {"start": 1100, "end": 1110, "quote": "x"}
    item = {
        "id": "i99",
        **span,
        "kind": "repair_overhaul",
        "category": "engine",
        "designation": None,
        "quantity": None,
        "specifications": [],
    }
    labels = {"channel": "phone_call", "purpose": "win_power", "realis": "denied", "status": "withdrawn"}
    more = {"messenger": one["id"], "date": None, "attribution": [], "evidence": [span], "items": [item]}
    document["requests"].append({"id": "r99", "requester": one["id"], "suppliers": [other["id"]], "cue": span, **labels, **more})


def test_of_two_partners_equally_alike_the_earlier_one_counts_whatever_else_there_is() -> None:
    gold, predicted = _states([[2, 8], [4]]), _states([[8], [2]])
    for more in range(4):
        both = Alignment(gold, predicted).entities.pairs
        assert [(a["id"], b["id"]) for a, b in both] == [("e1", "e2")], more
        _stranger(predicted, more)


@settings(max_examples=60, deadline=None)
@given(annotations(), annotations(), st.sampled_from([_spurious_mention, _spurious_stance, _spurious_request]))
def test_a_spurious_unit_never_raises_a_score(gold: Json, predicted: Json, add: Callable[[Json], None]) -> None:
    before = count(Alignment(gold, predicted)).triples
    more = json.loads(json.dumps(predicted))
    add(more)
    after = count(Alignment(gold, more)).triples
    for name, (both, a, b) in before.items():
        found, gold_units, predicted_units = after[name]
        assert (found, gold_units) == (pytest.approx(both), a)
        assert predicted_units >= b


@settings(max_examples=60, deadline=None)
@given(annotations(), annotations())
def test_marks_add_up_to_the_fills_of_either_side(a: Json, b: Json) -> None:
    counted = count(Alignment(a, b))
    _, gold, predicted = slot_triple(counted.marks)
    table = muc_table([counted])["all"]
    paired = table["correct"] + table["partial"] + table["incorrect"]
    assert (gold, predicted) == (paired + table["missing"], paired + table["spurious"])
    assert gold == slot_triple(count(Alignment(a, a)).marks)[0]
    assert predicted == slot_triple(count(Alignment(b, b)).marks)[0]


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture
def gold(corpus: TinyCorpus) -> Path:
    corpus.remove("annotations/gold/2031-anu/03.json")
    return corpus.path("annotations/gold")


def test_scores_of_a_folder_of_documents(corpus: TinyCorpus, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = corpus.read("annotations/gold/2031-anu/01.json")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "01.json").write_text(json.dumps({"article": first["article"], "mentions": first["mentions"][:1]}), "utf-8")
    assert run("--root", corpus.root, "score", gold, tmp_path / "mine", "--format", "json") == 0
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert report["measures"]["mentions_exact"]["right"] == 1
    assert report["measures"]["mentions_exact"]["p"]["value"] == 1.0
    assert "gold texts have no prediction and count as empty" in shown.err
    assert "2032-dalu/01" in report["without_prediction"]


def test_scores_of_published_rows(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, schema: Schema, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--root", corpus.root, "build", "--out", tmp_path / "dist") == 0
    capsys.readouterr()
    import pyarrow.parquet as pq

    parts = sorted((tmp_path / "dist" / "data" / "articles").glob("*.parquet"))
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for source in (tmp_path / "mine.jsonl", tmp_path / "dist"):
        assert run("--root", corpus.root, "score", gold, source, "--format", "json") == 0
        report = json.loads(capsys.readouterr().out)
        assert report["measures"]["slots"]["f1"]["value"] == 1.0
        assert report["articles"] == len(rows)
    assert (
        run("--root", corpus.root, "score", tmp_path / "dist", parts[0], "--split", parts[0].name.partition("-")[0], "--format", "json")
        == 0
    )
    assert json.loads(capsys.readouterr().out)["without_prediction"] == []


def test_a_split_of_a_folder_of_documents(corpus: TinyCorpus, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    split = corpus.read("corpus/2032-dalu/event.json")["split"]
    assert run("--root", corpus.root, "score", gold, gold, "--split", split, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == len(list(gold.glob("2032-dalu/*.json")))


def test_a_split_that_there_is_not_is_refused(corpus: TinyCorpus, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--root", corpus.root, "score", gold, gold, "--split", "dev") == 1
    assert "There is no split 'dev', only train, validation, test." in capsys.readouterr().err


def test_the_table_the_comparison_and_the_errors(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    for path in gold.rglob("*.json"):
        (mine / path.parent.name).mkdir(parents=True, exist_ok=True)
        (mine / path.parent.name / path.name).write_bytes(path.read_bytes())
    wrong = corpus.read("annotations/gold/2031-anu/01.json")
    wrong["requests"][0]["status"] = "refused"
    wrong["mentions"][0]["type"] = "place"
    (mine / "2031-anu" / "01.json").write_text(json.dumps(wrong), "utf-8")
    assert run("--root", corpus.root, "score", gold, mine, "--pairwise", gold) == 0
    shown = capsys.readouterr().out
    assert shown.index("mentions, span and type") < shown.index("\nslot ") < shown.index("\nF1 of ")
    assert run("--root", corpus.root, "score", gold, mine, "--errors") == 0
    shown = capsys.readouterr().out
    assert "- 2031-anu/01: gold not_stated (Anu → Bena “meminta”) | predicted refused" in shown
    assert "> Anu meminta helikopter kepada Bena" in shown


def _renamed(body: Json) -> Json:
    return {**body, "article": "nowhere/01"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_renamed, "predictions on 1 texts that {gold} does not have: nowhere/01."),
        (lambda body: {**body, "text_sha256": "1" * 64}, "predictions on another version of 1 texts: 2031-anu/01."),
        (lambda body: {**body, "mentions": [{**body["mentions"][0], "type": "stat"}]}, "E-SCHEMA-LABEL 2031-anu/01: 'stat'"),
        (lambda body: {**body, "stances": [{**body["stances"][0], "holder": "e77"}]}, "E-REF-DANGLING 2031-anu/01: There is no e77"),
        (lambda body: {**body, "entities": body["entities"] * 2}, "E-ID-DUPLICATE"),
        (lambda body: 7, "This is not an object"),
        (lambda body: {"mentions": []}, "This names no article"),
    ],
)
def test_predictions_that_cannot_be_scored_are_refused(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, change: Callable[[Json], Json], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    body = change(corpus.read("annotations/gold/2031-anu/01.json"))
    (tmp_path / "mine.jsonl").write_text(f"\n{json.dumps(body)}\n", "utf-8")
    assert run("--root", corpus.root, "score", gold, tmp_path / "mine.jsonl") == 1
    error = capsys.readouterr().err
    assert said.format(gold=gold) in error
    if said.startswith(("E-", "This")):
        assert f"{tmp_path / 'mine.jsonl'}:2:1" in error


def test_files_that_hold_no_predictions_are_refused(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "twice.jsonl").write_text('{"article": "2031-anu/01"}\n{"article": "2031-anu/01"}\n', "utf-8")
    (tmp_path / "torn.jsonl").write_text('{"article": "2031-anu/01"}\n{"article": \n', "utf-8")
    for name, said in (
        ("nothing", "There is no"),
        ("empty", "There are no annotations in"),
        ("twice.jsonl", "annotated twice"),
        ("torn.jsonl", "torn.jsonl:2:"),
    ):
        assert run("--root", corpus.root, "score", gold, tmp_path / name) == 1
        assert said in capsys.readouterr().err


def task(corpus: TinyCorpus, article: str, document: Json, number: int = 1) -> Json:
    """A task as Label Studio exports it, in which somebody has submitted a document."""
    made = task_of(corpus.read(f"corpus/{article}.json"), corpus.text(article), [document], corpus.corpus.schema)
    submitted = {
        "completed_by": 1,
        "was_cancelled": False,
        "updated_at": "2031-07-01T10:00:00Z",
        "result": made["predictions"][0]["result"],
    }
    return {"id": number, "data": made["data"], "annotations": [submitted], "drafts": [], "predictions": [17]}


@pytest.fixture
def exported(corpus: TinyCorpus, gold: Path) -> list[Json]:
    """Two tasks, done as gold has them."""
    return [task(corpus, article, corpus.read(f"{gold}/{article}.json"), n) for n, article in enumerate(("2031-anu/01", "2032-dalu/01"), 7)]


def test_a_label_studio_export_is_scored_as_the_documents_in_it(
    corpus: TinyCorpus, gold: Path, exported: list[Json], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    untouched = {**task(corpus, "2033-fana/01", corpus.read(f"{gold}/2033-fana/01.json")), "annotations": []}
    skipped = {**exported[0], "annotations": [{**exported[0]["annotations"][0], "was_cancelled": True}]}
    for tasks, done in ((exported, {"2031-anu/01", "2032-dalu/01"}), ([skipped, exported[1], untouched], {"2032-dalu/01"})):
        (tmp_path / "export.json").write_text(json.dumps(tasks), "utf-8")
        assert run("--root", corpus.root, "score", gold, tmp_path / "export.json", "--format", "json") == 0
        report = json.loads(capsys.readouterr().out)
        assert set(report["without_prediction"]) == {f"{path.parent.name}/{path.stem}" for path in gold.rglob("*.json")} - done
        assert {report["measures"][name]["p"]["value"] for name in ("mentions_exact", "stances")} == {1.0}


def test_a_file_for_import_holds_predictions(
    corpus: TinyCorpus, gold: Path, exported: list[Json], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own,) = exported[0]["annotations"]
    tasks = [{"data": exported[0]["data"], "predictions": [{"model_version": "A 1", "result": own["result"]}]}]
    (tmp_path / "import.json").write_text(json.dumps(tasks), "utf-8")
    assert run("--root", corpus.root, "score", gold, tmp_path / "import.json", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["measures"]["mentions_exact"]["p"]["value"] == 1.0


def _twice(tasks: list[Json]) -> None:
    tasks[1]["annotations"] *= 2


def _without_channel(tasks: list[Json]) -> None:
    (own,) = tasks[0]["annotations"]
    own["result"] = [result for result in own["result"] if result.get("from_name") != "request_channel"]


def _nothing_done(tasks: list[Json]) -> None:
    for one in tasks:
        one["annotations"] = []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_twice, "export.json:3:1: E-TASK-TWICE Task 8 (2032-dalu/01) has 2 annotations."),
        (_without_channel, "E-FIELD-MISSING Task 7 (2031-anu/01): "),
        (lambda tasks: tasks[0]["data"].update(text="Lain."), "Task 7 (2031-anu/01)"),
        (lambda tasks: tasks[0]["data"].update(article="nowhere/01"), "predictions on 1 texts that"),
        (lambda tasks: tasks[0]["data"].pop("article"), "E-TASK-TEXT"),
        (_nothing_done, "in none of them anything was submitted"),
        (lambda tasks: tasks.insert(0, 7), "This is not an object"),
    ],
)
def test_an_export_that_cannot_be_scored_is_refused(
    corpus: TinyCorpus,
    gold: Path,
    exported: list[Json],
    tmp_path: Path,
    change: Callable[[list[Json]], object],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(exported)
    (tmp_path / "export.json").write_text("[\n" + ",\n".join(map(json.dumps, exported)) + "\n]", "utf-8")
    assert run("--root", corpus.root, "score", gold, tmp_path / "export.json") == 1
    assert said in capsys.readouterr().err


def test_a_list_of_documents_is_read_as_lines_are(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = [corpus.read(f"{gold}/{article}.json") for article in ("2031-anu/01", "2032-dalu/01")]
    (tmp_path / "mine.json").write_text(json.dumps(documents, indent=1), "utf-8")
    assert run("--root", corpus.root, "score", gold, tmp_path / "mine.json", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["measures"]["slots"]["p"]["value"] == 1.0


def test_scores_without_a_corpus_around(
    corpus: TinyCorpus, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "alone").mkdir()
    corpus.path("schema").rename(tmp_path / "alone" / "schema")
    monkeypatch.chdir(tmp_path / "alone")
    assert run("score", gold, gold, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["measures"]["mentions_exact"]["f1"]["value"] == 1.0
