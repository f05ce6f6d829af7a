"""What changed between two versions: articles, annotations by layer and unit, figures.

OLD and NEW are releases (1.0.0), published folders (dist/pinta), stores (a folder or a URL), or . for the working tree.
Records of releases know which articles changed; the others know every unit. The markdown is the release notes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.layout import find_corpus

if TYPE_CHECKING:
    from ..release.diff import Side


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a version, a published folder, a store, or .")
    parser.add_argument("new", metavar="NEW", nargs="?", default=".", help="likewise (default: the working tree)")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text", help="how to print (default: text)")


def run(args: argparse.Namespace) -> int:
    from ..release.diff import FORMATS, diff

    print(FORMATS[args.format](diff(_side(args.root, args.old), _side(args.root, args.new))))
    return 0


def _side(root: Path | None, name: str) -> Side:
    from ..jobs.side import store_side
    from ..release.diff import side
    from ..store.model import NAME

    if "://" in name or (Path(name) / NAME).is_file():
        return store_side(name)
    return side(find_corpus(root), name)
