"""What else could do the work of `pinta build`, each in a process of its own; the last line printed is a JSON object.

    python benchmarks/peers.py generator STORE OUT [--validate] [--configs articles,stances,requests]
    python benchmarks/peers.py limit STORE BUILT OUT [--workers 2]
    python benchmarks/peers.py load FOLDER CONFIG [--bare]

*generator*: `datasets.Dataset.from_generator` and `to_parquet`, as a user would write it, one table after the other; with
`--validate` every event, article and annotation goes through a `jsonschema` validator first, which is made once.
*limit*: what no program that reads JSON and writes these tables can do without: `orjson.loads` of every line, and the
writing of tables that are there already.
Imports are not counted, reading and writing is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]


class _Watch:
    """Seconds on the clock and of the processor since it was made."""

    def __init__(self) -> None:
        self._clock, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Json:
        return {"seconds": time.perf_counter() - self._clock, "cpu": time.process_time() - self._cpu}


def lines(store: Path, part: int = 0, of: int = 1) -> Iterator[bytes]:
    """The records of a store in plain JSON Lines, or of a part of its shards."""
    for path in sorted((store / "shards").glob("*.jsonl"))[part::of]:
        with path.open("rb") as shard:
            yield from shard


def generator(store: Path, out: Path, configs: list[str], *, validate: bool) -> Json:
    """Rows through `Dataset.from_generator`, one config after the other; documents are validated with the first one."""
    import datasets

    from pinta.corpus.documents import Document, JsonFile
    from pinta.schema.features import columns
    from pinta.schema.labels import load_schema
    from pinta.schema.validate import Validator
    from pinta.tables import ROWS

    datasets.disable_progress_bars()
    schema = load_schema(store / "files" / "schema")
    validators = {kind: Validator(schema, kind, fast=False) for kind in ("event", "article", "annotation")}

    def documents(*, first: bool) -> Iterator[Document]:
        for line in lines(store):
            record = json.loads(line)
            if validate and first:
                parts = (("event", "event"), ("article", "article"), ("gold", "annotation"))
                wrong = [v for part, kind in parts for v in validators[kind].violations(record[part])]
                if wrong:
                    raise SystemExit(f"{record['id']}: {wrong[0].message}")
            event, article, gold = (JsonFile("", b"", record[part]) for part in ("event", "article", "gold"))
            article.path = f"corpus/{record['id']}.json"
            yield Document(article, record["text"], "", event, gold)

    count, watch = 0, _Watch()
    for number, config in enumerate(configs):

        def rows(config: str = config, number: int = number) -> Iterator[Json]:
            for document in documents(first=number == 0):
                yield from ({"split": document.event.body["split"], **row} for row in ROWS[config](document, schema) if document.event)

        wanted = datasets.Features({"split": datasets.Value("string"), **datasets.Features.from_arrow_schema(columns(schema, config))})
        made = datasets.Dataset.from_generator(rows, features=wanted, cache_dir=str(out / "cache"))
        made.to_parquet(str(out / f"{config}.parquet"))
        count += made.num_rows
    return {**watch.read(), "rows": count}


def limit(store: Path, built: Path, out: Path, workers: int) -> Json:
    """Parse every line; write the tables that a build made, from memory. Of several processes the slowest counts."""
    out.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        parts = pool.starmap(_limit, [(store, built, out, n, workers) for n in range(workers)])
    slowest = max(parts, key=lambda part: part["seconds"])
    return {**slowest, "cpu": sum(part["cpu"] for part in parts)}


def _limit(store: Path, built: Path, out: Path, part: int, of: int) -> Json:
    import pyarrow.parquet as pq

    options = {"compression": "zstd", "write_page_index": True, "write_page_checksum": True, "use_content_defined_chunking": True}
    names = sorted(path for path in (built / "data").glob("*/*.parquet") if path.parent.name != "entities")
    watch = _Watch()
    for line in lines(store, part, of):
        orjson.loads(line)
    parts = [watch.read()]
    for name in names:
        table = pq.read_table(name).combine_chunks()
        table = table.slice(table.num_rows * part // of, table.num_rows * (part + 1) // of - table.num_rows * part // of)
        size = max(1, table.num_rows * 8_000_000 // max(1, table.nbytes))
        watch = _Watch()
        pq.write_table(table, out / f"{part}-{name.parent.name}-{name.name}", **options, row_group_size=size)
        parts.append(watch.read())
    parse, total = parts[0]["seconds"], {key: sum(part[key] for part in parts) for key in ("seconds", "cpu")}
    return {**total, "parse": parse, "write": total["seconds"] - parse}


def load(folder: Path, config: str, *, bare: bool) -> Json:
    """`load_dataset` of one config; of a bare folder by its Parquet files alone."""
    import datasets

    datasets.disable_progress_bars()
    watch = _Watch()
    if bare:
        files = {split: sorted(map(str, (folder / config).glob(f"{split}-*"))) for split in ("train", "validation", "test")}
        found = datasets.load_dataset("parquet", data_files={split: names for split, names in files.items() if names})
    else:
        found = datasets.load_dataset(str(folder), config)
    return {**watch.read(), "rows": sum(part.num_rows for part in found.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    below = parser.add_subparsers(dest="what", required=True)
    one = below.add_parser("generator")
    one.add_argument("store", type=Path)
    one.add_argument("out", type=Path)
    one.add_argument("--validate", action="store_true")
    one.add_argument("--configs", default="articles,stances,requests")
    one = below.add_parser("limit")
    for name in ("store", "built", "out"):
        one.add_argument(name, type=Path)
    one.add_argument("--workers", type=int, default=1)
    one = below.add_parser("load")
    one.add_argument("folder", type=Path)
    one.add_argument("config")
    one.add_argument("--bare", action="store_true")
    args = parser.parse_args()
    if args.what == "generator":
        result = generator(args.store, args.out, args.configs.split(","), validate=args.validate)
    elif args.what == "limit":
        result = limit(args.store, args.built, args.out, args.workers)
    else:
        result = load(args.folder, args.config, bare=args.bare)
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
