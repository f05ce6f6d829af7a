"""Work on stores: blocks of records, shards, workers that die."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from dying import DiesOnce, dies_of_the_second, dies_once, fails
from pinta.checks.run import check_corpus
from pinta.cli import main
from pinta.corpus.documents import Document, read_all, read_passes
from pinta.corpus.layout import Corpus
from pinta.diagnostics import Finding, FindingsError, PintaError
from pinta.jobs import build as build_module
from pinta.jobs.block import Block, process
from pinta.jobs.build import build_store
from pinta.jobs.driver import Checked, check_store
from pinta.jobs.runner import DEATHS, Workers, cluster, here, processes
from pinta.jsontext import compact, dumps, loads
from pinta.release.build import Tabulator, build
from pinta.release.manifest import read_manifest
from pinta.release.verify import verify
from pinta.store.folder import FolderReader
from pinta.store.model import NAME as STORE
from pinta.store.model import Shard, Store
from pinta.store.packing import pack
from pinta.store.place import Place
from pinta.store.records import Record, record_of
from pinta.tables import ROWS
from test_checks import spoil
from tiny import TinyCorpus, make_tiny


def lines_of(corpus: Corpus) -> list[bytes]:
    reader = FolderReader(corpus)
    lines = [record.line() for record in reader.records()]
    assert reader.findings == []
    return lines


def where(n: int) -> tuple[str, int]:
    return "shards/00000.jsonl", n + 1


def worked(corpus: Corpus, lines: Sequence[bytes] | None = None) -> Block:
    return process(lines_of(corpus) if lines is None else lines, corpus.schema, where=where)


# Blocks


def test_a_block_holds_the_rows_that_a_build_of_the_folder_makes(still: TinyCorpus, tmp_path: Path) -> None:
    block = worked(still.corpus)
    assert block.findings == []
    tabulator = Tabulator(still.corpus, tmp_path)
    documents = list(read_all(still.corpus))
    for document in documents:
        tabulator.add_gold(document)
    assert block.digests == tabulator.digests
    assert block.statistics.as_json() == tabulator.statistics.as_json()
    for config in ROWS:
        found = [row for (name, _), table in block.tables.items() if name == config for row in table.to_pylist()]
        passes = [d for annotator in still.corpus.annotators() for d in read_passes(still.corpus, annotator)]
        made = [row for d in (passes if config == "passes" else documents) for row in rows_of(config, d, still.corpus)]
        assert sorted(found, key=lambda row: row["id"]) == sorted(made, key=lambda row: row["id"]), config


def rows_of(config: str, document: Document, corpus: Corpus) -> list[dict[str, Any]]:
    import pyarrow as pa

    from pinta.schema.features import columns

    rows: list[dict[str, Any]] = pa.Table.from_pylist(
        list(ROWS[config](document, corpus.schema)), schema=columns(corpus.schema, config)
    ).to_pylist()
    return rows


FOLDER_ONLY = {"E-NEAR-DUPLICATE-SPLITS", "W-NEAR-DUPLICATE", "E-EVENT-TWO-SPLITS"}


def fixtures() -> list[str]:
    from test_checks import FOLDER

    return sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("id_", fixtures())
def test_a_block_finds_what_the_check_of_the_folder_finds(corpus: TinyCorpus, id_: str) -> None:
    spoil(corpus, id_)
    reader = FolderReader(corpus.corpus)
    lines = [record.line() for record in reader.records()]
    if reader.findings:
        assert {finding.id for finding in reader.findings} == {id_}
        return
    found = [finding for finding in worked(corpus.corpus, lines).findings if finding.id not in FOLDER_ONLY]
    wanted = [finding for finding in check_corpus(corpus.corpus) if finding.id not in FOLDER_ONLY]
    assert sorted(finding.id for finding in found) == sorted(finding.id for finding in wanted)
    for finding in found:
        assert_place(finding, lines)


def assert_place(finding: Finding, lines: Sequence[bytes]) -> None:
    """The column is where the value of the pointer begins."""
    line = lines[finding.line - 1].decode("utf-8")
    value: Any = loads(line.encode("utf-8"))
    for step in finding.pointer.split("/")[1:]:
        inner = value[int(step)] if isinstance(value, list) else value.get(step) if isinstance(value, dict) else None
        if inner is None:
            break  # a missing key: the place is that of the object around it
        value = inner
    written = compact(value).decode("utf-8")
    assert line[finding.column - 1 :].startswith(written) or line[finding.column - 1 :].startswith("null"), finding


def test_the_same_lines_in_two_blocks_give_the_same(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    whole = worked(still.corpus, lines)
    for cut in range(1, len(lines)):
        first = process(lines[:cut], still.corpus.schema, where=where)
        rest = process(lines[cut:], still.corpus.schema, where=where, before=lines[cut - 1])
        assert first.findings + rest.findings == whole.findings
        assert {**first.digests, **rest.digests} == whole.digests
        first.statistics.update(rest.statistics)
        assert first.statistics.as_json() == whole.statistics.as_json()


def edited(lines: list[bytes], n: int, **change: Any) -> list[bytes]:
    value = {**loads(lines[n]), **change}
    return [*lines[:n], compact(value), *lines[n + 1 :]]


def test_an_id_that_comes_again_or_too_late_is_found(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    for wrong in ([lines[0], *lines], [lines[1], lines[0], *lines[2:]]):
        assert [finding.id for finding in worked(still.corpus, wrong).findings] == ["E-RECORD-ORDER"]


def test_records_of_one_event_that_tell_it_differently_are_found(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    event = {**loads(lines[0])["event"], "title": "Another title"}
    found = worked(still.corpus, edited(lines, 1, event=event)).findings
    assert [finding.id for finding in found] == ["E-RECORD-EVENT", "E-RECORD-EVENT"]  # against the one before, and the one after
    assert found[0].line == 2 and found[0].pointer == "/event"


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (b"[]", ""),
        (b"{}", ""),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[],"more":1}', "/more"),
        (b'{"id":"../../etc/01","event":null,"article":null,"text":null,"gold":null,"passes":[]}', "/id"),
        (b'{"id":"x/01","event":null,"article":null,"text":5,"gold":null,"passes":[]}', "/text"),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":null}', "/passes"),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[{"annotator":".."}]}', "/passes/0"),
        (
            b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[{"annotator":"..","annotation":{}}]}',
            "/passes/0/annotator",
        ),
        (b'{"id":"x","event":{},"article":{"id":1},"text":null,"gold":null,"passes":[]}', "/id"),
    ],
)
def test_a_line_that_is_no_record_is_found(still: TinyCorpus, line: bytes, pointer: str) -> None:
    found = worked(still.corpus, [*lines_of(still.corpus), line]).findings
    assert [(finding.id, finding.pointer) for finding in found] == [("E-RECORD", pointer)]


def test_a_line_that_is_not_json_is_found_with_its_column(still: TinyCorpus) -> None:
    found = worked(still.corpus, [b'{"id": NaN}', b'{"id" 1}', b"\xff"]).findings
    assert [(finding.id, finding.line, finding.column) for finding in found] == [
        ("E-JSON-NAN", 1, 8),
        ("E-JSON-SYNTAX", 2, 7),
        ("E-FILE-UTF8", 3, 1),
    ]


def test_records_with_errors_have_no_rows(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    broken = edited(lines, 0, event={**loads(lines[0])["event"], "split": "nowhere"})
    broken = [compact({**loads(line), "event": loads(broken[0])["event"]}) if b'"2031-anu/' in line[:20] else line for line in broken]
    block = worked(still.corpus, broken)
    assert [finding.id for finding in block.findings] == ["E-SCHEMA-LABEL"]  # once, not in each record of the event
    assert not any(id_.startswith("2031-anu/") for id_ in block.digests)
    assert not any(split == "nowhere" for _, split in block.tables)


def test_a_record_is_its_line_and_its_files(still: TinyCorpus) -> None:
    for line in lines_of(still.corpus):
        record = record_of(loads(line))
        assert record.line() == line
        for path, raw in record.files():
            assert still.path(path).read_bytes() == raw
    assert record_of(loads(Record("x", {"id": "x"}).line())) == Record("x", {"id": "x"})


# Shards, one after the other and side by side

Tree = dict[str, bytes]


def tree(folder: Path) -> Tree:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> TinyCorpus:
    """The tiny corpus with some more articles."""
    made = make_tiny(tmp_path_factory.mktemp("larger") / "corpus")
    for n in range(10, 30):
        made.add(f"2031-anu/{n}", made.text("2031-anu/01"))
    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, larger: TinyCorpus) -> Store:
    """Those articles, a shard each."""
    return pack(larger.corpus, str(tmp_path_factory.mktemp("many") / "store"), shard_bytes=1)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, many: Store) -> Tree:
    """What a build of that store writes, in this process."""
    out = tmp_path_factory.mktemp("expected") / "out"
    build_store(many, str(out))
    assert len(many.shards) > 3 and verify(out) == []
    return tree(out)


def test_a_store_of_one_shard_is_built_as_its_folder_is(still: TinyCorpus, tmp_path: Path) -> None:
    store = pack(still.corpus, str(tmp_path / "store"))
    assert len(store.shards) == 1
    build_store(store, str(tmp_path / "a"))
    build(still.corpus, tmp_path / "b")
    one, other = tree(tmp_path / "a"), tree(tmp_path / "b")
    # passes stand in the order of articles in a store, and in that of annotators in the folder
    derived = {"README.md", "manifest.json", "croissant.json"}
    assert {name for name in one if one[name] != other[name]} <= derived | {name for name in one if "/passes/" in name}
    assert one.keys() == other.keys() and read_manifest(tmp_path / "a")["articles"] == read_manifest(tmp_path / "b")["articles"]


def test_every_config_of_a_built_store_loads(expected: Tree, many: Store, tmp_path: Path) -> None:
    for name, raw in expected.items():
        (tmp_path / "loaded" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "loaded" / name).write_bytes(raw)
    manifest = read_manifest(tmp_path / "loaded")
    for config in {name.partition("/")[0] for name in manifest["content"]}:
        found = load_dataset(str(tmp_path / "loaded"), config)
        assert {f"{config}/{split}": rows.num_rows for split, rows in found.items()} == {
            name: part["rows"] for name, part in manifest["content"].items() if name.startswith(f"{config}/")
        }


@pytest.mark.parametrize("format_", ["jsonl", "jsonl.zst", "parquet"])
def test_two_workers_write_what_one_writes(larger: TinyCorpus, expected: Tree, tmp_path: Path, format_: str) -> None:
    pytest.importorskip("zstandard")
    store = pack(larger.corpus, str(tmp_path / "store"), format_, shard_bytes=1)
    build_store(store, str(tmp_path / "out"), processes(2))
    assert tree(tmp_path / "out") == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "store"]


def test_a_store_on_a_url_is_built_to_a_url(larger: TinyCorpus, expected: Tree, tmp_path: Path) -> None:
    url = f"memory://{tmp_path.name}"
    store = pack(larger.corpus, f"{url}/store", shard_bytes=1)
    build_store(store, f"{url}/out")
    out = Place(f"{url}/out")
    assert {name: out.read(name) for name in out.names()} == expected
    with pytest.raises(PintaError, match="already"):
        build_store(store, f"{url}/out")
    with pytest.raises(PintaError, match="memory"):
        build_store(store, f"{url}/other", processes(2))


def test_a_build_to_a_url_that_fails_leaves_no_dataset(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.write("DATASET_CARD.md", "no front matter")
    url = f"memory://{tmp_path.name}"
    with pytest.raises(PintaError, match="YAML"):
        build_store(pack(corpus.corpus, f"{url}/store"), f"{url}/out")
    assert not {"manifest.json", "README.md"} & set(Place(f"{url}/out").names())


def test_many_articles_stand_in_a_file_of_their_own(many: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_store(many, str(tmp_path / "few"))
    monkeypatch.setattr(build_module, "LISTED", 2)
    build_store(many, str(tmp_path / "many"))
    assert verify(tmp_path / "many") == []
    assert "articles" not in read_manifest(tmp_path / "many")
    assert main(["diff", str(tmp_path / "few"), str(tmp_path / "many")]) == 0


def test_configs_can_be_left_out(many: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    assert main(["build", "--store", many.place.url, "--out", out, "--without", "entities", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)["content"]
    assert not any(name.startswith("entities") for name in made) and any(name.startswith("requests") for name in made)
    assert main(["build", "--store", many.place.url, "--out", out, "--without", "nothing"]) == 1


def test_a_store_without_a_card_is_built_with_a_plain_one(still: TinyCorpus, many: Store, tmp_path: Path) -> None:
    bare = replace(many, files={name: digest for name, digest in many.files.items() if name.startswith("schema/")})
    build_store(bare, str(tmp_path / "out"))
    assert load_dataset(str(tmp_path / "out"), "articles", split="train").num_rows
    assert "| articles |" in (tmp_path / "out" / "README.md").read_text("utf-8")


# Findings


def test_findings_of_shards_are_those_of_the_folder(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["mentions"][0].update(start=5))
    corpus.edit("corpus/2032-dalu/event.json", lambda body: body.pop("split"))
    store = pack(corpus.corpus, str(tmp_path / "store"), shard_bytes=20_000)
    checked = check_store(store, corpus.corpus.schema, Place(str(tmp_path / "work")))
    found, wanted = list(checked.findings()), corpus.findings()
    assert {finding.id for finding in found} == {finding.id for finding in wanted}
    assert checked.counts["error"] == len([finding for finding in found if finding.level == "error"])
    for finding in found:
        line = (tmp_path / "store" / finding.path).read_text("utf-8").split("\n")[finding.line - 1]
        assert_place(replace(finding, line=1), [line.encode()])
    with pytest.raises(FindingsError):
        build_store(store, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_near_duplicates_are_found_across_shards(corpus: TinyCorpus, tmp_path: Path) -> None:
    text = corpus.text("2031-anu/01")
    for n, (event, split) in enumerate({"2041-x": "test", "2042-y": "train"}.items()):
        corpus.event(event, split)
        corpus.add(f"{event}/01", text.replace("2031", str(2041 + n)) + "Kalimat baru.\n")
    store = pack(corpus.corpus, str(tmp_path / "store"), shard_bytes=20_000)
    checked = check_store(store, corpus.corpus.schema, Place(str(tmp_path / "work")))
    found = [finding for finding in checked.findings() if "NEAR" in finding.id]
    wanted = [finding for finding in corpus.findings() if "NEAR" in finding.id]
    assert len(wanted) == 3
    assert sorted((f.id, f.message.partition(": ")[2]) for f in found) == sorted((f.id, f.message) for f in wanted)
    assert not [f for f in check_store(store, corpus.corpus.schema, Place(str(tmp_path / "w")), near=False).findings() if "NEAR" in f.id]


def joined(store: Store, lines: list[list[bytes]]) -> Store:
    """A store with other shards, as somebody else may have written it."""
    import hashlib

    folder = store.place.local
    assert folder
    shards = []
    for n, some in enumerate(lines):
        raw = b"\n".join(some) + b"\n"
        (folder / f"shards/{n:05d}.jsonl").write_bytes(raw)
        ids = [loads(line)["id"] for line in some]
        shards.append(Shard(f"shards/{n:05d}.jsonl", len(some), len(raw), hashlib.sha256(raw).hexdigest(), ids[0], ids[-1]))
    made = replace(store, shards=tuple(shards))
    (folder / STORE).write_bytes(dumps(made.as_json()))
    return made


def test_what_only_neighbouring_shards_show_is_found(still: TinyCorpus, tmp_path: Path) -> None:
    lines = lines_of(still.corpus)
    other = edited(lines, 1, event={**loads(lines[1])["event"], "title": "Another title"})
    store = joined(pack(still.corpus, str(tmp_path / "store")), [lines[:1], other[1:2], lines[2:], lines[:1]])
    found = list(check_store(store, still.corpus.schema, Place(str(tmp_path / "work"))).findings())
    assert [(f.id, f.path) for f in found] == [
        ("E-RECORD-EVENT", "shards/00001.jsonl"),
        ("E-RECORD-EVENT", "shards/00002.jsonl"),
        ("E-RECORD-ORDER", "shards/00003.jsonl"),
    ]


def test_a_broken_shard_is_named_and_the_rest_is_done(still: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = pack(still.corpus, str(tmp_path / "store"), shard_bytes=20_000)
    broken = store.shards[1].name
    (tmp_path / "store" / broken).write_bytes(b"{}\n")
    checked = check_store(store, still.corpus.schema, Place(str(tmp_path / "work")))
    assert [(finding.id, finding.path) for finding in checked.findings()] == [("E-SHARD", broken)]
    assert set(checked.keys) == {shard.name for shard in store.shards} - {broken}
    assert main(["check", "--store", str(tmp_path / "store")]) == 1
    assert broken in capsys.readouterr().out


# Workers that die


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("PINTA_TEST_MARKS", str(tmp_path / "marks"))
    return tmp_path / "marks"


def test_shards_whose_workers_are_killed_are_done_again(many: Store, expected: Tree, tmp_path: Path, marks: Path) -> None:
    build_store(many, str(tmp_path / "out"), replace(processes(2), work=dies_once))
    assert len(list(marks.iterdir())) == 3
    assert tree(tmp_path / "out") == expected


def test_a_shard_that_kills_every_worker_is_named_and_a_second_run_does_only_that_one(
    many: Store, expected: Tree, tmp_path: Path, marks: Path
) -> None:
    with pytest.raises(FindingsError) as caught:
        build_store(many, str(tmp_path / "out"), replace(processes(2), work=dies_of_the_second))
    assert [(finding.id, finding.path) for finding in caught.value.findings] == [("E-SHARD", "shards/00001.jsonl")]
    assert "died" in caught.value.findings[0].message and not (tmp_path / "out").exists()
    tried = (marks / "log").read_text().split()
    assert tried.count("shards/00001.jsonl") == DEATHS and set(tried) == {shard.name for shard in many.shards}
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / ".out.work").glob("*/summary.json")}
    assert len(before) == len(many.shards) - 1
    checked = check_store(many, schema_of(many), Place(str(tmp_path / ".out.work")), configs=ROWS)
    assert checked.sound and {path: path.stat().st_mtime_ns for path in before} == before
    build_store(many, str(tmp_path / "out"))
    assert tree(tmp_path / "out") == expected and not (tmp_path / ".out.work").exists()


def test_an_executor_that_breaks_as_a_whole_is_opened_again(many: Store, tmp_path: Path, marks: Path) -> None:
    few = replace(many, shards=many.shards[:3])
    workers = Workers(lambda: ProcessPoolExecutor(1, multiprocessing.get_context("spawn")), 2, work=dies_of_the_second)
    checked = check_store(few, schema_of(many), Place(str(tmp_path / "work")), workers)
    assert [(finding.id, finding.path) for finding in checked.findings()] == [("E-SHARD", "shards/00001.jsonl")]
    assert set(checked.keys) == {"shards/00000.jsonl", "shards/00002.jsonl"}


def schema_of(store: Store) -> Any:
    with store.corpus() as corpus:
        return corpus.schema


def test_a_fault_of_the_program_is_told_with_the_shard(many: Store, tmp_path: Path) -> None:
    checked = check_store(many, schema_of(many), Place(str(tmp_path / "work")), replace(here(), work=fails))
    (finding,) = checked.findings()
    assert (finding.id, finding.path) == ("E-SHARD", "shards/00001.jsonl") and "a fault of the program" in finding.message


def test_a_second_run_does_only_what_changed(corpus: TinyCorpus, tmp_path: Path) -> None:
    def checked(name: str) -> Checked:
        store = pack(corpus.corpus, str(tmp_path / name), shard_bytes=20_000)
        return check_store(store, schema_of(store), Place(str(tmp_path / "work")))

    one = checked("one")
    corpus.edit("annotations/gold/2033-fana/01.json", lambda body: body["mentions"][0].update(start=3))
    other = checked("two")
    kept = set(one.keys.values()) & set(other.keys.values())
    assert len(kept) == len(one.keys) - 1 and one.sound and not other.sound
    corpus.edit("schema/lexicon/countries.json", lambda body: body["current"].update(XZZ="Zed"))
    assert not set(checked("three").keys.values()) & kept


def children(pid: int) -> list[int]:
    return [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def started(store: Store, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pinta", "build", "--store", store.place.url, "--out", str(out), "--workers", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def busy(pid: int, work: Path) -> Iterator[int]:
    """Children of a process that are at work, as soon as there are results."""
    while not list(work.glob("*/summary.json")) and Path(f"/proc/{pid}").exists() and not ended(pid):
        time.sleep(0.01)
    yield from (child for child in children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


def ended(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_workers_that_are_killed_from_outside_do_not_change_the_result(many: Store, expected: Tree, tmp_path: Path) -> None:
    running = started(many, tmp_path / "out")
    killed = list(busy(running.pid, tmp_path / ".out.work"))
    for child in killed:
        os.kill(child, signal.SIGKILL)
    _, said = running.communicate(timeout=300)
    assert killed and running.returncode == 0, said
    assert tree(tmp_path / "out") == expected


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_a_build_that_is_killed_goes_on_where_it_was(many: Store, expected: Tree, tmp_path: Path) -> None:
    running = started(many, tmp_path / "out")
    workers = list(busy(running.pid, tmp_path / ".out.work"))
    running.kill()
    running.communicate(timeout=60)
    assert workers and not (tmp_path / "out").exists()
    done = list((tmp_path / ".out.work").glob("*/summary.json"))
    while any(Path(f"/proc/{pid}").exists() and not ended(pid) for pid in workers):  # they end by themselves
        time.sleep(0.05)
    stamps = {path: path.stat().st_mtime_ns for path in done}
    check_store(many, schema_of(many), Place(str(tmp_path / ".out.work")), configs=ROWS)
    assert done and {path: path.stat().st_mtime_ns for path in done} == stamps
    build_store(many, str(tmp_path / "out"))
    assert tree(tmp_path / "out") == expected


# A cluster


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as running:
        yield running


def test_a_dask_cluster_writes_what_one_process_writes(dask: Any, many: Store, expected: Tree, tmp_path: Path) -> None:
    assert main(["build", "--store", many.place.url, "--out", str(tmp_path / "out"), "--cluster", dask.scheduler_address]) == 0
    assert tree(tmp_path / "out") == expected


def test_a_dask_worker_that_is_killed_does_not_change_the_result(
    dask: Any, many: Store, expected: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "marks").mkdir()
    build_store(many, str(tmp_path / "out"), replace(cluster(dask.scheduler_address), work=DiesOnce(str(tmp_path / "marks"))))
    assert list((tmp_path / "marks").iterdir())
    assert tree(tmp_path / "out") == expected


def test_a_scheduler_that_is_not_there_is_told(many: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(PintaError, match="no Dask scheduler"):
        check_store(many, schema_of(many), Place(str(tmp_path)), cluster("tcp://127.0.0.1:9", timeout="1s"))


# Commands


def test_check_of_a_store(many: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--store", many.place.url, "--work", str(tmp_path / "work")]
    assert main(arguments) == 0 and main([*arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert len(list((tmp_path / "work").glob("*/summary.json"))) == len(many.shards)
    assert main([*arguments, "2031-anu"]) == 1
    assert main([*arguments, "--workers", "0"]) == 1
    assert main(["check", "--workers", "2"]) == 1
    assert main(["build", "--without", "entities"]) == 1
    assert main(["check", "--store", str(tmp_path)]) == 1


def test_suggest_score_and_diff_take_a_store_as_they_take_a_folder(
    larger: TinyCorpus, many: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scipy")
    root = ["--root", str(larger.root)]
    for name, more in (("a", []), ("b", ["--store", many.place.url])):
        assert main([*root, "suggest", "--split", "train", "--out", str(tmp_path / name), *more]) == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b") != {}
    capsys.readouterr()
    told = []
    for gold in (str(larger.path("annotations/gold")), many.place.url):
        assert main([*root, "score", gold, str(tmp_path / "a"), "--split", "train", "--format", "json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert main([*root, "diff", many.place.url, "."]) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_diff_names_the_units_that_changed_between_two_stores(
    corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = pack(corpus.corpus, str(tmp_path / "old"))
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["stances"][0].update(negated=not body["stances"][0]["negated"]))
    url = f"memory://{tmp_path.name}/new"
    pack(corpus.corpus, url)
    assert main(["diff", many.place.url, url]) == 0
    assert "negated" in capsys.readouterr().out
    assert main(["diff", many.place.url, f"memory://{tmp_path.name}/none"]) == 1


def test_suggest_of_a_store_names_what_is_not_there(many: Store, tmp_path: Path) -> None:
    assert main(["suggest", "--store", many.place.url, "--out", str(tmp_path), "2031-anu/99"]) == 1
    assert main(["suggest", "--store", many.place.url, "--learn"]) == 1
    shutil.rmtree(tmp_path)
