"""Release a version: check, build, hold against the rules, record in releases/X.Y.Z.json.

Semantic versions for data: patch = labels corrected, minor = articles or layers added, major = schema changes that break
readers, or texts changed. A released version never changes; running this again for one proves that it builds the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", metavar="X.Y.Z", help="the version to release")
    parser.add_argument("--out", type=Path, default=Path("dist/pinta"), metavar="DIR", help="where to build it (default: dist/pinta)")


def run(args: argparse.Namespace) -> int:
    from ..release.record import release

    corpus = find_corpus(args.root)
    built = release(corpus, args.version, args.out.resolve())
    print(f"{args.out}: {args.version}, {len(built.manifest['articles'])} articles, {len(built.manifest['files'])} files")
    print(f"releases/{args.version}.json")
    return 0
