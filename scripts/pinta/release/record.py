"""Releases: what a version holds is written down once and never changes.

`release` builds, holds the result against the release before it and the rules for data versions, and writes
``releases/X.Y.Z.json`` and ``corpus/VERSION`` last of all: killed at any point, it can simply be run again.

The rules: a patch corrects labels; a minor version adds articles or layers; a major version changes the schema so that
readers break, or a text. An event never changes its split. An article whose gold changed is named in the changelog.
"""

from __future__ import annotations

import fnmatch
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from ..files import write_whole
from .build import Built, build, data_version
from .manifest import NAME, as_text, file_sha256, sealed

Version = tuple[int, int, int]
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def parse_version(text: str) -> Version:
    """``"1.2.0"`` as three numbers.

    Raises:
        PintaError: it is not a semantic version.
    """
    match = _VERSION.fullmatch(text)
    if not match:
        raise PintaError(f"{text!r} is not a version: write MAJOR.MINOR.PATCH, such as 1.2.0.")
    return int(match[1]), int(match[2]), int(match[3])


def records(corpus: Corpus) -> dict[Version, dict[str, Any]]:
    """The records of all releases, oldest first.

    Raises:
        PintaError: a record cannot be read.
    """
    found = {parse_version(path.stem): _record(path) for path in (corpus.root / "releases").glob("[!.]*.json")}
    return dict(sorted(found.items()))


