"""What changed between two versions: articles, annotations by layer and unit, figures.

OLD and NEW are releases (1.0.0), published folders (dist/pinta), or . for the working tree. Records of releases know which
articles changed; folders and the working tree know every unit. The markdown is the release notes.
"""

from __future__ import annotations

import argparse

from ..corpus.layout import find_corpus


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a version, a published folder, or .")
    parser.add_argument("new", metavar="NEW", nargs="?", default=".", help="likewise (default: the working tree)")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text", help="how to print (default: text)")


def run(args: argparse.Namespace) -> int:
    from ..release.diff import FORMATS, diff, side

    corpus = find_corpus(args.root)
    print(FORMATS[args.format](diff(side(corpus, args.old), side(corpus, args.new))))
    return 0
