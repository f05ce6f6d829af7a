"""What is published: loaded as a user loads it, the same for the same input, whole or not at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from killed import build_for_ever, running
from pinta.checks.offsets import spans_of
from pinta.corpus.layout import Corpus
from pinta.diagnostics import FindingsError, PintaError
from pinta.release import shards
from pinta.release.build import Built, build
from pinta.release.manifest import describe_files, read_manifest
from pinta.release.shards import ShardWriter
from pinta.schema.features import CONFIGS, bio, columns
from pinta.schema.labels import Schema
from tiny import TinyCorpus, make_tiny

datasets = pytest.importorskip("datasets")

ROWS = {
    "articles": {"train": 2, "validation": 1, "test": 1},
    "entities": {"train": 2, "validation": 1, "test": 1},
    "stances": {"train": 4, "validation": 3, "test": 3},
    "requests": {"train": 4, "test": 2},
    "passes": {"train": 2, "validation": 1, "test": 1},
    "standoff": {"train": 1},
}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The tiny corpus, built once."""
    root = tmp_path_factory.mktemp("dist")
    return build(make_tiny(root / "tiny").corpus, root / "pinta")


def load(folder: Path, config: str, **more: Any) -> Any:
    return datasets.load_dataset(str(folder), config, **more)


@pytest.fixture(scope="module")
def loaded(dist: Built) -> dict[str, Any]:
    """Every config with all its splits."""
    return {config: load(dist.folder, config) for config in CONFIGS}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def front_matter(folder: Path) -> dict[str, Any]:
    """The YAML of a card."""
    found: dict[str, Any] = yaml.safe_load((folder / "README.md").read_text("utf-8").split("---\n")[1])
    return found


def assert_whole(folder: Path) -> dict[str, Any]:
    """The folder holds what its manifest says, and nothing else."""
    manifest = read_manifest(folder)
    rows = {name: {"rows": about["rows"]} for name, about in manifest["files"].items() if "rows" in about}
    assert {name: {**about, **rows.get(name, {})} for name, about in describe_files(folder, {}).items()} == manifest["files"]
    return manifest


# Loading


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_loads_with_its_splits_rows_and_features(dist: Built, loaded: dict[str, Any], schema: Schema, config: str) -> None:
    assert {split: data.num_rows for split, data in loaded[config].items()} == ROWS[config]
    intended = datasets.Features.from_arrow_schema(columns(schema, config))
    for split, data in loaded[config].items():
        assert data.features == intended
        assert str(data.version) == dist.manifest["version"] == "0.0.1"
        assert load(dist.folder, config, split=split)[:] == data[:]


@pytest.mark.parametrize("config", CONFIGS)
def test_streaming_gives_the_same_rows(dist: Built, loaded: dict[str, Any], config: str) -> None:
    stream = load(dist.folder, config, streaming=True)
    assert {split: list(rows) for split, rows in stream.items()} == {split: data.to_list() for split, data in loaded[config].items()}


def test_the_first_config_is_the_default(dist: Built, loaded: dict[str, Any]) -> None:
    assert datasets.load_dataset(str(dist.folder), split="test")[:] == loaded["articles"]["test"][:]
    assert datasets.get_dataset_config_names(str(dist.folder)) == list(CONFIGS)


def test_columns_are_projected(dist: Built) -> None:
    for more in ({}, {"streaming": True}):
        data = load(dist.folder, "articles", split="train", columns=["id", "mentions"], **more)
        assert data.column_names == ["id", "mentions"]
        assert [row["id"] for row in data] == ["2031-anu/01", "2031-anu/02"]


def test_labels_are_class_labels_also_inside_lists(loaded: dict[str, Any], schema: Schema) -> None:
    stances = loaded["stances"]["test"].features
    for column, name in (("act", "stance_act"), ("polarity", "polarity"), ("holder_type", "entity_type")):
        assert stances[column] == datasets.ClassLabel(names=schema[name].ids)
    requests = loaded["requests"]["test"].features
    for column, name in (("kind", "item_kind"), ("category", "item_category"), ("unit", "unit"), ("status", "request_status")):
        assert requests[column] == datasets.ClassLabel(names=schema[name].ids)
    tags = loaded["entities"]["test"].features["tags"]
    assert tags.feature == datasets.ClassLabel(names=bio(schema["entity_type"].ids))
    nested = loaded["articles"]["test"].features["requests"]
    assert (nested.feature if hasattr(nested, "feature") else nested[0])["items"]


