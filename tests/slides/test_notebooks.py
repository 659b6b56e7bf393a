"""Notebooks are read as JupyterLab reads them, and run apart from a user's own settings."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from hanbin_data.slides import notebooks
from hanbin_data.slides.notebooks import CHART, charts, fingerprint, run

V4 = nbformat.v4
FIGURE = {"data": [{"type": "bar", "x": ["a"], "y": [1.0]}], "layout": {}}
DRAW = "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))"


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """A notebook with a chart, changed in some way."""

    def made(change: Callable[[Any], object] = lambda _: None, name: str = "own") -> Path:
        output = V4.new_output("execute_result", {CHART: FIGURE}, execution_count=1)
        cells = [V4.new_code_cell(DRAW, execution_count=1, outputs=[output], id="first")]
        content = json.loads(nbformat.writes(V4.new_notebook(cells=cells)))
        change(content)
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return made


def output(content: Any) -> Any:
    return content["cells"][0]["outputs"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(nbformat_minor=4),
        lambda c: c["cells"][0].pop("execution_count"),
        lambda c: c["cells"][0]["outputs"].append(
            {"output_type": "stream", "name": "stdout", "text": "x", "metadata": {}}
        ),
        lambda c: c["cells"].append(
            {"cell_type": "markdown", "metadata": {}, "source": "x", "outputs": []}
        ),
        lambda c: output(c)["data"][CHART]["layout"].update(
            template={"data": {"heatmapgl": [{"type": "heatmapgl"}]}}
        ),
    ],
    ids=["4.4 with ids", "no count", "stream", "outputs of Markdown", "plotly 5"],
)
def test_what_jupyterlab_opens_is_read(own: Callable[..., Path], change: Any) -> None:
    (chart,) = charts(own(change))
    assert (chart["data"], chart.part) == (FIGURE["data"], "own")
    assert (chart.reading, chart.preview) == (None, None)


def test_charts_that_colab_keeps_as_html_are_named(own: Callable[..., Path]) -> None:
    html = {"text/html": ["<div></div><script>", "Plotly.newPlot('x', [], {})</script>"]}
    with pytest.raises(ValueError, match=r"own\.ipynb: 1 charts are stored as HTML alone.*Colab"):
        charts(own(lambda c: output(c).update(data=html)))
    assert charts(own(lambda c: c["cells"][0].update(outputs=[]))) == []


@pytest.mark.parametrize("content", ["text", "[]", "{}", '{"nbformat": 4, "cells": 5}', "\xff"])
def test_what_is_no_notebook_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ValueError, match=r"a\.ipynb is not a Jupyter notebook"):
        charts(path)
    with pytest.raises(TypeError, match="a notebook is a path"):
        charts(5)  # type: ignore[arg-type]


def test_a_reading_belongs_to_the_chart_that_was_drawn(own: Callable[..., Path]) -> None:
    drawn = {"drawn_from": fingerprint(FIGURE), "reading": '{"width": 960}'}
    path = own(lambda c: output(c).update(metadata=drawn))
    (chart,) = charts(path)
    assert chart.reading == {"width": 960}
    # JupyterLab writes 1 for 1.0, and the keys in an order of its own.
    as_lab = json.loads(
        path.read_text().replace("1.0", "1"), object_hook=lambda o: dict(sorted(o.items()))
    )
    assert charts(nbformat.from_dict(as_lab))[0].reading == {"width": 960}
    chart["data"][0]["y"] = [2]
    assert chart.reading is None


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ('LANG = "en"\nN = 1', "LANG = 'zh'\nN = 1"),
        ('LANG: str = "en"  # 汉', "LANG: str = 'zh'  # 汉"),
        ('名 = "汉"; LANG = (\n    "en"\n)', "名 = \"汉\"; LANG = 'zh'"),
    ],
)
def test_parameters_replace_assignments(source: str, after: str) -> None:
    tagged = [{"tags": [tag]} for tag in ("parameters", "injected-parameters")]
    cells = [V4.new_code_cell(source, metadata=metadata) for metadata in tagged]
    notebook = V4.new_notebook(cells=cells)
    notebooks.set_parameters(notebook, {"LANG": "zh"})
    assert [cell.source.replace("(\n    'zh'\n)", "'zh'") for cell in cells] == [after, after]
    with pytest.raises(ValueError, match=r"unknown parameter 'LNG'\. Valid: .*LANG"):
        notebooks.set_parameters(notebook, {"LNG": "zh"})
    with pytest.raises(ValueError, match="no cell tagged"):
        notebooks.set_parameters(V4.new_notebook(), {"LANG": "zh"})


@pytest.mark.usefixtures("browser")
def test_a_copy_runs_apart_from_a_users_settings(
    own: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["/bin/false"], "display_name": "", "language": "python"}')
    startup = tmp_path / "ipython/profile_default/startup/a.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("raise SystemExit('a start-up file ran')")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(startup))
    monkeypatch.setenv("PLOTLY_RENDERER", "svg")
    cell = {"source": f"N = 1\n{DRAW}", "metadata": {"tags": ["parameters"]}}
    path = own(lambda c: c["cells"][0].update(cell))
    before = path.read_bytes()
    (copy,) = run([path], tmp_path / "out", {"N": 5})
    assert path.read_bytes() == before
    stored = notebooks.read(copy)
    assert "N = 5" in stored.cells[0].source
    assert stored.cells[0].id == "first"
    (chart,) = charts(copy)
    assert chart["data"][0]["y"] == [1]
    assert chart.reading
    assert chart.preview.startswith(b"\x89PNG")
    assert list(stored.metadata.language_info) == [*stored.metadata.language_info]
    out, err = capfd.readouterr()
    assert (out, err) == ("", "executing 1 of 1: own.ipynb\n")


def test_a_cell_that_fails_leaves_nothing(own: Callable[..., Path], tmp_path: Path) -> None:
    path = own(lambda c: c["cells"][0].update(source="1 / 0"))
    with pytest.raises(RuntimeError, match=r"own\.ipynb: a cell failed: ZeroDivisionError"):
        run([path], tmp_path / "out")
    with pytest.raises(ValueError, match="holds the notebooks themselves"):
        run([path], tmp_path)
    with pytest.raises(ValueError, match="two notebooks have the name"):
        run([path, path], tmp_path / "out")
    julia = own(lambda c: c["metadata"].update(kernelspec={"language": "julia", "name": "julia"}))
    with pytest.raises(ValueError, match="a notebook of julia"):
        run([julia], tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["own.ipynb"]


@pytest.mark.thorough
@pytest.mark.usefixtures("browser")
def test_notebooks_are_stored_as_jupyterlab_saves_them(own: Callable[..., Path]) -> None:
    """Opening one there and saving it must change no line."""
    drawn = f"{DRAW}.update_layout(meta={{'alt': 'A'}}, font_size=12.0)"
    path = own(lambda c: c["cells"][0].update(source=drawn))
    notebooks.store([path])
    text = path.read_text(encoding="utf-8")
    saved = nbformat.from_dict(
        json.loads(text, parse_float=lambda n: int(float(n)) if float(n).is_integer() else float(n))
    )
    assert nbformat.writes(saved) + "\n" == text
    assert saved.cells[0].outputs[0].metadata["image/png"] == {"alt": "A"}
    assert saved.metadata.kernelspec.name == "python3"
    assert saved.metadata.language_info.pygments_lexer.startswith("ipython")
    notebooks.store([path])
    assert path.read_text(encoding="utf-8") == text


def test_ctrl_c_ends_a_run_at_once(own: Callable[..., Path], tmp_path: Path) -> None:
    slow = "import time\nprint(open('started', 'w'))\ntime.sleep(60)"
    path = own(lambda c: c["cells"][0].update(source=slow))
    script = (
        "import sys\nfrom hanbin_data.slides.notebooks import run\nrun(sys.argv[1:2], sys.argv[2])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path, tmp_path / "out"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        while not (tmp_path / "started").exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT, told.decode()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("text\n\n# **Talent** [and](a.ipynb) `pay`\n", "Talent and pay"),
        ("## 人才", "人才"),
        ("#none", "own"),
    ],
)
def test_a_chart_knows_the_heading_of_its_notebook(
    own: Callable[..., Path], source: str, part: str
) -> None:
    markdown = {"cell_type": "markdown", "metadata": {}, "source": source, "id": "m"}
    assert charts(own(lambda c: c["cells"].insert(0, markdown)))[0].part == part
