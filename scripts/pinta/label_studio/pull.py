"""From the server to the repository: what annotators submitted becomes their passes, and what they did wrong findings."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import jsontext
from ..checks.run import Checker
from ..corpus.documents import Document, JsonFile, read_json, read_text
from ..corpus.layout import ARTICLE_ID, Corpus
from ..diagnostics import Finding, PintaError
from ..files import write_whole
from ..spans import sha256
from .client import connect, explained
from .layout import Json
from .project import tasks_of, the_project
from .server import Connection
from .tasks import HASH, KEY, document_of

_VERSION = re.compile(r"^Version ([0-9]+(?:\.[0-9]+)*)", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
BATCH = 100
"""Tasks in one export."""
_SEVERAL = "Delete all but one there: which of them counts is for the annotator to say."


@dataclass(frozen=True, slots=True)
class Submission:
    """What one annotator submitted for one article: the document, or None where findings stand in its way."""

    article: str
    annotator: str
    document: Json | None
    findings: tuple[Finding, ...] = ()


@dataclass
class Pulled:
    """What came of a pull. ``left_out`` counts drafts and skipped tasks by ``kind`` and annotator."""

    written: list[Path] = field(default_factory=list)
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)


def pull(corpus: Corpus, connection: Connection, *, title: str, names: Mapping[str, str] | None = None) -> Pulled:
    """Write every sound submission to ``annotations/passes/<annotator>/``; all others become findings.

    ``names`` gives annotators' ids by e-mail address; without one it is the part before the @.

    Raises:
        PintaError: the server cannot be reached or refuses, or the project's layout is not that of the schema.
    """
    tasks, reader = read_tasks(corpus, connection, title, names or {})
    made = Pulled(left_out=reader.left_out)
    with ThreadPoolExecutor(4) as pool:
        writing = []
        for submission in reader.submissions(tasks):
            made.findings.extend(submission.findings)
            if submission.document is not None:
                path = corpus.pass_path(submission.annotator, submission.article)
                writing.append((path, pool.submit(_write, path, submission.document)))
        made.written = [path for path, wrote in writing if wrote.result()]
    made.unchanged = len(writing) - len(made.written)
    return made


def _write(path: Path, document: Json) -> bool:
    """Write a document whole, unless it stands there already; whether it was written."""
    raw = jsontext.dumps(document)
    if path.exists() and path.read_bytes() == raw:
        return False
    write_whole(path, raw)
    return True


def read_tasks(corpus: Corpus, connection: Connection, title: str, names: Mapping[str, str]) -> tuple[Iterator[Json], Reader]:
    """The tasks of a project with everything people did in them, as they arrive, and what reads them.

    Raises:
        PintaError: see `pull`.
    """
    client = connect(connection)
    project = the_project(client, connection, title, corpus)
    with explained(connection.url):
        users = {user.id: str(user.email) for user in client.users.list()}
    reader = Reader(corpus, f"{connection.url}/projects/{project.id}/data?task=", _annotators(users, names))
    return _exported(client, connection, project), reader


def _exported(client: Any, connection: Connection, project: Any) -> Iterator[Json]:
    """All tasks, exported a batch at a time: while one is read here, the server makes the next.

    Raises:
        PintaError: tasks came or went meanwhile.
    """
    with explained(connection.url), ThreadPoolExecutor(1) as pool:
        ids = _ids(client, connection, project)
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        count = 0
        for tasks in pool.map(lambda batch: _export(client, project.id, batch), batches):
            count += len(tasks)
            yield from tasks
    if count != project.task_number:
        raise PintaError(f"The project had {project.task_number} tasks and {count} came: it was changed meanwhile. Run this again.")


def _ids(client: Any, connection: Connection, project: Any) -> Sequence[int]:
    """Ids of the tasks of a project, and perhaps of others between them, which an export of this project leaves out.

    To list tasks costs the server as much as a third of their export, so that only the first and the last are asked for, as
    long as what lies between is mostly this project's.
    """
    count = project.task_number or 0
    ends = [client.tasks.list(project=project.id, page=page, page_size=1, include="id").items[0].id for page in (1, count) if count]
    if ends and max(ends) - min(ends) < 4 * count:
        return range(min(ends), max(ends) + 1)
    return [task.id for task in tasks_of(client, connection, project.id, "id")]


def _export(client: Any, project: int, ids: Sequence[int]) -> list[Json]:
    """Some tasks. The server knows the parameter as ``ids[]``; the SDK sends its own ``ids``, which exports everything."""
    options = {"additional_query_parameters": {"ids[]": list(ids)}}
    raw = b"".join(client.projects.exports.download_sync(project, export_type="JSON", download_all_tasks=True, request_options=options))
    found: list[Json] = json.loads(raw)
    if not {task["id"] for task in found} <= set(ids):
        raise PintaError("The server exported tasks that were not asked for; nothing more was read.")
    return found


def _annotators(users: Mapping[int, str], names: Mapping[str, str]) -> dict[int | str, str]:
    """Annotators' ids by user id, and by e-mail address, which drafts have.

    Raises:
        PintaError: two people would have one id.
    """
    found = {
        user: names.get(email) or re.sub(r"[^a-z0-9]+", "-", email.partition("@")[0].lower()).strip("-") for user, email in users.items()
    }
    for name, count in Counter(found.values()).items():
        if count > 1 or not _NAME.fullmatch(name):
            emails = ", ".join(users[user] for user in found if found[user] == name)
            raise PintaError(f"{name!r} cannot be the id of {emails}; give ids with --name EMAIL=ID.")
    return {key: name for user, name in found.items() for key in (user, users[user])}


def guidelines_version(corpus: Corpus) -> str:
    """The version that the guidelines in the repository name.

    Raises:
        PintaError: there are none, or they name none.
    """
    path = corpus.root / "annotations" / "GUIDELINES.md"
    match = _VERSION.search(path.read_text("utf-8")) if path.exists() else None
    if match is None:
        raise PintaError(f"{corpus.relative(path)} has no line that begins with 'Version' and a number.")
    return match[1]


class Reader:
    """Reads exported tasks. ``tasks`` counts them, ``left_out`` what is no submission: drafts and skipped tasks, by annotator."""

    def __init__(self, corpus: Corpus, address: str, annotators: Mapping[int | str, str]) -> None:
        self.corpus, self.address, self.annotators = corpus, address, annotators
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.checker = Checker(corpus.schema)
        self.version = guidelines_version(corpus)
        self.tasks = 0

    def submissions(self, tasks: Iterable[Json]) -> Iterator[Submission]:
        """Everything submitted, in the order of the tasks. What is wrong with one stops no other."""
        for task in tasks:
            self.tasks += 1
            yield from self._task(task)

    def _task(self, task: Json) -> Iterator[Submission]:
        by_annotator: dict[str, list[Json]] = {}
        for draft in task.get("drafts") or ():
            self.left_out["draft", self._who(draft.get("user"))] += 1
        for annotation in task.get("annotations") or ():
            who = self._who(annotation.get("completed_by"))
            if annotation.get("was_cancelled"):
                self.left_out["skipped", who] += 1
            else:
                by_annotator.setdefault(who, []).append(annotation)
        if not by_annotator:
            return
        article = str((task.get("data") or {}).get(KEY))
        fault, document = self._refusal(task, article)
        for who, submitted in sorted(by_annotator.items()):
            place = _Place(article, who, f"Task {task['id']} by {who} ({self.address}{task['id']})", document)
            if fault or document is None:
                yield place.refused("E-TASK-TEXT", fault, "Push the article anew, or restore its text.")
            elif len(submitted) > 1:
                yield place.refused("E-TASK-TWICE", f"{len(submitted)} annotations were submitted.", _SEVERAL)
            else:
                yield self._submission(place, document, submitted[0])

    def _who(self, user: Any) -> str:
        id_ = user.get("id") if isinstance(user, dict) else user
        return self.annotators.get(id_, f"user-{id_}") if isinstance(id_, (int, str)) else "nobody"

    def _refusal(self, task: Json, article: str) -> tuple[str, Document | None]:
        """Why a task cannot be read at all, or the article that it is of."""
        data = task["data"]
        if not ARTICLE_ID.fullmatch(article) or not self.corpus.article_path(article).exists():
            return f"The repository has no article {article}.", None
        path = self.corpus.text_path(article)
        own, fault = read_text(path)
        metadata = read_json(self.corpus, self.corpus.article_path(article))
        document, theirs = Document(metadata, own, self.corpus.relative(path), text_fault=fault), str(data.get("text"))
        if own is None or own != theirs or data.get(HASH) != sha256(theirs):
            return "Its text is not that of the repository.", document
        return "", document

    def _submission(self, place: _Place, document: Document, annotation: Json) -> Submission:
        text, day = str(document.text), str(annotation.get("updated_at") or annotation.get("created_at"))[:10]
        who = {"id": place.annotator, "kind": "human", "guidelines": self.version, "date": day}
        header = {"article": place.article, "annotator": who}
        quotes = bool(document.article.body.get("text_included"))
        made, problems = document_of(annotation.get("result") or [], text, header, self.corpus.schema, quotes=quotes)
        if made is None:
            return place.submission(None, [place.finding(p.id, p.message, p.mend, p.at) for p in problems])
        errors = [found for found in self._check(document, made) if found.level == "error"]
        return place.submission(
            None if errors else made, [place.finding(f.id, f"{f.message} [{f.pointer}]", f.mend, _at(made, f.pointer)) for f in errors]
        )

    def _check(self, document: Document, made: Json) -> list[Finding]:
        """The checks of one annotation; those of the article and its event are not the annotator's.

        There is no file yet in which a finding would have a line: its pointer leads to a place in the text instead.
        """
        path = "annotation"
        file = JsonFile(path, b"", made)
        whole = Document(document.article, document.text, document.text_path, document.event, file, document.text_fault)
        return [found for found in self.checker.check(whole, event=False) if found.path == path]


def _at(document: Json, pointer: str) -> int:
    """The code point of the innermost span on the way to a value."""
    at, value = 0, document
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value.get(step)  # type: ignore[assignment]
        inner = value.get("cue") or value if isinstance(value, dict) else {}
        at = inner.get("start", at) if isinstance(inner, dict) else at
    return at


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose submission of what is being read, and how its findings begin."""

    article: str
    annotator: str
    shown: str
    document: Document | None

    def finding(self, id_: str, message: str, mend: str, at: int = 0) -> Finding:
        text, path = (self.document.text or "", self.document.text_path) if self.document else ("", self.article)
        line, column = jsontext.line_column(text, min(at, len(text)))
        return Finding(path, line, column, id_, "error", f"{self.shown}: {message}", mend)

    def submission(self, document: Json | None, findings: list[Finding]) -> Submission:
        return Submission(self.article, self.annotator, document, tuple(findings))

    def refused(self, id_: str, message: str, mend: str) -> Submission:
        return self.submission(None, [self.finding(id_, message, mend)])
