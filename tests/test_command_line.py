"""The command line: what each command writes, prints and returns."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

import hanbin_data as hd
from conftest import PYTHONUTF8
from hanbin_data.__main__ import main

V4 = nbformat.v4
CHART = {
    "data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2], "name": "n"}],
    "layout": {"meta": {"name": "villages", "title": "Villages", "lang": "en"}},
}


def run(*args: Any) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    output = V4.new_output("display_data", {"application/vnd.plotly.v1+json": CHART})
    path = tmp_path / "a.ipynb"
    nbformat.write(V4.new_notebook(cells=[V4.new_code_cell("1 / 0", outputs=[output])]), path)
    stripped = V4.new_notebook(cells=[V4.new_code_cell("1")])
    nbformat.write(stripped, tmp_path / "stripped.ipynb")
    return path


COMMANDS = ("deck", "charts", "run", "export", "verify", "explain")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_shows_examples_of_every_command(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"hanbin-data {' '.join(command)}".strip() in result.output.partition("Examples:")[2]


def test_help_waits_for_nothing_heavy() -> None:
    heavy = ("pandas", "plotly", "pptx", "nbformat", "nbclient", "PIL")
    script = f"import sys, hanbin_data.__main__\nprint([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("lacking", ["click", "pptx"])
def test_a_missing_extra_is_named(lacking: str, notebook: Path) -> None:
    script = (
        f"import sys\nsys.modules['{lacking}'] = None\nfrom hanbin_data.__main__ import main\n"
        "main(['deck', sys.argv[1], '-o', sys.argv[1] + '.pptx'])"
    )
    done = subprocess.run([sys.executable, "-c", script, notebook], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'hanbin-data[slides]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_deck_reads_what_is_stored_and_names_what_is_not(notebook: Path, tmp_path: Path) -> None:
    from pptx import Presentation

    out = tmp_path / "a.pptx"
    result = run("deck", tmp_path / "stripped.ipynb", notebook, "-o", out, "--title", "Ours")
    assert result.exit_code == 0, result.output
    assert result.stderr == f"{tmp_path / 'stripped.ipynb'} holds no charts\n"
    assert "villages" in result.stdout
    assert "1 charts (1 " in result.stdout
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(out)).slides]
    assert (titles[0], titles[-1]) == ("Ours", "Villages")


@pytest.mark.parametrize("form", [["--format", "csv", "html"], ["--format=csv", "html"]])
def test_charts_takes_several_formats(notebook: Path, tmp_path: Path, form: list[str]) -> None:
    result = run("charts", notebook, "-o", tmp_path / "out", *form)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("villages.csv", "villages.html")
    ]


def test_run_gives_parameters_as_they_are_meant(
    monkeypatch: pytest.MonkeyPatch, notebook: Path, tmp_path: Path
) -> None:
    from hanbin_data.slides import notebooks

    given = []
    monkeypatch.setattr(notebooks, "run", lambda *args: given.append(args) or [tmp_path / "a"])
    result = run("run", notebook, "-o", "out", "-p", "N", "5", "-p", "S", "05a", "-p", "B", "True")
    assert given == [((notebook,), "out", {"N": 5, "S": "05a", "B": True})]
    assert result.output == f"{tmp_path / 'a'}\n"


def test_export_and_explain(tmp_path: Path) -> None:
    result = run("export", "-o", tmp_path / "a.json")
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'a.json'}\n")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    for lang in ("en", "zh"):
        page = run("explain", "--lang", lang).output
        names = list(hd.explanations(lang=lang)["name"])
        assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == names


def test_verify_returns_its_verdict(report_path: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("something else", encoding="utf-8")
    assert run("verify", report_path).exit_code == 0
    assert run("verify", tmp_path / "other.txt").exit_code == 1


@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
def test_a_terminal_that_lacks_a_character_shows_an_escape(encoding: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": PYTHONUTF8}
    command = [sys.executable, "-m", "hanbin_data", "export", "-o", "汉滨😀.json"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert r"\U0001f600.json" in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["export", "-o", "a.doc"], "unknown suffix '.doc'. Valid: .xlsx, .json, .csv"),
        (["export", "-o", ""], "must not be empty"),
        (["deck", "a.ipynb", "-o", "none/a.pptx"], "there is no folder"),
        (["deck", "a.ipynb", "-o", "a.pdf"], "unknown suffix '.pdf'"),
        (["deck", "a.ipynb", "-o", "a.pptx", "--template", "t.pptx"], "there is no template"),
        (["deck", "stripped.ipynb", "-o", "a.pptx"], "stripped.ipynb holds no charts; execute it"),
        (["deck", "text.ipynb", "-o", "a.pptx"], "text.ipynb is not a Jupyter notebook"),
        (["charts", "a.ipynb", "-o", "text.ipynb"], "is a file, not a folder"),
        (["run", "a.ipynb", "-o", "out"], "a.ipynb: a cell failed: ZeroDivisionError"),
        (["run", "a.ipynb", "-o", "out", "-p", "N", "1"], "has no cell tagged 'parameters'"),
    ],
)
def test_errors_are_one_plain_line(
    args: list[str], message: str, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(notebook.parent)
    Path("text.ipynb").write_text("text")
    before = sorted(Path().iterdir())
    result = run(*args)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert message in result.stderr.splitlines()[-1]
    assert sorted(Path().iterdir()) == before
