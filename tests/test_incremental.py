"""A check that remembers finds what a check that does not finds, and opens only what has changed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinta.checks import cache as cache_module
from pinta.checks.incremental import check_again
from pinta.corpus import listing
from pinta.corpus.near_duplicates import Neighbours, near_duplicates
from pinta.diagnostics import Finding
from pinta.schema import validate
from pinta.schema.labels import load_schema
from tiny import REPOSITORY, TinyCorpus

CACHE = ".pinta/check.cache"
_opened: list[str] | None = None


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None:
        _opened.append(str(args[0]))


sys.addaudithook(_listen)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Paths that this process opens."""
    global _opened
    _opened = []
    yield _opened
    _opened = None


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time has passed since every change: what was just written counts as old."""
    monkeypatch.setattr(listing, "SLACK_NS", -(10**12))


def again(corpus: TinyCorpus) -> list[Finding]:
    return sorted(check_again(corpus.corpus))


def below(corpus: TinyCorpus, opened: list[str]) -> set[str]:
    """Which files of the documents were opened since the last call."""
    found = {os.path.relpath(path, corpus.root) for path in opened if path.startswith(str(corpus.root))}
    opened.clear()
    return {path for path in found if path.startswith(("corpus", "annotations"))}


def spoil(body: dict[str, Any]) -> None:
    body["mentions"][0]["quote"] += "x"


def test_what_has_not_changed_is_not_opened_again(corpus: TinyCorpus, opened: list[str], settled: None) -> None:
    corpus.edit("annotations/gold/2031-anu/01.json", spoil)
    first = again(corpus)
    assert len(first) == 1 and len(below(corpus, opened)) > 10
    assert again(corpus) == first
    assert below(corpus, opened) == set()


def test_after_an_edit_only_its_event_is_read_and_its_document_checked(corpus: TinyCorpus, opened: list[str], settled: None) -> None:
    again(corpus)
    below(corpus, opened)
    corpus.edit("annotations/gold/2032-dalu/01.json", spoil)
    below(corpus, opened)
    assert [finding.path for finding in again(corpus)] == ["annotations/gold/2032-dalu/01.json"]
    assert {path.split("/")[-2] for path in below(corpus, opened)} == {"2032-dalu"}


def test_what_was_just_written_is_read_again_though_nothing_shows_a_change(corpus: TinyCorpus, opened: list[str]) -> None:
    again(corpus)
    below(corpus, opened)
    again(corpus)
    assert len(below(corpus, opened)) > 10


def test_bytes_changed_in_place_with_the_old_time_are_seen(corpus: TinyCorpus) -> None:
    path = corpus.path("corpus/2031-anu/01.txt")
    for _ in range(20):
        clean, before = again(corpus), path.stat()
        raw = path.read_bytes()
        with path.open("r+b") as file:
            file.write(raw[:1].swapcase())
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert (clean == []) != (again(corpus) == [])


def test_what_is_wrong_with_an_event_is_told_once_whichever_of_its_articles_comes_first(corpus: TinyCorpus) -> None:
    corpus.edit("corpus/2031-anu/event.json", lambda body: body.update(date="2031-13"))
    assert [found.id for found in again(corpus)] == ["E-EVENT-DATE"]
    for name in ("corpus/2031-anu/01.json", "annotations/gold/2031-anu/01.json", "annotations/passes/alih/2031-anu/01.json"):
        corpus.remove(name)
    corpus.remove("annotations/passes/budi/2031-anu/01.json")
    assert [found.id for found in again(corpus)] == ["E-EVENT-DATE"]


EDITS: list[Callable[[TinyCorpus, random.Random], object]] = []


def edit(function: Callable[[TinyCorpus, random.Random], object]) -> None:
    EDITS.append(function)


def _pick(corpus: TinyCorpus, chance: random.Random, *patterns: str) -> str | None:
    found = sorted(path.relative_to(corpus.root).as_posix() for pattern in patterns for path in corpus.root.glob(pattern))
    return chance.choice(found) if found else None


@edit
def _spoil_an_annotation(corpus: TinyCorpus, chance: random.Random) -> None:
    if name := _pick(corpus, chance, "annotations/*/**/*.json"):
        raw = corpus.path(name).read_bytes()
        corpus.write(name, raw.replace(b'"act": "', b'"act": "x', 1) if chance.random() < 0.5 else raw.replace(b"m1", b"m2", 1))


@edit
def _change_metadata(corpus: TinyCorpus, chance: random.Random) -> None:
    if name := _pick(corpus, chance, chance.choice(["corpus/*/event.json", "corpus/*/0*.json"])):
        swaps = [(b'"2', b'"3'), (b'"train"', b'"test"'), (b'"date": "20', b'"date": "zz'), (b"true", b"false"), (b": null", b": 1")]
        corpus.write(name, corpus.path(name).read_bytes().replace(*chance.choice(swaps), 1))


@edit
def _change_a_text(corpus: TinyCorpus, chance: random.Random) -> None:
    if name := _pick(corpus, chance, "corpus/*/*.txt"):
        text = corpus.path(name).read_text("utf-8", errors="replace")
        corpus.write(name, chance.choice([text + "Lagi.\n", text[1:], "", text.upper(), text + " "]))


@edit
def _break_a_file(corpus: TinyCorpus, chance: random.Random) -> None:
    if name := _pick(corpus, chance, "corpus/*/*", "annotations/*/**/*.json"):
        corpus.write(name, chance.choice([b"{", b"\xff", b"[]", b"null"]))


@edit
def _remove_a_file(corpus: TinyCorpus, chance: random.Random) -> None:
    if name := _pick(corpus, chance, "corpus/*/*", "annotations/*/**/*.json"):
        corpus.remove(name)


@edit
def _remove_an_event(corpus: TinyCorpus, chance: random.Random) -> None:
    if chance.random() < 0.3 and (name := _pick(corpus, chance, "corpus/2*", "annotations/gold/2*")):
        corpus.remove(name)


@edit
def _rename_an_event(corpus: TinyCorpus, chance: random.Random) -> None:
    name, target = _pick(corpus, chance, "corpus/2*"), corpus.path(f"corpus/20{chance.randint(40, 99)}-lain")
    if name and not target.exists():
        corpus.path(name).rename(target)


@edit
def _copy_an_event_to_another_split(corpus: TinyCorpus, chance: random.Random) -> None:
    name, target = _pick(corpus, chance, "corpus/2*"), f"20{chance.randint(40, 99)}-salin"
    if name and not corpus.path(f"corpus/{target}").exists():
        shutil.copytree(corpus.path(name), corpus.path(f"corpus/{target}"))
        path = f"corpus/{target}/event.json"
        if corpus.path(path).exists():
            corpus.write(path, corpus.path(path).read_bytes().replace(b'"train"', b'"test"'))


@edit
def _put_an_annotation_where_none_belongs(corpus: TinyCorpus, chance: random.Random) -> None:
    at = chance.choice(["gold/99.json", "gold/2031-anu/77.json", "gold/2031-anu/x/01.json", "passes/cici/2031-anu/02.json", "gold/a.txt"])
    corpus.write(f"annotations/{at}", b"{}")


@edit
def _bring_a_file_back(corpus: TinyCorpus, chance: random.Random) -> None:
    made = corpus.root.parent / "kept"
    name = chance.choice(sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()))
    corpus.write(name, (made / name).read_bytes())


@edit
def _change_the_schema(corpus: TinyCorpus, chance: random.Random) -> None:
    name = chance.choice(["labels/stance_act", "lexicon/cues", "article"])
    raw = corpus.path(f"schema/{name}.json").read_bytes()
    swaps = [(b'"const": "accuse"', b'"const": "accuses"'), (b'"stance"', b'"stances"'), (b'"genre"', b'"genres"')]
    old, new = chance.choice(swaps)
    corpus.write(f"schema/{name}.json", raw.replace(old, new) if old in raw else raw.replace(new, old))
    load_schema.cache_clear()
    validate._reference.cache_clear()
    validate._fast_gate.cache_clear()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), old=st.booleans())
def test_with_and_without_memory_the_findings_are_the_same(_made: Path, tmp_path: Path, seed: int, old: bool) -> None:
    chance, root = random.Random(seed), tmp_path / "tiny"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(_made, root, ignore=shutil.ignore_patterns(".pinta"))
    load_schema.cache_clear()  # a process holds the schema of a folder, and the example before may have changed it
    if not (tmp_path / "kept").exists():
        shutil.copytree(_made, tmp_path / "kept", ignore=shutil.ignore_patterns(".pinta"))
    corpus = TinyCorpus(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "SLACK_NS", -(10**12) if old else 2 * 10**9)
        for _ in range(8):
            for change in chance.sample(EDITS, chance.randint(0, 3)):
                change(corpus, chance)
            assert again(corpus) == corpus.findings()


@pytest.fixture
def remembered(corpus: TinyCorpus) -> tuple[TinyCorpus, list[Finding]]:
    """A corpus with findings and a cache."""
    corpus.edit("annotations/gold/2031-anu/01.json", spoil)
    return corpus, again(corpus)


@pytest.mark.parametrize("spoiled", [b"", b"nonsense", None, "cut", "flipped", "text"])
def test_a_damaged_cache_counts_as_none(remembered: tuple[TinyCorpus, list[Finding]], spoiled: Any, settled: None) -> None:
    corpus, findings = remembered
    path = corpus.path(CACHE)
    raw = path.read_bytes()
    if spoiled is None:
        path.unlink()
        path.mkdir()
    elif spoiled == "flipped":
        path.write_bytes(raw.replace(b"E-SPAN-QUOTE", b"E-SPAN-QUOTA"))
    else:
        path.write_bytes({"cut": raw[: len(raw) // 2], "text": raw[:32] + b"[]\n"}.get(spoiled, spoiled))
    assert again(corpus) == findings


def test_where_nothing_can_be_written_the_check_goes_on(corpus: TinyCorpus) -> None:
    corpus.write(".pinta", "a file where the folder should be")
    assert again(corpus) == [] == again(corpus)


def test_another_version_of_the_checks_believes_nothing(
    corpus: TinyCorpus, opened: list[str], settled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "pinta"
    shutil.copytree(REPOSITORY / "scripts" / "pinta", package)
    monkeypatch.setattr(cache_module, "_PACKAGE", package)
    again(corpus)
    below(corpus, opened)
    again(corpus)
    assert below(corpus, opened) == set()
    with (package / "numerals.py").open("a") as file:
        file.write("\n")
    again(corpus)
    assert len(below(corpus, opened)) > 10


def test_a_schema_that_changed_while_the_check_ran_leaves_no_memory(
    corpus: TinyCorpus, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_schema(corpus.root / "schema")  # as a process that goes on for long holds it
    old = corpus.path("schema/lexicon/cues.json").read_bytes()
    corpus.write("schema/lexicon/cues.json", old + b"\n")
    again(corpus)
    assert not corpus.path(CACHE).exists()


def test_two_checks_at_once_do_no_harm(remembered: tuple[TinyCorpus, list[Finding]], settled: None) -> None:
    corpus, findings = remembered
    command = [sys.executable, "-m", "pinta", "--root", str(corpus.root), "check", "--format", "json"]
    for _ in range(2):
        corpus.edit("corpus/2032-dalu/event.json", lambda body: body.update(title=body["title"] + "!"))
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(3)]
        for output in [process.communicate()[0] for process in running]:
            assert [found["id"] for found in json.loads(output)] == [found.id for found in findings]
    assert sorted(path.name for path in corpus.path(".pinta").iterdir()) == [".gitignore", "check.cache"]
    assert again(corpus) == findings


def test_no_cache_leaves_none(corpus: TinyCorpus) -> None:
    command = [sys.executable, "-m", "pinta", "--root", str(corpus.root), "check"]
    assert subprocess.run([*command, "--no-cache"], check=False, capture_output=True).returncode == 0
    assert not corpus.path(".pinta").exists()
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert corpus.path(CACHE).exists() and corpus.path(".pinta/.gitignore").read_text() == "*\n"


WORDS = [f"kata{n}" for n in range(12)]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_neighbours_that_are_remembered_are_those_that_are_found_at_once(seed: int) -> None:
    chance = random.Random(seed)
    sentences = [" ".join(chance.choices(WORDS, k=12)) for _ in range(8)]
    texts: dict[str, str] = {}
    memory = Neighbours()
    for _ in range(4):
        for _ in range(chance.randint(0, 6)):
            texts[f"{chance.randint(0, 9)}"] = ". ".join(chance.sample(sentences, chance.randint(1, 6)))
        if texts and chance.random() < 0.4:
            del texts[chance.choice(sorted(texts))]
        ordered = dict(sorted(texts.items()))
        memory.update([f"#{text}" for text in ordered.values()], lambda hash_: hash_[1:])
        memory = Neighbours(memory.hashes, json.loads(json.dumps(memory.pairs)), memory.rows)
        assert sorted(memory.among({key: f"#{text}" for key, text in ordered.items()})) == sorted(near_duplicates(ordered.items()))
