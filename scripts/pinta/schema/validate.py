"""Validation against the JSON Schemas.

`jsonschema` is the reference: its verdict counts and it finds the words. Where `jsonschema_rs` is installed it looks
first, and only what it rejects is explained by the reference; a test holds the two to the same verdicts.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from ..diagnostics import Pointer
from .labels import Schema

LABELS = "urn:pinta:labels:"


class Violation(NamedTuple):
    """One way in which a document breaks its schema."""

    pointer: Pointer
    id: str
    message: str
    mend: str


class Validator:
    """Checks documents of one kind: ``event``, ``article``, ``annotation`` or ``draft``."""

    def __init__(self, schema: Schema, kind: str, *, fast: bool = True) -> None:
        self.schema, self.kind = schema, kind
        self._accepts = _fast_gate(schema, kind) if fast else None

    def violations(self, document: Any) -> list[Violation]:
        """Every violation, in the order of the document; empty where the document is valid."""
        if self._accepts is not None and self._accepts(document):
            return []
        errors = _reference(self.schema, self.kind).iter_errors(document)
        return sorted(
            (v for error in errors for v in _explain(self.schema, error)), key=lambda v: [str(step).zfill(6) for step in v.pointer]
        )


def bundle(schema: Schema, kind: str) -> dict[str, Any]:
    """One JSON Schema document with everything that a kind refers to embedded under ``$defs``."""
    return {**schema.files[kind], "$defs": _shared(schema)}


def _shared(schema: Schema) -> dict[str, dict[str, Any]]:
    """What documents of all kinds refer to, by its address: common definitions and label sets."""
    return {body["$id"]: body for name, body in schema.files.items() if name == "common" or name.startswith("labels/")}


@lru_cache(maxsize=32)
def _reference(schema: Schema, kind: str) -> Any:
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    strict: Any = validators.extend(Draft202012Validator, {"pattern": _pattern}, type_checker=types)  # type: ignore[no-untyped-call]
    shared: Any = Registry().with_resources((id_, Resource.from_contents(body)) for id_, body in _shared(schema).items())
    return strict(schema.files[kind], registry=shared)  # embedded under $defs they would be searched anew for every $ref


def _whole_floats(document: Any) -> bool:
    """Whether a number such as ``25.0`` stands in a document: an integer to JSON Schema, but no offset."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            waiting.extend(value.values())
        elif type(value) is list:
            waiting.extend(value)
        elif type(value) is float and value.is_integer():
            return True
    return False


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[Any]:
    """As the specification has it (ECMA 262): ``$`` is the end, not also the place before a last line end."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("$", r"\Z"))


@lru_cache(maxsize=32)
def _fast_gate(schema: Schema, kind: str) -> Callable[[Any], bool] | None:
    try:
        import jsonschema_rs
    except ImportError:
        return None
    accepts: Callable[[Any], bool] = jsonschema_rs.Draft202012Validator(bundle(schema, kind)).is_valid
    return lambda document: accepts(document) and (not _whole_floats(document) or _reference(schema, kind).is_valid(document))


def _explain(schema: Schema, error: Any) -> Iterator[Violation]:
    pointer = tuple(error.absolute_path)
    if error.validator == "oneOf" and str(error.schema.get("$id", "")).startswith(LABELS):
        yield _unknown_label(schema, pointer, error.schema["$id"].removeprefix(LABELS), error.instance)
    elif error.validator == "anyOf":
        yield from _explain_nullable(schema, error, pointer)
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(error, pointer)
    elif error.validator == "required":
        missing = re.match(r"'([^']*)'", error.message)
        name = missing.group(1) if missing else "?"
        yield _missing(error, pointer, name)
    else:
        yield Violation(pointer, "E-SCHEMA", _short(error.message), _wanted(error))


def _explain_nullable(schema: Schema, error: Any, pointer: Pointer) -> Iterator[Violation]:
    """A value that may be null: explain it as what it would be if it were not."""
    inner = [sub for sub in error.context if sub.schema != {"type": "null"}]
    if inner and error.instance is not None:
        for sub in inner:
            yield from _explain(schema, sub)
    else:
        yield Violation(pointer, "E-SCHEMA", _short(error.message), _wanted(error))


def _unknown_label(schema: Schema, pointer: Pointer, name: str, value: Any) -> Violation:
    labels = schema[name].ids
    close = difflib.get_close_matches(str(value), labels, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Labels: {', '.join(labels)}."
    return Violation(
        pointer, "E-SCHEMA-LABEL", f"{_short(repr(value))} is not a label of {name}.", f"{hint} The set is schema/labels/{name}.json."
    )


def _unknown_keys(error: Any, pointer: Pointer) -> Iterator[Violation]:
    known = list(error.schema["properties"])
    for key in error.instance:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Keys here: {', '.join(known)}."
            yield Violation((*pointer, key), "E-SCHEMA", f"Unknown key {key!r}.", hint)


def _missing(error: Any, pointer: Pointer, name: str) -> Violation:
    about = error.schema["properties"].get(name, {}).get("description", "")
    if name == "split":
        return Violation(
            pointer, "E-EVENT-SPLIT", "The event has no split.", 'Add "split"; `pinta split` proposes one that keeps the parts balanced.'
        )
    if name == "references":
        return Violation(
            pointer, "E-EVENT-REFERENCES", "The event has no references.", "Add one primary document, or two independent reports."
        )
    return Violation(pointer, "E-SCHEMA", f"The key {name!r} is missing.", f"Add {name!r}. {about}".strip())


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _wanted(error: Any) -> str:
    about = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    return f"Wanted here: {error.validator} {_short(repr(error.validator_value), 100)}. {about}".strip()