@pytest.mark.parametrize("config", CONFIGS)
def test_labels_in_yaml_and_in_parquet_are_the_same(dist: Built, config: str) -> None:
    (info,) = (info for info in front_matter(dist.folder)["dataset_info"] if info["config_name"] == config)
    from_yaml = datasets.Features._from_yaml_list(info["features"])
    for file in dist.folder.glob(f"data/{config}/*.parquet"):
        parquet = pq.read_schema(file)
        assert datasets.Features.from_arrow_schema(parquet) == from_yaml
        assert from_yaml.arrow_schema.remove_metadata().equals(parquet.remove_metadata())


def test_the_yaml_tells_splits_rows_and_a_hash_of_the_rows(dist: Built) -> None:
    front = front_matter(dist.folder)
    assert front["license"] == "cc-by-4.0" and front["tags"] == ["machine-generated"]
    assert [config["config_name"] for config in front["configs"]] == list(CONFIGS)
    assert [config.get("default") for config in front["configs"]] == [True, *[None] * (len(CONFIGS) - 1)]
    for config, info in zip(front["configs"], front["dataset_info"], strict=True):
        assert config["version"] == "0.0.1" and config["description"].startswith("sha256:")
        assert {split["name"]: split["num_examples"] for split in info["splits"]} == ROWS[config["config_name"]]
        assert [split["split"] for split in config["data_files"]] == list(ROWS[config["config_name"]])


# Rows


def test_the_row_of_an_article_holds_its_whole_annotation(loaded: dict[str, Any], still: TinyCorpus) -> None:
    for split in ROWS["articles"]:
        for row in loaded["articles"][split]:
            gold = still.read(f"annotations/gold/{row['id']}.json")
            for layer in ("annotator", "mentions", "entities", "claims", "stances", "requests"):
                assert row[layer] == gold[layer]
            assert row["text"] == still.text(row["id"]) and row["characters"] == len(row["text"])
            for _, span in spans_of(gold):
                assert row["text"][span["start"] : span["end"]] == span["quote"]


def test_the_row_of_a_restricted_article_holds_anchors_and_no_words(loaded: dict[str, Any], still: TinyCorpus) -> None:
    (row,) = loaded["standoff"]["train"]
    gold = still.read("annotations/gold/2031-anu/03.json")
    assert row["anchors"] == gold["anchors"] and row["requests"] == gold["requests"]
    assert row["source"]["publisher"] == "Kabar Anu"
    assert "permohonan" not in json.dumps(row) and "text" not in row
    for config in ("articles", "entities", "stances", "requests"):
        assert "2031-anu/03" not in json.dumps(loaded[config]["train"].to_list(), default=str)


def test_the_rows_of_requests_are_items_with_their_request(loaded: dict[str, Any], schema: Schema) -> None:
    data = loaded["requests"]["train"]
    features, one, two = data.features, data[0], data[1]
    assert (one["id"], one["requester_name"], one["supplier_name"], one["messenger"]) == ("2031-anu/01#r1.i1", "Anu", "Bena", "Wira Laksa")
    assert (one["item"], one["designation"], one["quantity"], one["quantity_text"]) == ("helikopter Elang-7", "Elang-7", 12, "12")
    assert (one["date"], one["date_text"], one["cue"]) == ("2031-03-03", "3 Maret 2031", "meminta")
    assert features["comparator"].int2str(two["comparator"]) == "range" and (two["quantity"], two["quantity_max"]) == (40, 50)
    assert features["category"].int2str(one["category"]) == "other_helicopter"
    (spec,) = two["specifications"]
    assert (spec["attribute"], spec["value"], spec["unit"], spec["quote"]) == ("range", 1000, "km", "1.000 km")
    assert one["unroca"] == schema["item_category"]["other_helicopter"].codes("UNROCA")
    money = loaded["requests"]["test"][0]
    assert (money["quantity"], features["unit"].int2str(money["unit"]), money["attribution"]) == (1.5e9, "usd", ["Harian Fajar"])


