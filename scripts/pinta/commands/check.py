"""Check articles and annotations: everything that is wrong, with place and mend.

PATHS are files or folders of the corpus; without any, the whole corpus is checked, and what only all articles together
can show (near-duplicates across splits). Exit status: 0 clean, 1 findings, 2 wrong usage. Warnings alone do not fail
unless --strict. `pinta explain ID` explains a finding. With --store a store is checked, its shards side by side.

What a check of the whole corpus has found out is kept in .pinta/check.cache, and only what has changed is checked again.
The file can be deleted; with --no-cache it is neither read nor written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import FORMATS, PintaError, abridged
from ._stores import refuse_without_store, register_store, register_workers, workers_of


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATHS", help="files or folders below corpus/ or annotations/, or article ids"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="how to print (default: text)")
    parser.add_argument("--all", action="store_true", help="print every finding, not only the first ten of each id")
    parser.add_argument("--strict", action="store_true", help="warnings fail too")
    parser.add_argument("--no-cache", action="store_true", help="check everything again")
    register_store(parser)
    register_workers(parser)
    parser.add_argument("--work", metavar="URL", help="of a store, keep what is done here: a second run does the rest only")


def run(args: argparse.Namespace) -> int:
    if args.store:
        return _store(args)
    from ..checks.incremental import check_again
    from ..checks.run import check_corpus

    refuse_without_store(args)
    corpus = find_corpus(args.root)
    only = articles_at(corpus, args.paths) if args.paths else None
    findings = sorted(check_corpus(corpus, only) if only or args.no_cache else check_again(corpus))
    if findings or args.format != "text":
        print(abridged(findings) if args.format == "text" and not args.all else FORMATS[args.format](findings))
    errors = sum(finding.level == "error" for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings", file=sys.stderr)
    return int(bool(errors or (args.strict and findings)))


def _store(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ..jobs.driver import check_store
    from ..store.model import open_store
    from ..store.place import Place

    if args.paths:
        raise PintaError("A store is checked as a whole: leave PATHS out.")
    store, near = open_store(args.store), not args.no_near_duplicates
    with tempfile.TemporaryDirectory(prefix="pinta-check-") as folder, store.corpus() as corpus:
        work = Place(args.work or folder)
        with tqdm(desc="records", unit="", total=store.records, disable=None, leave=False) as bar:
            checked = check_store(store, corpus.schema, work, workers_of(args, store), near=near, progress=bar.update)
        if checked.counts or args.format != "text":
            brief = args.format == "text" and not args.all
            print(abridged(checked.findings()) if brief else FORMATS[args.format](list(checked.findings())))
    print(f"{checked.counts['error']} errors, {checked.counts['warning']} warnings", file=sys.stderr)
    return int(bool(checked.counts["error"] or (args.strict and checked.counts["warning"])))


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
