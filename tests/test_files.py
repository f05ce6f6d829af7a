"""Files and folders appear whole or not at all, also when the process is killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

import pytest

from killed import PARTS, fill, running, swap_for_ever
from pinta import files
from pinta.files import folder_whole, write_whole


def content(folder: Path) -> set[str]:
    """The words that a folder holds: one, where it is whole."""
    found = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    assert len(found) == PARTS
    return {text[:1] for text in found if text == text[:1] * 2000}


def rest(parent: Path, *known: str) -> list[str]:
    return sorted(path.name for path in parent.iterdir() if path.name not in known)


def test_write_whole_makes_folders_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    for data in (b"one", b"", b"two"):
        write_whole(path, data)
        assert path.read_bytes() == data and path.stat().st_mode & 0o777 == 0o644
    assert rest(path.parent) == ["b.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and rest(tmp_path) == ["a.txt"]


def test_a_folder_appears_and_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "dist" / "out"
    for word in "ab":
        with folder_whole(target) as work:
            fill(work, word)
            assert not target.exists() or content(target) == {"a"}
        assert content(target) == {word} and target.stat().st_mode & 0o777 == 0o755
    assert rest(tmp_path / "dist") == ["out"]


def test_a_failure_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with folder_whole(target) as work:
        fill(work, "a")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), folder_whole(target) as work:
            fill(work, "b")
            raise error
    assert content(target) == {"a"} and rest(tmp_path) == ["out"]


def test_what_a_killed_run_left_is_removed_and_what_lives_is_not(tmp_path: Path) -> None:
    dead = multiprocessing.get_context("spawn").Process(target=os.getpid)
    dead.start()
    dead.join()
    left = [tmp_path / f".out.{pid}.x.tmp" for pid in (dead.pid, "nonsense")]
    lives = [tmp_path / f".out.{pid}.x.tmp" for pid in (os.getpid(), 1)]
    for path in left + lives:
        path.mkdir()
    with folder_whole(tmp_path / "out") as work:
        fill(work, "a")
    assert not any(path.exists() for path in left) and all(path.exists() for path in lives)


def test_two_writers_of_one_folder_leave_one_of_the_two(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with folder_whole(target) as one, folder_whole(target) as other:
        fill(one, "a")
        fill(other, "b")
        assert one != other
    assert content(target) == {"a"} and rest(tmp_path) == ["out"]


def test_without_the_system_call_two_renames_do_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    for platform in ("linux", "win32"):
        monkeypatch.setattr(files.sys, "platform", platform)
        with folder_whole(target) as work:
            fill(work, platform[0])
        assert content(target) == {platform[0]} and rest(tmp_path) == ["out"]


def test_kill_9_at_any_moment_leaves_a_whole_folder(tmp_path: Path) -> None:
    target, chance = tmp_path / "out", random.Random(7)
    with folder_whole(target) as work:
        fill(work, "a")
    for _ in range(15):
        with running(swap_for_ever, target):
            time.sleep(chance.uniform(0.02, 0.2))
        assert len(content(target)) == 1
        assert len(rest(tmp_path, "out")) <= 1
    with folder_whole(target) as work:
        fill(work, "z")
    assert rest(tmp_path) == ["out"]
