"""The project on the server: found by its title, made or brought up to date from the schema and the guidelines."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from .client import explained
from .config import config_of, differences
from .server import Connection

TITLE = "Pinta"
"""Title of the project where none is given."""


def find_project(client: Any, connection: Connection, title: str) -> Any:
    """The project with a title; None where there is none.

    Raises:
        PintaError: there are two.
    """
    with explained(connection.url):
        found = [project for project in client.projects.list() if project.title == title]
    if len(found) > 1:
        raise PintaError(f"{connection.url} has {len(found)} projects with the title {title!r}; rename all but one.")
    return found[0] if found else None


def the_project(client: Any, connection: Connection, title: str, corpus: Corpus) -> Any:
    """The project with a title, whose layout is that of the schema.

    Raises:
        PintaError: there is none, or its layout differs: what was made with it cannot be read.
    """
    project = find_project(client, connection, title)
    if project is None:
        raise PintaError(f"{connection.url} has no project {title!r}; `pinta label-studio push` makes it.")
    found = differences(project.label_config, config_of(corpus.schema))
    if found:
        mend = "Set it back with `pinta label-studio push`; nothing was read."
        raise PintaError(f"The layout of the project {title!r} is not that of the schema: {'; '.join(found)}. {mend}")
    return project


def make_project(client: Any, connection: Connection, title: str, corpus: Corpus, language: str | None, annotators: int) -> Any:
    """The project with a title, made where it is missing; layout and guidelines brought up to date.

    A layout that differs in looks only stays as it is, unless a language is asked for.

    Raises:
        PintaError: the server refuses the layout, as where a control would go that annotations use.
    """
    project = find_project(client, connection, title)
    wanted: dict[str, Any] = {
        "label_config": config_of(corpus.schema, language or "id"),
        "expert_instruction": _guidelines(corpus, language),
    }
    with explained(connection.url):
        if project is None:
            settings = {"maximum_annotations": annotators, "show_collab_predictions": True, "sampling": "Sequential sampling"}
            return client.projects.create(title=title, show_skip_button=True, enable_empty_annotation=True, **settings, **wanted)
        if language is None and not differences(project.label_config, wanted["label_config"]):
            del wanted["label_config"]
        current = client.projects.update(project.id, **wanted, maximum_annotations=max(annotators, project.maximum_annotations or 1))
        return client.projects.get(current.id)


def _guidelines(corpus: Corpus, language: str | None) -> str:
    """The guidelines as the page behind the button Instructions."""
    folder = corpus.root / "annotations"
    names = ["GUIDELINES.md"] if language == "en" else ["GUIDELINES.id.md", "GUIDELINES.md"]
    path = next((folder / name for name in names if (folder / name).exists()), None)
    return f'<div style="white-space: pre-wrap">{html.escape(path.read_text("utf-8"))}</div>' if path else ""


def tasks_of(client: Any, connection: Connection, project: int, include: str) -> Iterator[Any]:
    """All tasks of a project with some of their fields, named as in ``id,data``."""
    with explained(connection.url):
        yield from client.tasks.list(project=project, page_size=500, include=include)
