"""Stores: a folder packed and unpacked is the folder it was, whatever is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinta.cli import main
from pinta.corpus.layout import Corpus
from pinta.diagnostics import FindingsError, PintaError
from pinta.jsontext import dumps
from pinta.store.model import FORMATS, NAME, is_store, open_store
from pinta.store.packing import pack, unpack
from pinta.store.place import Place
from pinta.store.reading import ShardError, batches, lines
from pinta.store.records import Record
from pinta.store.writing import StoreWriter
from tiny import TinyCorpus

Tree = dict[str, bytes]


@pytest.fixture(params=FORMATS)
def format_(request: pytest.FixtureRequest) -> str:
    if request.param == "jsonl.zst":
        pytest.importorskip("zstandard")
    return str(request.param)


def tree(folder: Path) -> Tree:
    """Every file below a folder that a corpus is made of."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: raw for name, raw in found.items() if not name.startswith(".pinta/")}  # a check leaves what it remembers there


def written(root: Path, files: Tree) -> Corpus:
    for name, raw in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(raw)
    (root / "corpus").mkdir(parents=True, exist_ok=True)
    return Corpus(root)


# There and back


def test_a_corpus_comes_back_byte_for_byte(still: TinyCorpus, tmp_path: Path, format_: str) -> None:
    store = pack(still.corpus, str(tmp_path / "store"), format_)
    assert store.records == len(list(still.corpus.articles()))
    assert unpack(store, tmp_path / "back") == store.records
    assert tree(tmp_path / "back") == tree(still.root)


characters = st.characters(exclude_categories=("Cs",))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(characters, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(characters, max_size=5), inner, max_size=3),
    max_leaves=5,
)
bodies = st.dictionaries(st.text(characters, max_size=5), values, max_size=3) | values.filter(lambda value: value is not None)
texts = st.none() | st.text(characters, max_size=20).filter(lambda text: not text.startswith("\ufeff"))
articles = st.fixed_dictionaries(
    {"text": texts, "article": bodies, "gold": st.none() | bodies, "passes": st.dictionaries(st.sampled_from("ab"), bodies, max_size=2)}
)
events = st.fixed_dictionaries(
    {"event": st.none() | bodies, "articles": st.dictionaries(st.sampled_from(["01", "02", "10", "100"]), articles)}
)
corpora = st.dictionaries(st.sampled_from(["a", "a-b", "a1", "b"]), events, max_size=3)


def files_of(corpus: dict[str, Any]) -> Tree:
    """The files of a made-up corpus, in the folder layout."""
    made: Tree = {"corpus/VERSION": b"1.2.3\n", "schema/VERSION": b"1.0.0\n", "annotations/notes/a.tsv": b"\xff\x00"}
    for name, event in corpus.items():
        if event["event"] is not None:
            made[f"corpus/{name}/event.json"] = dumps(event["event"])
        for number, one in event["articles"].items():
            id_ = f"{name}/{number}"
            made[f"corpus/{id_}.json"] = dumps(one["article"])
            made |= {f"corpus/{id_}.txt": one["text"].encode()} if one["text"] is not None else {}
            made |= {f"annotations/gold/{id_}.json": dumps(one["gold"])} if one["gold"] is not None else {}
            made |= {f"annotations/passes/{who}/{id_}.json": dumps(body) for who, body in one["passes"].items()}
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corpora, st.sampled_from(FORMATS), st.integers(1, 400))
def test_any_folder_comes_back_from_any_store(tmp_path_factory: pytest.TempPathFactory, corpus: Any, format_: str, size: int) -> None:
    pytest.importorskip("zstandard")
    root = tmp_path_factory.mktemp("any")
    files = files_of(corpus)
    packed = pack(written(root / "before", files), str(root / "store"), format_, shard_bytes=size)
    assert unpack(packed, root / "after") == packed.records
    assert tree(root / "after") == files
    ids = [(shard.first, shard.last) for shard in packed.shards]
    assert all(shard.records for shard in packed.shards) and ids == sorted(ids, key=lambda pair: pair[0].split("/"))


