"""Check articles and annotations: everything that is wrong, with place and mend.

PATHS are files or folders of the corpus; without any, the whole corpus is checked, and what only all articles together
can show (near-duplicates across splits). Exit status: 0 clean, 1 findings, 2 wrong usage. Warnings alone do not fail
unless --strict. `pinta explain ID` explains a finding.

What a check of the whole corpus has found out is kept in .pinta/check.cache, and only what has changed is checked again.
The file can be deleted; with --no-cache it is neither read nor written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import FORMATS, PintaError, abridged


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATHS", help="files or folders below corpus/ or annotations/, or article ids"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="how to print (default: text)")
    parser.add_argument("--all", action="store_true", help="print every finding, not only the first ten of each id")
    parser.add_argument("--strict", action="store_true", help="warnings fail too")
    parser.add_argument("--no-cache", action="store_true", help="check everything again")


def run(args: argparse.Namespace) -> int:
    from ..checks.incremental import check_again
    from ..checks.run import check_corpus

    corpus = find_corpus(args.root)
    only = articles_at(corpus, args.paths) if args.paths else None
    findings = sorted(check_corpus(corpus, only) if only or args.no_cache else check_again(corpus))
    if findings or args.format != "text":
        print(abridged(findings) if args.format == "text" and not args.all else FORMATS[args.format](findings))
    errors = sum(finding.level == "error" for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings", file=sys.stderr)
    return int(bool(errors or (args.strict and findings)))


def articles_at(corpus: Corpus, paths: list[Path]) -> frozenset[str]:
    """Ids of the articles that some paths speak of.

    Raises:
        PintaError: a path leads to no article.
    """
    known = list(corpus.articles())
    found: set[str] = set()
    for path in paths:
        hits = {article for article in known if _speaks_of(corpus, path, article)}
        if not hits:
            raise PintaError(f"{path} is no file, folder or article of the corpus in {corpus.root}.")
        found |= hits
    return frozenset(found)


def _speaks_of(corpus: Corpus, path: Path, article: str) -> bool:
    """Whether a path is an article, its event, one of their files, or a folder that holds one."""
    event = article.partition("/")[0]
    passes = [corpus.pass_path(annotator, article) for annotator in corpus.annotators()]
    files = [corpus.article_path(article), corpus.text_path(article), corpus.event_path(event), corpus.gold_path(article), *passes]
    whole = path.resolve()
    return str(path) in (article, event) or any(file.is_relative_to(whole) for file in files)
