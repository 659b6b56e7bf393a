"""Every frame: columns and types as described, texts in one language, bad words answered."""

import inspect
import re
from functools import partial
from typing import Any, get_args

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import hanbin_data as hd
from hanbin_data import frames
from hanbin_data.frames import rows
from hanbin_data.names import Described, Table
from hanbin_data.words import LANGUAGES

CHINESE = re.compile("[\u4e00-\u9fff]")
AS_PRINTED = {"printed", "counted", "classifier", "evidence", "definition", "title", "formula"}
"""Columns that quote the report or a publication, also in English."""


def made(name: str, lang: Any = None) -> pd.DataFrame:
    if name in get_args(Table):
        return hd.load(name, lang=lang)
    if name == "codebook":
        return hd.codebook("figures", lang=lang)
    return hd.numerals() if name == "numerals" else getattr(hd, name)(lang=lang)


FRAMES = pytest.mark.parametrize("name", get_args(Described))


@FRAMES
def test_the_codebook_says_what_the_columns_are(name: str) -> None:
    frame, book = made(name), hd.codebook(name)
    assert list(book["column"]) == list(frame.columns)
    assert list(book["dtype"]) == [str(dtype) for dtype in frame.dtypes]
    assert set(frame.columns[frame.isna().any()]) <= set(book["column"][book["missing"]])
    assert set(book["unit"].dropna()) - {"unit"} <= {*UNITS, "year", "character", "row", "column"}
    assert hd.codebook(name, lang="zh")["meaning"].str.contains(CHINESE).all()
    assert not book["meaning"].str.contains("[\u4e00-\u9fff]").any()


UNITS = set(hd.figures()["unit"])


@FRAMES
def test_codes_are_text_that_one_may_count_join_and_change(name: str) -> None:
    frame, described = made(name), frames.described()
    fields = described.get(name, described["themed"])
    for column in [column for column in frame if fields[column].get("codes")]:
        assert set(frame[column].dropna()) <= set(frames.labels(column))
        assert (frame[:1][column].value_counts() > 0).all()
        frame[column] = "a " + frame[column]
        frame.loc[0, column] = "my own"
        assert (frame.dtypes[column], frame[column][0]) == ("str", "my own")


def test_tables_one_below_another_have_one_column_of_numbers() -> None:
    both = pd.concat([hd.load(name) for name in get_args(Table)])
    stated = hd.figures().set_index("id")["value"]
    assert list(both["value"]) == list(stated[both["figure_id"]])


@FRAMES
def test_languages_differ_in_texts_alone_and_are_chosen_by_use(name: str) -> None:
    english, chinese = made(name, "en"), made(name, "zh")
    assert_frame_equal(made(name), english)
    hd.use("zh")
    assert_frame_equal(made(name), chinese)
    assert not [column for column in english if column.endswith(("_en", "_zh"))]
    for column in map(str, english):
        if not english[column].equals(chinese[column]):
            assert english[column].dtype == "str"
            assert (english[column].isna() == chinese[column].isna()).all()
        if column not in AS_PRINTED and name != "vocabulary" and english[column].dtype == "str":
            # A term in parentheses, or a number as printed, may be Chinese.
            bare = english[column].str.replace(r"\([^)]*\)|Printed as \S+", "", regex=True)
            assert not bare[bare.str.contains("[\u4e00-\u9fff]", na=False)].any(), column


@FRAMES
def test_every_call_gives_a_fresh_frame(name: str) -> None:
    before = made(name).copy()
    changed = made(name)
    changed[changed.columns[0]] = 0
    assert_frame_equal(made(name), before)


@pytest.mark.parametrize("lang", LANGUAGES)
@FRAMES
def test_no_two_rows_share_their_words(name: str, lang: str) -> None:
    told = ["field", "code", "geography", "label", "rule", "place", "comparison", "name", "column"]
    told += ["unit", "period", "period_end", "offset"]
    frame = made(name, lang)
    assert not frame.duplicated([column for column in told if column in frame]).any()


TABLES = hd.tables()


@pytest.mark.parametrize("name", get_args(Table))
def test_a_table_says_what_figures_says(name: str) -> None:
    table, figures = hd.load(name), hd.figures().set_index("id")
    stated = figures.loc[table["figure_id"]]
    for column in table.loc[:, "label":"low"].columns[1:-1]:
        assert list(table[column]) == list(stated["value"])
    same = [column for column in table if column in stated and column != "label"]
    assert len(same) >= 10
    for column in same:
        assert table[column].to_list() == stated[column].to_list() or table[column].isna().any()
    line = TABLES[TABLES["name"] == name].iloc[0]
    assert table.shape == (line["rows"], line["columns"])
    assert set(stated["theme"]) == {line["theme"]}


def test_no_figure_stands_in_two_tables() -> None:
    placed = [name for table in get_args(Table) for name in hd.load(table)["figure_id"]]
    assert len(placed) == len(set(placed))


def test_one_row_by_its_name() -> None:
    for name in ("figure", "indicator"):
        frame = getattr(hd, f"{name}s")(lang="zh")
        for line in frame.to_dict("records")[::10]:
            row = getattr(hd, name)(line["id"], lang="zh")
            assert row.name == line["id"]
            assert all(row[key] == line[key] or pd.isna(row[key]) for key in line)


