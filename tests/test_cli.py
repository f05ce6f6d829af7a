"""The command line: exit status 0 when all is well, 1 when there is something to mend, 2 for wrong usage; never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pinta import cli
from pinta.cli import command_modules, main
from pinta.corpus.near_duplicates import shingles, similarity
from pinta.diagnostics import PintaError
from pinta.jsontext import dumps
from pinta.spans import sha256
from tiny import REPOSITORY, RESTRICTED, TINY, TinyCorpus, draft_of

COMMANDS = sorted(command_modules())
STORY = """Republik Jaya memohon tiga kapal selam kepada Kerajaan Kala pada hari Rabu.
Juru bicara angkatan laut mengatakan permohonan itu disampaikan dalam sidang tertutup di ibu kota.
Kerajaan Kala belum memberi jawaban dan akan membahasnya pekan depan bersama parlemen."""


@pytest.fixture
def pinta(corpus: TinyCorpus, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in the folder of the tiny corpus: exit status, standard output, standard error."""
    monkeypatch.chdir(corpus.root)

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leave:
            status = int(leave.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


def python(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, **more)


# All commands


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command(pinta: Any, command: str) -> None:
    status, out, _ = pinta(command, "--help")
    assert status == 0 and f"pinta {command}" in out
    assert (command_modules()[command].__doc__ or "").splitlines()[0].split()[0] in out


def test_help_lists_every_command(pinta: Any) -> None:
    status, out, _ = pinta("--help")
    assert status == 0
    assert set(re.findall(r"^    (\S+)", out, re.MULTILINE)) >= set(COMMANDS) - {command for command in COMMANDS if len(command) > 18}


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["check", "--nonsense"], ["check", "--format", "xml"], ["new", "2031-anu"], ["resolve"], ["build", "extra"]],
)
def test_wrong_usage_is_status_2(pinta: Any, arguments: list[str]) -> None:
    status, out, err = pinta(*arguments)
    assert status == 2 and out == "" and err.startswith("usage: pinta")


def test_version(pinta: Any) -> None:
    status, out, _ = pinta("--version")
    assert status == 0 and re.fullmatch(r"pinta \d+\.\d+\.\d+\n", out)


