"""Unpack a store into a new corpus folder.

FOLDER appears whole, with corpus/, annotations/ and schema/ as `pinta pack` found them. JSON is written in the project's
way (one blank a level): values and the order of keys are those of the store. A line that is no record is reported, and
nothing is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", metavar="STORE", help="the store: a folder or a URL")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to make")


def run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ..store.model import open_store
    from ..store.packing import unpack

    store = open_store(args.store)
    with tqdm(desc="records", unit="", total=store.records, disable=None, leave=False) as bar:
        count = unpack(store, args.folder.resolve(), progress=bar.update)
    print(f"{args.folder}: {count} records")
    return 0
