"""A number in prose is a number of the data, or of an output that stands beside it."""

import json
import re
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
    counts += hd.programmes().value_counts(["theme", "kind"]).tolist()
    date = hd.SOURCE["published"][:10].split("-")
    return found | {str(count) for count in counts} | {str(int(part)) for part in date}


def shown(notebook: Any) -> set[str]:
    """Every number in the outputs of a notebook: of a chart, those in its texts."""
    texts = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        texts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
        if chart := data.get(CHART):
            parts = [chart["data"], {**chart["layout"], "template": None}]
            texts += re.findall(r'"((?:\\.|[^"])*)"', json.dumps(parts, ensure_ascii=False))
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The district has 1,117 organisations.", ["1117"]),
        ("全区基层党组织1117个。", ["1117"]),
        ("全区基层党组织11.16万个。", ["11.16万"]),
        ("The district has 1,116 organisations (`f[7]`).", []),
        ("全区基层党组织1116个，投入9.64亿元。", []),
    ],
)
def test_an_invented_number_is_found_out(text: str, found: list[str]) -> None:
    assert strange(prose(text), known()) == found
