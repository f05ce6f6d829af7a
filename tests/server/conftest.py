"""A real Label Studio for the tests in this folder. They run where PINTA_LABEL_STUDIO names its program: `nox -s label_studio`."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import Project, Session

from pinta.label_studio import server
from pinta.label_studio.server import Connection
from tiny import REPOSITORY, TinyCorpus

WHERE = "PINTA_LABEL_STUDIO"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.server)
            if WHERE not in os.environ:
                item.add_marker(pytest.mark.skip(reason=f"needs a server: `nox -s label_studio`, or {WHERE}"))


@pytest.fixture(scope="session", autouse=True)
def _program() -> None:
    if WHERE in os.environ:
        os.environ[server.PROGRAM] = os.environ[WHERE]


@pytest.fixture(scope="session")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """One server for all tests; each has a project of its own in it."""
    root = tmp_path_factory.mktemp("server")
    yield server.start(root)
    server.stop(root)


@pytest.fixture
def tiny(corpus: TinyCorpus) -> TinyCorpus:
    """The tiny corpus with guidelines, which a pull wants the version of."""
    shutil.copy(REPOSITORY / "annotations" / "GUIDELINES.md", corpus.root / "annotations" / "GUIDELINES.md")
    return corpus


@pytest.fixture
def project(tiny: TinyCorpus, connection: Connection, request: pytest.FixtureRequest) -> Project:
    """A project of one's own, still empty."""
    return Project(tiny, connection, request.node.name[-50:])


@pytest.fixture(scope="session")
def second(connection: Connection) -> Connection:
    """A second annotator, who signs up as people do."""
    person = Session(connection.url)
    email, password = "budi@localhost.localdomain", "a-long-password-1"
    person.post("/user/signup/", {"email": email, "password": password, "allow_newsletters": "false"})
    token = json.loads(person.get("/api/current-user/token"))["token"]
    return Connection(connection.url, token, email, password)
