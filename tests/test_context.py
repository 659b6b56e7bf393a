"""Outside figures, what they are set beside, and that the two never mix."""

import csv
import itertools
import re
from decimal import Decimal

import pandas as pd
import pytest

import hanbin_data as hd
from conftest import ROOT, missing
from hanbin_data.derived import evaluate, names, terms
from hanbin_data.frames import rows

SCALE = {"亿": 10**8, "万": 10**4}


@pytest.fixture(scope="module")
def outside() -> pd.DataFrame:
    return hd.context().set_index("id")


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return hd.comparisons().set_index("id")


@pytest.fixture(scope="module")
def v(outside) -> dict[str, float]:
    stated = hd.figures().set_index("id")["value"]
    return {**stated.to_dict(), **outside["value"].to_dict()}


def test_context_is_the_sourced_file() -> None:
    path = ROOT.parent / "shared/context/context.csv"
    if not path.is_file():
        missing(f"no sourced file at {path}")
    with path.open(encoding="utf-8", newline="") as opened:
        sourced = {line["id"]: line for line in csv.DictReader(opened)}
    own = {line["id"]: line for line in rows("context")}
    assert list(own) == list(sourced)
    for name, line in sourced.items():
        for column in ("geography", "value", "unit", "period", "published", "confidence"):
            assert own[name][column] == line[column], (name, column)
        assert own[name]["label_en"].lower() == line["indicator"].lower()
        assert own[name]["title_en"] == line["title"]
        # The name of one newspaper is put into English.
        assert (
            own[name]["publisher_en"].split(" citing ")[1:]
            == (line["publisher"].split(" citing ")[1:])
        )


@pytest.mark.parametrize("line", rows("context"), ids=lambda line: line["id"])
def test_ranges_follow_from_the_precision(line, outside) -> None:
    value, precision = Decimal(line["value"]), Decimal(line["precision"])
    low, high = (Decimal(str(outside.at[line["id"], end])) for end in ("low", "high"))
    assert value % precision == 0
    if precision == 1:
        assert low == high == value
    elif precision > 1:

        def rounded(n):
            return (n + precision / 2) // precision * precision

        assert rounded(low) == rounded(high) == value
        assert value not in (rounded(low - 1), rounded(high + 1))
    else:
        assert (low, high) == (value - precision / 2, value + precision / 2)


PRINTED = [line for line in rows("context") if line["note_en"].startswith("Printed as")]


@pytest.mark.parametrize("line", PRINTED, ids=lambda line: line["id"])
def test_printed_forms_give_value_and_precision(line) -> None:
    digits, word = re.match(r"Printed as ([\d.]+)([万亿])", line["note_en"]).groups()
    assert Decimal(digits) * SCALE[word] == Decimal(line["value"])
    places = len(digits.partition(".")[2])
    assert Decimal(SCALE[word]) / 10**places == Decimal(line["precision"])


def test_some_figures_are_rounded_and_9514_8_is_one(outside) -> None:
    assert len(PRINTED) >= 10
    members = outside.loc["china_party_members"]
    assert members["low"] == members["value"] - 500
    assert members["high"] == members["value"] + 499


def test_figures_stay_the_reports_alone(outside) -> None:
    assert not set(outside.index) & set(hd.figures()["id"])
    assert list(hd.figures()["id"]) == [line["id"] for line in rows("figures")]
    for name in hd.tables()["name"]:
        assert set(hd.load(name)["figure_id"]) <= set(hd.figures()["id"])
    for drawn in hd.indicators()["figures"]:
        assert set(drawn.split(", ")) <= set(hd.figures()["id"])


def test_nothing_drawn_from_the_figures_reads_the_context() -> None:
    package = ROOT / "hanbin_data"
    reading = {
        path.name
        for path in package.glob("*.py")
        if re.search(r"hanbin_data\.outside|rows\(\"context\"\)", path.read_text(encoding="utf-8"))
    }
    assert reading == {"__init__.py", "outside.py"}


def test_comparisons_against_plain_arithmetic(compared, v) -> None:
    prices = 1.0
    for year in range(2017, 2022):
        prices *= 1 + v[f"china_cpi_{year}"] / 100
    nominal = v["secretary_pay_2021"] / v["secretary_pay_2016"]
    expected = {
        "members_hanbin": v["party_members"] / v["party_organisations"],
        "members_china": v["china_party_members"] / v["china_primary_organisations"],
        "members_shaanxi": v["shaanxi_party_members"] / v["shaanxi_primary_organisations"],
        "growth_pay": (nominal - 1) * 100,
        "growth_pay_real": (nominal / prices - 1) * 100,
        "growth_prices": (prices - 1) * 100,
        "growth_income_shaanxi": (v["shaanxi_rural_income_2021"] / v["shaanxi_rural_income_2016"])
        * 100
        - 100,
        "pay_over_shaanxi_2016": v["secretary_pay_2016"] / v["shaanxi_rural_income_2016"],
        "pay_over_shaanxi_2021": v["secretary_pay_2021"] / v["shaanxi_rural_income_2021"],
        "clues_hanbin": v["cases_filed"] / v["problem_clues"] * 100,
        "clues_hubei_2020": v["hubei_cases_2020"] / v["hubei_clues_2020"] * 100,
        "clues_china_2021": v["china_cases_2021"] / v["china_clues_2021"] * 100,
        "persons_shaanxi": v["shaanxi_sanctioned_2018_2023"] / v["shaanxi_cases_2018_2023"],
        "persons_china_2020": v["china_sanctioned_2020"] / v["china_cases_2020"],
        "formalism_china": v["china_formalism_cases_2019"]
        / (v["china_formalism_cases_2019"] + v["china_hedonism_cases_2019"])
        * 100,
        "grid_branches_hanbin": v["grid_branches"]
        / (v["hanbin_villages"] + v["hanbin_communities"]),
        "posts_villages": v["hanbin_villages"],
    }
    for name, number in expected.items():
        assert compared.at[name, "value"] == pytest.approx(number, rel=1e-12), name


