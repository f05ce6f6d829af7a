"""The work of one shard: a pure function that leaves files, and a summary last of all.

What a shard leaves lies in a folder named by a hash of everything that the result depends on: the bytes of the shard, the
schema, the program, and what was asked for. A folder with a summary is never made again.
"""

from __future__ import annotations

import gc
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..diagnostics import Finding
from ..files import folder_whole
from ..jsontext import JsonError, compact, loads
from ..release.build import part_order
from ..release.manifest import tools
from ..release.shards import DataFile, ShardWriter
from ..schema.features import CONFIGS, columns
from ..schema.labels import Schema, make_schema
from ..statistics import Statistics
from ..store.model import Shard, Store
from ..store.place import Place
from ..store.reading import ShardError, batches
from ..store.records import RecordError, record_of
from .block import Block, process
from .near import Text
from .near import write as near_file

if TYPE_CHECKING:
    import pyarrow as pa

SUMMARY = "summary.json"
_BATCH = 24_000_000
"""Bytes of records that are worked on at once: with fewer, what is done once a batch takes longer than what is done a record."""


@dataclass(frozen=True)
class Task:
    """What is asked of every shard of a store: tables of some configs, and signatures to find near-duplicates by."""

    place: Place
    format: str
    work: Place
    schema: str
    configs: tuple[str, ...]
    near: bool

    @classmethod
    def of(cls, store: Store, schema: Schema, work: Place, *, configs: Collection[str] = tuple(CONFIGS), near: bool = True) -> Task:
        """The task for a store. The schema is put into the working place: other machines do not see its folder."""
        about = {"version": schema.version, "files": dict(schema.files), "lexicon": dict(schema.lexicon), "digest": schema.digest}
        work.write(f"schema-{schema.digest}.json", compact(about))
        asked = tuple(config for config in CONFIGS if config in configs)
        return cls(store.place, store.format, work, schema.digest, asked, near)

    def key(self, shard: Shard) -> str:
        """The name of the folder of a shard's results."""
        asked = [self.format, shard.sha256, self.schema, program(), tools(), self.configs, self.near, _BATCH]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]


@dataclass
class TablePart:
    """A table that a shard left: ``content`` is the hash of its rows, ``memory`` their bytes in memory."""

    config: str
    split: str
    memory: int
    content: str
    files: list[DataFile]


@dataclass
class Summary:
    """What came of a shard, small enough to be held for each.

    ``counts`` are findings by level, ``edges`` what the first and the last record say of id and event, ``counted`` event
    and split of the first and the last record that is in ``statistics``, as events may go on in the next shard.
    """

    records: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    articles: int = 0
    statistics: dict[str, Any] = field(default_factory=dict)
    edges: list[dict[str, str]] = field(default_factory=list)
    counted: list[list[str]] = field(default_factory=list)
    parts: list[TablePart] = field(default_factory=list)


def read_summary(work: Place, key: str) -> Summary | None:
    """The summary of a shard that is done; None where it is not."""
    try:
        body = json.loads(work.read(f"{key}/{SUMMARY}"))
    except FileNotFoundError:
        return None
    parts = [TablePart(**{**part, "files": [DataFile(**file) for file in part["files"]]}) for part in body["parts"]]
    return Summary(**{**body, "parts": parts})


