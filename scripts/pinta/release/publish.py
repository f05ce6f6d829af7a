"""Publish: a verified release becomes one commit and one tag of a Hub repository, or a folder on any file system.

Every step can be interrupted: the old revision stays whole, and running the same command again finishes the work. A tag
never moves, and is set only on a commit whose every file is right. After publishing, everything is fetched back by its tag
and held against the record.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..diagnostics import PintaError
from .manifest import NAME, file_sha256, read_manifest
from .verify import verify

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Say = Callable[[str], object]
_KEPT = {".gitattributes"}


def require_release(folder: Path, record: dict[str, Any]) -> str:
    """The version of a folder that is a recorded release, byte for byte.

    Raises:
        PintaError: it is not.
    """
    version: str = read_manifest(folder)["version"]
    wrong = verify(folder, record["manifest_sha256"])
    if wrong:
        raise PintaError("It is not what was released:\n" + "\n".join(wrong))
    return version


def publish_hub(folder: Path, repo: str, record: dict[str, Any], *, endpoint: str | None = None, say: Say = print) -> str:
    """Publish a release to a Hub repository of datasets; returns the commit.

    The token comes from the environment (``HF_TOKEN``) or the Hub's own login and is never shown.

    Raises:
        PintaError: the tag stands elsewhere, somebody else published meanwhile, the connection was lost, or what came back
            is not what was sent.
    """
    from huggingface_hub import HfApi

    tag = f"v{require_release(folder, record)}"
    api = HfApi(endpoint=endpoint)
    with _explained(repo):
        api.create_repo(repo, repo_type="dataset", exist_ok=True)
        commit = _tagged(api, repo, tag)
        if commit is None:
            commit = _commit(api, folder, repo, tag)
            _tag(api, repo, tag, commit)
            say(f"{repo}: {tag} is {commit}")
        _fetch_back(api, repo, tag, record)
    say(f"{repo}: {tag} fetched back, every byte is right")
    return commit


@contextmanager
def _explained(repo: str) -> Iterator[None]:
    """What a Hub's answer, or its silence, means, without its headers."""
    from huggingface_hub import errors

    lost = getattr(errors, "HTTPError", OSError)  # of the client's own HTTP library, which differs by version
    try:
        yield
    except (lost, OSError) as error:
        raise PintaError(_told(error, repo)) from None
    except ValueError as error:  # the Hub looks at the card before it takes it
        raise PintaError(f"{repo}: {error}") from None


def _tagged(api: HfApi, repo: str, tag: str) -> str | None:
    refs = api.list_repo_refs(repo, repo_type="dataset")
    return next((ref.target_commit for ref in refs.tags if ref.name == tag), None)


def _commit(api: HfApi, folder: Path, repo: str, tag: str) -> str:
    """The commit that holds the folder: the head, where it does already, or a new one."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete
    from huggingface_hub.errors import HfHubHTTPError

    head = _head(api, repo)
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    remote = _remote(api, repo, head)
    if _holds(remote, files):
        return head
    adds = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=path) for name, path in files.items()]
    deletes = [CommitOperationDelete(path_in_repo=name) for name in sorted(remote.keys() - files.keys())]
    try:
        made: str = api.create_commit(repo, [*adds, *deletes], commit_message=f"Release {tag}", repo_type="dataset", parent_commit=head).oid
    except HfHubHTTPError as error:
        if _status(error) not in (409, 412):
            raise
        made = _head(api, repo)  # an answer may have been lost: then the head is this release already
        if not _holds(_remote(api, repo, made), files):
            raise
        return made
    if not _holds(_remote(api, repo, made), files):
        raise PintaError(f"{repo}: commit {made} is not what was sent; it has no tag. Run this again.")
    return made


def _head(api: HfApi, repo: str) -> str:
    return str(api.repo_info(repo, repo_type="dataset").sha)


def _remote(api: HfApi, repo: str, revision: str) -> dict[str, str]:
    """The files of a revision with their hashes: SHA-256 of large ones, git's own of others."""
    from huggingface_hub.hf_api import RepoFile

    found = api.list_repo_tree(repo, repo_type="dataset", revision=revision, recursive=True)
    files = (entry for entry in found if isinstance(entry, RepoFile))
    return {file.path: file.lfs.sha256 if file.lfs else file.blob_id for file in files if file.path not in _KEPT}


