"""Check the corpus and write the folder that is published: Parquet, card and manifest.

The folder at --out stays whole until the new one takes its place. Load it with
    datasets.load_dataset("dist/pinta", "requests", split="train")
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError
from ._stores import refuse_without_store, register_store, register_workers, workers_of

if TYPE_CHECKING:
    from ..jobs.build import StoreBuilt
    from ..release.build import Built


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", default="dist/pinta", metavar="DIR", help="where to put it; of a store also a URL (default: dist/pinta)")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="json: print the manifest")
    register_store(parser)
    register_workers(parser)
    parser.add_argument("--without", action="append", default=[], metavar="CONFIG", help="of a store, leave a config out (may be repeated)")


def run(args: argparse.Namespace) -> int:
    import json

    from ..diagnostics import abridged
    from ..release.build import UNRELEASED

    built = _store(args) if args.store else _folder(args)
    if args.format == "json":
        print(json.dumps(built.manifest, ensure_ascii=False, indent=1))
        return 0
    if built.warnings:
        print(abridged(built.warnings))
    width = max(map(len, built.manifest["content"]), default=0)
    print("\n".join(f"{name:{width}}  {part['rows']:>7} rows" for name, part in built.manifest["content"].items()))
    unreleased = " (unreleased: its rows are not those of the release in corpus/VERSION)" if built.manifest["version"] == UNRELEASED else ""
    print(f"{args.out}: version {built.manifest['version']}{unreleased}")
    return 0


def _folder(args: argparse.Namespace) -> Built:
    from tqdm import tqdm

    from ..release.build import build

    refuse_without_store(args)
    if args.without or "://" in args.out:
        raise PintaError("--without, and URLs in --out, are for stores: `pinta pack` makes one, --store names it.")
    corpus = find_corpus(args.root)
    with tqdm(desc="documents", unit="", disable=None, leave=False) as bar:
        return build(corpus, Path(args.out).resolve(), progress=bar.update)


def _store(args: argparse.Namespace) -> StoreBuilt:
    from tqdm import tqdm

    from ..jobs.build import build_store
    from ..schema.features import CONFIGS
    from ..store.model import open_store

    unknown = [name for name in args.without if name not in CONFIGS]
    if unknown:
        raise PintaError(f"There is no config {unknown[0]!r}: {', '.join(CONFIGS)}.")
    store, configs = open_store(args.store), [name for name in CONFIGS if name not in args.without]
    workers, near = workers_of(args, store), not args.no_near_duplicates
    with tqdm(desc="records", unit="", total=store.records, disable=None, leave=False) as bar:
        return build_store(store, args.out, workers, configs=configs, near=near, progress=bar.update)