def test_the_district_shows_its_indicator(compared) -> None:
    derived = hd.indicators().set_index("id")
    own = compared[compared["sources"].isna() & compared["indicator"].notna()]
    assert len(own) == 5
    for row in own.itertuples():
        for column in ("value", "low", "high", "unit", "formula", "figures", "theme"):
            assert getattr(row, column) == derived.at[row.indicator, column], row.Index


def test_ranges_hold_the_corners_and_the_middle(compared) -> None:
    columns = ["id", "value", "low", "high", "period_start", "period_end"]
    both = pd.concat([hd.figures()[columns], hd.context()[columns]])
    known = terms(both.to_dict("records"))
    wide = 0
    for name, row in compared.iterrows():
        drawn = names({"id": name, "formula": row["formula"]})
        assert row["low"] <= row["value"] <= row["high"]
        wide += row["low"] < row["high"]
        points = [[low, (low + high) / 2, high] for _, low, high in map(known.get, drawn)]
        for case in itertools.islice(itertools.product(*points), 729):
            result = eval(row["formula"], {}, dict(zip(drawn, case, strict=True)))
            assert row["low"] * (1 - 1e-12) <= result <= row["high"] * (1 + 1e-12), name
    assert wide >= 6


def test_one_unit_a_comparison_and_more_than_one_row(compared) -> None:
    for _, some in compared.groupby("comparison", observed=True):
        assert some["unit"].nunique() == 1
        assert len(some) >= 2
        assert some["place"].is_unique
        assert some["label"].nunique() == 1


def test_every_comparison_sets_the_report_beside_something(compared) -> None:
    for code, some in compared.groupby("comparison", observed=True):
        assert some["figures"].notna().any(), code
        assert some["sources"].notna().any(), code


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_compared_is_graded_dated_and_limited(lang) -> None:
    compared = hd.comparisons(lang)
    grades = hd.context(lang).set_index("id")["confidence"]
    for row in compared.itertuples():
        years = re.findall(r"20\d\d", row.place)
        assert years == [str(year) for year in dict.fromkeys((row.period_start, row.period_end))]
        if isinstance(row.sources, str):
            used = [grades[name] for name in row.sources.split(", ")]
            assert row.confidence == ("B" if "B" in used else "A")
            assert isinstance(row.comparability, str)
            assert len(row.statement) > 6
        else:
            assert pd.isna(row.confidence)
            assert pd.isna(row.comparability)


def test_languages_differ_in_words_alone() -> None:
    for function, words in (
        (hd.context, ["label", "publisher", "title", "note"]),
        (hd.comparisons, ["label", "place", "statement"]),
    ):
        english, chinese = function("en"), function("zh")
        pd.testing.assert_frame_equal(english.drop(columns=words), chinese.drop(columns=words))
        assert (english[words[0]] != chinese[words[0]]).all()


def test_the_zones_are_warned_of() -> None:
    lines = hd.comparisons().set_index("id")["statement"]
    for name in ("grid_branches_hanbin", "posts_villages"):
        assert "zones" in lines[name]


@pytest.mark.parametrize("name", ["sanctioned_per_resident", "sanctioned_per_member", "ranking"])
def test_refusals_cover_the_context(name) -> None:
    with pytest.raises(ValueError, match="is refused"):
        hd.indicator(name)


def test_a_refused_comparison_is_reported() -> None:
    columns = ["id", "value", "low", "high", "period_start", "period_end"]
    both = pd.concat([hd.figures()[columns], hd.context()[columns]])
    line = {"id": "mine", "formula": "1000 * persons_sanctioned / hanbin_residents"}
    with pytest.raises(ValueError, match="sanctioned_per_resident"):
        evaluate([line], both)


@pytest.mark.parametrize("function", [hd.context, hd.comparisons])
def test_bad_language(function) -> None:
    with pytest.raises(ValueError, match="did you mean 'zh'"):
        function("zhh")
    with pytest.raises(TypeError, match="must be a string"):
        function(1)
