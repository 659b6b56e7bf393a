"""A number in prose is a number of the data, or of an output that stands beside it."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

import hanbin_data as hd
from conftest import NOTEBOOKS, ROOT
from hanbin_data.notebooks import CHART, read

NUMBER = re.compile(r"(?<![\w.#/-])\d[\d,]*(?:\.\d+)?(?![\w/])")


def numbers(text: str) -> set[str]:
    return {match.rstrip(",").replace(",", "") for match in NUMBER.findall(text)}


def known() -> set[str]:
    """Every number of the data: values, range ends, years, and how many there are."""
    figures = hd.figures()
    columns = ["value", "low", "high", "period_start", "period_end", "section"]
    found = {str(number) for column in columns for number in figures[column]}
    found |= numbers(" ".join(figures["printed"].str.replace(r"[^\d.]", " ", regex=True)))
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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_numbers_in_a_notebook(path: Path) -> None:
    notebook = read(path)
    allowed = known() | shown(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            strange = numbers(prose(cell.source)) - allowed
            assert not strange, f"{sorted(strange)} in: {cell.source[:80]}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_numbers_in_a_readme(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"(?m)^## (Speed|速度).*?(?=^## )", "", text, flags=re.S)
    strange = numbers(prose(text)) - known()
    assert not strange - {"3.11"}, sorted(strange)


@pytest.mark.parametrize(
    ("name", "counted"), [("README.md", r"(\d+) figures"), ("README.zh-CN.md", r"(\d+)项数字指标")]
)
def test_a_readme_counts_the_figures(name: str, counted: str) -> None:
    said = re.findall(counted, (ROOT / name).read_text(encoding="utf-8"))
    assert said == [str(len(hd.figures()))]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_lists_the_notebooks(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [path.name for path in NOTEBOOKS if path.name not in text] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_says_which_goal_is_missed(name: str) -> None:
    table = (ROOT / name).read_text(encoding="utf-8")
    rows = re.findall(r"\| ([\d.]+) \| ([≤≥]) ([\d.]+)(, missed|，未达到)? \|", table)
    assert len(rows) == 8
    for ratio, sign, goal, missed in rows:
        beyond = float(ratio) > float(goal) if sign == "≤" else float(ratio) < float(goal)
        assert bool(missed) == beyond, (ratio, goal)


def test_the_overview_counts_the_figures() -> None:
    (path,) = [path for path in NOTEBOOKS if path.stem == "00-overview"]
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    figures = hd.figures()
    theme, kinds = figures["theme"].value_counts(), figures["measure"].value_counts()
    prints = figures["qualifier"].value_counts()
    counts = {
        r"(?:holds|states) (\d+) figures": [len(figures)] * 2,
        r"(\d+) belong to figures": [len(figures)],
        r"All (\d+), in the report's order": [len(figures)],
        r"(\d+) of them stand in the section on discipline": [theme["discipline"]],
        r"(\d+) in the section on political work": [theme["political"]],
        r"(\d+) are cumulative counts": [kinds["cumulative"]],
        r"(\d+) are stocks": [kinds["stock"]],
        r"(\d+) are levels": [kinds["level"]],
        r"(\d+) figures are printed as exact numbers": [prints["exact"]],
        r"the (\d+) runs of numerals": [len(hd.numerals())],
    }
    for pattern, expected in counts.items():
        assert list(map(int, re.findall(pattern, text))) == expected, pattern
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
    named = re.search(
        'are (\\w+) averages, (\\w+) maximum, (\\w+) rounded amount, (\\w+) "60-odd" and (\\w+) '
        "count stated in a word",
        text,
    )
    assert named
    expected = [prints[code] for code in ("average", "at_most", "rounded", "over", "cleared")]
    assert [words[word] for word in named.groups()] == expected


def test_the_findings_count_the_computations() -> None:
    (path,) = [path for path in NOTEBOOKS if path.stem == "05-indicators"]
    status = hd.indicators()["status"].value_counts()
    counts = {
        "indicators may be": status.sum(),
        "are sound": status["sound"],
        "need an assumption": status["conditional"],
        "computations": len(hd.refusals()),
        "rules on the numbers": hd.checks()["holds"].sum(),
        "places of the printed text": (~hd.checks()["holds"]).sum(),
    }
    for what, count in counts.items():
        assert re.findall(rf"(\d+) {what}", read(path).cells[0].source) == [str(count)]


def test_an_invented_number_is_found_out() -> None:
    assert "1117" in numbers(prose("The district has 1,117 organisations.")) - known()
    assert not numbers(prose("The district has 1,116 organisations (`f[7]`).")) - known()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_findings_come_first_and_the_limits_last(path: Path) -> None:
    cells = read(path).cells
    first = cells[0].source
    assert first.startswith("# ")
    assert 3 <= len(re.findall("(?m)^- ", first.split("**Findings**")[1])) <= 5
    assert cells[1].metadata.get("tags") == ["parameters"]
    assert cells[1].source.startswith('LANG = "en"')
    headings = [cell.source.splitlines()[0] for cell in cells if cell.cell_type == "markdown"]
    assert any("cannot say" in heading for heading in headings)
    assert "SAVE_TO" in cells[-1].source
    assert path.stem in cells[-1].source or path.stem == "07-slides"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_chart_has_its_limit(path: Path) -> None:
    cells = read(path).cells
    for place, cell in enumerate(cells):
        if any(CHART in output.get("data", {}) for output in cell.get("outputs", [])):
            assert "**Limit:**" in cells[place + 1].source, cell.source[:80]
