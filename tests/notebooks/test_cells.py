"""Both editions are stored so that others can read them, and written so that they will."""

import ast
import importlib
import re
import statistics
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import editions
from conftest import NOTEBOOKS, ROOT, edition
from hanbin_data.slides.notebooks import CHART, PREVIEW, fingerprint, read

STORED = {edition(path): read(path) for path in NOTEBOOKS}
ENGLISH = [name for name in STORED if not name.startswith("zh/")]
CHINESE = [name for name in STORED if name.startswith("zh/")]


@pytest.fixture(params=STORED)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def cells(name: str) -> list[Any]:
    return STORED[name].cells


@pytest.fixture
def code(cells: list[Any]) -> list[Any]:
    return [cell for cell in cells if cell.cell_type == "code"]


def language(name: str) -> str:
    return "zh" if name in CHINESE else "en"


def chart_outputs(cell: Any) -> list[Any]:
    return [output for output in cell.get("outputs", []) if CHART in output.get("data", {})]


def lines(cell: Any) -> list[str]:
    return cell.source.splitlines()


# --- As stored -------------------------------------------------------------------------------


def test_outputs_are_stored_in_order_without_errors(code: list[Any]) -> None:
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    bad = [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert bad == []


def test_no_cell_is_empty(cells: list[Any]) -> None:
    assert [place for place, cell in enumerate(cells) if not cell.source.strip()] == []


def test_every_preview_is_drawn_from_its_chart(cells: list[Any]) -> None:
    for output in [output for cell in cells for output in chart_outputs(cell)]:
        chart = output["data"][CHART]
        named = chart["layout"]["meta"]["name"]
        assert PREVIEW in output["data"], f"{named} has no preview: make notebooks"
        assert output["metadata"]["drawn_from"] == fingerprint(chart), f"{named}: make notebooks"


def test_is_a_file_that_can_be_read_and_compared_line_by_line(name: str) -> None:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    assert path.stat().st_size < 400_000
    assert "bdata" not in path.read_text(encoding="utf-8")
    assert STORED[name].metadata["kernelspec"]["name"] == "python3"


def test_no_chart_has_the_name_of_another() -> None:
    for names in (ENGLISH, CHINESE):
        drawn = [
            output["data"][CHART]["layout"]["meta"]["name"]
            for name in names
            for cell in STORED[name].cells
            for output in chart_outputs(cell)
        ]
        assert sorted(drawn) == sorted(set(drawn))


# --- As written ------------------------------------------------------------------------------

SAYS = {
    "en": {"findings": "**Findings**", "limit": "**Limit:**", "silent": "cannot say"},
    "zh": {"findings": "**要点**", "limit": "**局限：**", "silent": "不能说明"},
}


def test_findings_come_first_and_what_cannot_be_said_last(name: str, cells: list[Any]) -> None:
    says = SAYS[language(name)]
    assert cells[0].source.startswith("# ")
    assert 3 <= len(re.findall("(?m)^- ", cells[0].source.partition(says["findings"])[2])) <= 5
    assert cells[1].metadata.get("tags") == ["parameters"]
    assert "charts.use(" in cells[2].source
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert says["silent"] in lines_of_headings(prose)[-1]
    assert "SAVE_TO" in cells[-1].source
    assert Path(name).name in cells[-1].source


def lines_of_headings(prose: list[str]) -> list[str]:
    return [line for text in prose for line in text.splitlines() if line.startswith("#")]


def test_every_chart_has_its_limit(name: str, cells: list[Any]) -> None:
    """In the reading that follows it, behind a table of the same rows at the most."""
    for place, cell in enumerate(cells):
        if chart_outputs(cell):
            reading = next(next_ for next_ in cells[place + 1 :] if next_.cell_type == "markdown")
            assert SAYS[language(name)]["limit"] in reading.source, cell.source[:80]


def test_links_lead_to_the_twin_and_to_notebooks_that_exist(name: str, cells: list[Any]) -> None:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    targets = [t for t in re.findall(r"\]\(([^)#\s]+)\)", prose) if "://" not in t]
    assert [target for target in targets if not (path.parent / target).is_file()] == []
    twin = f"../{path.name}" if name in CHINESE else f"zh/{path.name}"
    assert twin in targets
    assert any("/" not in target for target in targets), "where to go next"


def test_chart_cells_are_short() -> None:
    """A reader can skip the code, and read it in a minute."""
    sizes = {
        (name, cell.source[:60]): len(lines(cell))
        for name in ENGLISH
        for cell in STORED[name].cells
        if chart_outputs(cell)
    }
    assert {cell: size for cell, size in sizes.items() if size > 10} == {}
    assert statistics.median(sizes.values()) <= 5


def test_other_cells_and_lines_are_short(code: list[Any]) -> None:
    long = [cell.source for cell in code if not chart_outputs(cell) and len(lines(cell)) > 8]
    assert long == []
    assert [line for cell in code for line in lines(cell) if len(line) > 100] == []


def test_code_uses_public_names_alone(code: list[Any]) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code if not cell.source.startswith("%")))
    modules: dict[str, ModuleType] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("hanbin_data"):
                    modules[alias.asname or alias.name] = importlib.import_module(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("hanbin_data"):
            source = importlib.import_module(node.module)
            for alias in node.names:
                if alias.name in source.__all__:
                    continue
                room = importlib.import_module(f"{node.module}.{alias.name}")
                modules[alias.asname or alias.name] = room
    assert modules
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in modules:
                assert node.attr in modules[node.value.id].__all__, ast.unparse(node)
            assert not node.attr.startswith("_"), ast.unparse(node)


# --- The Chinese edition is the English one --------------------------------------------------


def test_each_notebook_has_its_twin() -> None:
    assert [f"zh/{name}" for name in ENGLISH] == CHINESE


@pytest.mark.parametrize("name", ENGLISH)
def test_the_chinese_edition_is_made_from_the_english_one(name: str) -> None:
    prose = editions.catalogue("notebooks/zh.po")
    expected = [
        prose[cell.source].string
        if cell.cell_type == "markdown"
        else cell.source.replace('charts.use("en")', 'charts.use("zh")')
        for cell in STORED[name].cells
    ]
    assert [cell.source for cell in STORED[f"zh/{name}"].cells] == expected, "make notebooks"


ENGLISH_WORDS = re.compile(r"[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}")
WORDED = {
    "text",
    "name",
    "hovertext",
    "hovertemplate",
    "ticktext",
    "labels",
    "x",
    "y",
    "customdata",
}
WORDED |= {"title", "subtitle", "source", "alt", "deck", "notes"}
"""The parts of a chart that hold words; others hold modes and places, such as "top center"."""


@pytest.mark.parametrize("name", CHINESE)
def test_the_chinese_edition_speaks_chinese(name: str) -> None:
    """Titles, words in charts, tables and messages; names of columns and files stay."""
    spoken: list[str] = []
    for cell in STORED[name].cells:
        if cell.cell_type == "markdown":
            spoken.append(re.sub(r"`[^`]*`|```.*?```|\([^)]*\)", "", cell.source, flags=re.S))
        for output in cell.get("outputs", []):
            spoken.append(output.get("text", ""))
            for kind, content in output.get("data", {}).items():
                if kind == CHART:
                    assert content["layout"]["meta"]["lang"] == "zh"
                    layout = dict(content["layout"])
                    layout.pop("template")
                    spoken += texts([content["data"], layout])
                elif kind == "text/html":
                    spoken += re.findall(r"<t[dh][^>]*>([^<]*)<", content)
    plain = [re.sub(r"<[^>]*>", " ", text) for text in spoken]
    assert sorted({text for text in plain if ENGLISH_WORDS.search(text)}) == []


def texts(part: Any, key: str = "") -> list[str]:
    if isinstance(part, dict):
        return [text for name, inner in part.items() for text in texts(inner, name)]
    if isinstance(part, list):
        return [text for inner in part for text in texts(inner, key)]
    return [part] if isinstance(part, str) and key in WORDED else []


def test_the_english_edition_would_not_pass_as_chinese() -> None:
    assert ENGLISH_WORDS.search(STORED[ENGLISH[0]].cells[0].source)
