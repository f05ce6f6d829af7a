"""The generator of benchmarks: what it makes is valid, the same for a seed, and no copies of one another."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

orjson = pytest.importorskip("orjson")

from generate import Generator, lines, write_folder, write_lines  # noqa: E402  it needs orjson

from pinta.checks.run import check_corpus  # noqa: E402
from pinta.corpus.layout import Corpus  # noqa: E402
from pinta.corpus.near_duplicates import near_duplicates  # noqa: E402
from tiny import REPOSITORY  # noqa: E402

HERE = Corpus(REPOSITORY)


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return list(islice(Generator(HERE).records(7), 300))


def test_what_is_generated_passes_the_check_and_looks_like_the_corpus(records: list[dict[str, Any]], tmp_path: Path) -> None:
    made = write_folder(tmp_path / "made", HERE, iter(records))
    findings = list(check_corpus(made))
    assert [finding for finding in findings if finding.level == "error"] == []
    assert len(findings) < len(records) / 50
    assert {record["event"]["split"] for record in records} == {"train", "validation", "test"}
    assert any(record["passes"] for record in records)
    assert any(record["text"] is None and record["gold"]["anchors"] for record in records)
    for layer in ("mentions", "entities", "claims", "stances", "requests"):
        assert sum(len(record["gold"][layer]) for record in records) > len(records) / 10
    assert [record["id"] for record in records] == sorted(record["id"] for record in records)


def test_texts_of_different_records_are_no_near_duplicates(records: list[dict[str, Any]]) -> None:
    texts = ((record["id"], record["text"]) for record in records if record["text"])
    assert list(near_duplicates(texts, 0.3)) == []


def test_a_seed_gives_the_same_lines_always_and_with_any_number_of_workers(records: list[dict[str, Any]]) -> None:
    made = list(lines(HERE, 250, 7, workers=2))
    assert [orjson.loads(line) for line in made] == records[:250]
    assert list(lines(HERE, 3, 8)) != made[:3]


def test_lines_are_written_plain_or_compressed(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    write_lines(tmp_path / "a.jsonl", lines(HERE, 5, 7))
    write_lines(tmp_path / "a.jsonl.zst", lines(HERE, 5, 7))
    plain = (tmp_path / "a.jsonl").read_bytes()
    assert plain.count(b"\n") == 5
    assert zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / "a.jsonl.zst").read_bytes()) == plain
