"""A built dataset as the report reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..diagnostics import PintaError
from ..schema.features import classes_of

Json = dict[str, Any]
CONFIGS = ("articles", "standoff")
_SHARD = re.compile(r"(?P<split>.+)-\d{5}-of-\d{5}")
_BATCH = 64


@dataclass(frozen=True)
class Build:
    """The folder that `pinta build` wrote.

    ``baselines.json`` is optional. It maps the name of a system to its scores, as `pinta score --format json` prints them.
    """

    folder: Path

    @cached_property
    def manifest(self) -> Json:
        """Version and content.

        Raises:
            PintaError: the folder holds no manifest: it is no build.
        """
        return self._json("manifest.json", required=True)

    @cached_property
    def statistics(self) -> Json:
        """Counts by split, and agreement where it was measured."""
        return self._json("statistics.json")

    @cached_property
    def baselines(self) -> Json:
        """Scores by system; empty where there are none."""
        return self._json("baselines.json")

    def _json(self, name: str, *, required: bool = False) -> Json:
        path = self.folder / name
        if not path.exists() and not required:
            return {}
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise PintaError(f"{self.folder} is no built dataset: it has no {name}. Make one with `pinta build`.") from None
        except ValueError as error:
            raise PintaError(f"{path} is not JSON: {error}") from None
        if not isinstance(found, dict):
            raise PintaError(f"{path} holds no JSON object.")
        return found

    def articles(self) -> Iterator[Json]:
        """Every article with its annotation, text or no text, with ``split``, and ``genre`` as a label; one batch in memory."""
        for path, split in self._shards():
            for row, schema in _rows(path):
                yield {**row, "text": row.get("text"), "genre": _classes(schema, "genre")[row["genre"]], "split": split}

    def dates(self) -> Iterator[tuple[str, str]]:
        """Split and date of the event of every article, read from these columns alone."""
        for path, split in self._shards():
            yield from ((split, row["event_date"] or "") for row, _ in _rows(path, ["event_date"]))

    def _shards(self) -> Iterator[tuple[Path, str]]:
        for config in CONFIGS:
            for path in sorted((self.folder / "data" / config).glob("*.parquet")):
                match = _SHARD.fullmatch(path.stem)
                if match:
                    yield path, match["split"]


def _rows(path: Path, columns: list[str] | None = None) -> Iterator[tuple[Json, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
            yield from ((row, file.schema_arrow) for row in batch.to_pylist())


def _classes(schema: Any, column: str) -> list[str]:
    """The labels behind the class ids of a column, as the file itself names them."""
    found = classes_of(schema.field(column))
    if found is None:
        raise PintaError(f"The column {column} does not name its classes: the build was not made by `pinta build`.")
    return found
