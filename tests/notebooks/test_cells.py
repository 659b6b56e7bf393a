"""Both editions are stored so that others can read them, and written so that they will."""

import html
import importlib
import re
import statistics
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

import editions
from conftest import NOTEBOOKS, edition, stored, texts
from hanbin_data.slides.notebooks import CHART, PREVIEW, fingerprint

CHINESE = [path for path in NOTEBOOKS if path.parent.name == "zh"]
ENGLISH = [path for path in NOTEBOOKS if path not in CHINESE]


@pytest.fixture(params=NOTEBOOKS, ids=edition)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def cells(path: Path) -> list[Any]:
    return stored(path).cells


@pytest.fixture
def code(cells: list[Any]) -> list[Any]:
    return [cell for cell in cells if cell.cell_type == "code"]


def prose(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def charts(*cells: Any) -> list[Any]:
    """The outputs of cells that are charts."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output for output in outputs if CHART in output.get("data", {})]


# --- As stored -------------------------------------------------------------------------------


def test_outputs_are_stored_in_order_without_errors(code: list[Any]) -> None:
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    bad = [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert bad == []


def test_every_chart_is_stored_with_what_is_drawn_and_said_of_it(code: list[Any]) -> None:
    """Its preview, which any viewer shows, and its words behind it, for who hears the page."""
    for output, said in (both for cell in code for both in pairwise([*cell.outputs, {}])):
        if chart := output.get("data", {}).get(CHART):
            meta = chart["layout"]["meta"]
            assert PREVIEW in output["data"], "make notebooks"
            assert output["metadata"]["drawn_from"] == fingerprint(chart), "make notebooks"
            assert output["metadata"][PREVIEW]["alt"] == meta["alt"]
            assert "text/html" not in output["data"], "nbconvert would take it, not the PNG"
            assert said["data"]["text/html"].startswith("<details><summary>")
            assert html.escape(meta["alt"]) in said["data"]["text/html"]
            assert chart["config"]["toImageButtonOptions"]["filename"] == meta["name"]


def test_is_a_file_that_can_be_read_and_compared_line_by_line(path: Path, code: list[Any]) -> None:
    outputs = sum(len(cell.outputs) for cell in code)
    assert path.stat().st_size < 50_000 * outputs, "a chart with preview and reading is 30 to 50 kB"
    assert "bdata" not in path.read_text(encoding="utf-8")
    assert stored(path).metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("paths", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_no_chart_has_the_name_of_another(paths: list[Path]) -> None:
    outputs = charts(*(cell for path in paths for cell in stored(path).cells))
    drawn = [output["data"][CHART]["layout"]["meta"]["name"] for output in outputs]
    assert sorted(drawn) == sorted(set(drawn))


# --- As written ------------------------------------------------------------------------------


def test_findings_come_first_and_what_cannot_be_said_last(path: Path, cells: list[Any]) -> None:
    first, parameters, setup, *_, last = cells
    assert first.source.startswith("# ")
    findings = re.split(r"\*\*(?:Findings|要点)\*\*", first.source)[-1]
    assert 3 <= len(re.findall("(?m)^- ", findings)) <= 5
    assert parameters.metadata.get("tags") == ["parameters"]
    assert "charts.use(" in setup.source
    assert "slides.folder(SAVE_TO)" in setup.source, "a wrong folder is refused at once"
    headings = re.findall("(?m)^#.*", "\n".join(prose(cells)))
    assert re.search("cannot say|不能说明", headings[-1])
    for part in ("SAVE_TO", "print(", path.stem):
        assert part in last.source, "what was saved is said where it was saved"
    assert all(cell.source.strip() for cell in cells)


def test_a_chart_is_near_and_each_has_its_limit(cells: list[Any]) -> None:
    """In the reading that follows it, behind a table of the same rows at the most."""
    for place, cell in enumerate(cells):
        if charts(cell):
            reading = prose(cells[place + 1 :])[0]
            assert re.search(r"\*\*(Limit:|局限：)\*\*", reading), cell.source[:80]
    first, cell = next((place, cell) for place, cell in enumerate(cells) if cell.get("outputs"))
    assert CHART in cell.outputs[0].data, "no table stands before the first chart"
    assert first <= 4, "findings, parameters, set-up, a question, its chart: the second screen"


def test_links_lead_to_the_twin_and_to_notebooks_that_exist(path: Path, cells: list[Any]) -> None:
    found = re.findall(r"\]\(([^)#\s]+)\)", "\n".join(prose(cells)))
    targets = [target for target in found if "://" not in target]
    assert [target for target in targets if not (path.parent / target).is_file()] == []
    assert (f"../{path.name}" if path in CHINESE else f"zh/{path.name}") in targets
    assert any("/" not in target for target in targets), "where to go next"


def test_cells_are_short() -> None:
    """A reader can skip the code, and read it in a minute."""
    sizes: dict[bool, list[int]] = {True: [], False: []}
    for cell in (cell for path in ENGLISH for cell in stored(path).cells):
        if cell.cell_type == "code":
            lines = cell.source.splitlines()
            sizes[bool(charts(cell))].append(len(lines))
            assert [line for line in lines if len(line) > 100] == []
    assert max(sizes[True]) <= 10
    assert statistics.median(sizes[True]) <= 5
    assert max(sizes[False]) <= 8


def test_code_uses_public_names_alone(code: list[Any]) -> None:
    """Those of the package's rooms, which a reader can look up."""
    text = "\n".join(cell.source for cell in code)
    rooms = {"hd": "hanbin_data", "charts": "hanbin_data.charts", "slides": "hanbin_data.slides"}
    used = re.findall(r"(?<![\w.-])(hd|charts|slides)\.(\w+)", text)
    assert [n for room, n in used if n not in importlib.import_module(rooms[room]).__all__] == []
    assert re.search(r"\._|import _", text) is None


# --- As made ---------------------------------------------------------------------------------


@pytest.mark.parametrize("english", ENGLISH, ids=edition)
def test_both_editions_are_those_that_make_writes(english: Path) -> None:
    """Also of a notebook that was opened and saved: what a front end adds to a cell goes."""
    made = deepcopy(stored(english))
    for cell in made.cells:
        cell.metadata |= {"editable": True, "collapsed": False}
    editions.lay_out(made)
    assert f"{nbformat.writes(made)}\n" == english.read_text(encoding="utf-8"), "make notebooks"
    chinese = editions.translated(made, editions.catalogue("notebooks/zh.po"))
    twin = stored(english.parent / "zh" / english.name)
    for one, other in zip(chinese.cells, twin.cells, strict=True):
        assert (one.source, one.metadata) == (other.source, other.metadata), "make notebooks"


def test_each_notebook_has_its_twin() -> None:
    assert [path.name for path in ENGLISH] == [path.name for path in CHINESE]


def test_code_of_charts_is_folded_and_slides_begin_at_headings(cells: list[Any]) -> None:
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if charts(cell):
            assert cell.metadata["jupyter"]["source_hidden"] is True
            assert kind == "subslide"
        elif cell.source.startswith("#") and cell.cell_type == "markdown":
            assert kind == "slide"


ENGLISH_WORDS = re.compile(r"(?<![A-Za-z])(?!top|middle|bottom)[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}")
"""But for plotly's names of places, such as "top center"."""


def test_the_chinese_edition_speaks_chinese(path: Path, cells: list[Any]) -> None:
    """Titles, words in charts, tables and messages; names of columns and files stay."""
    spoken = [re.sub(r"(?s)`[^`]*`|```.*?```|\([^)]*\)", "", text) for text in prose(cells)]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    spoken += [text for output in outputs for text in texts(output)]
    shown = {re.sub(r"<[^>]*>", " ", text) for text in spoken}
    found = sorted(text for text in shown if ENGLISH_WORDS.search(text))
    assert bool(found) is (path in ENGLISH), found
    for output in charts(*cells):
        lang = output["data"][CHART]["layout"]["meta"]["lang"]
        assert lang == ("zh" if path in CHINESE else "en")
