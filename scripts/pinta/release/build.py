"""Build: read, check, tabulate, write, and put the new folder in place of the old one in one rename."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..checks.run import check_corpus
from ..corpus.documents import Document, read_json
from ..corpus.layout import Corpus
from ..diagnostics import Finding, FindingsError, PintaError
from ..files import folder_whole
from ..schema.features import CONFIGS, columns
from ..statistics import Statistics
from ..tables import ROWS
from . import croissant
from .card import CardData, Part, render
from .manifest import NAME, as_text, column_hashes, describe_files, gold_digest, sealed, tools
from .shards import ShardWriter

BASELINES = "baselines.json"
COPIED = ("LICENSE-DATA", "CITATION.cff", BASELINES)
ARTICLES = "articles.parquet"
"""Hashes and split of every article (id, text, gold, split), where a manifest would grow too large by them."""
UNRELEASED = "0.0.0"
"""Version of a build that holds other rows than the release whose version stands in ``corpus/VERSION``."""


@dataclass(frozen=True)
class Built:
    """What a build wrote: its folder, the manifest, and the warnings of the check."""

    folder: Path
    manifest: dict[str, Any]
    warnings: list[Finding]


@dataclass
class Made:
    """What a folder is published from: data files, figures, and of every article its hashes and split.

    ``articles`` is None where they stand in a file of their own, `ARTICLES`, because they are many.
    """

    parts: list[Part]
    statistics: dict[str, Any]
    articles: dict[str, dict[str, str]] | None


class Tabulator:
    """Takes documents as they come and keeps one writer for each config and split."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self.schema, self.folder = corpus.schema, folder
        self.statistics = Statistics()
        self.digests: dict[str, dict[str, str]] = {}
        self._schemas = {config: columns(self.schema, config) for config in CONFIGS}
        self._writers: dict[tuple[str, str], ShardWriter] = {}

    def add_gold(self, document: Document) -> None:
        """Write the rows of a document with its gold annotation."""
        if document.annotation is None:
            return
        self.statistics.add(document)
        self.digests[document.id] = {
            "text": document.article.body["text_sha256"],
            "gold": gold_digest(document.annotation.value),
            "split": document.event.body["split"] if document.event else "",
        }
        for config in CONFIGS:
            if config != "passes":
                self._add(config, document)

    def add_pass(self, document: Document) -> None:
        """Write the row of one annotator's document."""
        self._add("passes", document)

    def _add(self, config: str, document: Document) -> None:
        split = document.event.body["split"] if document.event else ""
        for row in ROWS[config](document, self.schema):
            key = (config, split)
            if key not in self._writers:
                self._writers[key] = ShardWriter(self.folder / "data" / config, split, self._schemas[config])
            self._writers[key].add(row)

    def close(self) -> Made:
        """Finish all files."""
        parts = [self._part(key, self._writers[key]) for key in sorted(self._writers, key=part_order)]
        return Made(parts, self.statistics.as_json(), self.digests)

    def _part(self, key: tuple[str, str], writer: ShardWriter) -> Part:
        files = writer.finish(self.folder)
        return Part(key[0], key[1], writer.rows, writer.bytes, files, writer.content)


def part_order(key: tuple[str, str]) -> tuple[int, int, str]:
    """What parts are sorted by: config, then split."""
    order = {"train": 0, "validation": 1, "test": 2}
    return list(CONFIGS).index(key[0]), order.get(key[1], 9), key[1]


def data_version(corpus: Corpus) -> str:
    """The version of the data in the working tree, from ``corpus/VERSION``."""
    path = corpus.articles_folder / "VERSION"
    return path.read_text("utf-8").strip() if path.exists() else "0.0.0"


def build(
    corpus: Corpus,
    out: Path,
    *,
    version: str | None = None,
    progress: Callable[[], object] | None = None,
    accept: Callable[[dict[str, Any]], object] = lambda _: None,
    fixed: dict[str, Any] | None = None,
) -> Built:
    """Check the corpus and write the folder that is published.

    The folder at ``out`` stays as it is until the new one takes its place in one rename.

    Args:
        version: by default that of the working tree; but rows other than those of the release of that version make it
            `UNRELEASED`, so that no two contents ever bear one version.
        progress: called once a document.
        accept: looks at the manifest before the folder takes its place, and raises to refuse it.
        fixed: the manifest of a release that the result must equal, byte for byte.

    Raises:
        FindingsError: the check found errors; nothing was written.
        PintaError: the result is not that of the release; nothing was written.
    """
    with folder_whole(out) as work:
        tabulator = Tabulator(corpus, work)
        findings: list[Finding] = []
        errors = 0

        def visit(document: Document, found: list[Finding], *, gold: bool) -> None:
            nonlocal errors
            findings.extend(found)
            errors += sum(finding.level == "error" for finding in found)
            if not errors:
                (tabulator.add_gold if gold else tabulator.add_pass)(document)
            if progress:
                progress()

        findings.extend(check_corpus(corpus, visit=visit))
        if any(finding.level == "error" for finding in findings):
            raise FindingsError(findings)
        manifest = finish(corpus, work, tabulator.close(), version)
        accept(manifest)
        if fixed is not None:
            manifest = _as_fixed(fixed, manifest)
        (work / NAME).write_text(as_text(manifest), "utf-8")
    return Built(out, manifest, sorted(findings))


