"""The themed tables, the programmes, the vocabulary and the codebook."""

import re
from typing import Any

import pandas as pd
import pytest

import hanbin_data as hd
from conftest import ROOT
from hanbin_data.frames import choose, rows

TABLES = list(hd.tables()["name"])
FRAMES = {
    "figures": hd.figures,
    "tables": hd.tables,
    "programmes": hd.programmes,
    "numerals": hd.numerals,
    "vocabulary": hd.vocabulary,
    "codebook": lambda: hd.codebook("codebook"),
    **{name: (lambda name=name: hd.load(name)) for name in TABLES},
    "indicators": hd.indicators,
    "refusals": hd.refusals,
    "checks": hd.checks,
    "context": hd.context,
    "comparisons": hd.comparisons,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_figures_says(name: str) -> None:
    table, figures = hd.load(name), hd.figures().set_index("id")
    assert table["figure_id"].is_unique
    value = table.columns[list(table.columns).index("low") - 1]
    stated = figures.loc[table["figure_id"]]
    for column in ("low", "high", "qualifier", "unit", "period_start", "period_end", "printed"):
        assert list(table[column]) == list(stated[column]), column
    assert list(table[value]) == list(stated["value"])
    assert set(stated["theme"]) == {hd.tables().set_index("name").loc[name, "theme"]}


def test_no_figure_stands_in_two_tables() -> None:
    placed = [name for table in TABLES for name in hd.load(table)["figure_id"]]
    assert len(placed) == len(set(placed))
    assert set(placed) <= set(hd.figures()["id"])


@pytest.mark.parametrize("name", TABLES)
def test_language_changes_labels_and_nothing_else(name: str) -> None:
    english, chinese = hd.load(name, "en"), hd.load(name, "zh")
    words = ["label", "note"]
    pd.testing.assert_frame_equal(english.drop(columns=words), chinese.drop(columns=words))
    assert not any(re.search("[\u4e00-\u9fff]", label) for label in english["label"])
    assert all(re.search("[\u4e00-\u9fff]", label) for label in chinese["label"])


def test_tables_lists_shapes_and_says_what_a_row_is() -> None:
    for line in hd.tables().itertuples():
        assert hd.load(line.name).shape == (line.rows, line.columns)
        assert line.description_en.startswith("Each row is ")
        assert line.description_zh.startswith("每行为")


def test_secretary_pay_is_tidy_in_year_and_statistic() -> None:
    pay = hd.load("secretary_pay")
    assert not pay.duplicated(["year", "statistic"]).any()
    assert list(pay["year"]) == [2016, 2021, 2021]


@pytest.mark.parametrize("name", FRAMES)
def test_codebook_has_a_row_for_every_column(name: str) -> None:
    frame, book = FRAMES[name](), hd.codebook(name)
    assert list(book["column"]) == list(frame.columns)
    assert list(book["dtype"]) == [str(dtype) for dtype in frame.dtypes]
    assert book[["meaning_en", "meaning_zh"]].notna().all(axis=None)
    assert all(re.search("[\u4e00-\u9fff]", meaning) for meaning in book["meaning_zh"])
    assert set(frame.columns[frame.isna().any()]) <= set(book["column"][book["missing"]])


def test_codebook_has_no_row_too_many() -> None:
    used = {(name, column) for name, make in FRAMES.items() for column in make().columns}
    themed = {column for name, column in used if name in TABLES}
    for row in rows("codebook"):
        place = row["column"] in themed if row["table"] == "themed" else (
            row["table"], row["column"]) in used  # fmt: skip
        assert place, row


@pytest.mark.parametrize("name", FRAMES)
def test_every_code_has_its_words(name: str) -> None:
    frame = FRAMES[name]()
    words = hd.vocabulary().groupby("field")["code"].agg(set)
    for column in frame.columns[frame.dtypes == "category"]:
        assert set(frame[column].dropna()) <= words[column], column
        assert len(frame[column].cat.categories) > 0


def test_vocabulary_is_complete_in_both_languages() -> None:
    for lang in ("en", "zh"):
        assert hd.vocabulary(lang).notna().all(axis=None)
    assert not hd.vocabulary().duplicated(["field", "code"]).any()


def test_programmes_stand_in_the_article(report: str) -> None:
    text = hd.normalise(report)
    for line in hd.programmes("zh").itertuples():
        assert text.startswith(line.name_zh, line.offset), line.name_zh
        assert line.name_en.isascii()
    assert hd.programmes()["offset"].is_monotonic_increasing
    assert hd.programmes()["name_zh"].is_unique


def test_programmes_stand_in_their_section() -> None:
    figures, first = hd.figures(), {}
    for theme, part in figures.groupby("theme"):
        first[theme] = (part["offset"].min(), part["offset"].max())
    for line in hd.programmes().itertuples():
        before = [
            first[t][0] for t in first if list(first).index(t) > list(first).index(line.theme)
        ]
        after = [first[t][1] for t in first if list(first).index(t) < list(first).index(line.theme)]
        assert all(line.offset < start for start in before), line.name_zh
        assert all(line.offset > end for end in after), line.name_zh


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: hd.load("tallent"), ValueError, "did you mean 'talent'"),
        (lambda: hd.load("nonsense"), ValueError, "circulars"),
        (lambda: hd.load("talent", "fr"), ValueError, "en, zh"),
        (lambda: hd.load(None), TypeError, "NoneType"),
        (lambda: hd.load("talent", lang=1), TypeError, "int"),
        (lambda: hd.programmes("EN"), ValueError, "did you mean 'en'"),
        (lambda: hd.vocabulary("de"), ValueError, "en, zh"),
        (lambda: hd.codebook("figure"), ValueError, "did you mean 'figures'"),
        (lambda: hd.codebook(["figures"]), TypeError, "list"),
        (lambda: hd.citation("apa"), ValueError, "text, bibtex, csl"),
        (lambda: choose("table", "x" * 10_000, ["a"]), ValueError, r"unknown table 'x{80}'\."),
    ],
)
def test_bad_input_is_answered(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


CHINESE = re.compile("[\u4e00-\u9fff]")
FILES = sorted(path.stem for path in (ROOT / "hanbin_data" / "data").glob("*.csv"))
AS_PUBLISHED = {("context", "title_en")}
"""Titles without a published translation stay as they are."""


@pytest.mark.parametrize("name", FILES)
def test_a_text_stands_in_its_own_language(name: str) -> None:
    for line in rows(name):
        for column, text in line.items():
            if column.endswith("_en") and (name, column) not in AS_PUBLISHED:
                # A term in parentheses, or a number as printed, may be Chinese.
                bare = re.sub(r"\([^)]*\)|Printed as [\d.]+\S+", "", text)
                assert not CHINESE.search(bare), (column, text)
            if column.endswith("_zh") and text not in ("", "%"):
                assert CHINESE.search(text), (column, text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_rows_share_a_label(lang: str) -> None:
    assert hd.figures()[f"label_{lang}"].is_unique
    for frame in (hd.indicators(lang=lang), hd.refusals(lang), hd.checks(lang)):
        label = "rule" if "rule" in frame else "label"
        assert not frame.duplicated(label).any(), frame[label][frame.duplicated(label)]
    for name in TABLES:
        table = hd.load(name, lang)
        assert not table.duplicated([table.columns[1], "label", "unit", "period_end"]).any()
    assert not hd.context(lang).duplicated(["geography", "label", "period"]).any()
    assert not hd.comparisons(lang).duplicated(["comparison", "place"]).any()


@pytest.mark.parametrize("make", [hd.indicators, hd.refusals], ids=["indicators", "refusals"])
def test_a_computation_has_the_theme_of_one_of_its_figures(make: Any) -> None:
    themes = dict(zip(hd.figures()["id"], hd.figures()["theme"], strict=True))
    for line in make().dropna(subset="figures").itertuples():
        assert line.theme in {themes[name] for name in line.figures.split(", ")}, line.id


def test_no_column_is_defined_twice() -> None:
    places = [(row["table"], row["column"]) for row in rows("codebook")]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("line", rows("checks"), ids=lambda line: line["id"])
def test_a_check_has_a_formula_or_quotes_the_text(line: dict[str, str]) -> None:
    assert bool(line["formula"]) != bool(line["quoted"])


@pytest.mark.parametrize("line", rows("comparisons"), ids=lambda line: line["id"])
def test_a_comparison_has_a_formula_with_its_unit_or_an_indicator(line: dict[str, str]) -> None:
    assert bool(line["formula"]) == bool(line["unit"])
    assert line["formula"] or line["indicator"]


@pytest.mark.parametrize(
    ("table", "column", "cell", "message"),
    [
        ("figures", "note_en", "{party_member}", "unknown name in note_en of the figure .*; did"),
        ("figures", "value", "1116.5", "figures, [a-z_]+, value: invalid literal"),
        ("figures", "unit", "men", "unknown unit 'men'"),
        ("figures", "offset", "x", "figures, line 1, offset: invalid literal"),
        ("table_rows", "figure_id", "nope", "unknown figure of [a-z_]+ 'nope'"),
        ("table_rows", "key", "nope", "unknown [a-z_]+ 'nope'"),
        (
            "indicators",
            "label_en",
            "{party_member}",
            "unknown figure in a text 'party_member'; did",
        ),
    ],
)
def test_a_contributor_s_slip_is_named(table: str, column: str, cell: str, message: str) -> None:
    from mutate import data, parsed, written

    lines = parsed(table)
    with (
        data(**{table: written(lines, 0, [{**lines[0], column: cell}])}),
        pytest.raises(ValueError, match=message),
    ):
        [frame() for frame in FRAMES.values()]
