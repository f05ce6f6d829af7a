"""Publish: a verified release becomes one commit and one tag of a Hub repository, or a folder on any file system.

Every step can be interrupted: the old revision stays whole, and running the same command again finishes the work. A tag
never moves. After publishing, everything is fetched back by its tag and held against the record.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..diagnostics import PintaError
from .manifest import NAME, file_sha256, read_manifest
from .verify import verify

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Say = Callable[[str], object]
_KEPT = {".gitattributes"}


def require_release(folder: Path, record: dict[str, Any] | None) -> str:
    """The version of a folder that is a recorded release, byte for byte.

    Raises:
        PintaError: it is not.
    """
    version: str = read_manifest(folder)["version"] if (folder / NAME).exists() else "?"
    if record is None:
        raise PintaError(f"{folder} holds version {version}, which is not released: `pinta release {version}` first.")
    wrong = verify(folder, record["manifest_sha256"])
    if wrong:
        raise PintaError("It is not what was released:\n" + "\n".join(wrong))
    return version


def publish_hub(folder: Path, repo: str, record: dict[str, Any], *, endpoint: str | None = None, say: Say = print) -> str:
    """Publish a release to a Hub repository of datasets; returns the commit.

    The token comes from the environment (``HF_TOKEN``) or the Hub's own login and is never shown.

    Raises:
        PintaError: the tag stands elsewhere, somebody else published meanwhile, or what came back is not what was sent.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    tag = f"v{require_release(folder, record)}"
    api = HfApi(endpoint=endpoint)
    try:
        api.create_repo(repo, repo_type="dataset", exist_ok=True)
        commit = _tagged(api, repo, tag)
        if commit is None:
            commit = _commit(api, folder, repo, tag)
            api.create_tag(repo, tag=tag, revision=commit, repo_type="dataset", exist_ok=False)
            say(f"{repo}: {tag} is {commit}")
        _fetch_back(api, repo, tag, record)
    except HfHubHTTPError as error:
        raise PintaError(_told(error, repo)) from None
    say(f"{repo}: {tag} fetched back, every byte is right")
    return commit


def _tagged(api: HfApi, repo: str, tag: str) -> str | None:
    refs = api.list_repo_refs(repo, repo_type="dataset")
    return next((ref.target_commit for ref in refs.tags if ref.name == tag), None)


def _commit(api: HfApi, folder: Path, repo: str, tag: str) -> str:
    """The commit that holds the folder: the head, where it does already, or a new one."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    head = api.repo_info(repo, repo_type="dataset").sha
    remote = set(api.list_repo_files(repo, repo_type="dataset", revision=head)) - _KEPT
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    if head and remote == set(files) and _same_manifest(api, repo, head, folder):
        return head
    adds = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=path) for name, path in files.items()]
    deletes = [CommitOperationDelete(path_in_repo=name) for name in sorted(remote - set(files))]
    made = api.create_commit(repo, [*adds, *deletes], commit_message=f"Release {tag}", repo_type="dataset", parent_commit=head)
    oid: str = made.oid
    return oid


def _same_manifest(api: HfApi, repo: str, revision: str, folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        path = api.hf_hub_download(repo, NAME, repo_type="dataset", revision=revision, local_dir=scratch)
        return file_sha256(Path(path)) == file_sha256(folder / NAME)


def _fetch_back(api: HfApi, repo: str, tag: str, record: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        api.snapshot_download(repo, repo_type="dataset", revision=tag, local_dir=scratch, ignore_patterns=sorted(_KEPT))
        wrong = [line for line in verify(Path(scratch), record["manifest_sha256"]) if not line.startswith((".cache/", ".gitattributes"))]
    if wrong:
        raise PintaError(f"{repo} at {tag} is not this release:\n" + "\n".join(wrong) + "\nA tag never moves: release a new version.")


def _told(error: Any, repo: str) -> str:
    """What a Hub's answer means, without its headers."""
    status = getattr(error.response, "status_code", None)
    meanings = {
        401: "it wants a token: set HF_TOKEN, or run `hf auth login`.",
        403: "the token may not write there.",
        404: "there is no such repository, or the token may not see it.",
        409: "somebody else published at the same moment: run this again.",
        412: "somebody else published at the same moment: run this again.",
    }
    return f"{repo}: the Hub answered {status}: {meanings.get(status or 0, 'try again later.')}"


def publish_files(folder: Path, target: str, record: dict[str, Any], *, say: Say = print) -> str:
    """Publish a release below a folder or URL of any fsspec file system, as ``TARGET/vX.Y.Z``; returns that address.

    The manifest is written last: a reader who finds it finds everything. A version that is there already is left alone
    if it is the same, and refused if not.
    """
    import fsspec

    tag = f"v{require_release(folder, record)}"
    files, root = fsspec.core.url_to_fs(target)
    base = f"{root.rstrip('/')}/{tag}"
    if files.exists(f"{base}/{NAME}"):
        if files.cat_file(f"{base}/{NAME}") != (folder / NAME).read_bytes():
            raise PintaError(f"{target}/{tag} is there and is another one. A version never changes.")
        say(f"{target}/{tag} is there already")
        return base
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for name in [*(name for name in names if name != NAME), NAME]:
        path = f"{base}/{name}"
        files.makedirs(path.rpartition("/")[0], exist_ok=True)
        files.pipe_file(path, (folder / name).read_bytes())
    say(f"{target}/{tag}")
    return base
