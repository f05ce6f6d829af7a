"""A reader's own copy comes back under its annotation: every span at its words, or reported; nothing shifted in silence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.anchors import anchors
from pinta.checks.offsets import spans_of
from pinta.checks.references import uses
from pinta.cli import main
from pinta.corpus.hydrate import attach, hydrate
from pinta.corpus.restricted import without_quotes
from pinta.diagnostics import PintaError
from pinta.draft import resolve
from pinta.release.build import build
from pinta.release.hydrated import match, read_standoff
from pinta.schema.validate import Validator
from pinta.spans import Span, normalise, sha256
from tiny import RESTRICTED, TINY, TinyCorpus, draft_of

TEXTS = {
    article: next(
        (TINY / folder / f"{article}.txt").read_text("utf-8")
        for folder in ("corpus", "copies")
        if (TINY / folder / f"{article}.txt").exists()
    )
    for article in ("2031-anu/01", RESTRICTED, "2033-fana/01", "2032-dalu/01")
}
OPEN = {article: resolve(draft_of(article), text) for article, text in TEXTS.items()}
CLOSED = {article: without_quotes(OPEN[article], text) for article, text in TEXTS.items()}


def hydrated(article: str, copy: str) -> Any:
    return hydrate(article, sha256(TEXTS[article]), CLOSED[article]["anchors"], copy)


@pytest.mark.parametrize("article", TEXTS)
def test_the_same_text_gives_back_the_whole_annotation(article: str) -> None:
    for copy in (TEXTS[article], "\ufeff" + TEXTS[article].replace("\n", "  \r\n") + "\n\n"):
        found = hydrated(article, copy)
        assert found.same and found.complete and found.counts()["exact"] == len(CLOSED[article]["anchors"])
        assert attach(CLOSED[article], found) == OPEN[article]


@pytest.mark.parametrize("article", TEXTS)
def test_a_paragraph_in_front_moves_everything(article: str) -> None:
    found = hydrated(article, "Iklan: diskon besar hari ini saja.\n\n" + TEXTS[article])
    assert not found.same and found.complete and found.counts()["moved"] == len(CLOSED[article]["anchors"])
    body = attach(CLOSED[article], found)
    for (_, span), (_, old) in zip(spans_of(body), spans_of(OPEN[article]), strict=True):
        assert found.text[span["start"] : span["end"]] == span["quote"] == old["quote"]
    assert body["text_sha256"] == sha256(found.text)


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_whatever_happened_to_a_copy_no_span_gets_other_words(article: str, data: st.DataObject) -> None:
    text = TEXTS[article]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    copy = text[:start] + data.draw(st.sampled_from(["", "x", " Anu ", "Bena meminta ", "🇮🇩", "\n"])) + text[end:]
    found = hydrated(article, copy)
    words = {Span(s["start"], s["end"]): s["quote"] for _, s in spans_of(OPEN[article])}
    for placement in found.placements:
        assert (placement.now is None) == (placement.state in ("lost", "ambiguous"))
        if placement.now is not None:
            assert found.text[slice(*placement.now)] == words[placement.was]
    body = attach(CLOSED[article], found)
    ids = {unit["id"] for layer in ("mentions", "entities", "claims", "stances", "requests") for unit in body[layer]}
    assert all(id_ in ids for _, id_, _ in uses(body))
    for _, span in spans_of(body):
        assert found.text[span["start"] : span["end"]] == span["quote"]


def test_a_word_that_went_is_lost_with_the_units_that_stand_on_it(still: TinyCorpus) -> None:
    found = hydrated(RESTRICTED, TEXTS[RESTRICTED].replace("permohonan", "surat"))
    assert found.counts()["lost"] == 2 and not found.complete  # the cue, and the sentence that is its evidence
    body = attach(CLOSED[RESTRICTED], found)
    assert body["requests"] == [] and len(body["entities"]) == 3
    assert Validator(still.corpus.schema, "annotation").violations(body) == []


def test_twice_the_same_is_ambiguous_and_never_guessed() -> None:
    text = normalise("Anu diam.")
    own = anchors(text, [Span(0, 3)], sha256(text))
    for copy, state in (
        ("Anu diam. Anu diam.", "ambiguous"),
        ("x Anu y Anu z", "ambiguous"),
        ("Bena diam.", "lost"),
        ("Kata Anu diam.", "moved"),
        ("Anu diam. Bena tidak.", "exact"),
    ):
        (placement,) = hydrate("a/01", sha256(text), own, copy).placements
        assert placement.state == state, copy


def test_curly_quotation_marks_in_a_copy_are_no_other_words() -> None:
    text = normalise('Ia berkata "tidak" - lalu pergi ke kota besar.')
    span = Span(text.index('"'), text.index('"') + 7)
    copy = "Judul\n\nIa berkata “tidak” – lalu pergi ke kota besar."
    (placement,) = hydrate("a/01", sha256(text), anchors(text, [span], sha256(text)), copy).placements
    assert placement.state == "moved" and normalise(copy)[slice(*placement.now or ())] == "“tidak”"


# Folders and the command


def test_stand_off_rows_come_from_a_corpus_and_from_a_build(corpus: TinyCorpus, tmp_path: Path) -> None:
    schema = corpus.corpus.schema
    built = build(corpus.corpus, tmp_path / "pinta").folder
    for where, version in ((corpus.root, "0.0.0"), (built, "0.0.1")):
        found = read_standoff(where, schema)
        assert (found.version, [(split, row["id"]) for split, row in found.rows]) == (version, [("train", RESTRICTED)])
        assert match(found.rows, None, TEXTS[RESTRICTED])[2].same
        with pytest.raises(PintaError, match="no stand-off annotation of a/01"):
            match(found.rows, "a/01", "x")
    with pytest.raises(PintaError, match="neither a published folder nor a corpus"):
        read_standoff(tmp_path, schema)
    shutil.rmtree(built / "data/standoff")
    with pytest.raises(PintaError, match="holds no annotation of a text that is not included"):
        read_standoff(built, schema)


def test_the_command_writes_a_dataset_with_the_readers_text(
    corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.chdir(corpus.root)
    copy = TINY / f"copies/{RESTRICTED}.txt"
    assert main(["hydrate", ".", str(copy), "--out", "own"]) == 0
    assert (
        capsys.readouterr().out
        == f"{RESTRICTED}: {len(CLOSED[RESTRICTED]['anchors'])} exact, 0 moved, 0 ambiguous, 0 lost\nown: 1 articles\n"
    )
    (row,) = datasets.load_dataset(str(corpus.path("own")), split="train")
    assert row["text"] == TEXTS[RESTRICTED] and row["requests"] == OPEN[RESTRICTED]["requests"]
    assert "Not to be passed on" in corpus.path("own/README.md").read_text()


def test_the_command_writes_nothing_where_a_span_is_lost_unless_told_to(
    corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus.root)
    (tmp_path / "copy.txt").write_text("Iklan.\n\n" + TEXTS[RESTRICTED].replace("permohonan", "surat"))
    given_ = f"{RESTRICTED}={tmp_path / 'copy.txt'}"
    assert main(["hydrate", ".", given_, "--out", "own"]) == 1
    out = capsys.readouterr().out
    assert "lost" in out and "→" in out and not corpus.path("own").exists()
    assert main(["hydrate", ".", given_, "--out", "own", "--partial", "--format", "json"]) == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert report["article"] == RESTRICTED and report["counts"]["lost"] == 2 and not report["same_hash"]
    assert corpus.path("own/README.md").exists()


def test_the_command_reads_a_page(corpus: TinyCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trafilatura")
    monkeypatch.chdir(corpus.root)
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXTS[RESTRICTED].splitlines() if line)
    (tmp_path / "p.html").write_text(f"<html><body><article>{paragraphs}</article></body></html>")
    assert main(["hydrate", ".", str(tmp_path / "p.html"), "--out", str(tmp_path / "own")]) == 0


def test_a_copy_that_is_no_text_is_told(corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for raw in (b"a\x00b", b"\xff"):
        (tmp_path / "copy.txt").write_bytes(raw)
        assert main(["--root", str(corpus.root), "hydrate", str(corpus.root), str(tmp_path / "copy.txt")]) == 1
        assert capsys.readouterr().err.startswith("pinta: ")