def test_the_rows_of_stances_name_their_targets_and_turn_polarity(loaded: dict[str, Any]) -> None:
    data = loaded["stances"]["validation"]
    features = data.features
    deny, _, threat = data
    assert features["target_kind"].int2str(deny["target_kind"]) == "claim"
    assert deny["target_name"] == "Dalu menimbun senjata kimia di Pulau Garam" and deny["voiced_by"] == "Kementerian Luar Negeri Dalu"
    assert (threat["target_name"], threat["target_iso3"], threat["negated"]) == ("Elok", "XEL", True)
    assert features["polarity"].int2str(threat["polarity"]) == "positive"
    assert threat["context"] == "Dalu tidak mengancam Elok, kata juru bicara itu."
    test = loaded["stances"]["test"]
    assert [(row["target_name"], row["cue"], row["cue_start"]) for row in test][2] == ("Fana", None, None)
    assert test[0]["target_name"] == "Fana → Gita"


def test_tokens_and_tags_follow_the_text(loaded: dict[str, Any], still: TinyCorpus) -> None:
    for row in loaded["entities"]["train"]:
        text = still.text(row["id"])
        assert [text[start:end] for start, end in zip(row["starts"], row["ends"], strict=True)] == row["tokens"]
        names = loaded["entities"]["train"].features["tags"].feature
        begun = [n for n, tag in enumerate(row["tags"]) if names.int2str(tag).startswith("B-")]
        gold = still.read(f"annotations/gold/{row['id']}.json")
        assert [row["starts"][n] for n in begun] == [mention["start"] for mention in gold["mentions"]]


def test_a_pass_is_one_row_under_its_annotator(loaded: dict[str, Any]) -> None:
    rows = loaded["passes"]["train"]
    assert rows["id"][:] == ["alih/2031-anu/01", "budi/2031-anu/01"]
    assert [row["annotator"]["id"] for row in rows] == ["alih", "budi"]


# The folder


def test_the_manifest_describes_every_file_and_article(dist: Built) -> None:
    manifest = assert_whole(dist.folder)
    assert manifest == dist.manifest
    assert {part: about["rows"] for part, about in manifest["content"].items()} == {
        f"{config}/{split}": rows for config, splits in ROWS.items() for split, rows in splits.items()
    }
    assert set(manifest["articles"]) == {"2031-anu/01", "2031-anu/02", "2031-anu/03", "2032-dalu/01", "2033-fana/01"}
    assert manifest["files"]["data/stances/train-00000-of-00001.parquet"]["rows"] == 4
    assert "LICENSE-DATA" in manifest["files"]


def test_the_card_holds_live_figures_and_labels(dist: Built) -> None:
    card = (dist.folder / "README.md").read_text("utf-8")
    assert "| `stances` | 4 | 3 | 3 |" in card and "| `requests` | 4 | 0 | 2 |" in card
    assert "| events | 1 | 1 | 1 | 3 |" in card
    assert "| `stance_act` | support 3, accuse 2, oppose 2, deny 1, promise 1, threaten 1 |" in card
    assert "| `validation` |" in card
    statistics = json.loads((dist.folder / "statistics.json").read_bytes())["splits"]
    assert statistics["train"]["restricted"] == 1 and statistics["test"]["quantities"] == 2
    assert statistics["validation"]["without_requests"] == 1


def test_the_same_input_gives_the_same_bytes(dist: Built, tmp_path: Path) -> None:
    again = build(make_tiny(tmp_path / "a").corpus, tmp_path / "pinta")
    assert tree(again.folder) == tree(dist.folder)


def test_the_order_in_which_files_were_made_does_not_matter(dist: Built, still: TinyCorpus, tmp_path: Path) -> None:
    names = [name for name in tree(still.root) if not name.startswith(".")]
    random.Random(3).shuffle(names)
    for name in names:
        target = tmp_path / "shuffled" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(still.root / name, target)
        os.utime(target, (1, len(name)))
    assert tree(build(Corpus(tmp_path / "shuffled"), tmp_path / "pinta").folder) == tree(dist.folder)


def test_a_new_build_replaces_the_old_one_and_leaves_nothing_else(corpus: TinyCorpus, tmp_path: Path) -> None:
    out = tmp_path / "dist" / "pinta"
    build(corpus.corpus, out)
    shutil.rmtree(corpus.path("corpus/2033-fana"))
    shutil.rmtree(corpus.path("annotations/gold/2033-fana"))
    shutil.rmtree(corpus.path("annotations/passes/alih/2033-fana"))
    build(corpus.corpus, out, version="0.2.0")
    assert assert_whole(out)["version"] == "0.2.0"
    assert not list(out.rglob("test-*")) and [path.name for path in out.parent.iterdir()] == ["pinta"]