def test_a_folder_that_is_indented_otherwise_keeps_its_values(corpus: TinyCorpus, tmp_path: Path) -> None:
    name = "annotations/gold/2031-anu/01.json"
    corpus.path(name).write_bytes(json.dumps(corpus.read(name), indent=4).encode())
    unpack(pack(corpus.corpus, str(tmp_path / "store")), tmp_path / "back")
    assert (tmp_path / "back" / name).read_bytes() == dumps(corpus.read(name))


def test_annotations_without_an_article_and_events_without_one_are_not_lost(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.event("2040-empty", "train")
    corpus.write("annotations/gold/2050-orphan/01.json", {"article": "2050-orphan/01"})
    corpus.write("corpus/2031-anu/77.txt", "a text that no article describes\n")
    unpack(pack(corpus.corpus, str(tmp_path / "store")), tmp_path / "back")
    assert tree(tmp_path / "back") == tree(corpus.root)


def test_the_same_folder_gives_the_same_store(still: TinyCorpus, tmp_path: Path, format_: str) -> None:
    for name in ("one", "two"):
        pack(still.corpus, str(tmp_path / name), format_, shard_bytes=9000)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert len(open_store(tmp_path / "one").shards) > 1


def test_a_store_on_a_url_is_read_like_one_on_disk(still: TinyCorpus, tmp_path: Path, format_: str) -> None:
    url = f"memory://{tmp_path.name}-{format_}/store"
    store = pack(still.corpus, url, format_, shard_bytes=9000)
    unpack(open_store(url), tmp_path / "back")
    assert tree(tmp_path / "back") == tree(still.root)
    on_disk = pack(still.corpus, str(tmp_path / "disk"), format_, shard_bytes=9000)
    assert store.shards == on_disk.shards


# Shards


def records_of(count: int, size: int = 40) -> list[Record]:
    return [Record(f"{n // 3:05d}-event/{n % 3 + 1:02d}", {"id": n // 3}, {}, "x" * size) for n in range(count)]


def store_of(place: Path, records: list[Record], **options: Any) -> Any:
    writer = StoreWriter(Place(str(place)), schema_version="1.0.0", **options)
    for record in records:
        writer.add(record)
    return writer.close()


def test_shards_are_no_larger_than_asked(tmp_path: Path) -> None:
    store = store_of(tmp_path, records_of(300), shard_bytes=2000)
    assert max(shard.bytes for shard in store.shards) <= 2000 and store.records == 300
    assert [line for shard in store.shards for line in lines(store, shard)] == [record.line() for record in records_of(300)]


def test_one_record_more_leaves_most_shards_as_they_were(tmp_path: Path) -> None:
    records = records_of(3000)
    more = [records[0], Record("00000-event/99", records[0].event, {}, "x" * 40), *records[3:]]
    before, after = (store_of(tmp_path / name, those, shard_bytes=8000) for name, those in (("a", records), ("b", more)))
    kept = {shard.sha256 for shard in before.shards} & {shard.sha256 for shard in after.shards}
    assert len(before.shards) > 50 and len(kept) >= len(before.shards) * 0.8


def test_records_out_of_order_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PintaError, match="sort"):
        store_of(tmp_path, [*records_of(2), records_of(1)[0]])
    assert not is_store(tmp_path)


def test_a_store_without_a_schema_is_read_with_the_one_of_the_package(tmp_path: Path) -> None:
    with store_of(tmp_path, records_of(2)).corpus() as corpus:
        assert corpus.schema.digest == Corpus(Path(__file__).parent.parent).schema.digest


def test_records_are_read_in_batches(tmp_path: Path, format_: str) -> None:
    store = store_of(tmp_path, records_of(500), format=format_)
    (shard,) = store.shards
    found = list(batches(store, shard, 4000))
    assert len(found) > 3 or format_ == "parquet"
    assert [line for batch in found for line in batch] == [record.line() for record in records_of(500)]


def test_a_shard_that_was_changed_is_refused(tmp_path: Path, format_: str) -> None:
    store = store_of(tmp_path, records_of(5), format=format_)
    path = tmp_path / store.shards[0].name
    raw = path.read_bytes()
    for wrong in (raw[:-3], raw + b"\n", raw.replace(b"x", b"y", 1), b""):
        path.write_bytes(wrong)
        with pytest.raises(ShardError):
            list(lines(store, store.shards[0]))
    path.unlink()
    with pytest.raises(ShardError, match="no such file"):
        list(lines(store, store.shards[0]))


# What is refused


@pytest.mark.parametrize(
    ("name", "raw", "id_", "place"),
    [
        ("annotations/gold/2031-anu/01.json", b'{"article": 1,}', "E-JSON-SYNTAX", (1, 15)),
        ("corpus/2031-anu/event.json", b'{"id":\n "a", "id": "b"}', "E-JSON-DUPLICATE-KEY", (2, 13)),
        ("corpus/2031-anu/01.txt", b"ab\n\xff", "E-FILE-UTF8", (2, 1)),
        ("annotations/passes/alih/2031-anu/01.json", b"\xef\xbb\xbf{}", "E-FILE-BOM", (1, 1)),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(
    corpus: TinyCorpus, tmp_path: Path, name: str, raw: bytes, id_: str, place: tuple[int, int]
) -> None:
    corpus.write(name, raw)
    with pytest.raises(FindingsError) as caught:
        pack(corpus.corpus, str(tmp_path / "store"))
    assert {(finding.path, finding.id, finding.line, finding.column) for finding in caught.value.findings} == {(name, id_, *place)}
    assert not (tmp_path / "store").exists()
    with pytest.raises(FindingsError):
        pack(corpus.corpus, f"memory://{tmp_path.name}")
    assert not is_store(f"memory://{tmp_path.name}")


def test_names_that_no_record_can_hold_are_refused(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.write("corpus/Anu_/1.json", {})
    corpus.write("annotations/passes/-a/2031-anu/01.json", {})
    with pytest.raises(FindingsError) as caught:
        pack(corpus.corpus, str(tmp_path / "store"))
    assert [(f.id, f.path) for f in caught.value.findings] == [("E-RECORD", "annotations/passes/-a"), ("E-RECORD", "corpus/Anu_/1.json")]


def test_a_line_that_is_no_record_is_named_and_nothing_is_unpacked(still: TinyCorpus, tmp_path: Path) -> None:
    store = pack(still.corpus, str(tmp_path / "store"))
    path = tmp_path / "store" / store.shards[0].name
    found = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([found[1], b'{"id": NaN}', found[0], b"[]", *found[2:]]))
    with pytest.raises(FindingsError) as caught:
        unpack(store, tmp_path / "back")
    assert [(f.line, f.id) for f in caught.value.findings if f.id != "E-SHARD"] == [
        (2, "E-JSON-NAN"),
        (3, "E-RECORD-ORDER"),
        (4, "E-RECORD"),
    ]
    assert not (tmp_path / "back").exists()


def test_nothing_is_written_over(still: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store")
    assert main(["pack", str(still.root), store]) == 0
    assert main(["pack", str(still.root), store]) == 1
    assert main(["unpack", store, str(tmp_path / "back")]) == 0
    assert main(["unpack", store, str(tmp_path / "back")]) == 1
    url = f"memory://{tmp_path.name}"
    assert [main(["--root", str(still.root), "pack", url]) for _ in range(2)] == [0, 1]
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "nothing",
        '{"format": "jsonl", "version": 99, "schema_version": "1", "shards": [], "files": {}}',
        '{"format": "xml", "version": 1, "schema_version": "1", "shards": [], "files": {}}',
        '{"format": "jsonl", "version": 1, "schema_version": "1", "shards": [], "files": {"../../x": "0"}}',
    ],
)
def test_what_is_no_store_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(PintaError, match="pinta pack"):
        open_store(tmp_path)
    (tmp_path / NAME).write_text(body)
    with pytest.raises(PintaError):
        open_store(tmp_path)


def test_a_schema_that_was_changed_in_a_store_is_refused(still: TinyCorpus, tmp_path: Path) -> None:
    store = pack(still.corpus, str(tmp_path / "store"))
    with store.corpus() as corpus:
        assert corpus.schema.files == still.corpus.schema.files and list(corpus.articles()) == []
    (tmp_path / "store/files/schema/annotation.json").write_text("{}")
    with pytest.raises(PintaError, match="annotation"), store.corpus():
        pass
