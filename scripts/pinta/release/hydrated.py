"""A local dataset of hydrated articles, with the features of the config `articles`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..checks.run import Checker
from ..corpus.documents import read_all
from ..corpus.hydrate import Hydration, attach, hydrate
from ..corpus.ingest import normalised
from ..corpus.layout import Corpus
from ..diagnostics import FindingsError, PintaError
from ..files import folder_whole
from ..schema.features import columns
from ..schema.labels import Schema
from ..spans import sha256
from ..tables import standoff
from .build import data_version
from .card import CardData, Part, render
from .manifest import NAME, read_manifest
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
        FindingsError: those of the corpus hold errors.
        PintaError: there are none.
    """
    if (where / NAME).is_file():
        version = read_manifest(where)["version"]
        rows = list(_published(where))
    elif (where / "corpus").is_dir():
        corpus = Corpus(where.resolve())
        version, rows = data_version(corpus), list(_in_corpus(corpus, schema))
    else:
        raise PintaError(f"{where} is neither a published folder nor a corpus.")
    if not rows:
        raise PintaError(f"{where} holds no annotation of a text that is not included.")
    return Standoff(version, rows)


def _in_corpus(corpus: Corpus, schema: Schema) -> Iterator[tuple[str, Json]]:
    checker = Checker(schema)
    for document in read_all(corpus):
        if document.text is None and document.annotation and document.event:
            errors = [finding for finding in checker.check(document) if finding.level == "error"]
            if errors:
                raise FindingsError(errors)
            yield from ((document.event.body["split"], row) for row in standoff(document, schema))


def _published(where: Path) -> Iterator[tuple[str, Json]]:
    import pyarrow.parquet as pq

    for file in sorted(where.glob("data/standoff/*.parquet")):
        split = file.name.partition("-")[0]
        yield from ((split, row) for row in pq.read_table(file).to_pylist())


def match(rows: Iterable[tuple[str, Json]], article: str | None, copy: str) -> tuple[str, Json, Hydration]:
    """The stand-off row that a copy belongs to: the named one, or the one that fits.

    Raises:
        PintaError: there is no such article, or no annotation fits: less than half of the spans have a place in the copy.
    """
    wanted = [(split, row) for split, row in rows if article in (None, row["id"])]
    if not wanted:
        raise PintaError(f"There is no stand-off annotation of {article}.")
    hash_ = sha256(normalised(copy))
    same = [(split, row) for split, row in wanted if row["text_sha256"] == hash_]
    tried = [(split, row, hydrate(row["id"], row["text_sha256"], row["anchors"], copy)) for split, row in same or wanted]
    best = max(tried, key=lambda one: (one[2].same, one[2].placed))
    if article is None and not best[2].same and 2 * best[2].placed < len(best[2].placements):
        raise PintaError(
            f"No annotation fits the copy: of the nearest, {best[1]['id']}, {best[2].placed} of {len(best[2].placements)} spans have a place. "
            f"If it is that article, say so: {best[1]['id']}=FILE."
        )
    return best


def match_all(rows: list[tuple[str, Json]], copies: Iterable[tuple[str | None, str]]) -> list[tuple[str, Json, Hydration]]:
    """`match` for several copies.

    Raises:
        PintaError: as there, or two copies are of one article.
    """
    found = [match(rows, article, copy) for article, copy in copies]
    twice = [id_ for id_, count in Counter(row["id"] for _, row, _ in found).items() if count > 1]
    if twice:
        raise PintaError(f"Two copies are of {', '.join(twice)}: give one.")
    return found


def write_hydrated(out: Path, schema: Schema, version: str, found: list[tuple[str, Json, Hydration]]) -> None:
    """Write hydrated articles as a dataset folder, whole."""
    fields = columns(schema, "articles")
    with folder_whole(out) as work:
        writers: dict[str, ShardWriter] = {}
        for split, row, hydration in sorted(found, key=lambda one: one[1]["id"]):
            made = {**row, **attach(row, hydration), "text": hydration.text, "characters": len(hydration.text)}
            writers.setdefault(split, ShardWriter(work / "data" / "articles", split, fields)).add(made)
        parts = [_part(work, split, writer) for split, writer in writers.items()]
        data = CardData(schema, version, parts, {})
        (work / "README.md").write_text(render(_CARD.format(version=version), data), "utf-8")


def _part(work: Path, split: str, writer: ShardWriter) -> Part:
    files = writer.finish(work)
    return Part("articles", split, writer.rows, writer.bytes, files, writer.content)
