"""Notebooks are read as JupyterLab reads them, and run apart from a user's own settings."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from valid import broken

from hanbin_data import slides
from hanbin_data.slides import files, notebooks, numbers
from hanbin_data.slides.native import Native
from hanbin_data.slides.notebooks import CHART, Stored, charts, fingerprint, run
from hanbin_data.slides.reading import Reading, Shape

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
        lambda c: c.pop("metadata"),
        lambda c: c["cells"][0].update(metadata=None, source=None),
        lambda c: c["cells"].extend([None, {"cell_type": "code", "outputs": None}]),
        lambda c: c["cells"][0]["outputs"].append({"output_type": "display_data", "data": None}),
    ],
)
def test_what_jupyterlab_opens_is_read(own: Callable[..., Path], change: Any) -> None:
    (chart,) = charts(own(change))
    assert (chart["data"], chart.part) == (FIGURE["data"], "own")
    assert (chart.reading, chart.preview) == (None, b"")


def test_charts_that_colab_keeps_as_html_are_named(own: Callable[..., Path]) -> None:
    html = {"text/html": ["<div></div><script>", "Plotly.newPlot('x', [], {})</script>"]}
    with pytest.raises(ValueError, match=r"own\.ipynb: 1 charts are stored as HTML alone.*Colab"):
        charts(own(lambda c: output(c).update(data=html)))
    assert charts(own(lambda c: c["cells"][0].update(outputs=[]))) == []


@pytest.mark.parametrize("prefix", ["_widget_", "_"])
def test_figure_widgets_are_read_from_their_state_or_named(
    own: Callable[..., Path], prefix: str
) -> None:
    data = [{"type": "bar", "y": {"dtype": "int16", "shape": [2], "value": {}}}]
    model = {
        "state": {f"{prefix}data": data, f"{prefix}layout": {"title": {"text": "T"}}},
        "buffers": [{"path": [f"{prefix}data", 0, "y", "value"], "data": "AQACAA=="}],
    }
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"m": model}}}
    shown = {
        "application/vnd.jupyter.widget-view+json": {"model_id": "m"},
        "text/plain": ["FigureWidget({\n", "..."],
    }

    def stored(c: Any, **metadata: Any) -> None:
        output(c).update(data=shown)
        c["metadata"].update(metadata)

    (chart,) = charts(own(lambda c: stored(c, widgets=widgets)))
    assert numbers.frame(chart)["y"].tolist() == [1, 2]
    assert chart["layout"]["title"]["text"] == "T"
    with pytest.raises(ValueError, match=r"own\.ipynb: 1 charts are widgets.*hanbin-data run"):
        charts(own(stored))


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


READING = (Path(__file__).parent / "readings/columns.json").read_text(encoding="utf-8")
EVIL = '"/><evil href="http://evil'


def forged(reading: str, **metadata: Any) -> Stored:
    told = {"drawn_from": fingerprint(FIGURE), "reading": reading, **metadata}
    return Stored({"data": {CHART: FIGURE, "image/png": EVIL}, "metadata": told})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("paper", value) for value in ([EVIL, 1], ["#ffffff", 2], ["#fff", 1], "#ffffff", 5)),
        *(("traces.0.y", y) for y in ([1, "2", 3], [1, 2], [1, 1e999, 3], [1, float("nan"), 3])),
        *(("traces.0.x", x) for x in ([10**400, 1, 2], [True, 1, 2], {"0": 1}, [0.0] * 10**6, [])),
        *(("traces.0.plot", value) for value in (5, ["xy"])),
        *(("plots.0.x", "x9"), ("order.0", -1), ("width", 0.5), ("height", 10**9)),
        *(("plots.0.box", box) for box in ([0, 0, -5, 5], [0, 0, 5], [1e18, 0, 5, 5], "0 0 5 5")),
        *(("axes.0.ticks.0.at", at) for at in (1e300, "5", None)),
        *(("title.lines", lines) for lines in ([[{"text": 5}]], [["text"]], {"text": "x"})),
        *(("why", [{"code": code}]) for code in ("evil", "{code.__class__}", 5)),
        *(("images", [{"source": "http://evil"}]), ("traces.0.new", 1), ("png", "evil")),
    ],
)
@pytest.mark.usefixtures("no_browser")
def test_a_forged_reading_is_as_none(tmp_path: Path, path: str, value: Any) -> None:
    """What it holds would stand in the deck as it is, and break it, or ask for something."""
    reading = node = json.loads(READING)
    *way, last = (int(key) if key.isdigit() else key for key in path.split("."))
    for key in way:
        node = node[key]
    node[last] = value
    rows = slides.deck([forged(json.dumps(reading))], tmp_path / "a.pptx")
    assert rows["why"][0] == "a table of its numbers, since there is no browser to draw it"


@pytest.mark.parametrize(
    "chart",
    [
        forged(READING.replace('"A"', json.dumps(f"\0\ud800{EVIL}"))),
        forged("[" * 100_000),
        forged('{"a":' * 100_000),
        forged("{}", drawn_from=5),
        forged("null"),
        Stored({"data": {CHART: FIGURE}, "metadata": [EVIL]}),
        Stored({"data": {CHART: json.loads('{"a":[' * 400 + "]}" * 400)}, "metadata": {}}),
        *(
            Stored({"data": {CHART: {"data": data, "layout": layout, "frames": frames}}})
            for data, layout, frames in (
                ([None, EVIL, {"type": EVIL, "x": EVIL, "y": [EVIL, "\0\ud800"]}], {}, [None]),
                ([{"y": {"bdata": "!", "dtype": "O"}, "dx": EVIL}], {"annotations": [None]}, []),
                ([{"z": [[1], None, 5], "x": [[]]}], {"annotations": 5, "xaxis": 5}, [{"data": 5}]),
                ([{"y": [10**400, -1e300], "x0": "2021-99-01", "error_y": {"array": 5}}], {}, []),
                ([{"x": [[1], [2]], "y": [5, [6]]}, {"y": [True, [1]]}], {}, []),
                ([{"y": [1], "hovertemplate": "x" + " " * 10**5 + "y"}], {"meta": [EVIL]}, []),
            )
        ),
    ],
)
@pytest.mark.usefixtures("no_browser")
def test_what_a_strangers_notebook_stores_breaks_no_deck(tmp_path: Path, chart: Stored) -> None:
    slides.deck([chart], tmp_path / "a.pptx")
    assert broken((tmp_path / "a.pptx").read_bytes()) == []
    with zipfile.ZipFile(tmp_path / "a.pptx") as package:
        found = [name for name in package.namelist() if b"<evil" in package.read(name)]
    assert found == []
    for form in ("csv", "xlsx"):
        slides.save(chart, tmp_path / f"a.{form}")


@pytest.mark.parametrize(
    "drawn", [OverflowError(), Native(over=[Shape("line", (0, 0, 1, 1), [(0, 0), (1e12, 1)])])]
)
def test_a_chart_beyond_all_places_costs_its_own_form_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn: Any
) -> None:
    def translate(reading: Reading) -> Any:
        if reading.width == 1:
            return Native()
        if isinstance(drawn, Native):
            return drawn
        raise drawn

    monkeypatch.setattr(files, "translate", translate)
    readings = [Reading(1, 1), Reading.from_json(json.loads(READING))]
    monkeypatch.setattr(files, "read", lambda *_, **__: readings)
    monkeypatch.setattr(files.Deck, "chart", lambda *_: None)
    rows = slides.deck([FIGURE, FIGURE], tmp_path / "a.pptx")
    assert rows["form"].tolist() == ["native", "table"]
    assert rows["why"][1].startswith("a table of its numbers: its numbers are out of reach")


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
