"""Verifying a published folder: any flipped byte, missing or extra file is found."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.release.build import build
from pinta.release.manifest import NAME, file_sha256
from pinta.release.record import release
from pinta.release.verify import verify
from tiny import TinyCorpus, make_tiny


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("verify")
    return build(make_tiny(root / "tiny").corpus, root / "pinta").folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "pinta")


def test_what_was_built_is_right(folder: Path) -> None:
    assert verify(folder) == [] == verify(folder, file_sha256(folder / NAME))


def test_a_flipped_byte_of_any_file_is_found(folder: Path) -> None:
    chance = random.Random(7)
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME):
        whole = path.read_bytes()
        for _ in range(3):
            at = chance.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
            assert verify(folder) == [f"{path.relative_to(folder).as_posix()}: its bytes are not those of the manifest"]
        path.write_bytes(whole)
    assert verify(folder) == []


def test_a_flipped_byte_of_the_manifest_is_found(folder: Path) -> None:
    chance, path = random.Random(7), folder / NAME
    whole = path.read_bytes()
    for at in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(200))]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        with pytest.raises(PintaError, match=r"manifest\.json cannot be trusted"):
            verify(folder)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff", b'{"files": {}}'])
def test_what_is_no_manifest_is_told(folder: Path, content: bytes) -> None:
    (folder / NAME).write_bytes(content)
    with pytest.raises(PintaError, match="cannot be trusted"):
        verify(folder)


def test_missing_longer_and_extra_files_are_found(folder: Path) -> None:
    (folder / "LICENSE-DATA").unlink()
    (folder / "README.md").write_bytes((folder / "README.md").read_bytes() + b" ")
    (folder / "data" / ".hidden").write_bytes(b"")
    (folder / "data" / "link").symlink_to(folder / "nowhere")
    size = (folder / "README.md").stat().st_size
    assert verify(folder) == [
        "LICENSE-DATA: missing",
        f"README.md: {size} bytes, the manifest says {size - 1}",
        "data/.hidden: not in the manifest",
        "data/link: not in the manifest",
    ]


def test_a_whole_folder_of_another_build_is_not_the_release(folder: Path) -> None:
    assert verify(folder, "0" * 64) == ["manifest.json: it is not the manifest of the release"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    for where in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PintaError, match=r"has no manifest\.json; it was not made by `pinta build`"):
            verify(where)


def test_the_command_takes_a_folder_or_a_version(corpus: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus.write("CHANGELOG.md", "## 1.0.0\n- first\n")
    out = tmp_path / "dist"
    release(corpus.corpus, "1.0.0", out)
    command = ["--root", str(corpus.root), "verify"]
    assert main([*command, str(out)]) == 0 == main([*command, "1.0.0", "--dir", str(out)])
    assert capsys.readouterr().out == f"{out}: every byte is right\n" * 2
    build(corpus.corpus, out, version="1.0.1")
    assert main([*command, str(out)]) == 0
    assert main([*command, "1.0.0", "--dir", str(out)]) == 1
    assert "manifest.json: it is not the manifest of the release\n" in capsys.readouterr().out
    assert main([*command, "2.0.0", "--dir", str(out)]) == 1
    assert "2.0.0 is not a release. Releases: 1.0.0." in capsys.readouterr().err
