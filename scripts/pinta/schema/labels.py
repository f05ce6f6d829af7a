"""Labels, read from ``schema/labels/*.json``: the one place where each stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..diagnostics import PintaError


@dataclass(frozen=True, slots=True)
class Label:
    """One label: ``id`` is what documents hold; ``extra`` holds the ``x-`` keywords without that prefix."""

    id: str
    title: str
    title_id: str
    description: str
    extra: Mapping[str, Any]

    def get(self, keyword: str, default: Any = None) -> Any:
        """An ``x-`` keyword, such as ``color`` or ``polarity``."""
        return self.extra.get(keyword, default)

    def codes(self, scheme: str) -> list[str]:
        """Codes of the label in another scheme (``UNROCA``, ``SIPRI``, ``ML``, ``PLOVER``, ``CAMEO``), best match first."""
        order = ["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]
        found = [code for code in self.extra.get("codes", ()) if code["scheme"] == scheme]
        return [code["code"] for code in sorted(found, key=lambda code: order.index(code["match"]))]


@dataclass(frozen=True, slots=True)
class LabelSet:
    """An ordered set of labels. The order is that of the file, and of class ids in the published data."""

    name: str
    title: str
    title_id: str
    description: str
    labels: tuple[Label, ...]

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __getitem__(self, id_: str) -> Label:
        return next(label for label in self.labels if label.id == id_)

    def __contains__(self, id_: object) -> bool:
        return any(label.id == id_ for label in self.labels)

    @property
    def ids(self) -> list[str]:
        """Label ids in order."""
        return [label.id for label in self.labels]

    def where(self, keyword: str, value: Any = True) -> frozenset[str]:
        """Ids of the labels whose ``x-`` keyword has a value."""
        return frozenset(label.id for label in self.labels if label.get(keyword) == value)


@dataclass(frozen=True)
class Schema:
    """A ``schema/`` folder, read once.

    ``files`` holds every JSON Schema by its name (``annotation``, ``labels/entity_type``); ``sets`` the label sets;
    ``lexicon`` the word lists by file name; ``digest`` is one of the bytes of all files, as `digest_of` gives it.
    """

    folder: Path
    version: str
    files: Mapping[str, dict[str, Any]]
    sets: Mapping[str, LabelSet]
    lexicon: Mapping[str, Any]
    digest: str

    def __getitem__(self, name: str) -> LabelSet:
        return self.sets[name]

    def __hash__(self) -> int:
        return hash(self.folder)

    def has_country(self, code: str) -> bool:
        """Whether there is a state with a code of ISO 3166-1 alpha-3, or was one (ISO 3166-3)."""
        codes = self.lexicon["countries"]
        return code in codes["current"] or code in codes["former"]

    def numbers(self, language: str) -> Mapping[str, Any]:
        """The table of number words of a BCP 47 language; English where there is none."""
        table: Mapping[str, Any] = self.lexicon["numbers"]
        found: Mapping[str, Any] = table.get(language.split("-")[0], table["en"])
        return found


@lru_cache(maxsize=8)
def load_schema(folder: Path) -> Schema:
    """Read a ``schema/`` folder.

    Raises:
        PintaError: the folder or a file in it is missing or is not JSON.
    """
    try:
        raw = _raw(folder)
        body = {name.removesuffix(".json"): json.loads(data) for name, data in raw.items() if name != "VERSION"}
        version = raw["VERSION"].decode("utf-8").strip()
    except ValueError as error:
        raise PintaError(f"The schema in {folder} cannot be read: {error}") from None
    lexicon = {name.removeprefix("lexicon/"): value for name, value in body.items() if name.startswith("lexicon/")}
    files = {name: value for name, value in body.items() if not name.startswith("lexicon/")}
    return make_schema(folder, version, files, lexicon, _digest(raw))


def make_schema(folder: Path, version: str, files: Mapping[str, dict[str, Any]], lexicon: Mapping[str, Any], digest: str) -> Schema:
    """A schema of files that were read already, perhaps on another machine."""
    sets = {name.removeprefix("labels/"): _label_set(name, body) for name, body in files.items() if name.startswith("labels/")}
    return Schema(folder, version, files, sets, lexicon, digest)


def digest_of(folder: Path) -> str:
    """One digest of all files of a ``schema/`` folder, without making anything of them.

    Raises:
        PintaError: a file is missing or cannot be read.
    """
    return _digest(_raw(folder))


def _raw(folder: Path) -> dict[str, bytes]:
    """The files of a schema folder by their names, VERSION last."""
    below = [*folder.glob("*.json"), *folder.glob("labels/*.json"), *folder.glob("lexicon/*.json")]
    names = [*sorted(path.relative_to(folder).as_posix() for path in below), "VERSION"]
    try:
        return {name: (folder / name).read_bytes() for name in names}
    except OSError as error:
        raise PintaError(f"The schema in {folder} cannot be read: {error}") from None


def _digest(raw: Mapping[str, bytes]) -> str:
    total = blake2b(digest_size=16)
    for name, data in raw.items():
        total.update(f"{name} {len(data)}\n".encode("utf-8", "surrogateescape") + data)
    return total.hexdigest()


def _label_set(name: str, body: dict[str, Any]) -> LabelSet:
    labels = tuple(_label(row) for row in body["oneOf"])
    return LabelSet(name.removeprefix("labels/"), body["title"], body["x-title-id"], body["description"], labels)


def _label(row: dict[str, Any]) -> Label:
    extra = {key[2:]: value for key, value in row.items() if key.startswith("x-")}
    return Label(row["const"], row["title"], row["x-title-id"], row.get("description", ""), extra)
