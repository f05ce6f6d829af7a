"""Agreement figures: known examples worked by hand, and what `pinta agree` makes of a corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinta.cli import main
from pinta.quality import agreement, clusters, intervals
from pinta.quality.agreement import Passes, measure
from pinta.quality.align import Alignment
from pinta.quality.counts import count
from pinta.quality.differences import differences
from sketch import CONDEMNS, ENTITIES, ROCKETS, TANK, TEXT, annotations, request, whole
from tiny import TinyCorpus

krippendorff = pytest.importorskip("krippendorff")
pytest.importorskip("scipy")


def test_krippendorffs_own_example() -> None:
    # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, B: two observers, nominal data, α = .692
    codes = [
        [
            ("a", "b"),
            ("a", "a"),
            ("b", "b"),
            ("b", "b"),
            ("d", "b"),
            ("c", "c"),
            ("c", "c"),
            ("c", "c"),
            ("e", "e"),
            ("d", "d"),
            ("d", "d"),
            ("a", "d"),
        ]
    ]
    found = intervals.alpha_figure(codes)
    assert found.value == pytest.approx(0.692, abs=0.0005)
    assert found.n == 12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=25), st.sampled_from(["nominal", "ordinal"]))
def test_alpha_for_resamples_is_that_of_the_package(pairs: list[tuple[int, int]], level: Any) -> None:
    domain = sorted({code for pair in pairs for code in pair})
    if len(domain) < 2:
        return
    data = [[pair[coder] for pair in pairs] for coder in (0, 1)]
    wanted = krippendorff.alpha(reliability_data=data, level_of_measurement=level, value_domain=domain)
    table = intervals.coincidences([pairs], {code: n for n, code in enumerate(domain)})
    assert intervals.alpha(table, level)[0] == pytest.approx(wanted)


def test_alpha_is_not_defined_where_there_is_one_value() -> None:
    assert intervals.alpha_figure([[("a", "a")], [("a", "a")]]).value is None


def test_an_interval_is_that_of_resampled_articles() -> None:
    # every article has the same 3 of 4: no resample can differ
    figure = intervals.figure([(3, 4, 4)] * 8, intervals.f1, 32)
    assert (figure.value, figure.low, figure.high) == (0.75, 0.75, 0.75)
    # half of the articles all right, half all wrong: the mean of 20 coins lies within .25 to .75 in 95 of 100 draws or more
    figure = intervals.figure([(1, 1, 1), (0, 1, 1)] * 10, intervals.f1, 20)
    assert figure.value == 0.5
    assert figure.low is not None and figure.high is not None
    assert 0.2 <= figure.low < 0.4 < 0.6 < figure.high <= 0.8


def test_intervals_are_the_same_on_every_run() -> None:
    rows = [(1, 2, 2), (2, 2, 3), (0, 1, 0)]
    intervals.resamples.cache_clear()
    first = intervals.figure(rows, intervals.f1, 3)
    intervals.resamples.cache_clear()
    assert intervals.figure(rows, intervals.f1, 3) == first


def test_b_cubed_and_ceaf_of_the_textbook_example() -> None:
    # truth {1-5}, {6,7}, {8-12}; answer {1-5}, {6-12} (Bagga & Baldwin 1998, figure 1)
    truth = [frozenset(range(1, 6)), frozenset({6, 7}), frozenset(range(8, 13))]
    answer = [frozenset(range(1, 6)), frozenset(range(6, 13))]
    precision, recall, n = clusters.b_cubed_counts(truth, answer)
    # precision: five mentions 1; two 2/7; five 5/7 = (5 + 4/7 + 25/7) / 12 = 64/84; recall 12/12
    assert (precision / n, recall / n) == (pytest.approx(64 / 84), 1.0)
    # CEAFe: {1-5}-{1-5} = 1 and {8-12}-{6-12} = 10/12; three clusters against two
    assert clusters.ceaf_counts(truth, answer) == (pytest.approx(1 + 10 / 12), 3, 2)


def passes(**second: Any) -> Passes:
    return Passes("x/01", TEXT, whole(), whole(**second))


def values(pair: Passes) -> dict[str, float | None]:
    return {name: row["value"] for name, row in measure([pair])["measures"].items()}


def test_two_equal_passes_agree_in_everything() -> None:
    found = values(passes())
    # one label only, or nothing to count: α and F1 are not defined
    undefined = {name for name, value in found.items() if value is None}
    assert {found[name] for name in found.keys() - undefined} == {1.0}
    assert undefined == {
        "entity_type", "metonym", "link_wikidata", "link_wikidata_both", "link_iso3", "item_kind", "comparator", "unit", "request_channel",
        "request_status", "realis", "purpose", "request_count_alpha", "attribution_exact_told", "claims_overlap", "claim_kind", "explicitness", "negated",
    }  # fmt: skip


def test_a_missing_request_lowers_what_depends_on_it_and_nothing_else() -> None:
    found = values(passes(requests=[request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1"}, ROCKETS)]))
    # r1: requester supplier cue channel purpose realis status = 7; tank 3; rudal 3 + quantity + specification = 5: 15 fills
    # r2: 7 + 3 = 10 fills, all missing: F1 = 2·15 / (25 + 15)
    assert found["slots"] == 30 / 40
    assert found["request_count"] == 0.0
    assert found["request_parties"] == pytest.approx(2 * 1 / (2 + 1), abs=1e-4)
    # the words tank|1, rudal, tank|2 against tank|1, rudal: 2·2 / (3 + 2)
    assert found["items_exact"] == 0.8
    assert (found["mentions_exact"], found["stances"], found["quantities_exact"]) == (1.0, 1.0, 1.0)


def test_partial_and_wrong_fills() -> None:
    changed = {
        **ROCKETS,
        "quote": "12 rudal",
        "quantity": {"quote": "12", "value": 12, "comparator": "about"},
        "category": "strike_missile",
    }
    first = request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1"}, changed, status="agreed")
    found = values(passes(requests=[first, request("r2", "e3", "meminta|2", TANK | {"quote": "tank|2"})]))
    # of 25 fills: item and quantity partial, category and status wrong: 21 right
    assert found["slots"] == 21 / 25
    assert found["slots_partial"] == 22 / 25
    assert (found["items_exact"], found["items_overlap"]) == (pytest.approx(2 / 3, abs=1e-4), 1.0)
    counted = count(Alignment(whole(), whole(requests=[first])))
    assert counted.marks["item", "partial"] == 1
    assert counted.marks["status", "incorrect"] == 1


def test_one_stance_of_two_with_another_act() -> None:
    found = values(passes(stances=[{**CONDEMNS, "act": "threaten"}]))
    # tuples: none of 2 and 1 shared; pairs: 1 of 2 and 1
    assert (found["stances"], found["stance_pairs"]) == (0.0, pytest.approx(2 / 3, abs=1e-4))


def test_entities_split_in_two_cost_b_cubed() -> None:
    # Anu has three mentions; pass b takes the last for another thing. Precision is 1 for all;
    # recall of the three: 2/3 + 2/3 + 1/3 = 5/3, of all other mentions 1
    parts = [
        {**ENTITIES[0], "mentions": ["Anu|1", "Anu|2"]},
        {"id": "e5", "type": "state", "name": "Anu II", "mentions": ["Anu|3"]},
        *ENTITIES[1:],
    ]
    mentions = len(whole()["mentions"])
    shared = count(Alignment(whole(), whole(entities=parts))).clusters
    assert shared == (mentions, pytest.approx(mentions - 3 + 5 / 3), mentions)


def test_confusions_and_figures_by_label() -> None:
    first = request("r1", "e2", "meminta|1", TANK | {"quote": "tank|1", "category": "artillery"}, ROCKETS)
    report = measure([passes(requests=[first, request("r2", "e3", "meminta|2", TANK | {"quote": "tank|2"})])])
    assert report["confusions"]["item_category"] == [("artillery", "battle_tank", 1)]
    # battle_tank: twice in a, once in b, once in both
    assert report["labels"]["item_category"]["battle_tank"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert report["labels"]["item_category"]["missile_unspecified"]["value"] == 1.0


@settings(max_examples=60, deadline=None)
@given(annotations(), annotations())
def test_differences_are_listed_where_there_are_some_and_only_there(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert differences(Alignment(a, a), "x/01", None) == []
    counted, listed = count(Alignment(a, b)), differences(Alignment(a, b), "x/01", None)
    both, in_a, in_b = counted.triples["mentions_exact"]
    layers = {difference.layer for difference in listed}
    assert ("mention" in layers) == (not both == in_a == in_b)
    assert len([d for d in listed if d.layer == "request" and d.what == "only a"]) == len(Alignment(a, b).requests.only_a)


def test_differences_tell_both_sides_in_words() -> None:
    second = whole(
        entities=[{**ENTITIES[0], "wikidata": "Q1"}, *ENTITIES[1:]],
        stances=[{**CONDEMNS, "target": "e3", "voiced_by": "e1"}],
        requests=[
            request(
                "r1",
                "e2",
                "meminta|1",
                TANK | {"quote": "tank|1", "designation": "tank"},
                channel="meeting",
                messenger="e4",
                attribution=["e3"],
            )
        ],
    )
    found = {(d.layer, d.what): (d.a, d.b) for d in differences(Alignment(whole(), second), "x/01", TEXT)}
    assert found["entity", "wikidata: one is null"] == ("Anu None", "Anu Q1")
    assert found["stance", "target"] == ("Dalu oppose Bena “mengecam”", "Dalu oppose Cala “mengecam”")
    assert found["stance", "voiced_by"][1].endswith("[voiced_by Anu]")
    assert found["request", "channel: letter ↔ meeting"] == ("letter (Anu → Bena “meminta”)", "meeting")
    assert found["request", "messenger"] == ("– (Anu → Bena “meminta”)", "Dalu")
    assert found["request", "attribution"] == ("– (Anu → Bena “meminta”)", "Cala")
    assert found["request", "only a"] == ("Anu → Cala “meminta”", "–")
    assert found["item", "designation"] == ("“tank” None", "“tank” tank")
    assert found["item", "only a"] == ("“rudal” supply missile_unspecified", "– (Anu → Bena “meminta”)")
    assert found["stance", "only a: accuse"] == ("Dalu accuse Anu “menuduh”", "–")


@pytest.fixture
def twice(corpus: TinyCorpus) -> TinyCorpus:
    """The tiny corpus with two passes of two articles, which differ in one status."""
    for article in ("2031-anu/01", "2032-dalu/01"):
        gold = corpus.read(f"annotations/gold/{article}.json")
        for name in "ab":
            corpus.write(
                f"annotations/passes/{name}/{article}.json",
                {**gold, "annotator": {**gold["annotator"], "id": name, "kind": "language_model"}},
            )
    corpus.edit("annotations/passes/b/2031-anu/01.json", lambda body: body["requests"][0].update(status="refused"))
    return corpus


def run(corpus: TinyCorpus, *arguments: str) -> int:
    return main(["--root", str(corpus.root), "agree", *arguments])


def test_agree_prints_tables_and_json(twice: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(twice, "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["articles"] == 2
    assert report["annotators"] == {"a": ["a (language_model)"], "b": ["b (language_model)"]}
    assert report["measures"]["mentions_exact"]["value"] == 1.0
    assert run(twice, "--format", "markdown") == 0
    assert "| mentions, span and type, F1 | 1.000 | 1.000 to 1.000 |" in capsys.readouterr().out
    assert run(twice) == 0
    assert capsys.readouterr().out.startswith("measure")


def test_agree_lists_differences_with_their_words(twice: TinyCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(twice, "--differences") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("## request: status: not_stated ↔ refused (1)")
    assert "- 2031-anu/01: a not_stated (Anu → Bena “meminta”) | b refused" in shown
    assert "> Kota Anu – Republik Anu meminta 12 helikopter" in shown


def test_agree_writes_the_file_that_a_build_publishes(twice: TinyCorpus) -> None:
    twice.write("annotations/pilot.txt", "# the pilot\n2032-dalu/01\n")
    for name in "ab":
        twice.write(f"annotations/passes/pilot-{name}/2032-dalu/01.json", twice.read(f"annotations/passes/{name}/2032-dalu/01.json"))
    assert run(twice, "--write") == 0
    kept = twice.read("annotations/agreement.json")
    assert [kept[part]["articles"] for part in ("all", "after_pilot", "pilot")] == [2, 1, 1]


def test_the_card_of_a_build_tells_the_figures(twice: TinyCorpus, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run(twice, "--write", "--plot", str(twice.path("annotations/agreement.svg"))) == 0
    assert run(twice, "--check") == 0
    card = twice.path("DATASET_CARD.md")
    card.write_text(card.read_text("utf-8") + "\n<!-- figures: agreement -->\n<!-- end figures -->\n", "utf-8")
    assert main(["--root", str(twice.root), "build", "--out", str(tmp_path / "dist")]) == 0
    published = (tmp_path / "dist" / "README.md").read_text("utf-8")
    assert "| mentions, span and type, F1 | 1.000 (1.000 to 1.000) |" in published
    assert "(agreement.svg)" in published
    assert json.loads((tmp_path / "dist" / "statistics.json").read_bytes())["agreement"] == twice.read("annotations/agreement.json")
    assert (tmp_path / "dist" / "agreement.svg").exists()


def test_figures_that_are_out_of_date_are_refused(twice: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(twice, "--write") == 0
    twice.edit("annotations/passes/b/2031-anu/01.json", lambda body: body["requests"][0].update(channel="meeting"))
    assert run(twice, "--check") == 1
    assert "tells other figures than the passes" in capsys.readouterr().err
    for wrong, said in (
        (["--pilot"], "take all articles"),
        (["--plot", str(tmp_path / "x.svg")], "lies beside annotations/agreement.json"),
    ):
        assert run(twice, "--write", *wrong) == 1
        assert said in capsys.readouterr().err


def test_agree_measures_listed_articles_only(twice: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("2032-dalu/01\n", "utf-8")
    assert run(twice, "--articles", str(tmp_path / "list.txt"), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda corpus: corpus.remove("annotations/passes/b/2032-dalu/01.json"), "Not annotated in both a and b: 2032-dalu/01."),
        (lambda corpus: corpus.remove("annotations/passes/b"), "Not annotated in both a and b: 2031-anu/01, 2032-dalu/01."),
        (
            lambda corpus: (corpus.remove("annotations/passes/a"), corpus.remove("annotations/passes/b")),
            "There are no articles in annotations/passes/a and annotations/passes/b.",
        ),
        (
            lambda corpus: corpus.edit("annotations/passes/b/2032-dalu/01.json", lambda body: body.update(text_sha256="0" * 64)),
            "annotations/passes/b/2032-dalu/01.json: not an annotation of the text as it is",
        ),
    ],
)
def test_agree_refuses_passes_that_do_not_belong_together(
    twice: TinyCorpus, damage: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(twice)
    assert run(twice) == 1
    assert said in capsys.readouterr().err


def test_agree_plots(twice: TinyCorpus, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run(twice, "--plot", str(tmp_path / "agreement.svg")) == 0
    first = (tmp_path / "agreement.svg").read_bytes()
    assert first.startswith(b"<?xml")
    assert run(twice, "--plot", str(tmp_path / "agreement.svg")) == 0
    assert (tmp_path / "agreement.svg").read_bytes() == first


def test_resamples_draw_whole_articles() -> None:
    drawn = intervals.resamples(7)
    assert drawn.shape == (intervals.RESAMPLES, 7)
    assert np.all(drawn.sum(axis=1) == 7)


def test_measures_have_one_name_each() -> None:
    names = [measure.name for measure in agreement.MEASURES]
    assert len(names) == len(set(names))
