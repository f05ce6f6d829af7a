"""Talking to a server through its SDK: connecting, and its errors in plain words without what is secret in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..diagnostics import PintaError
from .server import Connection, read_connection

TOKEN = "LABEL_STUDIO_API_KEY"  # noqa: S105 the name of a variable
"""Environment variable with a token, of either kind: legacy or personal access token."""
_UNKNOWN = "The server does not know this token. Copy it anew from Account & Settings; a token is of one server only."
_REASONS = {
    "legacy token authentication has been disabled": "Old-style tokens are switched off there: take a personal access token from "
    "Account & Settings, or let the owner allow them under Organization, API tokens settings.",
    "token is blacklisted": "This personal access token has been revoked. Make a new one in Account & Settings.",
    "token has expired": "This token has expired. Make a new one in Account & Settings.",
    "authentication credentials were not provided": "No token was sent. Set it in LABEL_STUDIO_API_KEY.",
}


def connection_of(root: Path, url: str | None = None) -> Connection:
    """The server to talk to: the one at ``url`` with the token in `TOKEN`, or the corpus folder's own.

    Raises:
        PintaError: there is none, or no token.
    """
    own, token = read_connection(root), os.environ.get(TOKEN)
    if url is None and own is not None and own.url:
        return own
    if url is None:
        raise PintaError("No server has been started here: `pinta label-studio start`, or name one with --url.")
    if not token:
        raise PintaError(f"A token for {url} is wanted in the environment variable {TOKEN}.")
    return Connection(url.rstrip("/"), token.strip())


def connect(connection: Connection) -> Any:
    """A client of the SDK, which takes either kind of token.

    Raises:
        PintaError: the SDK is not installed, or the server refuses the token.
    """
    try:
        from label_studio_sdk import LabelStudio
    except ImportError:
        raise PintaError('Label Studio\'s SDK is missing: pip install "pinta-corpus[label-studio]".') from None
    with explained(connection.url):
        client = LabelStudio(base_url=connection.url, api_key=connection.token, timeout=300)  # type: ignore[no-untyped-call]
        client.users.whoami()
    return client


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what the SDK and the network raise into a `PintaError`.

    The text of an error of the SDK holds headers with session ids, so that it is never shown whole.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        raise PintaError(_told(url, error.status_code or 0, error.body)) from None
    except httpx.HTTPError as error:
        said = f"The server at {url} does not answer ({type(error).__name__})."
        raise PintaError(f"{said} Start it and run this again: what is done stays done, and nothing is done twice.") from None


def _told(url: str, status: int, body: Any) -> str:
    detail = _detail(body)
    if status in (401, 403):
        reason = next((mend for sign, mend in _REASONS.items() if sign in detail.lower()), _UNKNOWN)
        return f"{url} refuses the token ({status}). {reason}"
    if status == 404:
        return f"{url} has no such thing (404). Is it the address of a Label Studio, and the project still there?"
    return f"{url} answers {status}: {detail[:300] or 'no reason given'}"


def _detail(body: Any) -> str:
    """The reason in an answer; of a page of HTML nothing."""
    if not isinstance(body, dict):
        return ""
    found = [str(body.get("detail") or ""), str(body.get("validation_errors") or "")]
    return " ".join(part for part in found if part)