def test_starting_up_loads_nothing_heavy() -> None:
    heavy = "{'datasets', 'pyarrow', 'jsonschema', 'jsonschema_rs', 'rensa', 'numpy', 'pandas', 'yaml', 'regex', 'trafilatura', 'tqdm'}"
    done = python("-c", f"import sys, pinta.cli; pinta.cli.make_parser(); import pinta; print(sorted({heavy} & set(sys.modules)))")
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_python_m_pinta_checks_without_a_build(still: TinyCorpus, tmp_path: Path) -> None:
    code = "import sys, runpy; sys.argv = ['pinta', 'check']\ntry: runpy.run_module('pinta', run_name='__main__')\n"
    code += "except SystemExit as leave: print(leave.code, {'datasets', 'pyarrow'} & set(sys.modules))"
    done = python("-c", code, cwd=tmp_path, env={**os.environ, "PINTA_ROOT": str(still.root)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 set()\n", "0 errors, 0 warnings\n")


def test_outside_a_corpus_the_way_out_is_told(
    pinta: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere")
    monkeypatch.chdir(nowhere)
    status, out, err = pinta("check")
    assert status == 1 and out == "" and err.startswith("pinta: No corpus at or above") and "--root" in err


def test_root_and_the_nearest_folder_upwards(pinta: Any, corpus: TinyCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus.path("corpus/2031-anu"))
    assert pinta("check")[0] == 0
    monkeypatch.chdir("/")
    assert pinta("--root", corpus.root, "check")[0] == 0


def test_a_reader_that_leaves_early_sees_no_traceback(still: TinyCorpus) -> None:
    for arguments in (["explain"], ["labels"]):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as gone:
            done = subprocess.run(
                [sys.executable, "-m", "pinta", "--root", str(still.root), *arguments], stdout=gone, stderr=subprocess.PIPE, text=True
            )
        assert (done.returncode, done.stderr) == (1, "")


def test_an_interruption_is_status_130(pinta: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pinta.checks.incremental.check_again", interrupted)
    assert pinta("check")[0] == 130


def test_a_file_that_is_not_there_is_told(pinta: Any) -> None:
    assert pinta("resolve", "nothing.json") == (1, "", "pinta: nothing.json: No such file or directory\n")


def test_a_module_of_python_is_found_by_its_name() -> None:
    import pinta

    assert pinta.normalise("a") == "a\n" and pinta.PintaError is PintaError
    assert set(pinta._HOMES) <= set(pinta.__all__)
    for name in pinta.__all__:
        assert getattr(pinta, name)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = pinta.nonsense


# check


def test_check_is_silent_where_all_is_well(pinta: Any) -> None:
    assert pinta("check") == (0, "", "0 errors, 0 warnings\n")


def spoil(corpus: TinyCorpus) -> None:
    """An error and a warning, the former with a percent sign and a line end in its message."""
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["stances"][2].update(holder="e3", cue=None, explicitness="implied"))
    corpus.edit("corpus/2033-fana/event.json", lambda body: body.update(id="50% a:b,\nc"))
    corpus.remove("annotations/gold/2032-dalu/01.json")


def test_check_tells_place_sentence_and_mend(pinta: Any, corpus: TinyCorpus) -> None:
    spoil(corpus)
    status, out, err = pinta("check")
    assert status == 1 and err == "2 errors, 1 warnings\n"
    assert "corpus/2032-dalu/01.json:1:1: W-NO-GOLD 2032-dalu/01 has no gold annotation.\n    Annotate it" in out
    assert "corpus/2033-fana/event.json:2:8: E-SCHEMA " in out


def test_warnings_fail_only_when_strict(pinta: Any, corpus: TinyCorpus) -> None:
    corpus.remove("annotations/gold/2032-dalu/01.json")
    assert pinta("check")[0] == 0
    assert pinta("check", "--strict")[0] == 1


def test_check_as_json(pinta: Any, corpus: TinyCorpus) -> None:
    assert pinta("check", "--format", "json")[:2] == (0, "[]\n")
    spoil(corpus)
    status, out, _ = pinta("check", "--format", "json")
    found = json.loads(out)
    assert status == 1 and [(f["path"], f["id"], f["level"]) for f in found] == [
        ("annotations/gold/2031-anu/01.json", "E-STANCE-SELF", "error"),
        ("corpus/2032-dalu/01.json", "W-NO-GOLD", "warning"),
        ("corpus/2033-fana/event.json", "E-SCHEMA", "error"),
    ]
    assert set(found[0]) == {"path", "line", "column", "id", "level", "message", "mend", "pointer"}


def test_check_for_a_forge(pinta: Any, corpus: TinyCorpus) -> None:
    spoil(corpus)
    lines = pinta("check", "--format", "github")[1].splitlines()
    assert all(re.match(r"::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=[EW]-[A-Z0-9-]+::.+%0A.+", line) for line in lines)
    assert any("50%25 a:b,\\nc" in line for line in lines)


def test_check_as_sarif(pinta: Any, corpus: TinyCorpus) -> None:
    spoil(corpus)
    log = json.loads(pinta("check", "--format", "sarif")[1])
    (run,) = log["runs"]
    assert log["version"] == "2.1.0" and run["tool"]["driver"]["name"] == "pinta"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert corpus.path(place["artifactLocation"]["uri"]).exists() and place["region"]["startLine"] >= 1


def test_check_of_paths(pinta: Any, corpus: TinyCorpus) -> None:
    corpus.edit("annotations/gold/2031-anu/01.json", lambda body: body["stances"][0].update(target="e2"))
    corpus.edit("annotations/passes/alih/2033-fana/01.json", lambda body: body["stances"][0].update(target="e2"))
    errors = {
        "2031-anu/01": 1,
        "2031-anu": 1,
        "corpus/2031-anu/01.txt": 1,
        "corpus/2031-anu/event.json": 1,
        "annotations/gold/2031-anu/01.json": 1,
        "annotations/gold/2031-anu": 1,
        "annotations/gold": 2,
        "corpus": 2,
        ".": 2,
        "corpus/2032-dalu": 0,
        "2031-anu/02": 0,
        "annotations/passes/alih": 2,
        "annotations/passes/alih/2033-fana": 1,
        "annotations/passes/alih/2033-fana/01.json": 1,
        "annotations/passes/budi/2032-dalu/01.json": 0,
    }
    for path, count in errors.items():
        status, _, err = pinta("check", path)
        assert (status, err) == (int(count > 0), f"{count} errors, 0 warnings\n"), path
    assert pinta("check", "2031-anu/01", "annotations/passes/alih/2033-fana")[2].startswith("2 errors")


@pytest.mark.parametrize("path", ["corpus/nothing", "schema", "DATASET_CARD.md", "2031-anu/9"])
def test_check_of_a_path_without_an_article_is_refused(pinta: Any, path: str) -> None:
    status, _, err = pinta("check", path)
    assert status == 1 and "no file, folder or article of the corpus" in err


# explain, labels, sentences


def test_explain(pinta: Any) -> None:
    status, out, _ = pinta("explain", "e-span-quote")
    assert status == 0 and out.startswith("E-SPAN-QUOTE (error, annotation)\n\nA quote is not the text") and "Good:" in out
    assert "There is no check E-SPAN-QOUTE. Did you mean E-SPAN-QUOTE, " in pinta("explain", "E-SPAN-QOUTE")[2]
    assert pinta("explain", "zzz")[2] == "pinta: There is no check zzz. `pinta explain` lists all.\n"


def test_explain_lists_every_check(pinta: Any) -> None:
    from pinta.checks.registry import CHECKS

    assert [line.split()[0] for line in pinta("explain")[1].splitlines()] == sorted(CHECKS)
    table = pinta("explain", "--format", "markdown")[1]
    assert len(table.splitlines()) == len(CHECKS) + 2 and "| `W-UNIT` | warning | annotation |" in table


@pytest.mark.parametrize("id_", ["E-QUOTE-MISSING", "E-QUOTE-AMBIGUOUS", "E-QUOTE-OPTION"])
def test_refusals_of_quotations_are_explained_too(pinta: Any, id_: str) -> None:
    assert pinta("explain", id_)[0] == 0


def test_labels(pinta: Any) -> None:
    status, out, _ = pinta("labels", "split", "--language", "id")
    assert status == 0 and out.startswith("### ") and "`validation`" in out and "judul" in out
    assert pinta("labels")[1].count("\n### ") >= 18
    assert pinta("labels", "spilt")[0] == 1


def test_stale_label_tables_are_found_and_renewed(pinta: Any, tmp_path: Path) -> None:
    document = tmp_path / "d.md"
    document.write_text("# D\n\n<!-- labels: split -->\n<!-- end labels -->\n")
    status, _, err = pinta("labels", "--check", document)
    assert status == 1 and "stale" in err and str(document) in err
    assert pinta("labels", "--write", document)[0] == 0
    assert "`validation`" in document.read_text()
    assert pinta("labels", "--check", document) == (0, "", "")


def test_sentences_are_numbered_as_drafts_address_them(pinta: Any) -> None:
    status, out, _ = pinta("sentences", "2031-anu/02")
    assert status == 0 and out.splitlines()[0] == "[1] Anu asks Bena for tanks" and out.splitlines()[-1].startswith("[4] Its parliament")
    assert pinta("sentences", RESTRICTED) == (1, "", f"pinta: There is no text of {RESTRICTED}.\n")


# new


def test_a_new_article_is_normalised_and_clean(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(b"\xef\xbb\xbf" + STORY.replace("\n", " \r\n\r\n\r\n\r\n").replace("tiga", "tiga\u0301").encode())
    more = ["--genre", "brief", "--published", "2031-07-01"]
    assert pinta("new", "2031-anu", "--text", file, "--title", "Jaya memohon", *more)[:2] == (0, "corpus/2031-anu/04.json\n")
    text = corpus.text("2031-anu/04")
    assert text == STORY.replace("\n", "\n\n").replace("tiga", "tigá") + "\n"
    body = corpus.read("corpus/2031-anu/04.json")
    assert (body["text_sha256"], body["characters"], body["reference_date"]) == (sha256(text), len(text), "2031-07-01")
    assert (body["origin"], body["licence"], body["source"]) == ("project_written", "CC-BY-4.0", None)
    assert [finding.id for finding in corpus.findings()] == ["W-NO-GOLD"]


@pytest.mark.parametrize("words", [("-", "--title", "Jaya"), ("--title", "Jaya", "-")])
def test_a_new_article_from_standard_input(pinta: Any, corpus: TinyCorpus, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
    assert pinta("new", "2032-dalu", *words)[0] == 0
    assert corpus.text("2032-dalu/02") == STORY + "\n"


def test_a_new_article_from_a_page(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY.splitlines())
    menu = "<nav><ul><li><a href='/'>Beranda</a></li><li><a href='/b'>Berita</a></li></ul></nav>"
    page = tmp_path / "page.html"
    page.write_text(f"<html><body>{menu}<article><h1>Jaya memohon</h1>{paragraphs}</article><footer>Hak cipta</footer></body></html>")
    third = ["--publisher", "Kabar Jaya", "--url", "https://example.org/1", "--retrieved", "2031-07-02"]
    assert pinta("new", "2031-anu", "--html", page, "--title", "Jaya", *third)[0] == 0
    text, body = corpus.text("2031-anu/04"), corpus.read("corpus/2031-anu/04.json")
    assert all(line in text for line in STORY.splitlines()) and "Beranda" not in text and "Hak cipta" not in text
    assert (body["origin"], body["source"]["publisher"]) == ("third_party", "Kabar Jaya")


def test_the_text_of_a_restricted_article_is_not_written(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(STORY)
    licence = ["--licence", "LicenseRef-AllRightsReserved", "--publisher", "Kabar Jaya"]
    assert pinta("new", "2031-anu", "--text", tmp_path / "s.txt", "--title", "Jaya", *licence)[0] == 0
    body = corpus.read("corpus/2031-anu/04.json")
    assert body["text_included"] is False and body["characters"] == len(STORY) + 1
    assert not corpus.path("corpus/2031-anu/04.txt").exists()


def test_the_same_and_a_near_text_are_refused(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    file = tmp_path / "s.txt"
    before = sorted(corpus.corpus.articles())
    same = [
        (corpus.text("2031-anu/01"), "already there: 2031-anu/01"),
        ((TINY / "copies/2031-anu/03.txt").read_text(), "already there: 2031-anu/03"),
    ]
    for text, message in same:
        file.write_text(text)
        status, _, err = pinta("new", "2032-dalu", "--text", file, "--title", "T")
        assert status == 1 and message in err
    text = corpus.text("2031-anu/01")
    near = text.replace("Teluk Dera", "Teluk Dora")
    file.write_text(near)
    share = similarity(shingles(text), shingles(near))
    status, _, err = pinta("new", "2032-dalu", "--text", file, "--title", "T")
    assert status == 1 and f"nearly 2031-anu/01: {share:.0%}" in err
    assert sorted(corpus.corpus.articles()) == before


@pytest.mark.parametrize(
    ("raw", "more", "message"),
    [
        (b"", [], "The text is empty"),
        (b"12 34\n", [], "The text is empty"),
        (b"caf\xe9", [], "line 1, column 4: Byte 0xe9 is not valid UTF-8"),
        (b"a\x00b", [], "control character U+0000 at code point 1"),
        (STORY.encode(), ["--genre", "poem"], "'poem' is not a label of genre"),
        (STORY.encode(), ["--published", "today"], "does not match"),
        (STORY.encode(), ["--title", ""], "title: "),
    ],
)
def test_what_new_refuses(pinta: Any, corpus: TinyCorpus, tmp_path: Path, raw: bytes, more: list[str], message: str) -> None:
    (tmp_path / "s.txt").write_bytes(raw)
    status, out, err = pinta("new", "2031-anu", "--text", tmp_path / "s.txt", "--title", "T", *more)
    assert status == 1 and out == "" and message in err
    assert not corpus.path("corpus/2031-anu/04.json").exists() and not corpus.path("corpus/2031-anu/04.txt").exists()


def test_new_wants_an_event_and_one_text(pinta: Any, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(STORY)
    text = ["--text", tmp_path / "s.txt"]
    assert "There is no event '2099-x'" in pinta("new", "2099-x", *text, "--title", "T")[2]
    for given in ([], ["-", *text], [*text, "--html", tmp_path / "s.txt"]):
        status, _, err = pinta("new", "2031-anu", *given, "--title", "T")
        assert status == 1 and "Give the text once" in err


def test_a_page_without_an_article_is_refused(pinta: Any, tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    (tmp_path / "p.html").write_text("<html><body></body></html>")
    status, _, err = pinta("new", "2031-anu", "--html", tmp_path / "p.html", "--title", "T")
    assert status == 1 and "No article was found" in err


# resolve


def test_resolve_writes_gold_and_passes(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    gold = corpus.path("annotations/gold/2031-anu/01.json")
    before = gold.read_bytes()
    gold.unlink()
    draft = TINY / "drafts/2031-anu/01.json"
    assert pinta("resolve", draft) == (0, "annotations/gold/2031-anu/01.json\n", "")
    assert gold.read_bytes() == before
    assert pinta("resolve", draft, "--as", "cici")[:2] == (0, "annotations/passes/cici/2031-anu/01.json\n")
    assert corpus.path("annotations/passes/cici/2031-anu/01.json").read_bytes() == before
    assert pinta("resolve", draft, "--stdout")[:2] == (0, before.decode())
    assert corpus.findings() == []


def test_resolve_of_several_drafts_is_all_or_nothing(pinta: Any, corpus: TinyCorpus, tmp_path: Path) -> None:
    good, bad = TINY / "drafts/2031-anu/01.json", tmp_path / "bad.json"
    draft = draft_of("2031-anu/02")
    draft["requests"][0]["items"][0]["quote"] = "tank"
    draft["stances"][0]["cue"] = "opposes"
    bad.write_bytes(dumps(draft))
    corpus.remove("annotations/gold/2031-anu/01.json")
    status, out, err = pinta("resolve", good, bad)
    assert status == 1 and out == "" and "findings; nothing was written." in err
    assert re.search(rf"^{re.escape(str(bad))}:\d+:\d+: E-QUOTE-MISSING 'opposes'", err, re.MULTILINE)
    assert not corpus.path("annotations/gold/2031-anu/01.json").exists()


def test_resolve_of_a_restricted_text_wants_a_copy(pinta: Any, corpus: TinyCorpus) -> None:
    draft, copy = TINY / f"drafts/{RESTRICTED}.json", TINY / f"copies/{RESTRICTED}.txt"
    before = corpus.path(f"annotations/gold/{RESTRICTED}.json").read_bytes()
    assert "name your copy with --text" in pinta("resolve", draft)[2]
    assert pinta("resolve", draft, "--text", copy)[0] == 0
    assert corpus.path(f"annotations/gold/{RESTRICTED}.json").read_bytes() == before
    assert "The copy is not the text" in pinta("resolve", draft, "--text", TINY / "corpus/2031-anu/01.txt")[2]


def test_resolve_wants_the_article(pinta: Any, tmp_path: Path) -> None:
    (tmp_path / "d.json").write_bytes(dumps({**draft_of("2031-anu/01"), "article": "2031-anu/44"}))
    assert "there is no article 2031-anu/44" in pinta("resolve", tmp_path / "d.json")[2]


# build


def test_build_prints_rows_and_refuses_findings(pinta: Any, corpus: TinyCorpus) -> None:
    status, out, _ = pinta("build")
    assert status == 0 and re.search(r"^requests/train +4 rows$", out, re.MULTILINE) and "dist/pinta: version 0.0.1" in out
    before = corpus.path("dist/pinta/manifest.json").read_bytes()
    spoil(corpus)
    status, out, err = pinta("build")
    assert status == 1 and out == "" and "nothing was written" in err and "E-SCHEMA" in err
    assert corpus.path("dist/pinta/manifest.json").read_bytes() == before


def test_build_as_json_is_the_manifest_and_warnings_are_told(pinta: Any, corpus: TinyCorpus) -> None:
    corpus.remove("annotations/gold/2032-dalu/01.json")
    status, out, _ = pinta("build", "--out", "elsewhere/pinta", "--format", "json")
    assert status == 0 and json.loads(out) == corpus.read("elsewhere/pinta/manifest.json")
    assert "W-NO-GOLD" in pinta("build")[1]


def test_build_wants_a_card(pinta: Any, corpus: TinyCorpus) -> None:
    corpus.remove("DATASET_CARD.md")
    status, _, err = pinta("build")
    assert status == 1 and "DATASET_CARD.md" in err
    corpus.write("DATASET_CARD.md", "# no front matter\n")
    status, _, err = pinta("build")
    assert status == 1 and "DATASET_CARD.md" in err
    assert not corpus.path("dist/pinta").exists()


def test_completion_scripts(pinta: Any) -> None:
    pytest.importorskip("shtab")
    status, out, _ = pinta("--completion", "bash")
    assert status == 0 and "check" in out


def test_every_command_module_is_a_command() -> None:
    for name, module in cli.command_modules().items():
        assert name == module.__name__.rpartition(".")[2].replace("_", "-")
        assert callable(module.register) and callable(module.run) and module.__doc__


# What is written in the repository by commands


def test_the_table_of_checks_in_the_docs_is_fresh(pinta: Any) -> None:
    table = pinta("explain", "--format", "markdown")[1]
    assert (REPOSITORY / "docs" / "checks.md").read_text("utf-8").endswith(table)


def test_label_tables_in_the_guidelines_are_fresh(pinta: Any) -> None:
    for path in (REPOSITORY / "annotations").glob("GUIDELINES*.md"):
        language = "id" if path.stem.endswith(".id") else "en"
        assert pinta("--root", REPOSITORY, "labels", "--language", language, "--check", path) == (0, "", "")
