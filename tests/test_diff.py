"""What changed between two versions: every unit with its words and place, by what it stands on and never by its id."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pinta.cli import main
from pinta.diagnostics import FindingsError, PintaError
from pinta.release.build import build
from pinta.release.diff import FORMATS, Diff, UnitChange, diff, side, unit_changes
from pinta.release.record import release
from pinta.schema.labels import load_schema
from tiny import RESTRICTED, TinyCorpus

GOLD = "annotations/gold/2031-anu/01.json"


@pytest.fixture
def old(corpus: TinyCorpus, tmp_path: Path) -> Path:
    """The tiny corpus as it was, built."""
    return build(corpus.corpus, tmp_path / "old").folder


def compared(corpus: TinyCorpus, old: Path) -> Diff:
    """The old build and the working tree; the same as the old build and a new one."""
    tree = diff(side(corpus.corpus, str(old)), side(corpus.corpus, "."))
    new = build(corpus.corpus, old.parent / "new").folder
    folder = diff(side(corpus.corpus, str(old)), side(corpus.corpus, str(new)))
    assert (tree.units, tree.gold, tree.added, tree.figures) == (folder.units, folder.gold, folder.added, folder.figures)
    return tree


def units(found: Diff) -> list[tuple[str, ...]]:
    return [(unit.layer, unit.label, unit.kind, unit.quote) for unit in found.units]


def test_nothing_changed(corpus: TinyCorpus, old: Path) -> None:
    found = compared(corpus, old)
    assert (found.added, found.removed, found.texts, found.gold, found.moved, found.units, found.columns) == ([],) * 7
    assert FORMATS["text"](found).splitlines()[1:] == ["nothing changed"]


def test_the_tree_is_named_by_its_folder_too(corpus: TinyCorpus, old: Path) -> None:
    assert diff(side(corpus.corpus, "."), side(corpus.corpus, str(corpus.root))).units == []


def test_new_ids_and_another_order_are_no_change(corpus: TinyCorpus, old: Path) -> None:
    def renumber(body: dict[str, Any]) -> None:
        text = json.dumps(body)
        for n in range(len(body["entities"]), 0, -1):
            text = text.replace(f'"e{n}"', f'"e{n + 20}"')
        body.update(json.loads(text))
        body["entities"].reverse()
        body["stances"].reverse()

    corpus.edit(GOLD, renumber)
    found = compared(corpus, old)
    assert found.gold == ["2031-anu/01"] and found.units == []
    assert "annotation changed: 2031-anu/01" in FORMATS["text"](found)
    assert "- `2031-anu/01`" in FORMATS["markdown"](found)


def test_evidence_and_cues_count(corpus: TinyCorpus) -> None:
    before = corpus.read(GOLD)
    after = json.loads(json.dumps(before))
    after["stances"][0]["evidence"].append(after["requests"][0]["evidence"][0])
    changed = list(unit_changes("2031-anu/01", before, after))
    assert [unit.fields[0][0] for unit in changed] == ["evidence"]


def test_articles_that_came_and_went(corpus: TinyCorpus, old: Path) -> None:
    corpus.add("2033-fana/02", "Tidak ada apa-apa di sini, hanya cuaca yang cerah sepanjang hari.")
    for name in (
        "corpus/2032-dalu/01.json",
        "corpus/2032-dalu/01.txt",
        "annotations/gold/2032-dalu/01.json",
        "annotations/passes/budi/2032-dalu",
    ):
        corpus.remove(name)
    found = compared(corpus, old)
    assert (found.added, found.removed) == (["2033-fana/02"], ["2032-dalu/01"])
    text, markdown = FORMATS["text"](found), FORMATS["markdown"](found)
    assert "article added: 2033-fana/02\narticle removed: 2032-dalu/01" in text and "claims: " in text
    assert "### Article added (1)\n\n- `2033-fana/02`" in markdown and "| articles | 5 | 5 |" in markdown


def test_a_changed_text_shifts_no_unit(corpus: TinyCorpus, old: Path) -> None:
    from pinta.spans import sha256

    text = "Berita lama. " + corpus.text("2031-anu/01")
    before = corpus.read(GOLD)

    def shift(value: Any) -> Any:
        if isinstance(value, list):
            return [shift(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        moved = {key: shift(inner) for key, inner in value.items()}
        return {**moved, "start": moved["start"] + 13, "end": moved["end"] + 13} if "quote" in moved else moved

    corpus.write("corpus/2031-anu/01.txt", text)
    corpus.edit("corpus/2031-anu/01.json", lambda body: body.update(text_sha256=sha256(text), characters=len(text)))
    corpus.write(GOLD, {**shift(before), "text_sha256": sha256(text)})
    for annotator in ("alih", "budi"):
        corpus.remove(f"annotations/passes/{annotator}/2031-anu/01.json")
    corpus.edit(GOLD, lambda body: body["mentions"][0].update(metonym=not body["mentions"][0]["metonym"]))
    found = compared(corpus, old)
    assert found.texts == ["2031-anu/01"] and [(unit.layer, unit.fields[0][0]) for unit in found.units] == [("mentions", "metonym")]


def test_restricted_articles_have_places_and_no_words(corpus: TinyCorpus, old: Path) -> None:
    corpus.edit(f"annotations/gold/{RESTRICTED}.json", lambda body: body["requests"][0].update(status="agreed"))
    found = compared(corpus, old)
    (unit,) = found.units
    assert (unit.article, unit.layer, unit.fields) == (RESTRICTED, "requests", (("status", "under_consideration", "agreed"),))


def test_releases_are_compared_by_their_records(corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus.write("CHANGELOG.md", "## 1.0.0\n- first\n\n## 1.1.0\n- 2031-anu/01, and one more\n")
    release(corpus.corpus, "1.0.0", tmp_path / "1")
    corpus.edit(GOLD, lambda body: body["entities"][1].update(name="Kerajaan Bena"))
    corpus.add("2033-fana/02", "Tidak ada apa-apa di sini, hanya cuaca yang cerah sepanjang hari.")
    release(corpus.corpus, "1.1.0", tmp_path / "2")
    shutil.rmtree(tmp_path / "1")
    command = ["--root", str(corpus.root), "diff", "1.0.0", "1.1.0"]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1.0.0 → 1.1.0",
        "article added: 2033-fana/02",
        "annotation changed: 2031-anu/01",
        "articles: 5 → 6",
    ]
    assert main([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["gold"] == ["2031-anu/01"]
    assert main([*command[:3], "1.1.0"]) == 0
    assert capsys.readouterr().out == "1.1.0 → working tree\nnothing changed\n"


def test_a_schema_that_changed_is_told(corpus: TinyCorpus, old: Path) -> None:
    corpus.write("schema/VERSION", "1.9.0\n")
    corpus.edit("schema/labels/genre.json", lambda body: body["oneOf"].append({**body["oneOf"][0], "const": "recipe"}))
    load_schema.cache_clear()  # a process reads a schema once
    found = compared(corpus, old)
    for form in ("text", "markdown"):
        assert "→ 1.9.0" in FORMATS[form](found) and "columns changed: standoff" in FORMATS[form](found)


def test_a_side_that_is_none_is_told(corpus: TinyCorpus, tmp_path: Path) -> None:
    for name in ("1.0.0", "nowhere", str(tmp_path / "nowhere")):
        with pytest.raises(
            PintaError, match=r"is no release, no published folder, no store and not the working tree \(\.\)\. Releases: none yet"
        ):
            side(corpus.corpus, name)


def test_a_tree_with_errors_is_told(corpus: TinyCorpus) -> None:
    corpus.edit(GOLD, lambda body: body["stances"][0].update(holder="e99"))
    with pytest.raises(FindingsError, match="E-REF-DANGLING"):
        side(corpus.corpus, ".")


def test_the_markdown_counts_by_layer_and_label(corpus: TinyCorpus, old: Path) -> None:
    corpus.edit(GOLD, lambda body: body["mentions"][0].update(metonym=True))
    found = compared(corpus, old)
    shown = FORMATS["markdown"](found)
    label = corpus.read(GOLD)["mentions"][0]["type"]
    assert f"| mentions | {label} | changed | 1 |" in shown
    assert "metonym: False → True" in shown and isinstance(found.units[0], UnitChange)


def test_every_kind_of_unit_is_told_with_its_words(still: TinyCorpus) -> None:
    old = still.read(GOLD)
    new = json.loads(json.dumps(old))
    new["mentions"][7]["metonym"] = False
    new["entities"][4]["name"] = "Wira"
    new["stances"][0]["act"] = "promise"
    new["stances"][1]["negated"] = True
    request = new["requests"][0]
    request["status"] = "agreed"
    request["items"][0]["quantity"]["value"] = 12.5
    request["items"][1]["specifications"] = []
    assert [(u.layer, u.label, u.kind, u.quote, u.fields) for u in unit_changes("a/01", old, new)] == [
        ("mentions", "state", "changed", "Istana Batu", (("metonym", True, False),)),
        ("entities", "person", "changed", "Wira", (("name", "Wira Laksa", "Wira"),)),
        ("stances", "oppose", "changed", "Bena oppose Cala", (("negated", False, True),)),
        ("stances", "promise", "added", "Bena promise Anu", ()),
        ("stances", "support", "removed", "Bena support Anu", ()),
        ("requests", "letter", "changed", "Anu → Bena", (("status", "not_stated", "agreed"), ("messenger", "Wira Laksa", "Wira"))),
        ("items", "missile_unspecified", "changed", "rudal", (("specifications", ["range exact 1000 km 129"], []),)),
        ("items", "other_helicopter", "changed", "helikopter Elang-7", (("quantity", "exact 12 item 68", "exact 12.5 item 68"),)),
    ]


def test_a_change_in_the_last_digit_is_told(still: TinyCorpus) -> None:
    old = still.read("annotations/gold/2033-fana/01.json")
    new = json.loads(json.dumps(old))
    new["requests"][0]["items"][0]["quantity"]["value"] += 1
    (change,) = unit_changes("a/01", old, new)
    assert change.fields == (("quantity", "exact 1500000000 usd 80", "exact 1500000001 usd 80"),)


def test_claims_and_what_stands_on_them(still: TinyCorpus) -> None:
    old = still.read("annotations/gold/2032-dalu/01.json")
    new = json.loads(json.dumps(old))
    new["claims"][0]["kind"] = "assertion"
    new["stances"][0]["voiced_by"] = None
    claim, stance = unit_changes("a/01", old, new)
    assert (claim.layer, claim.fields) == ("claims", (("kind", "accusation", "assertion"),))
    assert stance.fields == (("voiced_by", "Kementerian Luar Negeri Dalu", None),) and "deny claim at" in stance.quote


def test_added_and_removed_documents_are_all_added_and_all_removed(still: TinyCorpus) -> None:
    body = still.read(GOLD)
    units = sum(len(body[layer]) for layer in ("mentions", "entities", "claims", "stances", "requests")) + 2
    for old, new, kind in (({}, body, "added"), (body, {}, "removed")):
        found = list(unit_changes("a/01", old, new))
        assert len(found) == units and {unit.kind for unit in found} == {kind}
