"""Releases keep their word: a version never changes, the rules of versions hold, every flipped byte is found."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pinta import loading
from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.release.build import Built, build
from pinta.release.diff import FORMATS, UnitChange, diff, side, unit_changes
from pinta.release.publish import _told, publish_files
from pinta.release.record import parse_version, records, release
from pinta.release.verify import verify
from tiny import TinyCorpus, make_tiny


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny corpus with its release 1.0.0 in ``dist/pinta``."""
    root = tmp_path_factory.mktemp("first") / "tiny"
    tiny = make_tiny(root)
    tiny.write("CHANGELOG.md", "# Changelog\n\n## 1.0.0\n\n- The first release.\n")
    release(tiny.corpus, "1.0.0", root / "dist/pinta")
    return root


@pytest.fixture
def released(first: Path, tmp_path: Path) -> TinyCorpus:
    """A copy of it that a test may change."""
    return TinyCorpus(Path(shutil.copytree(first, tmp_path / "tiny")))


def again(tiny: TinyCorpus, version: str, notes: str | None = "- Something.") -> Built:
    """Release the next version, with a section of the changelog."""
    if notes is not None:
        tiny.write("CHANGELOG.md", f"# Changelog\n\n## {version} - 2031-08-01\n\n{notes}\n\n## 1.0.0\n\n- The first release.\n")
    return release(tiny.corpus, version, tiny.path("dist/pinta"))


def correct(tiny: TinyCorpus, article: str = "2031-anu/01") -> None:
    """A correction of the gold of an article."""
    tiny.edit(f"annotations/gold/{article}.json", lambda body: body["requests"][0].update(purpose="modernise"))


def add_article(tiny: TinyCorpus) -> None:
    tiny.add("2032-dalu/02", "Republik Elok menutup pelabuhan selama tiga hari karena badai di laut utara.")


# Recording


def test_a_release_is_recorded_with_the_hash_of_its_manifest(released: TinyCorpus) -> None:
    record = released.read("releases/1.0.0.json")
    assert record["version"] == "1.0.0" and list(records(released.corpus)) == [(1, 0, 0)]
    assert verify(released.path("dist/pinta"), record["manifest_sha256"]) == []
    assert released.path("corpus/VERSION").read_text() == "1.0.0\n"


def test_released_again_it_is_the_same_to_the_byte(released: TinyCorpus) -> None:
    before = {
        path: path.read_bytes() for path in [*released.path("dist").rglob("*.*"), released.path("releases/1.0.0.json")] if path.is_file()
    }
    again(released, "1.0.0", None)
    assert all(path.read_bytes() == raw for path, raw in before.items())


def test_a_released_version_is_never_built_with_other_content(released: TinyCorpus) -> None:
    before = released.path("dist/pinta/manifest.json").read_bytes()
    correct(released)
    with pytest.raises(PintaError, match=r"1\.0\.0 is released, and this would change .*Release a new version instead"):
        again(released, "1.0.0", None)
    assert released.path("dist/pinta/manifest.json").read_bytes() == before


def test_a_record_that_was_changed_is_not_trusted(released: TinyCorpus) -> None:
    def older(body: dict[str, Any]) -> None:
        body["tools"]["pyarrow"] = "0.1"

    released.edit("releases/1.0.0.json", older)
    with pytest.raises(PintaError, match=r"1\.0\.0\.json cannot be trusted"):
        again(released, "1.0.0", None)


# The rules of versions


@pytest.mark.parametrize("text", ["1", "1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.0\n", "", "a.b.c", "١.٠.٠"])
def test_only_semantic_versions(text: str) -> None:
    with pytest.raises(PintaError, match="is not a version"):
        parse_version(text)


def test_a_correction_is_a_patch_that_names_its_article(released: TinyCorpus) -> None:
    correct(released)
    with pytest.raises(PintaError, match=r"The gold of 2031-anu/01 changed and the changelog does not name it"):
        again(released, "1.0.1")
    assert not released.path("releases/1.0.1.json").exists()
    assert released.read("dist/pinta/manifest.json")["version"] == "1.0.0"
    again(released, "1.0.1", "- Purpose in 2031-anu/01 corrected.")
    assert list(records(released.corpus)) == [(1, 0, 0), (1, 0, 1)]


@pytest.mark.parametrize("name", ["2031-anu", "2031-anu/*"])
def test_the_changelog_may_name_a_whole_event(released: TinyCorpus, name: str) -> None:
    correct(released)
    correct(released, "2031-anu/02")
    again(released, "1.0.1", f"- Purposes in {name} corrected.")


def test_another_article_is_at_least_a_minor_version(released: TinyCorpus) -> None:
    add_article(released)
    with pytest.raises(PintaError, match=r"minor change \(articles added: 2032-dalu/02\); 1\.0\.1 is only a patch step from 1\.0\.0"):
        again(released, "1.0.1")
    again(released, "1.1.0")