@lru_cache(maxsize=1)
def program() -> str:
    """A hash of the source of this package: another version of it does not trust what this one left."""
    total = hashlib.sha256()
    above = Path(__file__).resolve().parent.parent
    for path in sorted(above.rglob("*.py")):
        total.update(path.relative_to(above).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


@lru_cache(maxsize=4)
def _schema(work: Place, digest: str) -> Schema:
    """One object a schema and process: caches go by it."""
    found = json.loads(work.read(f"schema-{digest}.json"))
    return make_schema(Path("schema"), **found)


def work_on(task: Task, shard: Shard) -> str:
    """Do the work of a shard, unless it is done; returns its key.

    Raises:
        ShardError: the shard is missing, broken, or not the one that the store names.
    """
    key = task.key(shard)
    if task.work.exists(f"{key}/{SUMMARY}"):
        return key
    if task.work.local is not None:
        with folder_whole(task.work.local / key) as folder:
            _work(task, shard, folder)
        return key
    with tempfile.TemporaryDirectory(prefix="pinta-shard-") as name:
        _work(task, shard, Path(name))
        paths = sorted(path for path in Path(name).rglob("*") if path.is_file())
        for path in sorted(paths, key=lambda path: path.name == SUMMARY):
            task.work.write(f"{key}/{path.relative_to(name).as_posix()}", path.read_bytes())
    return key


def _work(task: Task, shard: Shard, folder: Path) -> None:
    made = _Results(task, shard, folder)
    store = Store(task.place, task.format, "", (shard,), {})
    with _without_cycles():
        for lines in batches(store, shard, _BATCH):
            made.add(lines)
        (folder / SUMMARY).write_bytes(compact(asdict(made.finish())))


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Spare the search for cycles of objects: a shard makes many objects and no cycle that holds much."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


class _Results:
    """The files of a shard as they are written, batch by batch."""

    def __init__(self, task: Task, shard: Shard, folder: Path) -> None:
        self.task, self.folder, self.schema, self._shard = task, folder, _schema(task.work, task.schema), shard
        self.summary, self.statistics = Summary(), Statistics()
        self._writers: dict[tuple[str, str], ShardWriter] = {}
        self._digests = ShardWriter(folder, "digests", digest_columns())
        self._findings = (folder / "findings.jsonl").open("wb")
        self._counts: Counter[str] = Counter()
        self._texts: list[Text] = []
        self._last: bytes | None = None

    def add(self, lines: list[bytes]) -> None:
        """Work through the next records."""
        start, schema, configs = self.summary.records + 1, self.schema, self.task.configs
        near = self.task.near
        block = process(lines, schema, configs=configs, where=lambda n: (self._shard.name, start + n), before=self._last, texts=near)
        for finding in block.findings:
            self._counts[finding.level] += 1
            self._findings.write(compact(asdict(finding)) + b"\n")
        for (config, split), table in block.tables.items():
            self._writer(config, split).add_table(table)
        self._count(block)
        self._texts.extend(Text(start - 1 + n, event, text) for n, (event, text) in block.texts.items())
        self._edges(lines)
        self.summary.records += len(lines)
        self._last = lines[-1]

    def _writer(self, config: str, split: str) -> ShardWriter:
        if (config, split) not in self._writers:
            self._writers[config, split] = ShardWriter(self.folder / config, split, columns(self.schema, config))
        return self._writers[config, split]

    def _count(self, block: Block) -> None:
        self.statistics.update(block.statistics)
        for id_, entry in block.digests.items():
            self._digests.add({"id": id_, **entry})
        if block.digests:
            ends = [
                [id_.partition("/")[0], block.digests[id_]["split"]] for id_ in (next(iter(block.digests)), next(reversed(block.digests)))
            ]
            self.summary.counted = [*(self.summary.counted[:1] or ends[:1]), ends[1]]
            self.summary.articles += len(block.digests)

    def _edges(self, lines: list[bytes]) -> None:
        ends = [edge for edge in map(_edge, (lines[0], lines[-1])) if edge]
        if ends:
            self.summary.edges = [*(self.summary.edges[:1] or ends[:1]), ends[-1]]

    def finish(self) -> Summary:
        """Close all files."""
        self._findings.close()
        if self.task.near:
            (self.folder / "near.bin").write_bytes(near_file(self._texts))
        self._digests.close()
        for key in sorted(self._writers, key=part_order):
            writer = self._writers[key]
            files = writer.finish(self.folder)
            self.summary.parts.append(TablePart(*key, writer.bytes, writer.content, files))
        self.summary.statistics = self.statistics.as_json()
        self.summary.counts = dict(sorted(self._counts.items()))
        return self.summary


def digest_columns() -> pa.Schema:
    """Columns of the file of digests."""
    import pyarrow as pa

    return pa.schema([pa.field(name, pa.string()) for name in ("id", "text", "gold", "split")])


def _edge(line: bytes) -> dict[str, str] | None:
    """Id and event of a record, to be held against those of the shard beside it."""
    try:
        record = record_of(loads(line))
    except (JsonError, RecordError):
        return None
    return {"id": record.id, "event": hashlib.sha256(compact(record.event)).hexdigest()}


def read_findings(work: Place, key: str, shard: Shard) -> Iterator[Finding]:
    """The findings of a shard that is done, at the shard's name now."""
    with work.open(f"{key}/findings.jsonl") as file:
        for line in file:
            yield Finding(**{**json.loads(line), "path": shard.name})


Work = Callable[[Task, Shard], str]
__all__ = ["ShardError", "Summary", "TablePart", "Task", "Work", "program", "read_findings", "read_summary", "work_on"]
