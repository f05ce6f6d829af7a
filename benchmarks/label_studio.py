"""Push and pull of 2,000 tasks beside the SDK's bare import and export of the same tasks, in the same run.

    python benchmarks/label_studio.py [--tasks 2000] [--rounds 3]

The bare calls get everything ready-made in memory and keep nothing; push reads, checks and converts documents from files,
pull reads, checks and writes them. Needs an installed server: `pinta label-studio install`, or PINTA_LABEL_STUDIO_PROGRAM.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pinta.corpus.documents import read_document
from pinta.corpus.layout import Corpus, find_corpus
from pinta.files import write_whole
from pinta.jsontext import dumps
from pinta.label_studio import server
from pinta.label_studio.client import connect
from pinta.label_studio.project import make_project
from pinta.label_studio.pull import pull
from pinta.label_studio.push import BATCH, push
from pinta.label_studio.tasks import task_of

Json = dict[str, Any]


def copies(here: Corpus, root: Path, count: int) -> Corpus:
    """A corpus folder with so many articles, taken round and round from the passes of annotator a."""
    (root / "schema").symlink_to(here.root / "schema")
    guidelines = (here.root / "annotations" / "GUIDELINES.md").read_bytes()
    write_whole(root / "annotations" / "GUIDELINES.md", guidelines)
    names = [
        path.relative_to(here.passes_folder / "a").with_suffix("").as_posix() for path in sorted(here.passes_folder.glob("a/*/*.json"))
    ]
    sources = [read_document(here, name, annotation=here.pass_path("a", name)) for name in names]
    sources = [source for source in sources if source.text]
    for n in range(count):
        source, article = sources[n % len(sources)], f"copy-{n // 900}/{100 + n % 900}"
        folder = root / "corpus" / article
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.with_suffix(".json").write_bytes(dumps({**source.article.body, "id": article}))
        folder.with_suffix(".txt").write_text(source.text or "", "utf-8")
        path = root / "suggestions" / f"{article}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        document = source.annotation.body if source.annotation else {}
        path.write_bytes(dumps({**document, "article": article}))
    return Corpus(root)


def ready_made(corpus: Corpus) -> list[Json]:
    """The tasks as a bare import takes them."""
    made = []
    for article in corpus.articles():
        document = read_document(corpus, article, annotation=corpus.root / "suggestions" / f"{article}.json")
        body = document.annotation.body if document.annotation else {}
        made.append(task_of(document.article.body, document.text or "", [body], corpus.schema))
    return made


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare_import(client: Any, project: int, tasks: list[Json]) -> None:
    for start in range(0, len(tasks), BATCH):
        client.projects.import_tasks(id=project, request=tasks[start : start + BATCH], return_task_ids=False)


def submitted(tasks: list[Json]) -> list[Json]:
    """The tasks with their suggestions as somebody's submitted annotations."""
    return [{"data": task["data"], "annotations": [{"result": task["predictions"][0]["result"]}]} for task in tasks]


def measure(corpus: Corpus, connection: server.Connection, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way by name, one figure a round; the ways take turns so that a slow moment hits all."""
    client, tasks = connect(connection), ready_made(corpus)
    found: dict[str, list[float]] = {name: [] for name in ("bare import", "push", "bare export", "pull")}

    def project(name: str) -> int:
        return int(make_project(client, connection, name, corpus, "id", 1).id)

    for n in range(rounds):
        bare = project(f"bare {n}")
        found["bare import"].append(seconds(lambda bare=bare: bare_import(client, bare, tasks)))  # type: ignore[misc]
        options = {"suggestions": corpus.root / "suggestions", "version": "a", "title": f"push {n}"}
        found["push"].append(seconds(lambda options=options: push(corpus, connection, corpus.articles(), **options)))  # type: ignore[misc]
        done = project(f"pull {n}")
        bare_import(client, done, submitted(tasks))
        found["bare export"].append(seconds(lambda done=done: client.projects.exports.as_json(done, timeout=600)))  # type: ignore[misc]
        names = {connection.email: f"round-{n}"}
        found["pull"].append(seconds(lambda n=n, names=names: pull(corpus, connection, title=f"pull {n}", names=names)))  # type: ignore[misc]
        written = sum(1 for _ in (corpus.passes_folder / f"round-{n}").rglob("*.json"))
        print(f"round {n}: {written} of {len(tasks)} documents came back", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    here = find_corpus(Path(__file__).resolve().parent)
    own = server.folder_of(here.root) / "environment" / "bin" / "label-studio"
    os.environ.setdefault(server.PROGRAM, str(own))
    with tempfile.TemporaryDirectory(prefix="pinta-benchmark-") as folder:
        corpus = copies(here, Path(folder), args.tasks)
        try:
            found = measure(corpus, server.start(corpus.root), args.rounds)
        finally:
            server.stop(corpus.root)
    for name, figures in found.items():
        print(f"{name:12} {statistics.median(figures):7.2f} s   {json.dumps([round(figure, 2) for figure in figures])}")
    for ours, bare in (("push", "bare import"), ("pull", "bare export")):
        ratios = [own / peer for own, peer in zip(found[ours], found[bare], strict=True)]
        print(f"{ours} / {bare}: {statistics.median(ratios):.2f}, by round {json.dumps([round(r, 2) for r in ratios])}  (aim: 1.3)")


if __name__ == "__main__":
    main()
