"""The command line: what each command writes, prints and returns."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from pptx import Presentation

import hanbin_data as hd
from hanbin_data import exports, plotted
from hanbin_data.__main__ import main
from hanbin_data.notebooks import CHART

SOURCE = """\
import plotly.graph_objects as go
import hanbin_data as hd
from hanbin_data import theme
theme.use()
table = hd.load("model_villages", LANG)
fig = go.Figure(go.Bar(x=table["label"], y=table["villages"]))
theme.caption(fig, table, name="villages", title=LANG, alt="bars", lang=LANG)"""


def run(*args: Any) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    space: dict[str, Any] = {"LANG": "en"}
    exec(SOURCE, space)
    chart = plotted.spec(space["fig"])
    cells = [
        nbformat.v4.new_code_cell('LANG = "en"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            SOURCE, outputs=[nbformat.v4.new_output("display_data", {CHART: chart})]
        ),
    ]
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_help_shows_examples_of_every_command() -> None:
    for command in ([], ["deck"], ["charts"], ["export"], ["verify"]):
        result = run(*command, "--help")
        assert result.exit_code == 0
        assert "Examples:" in result.output
        assert f"hanbin-data {' '.join(command)}".strip() in result.output


def test_help_does_not_wait_for_plotly() -> None:
    script = (
        "import sys, hanbin_data.__main__\n"
        "print([m for m in ('plotly', 'pptx', 'playwright', 'nbclient') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_a_missing_extra_is_named() -> None:
    script = "import sys\nsys.modules['click'] = None\nimport hanbin_data.__main__"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'hanbin-data[slides]'" in done.stderr
    assert "Traceback" not in done.stderr
    script = (
        "import sys\nsys.modules['pptx'] = None\nfrom hanbin_data.__main__ import main\n"
        "main(['deck', sys.argv[1], '-o', sys.argv[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, __file__, "a.pptx"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "pip install 'hanbin-data[slides]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_deck_reads_what_is_stored(notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.pptx"
    result = run("deck", notebook, "-o", out, "--title", "Ours")
    assert result.exit_code == 0, result.output
    assert "slide  2  native  villages" in result.output
    assert "1 charts (1 native)" in result.output
    slides = Presentation(str(out)).slides
    assert [s.shapes.title.text_frame.text for s in slides] == ["Ours", "en"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["-o", "x.zzz"], "unknown suffix '.zzz'. Valid: .pptx"),
        (["-o", "x.pptx", "--template", "none.pptx"], "there is no template 'none.pptx'"),
        (["-o", "no/x.pptx"], "there is no folder"),
    ],
)
def test_deck_looks_at_all_paths_before_it_executes(
    notebook: Path, asked: list[str], said: str
) -> None:
    result = run("deck", notebook, "--lang", "zh", *asked)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "executing" not in result.stderr


def test_storing_what_is_no_notebook_is_answered_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "e.ipynb").write_text("{}")
    for asked, said in [
        ([tmp_path / "none.ipynb"], "No such file"),
        ([tmp_path], "Is a directory"),
        ([tmp_path / "e.ipynb"], "is not a Jupyter notebook"),
        ([], "required: FILE"),
    ]:
        done = subprocess.run(
            [sys.executable, "-m", "hanbin_data.notebooks", *asked], capture_output=True, text=True
        )
        assert done.returncode != 0
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_deck_in_the_other_language_executes_the_notebook(notebook: Path, tmp_path: Path) -> None:
    before = notebook.read_bytes()
    result = run("deck", notebook, "-o", tmp_path / "zh.pptx", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "executing notebooks in 'zh'" in result.stderr
    slide = Presentation(str(tmp_path / "zh.pptx")).slides[1]
    assert slide.shapes.title.text_frame.text == "zh"
    chart = next(s.chart for s in slide.shapes if s.has_chart)
    assert list(chart.plots[0].categories) == list(hd.load("model_villages", "zh")["label"])
    assert notebook.read_bytes() == before


@pytest.mark.usefixtures("browser")
def test_charts_takes_several_formats(notebook: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    result = run("charts", notebook, "-o", folder, "--format", "png", "svg")
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in folder.iterdir()) == ["villages.png", "villages.svg"]
    again = run("charts", "--format", "csv", "--format", "xlsx", notebook, "-o", folder)
    assert again.exit_code == 0, again.output
    assert len(list(folder.iterdir())) == 4


def test_export_writes_every_table(tmp_path: Path) -> None:
    tables = exports.all_tables()
    names = set(tables)
    assert {"figures", "programmes", "numerals", "codebook", "source"} <= names
    assert set(hd.tables()["name"]) <= names
    assert set(exports.FUNCTIONS) <= names
    for out in ("a.xlsx", "a.json", "a.csv", "folder"):
        result = run("export", "-o", tmp_path / out)
        assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert str(book.properties.created) == "1980-01-01 00:00:00"
    assert book.sheetnames == list(tables)
    values = [row[4] for row in book["figures"].iter_rows(min_row=2, values_only=True)]
    assert values == list(hd.figures()["value"])
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert list(content) == list(tables)
    for name, table in tables.items():
        assert len(content[name]) == len(table)
        for row, told in zip(table.to_dict("records"), content[name], strict=True):
            for column, cell in row.items():  # every digit, and nothing for what is missing
                same = told[column] is None if pd.isna(cell) else told[column] == cell
                assert same, f"{name}.{column}: {cell!r} {told[column]!r}"
    for folder in ("a.csv", "folder"):
        assert {p.stem for p in (tmp_path / folder).iterdir()} == names
        read = pd.read_csv(tmp_path / folder / "figures.csv")
        assert list(read["value"]) == values
        assert list(read["label_zh"]) == list(hd.figures()["label_zh"])
        raw = (tmp_path / folder / "figures.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")


def test_themed_tables_are_exported_in_both_languages() -> None:
    table = exports.all_tables()["talent"]
    assert list(table["label_en"]) == list(hd.load("talent", "en")["label"])
    assert list(table["label_zh"]) == list(hd.load("talent", "zh")["label"])
    assert list(table["persons"]) == list(hd.load("talent")["persons"])


def test_cells_that_look_like_formulas_stay_text() -> None:
    assert [exports.safe(c) for c in ("=1", "+1", "-1", "@a", "\tx", "a", -1, 2.5)] == [
        *("'=1", "'+1", "'-1", "'@a", "'\tx", "a", -1, 2.5)
    ]


def test_verify_returns_its_verdict(report_path: Path, tmp_path: Path) -> None:
    right = run("verify", report_path)
    assert (right.exit_code, right.output.splitlines()[0]) == (0, "verified")
    (tmp_path / "other.txt").write_text("something else", encoding="utf-8")
    wrong = run("verify", tmp_path / "other.txt")
    assert (wrong.exit_code, wrong.output.splitlines()[0]) == (1, "NOT verified")


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "latin-1"])
def test_a_terminal_that_lacks_a_character_shows_an_escape(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text("1116个😀7个党员。", encoding="utf-8")
    env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "hanbin_data"]
    for arguments, code, said in (
        (["verify", "copy.txt"], 1, r"\U0001f600"),
        (["export", "-o", "汉滨😀.json"], 0, r"\U0001f600.json"),
    ):
        done = subprocess.run([*command, *arguments], env=env, cwd=tmp_path, capture_output=True)
        assert (done.returncode, done.stderr) == (code, b"")
        assert said in done.stdout.decode(encoding)
    assert json.loads((tmp_path / "汉滨😀.json").read_text(encoding="utf-8"))


def test_a_workbook_is_made_for_reading() -> None:
    name = "a_name_longer_than_the_31_characters_of_a_sheet"
    table = pd.DataFrame({"wide": ["x" * 60, "y"], "n": [1, None], "heading of this": [0.5, 2.5]})
    book = openpyxl.load_workbook(
        io.BytesIO(exports.workbook({name: table, "none": table.head(0)}))
    )
    sheet, none = book.worksheets
    assert book.sheetnames == [name[:31], "none"]
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["wide", "n", "heading of this"],
        ["x" * 60, 1, 0.5],
        ["y", None, 2.5],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    assert none.auto_filter.ref is None
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    # As wide as the longest text with room for the filter's arrow, and no wider than 48.
    assert [round(width - widths[1]) for width in widths] == [48 - 6, 0, 18 - 6]
    assert int(widths[0]) == 48
    heading, text, number = sheet["A1"], sheet["A2"], sheet["C2"]
    assert heading.font.b
    assert heading.border.bottom.style == "thin"
    assert not text.font.b
    assert text.alignment.wrap_text
    assert not number.alignment.wrap_text
    assert {cell.alignment.vertical for cell in (heading, text, number)} == {"top"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["export", "-o", "a.doc"], "unknown suffix '.doc'. Valid: .xlsx, .json, .csv"),
        (["export", "-o", "none/a.xlsx"], "there is no folder"),
        (["export", "-o", "none/folder"], "there is no folder"),
        (["deck", "NOTEBOOK", "-o", "none/a.pptx"], "there is no folder"),
        (["deck", "NOTEBOOK", "-o", "a.pdf"], "unknown suffix '.pdf'"),
        (["deck", "NOTEBOOK", "-o", "a.pptx", "--template", "t.pptx"], "there is no template"),
        (["deck", "EMPTY", "-o", "a.pptx"], "hold no charts"),
        (["deck", "TEXT", "-o", "a.pptx"], "is not a Jupyter notebook"),
        (["deck", "LIST", "-o", "a.pptx"], "is not a Jupyter notebook"),
        (["deck", "BARE", "-o", "a.pptx"], "is not a Jupyter notebook"),
        (["deck", "ODD", "-o", "a.pptx"], "is not a Jupyter notebook"),
        (["charts", "NOTEBOOK", "-o", ""], "must not be empty"),
        (["charts", "NOTEBOOK", "-o", "text.ipynb"], "is a file, not a folder"),
        (["export", "-o", ""], "must not be empty"),
        (["charts", "NOTEBOOK", "-o", "none/folder"], "there is no folder"),
    ],
)
def test_errors_are_one_plain_line(
    args: list[str], message: str, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(notebook.parent)
    nbformat.write(nbformat.v4.new_notebook(), "empty.ipynb")
    Path("text.ipynb").write_text("text")
    Path("list.ipynb").write_text("[]")
    Path("bare.ipynb").write_text("{}")
    Path("odd.ipynb").write_text('{"nbformat": 4, "cells": 5, "metadata": {}}')
    files = {path.stem.upper(): str(path) for path in Path().glob("*.ipynb")}
    given = {**files, "NOTEBOOK": str(notebook)}
    before = sorted(notebook.parent.iterdir())
    result = run(*(given.get(arg, arg) for arg in args))
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert sorted(notebook.parent.iterdir()) == before


def test_the_entry_point_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hanbin_data", "--version"], capture_output=True, text=True
    )
    assert done.stdout == f"hanbin-data, version {hd.__version__}\n"


def test_charts_that_cannot_be_drawn_leave_no_folder(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hanbin_data import pictures

    monkeypatch.setattr(pictures, "browser_path", lambda: str(tmp_path / "none"))
    result = run("charts", notebook, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "no browser to draw with" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_cell_that_fails_is_told_in_one_line(notebook: Path, tmp_path: Path) -> None:
    cells = nbformat.read(notebook, as_version=4).cells
    failing = nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(failing, tmp_path / "failing.ipynb")
    result = run("deck", tmp_path / "failing.ipynb", "-o", tmp_path / "a.pptx", "--lang", "zh")
    assert result.exit_code == 1
    said = "failing.ipynb: a cell failed: ZeroDivisionError: division by zero"
    assert result.stderr.splitlines()[-1] == f"Error: {tmp_path / said}"
    assert not (tmp_path / "a.pptx").exists()


def test_a_notebook_in_the_language_asked_for_is_not_executed(
    notebook: Path, tmp_path: Path
) -> None:
    stored = nbformat.read(notebook, as_version=4)
    stored.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(stored, notebook)
    result = run("deck", notebook, "-o", tmp_path / "en.pptx", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "executing" not in result.stderr
