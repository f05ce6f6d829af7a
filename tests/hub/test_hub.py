"""Publishing to a Hub and loading from one, on loopback: whole, once, by tag, also when the line is cut or two publish at once.

The upload is taken by a stand-in (`standin`), the loading is served by `olah` from the same bare git repositories.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from standin import TOKEN, StandIn
from store import Git

from conftest import REPO, Release
from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.release.publish import publish_hub
from pinta.release.verify import verify

TOOLS = os.environ.get("PINTA_HUB_TOOLS", "")
pytestmark = [pytest.mark.server, pytest.mark.skipif(not TOOLS, reason="run by the nox session `hub`")]


def publish(hub: StandIn, release: Release) -> str:
    """Publish without a word; the commit."""
    return publish_hub(release.folder, REPO, release.record, endpoint=hub.url, say=lambda _: None)


def checkout(store: Git, revision: str, to: Path) -> Path:
    """The files of a revision, but those of the Hub itself."""
    with tarfile.open(fileobj=BytesIO(store.run("archive", revision))) as archive:
        archive.extractall(to, filter="data")
    (to / ".gitattributes").unlink()
    return to


def tags(store: Git) -> dict[str, str]:
    return {ref["name"]: ref["targetCommit"] for ref in store.refs("tags")}


def assert_release(store: Git, revision: str, release: Release, scratch: Path) -> None:
    """A revision holds a release, byte for byte."""
    assert verify(checkout(store, revision, scratch / revision), release.record["manifest_sha256"]) == []
    shutil.rmtree(scratch / revision)


@pytest.fixture
def first(hub: StandIn, releases: list[Release]) -> str:
    """Version 1.0.0, published; its commit."""
    return publish(hub, releases[0])


# Publishing


def test_a_release_is_one_commit_and_one_tag(hub: StandIn, store: Git, releases: list[Release], tmp_path: Path) -> None:
    for number, release in enumerate(releases):
        commit = publish(hub, release)
        assert store.text("rev-list", "--count", "main") == str(number + 2)
        assert store.text("log", "-1", "--format=%s", "main") == f"Release v{release.record['version']}"
        assert tags(store)[f"v{release.record['version']}"] == commit == store.resolve("main")
    for release in releases:
        assert_release(store, f"v{release.record['version']}", release, tmp_path)


def test_the_command_publishes_and_says_so(hub: StandIn, store: Git, releases: list[Release], capsys: pytest.CaptureFixture[str]) -> None:
    release = releases[0]
    arguments = ["--root", str(release.root), "publish", "--repo", REPO, "--endpoint", hub.url, "--dir", str(release.folder)]
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith("acme/tiny: v1.0.0 fetched back, every byte is right\n")


def test_publishing_again_changes_nothing(hub: StandIn, store: Git, releases: list[Release], first: str) -> None:
    publish(hub, releases[1])
    before = store.text("for-each-ref")
    assert publish(hub, releases[0]) == first
    assert store.text("for-each-ref") == before


def test_files_that_a_release_does_not_have_go(hub: StandIn, store: Git, releases: list[Release], first: str, tmp_path: Path) -> None:
    store.commit({"data/old/train-00000-of-00001.parquet": b"old", "README.md": b"by hand"}, [], "by hand", store.resolve("main"))
    publish(hub, releases[1])
    assert_release(store, "v1.0.1", releases[1], tmp_path)
    assert_release(store, "v1.0.0", releases[0], tmp_path)


def test_a_tag_never_moves(hub: StandIn, store: Git, releases: list[Release], first: str) -> None:
    store.run("tag", "v1.0.1", first)
    with pytest.raises(PintaError, match=r"acme/tiny at v1\.0\.1 is not this release:\nmanifest\.json: (.|\n)*A tag never moves"):
        publish(hub, releases[1])
    assert tags(store) == {"v1.0.0": first, "v1.0.1": first} and store.resolve("main") == first


def test_what_was_not_released_is_not_published(hub: StandIn, store: Git, releases: list[Release], tmp_path: Path) -> None:
    folder = shutil.copytree(releases[0].folder, tmp_path / "changed")
    (folder / "README.md").write_bytes((folder / "README.md").read_bytes() + b"\n")
    with pytest.raises(PintaError, match=r"It is not what was released:\nREADME\.md: "):
        publish_hub(folder, REPO, releases[0].record, endpoint=hub.url)
    assert not hub.requests and not store.path.exists()


@pytest.mark.parametrize("token", ["hf_wrongwrongwrongwrongwrong", None], ids=["wrong", "none"])
def test_a_wrong_token_is_explained_and_never_shown(
    hub: StandIn, store: Git, releases: list[Release], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], token: str | None
) -> None:
    monkeypatch.setenv("HF_TOKEN", token) if token else monkeypatch.delenv("HF_TOKEN")
    release = releases[0]
    arguments = ["--root", str(release.root), "publish", "--repo", REPO, "--endpoint", hub.url, "--dir", str(release.folder)]
    assert main(arguments) == 1
    shown = "".join(capfd.readouterr())
    assert "pinta: acme/tiny: the Hub answered 401: it wants a token" in shown
    assert "wrongwrong" not in shown and TOKEN not in shown and "Traceback" not in shown
    assert not store.path.exists()


def test_the_token_is_not_shown_where_all_goes_well(hub: StandIn, releases: list[Release], capfd: pytest.CaptureFixture[str]) -> None:
    publish_hub(releases[0].folder, REPO, releases[0].record, endpoint=hub.url)
    assert TOKEN not in "".join(capfd.readouterr())


def test_no_hub_there_is_told(releases: list[Release], hub: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(PintaError, match=r"the connection to the Hub was lost \(ConnectError\)"):
        publish_hub(releases[0].folder, REPO, releases[0].record, endpoint=f"http://127.0.0.1:{port}")


# Interrupted


def test_a_line_cut_anywhere_leaves_the_old_or_the_new_and_a_second_run_finishes(
    hub: StandIn, store: Git, releases: list[Release], first: str, tmp_path: Path
) -> None:
    shutil.copytree(store.path, tmp_path / "after-1.0.0")
    hub.cut_after(None)
    publish(hub, releases[1])
    total, seen = hub.used, set()
    for n in range(14):
        shutil.rmtree(store.path)
        shutil.copytree(tmp_path / "after-1.0.0", store.path)
        hub.cut_after(300 * 2**n if n < 5 else total * (n - 4) // 10)
        with pytest.raises(PintaError, match=r"run this again|answered 403"):
            publish(hub, releases[1])
        main_, tagged = store.resolve("main"), tags(store)
        assert tagged["v1.0.0"] == first and tagged.get("v1.0.1", main_) == main_
        assert_release(store, "main", releases[main_ != first], tmp_path)
        seen.add((main_ != first, "v1.0.1" in tagged))
        hub.cut_after(None)
        commit = publish(hub, releases[1])
        assert tags(store) == {"v1.0.0": first, "v1.0.1": commit} and store.text("rev-list", "--count", "main") == "3"
        assert_release(store, "v1.0.1", releases[1], tmp_path)
    assert {(False, False), (True, True)} <= seen


def test_a_commit_whose_answer_was_lost_is_found_and_tagged(
    hub: StandIn, store: Git, releases: list[Release], first: str, tmp_path: Path
) -> None:
    hub.before_commit = lambda: hub.cut_after(0)  # nothing comes back from here on
    with pytest.raises(PintaError, match="run this again"):
        publish(hub, releases[1])
    hub.before_commit = lambda: None
    hub.cut_after(None)
    made = store.resolve("main")
    assert made != first and tags(store) == {"v1.0.0": first}
    assert publish(hub, releases[1]) == made
    assert tags(store)["v1.0.1"] == made and store.text("rev-list", "--count", "main") == "3"


# Two at once


def at_once(hub: StandIn, *releases: Release) -> list[str]:
    """Publish from several threads that meet before their commits; what each ends with: a commit or a refusal."""
    meeting = threading.Barrier(len(releases), timeout=20)
    hub.before_commit = meeting.wait
    ends: list[str] = []

    def one(release: Release) -> None:
        try:
            ends.append(publish(hub, release))
        except PintaError as error:
            ends.append(str(error))

    threads = [threading.Thread(target=one, args=(release,)) for release in releases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hub.before_commit = lambda: None
    return sorted(ends, key=len)


def test_of_two_releases_at_once_one_is_told_to_run_again(hub: StandIn, store: Git, releases: list[Release], tmp_path: Path) -> None:
    won, lost = at_once(hub, *releases)
    assert won == store.resolve("main") and list(tags(store).values()) == [won]
    assert lost == "acme/tiny: the Hub answered 412: somebody else published at the same moment: run this again."
    for release in releases:
        publish(hub, release)
        assert_release(store, f"v{release.record['version']}", release, tmp_path)
    assert tags(store).keys() == {"v1.0.0", "v1.0.1"}


def test_the_same_release_twice_at_once_is_one_commit(hub: StandIn, store: Git, releases: list[Release], tmp_path: Path) -> None:
    assert at_once(hub, releases[0], releases[0]) == [store.resolve("main")] * 2
    assert store.text("rev-list", "--count", "main") == "2"
    assert_release(store, "v1.0.0", releases[0], tmp_path)


# Loading, through olah


@pytest.fixture
def mirror(hub: StandIn, tmp_path: Path) -> Iterator[str]:
    """`olah` over the folder of the stand-in; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = tmp_path / "olah.toml"
    config.write_text(
        f'[basic]\nhost = "127.0.0.1"\nport = {port}\nrepos-path = "{tmp_path / "olah"}"\nmirrors-path = ["{hub.folder}"]\n'
        "[accessibility]\noffline = true\n"
    )
    with (tmp_path / "olah.log").open("wb") as log:
        process = subprocess.Popen([f"{TOOLS}/olah-cli", "--config", str(config)], cwd=tmp_path, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("olah did not start")


READ = """
import json, sys
import datasets
config, version = sys.argv[1:3]
rows = datasets.load_dataset("acme/tiny", config, revision=f"v{version}")
print(json.dumps({"version": str(next(iter(rows.values())).version), "rows": {split: part.to_list() for split, part in rows.items()}}))
"""
TRAP = """
import sys
import datasets, pinta
print(datasets.load_dataset("acme/tiny", "stances", revision="v1.0.1", split="train").version)
for version in ("1.0.1", "1.0.0"):
    try:
        print(len(pinta.load("acme/tiny", "stances", version=version, split="train")))
    except pinta.VersionError as error:
        print(error)
"""


def reader(script: str, endpoint: str, home: Path, *arguments: str, offline: bool = False) -> str:
    """What a new interpreter prints that has this Hub and this cache."""
    switch = str(int(offline))
    env = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_OFFLINE": switch, "HF_DATASETS_OFFLINE": switch}
    env = {name: value for name, value in env.items() if name not in ("HF_DATASETS_CACHE", "HF_TOKEN")}
    done = subprocess.run([sys.executable, "-c", script, *arguments], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_load_dataset_by_tag_gives_that_release(hub: StandIn, releases: list[Release], mirror: str, tmp_path: Path) -> None:
    import datasets

    for release in releases:
        publish(hub, release)
    for release, name, server in zip(releases, ("Bena", "Kerajaan Bena"), (mirror, hub.url), strict=True):
        version = release.record["version"]
        found: dict[str, Any] = json.loads(reader(READ, server, tmp_path / f"home-{version}", "stances", version))
        assert found["version"] == version and found["rows"]["train"][0]["holder_name"] == name
        local = datasets.load_dataset(str(release.folder), "stances")
        assert found["rows"] == {split: part.to_list() for split, part in local.items()}


def test_pinta_load_sees_through_a_cache_that_has_another_version(
    hub: StandIn, releases: list[Release], mirror: str, tmp_path: Path
) -> None:
    publish(hub, releases[0])
    reader(READ, mirror, tmp_path / "home", "stances", "1.0.0")
    silent, told, rows = reader(TRAP, mirror, tmp_path / "home", offline=True).splitlines()
    assert silent == "1.0.0"  # the trap: `datasets` gives another version than the one asked for, without a word
    assert told == "acme/tiny (stances) is version 1.0.0, not 1.0.1. It comes from a cache: go online, or empty the cache."
    assert rows == "4"