def _record(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        if sealed(manifest_of(found)) != manifest_of(found):
            raise ValueError("it was changed after it was written")
    except (ValueError, AttributeError) as error:
        raise PintaError(f"{path} cannot be trusted: {error}. Records never change: take it from the repository again.") from None
    return found


_ADDED = ("manifest_sha256", "figures", "agreement")


def manifest_of(record: dict[str, Any]) -> dict[str, Any]:
    """The manifest that a record was made from."""
    return {key: value for key, value in record.items() if key not in _ADDED}


@dataclass(frozen=True)
class Change:
    """How a build differs from the release before it, in ids of articles."""

    added: list[str]
    removed: list[str]
    texts: list[str]
    gold: list[str]
    moved: list[str]
    schema: tuple[str, str]
    columns: list[str]

    @property
    def least(self) -> str:
        """The least step of the version that the rules allow: major, minor or patch."""
        if self.removed or self.texts or parse_version(self.schema[0])[0] != parse_version(self.schema[1])[0]:
            return "major"
        return "minor" if self.added or self.schema[0] != self.schema[1] else "patch"


def compare(old: dict[str, Any], new: dict[str, Any]) -> Change:
    """Compare two manifests or records."""
    before, after = old["articles"], new["articles"]
    both = sorted(set(before) & set(after))
    splits = _splits(old), _splits(new)
    return Change(
        added=sorted(set(after) - set(before)),
        removed=sorted(set(before) - set(after)),
        texts=[id_ for id_ in both if before[id_]["text"] != after[id_]["text"]],
        gold=[id_ for id_ in both if before[id_]["gold"] != after[id_]["gold"]],
        moved=sorted(event for event, split in splits[0].items() if splits[1].get(event, split) != split),
        schema=(old["schema_version"], new["schema_version"]),
        columns=[name for name, columns in new["columns"].items() if old["columns"].get(name) != columns],
    )


def release(corpus: Corpus, version: str, out: Path) -> Built:
    """Build a version and write its record.

    A version that is recorded already is built again and must come out the same.

    Raises:
        FindingsError: the check found errors.
        PintaError: a rule of versions is broken; says which, and the mend. No record is written, and the folder that
            stood at ``out`` stays.
    """
    number = parse_version(version)
    earlier = records(corpus)
    _hold_citation(corpus, version)
    notes = changelog_section(corpus, version)
    previous = max((other for other in earlier if other < number), default=None)
    if number not in earlier and earlier and number < max(earlier):
        raise PintaError(f"{version} is older than the newest release, {'.'.join(map(str, max(earlier)))}.")

    def accept(manifest: dict[str, Any]) -> None:
        for record in earlier.values():
            _hold_splits(record, manifest)
        if previous is not None:
            _hold_rules(compare(earlier[previous], manifest), previous, number, notes)

    fixed = manifest_of(earlier[number]) if number in earlier else None
    built = build(corpus, out, version=version, accept=accept, fixed=fixed)
    if fixed is None:
        write_whole(corpus.root / "releases" / f"{version}.json", as_text(_made_record(built)).encode("utf-8"))
    if number == max([number, *earlier]) and data_version(corpus) != version:
        write_whole(corpus.articles_folder / "VERSION", f"{version}\n".encode())
    return built


def changelog_section(corpus: Corpus, version: str) -> str:
    """The lines of CHANGELOG.md under a version.

    Raises:
        PintaError: there are none.
    """
    path = corpus.root / "CHANGELOG.md"
    text = path.read_text("utf-8") if path.exists() else ""
    match = re.search(rf"^## \[?{re.escape(version)}\]?.*?$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if not match or not match[1].strip():
        raise PintaError(f'CHANGELOG.md says nothing of {version}: add "## {version}" with a line for each change.')
    return match[1].strip()


def _hold_citation(corpus: Corpus, version: str) -> None:
    import yaml

    path = corpus.root / "CITATION.cff"
    cited = str((yaml.safe_load(path.read_bytes()) or {}).get("version")) if path.exists() else version
    if cited != version:
        raise PintaError(f"CITATION.cff cites version {cited}: write {version} there, and the day, so that people cite what they load.")


def _hold_splits(record: dict[str, Any], manifest: dict[str, Any]) -> None:
    """No event has another split than in any release before, also when it was away in between."""
    before, after = (_splits(side) for side in (record, manifest))
    moved = sorted(event for event in before.keys() & after.keys() if before[event] != after[event])
    if moved:
        told = ", ".join(f"{event} ({before[event]} → {after[event]})" for event in moved)
        raise PintaError(f"Splits of released events never move, and {record['version']} has others: {told}. Put them back.")


def _splits(record: dict[str, Any]) -> dict[str, str]:
    return {id_.partition("/")[0]: entry["split"] for id_, entry in record["articles"].items()}


def _hold_rules(change: Change, previous: Version, number: Version, notes: str) -> None:
    if change.columns and change.schema[0] == change.schema[1]:
        raise PintaError(
            f"The columns of {', '.join(change.columns)} changed, and the schema is {change.schema[1]} as before: raise schema/VERSION."
        )
    step = "major" if number[0] > previous[0] else "minor" if number[1] > previous[1] else "patch"
    order = ["patch", "minor", "major"]
    if order.index(step) < order.index(change.least):
        why = _why(change)
        raise PintaError(
            f"This is a {change.least} change ({why}); {'.'.join(map(str, number))} is only a {step} step from {'.'.join(map(str, previous))}."
        )
    patterns = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/(?:\d{2,3}|\*))?", notes)
    untold = [id_ for id_ in change.gold if not any(fnmatch.fnmatch(id_, p) or id_.partition("/")[0] == p for p in patterns)]
    if untold:
        raise PintaError(
            f"The gold of {', '.join(untold[:5])}{' …' if len(untold) > 5 else ''} changed and the changelog does not name it: add a line with its id."
        )


def _why(change: Change) -> str:
    for name, what in (("removed", "articles removed"), ("texts", "texts changed"), ("added", "articles added")):
        ids = getattr(change, name)
        if ids:
            return f"{what}: {', '.join(ids[:3])}{' …' if len(ids) > 3 else ''}"
    return f"schema {change.schema[0]} → {change.schema[1]}"


def _made_record(built: Built) -> dict[str, Any]:
    """The record of a build: its manifest, the hash of that file, and figures and agreement to compare releases by."""
    statistics = json.loads((built.folder / "statistics.json").read_bytes())
    added = {"manifest_sha256": file_sha256(built.folder / NAME), "figures": statistics["splits"], "agreement": statistics["agreement"]}
    return {**built.manifest, **added}