def test_every_figure_is_explained_on_one_page() -> None:
    page = hd.explanations(lang="zh")
    assert list(page["id"]) == list(hd.figures()["id"])
    assert page["name"].is_unique
    for line, figure in zip(page.itertuples(), hd.figures(lang="zh").itertuples(), strict=True):
        assert figure.printed in line.definition
        assert str(figure.period_end) in line.period
        assert "{" not in line.definition


CALLS = [(name, argument) for name in hd.__all__ if inspect.isfunction(getattr(hd, name))
         for argument in inspect.signature(getattr(hd, name)).parameters
         if argument in ("name", "table", "theme", "style", "lang")]  # fmt: skip
FIRST = {"load": "talent", "figure": "cases_filed", "indicator": "pay_rise", "codebook": "figures"}


@pytest.mark.parametrize(("name", "argument"), CALLS)
def test_a_wrong_word_is_answered_with_the_right_ones(name: str, argument: str) -> None:
    first = [FIRST[name]] if argument == "lang" and name in FIRST else []
    call = partial(getattr(hd, name), *first)
    for odd in ("", "EN", "人才", "../figures", "\0", "\ud800", "x" * 10**5):
        with pytest.raises(ValueError, match=r"unknown .*Valid: ") as failure:
            call(**{argument: odd})
        assert repr(odd[:80]) in str(failure.value)
    for odd in (3, b"en", ["en"]):
        with pytest.raises(TypeError, match=f"must be a string, not {type(odd).__name__}"):
            call(**{argument: odd})


def test_a_language_is_given_by_name() -> None:
    with pytest.raises(TypeError, match="positional argument"):
        hd.indicators("talent", "zh")
    with pytest.raises(TypeError, match="positional argument"):
        hd.figures("zh")


@pytest.mark.parametrize(
    ("table", "column", "cell", "message"),
    [
        ("figures", "note_en", "{party_member}", "unknown figure in a text 'party_member'; did"),
        ("figures", "value", "1116.5", "figures, line 1, value: invalid literal"),
        ("figures", "value", "x", "[a-z_]+: its numbers and years must be so"),
        ("figures", "unit", "men", "figures, line 1, unit: unknown unit 'men'"),
        ("figures", "offset", "x", "figures, line 1, offset: invalid literal"),
        ("table_rows", "figure_id", "nope", "unknown figure of [a-z_]+ 'nope'"),
        ("table_rows", "key", "nope", "unknown [a-z_]+ 'nope'"),
        ("indicators", "label_en", "{party_member}", "unknown figure in a text 'party_member'; "),
    ],
)
def test_a_contributor_s_slip_is_named(
    table: str, column: str, cell: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = frames._parsed
    changed = [{**read(table)[0], column: cell}, *read(table)[1:]]
    monkeypatch.setattr(frames, "_parsed", lambda name: changed if name == table else read(name))
    with pytest.raises(ValueError, match=message):
        [made(name) for name in get_args(Described) if name not in ("tables", "codebook")]


def test_programmes_stand_in_the_article_in_their_section(report: str) -> None:
    text, programmes = hd.normalise(report), hd.programmes()
    assert programmes["offset"].is_monotonic_increasing
    assert programmes["printed"].is_unique
    starts = hd.figures().groupby("theme")["offset"].agg(["min", "max"])
    for line in programmes.itertuples():
        assert text.startswith(line.printed, line.offset), line.printed
        others = starts.drop(index=line.theme)
        assert not ((others["min"] < line.offset) & (line.offset < others["max"])).any()


TEXTS = ["figures", "tables", "programmes", "vocabulary", "indicators", "refusals", "checks",
         "context", "comparisons"]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_stands_in_both_languages_with_the_same_numbers(name: str) -> None:
    for line in rows(name):
        for column in [key.removesuffix("_en") for key in line if key.endswith("_en")]:
            english, chinese = line[f"{column}_en"], line[f"{column}_zh"]
            assert bool(english) == bool(chinese), line
            assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese)), line
            assert column == "title" or not chinese or CHINESE.search(chinese) or "%" in chinese
            if column in ("label", "note", "assumption", "reason", "rule", "statement"):
                assert not re.search(r"[\u4e00-\u9fff][,;:?!]", chinese), line


@pytest.mark.parametrize("name", ["figures", "indicators", "refusals", "checks", "comparisons"])
def test_no_number_of_the_report_is_typed_in_a_text(name: str) -> None:
    """A text names the figure in braces, so that it follows when the number changes."""
    typed = {line[key] for line in rows("figures") for key in ("value", "period_start")}
    typed |= {f"{int(number):,}" for number in typed if int(number) > 5}
    for line in rows(name):
        for column, text in line.items():
            if column.endswith(("_en", "_zh")):
                numbers = re.findall(r"(?<![\w.])\d[\d,.]*\d(?!\w)", re.sub(r"{\w+}", "", text))
                assert not set(numbers) & typed, (line["id"], column)
