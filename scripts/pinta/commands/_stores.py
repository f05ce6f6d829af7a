"""Arguments that commands on stores share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics import PintaError

if TYPE_CHECKING:
    from ..jobs.runner import Workers
    from ..store.model import Store

SMALL = 200_000_000
"""A store of fewer bytes is done sooner by one process than others have started."""


def register_store(parser: argparse.ArgumentParser) -> None:
    """``--store``."""
    parser.add_argument("--store", metavar="URL", help="work on this store (see `pinta pack`) instead of a corpus folder")


def register_workers(parser: argparse.ArgumentParser) -> None:
    """``--workers``, ``--cluster``, ``--no-near-duplicates``."""
    parser.add_argument("--workers", type=int, metavar="N", help="processes for a store (default: 1 if it is small, one a core otherwise)")
    parser.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler for a store, such as tcp://10.0.0.1:8786")
    parser.add_argument("--no-near-duplicates", action="store_true", help="of a store, leave out the search for near-duplicates")


def workers_of(args: argparse.Namespace, store: Store) -> Workers:
    """The workers that were asked for.

    Raises:
        PintaError: a number of workers below 1.
    """
    from ..jobs.runner import cluster, processes

    if args.cluster:
        return cluster(args.cluster)
    if args.workers is not None:
        return processes(args.workers)
    large = sum(shard.bytes for shard in store.shards) > SMALL and not store.place.of_this_process
    return processes(min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, len(store.shards)) if large else 1)


def refuse_without_store(args: argparse.Namespace) -> None:
    """Workers are for stores.

    Raises:
        PintaError: they were asked for without one.
    """
    if args.workers is not None or args.cluster or args.no_near_duplicates:
        raise PintaError("--workers, --cluster and --no-near-duplicates are for stores: `pinta pack` makes one, --store names it.")


def place(text: str) -> Path | str:
    """A path, or a URL as it is."""
    return text if "://" in text else Path(text)
