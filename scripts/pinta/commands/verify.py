"""Verify a published folder: find any flipped byte, missing file or extra file.

WHAT is a folder, held against its own manifest, or a version, whose record in releases/ the folder at --dir must match.
Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="DIR|VERSION", help="a published folder, or a released version")
    parser.add_argument("--dir", type=Path, default=Path("dist/pinta"), help="where a version lies (default: dist/pinta)")


def run(args: argparse.Namespace) -> int:
    from ..release.record import parse_version, records
    from ..release.verify import VERSION, verify

    folder, expected = Path(args.what), None
    if VERSION.fullmatch(args.what) and not folder.is_dir():
        known = records(find_corpus(args.root))
        record = known.get(parse_version(args.what))
        if record is None:
            names = ", ".join(".".join(map(str, version)) for version in known) or "none"
            raise PintaError(f"{args.what} is not a release. Releases: {names}.")
        folder, expected = args.dir, record["manifest_sha256"]
    wrong = verify(folder, expected)
    print("\n".join(wrong) if wrong else f"{folder}: every byte is right")
    return int(bool(wrong))
