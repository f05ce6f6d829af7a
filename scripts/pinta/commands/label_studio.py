"""Annotate in Label Studio: run a server of one's own, bring articles to it, fetch what annotators submitted.

`nox -s annotate` does all of it in one go. push and pull can be run again at any time: nothing is sent twice, nothing that is
there is lost. Another server than one's own: --url, with a token of either kind in LABEL_STUDIO_API_KEY.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import PintaError

if TYPE_CHECKING:
    from ..label_studio.status import Status


def register(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, about: str) -> argparse.ArgumentParser:
        sub = below.add_parser(name, help=about, description=about)
        sub.set_defaults(act=globals()[f"_{name}"])
        return sub

    _language(action("config", "print the labelling layout, derived from the schema"), "id")
    action("install", "install the server into its own environment, .pinta/label-studio/environment")
    action("start", "start the server on 127.0.0.1; it goes on until stop").add_argument("--port", type=int, help="default: a free one")
    action("stop", "stop the server")
    pushing = action("push", "make or update the project, and bring articles to it")
    pushing.add_argument("articles", nargs="*", metavar="ARTICLE", help="article or event ids (default: all without gold)")
    pushing.add_argument("--suggestions", type=Path, metavar="DIR", help="a folder of annotation documents, as `pinta suggest` writes")
    pushing.add_argument("--version", help="model version of the suggestions (default: the id of their annotator)")
    pushing.add_argument("--annotators", type=int, default=1, metavar="N", help="how many are to annotate each article (default: 1)")
    _language(pushing, None)
    for sub in (pushing, action("pull", "write what was submitted to annotations/passes"), action("status", "progress and agreement")):
        sub.add_argument("--url", help="address of the server (default: one's own)")
        sub.add_argument("--project", default="Pinta", metavar="TITLE", help="title of the project (default: Pinta)")
        if sub is not pushing:
            sub.add_argument("--name", action="append", default=[], metavar="EMAIL=ID", help="id of an annotator (default: before the @)")


def _language(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument("--language", choices=["id", "en"], default=default, help="language of the titles on the screen (default: id)")


def run(args: argparse.Namespace) -> int:
    status: int = args.act(find_corpus(args.root), args)
    return status


def _config(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..label_studio.config import config_of

    print(config_of(corpus.schema, args.language), end="")
    return 0


def _install(corpus: Corpus, _: argparse.Namespace) -> int:
    from ..label_studio.server import install

    print(install(corpus.root))
    return 0


def _start(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..label_studio.server import folder_of, start

    made = start(corpus.root, args.port)
    kept = corpus.relative(folder_of(corpus.root) / "connection.json")
    print(f"{made.url}\nUser {made.email}; password and token stand in {kept}, for your eyes only.")
    return 0


def _stop(corpus: Corpus, _: argparse.Namespace) -> int:
    from ..label_studio.server import stop

    print("Stopped." if stop(corpus.root) else "No server of this folder is running.")
    return 0


def _push(corpus: Corpus, args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ..label_studio.client import connection_of
    from ..label_studio.push import push

    articles = corpus.to_annotate(args.articles)
    options = {"suggestions": args.suggestions, "version": args.version, "language": args.language, "annotators": args.annotators}
    with tqdm(total=len(articles), unit="task", disable=None, leave=False) as bar:
        made = push(corpus, connection_of(corpus.root, args.url), articles, title=args.project, **options, progress=bar.update)
    print(f"{made.tasks} tasks sent, {made.there} there already; {made.suggestions} suggestions sent.\n{made.url}")
    if not articles:
        print("Every article has gold: name those that are to be annotated again.")
    for article, reason in made.refused.items():
        print(f"{article}: not sent: {reason}", file=sys.stderr)
    return 1 if made.refused else 0


def _names(pairs: list[str]) -> dict[str, str]:
    if not all("=" in pair for pair in pairs):
        raise PintaError("--name wants EMAIL=ID, such as siti@example.org=siti.")
    return {email: id_ for email, _, id_ in (pair.partition("=") for pair in pairs)}


def _pull(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..label_studio.client import connection_of
    from ..label_studio.pull import pull

    made = pull(corpus, connection_of(corpus.root, args.url), title=args.project, names=_names(args.name))
    for path in made.written:
        print(corpus.relative(path))
    for (kind, who), count in sorted(made.left_out.items()):
        print(f"{count} {kind} by {who} left out.")
    print(f"{len(made.written)} documents written, {made.unchanged} as they were.")
    for finding in sorted(made.findings):
        print(finding, file=sys.stderr)
    return 1 if made.findings else 0


def _status(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..label_studio.client import connection_of
    from ..label_studio.status import status

    made = status(corpus, connection_of(corpus.root, args.url), title=args.project, names=_names(args.name))
    print(f"{made.tasks} tasks, {made.untouched} without an annotation.")
    _print_progress(made)
    for (a, b), (articles, measures) in made.agreement.items():
        print(f"\n{a} and {b}, {articles} articles:")
        print("\n".join(f"  {title}: {'–' if value is None else f'{value:.3f}'}" for title, value in measures.items()))
    return 0


def _print_progress(made: Status) -> None:
    from ..markdown import table

    rows = [
        [who, made.submitted[who], made.submitted[who] - made.sound[who], made.left_out["draft", who], made.left_out["skipped", who]]
        for who in made.annotators
    ]
    if rows:
        print(table(["annotator", "submitted", "with findings", "drafts", "skipped"], rows))
