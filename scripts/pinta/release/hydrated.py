"""A local dataset of hydrated articles, with the features of the config `articles`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus.documents import read_all
from ..corpus.hydrate import Hydration, attach, hydrate
from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from ..files import folder_whole
from ..schema.features import columns
from ..schema.labels import Schema
from ..tables import standoff
from .card import CardData, Part, render
from .manifest import NAME
from .shards import ShardWriter

Json = dict[str, Any]
_CARD = """---
pretty_name: Pinta, hydrated
---

# Pinta, hydrated

Third-party articles from a reader's own copies under the stand-off annotations of Pinta {version}, made by `pinta hydrate`.
**Not to be passed on**: the texts are not licensed for that.
"""


@dataclass
class Standoff:
    """Stand-off rows by split, with the version that they come from."""

    version: str
    rows: list[tuple[str, Json]]


def read_standoff(where: Path, schema: Schema) -> Standoff:
    """The stand-off annotations in a published folder or in a corpus.

    Raises:
        PintaError: there are none.
    """
    if (where / NAME).is_file():
        version = json.loads((where / NAME).read_bytes())["version"]
        rows = list(_published(where))
    elif (where / "corpus").is_dir():
        corpus = Corpus(where.resolve())
        version = "0.0.0"
        rows = [(d.event.body["split"], row) for d in read_all(corpus) if d.event for row in standoff(d, schema)]
    else:
        raise PintaError(f"{where} is neither a published folder nor a corpus.")
    if not rows:
        raise PintaError(f"{where} holds no annotation of a text that is not included.")
    return Standoff(version, rows)


def _published(where: Path) -> Iterator[tuple[str, Json]]:
    import pyarrow.parquet as pq

    for file in sorted(where.glob("data/standoff/*.parquet")):
        split = file.name.partition("-")[0]
        yield from ((split, row) for row in pq.read_table(file).to_pylist())


def match(rows: Iterable[tuple[str, Json]], article: str | None, copy: str) -> tuple[str, Json, Hydration]:
    """The stand-off row that a copy belongs to: the named one, or the one with the most spans in place."""
    wanted = [(split, row) for split, row in rows if article in (None, row["id"])]
    if not wanted:
        raise PintaError(f"There is no stand-off annotation of {article}.")
    tried = [(split, row, hydrate(row["id"], row["text_sha256"], row["anchors"], copy)) for split, row in wanted]
    return max(tried, key=lambda one: (one[2].same, one[2].counts()["exact"] + one[2].counts()["moved"]))


def write_hydrated(out: Path, schema: Schema, version: str, found: list[tuple[str, Json, Hydration]]) -> None:
    """Write hydrated articles as a dataset folder, whole."""
    fields = columns(schema, "articles")
    with folder_whole(out) as work:
        writers: dict[str, ShardWriter] = {}
        for split, row, hydration in sorted(found, key=lambda one: one[1]["id"]):
            made = {**row, **attach(row, hydration), "text": hydration.text, "characters": len(hydration.text)}
            writers.setdefault(split, ShardWriter(work / "data" / "articles", split, fields)).add(made)
        parts = [_part(split, writer) for split, writer in writers.items()]
        data = CardData(schema, version, parts, {})
        (work / "README.md").write_text(render(_CARD.format(version=version), data), "utf-8")


def _part(split: str, writer: ShardWriter) -> Part:
    files = writer.close()
    return Part("articles", split, writer.rows, writer.bytes, files, writer.content)