def _as_fixed(fixed: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest of a release, when what was built is that release: only the tools may be others.

    A released version is never built with other content.
    """
    before, after = fixed["files"], manifest["files"]
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    changed = changed or sorted(key for key in fixed if key not in ("tools", "sealed") and fixed[key] != manifest.get(key))
    if changed:
        tools = {name: value for name, value in fixed["tools"].items() if manifest["tools"].get(name) != value}
        hint = f"It was made with {tools}: install these versions." if tools else "Release a new version instead."
        raise PintaError(f"{fixed['version']} is released, and this would change {', '.join(changed[:4])}. {hint}")
    return fixed


def finish(corpus: Corpus, work: Path, made: Made, version: str | None) -> dict[str, Any]:
    """Write everything but the data files and the manifest into a folder: card, figures, description; the manifest."""
    version = version or _version_of(corpus, _content(made.parts))
    agreement = _agreement(corpus)
    (work / "statistics.json").write_text(_json({"splits": made.statistics, "agreement": agreement}), "utf-8")
    for name in COPIED:
        if (corpus.root / name).exists():
            (work / name).write_bytes((corpus.root / name).read_bytes())
    if agreement and agreement["plot"]:
        (work / agreement["plot"]).write_bytes((corpus.root / "annotations" / agreement["plot"]).read_bytes())
    card = (corpus.root / "DATASET_CARD.md").read_text("utf-8")
    data = CardData(corpus.schema, version, made.parts, made.statistics, agreement, _baselines(corpus), _rereading(corpus))
    (work / "README.md").write_text(render(card, data), "utf-8")
    citation = (work / "CITATION.cff").read_text("utf-8") if (work / "CITATION.cff").exists() else None
    described = croissant.describe(data, card, citation)
    (work / croissant.NAME).write_text(json.dumps(described, ensure_ascii=False) + "\n", "utf-8")  # large, and for machines
    return _manifest(corpus, work, made, version)


def _content(parts: list[Part]) -> dict[str, Any]:
    return {f"{part.config}/{part.split}": {"rows": part.rows, "sha256": part.content} for part in parts}


def _version_of(corpus: Corpus, content: dict[str, Any]) -> str:
    """The version of the working tree, unless that is released with other rows."""
    version = data_version(corpus)
    record = corpus.root / "releases" / f"{version}.json"
    released = read_json(corpus, record).body.get("content") if record.exists() else content
    return version if released == content else UNRELEASED


def _rereading(corpus: Corpus) -> dict[str, Any]:
    """What independent readers found in the gold, from annotations/rereading.json; empty where nobody reread it."""
    path = corpus.root / "annotations" / "rereading.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


def _baselines(corpus: Corpus) -> dict[str, Any]:
    path = corpus.root / BASELINES
    kept = read_json(corpus, path).body if path.exists() else {}
    if not all(isinstance(report, dict) and "measures" in report for report in kept.values()):
        raise PintaError(f"{BASELINES} is not what examples/baselines/run_all.py writes; write it again.")
    return kept


def _agreement(corpus: Corpus) -> dict[str, Any] | None:
    path = corpus.root / "annotations" / "agreement.json"
    if not path.exists():
        return None
    kept = read_json(corpus, path).body
    if not {"all", "plot"} <= kept.keys():
        raise PintaError("annotations/agreement.json is not what `pinta agree --write` writes; write it again.")
    return kept


def _manifest(corpus: Corpus, work: Path, made: Made, version: str) -> dict[str, Any]:
    files = [file for part in made.parts for file in part.files]
    known = {file.name: {"sha256": file.sha256, "bytes": file.bytes, "rows": file.rows} for file in files}
    body = {
        "name": "pinta",
        "version": version,
        "schema_version": corpus.schema.version,
        "columns": column_hashes(corpus.schema),
        "tools": tools(),
        "content": _content(made.parts),
        **({"articles_file": ARTICLES} if made.articles is None else {"articles": made.articles}),
        "files": describe_files(work, known),
    }
    return sealed(body)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n"
