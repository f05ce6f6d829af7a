"""Pack a corpus folder into a store, and unpack it again: without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..corpus.layout import Corpus
from ..diagnostics import Finding, FindingsError, PintaError, pointer_text
from ..files import folder_whole
from ..jsontext import JsonError, loads, locate
from .folder import FolderReader, other_files
from .model import Store, open_store
from .place import Place
from .reading import ShardError, lines
from .records import Record, RecordError, record_of, sort_key
from .writing import SHARD_BYTES, StoreWriter

Progress = Callable[[], object]


def pack(corpus: Corpus, where: str, format: str = "jsonl", *, shard_bytes: int = SHARD_BYTES, progress: Progress = lambda: None) -> Store:
    """Write the documents of a corpus folder into a store, and the schema, card and other files of the corpus beside them.

    JSON documents keep their values and the order of their keys. A store on this machine appears whole; elsewhere
    ``store.json`` is written last.

    Raises:
        FindingsError: files that cannot be read as what they should be; there is no store.
        PintaError: there is one already.
    """
    reader = FolderReader(corpus)
    with _place(where) as place, _writer(place, format, corpus.schema.version, shard_bytes) as writer:
        for record in reader.records():
            if not reader.findings:
                writer.add(record)
            progress()
        if reader.findings:
            raise FindingsError(reader.findings)
        for name, path in other_files(corpus):
            writer.add_file(name, path.read_bytes())
    return open_store(where)


@contextmanager
def _place(where: str) -> Iterator[Place]:
    """Where to write: on this machine a folder that takes its place when all is written."""
    place = Place(where)
    if place.local is None:
        yield place
        return
    if place.local.exists() and any(place.local.iterdir()):
        raise PintaError(f"{where} is not empty. Choose another place, or remove it first.")
    with folder_whole(place.local) as work:
        yield Place(str(work))


@contextmanager
def _writer(place: Place, format: str, schema_version: str, shard_bytes: int) -> Iterator[StoreWriter]:
    writer = StoreWriter(place, format, schema_version=schema_version, shard_bytes=shard_bytes)
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise
    writer.close()


def unpack(store: Store, folder: Path, *, progress: Progress = lambda: None) -> int:
    """Write a store as a new corpus folder, which appears whole; returns the number of records.

    Raises:
        FindingsError: lines that are no records; nothing was written.
        PintaError: the folder is there already, or a shard is broken.
    """
    if folder.exists() and any(folder.iterdir()):
        raise PintaError(f"{folder} is not empty. Choose a new folder.")
    findings: list[Finding] = []
    count, event = 0, ""
    with folder_whole(folder) as work:
        for record in _sound(read_records(store, findings), findings):
            if not findings:
                _write(work, record, with_event=record.event_name != event)
            event, count = record.event_name, count + 1
            progress()
        if findings:
            raise FindingsError(findings)
        for name, digest in store.files.items():
            _new(work / name, store.file(name, digest))
        (work / "corpus").mkdir(exist_ok=True)
    return count


def _write(work: Path, record: Record, *, with_event: bool) -> None:
    for name, raw in record.files():
        if with_event or not name.endswith("/event.json"):
            _new(work / name, raw)


def _new(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def read_records(store: Store, findings: list[Finding]) -> Iterator[tuple[Record, str, int]]:
    """Every record with its shard and line; what is no record goes to ``findings``."""
    for shard in store.shards:
        try:
            for number, line in enumerate(lines(store, shard), 1):
                record = _record(line, shard.name, number, findings)
                if record is not None:
                    yield record, shard.name, number
        except ShardError as error:
            findings.append(Finding(shard.name, 1, 1, "E-SHARD", "error", str(error), "Pack the corpus again, or fetch the shard again."))


def sound_records(store: Store) -> Iterator[Record]:
    """Every record of a store, one after the other; ends with the first thing that is wrong.

    Raises:
        FindingsError: a line is no record, records are out of order, or a shard is broken.
    """
    findings: list[Finding] = []
    for record in _sound(read_records(store, findings), findings):
        if findings:
            break
        yield record
    if findings:
        raise FindingsError(findings)


def _record(line: bytes, path: str, number: int, findings: list[Finding]) -> Record | None:
    try:
        return record_of(loads(line))
    except JsonError as fault:
        findings.append(Finding(path, number, fault.column, fault.id, "error", fault.message, fault.mend))
    except RecordError as error:
        column, pointer = locate(line.decode("utf-8"), error.pointer)[1], pointer_text(error.pointer)
        findings.append(Finding(path, number, column, "E-RECORD", "error", error.message, error.mend, pointer))
    return None


def _sound(found: Iterable[tuple[Record, str, int]], findings: list[Finding]) -> Iterator[Record]:
    """Records one after the other; those out of order, or with another event than the one before, become findings."""
    last: Record | None = None
    for record, path, number in found:
        if last and sort_key(record.id) <= sort_key(last.id):
            mend = "Sort the records by event and number, each once."
            findings.append(Finding(path, number, 1, "E-RECORD-ORDER", "error", f"{record.id} comes after {last.id}.", mend))
        if last and record.event_name == last.event_name and record.event != last.event:
            said, mend = f"{record.id}: The event is not that of {last.id}.", "Give all records of an event the same one."
            findings.append(Finding(path, number, 1, "E-RECORD-EVENT", "error", said, mend, "/event"))
        yield record
        last = record