def _holds(remote: dict[str, str], files: dict[str, Path]) -> bool:
    """Whether a revision holds exactly these files, byte for byte."""
    return remote.keys() == files.keys() and all(remote[name] in (_blob_id(path), file_sha256(path)) for name, path in files.items())


def _blob_id(path: Path) -> str:
    """The id that git gives to the content of a file."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _tag(api: HfApi, repo: str, tag: str, commit: str) -> None:
    from huggingface_hub.errors import HfHubHTTPError

    try:
        api.create_tag(repo, tag=tag, revision=commit, repo_type="dataset", exist_ok=False)
    except HfHubHTTPError as error:
        if _status(error) != 409 or _tagged(api, repo, tag) != commit:  # 409 also where the answer to an earlier try was lost
            raise


def _fetch_back(api: HfApi, repo: str, tag: str, record: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        api.snapshot_download(repo, repo_type="dataset", revision=tag, local_dir=scratch, ignore_patterns=sorted(_KEPT))
        try:
            wrong = [line for line in verify(Path(scratch), record["manifest_sha256"]) if not line.startswith(".cache/")]
        except PintaError as error:
            wrong = [str(error).replace(scratch, repo)]
    if wrong:
        raise PintaError(f"{repo} at {tag} is not this release:\n" + "\n".join(wrong) + "\nA tag never moves: release a new version.")


def _status(error: Exception) -> int:
    return int(getattr(getattr(error, "response", None), "status_code", None) or 0)


def _told(error: Exception, repo: str) -> str:
    status = _status(error)
    meanings = {
        401: "it wants a token, or does not know the one it got: set HF_TOKEN, or run `hf auth login`.",
        403: "the token may not write there.",
        404: "there is no such repository, or the token may not see it.",
        409: "somebody else published at the same moment: run this again.",
        412: "somebody else published at the same moment: run this again.",
    }
    if not status:
        return f"{repo}: the connection to the Hub was lost ({type(error).__name__}). Nothing is half done: run this again."
    return f"{repo}: the Hub answered {status}: {meanings.get(status, 'try again later.')}"


def publish_files(folder: Path, target: str, record: dict[str, Any], *, say: Say = print) -> str:
    """Publish a release below a folder or URL of any fsspec file system, as ``TARGET/vX.Y.Z``; returns that address.

    The manifest comes last, and only when all other files have been read back: a reader who finds it finds everything. A
    version that is there already is left alone if it is the same, and refused if not.

    Raises:
        PintaError: no file system has such an address, or something else stands there.
    """
    tag = f"v{require_release(folder, record)}"
    files, root = _file_system(target)
    base = f"{root.rstrip('/')}/{tag}"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    there = {path.removeprefix(base).lstrip("/") for path in files.find(base)}
    if NAME in there:
        _require_same(files, base, folder, [NAME, *names], f"{target}/{tag} is there and is another one. A version never changes.")
        say(f"{target}/{tag} is there already")
        return base
    foreign = sorted(there - {*names, _PART})
    if foreign:
        raise PintaError(f"{target}/{tag} holds {', '.join(foreign[:3])}, which is no part of this release: remove it.")
    for name in (name for name in names if name != NAME):
        _put(files, folder / name, f"{base}/{name}")
    _require_same(files, base, folder, names, f"{target}/{tag}: what was written is not what was sent. Run this again.", but=NAME)
    _put(files, folder / NAME, f"{base}/{_PART}")
    files.mv(f"{base}/{_PART}", f"{base}/{NAME}")
    say(f"{target}/{tag}, every byte is right")
    return base


_PART = f"{NAME}.part"


def _file_system(target: str) -> tuple[Any, str]:
    import fsspec

    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(target)
    except (ValueError, ImportError) as error:
        raise PintaError(f"{target}: {error}") from None
    return found


def _put(files: Any, source: Path, path: str) -> None:
    files.makedirs(path.rpartition("/")[0], exist_ok=True)
    files.put_file(str(source), path)


def _require_same(files: Any, base: str, folder: Path, names: list[str], message: str, *, but: str = "") -> None:
    for name in names:
        if name == but:
            continue
        try:
            with files.open(f"{base}/{name}", "rb") as handle:
                same = hashlib.file_digest(handle, "sha256").hexdigest() == file_sha256(folder / name)
        except FileNotFoundError:
            same = False
        if not same:
            raise PintaError(f"{message} ({name})")
