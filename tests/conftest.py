"""Fixtures that all tests share. Nothing here talks to a network; caches of libraries go to a folder of their own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_CACHE = Path(tempfile.mkdtemp(prefix="pinta-tests-"))
os.environ |= {
    "HF_HOME": str(_CACHE / "hf"),
    "HF_DATASETS_CACHE": str(_CACHE / "hf" / "datasets"),
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
}
os.environ.pop("PINTA_ROOT", None)
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # processes that tests start find what the tests find

from pinta.schema.labels import Schema, load_schema  # noqa: E402  the environment comes first
from tiny import REPOSITORY, TinyCorpus, make_tiny  # noqa: E402


def pytest_unconfigure() -> None:
    shutil.rmtree(_CACHE, ignore_errors=True)


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The schema of the repository."""
    return load_schema(REPOSITORY / "schema")


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("made") / "tiny").root


@pytest.fixture
def corpus(_made: Path, tmp_path: Path) -> Iterator[TinyCorpus]:
    """A tiny corpus of one's own, complete and without findings."""
    root = tmp_path / "tiny"
    shutil.copytree(_made, root, ignore=shutil.ignore_patterns(".pinta"))  # what a check of the shared one remembers
    yield TinyCorpus(root)


@pytest.fixture(scope="session")
def still(_made: Path) -> TinyCorpus:
    """The same corpus, shared: for tests that only read."""
    return TinyCorpus(_made)
