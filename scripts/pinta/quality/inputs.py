"""Annotations from wherever they come: folders of documents, JSONL, Parquet, Label Studio exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import jsontext
from ..checks import references
from ..checks.registry import Context
from ..corpus.documents import Document, JsonFile
from ..diagnostics import Finding, FindingsError, PintaError, Pointer, pointer_text
from ..label_studio import export
from ..schema.labels import Schema
from ..schema.validate import Validator
from ..store.model import NAME as STORE
from ..store.model import open_store
from ..store.packing import sound_records

Json = dict[str, Any]
LAYERS = ("mentions", "entities", "claims", "stances", "requests")
_WANTED = "Give annotation documents, or rows of the config articles."
NOBODY = {"id": "unknown", "kind": "rules", "guidelines": "0", "date": "1970-01-01"}


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotation, its article, the text where the source holds it, and where it was read."""

    article: str
    annotation: Json
    text: str | None
    place: str


def read_annotations(path: Path | str, schema: Schema, split: str | None = None) -> dict[str, Annotated]:
    """Annotations by article.

    A folder may hold annotation documents (``EVENT/NN.json``) or a built dataset, of which the config ``articles`` is read
    (``split``: one split of it); a folder or URL a store, of which the gold annotations are read. A file may be Parquet or
    JSON Lines with the columns of that config, one annotation document or a list of them, or a Label Studio export (see
    ``label_studio.export``). Of predictions, whole layers may be missing: they count as empty.

    Raises:
        PintaError: there is nothing of the kind at the path, or an article stands there twice.
        FindingsError: an annotation breaks the schema, with its place.
    """
    found: dict[str, Annotated] = {}
    reader = _Reader(schema)
    for annotated in reader.read(path, split):
        if annotated.article in found:
            raise PintaError(f"{annotated.place}: {annotated.article} is annotated twice (also in {found[annotated.article].place}).")
        found[annotated.article] = annotated
    if reader.findings:
        raise FindingsError(reader.findings)
    if not found:
        raise PintaError(f"There are no annotations in {path}.")
    return found


class _Reader:
    def __init__(self, schema: Schema) -> None:
        self.schema, self.findings = schema, list[Finding]()
        self._validator = Validator(schema, "annotation")

    def read(self, path: Path | str, split: str | None) -> Iterator[Annotated]:
        if isinstance(path, str) or (path / STORE).is_file():
            yield from self._store(str(path), split)
        elif not path.exists():
            raise PintaError(f"There is no {path}.")
        elif path.is_dir():
            yield from self._folder(path, split)
        elif path.suffix == ".parquet":
            yield from self._parquet(path)
        elif path.suffix in (".jsonl", ".ndjson"):
            yield from self._lines(path)
        else:
            yield from self._json(path)

    def _store(self, url: str, split: str | None) -> Iterator[Annotated]:
        for record in sound_records(open_store(url)):
            event = record.event if isinstance(record.event, dict) else {}
            if record.gold is not None and split in (None, event.get("split")):
                row = {**record.gold, "text": record.text} if isinstance(record.gold, dict) else record.gold
                yield from self._row(row, f"{url} {record.id}", 1, None)

    def _folder(self, path: Path, split: str | None) -> Iterator[Annotated]:
        built = path / "data" / "articles"
        if built.is_dir():
            for file in sorted(built.glob(f"{split or '*'}-*.parquet")):
                yield from self._parquet(file)
            return
        for file in sorted(path.rglob("*.json")):
            yield from self._json(file)

    def _parquet(self, path: Path) -> Iterator[Annotated]:
        import pyarrow.parquet as pq

        wanted = ("id", "article", "text", "text_sha256", "annotator", *LAYERS)
        file = pq.ParquetFile(path)
        columns = [name for name in file.schema_arrow.names if name in wanted]
        number = 0
        for batch in file.iter_batches(batch_size=256, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield from self._row(row, f"{path}: row {number}", 1, None)

    def _lines(self, path: Path) -> Iterator[Annotated]:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield from self._row(self._loads(line.rstrip(), str(path), number - 1), str(path), number, None)

    def _json(self, path: Path) -> Iterator[Annotated]:
        raw = path.read_bytes()
        value = self._loads(raw, str(path), 0)
        if value and export.is_export(value):
            for row in export.read_export(path, self.schema):
                yield from self._row(row, str(path), 1, None)
        elif isinstance(value, list):
            for n, row in enumerate(value):
                yield from self._row(row, str(path), jsontext.locate(raw.decode("utf-8"), (n,))[0], None)
        else:
            yield from self._row(value, str(path), 1, raw)

    def _loads(self, raw: bytes, path: str, above: int) -> Any:
        try:
            return jsontext.loads(raw)
        except jsontext.JsonError as fault:
            raise FindingsError([Finding(path, above + fault.line, fault.column, fault.id, "error", fault.message, fault.mend)]) from None

    def _row(self, row: Any, path: str, line: int, raw: bytes | None) -> Iterator[Annotated]:
        """A row or document as an annotation; one that breaks the schema becomes findings."""
        article = row.get("article") or row.get("id") if isinstance(row, dict) else None
        if not isinstance(article, str):
            said = "This is not an object." if not isinstance(row, dict) else "This names no article: it has neither article nor id."
            self.findings.append(Finding(path, line, 1, "E-SCHEMA", "error", said, _WANTED))
            return
        body = {
            "article": article,
            "text_sha256": row.get("text_sha256") or "0" * 64,
            "annotator": row.get("annotator") or NOBODY,
            **{layer: row.get(layer) or [] for layer in LAYERS},
        }
        wrong = [(v.pointer, v.id, v.message, v.mend) for v in self._validator.violations(body)] or list(self._references(body))
        for pointer, id_, message, mend in wrong:
            at = jsontext.locate(raw.decode("utf-8"), pointer) if raw else (line, 1)
            self.findings.append(Finding(path, *at, id_, "error", f"{article}: {message}", mend, pointer_text(pointer)))
        if not wrong:
            yield Annotated(str(article), {**body, "text_sha256": row.get("text_sha256")}, row.get("text"), path)

    def _references(self, body: Json) -> Iterator[tuple[Pointer, str, str, str]]:
        empty = JsonFile("", b"")
        context = Context(Document(empty, None, "", annotation=JsonFile("", b"", body)), self.schema)
        for id_, check in (("E-ID-DUPLICATE", references.id_duplicate), ("E-REF-DANGLING", references.ref_dangling)):
            yield from ((problem.pointer, id_, problem.message, problem.mend) for problem in check(context))
