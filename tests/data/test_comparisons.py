"""Outside figures with their sources and ranges, and that they never mix with the report's."""

import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import hanbin_data as hd
from hanbin_data.frames import rows

SCALE = {"": 1, "万": 10**4, "亿": 10**8}
OUTSIDE, COMPARED = hd.context().set_index("id"), hd.comparisons().set_index("id")


@pytest.mark.parametrize("line", rows("context"), ids=lambda line: line["id"])
def test_a_range_is_what_rounds_to_the_published_number(line: dict[str, str]) -> None:
    value, step = Decimal(line["value"]), Decimal(line["precision"])
    low, high = (Decimal(str(OUTSIDE.at[line["id"], end])) for end in ("low", "high"))
    assert value % step == 0
    if step == 1:
        assert low == high == value
    else:
        least = 1 if step > 1 else 0  # a count is whole
        assert (value - low, high + least - value) == (step / 2, step / 2)
    printed = re.match(r"Printed as ([\d.]+)([万亿]?)", line["note_en"])
    if printed:
        digits, word = printed.groups()
        assert Decimal(digits) * SCALE[word] == value
        assert Decimal(SCALE[word]) / 10 ** len(digits.partition(".")[2]) == step


def test_an_outside_figure_has_a_publisher_and_its_day() -> None:
    for row in OUTSIDE.itertuples():
        assert row.publisher
        assert row.title
        assert row.period_start <= row.period_end <= int(row.published[:4]), row.Index
        assert pd.isna(row.url) or re.fullmatch(r"(https?://)?[\w.-]+\.\w+/\S*", row.url), row.Index


def test_only_comparisons_read_what_others_publish() -> None:
    package = Path(hd.__file__).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in package.glob("*.py")}
    reading = {name for name, text in texts.items() if 'rows("context")' in text}
    assert reading == {"comparisons.py"}
    assert not set(OUTSIDE.index) & set(hd.figures()["id"])


def test_the_district_shows_its_indicator() -> None:
    derived = hd.indicators().set_index("id")
    own = COMPARED[COMPARED["sources"].isna() & COMPARED["indicator"].notna()]
    assert len(own) > 0
    for row in own.itertuples():
        for column in ("value", "low", "high", "unit", "formula", "computed", "figures"):
            here, there = getattr(row, column), derived.at[row.indicator, column]
            assert here == there or (pd.isna(here) and pd.isna(there)), (row.Index, column)


def test_a_comparison_sets_the_report_beside_others_on_one_scale() -> None:
    for code, some in COMPARED.groupby("comparison"):
        assert some["unit"].nunique() == some["label"].nunique() == 1, code
        assert some["figures"].notna().any(), code
        assert some["sources"].notna().any(), code


def test_what_is_compared_is_dated_graded_and_limited() -> None:
    grades = OUTSIDE["confidence"].astype("str")
    for row in COMPARED.itertuples():
        years = list(dict.fromkeys([str(row.period_start), str(row.period_end)]))
        assert re.findall(r"\d{4}", row.place)[-len(years) :] == years, row.Index
        if isinstance(row.sources, str):
            assert row.confidence == max(grades[name] for name in row.sources.split(", "))
            assert isinstance(row.comparability, str)
            assert isinstance(row.statement, str), row.Index
        else:
            assert pd.isna(row.confidence)
            assert pd.isna(row.comparability)
