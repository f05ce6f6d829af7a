"""A store as one side of a comparison of versions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..diagnostics import FindingsError
from ..jsontext import loads
from ..release.diff import Side
from ..release.manifest import column_hashes
from ..statistics import Statistics
from ..store.model import Shard, open_store
from ..store.reading import batches
from ..store.reading import lines as lines_of
from ..store.records import record_of
from .block import process

Json = dict[str, Any]


def store_side(where: str) -> Side:
    """The store at a folder or a URL. Its hashes are in memory, its annotations only those of one shard.

    Raises:
        PintaError: there is no store.
        FindingsError: records in it cannot be read as what they should be.
    """
    store = open_store(where)
    statistics, articles, homes = Statistics(), dict[str, dict[str, str]](), dict[str, Shard]()
    with store.corpus() as corpus:
        schema = corpus.schema
        record = {"schema_version": schema.version, "columns": column_hashes(schema)}
        for shard in store.shards:
            start, before = 1, None
            for lines in batches(store, shard):
                block = process(lines, schema, configs=(), where=_places(shard.name, start), before=before)
                findings = [finding for finding in block.findings if finding.level == "error"]
                if findings:
                    raise FindingsError(findings)
                statistics.update(block.statistics)
                articles.update(block.digests)
                homes.update(dict.fromkeys(block.digests, shard))
                start, before = start + len(lines), lines[-1]

    @lru_cache(maxsize=1)
    def bodies(shard: Shard) -> dict[str, Json]:
        found = (record_of(loads(line)) for line in lines_of(store, shard))
        return {record.id: {**record.gold, "text": record.text} for record in found if record.gold is not None}

    found = {**record, "articles": articles}
    return Side(store.place.url, found, statistics.as_json(), lambda id_: bodies(homes[id_]).get(id_, {}) if id_ in homes else {})


def _places(name: str, start: int) -> Callable[[int], tuple[str, int]]:
    return lambda n: (name, start + n)
