"""Tasks and annotations between the repository and a real server: nothing twice, nothing lost, every error told."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.request
from typing import Any

import pytest
from people import Project

from pinta.cli import main
from pinta.corpus.layout import Corpus
from pinta.diagnostics import PintaError
from pinta.label_studio import push as pushing
from pinta.label_studio import server
from pinta.label_studio.client import TOKEN, connect
from pinta.label_studio.config import config_of
from pinta.label_studio.pull import Pulled, pull
from pinta.label_studio.server import Connection
from pinta.label_studio.status import status
from pinta.spans import sha256
from tiny import TinyCorpus

ANU = "2031-anu/01"
Json = dict[str, Any]


def fetch(project: Project) -> Pulled:
    return pull(project.corpus, project.connection, title=project.title)


def body(tiny: TinyCorpus, path: str) -> Json:
    """A document without the line that says who made it."""
    return {key: value for key, value in tiny.read(path).items() if key != "annotator"}


def test_a_second_push_sends_nothing(project: Project) -> None:
    first, again = project.push(ANU, "2033-fana/01"), project.push(ANU, "2033-fana/01")
    assert (first.tasks, first.suggestions, again.tasks, again.suggestions, again.there) == (2, 2, 0, 0, 2)
    assert set(project.tasks()) == {ANU, "2033-fana/01"}


def test_later_suggestions_join_the_task_and_are_shown(project: Project) -> None:
    project.push(suggestions=None)
    assert project.push(suggestions="passes/alih").suggestions == 1
    assert project.push(suggestions="passes/budi").suggestions == 1
    (task,) = project.tasks().values()
    assert {prediction.model_version for prediction in project.client.predictions.list(task=task.id)} == {"alih", "budi"}
    assert project.client.projects.get(project.id).model_version == "budi"


def test_other_suggestions_of_the_same_version_are_refused(project: Project) -> None:
    project.push()
    project.tiny.edit(f"annotations/passes/alih/{ANU}.json", lambda document: document["stances"].clear())
    assert "version" in project.push().refused[ANU]


def test_a_task_whose_text_has_changed_is_refused(project: Project) -> None:
    project.push()
    text = project.tiny.text(ANU) + "Lagi.\n"
    project.tiny.write(f"corpus/{ANU}.txt", text)
    project.tiny.edit(f"corpus/{ANU}.json", lambda article: article.update(text_sha256=sha256(text), characters=len(text)))
    assert "changed" in project.push(suggestions=None).refused[ANU]
    project.submit([])
    assert [finding.id for finding in fetch(project).findings] == ["E-TASK-TEXT"]


def test_a_bad_suggestion_stops_no_other(project: Project) -> None:
    project.tiny.edit(f"annotations/passes/alih/{ANU}.json", lambda document: document["stances"][0].update(holder="e99"))
    made = project.push(ANU, "2033-fana/01")
    assert made.tasks == 1
    assert "e99" in made.refused[ANU]


def test_what_is_submitted_comes_back_as_it_was(project: Project) -> None:
    project.push()
    project.submit(project.results())
    made = fetch(project)
    assert made.findings == []
    assert [path.name for path in made.written] == ["01.json"]
    assert body(project.tiny, f"annotations/passes/annotator/{ANU}.json") == body(project.tiny, f"annotations/passes/alih/{ANU}.json")
    assert (fetch(project).written, fetch(project).unchanged) == ([], 1)
    assert project.tiny.findings() == []


def spoilt(results: list[Json], error: str) -> list[Json]:
    """Results with one thing wrong that people do."""
    arrows = [result for result in results if result["type"] == "relation"]
    supplier = next(arrow for arrow in arrows if "supplier" in arrow["labels"])
    if error == "E-ARROW-UNLABELLED":
        del supplier["labels"]
    elif error == "E-ARROW-REVERSED":
        supplier["direction"] = "left"
    elif error == "E-ARROW-TWO":
        cala = next(r["id"] for r in results if r["type"] == "textarea" and r["value"]["text"] == ["e3"])
        results.append({**supplier, "to_id": cala})
    elif error == "E-FIELD-MISSING":
        results.remove(next(result for result in results if result["from_name"] == "request_channel"))
    elif error == "E-REGION-LOOSE":
        results.remove(next(arrow for arrow in arrows if "quantity" in arrow["labels"]))
    elif error == "E-REQUEST-REALIS":
        next(result for result in results if result.get("from_name") == "request_realis")["value"]["choices"] = ["reported"]
    return results


ERRORS = ["E-ARROW-UNLABELLED", "E-ARROW-REVERSED", "E-ARROW-TWO", "E-FIELD-MISSING", "E-REGION-LOOSE", "E-REQUEST-REALIS"]


@pytest.mark.parametrize("error", ERRORS)
def test_what_people_do_wrong_is_told_with_task_and_place(project: Project, error: str) -> None:
    project.push(ANU, "2033-fana/01")
    task = project.submit(spoilt(project.results(), error))
    project.submit(project.results("2033-fana/01"), "2033-fana/01")
    made = fetch(project)
    assert {finding.id for finding in made.findings} == {error}
    assert f"Task {task} by annotator ({project.connection.url}/projects/{project.id}/data?task={task})" in made.findings[0].message
    assert made.findings[0].path == f"corpus/{ANU}.txt"
    assert made.findings[0].line == 3
    assert [str(path)[-15:] for path in made.written] == ["33-fana/01.json"]


def test_drafts_and_skipped_tasks_are_left_out_and_counted(project: Project) -> None:
    project.push(ANU, "2033-fana/01", "2032-dalu/01")
    results = project.results()
    project.submit(results, ANU, was_cancelled=True)
    post(project.connection, f"/api/tasks/{project.tasks()['2033-fana/01'].id}/drafts?project={project.id}", {"result": results})
    made = fetch(project)
    assert (made.written, made.findings) == ([], [])
    assert made.left_out == {("skipped", "annotator"): 1, ("draft", "annotator"): 1}
    shown = status(project.corpus, project.connection, title=project.title)
    assert (shown.tasks, shown.untouched, shown.annotators) == (3, 3, ["annotator"])


def post(connection: Connection, path: str, data: Json) -> Json:
    headers = {"Authorization": f"Token {connection.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(connection.url + path, json.dumps(data).encode(), headers)
    answer: Json = json.loads(urllib.request.urlopen(request, timeout=60).read())
    return answer


def test_two_annotators_on_one_task(project: Project, second: Connection) -> None:
    project.push(annotators=2)
    results = project.results()
    task = project.submit(results)
    stance = next(result for result in results if result.get("from_name") == "stance_negated" or result.get("from_name") == "stance_act")
    changed = [{**r, "value": {**r["value"], "choices": ["threaten"]}} if r == stance else r for r in results]
    connect(second).annotations.create(id=task, result=changed)
    made = fetch(project)
    assert made.findings == []
    assert {path.parent.parent.name for path in made.written} == {"annotator", "budi"}
    shown = status(project.corpus, project.connection, title=project.title)
    (articles, measures) = shown.agreement["annotator", "budi"]
    assert articles == 1
    assert any(value is not None and value < 1 for value in measures.values())
    assert any(value == 1 for value in measures.values())


def test_two_annotations_of_one_annotator_are_not_chosen_between(project: Project) -> None:
    project.push()
    project.submit(project.results())
    project.submit([])
    assert [finding.id for finding in fetch(project).findings] == ["E-TASK-TWICE"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name="item_kind"', 'name="item_sort"', "the control item_kind is missing"),
        ('alias="funding"', 'alias="money"', "item_kind lacks funding"),
    ],
)
def test_another_layout_is_refused(project: Project, old: str, new: str, says: str) -> None:
    project.push()
    config = config_of(project.corpus.schema)
    assert config.count(old) == 1
    project.client.projects.update(project.id, label_config=config.replace(old, new))
    with pytest.raises(PintaError, match=says):
        fetch(project)
    project.push()
    assert fetch(project).findings == []


def test_wrong_tokens_are_explained_and_not_repeated(project: Project) -> None:
    for token in (
        "0" * 40,
        "not.a.token",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6OTk5OTk5OTk5OX0.c2ln",
    ):
        with pytest.raises(PintaError, match="token") as caught:
            connect(Connection(project.connection.url, token))
        assert token not in str(caught.value)
        assert "Cookie" not in str(caught.value)


def test_a_personal_access_token_does_as_well(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.push()
    monkeypatch.setenv(TOKEN, post(project.connection, "/api/token/", {})["token"])
    where = ["--root", str(project.tiny.root), "label-studio"]
    assert main([*where, "push", ANU, "--url", project.connection.url, "--project", project.title]) == 0
    assert "0 tasks sent, 1 there already" in capsys.readouterr().out
    assert main([*where, "status", "--url", project.connection.url, "--project", project.title]) == 0
    assert capsys.readouterr().out.startswith("1 tasks, 1 without an annotation.")


def many(tiny: TinyCorpus, count: int) -> list[str]:
    """New articles with the text of an old one."""
    metadata, text = tiny.read(f"corpus/{ANU}.json"), tiny.text(ANU)
    articles = [f"anu-{n // 900}/{100 + n % 900}" for n in range(count)]
    for article in articles:
        tiny.write(f"corpus/{article}.json", {**metadata, "id": article})
        tiny.write(f"corpus/{article}.txt", text)
    return articles


def test_two_thousand_tasks_come_back(project: Project) -> None:
    articles = many(project.tiny, 2000)
    document = project.tiny.read(f"annotations/passes/alih/{ANU}.json")
    for article in articles:
        project.tiny.write(f"annotations/passes/alih/{article}.json", {**document, "article": article})
    assert project.push(*articles).tasks == 2000
    predictions = {p.task: p.result for p in project.client.predictions.list(project=project.id)}
    some = list(project.tasks().values())[::100]
    for task in some:
        project.client.annotations.create(id=task.id, result=json.loads(json.dumps(predictions[task.id])))
    made = fetch(project)
    assert made.findings == []
    assert {f"{path.parent.name}/{path.stem}" for path in made.written} == {task.data["article"] for task in some}


@pytest.fixture
def mortal(tiny: TinyCorpus) -> Any:
    """A server that may be killed."""
    yield server.start(tiny.root)
    server.stop(tiny.root)


def kill(connection: Connection) -> None:
    os.killpg(connection.pid, signal.SIGKILL)
    time.sleep(0.5)


def test_a_server_that_dies_loses_and_doubles_nothing(tiny: TinyCorpus, mortal: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = many(tiny, 60)
    monkeypatch.setattr(pushing, "BATCH", 10)
    project = Project(tiny, mortal, "mortal")
    sent: list[int] = []

    def progress(count: int) -> None:
        sent.append(count)
        if len(sent) == 3:
            threading.Thread(target=kill, args=[mortal]).start()

    with pytest.raises(PintaError, match="does not answer"):
        project.push(*articles, suggestions=None, progress=progress)
    project.connection = server.start(tiny.root)
    project.client = connect(project.connection)
    project.push(*articles, suggestions=None)
    assert set(project.tasks()) == set(articles)
    _pull_is_whole(project, articles)


def _pull_is_whole(project: Project, articles: list[str]) -> None:
    """Killed at any moment of a pull the server leaves whole files or none, and the next pull brings what is missing."""
    for task in project.tasks().values():
        project.client.annotations.create(id=task.id, result=[])
    killer = threading.Timer(0.3, kill, args=[project.connection])
    killer.start()
    try:
        fetch(project)
    except PintaError as error:
        assert "does not answer" in str(error)
    killer.join()
    folder = Corpus(project.tiny.root).passes_folder / "annotator"
    assert all(json.loads(path.read_bytes())["requests"] == [] for path in folder.rglob("*.json"))
    project.connection = server.start(project.tiny.root)
    made = fetch(project)
    assert made.findings == []
    assert len(list(folder.rglob("*.json"))) == len(articles)
