"""Both editions are stored so that others can read them, and written so that they will."""

import importlib
import json
import re
import statistics
from pathlib import Path
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


def test_every_preview_is_drawn_from_its_chart(code: list[Any]) -> None:
    for output in charts(*code):
        chart = output["data"][CHART]
        assert PREVIEW in output["data"], "make notebooks"
        assert output["metadata"]["drawn_from"] == fingerprint(chart), "make notebooks"


def test_is_a_file_that_can_be_read_and_compared_line_by_line(name: str) -> None:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    outputs = sum(len(cell.get("outputs", [])) for cell in STORED[name].cells)
    assert path.stat().st_size < 50_000 * outputs, "a chart with preview and reading is 30 to 50 kB"
    assert "bdata" not in path.read_text(encoding="utf-8")
    assert STORED[name].metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("names", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_no_chart_has_the_name_of_another(names: list[str]) -> None:
    outputs = charts(*(cell for name in names for cell in STORED[name].cells))
    drawn = [output["data"][CHART]["layout"]["meta"]["name"] for output in outputs]
    assert sorted(drawn) == sorted(set(drawn))


# --- As written ------------------------------------------------------------------------------

FINDINGS, LIMIT, SILENT = (
    r"\*\*(Findings|要点)\*\*",
    r"\*\*(Limit:|局限：)\*\*",
    "cannot say|不能说明",
)


def test_findings_come_first_and_what_cannot_be_said_last(name: str, cells: list[Any]) -> None:
    assert cells[0].source.startswith("# ")
    assert 3 <= len(re.findall("(?m)^- ", re.split(FINDINGS, cells[0].source)[-1])) <= 5
    assert cells[1].metadata.get("tags") == ["parameters"]
    assert "charts.use(" in cells[2].source
    assert "slides.folder(SAVE_TO)" in cells[2].source, "a wrong folder is refused at once"
    assert re.search(SILENT, re.findall("(?m)^#.*", "\n".join(prose(cells)))[-1])
    assert "SAVE_TO" in cells[-1].source
    assert "print(" in cells[-1].source, "what was saved is said where it was saved"
    assert Path(name).name in cells[-1].source
    assert all(cell.source.strip() for cell in cells)


def test_every_chart_has_its_limit(cells: list[Any]) -> None:
    """In the reading that follows it, behind a table of the same rows at the most."""
    for place, cell in enumerate(cells):
        if charts(cell):
            reading = prose(cells[place + 1 :])[0]
            assert re.search(LIMIT, reading), cell.source[:80]


def test_links_lead_to_the_twin_and_to_notebooks_that_exist(name: str, cells: list[Any]) -> None:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    found = re.findall(r"\]\(([^)#\s]+)\)", "\n".join(prose(cells)))
    targets = [target for target in found if "://" not in target]
    assert [target for target in targets if not (path.parent / target).is_file()] == []
    twin = f"../{path.name}" if name in CHINESE else f"zh/{path.name}"
    assert twin in targets
    assert any("/" not in target for target in targets), "where to go next"


def test_cells_are_short() -> None:
    """A reader can skip the code, and read it in a minute."""
    sizes: dict[bool, list[int]] = {True: [], False: []}
    for cell in (cell for name in ENGLISH for cell in STORED[name].cells):
        if cell.cell_type == "code":
            sizes[bool(charts(cell))].append(len(cell.source.splitlines()))
            assert [line for line in cell.source.splitlines() if len(line) > 100] == []
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


ENGLISH_WORDS = re.compile(r"(?<![A-Za-z])(?!top|middle|bottom)[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}")
"""But for plotly's names of places, such as "top center"."""


@pytest.mark.parametrize("name", CHINESE)
def test_the_chinese_edition_speaks_chinese(name: str) -> None:
    """Titles, words in charts, tables and messages; names of columns and files stay."""
    cells = STORED[name].cells
    plain = r"`[^`]*`|```.*?```|\([^)]*\)"
    spoken = [re.sub(plain, "", text, flags=re.DOTALL) for text in prose(cells)]
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        spoken.append(output.get("text", ""))
        spoken += re.findall(r"<t[dh][^>]*>([^<]*)<", output.get("data", {}).get("text/html", ""))
    for output in charts(*cells):
        chart = output["data"][CHART]
        assert chart["layout"]["meta"]["lang"] == "zh"
        parts = [chart["data"], {**chart["layout"], "template": None}]
        spoken += re.findall(r'"((?:\\.|[^"])*)"', json.dumps(parts, ensure_ascii=False))
    shown = [re.sub(r"<[^>]*>", " ", text) for text in spoken]
    assert sorted({text for text in shown if ENGLISH_WORDS.search(text)}) == []


def test_the_english_edition_would_not_pass_as_chinese() -> None:
    assert ENGLISH_WORDS.search(STORED[ENGLISH[0]].cells[0].source)


def test_what_a_front_end_adds_goes_when_notebooks_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a notebook that was opened and saved becomes the stored one again."""
    path = NOTEBOOKS[0]
    seen = json.loads(path.read_bytes())
    for cell in seen["cells"]:
        cell["metadata"] |= {"editable": True, "collapsed": False}
    (tmp_path / path.name).write_text(json.dumps(seen), encoding="utf-8")
    monkeypatch.setattr(editions, "ENGLISH", [tmp_path / path.name])
    editions.lay_out()
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
