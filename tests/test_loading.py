"""pinta.load gives the version that was asked for, or says that it did not come."""

from __future__ import annotations

from pathlib import Path

import pytest

import pinta
from pinta.release.build import build
from tiny import TinyCorpus, make_tiny

datasets = pytest.importorskip("datasets")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("loading")
    return build(make_tiny(root / "tiny").corpus, root / "pinta", version="1.2.0").folder


def test_what_load_dataset_gives_and_nothing_else(folder: Path) -> None:
    for more in ({}, {"split": "train"}, {"config": "stances", "split": "train", "columns": ["id"]}):
        config = more.get("config", "articles")
        rest = {key: value for key, value in more.items() if key != "config"}
        wanted = datasets.load_dataset(str(folder), config, **rest)
        found = pinta.load(folder, config, version="1.2.0", **rest)
        assert type(found) is type(wanted) and str(found) == str(wanted)
    assert next(iter(found))["id"] == "2031-anu/01#s1"


def test_streams_are_held_to_their_version_too(folder: Path) -> None:
    rows = pinta.load(folder, "requests", version="1.2.0", split="train", streaming=True)
    assert len(list(rows)) == 4
    with pytest.raises(pinta.VersionError, match=r"is version 1\.2\.0, not 1\.1\.0"):
        pinta.load(folder, "requests", version="1.1.0", split="train", streaming=True)


@pytest.mark.parametrize("split", ["train", None])
def test_another_version_is_refused(folder: Path, split: str | None) -> None:
    with pytest.raises(pinta.VersionError, match=r"\(articles\) is version 1\.2\.0, not 1\.0\.0\. The folder holds another version\."):
        pinta.load(folder, version="1.0.0", split=split)


def test_a_folder_that_is_built_anew_is_its_new_version(corpus: TinyCorpus, tmp_path: Path) -> None:
    out = tmp_path / "pinta"
    for version in ("1.0.0", "1.0.1"):
        build(corpus.corpus, out, version=version)
        assert len(pinta.load(out, "stances", version=version, split="train")) == 4
    with pytest.raises(pinta.VersionError):
        pinta.load(out, "stances", version="1.0.0", split="train")


def test_the_folder_by_a_relative_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert pinta.load("pinta", version="1.2.0", split="test").num_rows == 1


def test_a_dataset_without_a_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(pinta.VersionError, match=r"is version .*, not 1\.0\.0"):
        pinta.load(tmp_path, "default", version="1.0.0")
