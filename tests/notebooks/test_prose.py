"""A number in prose is a number of the data, or of an output that stands beside it."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

import hanbin_data as hd
from conftest import NOTEBOOKS, ROOT, edition
from hanbin_data.slides.notebooks import CHART, read

# Letters are those of ASCII: in Chinese, a number stands between words without a space.
NUMBER = re.compile(r"(?<![A-Za-z_\d.#/-])(\d[\d,]*(?:\.\d+)?)(?![A-Za-z_\d/])(万|亿)?")


def numbers(text: str) -> set[str]:
    """The numbers of a text, without thousands marks."""
    return {number.rstrip(",").replace(",", "") for number, _ in NUMBER.findall(text)}


def strange(text: str, allowed: set[str]) -> list[str]:
    """The numbers of a text that are not allowed; 1.7万 may stand for 1.7 or for 17000."""
    found = []
    for number, unit in NUMBER.findall(text):
        plain = number.rstrip(",").replace(",", "")
        full = f"{round(float(plain) * {'万': 1e4, '亿': 1e8}.get(unit, 1), 6):.12g}"
        if not {plain, full} & allowed:
            found.append(plain + unit)
    return found


def known() -> set[str]:
    """Every number of the data: values, range ends, years, and how many there are."""
    figures = hd.figures()
    columns = ["value", "low", "high", "period_start", "period_end", "section"]
    found = {str(number) for column in columns for number in figures[column]}
    for printed in figures["printed"]:
        found |= numbers(re.sub(r"[^\d.]", " ", printed))
    counts = [len(frame) for frame in (figures, hd.numerals(), hd.programmes(), hd.tables())]
    date = hd.SOURCE["published"][:10].split("-")
    return found | {str(count) for count in counts} | {str(int(part)) for part in date}


NUMBERS_OF_A_TRACE = {"x", "y", "base", "values", "array", "arrayminus"}
"""What a chart shows as lengths and places; its other numbers are sizes of type and the like."""


def said(part: Any, counted: Collection[str], key: str = "") -> Iterator[str]:
    """The texts of a part of a chart, and its numbers of these names."""
    if isinstance(part, dict):
        for name, entry in part.items():
            yield from said(entry, counted, name)
    elif isinstance(part, list):
        for entry in part:
            yield from said(entry, counted, key)
    elif isinstance(part, str) or key in counted:
        yield part if isinstance(part, str) else str(part).removesuffix(".0")


def shown(notebook: Any) -> set[str]:
    """Every number in the outputs of a notebook, pictures and what styles a chart aside."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts.append(output.get("text", ""))
            for kind, content in output.get("data", {}).items():
                if kind == CHART:
                    layout = {k: v for k, v in content["layout"].items() if k != "template"}
                    texts += [*said(content["data"], NUMBERS_OF_A_TRACE), *said(layout, ())]
                elif isinstance(content, str) and not kind.startswith("image/"):
                    texts.append(content)
    return numbers("\n".join(texts))


def prose(text: str) -> str:
    """Markdown without code, links and file names."""
    return re.sub(r"```.*?```|`[^`]*`|\[[^\]]*\]\([^)]*\)|https?://\S+", " ", text, flags=re.S)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=edition)
def test_numbers_in_a_notebook(path: Path) -> None:
    notebook = read(path)
    allowed = known() | shown(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert strange(prose(cell.source), allowed) == [], cell.source[:80]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_numbers_in_a_readme(name: str) -> None:
    """No count is typed there either, so that a new figure changes one row alone."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"(?m)^## (Speed|速度).*?(?=^## |\Z)", "", text, flags=re.S)
    counts = {str(len(frame)) for frame in (hd.figures(), hd.indicators(), hd.refusals())}
    assert strange(prose(text), known() - counts | {"3.11"}) == []


def test_an_invented_number_is_found_out() -> None:
    assert strange("The district has 1,117 organisations.", known()) == ["1117"]
    assert strange("全区基层党组织1117个。", known()) == ["1117"]
    assert strange("全区基层党组织11.16万个。", known()) == ["11.16万"]
    assert strange(prose("The district has 1,116 organisations (`f[7]`)."), known()) == []
    assert strange("全区基层党组织1116个，投入9.64亿元。", known()) == []
