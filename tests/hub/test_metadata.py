"""Metadata that other tools read: Croissant by its own reader, the citation by its own validator, the card by the Hub's client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import huggingface_hub
import pyarrow.parquet as pq
import pytest

from conftest import Release
from pinta.release.card import CardData, Part, render
from pinta.schema.features import CONFIGS
from pinta.schema.labels import Schema
from tiny import REPOSITORY

TOOLS = os.environ.get("PINTA_HUB_TOOLS", "")
pytestmark = [pytest.mark.server, pytest.mark.skipif(not TOOLS, reason="run by the nox session `hub`")]


@pytest.fixture(scope="module")
def croissant() -> Any:
    return pytest.importorskip("mlcroissant")


def plain(value: Any, depth: int = 0) -> Any:
    """A record as rows have it: `mlcroissant` gives bytes, and whole ids as keys."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key.rpartition("/")[2]: plain(inner) for key, inner in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def test_the_description_is_valid_without_a_warning(croissant: Any, releases: list[Release]) -> None:
    dataset = croissant.Dataset(jsonld=str(releases[0].folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors and not issues.warnings, issues.report()
    assert dataset.metadata.version == "1.0.0" and dataset.metadata.name == "Tiny"


def test_every_record_set_loads_with_the_rows_of_its_files(croissant: Any, releases: list[Release]) -> None:
    folder = releases[0].folder
    dataset = croissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert {part.uuid.partition("/")[0] for part in dataset.metadata.record_sets} == set(CONFIGS)
    for part in dataset.metadata.record_sets:
        records = [plain(record) for record in dataset.records(part.uuid)]
        rows = pq.read_table(folder / f"data/{part.uuid}-00000-of-00001.parquet").to_pylist()
        assert [record["id"] for record in records] == [row["id"] for row in rows]
        for record, row in zip(records, rows, strict=True):
            flat = {key for key, value in row.items() if isinstance(value, str | int | float | None)}
            assert {key: record[key] for key in flat} == {key: row[key] for key in flat}


def test_nested_spans_come_as_they_are(croissant: Any, releases: list[Release]) -> None:
    dataset = croissant.Dataset(jsonld=str(releases[0].folder / "croissant.json"))
    (record,) = (plain(record) for record in dataset.records("articles/test"))
    for mention in record["mentions"]:
        assert record["text"][mention["start"] : mention["end"]] == mention["quote"]


def test_a_file_that_was_changed_is_refused(croissant: Any, releases: list[Release], tmp_path: Path) -> None:
    folder = shutil.copytree(releases[0].folder, tmp_path / "changed")
    shutil.copy(folder / "data/stances/test-00000-of-00001.parquet", folder / "data/stances/train-00000-of-00001.parquet")
    dataset = croissant.Dataset(jsonld=str(folder / "croissant.json"))
    with pytest.raises(croissant.GenerationError, match="Download"):
        list(dataset.records("stances/train"))


def test_the_citation_is_valid() -> None:
    done = subprocess.run([f"{TOOLS}/cffconvert", "--validate", "-i", str(REPOSITORY / "CITATION.cff")], capture_output=True, text=True)
    assert done.returncode == 0 and "valid" in done.stdout + done.stderr, done.stdout + done.stderr


def test_the_card_of_the_corpus_is_one_that_the_hub_knows(schema: Schema) -> None:
    part = Part("articles", "train", 1, 1, [], "0")
    text = render((REPOSITORY / "DATASET_CARD.md").read_text("utf-8"), CardData(schema, "1.0.0", [part], {}))
    card = huggingface_hub.DatasetCard(text)
    assert isinstance(card.data, huggingface_hub.DatasetCardData)
    known = set(huggingface_hub.DatasetCardData().__dict__) | {"configs", "dataset_info", "tags"}
    assert set(card.data.to_dict()) <= known, "a misspelt key is read by nobody"
    assert json.loads(json.dumps(card.data.to_dict()))["license"] == "cc-by-4.0"
