"""Bare git repositories as the store of datasets, written by plumbing: a commit is there or not, a ref moves or not."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_WHO = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "t"), ("EMAIL", "t@example.org"))}


class RefusedError(Exception):
    """A request that the Hub would refuse."""

    def __init__(self, status: int, message: str, code: str = "", **more: str) -> None:
        super().__init__(message)
        self.status, self.code, self.more = status, code, more


@dataclass(frozen=True)
class Git:
    """A bare repository and the few things done to it."""

    path: Path

    def run(self, *arguments: str, given: bytes = b"", env: dict[str, str] | None = None) -> bytes:
        """Run git; its output."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            input=given,
            capture_output=True,
            check=True,
            env={**os.environ, **_WHO, **(env or {})},
        )
        return done.stdout

    def text(self, *arguments: str, **more: Any) -> str:
        return self.run(*arguments, **more).decode().strip()

    def create(self) -> None:
        """A new repository with a first commit, as the Hub makes one."""
        self.path.mkdir(parents=True)
        self.run("init", "--quiet", "--bare", "--initial-branch=main")
        self.commit({".gitattributes": b"*.parquet -text\n"}, [], "initial commit", None)

    def resolve(self, revision: str) -> str:
        """The commit of a revision, or a refusal."""
        if re.fullmatch("[0-9a-f]{40}", revision):
            return revision
        try:
            return self.text("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        except subprocess.CalledProcessError:
            raise RefusedError(404, "no such revision", "RevisionNotFound") from None

    def refs(self, kind: str) -> list[Json]:
        lines = self.text("for-each-ref", "--format=%(refname) %(objectname)", f"refs/{kind}").splitlines()
        return [{"name": ref.rpartition("/")[2], "ref": ref, "targetCommit": sha} for ref, sha in map(str.split, lines)]

    def tree(self, revision: str, below: str = "", *, deep: bool = True) -> list[Json]:
        """The entries of a revision; without ``deep`` those of one folder."""
        return _tree(self, self.resolve(revision), below, deep)

    def commit(self, adds: dict[str, bytes], deletes: list[str], summary: str, parent: str | None) -> str:
        """One commit on main: whole, or refused because main has moved."""
        index = self.path / f"index-{threading.get_ident()}"
        env = {"GIT_INDEX_FILE": str(index)}
        lines = [f"0 {'0' * 40}\t{name}" for name in deletes]
        lines += [f"100644 {self.text('hash-object', '-w', '--stdin', given=data)}\t{name}" for name, data in adds.items()]
        try:
            self.run("read-tree", *([parent] if parent else ["--empty"]), env=env)
            self.run("update-index", "--index-info", given="".join(f"{line}\n" for line in lines).encode(), env=env)
            tree = self.text("write-tree", env=env)
        finally:
            index.unlink(missing_ok=True)
        made = self.text("commit-tree", tree, "-m", summary, *(["-p", parent] if parent else []))
        self.move("refs/heads/main", made, parent or "0" * 40, 412)
        return made

    def move(self, ref: str, new: str, old: str, status: int) -> None:
        """Move a ref that stands at ``old`` (zeros: is not there yet)."""
        try:
            self.run("update-ref", ref, new, old)
        except subprocess.CalledProcessError:
            raise RefusedError(status, f"{ref} is elsewhere") from None


@lru_cache(maxsize=64)
def _tree(git: Git, commit: str, below: str, deep: bool) -> list[Json]:
    paths = [f"{below}/"] if below else []
    rows = (row.split(None, 4) for row in git.text("ls-tree", "-l", *(["-r"] if deep else []), commit, *paths).splitlines())
    kinds = {"blob": "file", "tree": "directory"}
    return [{"type": kinds[k], "path": path, "size": int(size.replace("-", "0")), "oid": oid} for _, k, oid, size, path in rows]
