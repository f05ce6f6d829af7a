"""Publish a release to a Hub repository, or to a folder or bucket, and read it back.

    pinta publish --repo ORG/NAME          one commit, one tag vX.Y.Z, fetched back by tag and compared
    pinta publish --to s3://bucket/pinta   TARGET/vX.Y.Z on any file system that fsspec knows

Interrupted anywhere, the old revision stays whole; run it again to finish. A tag never moves. The token comes from
HF_TOKEN or the Hub's own login and is never shown.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--repo", metavar="ORG/NAME", help="a dataset repository of the Hub")
    where.add_argument("--to", metavar="DIR|URL", help="a folder, or a URL that fsspec knows (s3://…)")
    parser.add_argument("--endpoint", metavar="URL", help="another Hub than the usual one")
    parser.add_argument("--dir", type=Path, default=Path("dist/pinta"), help="the released folder (default: dist/pinta)")


def run(args: argparse.Namespace) -> int:
    from ..release.manifest import read_manifest
    from ..release.publish import publish_files, publish_hub
    from ..release.record import parse_version, records

    corpus = find_corpus(args.root)
    version = read_manifest(args.dir)["version"]
    record = records(corpus).get(parse_version(version))
    if record is None:
        raise PintaError(f"{args.dir} holds version {version}, which is not released: `pinta release {version}` first.")
    if args.repo:
        _quiet()
        publish_hub(args.dir, args.repo, record, endpoint=args.endpoint)
    else:
        publish_files(args.dir, args.to, record)
    return 0


def _quiet() -> None:
    """No progress bars of the Hub's client where nobody looks at them."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()
