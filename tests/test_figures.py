"""The long table: each figure reads as it is printed, and nothing is untyped or unsaid."""

import re

import pandas as pd
import pytest

import hanbin_data as hd
from hanbin_data.frames import rows

FIGURES = hd.figures()
IDS = list(FIGURES["id"])
COLUMNS = re.findall(
    r"\w+",
    "id theme label_en label_zh value low high qualifier unit unit_zh measure period_start "
    "period_end period_basis part_of printed counted section offset note_en note_zh",
)
THEMES = ["political", "grassroots", "talent", "discipline"]
SENTENCE = "。;!?"


def reading(printed: str) -> tuple[int, int, int, str]:
    """Value, low, high and qualifier of a printed token, read without the package."""
    if printed == "清零":
        return 0, 0, 0, "cleared"
    digits, scale, _ = re.fullmatch(r"([0-9.]+)(余|亿)?([名个件人次批元])", printed).groups()
    if scale == "亿":
        whole, cents = digits.split(".")
        assert len(cents) == 2
        value = int(whole) * 10**8 + int(cents) * 10**6
        return value, value - 500_000, value + 499_999, "rounded"
    value = int(digits)
    if scale == "余":
        step = 10 ** (len(digits) - len(digits.rstrip("0")))
        return value, value + 1, value + step - 1, "over"
    return value, value, value, "exact"


def check_reading(figure: pd.Series) -> None:
    value, low, high, qualifier = reading(figure["printed"])
    assert (figure["value"], figure["low"], figure["high"]) == (value, low, high)
    if qualifier == "exact":
        qualifier = {"年平均报酬": "average", "最高补贴": "at_most"}.get(figure["counted"], "exact")
    assert figure["qualifier"] == qualifier


def check_place(figure: pd.Series, text: str) -> None:
    start, printed = figure["offset"], figure["printed"]
    assert text[start : start + len(printed)] == printed
    assert not re.match(r"[0-9.]", text[start - 1])
    before = re.split(f"[{SENTENCE}]", text[:start])[-1]
    after = re.split(f"[{SENTENCE}]", text[start:])[0]
    assert figure["counted"] in before + after


def check_all(figure: pd.Series, text: str) -> None:
    check_reading(figure)
    check_place(figure, text)


def figure_named(name: str) -> pd.Series:
    return FIGURES.set_index("id", drop=False).loc[name]


def test_columns_and_types() -> None:
    assert list(FIGURES.columns) == COLUMNS
    numbers = {"value", "low", "high", "period_start", "period_end", "section", "offset"}
    classes = {"theme", "qualifier", "unit", "measure", "period_basis"}
    for column in COLUMNS:
        kind = "int64" if column in numbers else "category" if column in classes else "str"
        assert str(FIGURES[column].dtype) == kind, column
    assert FIGURES["theme"].cat.ordered
    assert list(FIGURES["theme"].cat.categories) == THEMES


def test_ids_are_unique_and_in_the_order_of_the_report() -> None:
    assert FIGURES["id"].is_unique
    assert FIGURES["id"].str.fullmatch(r"[a-z][a-z0-9_]*").all()
    assert FIGURES["offset"].is_monotonic_increasing
    assert (FIGURES["section"] == FIGURES["theme"].cat.codes + 1).all()


def test_every_call_gives_a_fresh_frame() -> None:
    first = hd.figures()
    first.loc[0, "value"] = -1
    pd.testing.assert_frame_equal(hd.figures(), FIGURES)


@pytest.mark.parametrize("name", IDS)
def test_printed_reads_as_value_range_and_qualifier(name: str) -> None:
    check_reading(figure_named(name))


@pytest.mark.parametrize("name", IDS)
def test_figure_stands_where_it_says(name: str, report: str) -> None:
    check_place(figure_named(name), hd.normalise(report))


@pytest.mark.parametrize("name", IDS)
def test_unit_is_the_printed_classifier(name: str) -> None:
    figure = figure_named(name)
    cleared = figure["qualifier"] == "cleared"
    assert figure["counted" if cleared else "printed"].endswith(figure["unit_zh"])
    allowed = {
        "名": ["person"], "人": ["person"], "个": ["organisation", "village", "site", "branch",
        "station", "problem"], "件": ["case", "clue"], "次": ["inspection"], "批": ["batch"],
        "元": ["CNY", "CNY_per_year"], "村": ["village"],
    }  # fmt: skip
    assert figure["unit"] in allowed[figure["unit_zh"]]


@pytest.mark.parametrize("name", IDS)
def test_period_and_its_basis(name: str, report: str) -> None:
    figure = figure_named(name)
    assert 2016 <= figure["period_start"] <= figure["period_end"] <= 2021
    assert (figure["measure"] == "cumulative") == (figure["period_start"] < figure["period_end"])
    text = hd.normalise(report)
    start = max(text.rfind(mark, 0, figure["offset"]) for mark in SENTENCE)
    lead = text[start + 1 : figure["offset"]]
    if figure["period_basis"] == "stated":
        assert "五年来" in lead or f"{figure['period_end']}年" in lead
    else:
        assert "五年来" not in lead
    if figure["period_basis"] == "inferred":
        assert re.search(r"20\d\d|five years", figure["note_en"])


@pytest.mark.parametrize("name", IDS)
def test_labels_and_notes_in_both_languages(name: str) -> None:
    figure = figure_named(name)
    assert re.search("[\u4e00-\u9fff]", figure["label_zh"])
    assert figure["label_en"].isascii()
    assert pd.isna(figure["note_en"]) == pd.isna(figure["note_zh"])
    if not pd.isna(figure["note_en"]):
        bare = re.sub(r"\([^)]*\)", "", figure["note_en"])
        assert not re.search("[\u4e00-\u9fff]", bare)
        assert re.search("[\u4e00-\u9fff]", figure["note_zh"])
        assert figure["note_zh"].endswith("。")


def test_a_part_is_never_larger_than_its_whole() -> None:
    value = FIGURES.set_index("id")["value"]
    parts = FIGURES.dropna(subset="part_of").set_index("id")["part_of"]
    assert dict(parts) == {"section_level_sanctioned": "persons_sanctioned"}
    for part, whole in parts.items():
        assert value[part] <= value[whole]


def test_labels_and_notes_type_no_number_of_their_own() -> None:
    for row in rows("figures"):
        for column in ("label_en", "label_zh", "note_en", "note_zh"):
            assert not re.search("[0-9]", re.sub(r"\{[a-z_0-9]+\}", "", row[column])), row["id"]


def test_a_note_quotes_the_figures_it_names() -> None:
    note = figure_named("section_level_sanctioned")["note_en"]
    assert f"{figure_named('persons_sanctioned')['value']:,}" in note
    note = figure_named("conduct_inspections")["note_en"]
    assert "60-odd (60余次)" in note
    assert "from 61 to 69" in note


@pytest.mark.parametrize("column", ["value", "low", "high", "offset", "printed", "counted"])
@pytest.mark.parametrize("name", IDS)
def test_a_changed_cell_does_not_pass(name: str, column: str, report: str) -> None:
    figure = figure_named(name).copy()
    old = figure[column]
    figure[column] = old + 1 if not isinstance(old, str) else "9" + old
    with pytest.raises((AssertionError, AttributeError)):
        check_all(figure, hd.normalise(report))
