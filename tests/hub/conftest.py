"""Fixtures of the tests on a loopback Hub: releases of the tiny corpus, and the stand-in that takes them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
from standin import TOKEN, StandIn
from store import Git

from pinta.release.record import release
from tiny import REPOSITORY, TinyCorpus, make_tiny

REPO = "acme/tiny"


@dataclass
class Release:
    """A released folder with its record, and the root of its corpus."""

    root: Path
    folder: Path
    record: dict[str, Any]


def released(tiny: TinyCorpus, version: str, out: Path) -> Release:
    """Release a version, with the line in the changelog that it needs."""
    path = tiny.path("CHANGELOG.md")
    told = path.read_text("utf-8") if path.exists() else "# Changelog\n"
    tiny.write("CHANGELOG.md", f"{told}\n## {version}\n- 2031-anu/01: corrected\n")
    tiny.write("CITATION.cff", tiny.path("CITATION.cff").read_text("utf-8").replace("version: 1.0.0", f"version: {version}"))
    release(tiny.corpus, version, out)
    return Release(tiny.root, out, json.loads(tiny.path(f"releases/{version}.json").read_bytes()))


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Versions 1.0.0 and 1.0.1 of the tiny corpus, released; between them a name was corrected."""
    root = tmp_path_factory.mktemp("releases")
    tiny = make_tiny(root / "tiny")
    shutil.copy(REPOSITORY / "CITATION.cff", tiny.root)
    first = released(tiny, "1.0.0", root / "1.0.0")
    tiny.edit("annotations/gold/2031-anu/01.json", lambda body: body["entities"][1].update(name="Kerajaan Bena"))
    tiny.write("CITATION.cff", tiny.path("CITATION.cff").read_text("utf-8"))
    return [first, released(tiny, "1.0.1", root / "1.0.1")]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A running stand-in, and a process that is online and holds its token."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    server = StandIn(tmp_path / "hub")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(hub: StandIn) -> Git:
    """The repository that the tests publish to."""
    return hub.git(REPO)
