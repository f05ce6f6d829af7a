"""Build the published folder from a store: like `pinta.release.build`, shard by shard."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..corpus.layout import Corpus
from ..diagnostics import Finding, FindingsError, PintaError
from ..files import folder_whole
from ..release.build import ARTICLES, Made, finish, part_order
from ..release.card import Part
from ..release.manifest import NAME, as_text, digest
from ..release.shards import ROW_GROUP_BYTES, DataFile
from ..schema.features import CONFIGS
from ..store.model import Store
from ..store.place import Place
from .driver import Checked, Progress, check_store
from .runner import Workers
from .shard import TablePart, digest_columns
from .totals import statistics

LISTED = 20_000
"""So many articles stand in the manifest itself; more have a file of their own."""
_SHOWN = 10_000
CARD = """---
pretty_name: Articles annotated with Pinta
---
# Articles annotated with Pinta

News articles with entities, stances and requests for military aid. Their corpus has no DATASET_CARD.md.

## Size

<!-- figures: rows -->
<!-- end figures -->

<!-- figures: units -->
<!-- end figures -->
"""


@dataclass(frozen=True)
class StoreBuilt:
    """What a build of a store wrote: where, the manifest, and the check whose warnings can be read."""

    place: Place
    manifest: dict[str, Any]
    warnings: list[Finding]


def build_store(
    store: Store,
    out: str,
    workers: Workers | None = None,
    *,
    version: str | None = None,
    configs: Collection[str] = tuple(CONFIGS),
    near: bool = True,
    progress: Progress = lambda _: None,
) -> StoreBuilt:
    """Check a store and write the folder that is published.

    On this machine the folder at ``out`` takes its place in one exchange. Elsewhere there must be no dataset yet: data files
    are written first and the manifest last. Results of shards lie beside ``out`` (``.NAME.work``) until the build is done,
    so that a second run goes on where the first one was stopped.

    Raises:
        FindingsError: the check found errors; nothing was written. Shards without errors are kept for the next run.
        PintaError: there is a dataset at the URL already.
    """
    place = Place(out)
    if place.local is None and place.exists(NAME):
        raise PintaError(f"There is a dataset at {out} already, and readers may be reading it. Build to a new URL.")
    work = _work_of(place)
    with store.corpus() as corpus:
        checked = check_store(store, corpus.schema, work, workers, configs=configs, near=near, progress=progress)
        if not checked.sound:
            raise FindingsError(islice((f for f in checked.findings() if f.level == "error"), _SHOWN))
        if not (corpus.root / "DATASET_CARD.md").exists():
            (corpus.root / "DATASET_CARD.md").write_text(CARD, "utf-8")
        warnings = list(islice(checked.findings(), _SHOWN))
        with _target(place) as target:
            manifest = _assemble(corpus, checked, target, version)
    work.remove()
    return StoreBuilt(place, manifest, warnings)


def _work_of(place: Place) -> Place:
    if place.local is None:
        return place.below("_work")
    folder = place.local.resolve()
    return Place(str(folder.with_name(f".{folder.name}.work")))


@contextmanager
def _target(place: Place) -> Iterator[Place]:
    if place.local is None:
        yield place
        return
    with folder_whole(place.local.resolve()) as work:
        yield Place(str(work))


def _assemble(corpus: Corpus, checked: Checked, target: Place, version: str | None) -> dict[str, Any]:
    """Data files first, then what describes them, the card, and the manifest last."""
    tables: dict[tuple[str, str], list[tuple[str, TablePart]]] = {}
    for shard, summary in checked.summaries():
        for table in summary.parts:
            tables.setdefault((table.config, table.split), []).append((checked.keys[shard.name], table))
    parts = [_part(key, tables[key], checked.work, target) for key in sorted(tables, key=part_order)]
    figures = statistics(summary for _, summary in checked.summaries())
    with tempfile.TemporaryDirectory(prefix="pinta-build-") as name:
        folder = Path(name)
        made = Made(parts, figures, _articles(checked, folder))
        manifest = finish(corpus, folder, made, version)
        (folder / NAME).write_text(as_text(manifest), "utf-8")
        last = ["README.md", NAME]
        for path in sorted(folder.iterdir(), key=lambda path: (last.index(path.name) if path.name in last else -1, path.name)):
            target.write(path.name, path.read_bytes())
    return manifest


def _part(key: tuple[str, str], tables: list[tuple[str, TablePart]], work: Place, target: Place) -> Part:
    """The files of a config and split, one after the other under their published names."""
    found = [(folder, file) for folder, table in tables for file in table.files]
    files = []
    for n, (folder, file) in enumerate(found):
        name = f"data/{key[0]}/{key[1]}-{n:05d}-of-{len(found):05d}.parquet"
        _publish(work, f"{folder}/{file.name}", target, name)
        files.append(replace(file, name=name))
    contents = [table.content for _, table in tables]
    content = contents[0] if len(contents) == 1 else digest(contents)
    return Part(key[0], key[1], sum(file.rows for file in files), sum(table.memory for _, table in tables), files, content)


def _publish(work: Place, name: str, target: Place, published: str) -> None:
    """Give a result its published name too; it stays where it is, for a next run."""
    if work.local is None or target.local is None:
        target.fs.makedirs(target.path(published).rpartition("/")[0], exist_ok=True)
        target.fs.copy(work.path(name), target.path(published))
        return
    path = target.local / published
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(work.local / name, path)
    except OSError:  # a file system without links
        shutil.copyfile(work.local / name, path)


def _articles(checked: Checked, folder: Path) -> dict[str, dict[str, str]] | None:
    """Hashes and split of every article; None where they are many, and stand in a file of their own."""
    import pyarrow.parquet as pq

    total = sum(summary.articles for _, summary in checked.summaries())
    if total <= LISTED:
        rows = (row for table in _digests(checked) for row in table.to_pylist())
        return {row["id"]: {key: row[key] for key in ("text", "gold", "split")} for row in rows}
    with pq.ParquetWriter(folder / ARTICLES, digest_columns(), compression="zstd") as writer:
        for table in _digests(checked):
            writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP_BYTES // 200)
    return None


def _digests(checked: Checked) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for _, key in checked.done():
        for name in checked.work.names(key):
            if "/digests-" in name:
                with checked.work.open(name) as file:
                    yield pq.read_table(file)


__all__ = ["DataFile", "StoreBuilt", "build_store"]