def test_an_article_that_goes_or_a_text_that_changes_is_a_major_version(released: TinyCorpus) -> None:
    released.remove("corpus/2031-anu/02.txt")
    released.remove("corpus/2031-anu/02.json")
    released.remove("annotations/gold/2031-anu/02.json")
    with pytest.raises(PintaError, match=r"major change \(articles removed: 2031-anu/02\)"):
        again(released, "1.1.0")
    again(released, "2.0.0")


@pytest.mark.parametrize(("place", "version", "least"), [(1, "1.0.1", "minor"), (0, "1.1.0", "major")])
def test_a_new_schema_is_a_step_of_its_own(released: TinyCorpus, place: int, version: str, least: str) -> None:
    own = [int(part) for part in released.path("schema/VERSION").read_text().strip().split(".")]
    own[place] += 1
    released.write("schema/VERSION", ".".join(map(str, own)) + "\n")
    with pytest.raises(PintaError, match=rf"{least} change \(schema .* → .*\)"):
        again(released, version)


def test_an_event_never_changes_its_split(released: TinyCorpus) -> None:
    released.edit("corpus/2032-dalu/event.json", lambda body: body.update(split="test"))
    with pytest.raises(PintaError, match=r"Splits of released events never move.* 2032-dalu"):
        again(released, "2.0.0")


def test_versions_only_go_up_and_have_a_section_in_the_changelog(released: TinyCorpus) -> None:
    with pytest.raises(PintaError, match=r"0\.9\.0 is older than the newest release, 1\.0\.0"):
        again(released, "0.9.0")
    with pytest.raises(PintaError, match=r"CHANGELOG\.md says nothing of 1\.0\.1"):
        again(released, "1.0.1", "")
    released.remove("CHANGELOG.md")
    with pytest.raises(PintaError, match=r"CHANGELOG\.md says nothing of 1\.0\.1"):
        again(released, "1.0.1", None)


def test_a_corpus_with_findings_is_not_released(released: TinyCorpus) -> None:
    released.edit("annotations/gold/2031-anu/01.json", lambda body: body["stances"][0].update(target="e2"))
    with pytest.raises(PintaError, match="E-STANCE-SELF"):
        again(released, "1.0.1", "- 2031-anu/01")
    assert list(records(released.corpus)) == [(1, 0, 0)]


# Verifying


def test_every_flipped_byte_missing_and_extra_file_is_found(released: TinyCorpus) -> None:
    folder, chance = released.path("dist/pinta"), random.Random(2)
    assert verify(folder) == []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"):
        name, raw = path.relative_to(folder).as_posix(), path.read_bytes()
        at = chance.randrange(len(raw))
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert verify(folder) == [f"{name}: its bytes are not those of the manifest"]
        path.write_bytes(raw + b"x")
        assert verify(folder) == [f"{name}: {len(raw) + 1} bytes, the manifest says {len(raw)}"]
        path.unlink()
        assert verify(folder) == [f"{name}: missing"]
        path.write_bytes(raw)
    (folder / "data/extra.txt").write_text("x")
    assert verify(folder) == ["data/extra.txt: not in the manifest"]


def test_another_manifest_than_that_of_the_release_is_found(released: TinyCorpus) -> None:
    correct(released)
    build(released.corpus, released.path("dist/pinta"), version="1.0.0")
    assert verify(released.path("dist/pinta")) == []
    sha = released.read("releases/1.0.0.json")["manifest_sha256"]
    assert verify(released.path("dist/pinta"), sha) == ["manifest.json: it is not the manifest of the release"]


