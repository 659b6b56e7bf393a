"""Prose is true in both languages: its numbers are the data's, and its Chinese is the English's."""

import calendar
import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

import editions
import hanbin_data as hd
from conftest import NOTEBOOKS, ROOT, edition, stored, texts

UNITS = {"hundred million": 1e8, "million": 1e6, "万": 1e4, "亿": 1e8}
# Letters are those of ASCII: in Chinese, a number stands between words without a space.
NUMBER = re.compile(
    r"(?<![A-Za-z_\d.])(?!0\d)(\d[\d,]*(?:\.\d+)?)(?![A-Za-z_\d])\s*"
    rf"({'|'.join(UNITS)})?"
)


def numbers(text: str) -> Iterator[tuple[float, float]]:
    """The numbers of a text, with what they are multiplied by: 1.7 and 万.

    Those in code, links, placeholders, colours and the names of files do not count.
    """
    text = re.sub(r"(?s)```.*?```|`[^`]*`|\]\([^)]*\)|\{[^}]*\}|https?://\S+|#\w+", " ", text)
    for found, unit in NUMBER.findall(text):
        yield float(found.replace(",", "")), UNITS.get(unit, 1)


# --- A number is one of the data, or of an output that stands beside it ----------------------


@cache
def known() -> frozenset[float]:
    """Every number of the data: values, range ends, years, and how many there are."""
    figures, programmes = hd.figures(), hd.programmes()
    columns = ["value", "low", "high", "period_start", "period_end", "section"]
    found = set(figures[columns].to_numpy().ravel().astype(float))
    found |= {float(n) for printed in figures["printed"] for n in re.findall(r"[\d.]+", printed)}
    found |= {len(frame) for frame in (figures, hd.numerals(), programmes, hd.tables())}
    found |= {*programmes.value_counts(["theme", "kind"])}
    return frozenset(found | {float(part) for part in hd.SOURCE["published"][:10].split("-")})


def strange(text: str, allowed: frozenset[float]) -> list[float]:
    """The numbers of a text that are not allowed; 1.7万 may stand for 1.7 or for 17000."""
    return [n for n, factor in numbers(text) if not {n, round(n * factor, 6)} & allowed]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=edition)
def test_numbers_in_a_notebook(path: Path) -> None:
    cells = stored(path).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = {n for output in outputs for text in texts(output) for n, _ in numbers(text)}
    for cell in cells:
        if cell.cell_type == "markdown":
            assert strange(cell.source, known() | shown) == [], cell.source[:80]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_numbers_in_a_readme(name: str) -> None:
    """No count is typed there either, so that a new figure changes one row alone."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^## (Speed|速度).*?(?=^## |\Z)", "", text)
    counts = {len(frame) for frame in (hd.figures(), hd.indicators(), hd.refusals())}
    assert strange(text, known() - counts | {3.11}) == []


def test_what_titles_say_of_the_names_is_so() -> None:
    """01-political: most campaigns are in the first part, mechanisms in all four and at the end."""
    names = hd.programmes()
    first, *others = names["theme"].unique()
    assert names[names["kind"] == "campaign"]["theme"].mode().tolist() == [first]
    assert {*names[names["kind"] == "mechanism"]["theme"]} == {first, *others}
    assert (names["kind"].iloc[0], names["kind"].iloc[-1]) == ("campaign", "mechanism")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The district has 1,117 organisations.", [1117]),
        ("全区基层党组织1117个。", [1117]),
        ("全区基层党组织11.16万个。", [11.16]),
        ("The district has 1,116 organisations (`f[7]`).", []),
        ("全区基层党组织1116个，投入9.64亿元。", []),
    ],
)
def test_an_invented_number_is_found_out(text: str, found: list[float]) -> None:
    assert strange(text, known()) == found


# --- The catalogues --------------------------------------------------------------------------


@pytest.mark.parametrize("name", editions.CATALOGUES)
def test_every_message_has_its_chinese_and_none_is_left_over(name: str) -> None:
    found = {message.id for message in editions.messages(name) if message.id}
    catalogue = editions.catalogue(name)
    listed = {message.id: message for message in catalogue if message.id}
    assert found - set(listed) == set(), "missing: make words"
    assert set(listed) - found | set(catalogue.obsolete) == set(), "unused: make words"
    assert [text for text, message in listed.items() if message.fuzzy] == [], "fuzzy"
    assert [text for text, message in listed.items() if not message.string] == [], "untranslated"


SPELLED = "zero one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: number for number, word in enumerate(SPELLED.split())}
WORDS |= {"no": 0, "none": 0, "each": 1, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100}
WORDS |= {name: number for number, name in enumerate(calendar.month_name) if name}


def lacking(text: str, other: str) -> set[float]:
    """The numbers of a text that its translation has neither in digits nor in words."""
    units = {1, *(factor for unit, factor in UNITS.items() if unit in other)}
    meant = {round(number * unit, 6) for number, own in numbers(other) for unit in {own, *units}}
    meant |= {WORDS.get(word, WORDS.get(word.lower())) for word in re.findall("[A-Za-z]+", other)}
    meant |= {unicodedata.numeric(word, None) for word in other if not word.isascii()}
    return {round(number * factor, 6) for number, factor in numbers(text)} - meant


@pytest.mark.parametrize("name", editions.CATALOGUES)
def test_the_chinese_has_the_numbers_and_placeholders_of_the_english(name: str) -> None:
    differing = {}
    for message in editions.catalogue(name):
        if message.id and message.string:
            strange = lacking(message.id, message.string) | lacking(message.string, message.id)
            if name != "notebooks/zh.po":
                one, other = (set(re.findall(r"\{(\w*)", m)) for m in (message.id, message.string))
                strange |= one ^ other
            if strange:
                differing[message.id[:80]] = strange
    assert differing == {}


@pytest.mark.parametrize(
    ("english", "chinese", "found"),
    [
        ("On 28 September 2021, 1,116 of `f[7]`", "2021年9月28日，1116个", set()),
        ("In October 2021", "2021年9月", {9}),
        ("1,116 organisations", "1117个组织", {1116, 1117}),
        ("17,000 yuan", "1.7万元", set()),
        ("17,000 yuan", "17万元", {17000, 170000}),
        ("per 100 cases, two each", "每百件2例", set()),
    ],
)
def test_a_message_with_another_number_is_found_out(
    english: str, chinese: str, found: set[float]
) -> None:
    assert lacking(english, chinese) | lacking(chinese, english) == found


def test_the_compiled_catalogue_is_the_catalogue() -> None:
    compiled = read_mo(io.BytesIO((ROOT / "hanbin_data/zh.mo").read_bytes()))
    both = compiled, editions.catalogue("hanbin_data/zh.po")
    one, other = ({m.id: m.string for m in found if m.id} for found in both)
    assert one == other, "make words"
