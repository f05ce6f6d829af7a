"""From the repository to the server: tasks and suggestions, each once, however often and from whichever point it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ..corpus.documents import read_document, read_json, read_text
from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from .client import connect, explained
from .drawing import UndrawableError
from .layout import Json
from .project import make_project, tasks_of
from .server import Connection
from .tasks import HASH, KEY, task_of

BATCH = 250
"""Tasks in one call. A call is done whole or not at all."""
Progress = Callable[[int], None]


@dataclass
class Pushed:
    """What came of a push: counts, and by article what was refused."""

    url: str
    tasks: int = 0
    suggestions: int = 0
    there: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def push(
    corpus: Corpus,
    connection: Connection,
    articles: Iterable[str],
    *,
    title: str,
    suggestions: Path | None = None,
    version: str | None = None,
    language: str | None = None,
    annotators: int = 1,
    progress: Progress = lambda _: None,
) -> Pushed:
    """Bring articles to the project, and suggestions for them from a folder laid out as a folder of passes.

    Suggestions are predictions of the model version ``version``; without one, of their annotator's id, which must be one.
    Safe to run again at any time: an article that is there is left alone, a suggestion that is missing is added.

    Raises:
        PintaError: the server cannot be reached or refuses; an article stands there twice.
    """
    client = connect(connection)
    project = make_project(client, connection, title, corpus, language, annotators)
    pushing = _Push(corpus, client, connection, project.id, suggestions, version)
    pushing.look()
    pushing.send(articles, progress)
    pushing.choose_version(project.model_version)
    return pushing.pushed


@dataclass(frozen=True, slots=True)
class _There:
    id: int
    text_sha256: str


class _Push:
    def __init__(self, corpus: Corpus, client: Any, connection: Connection, project: int, folder: Path | None, version: str | None) -> None:
        self.corpus, self.client, self.connection, self.project = corpus, client, connection, project
        self.folder, self.version = folder, version
        self.one_version, self.suggested = version is None, False
        self.pushed = Pushed(f"{connection.url}/projects/{project}/data")
        self.there: dict[str, _There] = {}
        self.known: dict[tuple[int, str], list[Json]] | None = None

    def look(self) -> None:
        """See what is there already."""
        for task in tasks_of(self.client, self.connection, self.project, "id,data"):
            key = str(task.data.get(KEY))
            if key in self.there:
                said = f"{key} stands there twice, as tasks {self.there[key].id} and {task.id}"
                raise PintaError(f"{self.pushed.url}: {said}; delete the one that nobody worked on.")
            self.there[key] = _There(task.id, str(task.data.get(HASH)))

    def send(self, articles: Iterable[str], progress: Progress) -> None:
        """Send what is missing; while the server takes in one batch, the next is made ready."""
        ready = self._ready(articles)
        with ThreadPoolExecutor(1) as pool:
            batch = list(islice(ready, BATCH))
            while batch:
                sending = pool.submit(self._send, batch)
                following = list(islice(ready, BATCH))
                sending.result()
                progress(len(batch))
                batch = following

    def _ready(self, articles: Iterable[str]) -> Iterator[Json]:
        """Tasks as they are sent; one that is there already as ``{"task": id, …prediction}``."""
        for article in articles:
            try:
                task = self._task(article)
            except (UndrawableError, PintaError) as error:
                self.pushed.refused[article] = str(error)
                continue
            there = self.there.get(article)
            if there is None:
                yield task
            elif there.text_sha256 != task["data"][HASH]:
                self.pushed.refused[article] = f"the text has changed since task {there.id} was made; delete that task, or restore the text"
            else:
                self.pushed.there += 1
                yield from (
                    {"task": there.id, **prediction} for prediction in task["predictions"] if self._lacks(there.id, prediction, article)
                )

    def _task(self, article: str) -> Json:
        path = self.folder / f"{article}.json" if self.folder else None
        if path is not None and path.exists():
            document = read_document(self.corpus, article, annotation=path)
            suggestion = self._read(document.annotation.body if document.annotation else {}, path)
            metadata, text = document.article.body, document.text
        else:
            suggestion = None
            metadata = read_json(self.corpus, self.corpus.article_path(article)).body
            text, _ = read_text(self.corpus.text_path(article))
        if not text:
            raise PintaError("its text does not stand in the repository (see `pinta hydrate`)")
        task = task_of(metadata, text, [suggestion] if suggestion else [], self.corpus.schema)
        task["predictions"] = [{**prediction, "model_version": self.version} for prediction in task["predictions"]]
        self.suggested = self.suggested or bool(task["predictions"])
        return task

    def _read(self, suggestion: Json, path: Path) -> Json:
        from ..schema.validate import Validator

        wrong = Validator(self.corpus.schema, "annotation").violations(suggestion)
        if wrong:
            raise PintaError(f"{path}: {wrong[0].message} {wrong[0].mend}")
        made_by = suggestion["annotator"]["id"]
        self.version = self.version or made_by
        if self.one_version and made_by != self.version:
            raise PintaError(f"{path} is by {made_by}, those before it are by {self.version}; name them together with --version")
        return suggestion

    def _lacks(self, task: int, prediction: Json, article: str) -> bool:
        """Whether a task that is there has no prediction of this version yet."""
        if self.known is None:
            with explained(self.connection.url):
                found = self.client.predictions.list(project=self.project)
            self.known = {(p.task, str(p.model_version)): [dict(r) for r in p.result] for p in found}
        there = self.known.get((task, prediction["model_version"]))
        if there is not None and there != prediction["result"]:
            version = prediction["model_version"]
            self.pushed.refused[article] = f"task {task} has other suggestions of the version {version}; give these a version of their own"
        return there is None

    def _send(self, batch: list[Json]) -> None:
        tasks = [entry for entry in batch if "data" in entry]
        predictions = [entry for entry in batch if "data" not in entry]
        with explained(self.connection.url):
            if tasks:
                self.client.projects.import_tasks(id=self.project, request=tasks, return_task_ids=False)
            if predictions:
                self.client.projects.import_predictions(id=self.project, request=predictions)
        self.pushed.tasks += len(tasks)
        self.pushed.suggestions += len(predictions) + sum(len(task["predictions"]) for task in tasks)

    def choose_version(self, current: str | None) -> None:
        """Let annotators see the suggestions that were sent: the server shows those of one version only."""
        if self.suggested and current != self.version:
            with explained(self.connection.url):
                self.client.projects.update(self.project, model_version=self.version)
