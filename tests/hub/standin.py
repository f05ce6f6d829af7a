"""A stand-in for the Hub, for tests on loopback: NOT the Hub, and no more of it than the client asks when one publishes.

It answers the requests that `huggingface_hub` makes for create_repo, repo_info, list_repo_refs, list_repo_tree,
create_commit (regular upload mode), create_tag, and downloads; the store is a bare git repository a dataset, in a folder
that `olah` can serve (``datasets/ORG/NAME``). Git plumbing applies commits: a commit is there or not, and a ref moves by
compare-and-swap, so that two publishers at once are told 412. The connection can be lost after any number of bytes.
Large-file storage and Xet are not here: what the real Hub does with them is not tested.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from store import Git, RefusedError

Json = dict[str, Any]
TOKEN = "hf_loopbackonlyABCDEFGHIJKLMNOP"  # of nobody


class LostError(ConnectionError):
    """The connection was cut here."""


class StandIn(ThreadingHTTPServer):
    """The server; `cut_after` says when a connection is lost. From then on everything is refused."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.allow: int | None = None
        self.used, self.dead = 0, False
        self.before_commit: Callable[[], object] = lambda: None
        self.requests: list[str] = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def git(self, repo: str) -> Git:
        return Git(self.folder / "datasets" / repo)

    def cut_after(self, count: int | None) -> None:
        """Lose the connection after so many bytes from now, of requests and answers together; with None, never."""
        self.allow, self.used, self.dead = count, 0, False

    def spend(self, count: int) -> int:
        """How many of some bytes still pass."""
        with self.lock:
            passed = count if self.allow is None or self.dead else min(count, self.allow - self.used)
            self.used += passed
            self.dead = self.dead or passed < count
            return passed

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A lost connection is no news here."""


class _Line:
    """A stream of a connection, through which only so many bytes pass."""

    def __init__(self, stream: Any, server: StandIn, drop: Callable[[], None]) -> None:
        self.stream, self.server, self.drop = stream, server, drop

    def _passed(self, data: bytes) -> bytes:
        if self.server.spend(len(data)) < len(data):
            self.drop()
        return data

    def readline(self, size: int = -1) -> bytes:
        return self._passed(self.stream.readline(size))

    def read(self, size: int = -1) -> bytes:
        return self._passed(self.stream.read(size))

    def write(self, data: bytes) -> int:
        passed = self.server.spend(len(data))
        self.stream.write(bytes(data)[:passed])
        if passed < len(data):
            self.drop()
        return passed

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def setup(self) -> None:
        super().setup()
        self.rfile, self.wfile = (_Line(stream, self.server, self._drop) for stream in (self.rfile, self.wfile))  # type: ignore[assignment]

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, as of a cable pulled
        self.connection.close()
        raise LostError

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        self.server.requests.append(f"{self.command} {path}")
        try:
            if self.server.dead:
                raise RefusedError(403, "the line is dead")
            self._answer(200, *self._route(path, body))
        except RefusedError as refusal:
            headers = {"X-Error-Code": refusal.code, "X-Error-Message": str(refusal)} if refusal.code else {}
            self._answer(refusal.status, json.dumps({"error": str(refusal), **refusal.more}).encode(), headers)

    do_GET = do_POST = do_HEAD = _serve  # noqa: N815  names that http.server looks for

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _route(self, path: str, body: bytes) -> tuple[bytes, dict[str, str]]:
        token = self.headers.get("Authorization")
        if token != f"Bearer {TOKEN}" and (token or self.command == "POST"):
            raise RefusedError(401, "Invalid username or password.")
        for pattern, answer in _ROUTES:
            if match := re.fullmatch(pattern, path):
                found = getattr(self, answer)(body, *match.groups())
                return found if isinstance(found, tuple) else (json.dumps(found).encode(), {})
        raise RefusedError(404, f"the stand-in has no {path}", "EntryNotFound")

    def _git(self, repo: str) -> Git:
        git = self.server.git(repo)
        if not git.path.exists():
            raise RefusedError(404, "no such repository", "RepoNotFound")
        return git

    def create(self, body: bytes) -> Json:
        asked = json.loads(body)
        repo = f"{asked['organization']}/{asked['name']}"
        url = f"{self.server.url}/datasets/{repo}"
        with self.server.lock:
            if self.server.git(repo).path.exists():
                raise RefusedError(409, "You already created this dataset repo", url=url)
            self.server.git(repo).create()
        return {"url": url}

    def validate_yaml(self, body: bytes) -> Json:
        return {"warnings": [], "errors": []}

    def info(self, _: bytes, repo: str, revision: str | None = None) -> Json:
        git = self._git(repo)
        names = [{"rfilename": row["path"]} for row in git.tree(revision or "main")]
        return {"id": repo, "sha": git.resolve(revision or "main"), "siblings": names, "private": False, "tags": []}

    def refs(self, _: bytes, repo: str) -> Json:
        git = self._git(repo)
        return {"branches": git.refs("heads"), "tags": git.refs("tags"), "converts": []}

    def tree(self, _: bytes, repo: str, revision: str, below: str | None) -> list[Json]:
        found = self._git(repo).tree(revision, below or "", deep="recursive=true" in self.path.lower())
        if below and not found:
            raise RefusedError(404, "no such folder", "EntryNotFound")
        return found

    def preupload(self, body: bytes, repo: str, revision: str) -> Json:
        return {"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in json.loads(body)["files"]]}

    def commit(self, body: bytes, repo: str, revision: str) -> Json:
        lines = [json.loads(line) for line in body.splitlines()]
        head = lines[0]["value"]
        adds = {line["value"]["path"]: base64.b64decode(line["value"]["content"]) for line in lines if line["key"] == "file"}
        deletes = [line["value"]["path"] for line in lines if line["key"] == "deletedFile"]
        self.server.before_commit()
        git = self._git(repo)
        made = git.commit(adds, deletes, head["summary"], head.get("parentCommit") or git.resolve("main"))
        return {"commitOid": made, "commitUrl": f"{self.server.url}/datasets/{repo}/commit/{made}"}

    def tag(self, body: bytes, repo: str, revision: str) -> Json:
        git = self._git(repo)
        git.move(f"refs/tags/{json.loads(body)['tag']}", git.resolve(revision), "0" * 40, 409)
        return {}

    def file(self, _: bytes, repo: str, revision: str, path: str) -> tuple[bytes, dict[str, str]]:
        git = self._git(repo)
        oid = next((row["oid"] for row in git.tree(revision) if row["path"] == path), None)
        if oid is None:
            raise RefusedError(404, "no such file", "EntryNotFound")
        about = {"ETag": f'"{oid}"', "X-Repo-Commit": git.resolve(revision), "Content-Type": "application/octet-stream"}
        return git.run("cat-file", "blob", oid), about


_DATASET = "/api/datasets/([^/]+/[^/]+)"
_ROUTES = (
    ("/api/repos/create", "create"),
    ("/api/validate-yaml", "validate_yaml"),
    (_DATASET, "info"),
    (f"{_DATASET}/revision/(.+)", "info"),
    (f"{_DATASET}/refs", "refs"),
    (f"{_DATASET}/tree/([^/]+)(?:/(.+))?", "tree"),
    (f"{_DATASET}/preupload/([^/]+)", "preupload"),
    (f"{_DATASET}/commit/([^/]+)", "commit"),
    (f"{_DATASET}/tag/([^/]+)", "tag"),
    ("/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", "file"),
)

if __name__ == "__main__":
    hub = StandIn(Path(sys.argv[1]).resolve())
    sys.stdout.write(f"HF_ENDPOINT={hub.url} HF_TOKEN={TOKEN}\n")
    sys.stdout.flush()
    threading.Event().wait()
