"""Every check has a fixture, named by its id, that triggers it and nothing else.

``fixtures/checks/ID/change.json`` says how to spoil the tiny corpus (``steps``) and what is then found (``finds``: path and
JSON pointer). Whole files in ``fixtures/checks/ID/files`` are laid over the corpus first. Checks of drafts have a
``draft.json`` instead, which is resolved.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pinta.checks.registry import CHECKS, check, declare
from pinta.checks.run import check_corpus, check_document
from pinta.corpus.documents import read_document
from pinta.diagnostics import Finding, FindingsError
from pinta.draft import resolve_file
from pinta.spans import sha256
from tiny import FIXTURES, TinyCorpus

FOLDER = FIXTURES / "checks"


def spoil(corpus: TinyCorpus, id_: str) -> list[list[str]]:
    """Apply the fixture of a check; returns what it promises to find."""
    folder = FOLDER / id_
    if (folder / "files").is_dir():
        shutil.copytree(folder / "files", corpus.root, dirs_exist_ok=True)
    change = json.loads((folder / "change.json").read_bytes())
    for step in change["steps"]:
        apply(corpus, step)
    finds: list[list[str]] = change["finds"]
    return finds


def apply(corpus: TinyCorpus, step: dict[str, Any]) -> None:
    """One step of a fixture."""
    match step:
        case {"copy": source, "to": target}:
            corpus.write(target, corpus.path(source).read_bytes())
        case {"delete": name}:
            corpus.remove(name)
        case {"text": name, "old": old, "new": new}:
            text = corpus.path(name).read_text("utf-8")
            assert text.count(old) == 1
            corpus.write(name, text.replace(old, new))
        case {"rehash": article}:
            text = corpus.text(article)
            own = {"text_sha256": sha256(text), "characters": len(text)}
            corpus.edit(f"corpus/{article}.json", lambda body: body.update(own))
            corpus.edit(f"annotations/gold/{article}.json", lambda body: body.update(text_sha256=sha256(text)))
        case {"patch": name, "ops": ops}:
            corpus.edit(name, lambda body: [patch(body, **op) for op in ops])
        case _:
            raise AssertionError(f"unknown step {step}")


def patch(body: Any, op: str, path: str, value: Any = None) -> None:
    """One operation of a JSON Patch (RFC 6902): add, replace or remove."""
    *steps, last = path.split("/")[1:]
    for step in steps:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if isinstance(body, dict):
        assert (last in body) == (op != "add"), path
        body.pop(last) if op == "remove" else body.update({last: value})
    elif last == "-":
        body.append(value)
    elif op == "remove":
        body.pop(int(last))
    else:
        body[int(last)] = value


def test_the_tiny_corpus_is_clean(still: TinyCorpus) -> None:
    assert still.findings() == []


def test_every_check_has_a_fixture_and_every_fixture_a_check() -> None:
    of_stores = {id_ for id_, made in CHECKS.items() if made.of == "store"}  # test_store.py and test_jobs.py trigger them
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(CHECKS.keys() - of_stores)


@pytest.mark.parametrize("id_", sorted(path.name for path in FOLDER.iterdir()))
def test_a_fixture_triggers_its_check_and_nothing_else(corpus: TinyCorpus, id_: str) -> None:
    wanted = spoil(corpus, id_)
    found = of_draft(corpus, "draft.json") if CHECKS[id_].of == "draft" else corpus.findings()
    if id_ == "E-EVENT-TWO-SPLITS":  # two folders of one event: one of them has another name than its id
        found = [finding for finding in found if finding.id != "E-EVENT-ID"]
    assert {finding.id for finding in found} == {id_}, "\n".join(map(str, found))
    assert sorted([finding.path, finding.pointer] for finding in found) == sorted(wanted)
    for finding in found:
        assert finding.level == ("warning" if id_.startswith("W-") else "error")
        assert finding.message and finding.mend
        assert_place(corpus, finding)


def of_draft(corpus: TinyCorpus, name: str) -> list[Finding]:
    """What refuses a draft."""
    raw = corpus.path(name).read_bytes()
    with pytest.raises(FindingsError) as caught:
        resolve_file(raw, name, corpus.text(json.loads(raw)["article"]), corpus.corpus.schema)
    return caught.value.findings


def assert_place(corpus: TinyCorpus, finding: Finding) -> None:
    """The line and column lead to the very value that the pointer names."""
    text = corpus.path(finding.path).read_bytes().decode("utf-8", errors="replace")
    lines = text.split("\n")
    assert 1 <= finding.line <= len(lines)
    assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
    if not finding.pointer:
        return
    at = sum(len(line) + 1 for line in lines[: finding.line - 1]) + finding.column - 1
    value, _ = json.JSONDecoder().raw_decode(text, at)
    whole = json.loads(text)
    for step in finding.pointer.split("/")[1:]:
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    assert value == whole


@pytest.mark.parametrize(
    ("id_", "places"),
    [
        ("E-FILE-UTF8", ["corpus/2031-anu/02.txt:1:22"]),
        ("E-FILE-BOM", ["corpus/2031-anu/02.json:1:1"]),
        ("E-TEXT-NORMAL", ["corpus/2031-anu/02.txt:3:170"]),
        ("E-EVENT-DATE", ["corpus/2031-anu/event.json:6:10"]),
        ("E-SPAN-QUOTE", ["annotations/gold/2031-anu/01.json:276:15"]),
        ("W-STANCE-TWICE", ["annotations/gold/2031-anu/01.json:303:3"]),
        ("E-JSON-DUPLICATE-KEY", ["annotations/gold/2031-anu/02.json:94:11"]),
        ("E-JSON-NAN", ["annotations/gold/2031-anu/02.json:150:16"]),
    ],
)
def test_line_and_column(corpus: TinyCorpus, id_: str, places: list[str]) -> None:
    spoil(corpus, id_)
    assert [f"{f.path}:{f.line}:{f.column}" for f in corpus.findings()] == places


def test_checks_of_one_document_and_of_named_articles(corpus: TinyCorpus) -> None:
    spoil(corpus, "E-STANCE-SELF")
    spoil(corpus, "E-ITEM-SERVICE")
    own = corpus.corpus
    assert [f.id for f in check_document(read_document(own, "2031-anu/01"), own.schema)] == ["E-STANCE-SELF"]
    assert [f.id for f in check_corpus(own, frozenset({"2033-fana/01"}))] == ["E-ITEM-SERVICE"]
    assert list(check_corpus(own, frozenset({"2032-dalu/01"}))) == []


def test_a_control_character_in_a_text_is_not_normal(corpus: TinyCorpus) -> None:
    apply(corpus, {"text": "corpus/2031-anu/02.txt", "old": "said.\n", "new": "said.\x07\n"})
    apply(corpus, {"rehash": "2031-anu/02"})
    (finding,) = corpus.findings()
    assert finding.id == "E-TEXT-NORMAL" and "control character U+0007" in finding.message
    text = corpus.text("2031-anu/02")
    assert text.split("\n")[finding.line - 1][finding.column - 1] == "\x07"


@pytest.mark.parametrize("number", ["8.0", "0.5", "1e300"])
def test_an_offset_is_written_without_a_point(corpus: TinyCorpus, number: str) -> None:
    name = "annotations/gold/2031-anu/01.json"
    start = corpus.read(name)["mentions"][0]["start"]
    text = corpus.path(name).read_text("utf-8")
    corpus.write(name, text.replace(f'"start": {start},', f'"start": {number},', 1))
    assert [(finding.id, finding.pointer) for finding in corpus.findings()] == [("E-SCHEMA", "/mentions/0/start")]


def test_an_event_without_articles_is_checked(corpus: TinyCorpus) -> None:
    event = corpus.read("corpus/2031-anu/event.json") | {"id": "2039-kosong", "date": "2039-02-30"}
    corpus.write("corpus/2039-kosong/event.json", json.dumps(event))
    assert [(f.id, f.path) for f in corpus.findings()] == [("E-EVENT-DATE", "corpus/2039-kosong/event.json")]
    corpus.write("corpus/2039-kosong/event.json", json.dumps(event | {"date": "2039-02", "id": "kosong"}))
    assert [f.id for f in corpus.findings()] == ["E-EVENT-ID"]
    corpus.write("corpus/2039-kosong/event.json", "{")
    assert [f.id for f in corpus.findings()] == ["E-JSON-SYNTAX"]


def test_near_duplicates_within_an_event_are_fine(corpus: TinyCorpus) -> None:
    corpus.add("2031-anu/04", corpus.text("2031-anu/02").replace("Monday", "Tuesday"))
    assert corpus.findings() == []


def test_passes_are_checked_too(corpus: TinyCorpus) -> None:
    name = "annotations/passes/alih/2033-fana/01.json"
    corpus.edit(name, lambda body: body["stances"][0].update(target="e2"))
    assert [(f.id, f.path, f.pointer) for f in corpus.findings()] == [("E-STANCE-SELF", name, "/stances/0/target")]


def test_many_faults_are_all_told_and_an_event_once(corpus: TinyCorpus) -> None:
    for id_ in ("E-EVENT-DATE", "E-SPAN-QUOTE", "E-VALUE", "E-TEXT-LENGTH", "W-CLAIM-UNUSED"):
        spoil(corpus, id_)
    found = [finding.id for finding in corpus.findings()]
    assert sorted(found) == ["E-EVENT-DATE", "E-SPAN-QUOTE", "E-TEXT-LENGTH", "E-VALUE", "E-VALUE", "W-CLAIM-UNUSED"]


@pytest.mark.parametrize("kind", ["event", "article", "annotation"])
def test_an_empty_file_or_another_value_is_a_finding(corpus: TinyCorpus, kind: str) -> None:
    name = {"event": "corpus/2031-anu/event.json", "article": "corpus/2031-anu/01.json", "annotation": "annotations/gold/2031-anu/01.json"}[
        kind
    ]
    for raw, id_ in ((b"", "E-JSON-SYNTAX"), (b"[]", "E-SCHEMA"), (b"null\n", "E-SCHEMA"), (b"{}", "E-SCHEMA")):
        corpus.write(name, raw)
        found = corpus.findings()
        assert id_ in {finding.id for finding in found}
        assert {finding.path for finding in found} == {name}


def test_the_table_of_checks_refuses_a_second_entry() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        declare("E-SCHEMA", "Again.")
    with pytest.raises(ValueError, match="no explanation"):
        check("E-NEW", of="annotation")(lambda context: iter(()))


def test_every_check_explains_itself_with_examples() -> None:
    for made in CHECKS.values():
        assert "\nBad: " in made.explanation and "\nGood: " in made.explanation, made.id
        assert made.sentence.endswith("."), made.id


def test_fixture_folders_hold_nothing_else() -> None:
    for folder in FOLDER.iterdir():
        assert {path.name for path in Path(folder).iterdir()} <= {"change.json", "files"}