def test_findings_refuse_the_build_and_the_old_folder_stays(corpus: TinyCorpus, tmp_path: Path) -> None:
    out = tmp_path / "pinta"
    build(corpus.corpus, out)
    before = tree(out)
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["stances"][0].update(target="e2"))
    corpus.edit("annotations/passes/budi/2032-dalu/01.json", lambda body: body["stances"][0].update(holder="e99"))
    with pytest.raises(FindingsError) as caught:
        build(corpus.corpus, out)
    assert [finding.id for finding in caught.value.findings] == ["E-STANCE-SELF", "E-REF-DANGLING"]
    assert tree(out) == before and sorted(path.name for path in tmp_path.iterdir()) == ["pinta", "tiny"]


def test_warnings_do_not_refuse_it_and_are_told(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.remove("annotations/gold/2032-dalu/01.json")
    built = build(corpus.corpus, tmp_path / "pinta")
    assert [finding.id for finding in built.warnings] == ["W-NO-GOLD"]
    assert "articles/validation" not in built.manifest["content"]


def test_agreement_that_nobody_computed_is_not_published(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.write("annotations/agreement.json", {"mentions": 0.9})
    with pytest.raises(PintaError, match=r"annotations/agreement.json is not what `pinta agree --write` writes"):
        build(corpus.corpus, tmp_path / "pinta")
    assert not (tmp_path / "pinta").exists()


def test_kill_9_at_any_moment_of_a_build_leaves_a_whole_folder(corpus: TinyCorpus, tmp_path: Path) -> None:
    out, chance = tmp_path / "dist" / "pinta", random.Random(11)
    build(corpus.corpus, out)
    for _ in range(15):
        with running(build_for_ever, corpus.root, out):
            time.sleep(chance.uniform(0.05, 1))
        assert_whole(out)
    build(corpus.corpus, out)
    assert [path.name for path in out.parent.iterdir()] == ["pinta"]


# Readers that have seen another build


READER = """
import datasets, json, sys
print(json.dumps([datasets.load_dataset(folder, "stances", split="train").to_list() for folder in sys.argv[1:]]))
"""


def read_in_a_new_process(*folders: Path) -> list[list[dict[str, Any]]]:
    """What a fresh interpreter loads, with the cache that this one has filled."""
    done = subprocess.run([sys.executable, "-c", READER, *map(str, folders)], capture_output=True, text=True, check=True)
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def test_a_reader_sees_the_new_build_and_not_its_cache(corpus: TinyCorpus, tmp_path: Path) -> None:
    out, other = tmp_path / "one" / "pinta", tmp_path / "other" / "pinta"
    build(corpus.corpus, out, version="1.0.0")
    old = load(out, "stances", split="train").to_list()
    assert [row["holder_name"] for row in old] == ["Bena", "Bena", "Anu", "Bena"]
    shutil.copytree(out, other)
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["entities"][1].update(name="Kerajaan Bena"))
    build(corpus.corpus, out, version="1.0.0")
    new, same = read_in_a_new_process(out, other)
    assert [row["holder_name"] for row in new] == ["Kerajaan Bena", "Kerajaan Bena", "Anu", "Bena"]
    assert same == old
    assert load(out, "stances", split="train").to_list() == new


# Odd corpora


@pytest.fixture
def bare(corpus: TinyCorpus) -> Iterator[TinyCorpus]:
    """A corpus with its events and no articles."""
    for path in [*corpus.root.glob("corpus/*/[0-9]*"), *corpus.root.glob("annotations/*/*")]:
        corpus.remove(str(path.relative_to(corpus.root)))
    yield corpus


def test_no_articles(bare: TinyCorpus, tmp_path: Path) -> None:
    built = build(bare.corpus, tmp_path / "pinta")
    assert built.manifest["content"] == {} and assert_whole(built.folder)


def test_one_article_without_any_unit(bare: TinyCorpus, tmp_path: Path) -> None:
    bare.add("2032-dalu/01", "Tidak ada apa-apa di sini.")
    built = build(bare.corpus, tmp_path / "pinta")
    assert built.manifest["content"].keys() == {"articles/validation", "entities/validation"}
    loaded = load(built.folder, "articles")
    assert list(loaded) == ["validation"]
    (row,) = loaded["validation"]
    assert row["mentions"] == row["requests"] == [] and row["text"] == "Tidak ada apa-apa di sini.\n"


ODD = [
    "Presiden 👩🏽‍✈️🇮🇩 Ana meminta 3 rudal 🚀🚀 kepada Bena, e\u0301migré\u0301s, x\u0302\u0301y.",
    "قال الرئيس إن بلاده طلبت 3 rudal \u200fمن بنا، وأضاف: שָׁלוֹם \u202bBena\u202c.",
    "首相 meminta 3 rudal 戦車 kepada Bena 𐀀𝒳𠮷 한국 क्षि.",
]


@pytest.mark.parametrize("text", ODD, ids=["marks", "right-to-left", "planes"])
def test_texts_of_every_script_keep_their_offsets(bare: TinyCorpus, tmp_path: Path, text: str) -> None:
    people = [{"id": "e1", "type": "state", "name": "Bena", "mentions": ["Bena"]}]
    claim = {"id": "c1", "quote": "3 rudal … Bena", "author": "e1", "kind": "assertion"}
    stance = {"id": "s1", "holder": "e1", "target": "c1", "act": "promise", "evidence": ["@1"]}
    gold = bare.add("2031-anu/01", text, entities=people, claims=[claim], stances=[stance])
    (row,) = load(build(bare.corpus, tmp_path / "pinta").folder, "articles", split="train")
    assert {key: row[key] for key in ("mentions", "claims", "stances")} == {key: gold[key] for key in ("mentions", "claims", "stances")}
    for _, span in spans_of(gold):
        assert row["text"][span["start"] : span["end"]] == span["quote"]
    assert row["text"] == bare.text("2031-anu/01") and row["characters"] == len(row["text"])


def test_a_text_of_a_megabyte(bare: TinyCorpus, tmp_path: Path) -> None:
    chance = random.Random(5)
    words = ["rudal", "kapal", "Bena", "meminta", "é", "🚀", "perang.", "Kami", "1.000"]
    text = " ".join(chance.choice(words) for _ in range(200_000)) + "\nAkhirnya Cala."
    gold = bare.add("2031-anu/01", text, entities=[{"id": "e1", "type": "state", "name": "Cala", "mentions": ["Cala"]}])
    assert len(text.encode()) > 1_000_000
    folder = build(bare.corpus, tmp_path / "pinta").folder
    (row,) = load(folder, "articles", split="train")
    assert row["text"][gold["mentions"][0]["start"] :] == "Cala.\n"
    (tokens,) = load(folder, "entities", split="train")
    assert tokens["tokens"][-2:] == ["Cala", "."] and tokens["ends"][-1] == len(row["text"]) - 1


# Shards


def text_schema() -> pa.Schema:
    return pa.schema([("id", pa.int64()), ("text", pa.string())])


def test_row_groups_stay_below_ten_megabytes(tmp_path: Path) -> None:
    writer, chance = ShardWriter(tmp_path, "train", text_schema()), random.Random(1)
    for n in range(40):
        writer.add({"id": n, "text": chance.randbytes(450_000).hex()})
    for n in range(600):
        writer.add({"id": 40 + n, "text": "short"})
    (file,) = writer.close()
    about = pq.ParquetFile(file).metadata
    sizes = [about.row_group(n).total_byte_size for n in range(about.num_row_groups)]
    assert about.num_rows == writer.rows == 640 and len(sizes) > 3
    assert max(sizes) <= 10_000_000
    assert pq.read_table(file)["id"].to_pylist() == list(range(640))


def test_large_data_is_cut_into_shards_that_load_as_one_split(corpus: TinyCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 1)
    monkeypatch.setattr(shards, "ROW_GROUP_BYTES", 1)
    folder = build(corpus.corpus, tmp_path / "shards").folder
    names = sorted(path.name for path in (folder / "data/stances").glob("train-*"))
    assert names == [f"train-{n:05d}-of-00004.parquet" for n in range(4)]
    assert_whole(folder)
    assert load(folder, "stances", split="train")["id"][:] == ["2031-anu/01#s1", "2031-anu/01#s2", "2031-anu/01#s3", "2031-anu/02#s1"]


def test_the_hash_of_rows_follows_the_rows(tmp_path: Path) -> None:
    hashes = []
    for n, text in enumerate(["a", "a", "b"]):
        writer = ShardWriter(tmp_path / str(n), "train", text_schema())
        writer.add({"id": 1, "text": text, "of no column": 2})
        writer.close()
        hashes.append(writer.content)
    assert hashes[0] == hashes[1] != hashes[2]


def test_no_rows_no_file(tmp_path: Path) -> None:
    assert ShardWriter(tmp_path / "none", "train", text_schema()).close() == []
    assert not (tmp_path / "none").exists()
