"""Releases: what a version holds never changes, and a version number says how much it changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pinta.cli import main
from pinta.diagnostics import FindingsError, PintaError
from pinta.release.build import UNRELEASED, build
from pinta.release.manifest import NAME, as_text, read_manifest, sealed
from pinta.release.publish import _told, publish_files
from pinta.release.record import changelog_section, manifest_of, parse_version, records, release
from pinta.release.verify import verify
from pinta.schema.described import describe
from pinta.schema.features import CONFIGS, columns
from pinta.schema.labels import Schema, load_schema
from tiny import REPOSITORY, TinyCorpus

GOLD = "annotations/gold/2031-anu/01.json"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tell(corpus: TinyCorpus, version: str, *lines: str) -> None:
    """Write the changelog of a version."""
    path = corpus.path("CHANGELOG.md")
    told = path.read_text("utf-8") if path.exists() else "# Changelog\n"
    corpus.write("CHANGELOG.md", f"{told}\n## {version}\n" + "".join(f"- {line}\n" for line in lines))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "dist" / "pinta"


@pytest.fixture
def one(corpus: TinyCorpus, out: Path) -> TinyCorpus:
    """The tiny corpus, of which 1.0.0 is released."""
    tell(corpus, "1.0.0", "first release")
    release(corpus.corpus, "1.0.0", out)
    return corpus


def rename(corpus: TinyCorpus) -> None:
    """A correction of a label."""
    corpus.edit(GOLD, lambda body: body["entities"][1].update(name="Kerajaan Bena"))


def add(corpus: TinyCorpus) -> None:
    corpus.add("2033-fana/02", "Tidak ada apa-apa di sini, hanya cuaca yang cerah sepanjang hari.")


def add_label(corpus: TinyCorpus) -> None:
    def change(body: dict[str, Any]) -> None:
        body["oneOf"].append({**body["oneOf"][0], "const": "recipe", "title": "Recipe"})

    corpus.edit("schema/labels/genre.json", change)
    load_schema.cache_clear()  # a process reads a schema once


def refused(corpus: TinyCorpus, version: str, out: Path, message: str) -> None:
    """A release is refused with a sentence, and nothing has changed."""
    before, known = files(out), files(corpus.root)
    with pytest.raises(PintaError, match=message):
        release(corpus.corpus, version, out)
    assert files(out) == before and files(corpus.root) == known


# What is recorded


def test_a_record_tells_everything_of_a_release(one: TinyCorpus, out: Path) -> None:
    record = one.read("releases/1.0.0.json")
    assert record["version"] == "1.0.0" == one.path("corpus/VERSION").read_text().strip() and record["schema_version"]
    assert set(record["articles"]) == {"2031-anu/01", "2031-anu/02", "2031-anu/03", "2032-dalu/01", "2033-fana/01"}
    assert record["articles"]["2031-anu/01"].keys() == {"text", "gold", "split"}
    for name, about in record["files"].items():
        assert (out / name).stat().st_size == about["bytes"] and len(about["sha256"]) == 64
        assert name.endswith(".parquet") == ("rows" in about)
    assert record["tools"].keys() >= {"pinta", "pyarrow"} and record["figures"]["train"]["articles"] == 3
    assert verify(out, record["manifest_sha256"]) == [] and manifest_of(record) == read_manifest(out)


def test_agreement_is_recorded(corpus: TinyCorpus, out: Path) -> None:
    for needed in ("krippendorff", "scipy"):
        pytest.importorskip(needed)
    from pinta.quality.agreement import write

    for name in ("alih/2033-fana", "budi/2032-dalu"):
        corpus.remove(f"annotations/passes/{name}")
    write(corpus.corpus, ("alih", "budi"))
    tell(corpus, "1.0.0", "first")
    release(corpus.corpus, "1.0.0", out)
    assert corpus.read("releases/1.0.0.json")["agreement"] == corpus.read("annotations/agreement.json")


def test_the_command_says_what_it_made(corpus: TinyCorpus, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell(corpus, "1.0.0", "first")
    assert main(["--root", str(corpus.root), "release", "1.0.0", "--out", str(out)]) == 0
    assert capsys.readouterr().out.endswith("releases/1.0.0.json\n")
    assert main(["--root", str(corpus.root), "release", "1.0", "--out", str(out)]) == 1
    assert "'1.0' is not a version: write MAJOR.MINOR.PATCH" in capsys.readouterr().err


# A released version never changes


def test_released_again_from_the_same_sources_it_is_the_same(one: TinyCorpus, out: Path, tmp_path: Path) -> None:
    known = files(one.root)
    release(one.corpus, "1.0.0", tmp_path / "again")
    assert files(tmp_path / "again") == files(out) and files(one.root) == known


def test_released_again_with_other_content_it_is_refused(one: TinyCorpus, out: Path) -> None:
    rename(one)
    refused(one, "1.0.0", out, "1.0.0 is released, and this would change README.md, .* Release a new version instead.")


def test_a_build_of_other_content_does_not_bear_the_released_version(one: TinyCorpus, out: Path, tmp_path: Path) -> None:
    assert build(one.corpus, tmp_path / "same").manifest["version"] == "1.0.0"
    assert files(tmp_path / "same") == files(out)
    rename(one)
    other = build(one.corpus, tmp_path / "other")
    assert other.manifest["version"] == UNRELEASED and "version: 0.0.0" in (other.folder / "README.md").read_text("utf-8")
    assert main(["--root", str(one.root), "build", "--out", str(tmp_path / "again")]) == 0
    assert read_manifest(tmp_path / "again")["version"] == UNRELEASED


def test_tools_that_change_the_bytes_are_named(one: TinyCorpus, out: Path) -> None:
    rename(one)
    path = one.path("releases/1.0.0.json")
    record = one.read("releases/1.0.0.json")
    added = {key: value for key, value in record.items() if key not in manifest_of(record)}
    old = sealed({**manifest_of(record), "tools": {**record["tools"], "pyarrow": "1.2.3"}})
    path.write_text(as_text({**old, **added}), "utf-8")
    refused(one, "1.0.0", out, r"It was made with \{'pyarrow': '1.2.3'\}: install these versions.")


def test_other_tools_that_make_the_same_bytes_give_the_same_release(one: TinyCorpus, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(out)
    monkeypatch.setattr("pinta.release.manifest.__version__", "9.9.9")
    release(one.corpus, "1.0.0", out)
    assert files(out) == before


def test_a_record_that_was_changed_is_not_trusted(one: TinyCorpus, out: Path) -> None:
    path = one.path("releases/1.0.0.json")
    record = path.read_text("utf-8")
    path.write_text(record.replace('"split": "test"', '"split": "train"'), "utf-8")
    refused(one, "1.0.0", out, r"1\.0\.0\.json cannot be trusted: it was changed")
    path.write_text(record[:-20], "utf-8")
    with pytest.raises(PintaError, match="cannot be trusted"):
        records(one.corpus)


def test_killed_before_the_version_was_written_it_is_finished_by_running_again(one: TinyCorpus, out: Path) -> None:
    one.write("corpus/VERSION", "0.0.1\n")
    release(one.corpus, "1.0.0", out)
    assert one.path("corpus/VERSION").read_text() == "1.0.0\n"


# The rules of versions


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.0\n", "１.0.0", "١.٠.٠", ""])
def test_what_is_no_version(version: str) -> None:
    with pytest.raises(PintaError, match="is not a version"):
        parse_version(version)


@given(st.tuples(*[st.integers(0, 10**6)] * 3))
def test_versions_are_read_as_numbers(version: tuple[int, int, int]) -> None:
    assert parse_version(".".join(map(str, version))) == version


def remove(corpus: TinyCorpus) -> None:
    for name in ("corpus/2033-fana/01.json", "corpus/2033-fana/01.txt", "annotations/gold/2033-fana/01.json"):
        corpus.remove(name)
    corpus.remove("annotations/passes/alih/2033-fana")


def rewrite(corpus: TinyCorpus) -> None:
    """Another text under the same id."""
    for name in ("annotations/passes/alih/2033-fana", "annotations/gold/2033-fana/01.json"):
        corpus.remove(name)
    corpus.add("2033-fana/01", "Fana mencari dana dari mana saja, dan tidak mendapat apa pun tahun ini.")


def raise_schema(version: str) -> Callable[[TinyCorpus], None]:
    def change(corpus: TinyCorpus) -> None:
        corpus.write("schema/VERSION", f"{version}\n")
        add_label(corpus)

    return change


CHANGES = {
    "a label": (rename, ["1.0.1", "1.1.0", "2.0.0"], []),
    "an article more": (add, ["1.1.0", "2.0.0"], ["1.0.1"]),
    "an article less": (remove, ["2.0.0"], ["1.0.1", "1.1.0"]),
    "another text": (rewrite, ["2.0.0"], ["1.0.1", "1.1.0"]),
    "a schema that adds": (raise_schema("1.1.0"), ["1.1.0", "2.0.0"], ["1.0.1"]),
    "a schema that breaks": (raise_schema("2.0.0"), ["2.0.0"], ["1.0.1", "1.1.0"]),
    "nothing": (lambda corpus: None, ["1.0.1"], []),
}


@pytest.mark.parametrize(
    ("change", "version", "fine"),
    [
        pytest.param(change, version, fine, id=f"{name}: {version}")
        for name, (change, allowed, too_small) in CHANGES.items()
        for version in [*allowed, *too_small]
        for fine in [version in allowed]
    ],
)
def test_the_step_of_the_version_says_what_changed(
    one: TinyCorpus, out: Path, change: Callable[[TinyCorpus], None], version: str, fine: bool
) -> None:
    change(one)
    tell(one, version, "2031-anu/01, 2033-fana/01: changed")
    if fine:
        release(one.corpus, version, out)
        assert list(records(one.corpus)) == [(1, 0, 0), parse_version(version)] and read_manifest(out)["version"] == version
    else:
        refused(one, version, out, rf"This is a (minor|major) change .*; {version} is only a (patch|minor) step from 1\.0\.0\.")


def test_an_older_version_is_refused(one: TinyCorpus, out: Path) -> None:
    tell(one, "0.9.0", "late")
    refused(one, "0.9.0", out, r"0\.9\.0 is older than the newest release, 1\.0\.0\.")


def test_columns_change_only_with_the_version_of_the_schema(one: TinyCorpus, out: Path) -> None:
    add_label(one)
    tell(one, "1.1.0", "a label")
    refused(one, "1.1.0", out, "The columns of articles, standoff changed, and the schema is .* as before: raise schema/VERSION")


def test_an_event_never_changes_its_split(one: TinyCorpus, out: Path) -> None:
    one.edit("corpus/2033-fana/event.json", lambda body: body.update(split="validation"))
    tell(one, "2.0.0", "2033-fana/01: moved")
    refused(one, "2.0.0", out, r"Splits of released events never move, and 1\.0\.0 has others: 2033-fana \(test → validation\)")


def test_nor_when_it_was_away_for_a_release(one: TinyCorpus, out: Path, tmp_path: Path) -> None:
    shutil.copytree(one.path("corpus/2033-fana"), tmp_path / "event")
    shutil.copytree(one.path("annotations/gold/2033-fana"), tmp_path / "gold")
    for name in ("corpus/2033-fana", "annotations/gold/2033-fana", "annotations/passes/alih/2033-fana"):
        one.remove(name)
    tell(one, "2.0.0", "2033-fana left out")
    release(one.corpus, "2.0.0", out)
    shutil.copytree(tmp_path / "event", one.path("corpus/2033-fana"))
    shutil.copytree(tmp_path / "gold", one.path("annotations/gold/2033-fana"))
    one.edit("corpus/2033-fana/event.json", lambda body: body.update(split="train"))
    tell(one, "2.1.0", "2033-fana back")
    refused(one, "2.1.0", out, r"1\.0\.0 has others: 2033-fana \(test → train\)")


def test_every_release_has_its_lines_in_the_changelog(one: TinyCorpus, out: Path) -> None:
    refused(one, "1.0.1", out, r"CHANGELOG\.md says nothing of 1\.0\.1")
    one.write("CHANGELOG.md", "# Changelog\n\n## 1.0.1\n\n## 1.0.0\n- first\n")
    refused(one, "1.0.1", out, r"CHANGELOG\.md says nothing of 1\.0\.1")
    assert changelog_section(one.corpus, "1.0.0") == "- first"


@pytest.mark.parametrize("line", ["2031-anu/01: Bena", "all of 2031-anu", "2031-anu/*: names"])
def test_a_changed_gold_is_named_in_the_changelog(one: TinyCorpus, out: Path, line: str) -> None:
    rename(one)
    tell(one, "1.0.1", line)
    release(one.corpus, "1.0.1", out)
    assert read_manifest(out)["version"] == "1.0.1"


@pytest.mark.parametrize("line", ["names corrected", "2031-anu/02: Bena", "2031", "anu/01"])
def test_a_changed_gold_that_the_changelog_does_not_name_is_refused(one: TinyCorpus, out: Path, line: str) -> None:
    rename(one)
    tell(one, "1.0.1", line)
    refused(one, "1.0.1", out, "The gold of 2031-anu/01 changed and the changelog does not name it")


def test_findings_refuse_a_release(one: TinyCorpus, out: Path) -> None:
    one.edit(GOLD, lambda body: body["stances"][0].update(target="e2"))
    tell(one, "1.0.1", "2031-anu/01: wrong")
    before = files(out)
    with pytest.raises(FindingsError, match="E-STANCE-SELF"):
        release(one.corpus, "1.0.1", out)
    assert files(out) == before and list(records(one.corpus)) == [(1, 0, 0)]


def test_the_citation_has_the_version(one: TinyCorpus, out: Path) -> None:
    shutil.copy(REPOSITORY / "CITATION.cff", one.root)
    tell(one, "1.2.3", "nothing")
    refused(one, "1.2.3", out, r"CITATION\.cff cites version 1\.0\.0: write 1\.2\.3 there")


# Metadata that tools read


@pytest.mark.parametrize("config", CONFIGS)
def test_every_column_is_described(schema: Schema, config: str) -> None:
    for column in columns(schema, config).names:
        told = describe(schema, config, column)
        assert told.endswith(".") and len(told) > 7
    assert (
        describe(schema, "articles", "mentions", "type")
        == schema.files["annotation"]["properties"]["mentions"]["items"]["properties"]["type"]["description"]
    )


def test_croissant_names_every_file_and_column(one: TinyCorpus, out: Path, schema: Schema) -> None:
    described = json.loads((out / "croissant.json").read_bytes())
    manifest = read_manifest(out)
    parquet = {name: about["sha256"] for name, about in manifest["files"].items() if name.endswith(".parquet")}
    assert {entry["@id"]: entry["sha256"] for entry in described["distribution"]} == parquet
    assert [part["@id"] for part in described["recordSet"]] == list(manifest["content"])
    for part in described["recordSet"]:
        assert [field["name"] for field in part["field"]] == columns(schema, part["@id"].partition("/")[0]).names
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.1" and described["version"] == "1.0.0"
    nested = next(field for field in described["recordSet"][0]["field"] if field["name"] == "requests")
    items = next(field for field in nested["subField"] if field["name"] == "requests/items")
    quote = next(field for field in items["subField"] if field["name"] == "requests/items/quote")
    assert quote["source"]["transform"] == {"jsonPath": "$[*].items[*].quote"} and items["repeated"]


def test_the_card_is_one_that_the_hub_takes(one: TinyCorpus, out: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    for path in (out / "README.md", REPOSITORY / "DATASET_CARD.md"):
        card = hub.DatasetCard.load(path)
        data = card.data.to_dict()
        assert data["license"] == "cc-by-4.0" and data["language"] == ["id"] and data["pretty_name"]
        assert yaml.safe_load(card.data.to_yaml()) == yaml.safe_load(path.read_text("utf-8").split("---\n")[1])


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "token"), (403, "may not write"), (404, "no such"), (409, "again"), (412, "again"), (500, "later")]
)
def test_answers_of_the_hub_are_put_into_words(status: int, hint: str) -> None:
    error = Exception()
    error.response = SimpleNamespace(status_code=status, headers={"authorization": "Bearer secret"})  # type: ignore[attr-defined]
    told = _told(error, "org/pinta")
    assert told.startswith(f"org/pinta: the Hub answered {status}: ") and hint in told and "secret" not in told


# To a folder or bucket


@pytest.fixture(params=["folder", "memory"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "public") if request.param == "folder" else f"memory://{tmp_path.name}"


def there(target: str) -> dict[str, bytes]:
    import fsspec

    system, root = fsspec.core.url_to_fs(target)
    return {path.removeprefix(root).lstrip("/"): system.cat_file(path) for path in system.find(root)}


def test_a_release_lies_under_its_version(one: TinyCorpus, out: Path, target: str) -> None:
    said: list[str] = []
    for _ in range(2):
        publish_files(out, target, one.read("releases/1.0.0.json"), say=said.append)
    assert there(target) == {f"v1.0.0/{name}": data for name, data in files(out).items()}
    assert said == [f"{target}/v1.0.0, every byte is right", f"{target}/v1.0.0 is there already"]


def test_a_run_that_was_cut_short_is_finished(one: TinyCorpus, out: Path, target: str) -> None:
    import fsspec

    system, root = fsspec.core.url_to_fs(target)
    for name, data in (("README.md", b"half a re"), (f"{NAME}.part", b"half")):
        system.makedirs(f"{root}/v1.0.0", exist_ok=True)
        system.pipe_file(f"{root}/v1.0.0/{name}", data)
    publish_files(out, target, one.read("releases/1.0.0.json"), say=lambda _: None)
    assert there(target) == {f"v1.0.0/{name}": data for name, data in files(out).items()}


def test_what_is_there_is_never_written_over(one: TinyCorpus, out: Path, tmp_path: Path) -> None:
    record, target = one.read("releases/1.0.0.json"), tmp_path / "public"
    (target / "v1.0.0").mkdir(parents=True)
    (target / "v1.0.0/mine.txt").write_text("mine")
    with pytest.raises(PintaError, match=r"holds mine\.txt, which is no part of this release"):
        publish_files(out, str(target), record)
    (target / "v1.0.0/mine.txt").unlink()
    publish_files(out, str(target), record, say=lambda _: None)
    (target / "v1.0.0/README.md").write_text("other")
    with pytest.raises(PintaError, match=r"is there and is another one. A version never changes. \(README\.md\)"):
        publish_files(out, str(target), record)


def test_an_address_of_no_file_system_is_told(one: TinyCorpus, out: Path) -> None:
    with pytest.raises(PintaError, match="nowhere://x: Protocol not known: nowhere"):
        publish_files(out, "nowhere://x", one.read("releases/1.0.0.json"))


def test_the_command_publishes_to_a_folder(one: TinyCorpus, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--root", str(one.root), "publish", "--to", str(tmp_path / "public"), "--dir", str(out)]
    assert main(arguments) == 0 and "every byte is right" in capsys.readouterr().out
    one.remove("releases/1.0.0.json")
    assert main(arguments) == 1
    assert "holds version 1.0.0, which is not released: `pinta release 1.0.0` first" in capsys.readouterr().err
    assert main([*arguments[:-1], str(tmp_path)]) == 1
    assert "has no manifest.json" in capsys.readouterr().err
