"""A file that Label Studio exported, or that could be imported there, as documents: for scores, without a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import jsontext
from ..diagnostics import Finding, FindingsError, PintaError
from ..schema.labels import Schema
from .layout import Json
from .regions import TEXT
from .tasks import HASH, KEY, document_of

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ONE = "Delete all but one there, or export the work of one annotator."


def is_export(value: Any) -> bool:
    """Whether a JSON value is a list of tasks: each with its data, and with annotations or predictions."""
    return isinstance(value, list) and all(isinstance(task, dict) and "data" in task and task.keys() & _SOURCES.keys() for task in value)


def read_export(path: Path, schema: Schema) -> Iterator[Json]:
    """The documents of an export in the format JSON, each with its ``text``.

    What was submitted counts, one annotation a task; drafts and skipped tasks do not. Where nothing was submitted in the whole
    file, as in one for import, the predictions are read, one a task.

    Raises:
        PintaError: the file is no list of tasks, or holds neither annotations nor predictions.
        FindingsError: several annotations of one task, or work that is no sound document; every such task is named.
    """
    raw = path.read_bytes()
    tasks = jsontext.loads(raw)
    if not is_export(tasks):
        raise PintaError(f"{path} is no list of tasks of Label Studio: export the project in the format JSON.")
    source = next((key for key in _SOURCES if any(_drawn(task, key) for task in tasks)), None)
    if source is None:
        raise PintaError(f"{path} holds {len(tasks)} tasks, and in none of them anything was submitted or predicted.")
    findings: list[Finding] = []
    for n, task in enumerate(tasks):
        made, problems = _read(task, source, schema)
        line, column = jsontext.locate(raw.decode("utf-8"), (n,)) if problems else (1, 1)
        findings += [Finding(str(path), line, column, id_, "error", said, mend) for id_, said, mend in problems]
        if made is not None and not findings:
            yield made
    if findings:
        raise FindingsError(findings)


_SOURCES = {"annotations": "completed_by", "predictions": "model_version"}
"""Where a task holds work, the work of people first, and what names its author there."""


def _drawn(task: Json, source: str) -> list[Json]:
    """What counts in a task; of predictions, exports hold no more than the number unless they are told to."""
    return [own for own in task.get(source) or () if isinstance(own, dict) and not own.get("was_cancelled")]


def _read(task: Json, source: str, schema: Schema) -> tuple[Json | None, list[tuple[str, str, str]]]:
    """The document of a task and its text, or none, or what is wrong as id, message and mend."""
    found, data = _drawn(task, source), task["data"]
    name = f"Task {task.get('id', '')} ({data.get(KEY) if isinstance(data, dict) else data})".replace("  ", " ")
    if not found:
        return None, []
    if not isinstance(data, dict) or not isinstance(data.get(TEXT), str) or not isinstance(data.get(KEY), str):
        said = f"{name} has no {KEY} or no {TEXT} in its data."
        return None, [("E-TASK-TEXT", said, "Export a project that `pinta label-studio push` made.")]
    if len(found) > 1:
        return None, [("E-TASK-TWICE", f"{name} has {len(found)} {source}.", _ONE)]
    header = {KEY: data[KEY], "annotator": _annotator(found[0], _SOURCES[source])}
    made, problems = document_of(found[0].get("result") or [], data[TEXT], header, schema)
    if made is None:
        return None, [(problem.id, f"{name}: {problem.message}", problem.mend) for problem in problems]
    return {**made, HASH: data.get(HASH, made[HASH]), TEXT: data[TEXT]}, []


def _annotator(own: Json, key: str) -> Json:
    """Who made it, as far as a file tells: a number of a person, or a model's name."""
    given = own.get(key)
    id_ = f"user-{given}" if isinstance(given, int) else re.sub(r"[^a-z0-9]+", "-", str(given).lower()).strip("-")
    kind = "human" if key == "completed_by" else "rules"
    day = str(own.get("updated_at") or own.get("created_at") or "1970-01-01")[:10]
    return {"id": id_ if _NAME.fullmatch(id_) else "unknown", "kind": kind, "guidelines": "0", "date": day}