@pytest.mark.parametrize("raw", [b"{", b"{}", b'{"files": []}', b"\xff"])
def test_a_broken_manifest_is_told(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(PintaError, match="has no manifest"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_bytes(raw)
    with pytest.raises(PintaError, match="cannot be trusted"):
        verify(tmp_path)


def test_the_commands_release_verify_and_diff(
    released: TinyCorpus, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(released.root)
    correct(released)
    released.write("CHANGELOG.md", "## 1.0.1\n\n- 2031-anu/01: purpose\n")
    assert main(["release", "1.0.1"]) == 0
    assert "releases/1.0.1.json" in capsys.readouterr().out
    assert main(["verify", "1.0.1"]) == 0 and main(["verify", "dist/pinta"]) == 0
    assert capsys.readouterr().out == "dist/pinta: every byte is right\n" * 2
    assert main(["verify", "1.0.0"]) == 1
    assert "not the manifest of the release" in capsys.readouterr().out
    assert main(["verify", "3.0.0"]) == 1
    assert "3.0.0 is not a release. Releases: 1.0.0, 1.0.1." in capsys.readouterr().err
    assert main(["diff", "1.0.0", "1.0.1"]) == 0
    assert "annotation changed: 2031-anu/01" in capsys.readouterr().out
    assert main(["diff", "9.9.9"]) == 1
    assert "9.9.9 is no release, no published folder" in capsys.readouterr().err
    assert main(["publish", "--to", str(released.path("shop"))]) == 0
    assert "shop/v1.0.1, every byte is right" in capsys.readouterr().out
    assert main(["publish", "--to", "x", "--dir", "corpus"]) == 1
    assert "has no manifest" in capsys.readouterr().err


# Differences


def test_nothing_changed(released: TinyCorpus) -> None:
    folder = side(released.corpus, str(released.path("dist/pinta")))
    found = diff(folder, side(released.corpus, "."))
    assert FORMATS["text"](found).endswith("nothing changed")
    assert found.units == [] and all(before == after for _, before, after in found.figures)


def test_ids_are_no_difference(released: TinyCorpus) -> None:
    old = released.read("annotations/gold/2033-fana/01.json")
    text = json.dumps(old)
    for before, after in (("e1", "e91"), ("e2", "e92"), ("s1", "s77"), ("r1", "r66"), ("m1", "m88"), ("i1", "i99")):
        text = text.replace(f'"{before}"', f'"{after}"')
    assert list(unit_changes("a/01", old, json.loads(text))) == []


def test_a_diff_of_folders_trees_and_releases_in_every_format(released: TinyCorpus) -> None:
    old = side(released.corpus, "1.0.0")
    folder = side(released.corpus, str(released.path("dist/pinta")))
    correct(released)
    add_article(released)
    released.edit("corpus/2033-fana/event.json", lambda body: body.update(split="train"))
    found = diff(folder, side(TinyCorpus(released.root).corpus, "."))
    assert (found.added, found.gold, found.moved) == (["2032-dalu/02"], ["2031-anu/01"], ["2033-fana"])
    [unit] = found.units
    assert isinstance(unit, UnitChange)
    assert (unit.article, unit.layer, unit.kind, unit.quote, unit.start) == ("2031-anu/01", "requests", "changed", "Anu → Bena", 60)
    assert unit.fields == (("purpose", "defend_against_state", "modernise"),)
    text, markdown = FORMATS["text"](found), FORMATS["markdown"](found)
    assert "2031-anu/01:60: requests" in text and "purpose: defend_against_state → modernise" in text
    assert "article added: 2032-dalu/02" in text and "event moved to another split: 2033-fana" in text and "articles: 5 → 6" in text
    assert "### Article added (1)\n\n- `2032-dalu/02`" in markdown and "| requests |" in markdown
    assert json.loads(FORMATS["json"](found))["gold"] == ["2031-anu/01"]
    assert diff(old, side(released.corpus, str(released.root))).units == []


# Publishing


def test_publishing_to_a_file_system_is_done_once_and_never_over_another(released: TinyCorpus, tmp_path: Path) -> None:
    folder, record, said = released.path("dist/pinta"), released.read("releases/1.0.0.json"), []
    base = Path(publish_files(folder, str(tmp_path / "shop"), record, say=said.append))
    assert base == tmp_path / "shop/v1.0.0" and verify(base, record["manifest_sha256"]) == []
    publish_files(folder, str(tmp_path / "shop"), record, say=said.append)
    assert said[1].endswith("is there already")
    (base / "manifest.json").write_text("{}")
    with pytest.raises(PintaError, match=r"is another one\. A version never changes"):
        publish_files(folder, str(tmp_path / "shop"), record, say=said.append)


def test_an_interrupted_publication_is_finished_by_the_next(released: TinyCorpus, tmp_path: Path) -> None:
    folder, record = released.path("dist/pinta"), released.read("releases/1.0.0.json")
    base = Path(publish_files(folder, str(tmp_path / "shop"), record, say=lambda _: None))
    (base / "manifest.json").unlink()
    (base / "README.md").write_text("half")
    publish_files(folder, str(tmp_path / "shop"), record, say=lambda _: None)
    assert verify(base, record["manifest_sha256"]) == []


def test_what_is_not_the_release_is_not_published(released: TinyCorpus, tmp_path: Path) -> None:
    record = released.read("releases/1.0.0.json")
    released.write("dist/pinta/README.md", "tampered")
    with pytest.raises(PintaError, match=r"not what was released:\nREADME\.md"):
        publish_files(released.path("dist/pinta"), str(tmp_path / "shop"), record)
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "token"), (403, "may not write"), (404, "no such"), (409, "again"), (412, "again"), (500, "later")]
)
def test_answers_of_the_hub_are_put_into_words(status: int, hint: str) -> None:
    error = SimpleNamespace(response=SimpleNamespace(status_code=status, headers={"authorization": "Bearer secret"}))
    told = _told(error, "org/pinta")
    assert told.startswith(f"org/pinta: the Hub answered {status}: ") and hint in told and "secret" not in told


# Loading a version


def test_loading_holds_the_version(released: TinyCorpus) -> None:
    pytest.importorskip("datasets")
    folder = released.path("dist/pinta")
    rows: Any = loading.load(folder, "stances", version="1.0.0", split="train")
    assert rows.num_rows == 4
    stream: Any = loading.load(folder, "stances", version="1.0.0", streaming=True)
    assert len(list(stream["test"])) == 3
    with pytest.raises(loading.VersionError, match=r"\(articles\) is version 1\.0\.0, not 1\.0\.1\. The folder holds another version"):
        loading.load(folder, version="1.0.1")
