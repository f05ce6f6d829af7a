"""Pack a corpus into a store: the same documents in shards, on any URL.

A store is a folder with store.json and shards of records (JSON Lines, plain or packed with zstd, or Parquet); `pinta check`,
`build`, `suggest`, `score` and `diff` read it like a corpus folder, and `pinta unpack` makes that folder again. STORE is a
new folder, or a URL that fsspec knows (s3://…, memory://…; install its file system, such as s3fs). Nothing is lost:
documents keep their values and the order of their keys, texts their bytes; JSON files that are indented in another way
than the project's come back in its way. A file that cannot be read as JSON is reported, and nothing is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError

FORMATS = ("jsonl", "zst", "parquet")


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", nargs="?", type=Path, metavar="CORPUS", help="the corpus folder (default: the one of --root)")
    parser.add_argument("store", metavar="STORE", help="where to write: a new folder or a URL")
    parser.add_argument("--format", choices=FORMATS, default="jsonl", help="how shards are written (default: jsonl; zst: jsonl.zst)")
    parser.add_argument("--shard-bytes", type=int, metavar="N", help="upper size of a shard, unpacked (default: 64000000)")


def run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ..store.packing import pack
    from ..store.writing import SHARD_BYTES

    if args.shard_bytes is not None and args.shard_bytes < 1:
        raise PintaError("--shard-bytes must be at least 1.")
    format_ = {"zst": "jsonl.zst"}.get(args.format, args.format)
    with tqdm(desc="records", unit="", disable=None, leave=False) as bar:
        corpus = find_corpus(args.corpus or args.root)
        store = pack(corpus, args.store, format_, shard_bytes=args.shard_bytes or SHARD_BYTES, progress=bar.update)
    print(f"{args.store}: {store.records} records in {len(store.shards)} shards, {len(store.files)} other files")
    return 0
