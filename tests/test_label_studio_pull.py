"""Exported tasks become documents, or findings that name the task and the place; nothing else is read."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.label_studio.client import _told
from pinta.label_studio.config import config_of
from pinta.label_studio.pull import Reader, _annotators, guidelines_version
from pinta.label_studio.tasks import task_of
from tiny import ANNOTATORS, REPOSITORY, TinyCorpus

ANU = "2031-anu/01"
Json = dict[str, Any]


@pytest.fixture
def tiny(corpus: TinyCorpus) -> TinyCorpus:
    """The tiny corpus with guidelines."""
    shutil.copy(REPOSITORY / "annotations" / "GUIDELINES.md", corpus.root / "annotations" / "GUIDELINES.md")
    return corpus


def exported(tiny: TinyCorpus, article: str = ANU, **annotation: Any) -> Json:
    """A task as the server exports it, with the annotation of its first annotator submitted."""
    annotator = next(name for name, articles in ANNOTATORS.items() if article in articles)
    document = tiny.read(f"annotations/passes/{annotator}/{article}.json")
    task = task_of(tiny.read(f"corpus/{article}.json"), tiny.text(article), [document], tiny.corpus.schema)
    result = task.pop("predictions")[0]["result"]
    submitted = {"id": 70, "completed_by": 1, "was_cancelled": False, "updated_at": "2031-07-01T10:00:00Z", "result": result}
    return {"id": 7, **task, "annotations": [{**submitted, **annotation}], "drafts": [], "predictions": []}


def reader(tiny: TinyCorpus) -> Reader:
    return Reader(tiny.corpus, "http://127.0.0.1:1/projects/1/data?task=", {1: "siti", 2: "budi", "siti@example.org": "siti"})


def test_a_submission_becomes_the_annotators_document(tiny: TinyCorpus) -> None:
    (made,) = reader(tiny).submissions([exported(tiny)])
    assert (made.article, made.annotator, made.findings) == (ANU, "siti", ())
    assert made.document is not None
    assert made.document["annotator"] == {
        "id": "siti",
        "kind": "human",
        "guidelines": guidelines_version(tiny.corpus),
        "date": "2031-07-01",
    }
    assert made.document["requests"] == tiny.read(f"annotations/passes/alih/{ANU}.json")["requests"]


def test_drafts_and_skipped_tasks_are_counted_and_not_read(tiny: TinyCorpus) -> None:
    reading = reader(tiny)
    skipped, drafted = exported(tiny, was_cancelled=True), {**exported(tiny), "annotations": [], "drafts": [{"user": "siti@example.org"}]}
    assert list(reading.submissions([skipped, drafted])) == []
    assert reading.left_out == {("skipped", "siti"): 1, ("draft", "siti"): 1}
    assert reading.tasks == 2


def changed(task: Json, **data: Any) -> Json:
    return {**task, "data": {**task["data"], **data}}


@pytest.mark.parametrize("data", [{"text": "Lain."}, {"text_sha256": "0" * 64}, {"article": "2031-anu/99"}, {"article": "../../etc"}])
def test_a_task_of_another_text_is_refused(tiny: TinyCorpus, data: Json) -> None:
    (made,) = reader(tiny).submissions([changed(exported(tiny), **data)])
    assert made.document is None
    assert [finding.id for finding in made.findings] == ["E-TASK-TEXT"]


def test_two_submissions_of_one_annotator_are_not_chosen_between(tiny: TinyCorpus) -> None:
    task = exported(tiny)
    (made,) = reader(tiny).submissions([{**task, "annotations": task["annotations"] * 2}])
    assert [finding.id for finding in made.findings] == ["E-TASK-TWICE"]


def test_a_mistake_names_task_annotator_and_place_and_stops_no_other(tiny: TinyCorpus) -> None:
    bad, good = exported(tiny), exported(tiny, completed_by=2)
    both = {**bad, "annotations": [bad["annotations"][0], good["annotations"][0]]}
    bad["annotations"][0]["result"] = [r for r in good["annotations"][0]["result"] if r.get("from_name") != "request_channel"]
    both["annotations"][0] = bad["annotations"][0]
    by = {made.annotator: made for made in reader(tiny).submissions([both])}
    assert by["budi"].document is not None
    (finding,) = by["siti"].findings
    assert finding.id == "E-FIELD-MISSING"
    assert finding.message.startswith("Task 7 by siti (http://127.0.0.1:1/projects/1/data?task=7): ")
    assert (finding.path, finding.line) == (f"corpus/{ANU}.txt", 3)


def test_what_the_checks_say_is_told_at_the_place_of_the_unit(tiny: TinyCorpus) -> None:
    task = exported(tiny)
    for result in task["annotations"][0]["result"]:
        if result.get("from_name") == "request_realis":
            result["value"]["choices"] = ["reported"]
    (made,) = reader(tiny).submissions([task])
    assert made.document is None
    assert [(finding.id, finding.line) for finding in made.findings] == [("E-REQUEST-REALIS", 3)]


def test_annotators_are_told_apart() -> None:
    assert _annotators({1: "Siti.A@example.org"}, {})[1] == "siti-a"
    assert _annotators({1: "a@x.org", 2: "a@y.org"}, {"a@y.org": "ani"}) == {1: "a", "a@x.org": "a", 2: "ani", "a@y.org": "ani"}
    with pytest.raises(PintaError, match="--name"):
        _annotators({1: "a@x.org", 2: "a@y.org"}, {})


def test_guidelines_without_a_version_are_told(corpus: TinyCorpus) -> None:
    with pytest.raises(PintaError, match="GUIDELINES"):
        guidelines_version(corpus.corpus)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (
            401,
            {"detail": "Authentication credentials were not valid: legacy token authentication has been disabled"},
            "personal access token",
        ),
        (401, {"detail": "Invalid token."}, "does not know this token"),
        (404, "<html>", "no such thing"),
        (500, {"detail": "boom"}, "boom"),
        (502, "<html>Set-Cookie: sessionid=abc</html>", "no reason given"),
    ],
)
def test_an_answer_of_the_server_is_explained_without_its_secrets(status: int, body: Any, says: str) -> None:
    told = _told("http://127.0.0.1:1", status, body)
    assert says in told
    assert "sessionid" not in told


def test_the_layout_is_printed(still: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(still.root), "label-studio", "config", "--language", "en"]) == 0
    assert capsys.readouterr().out == config_of(still.corpus.schema, "en")
