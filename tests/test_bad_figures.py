"""Figures, notebooks and templates that are odd, broken or too large: a clear answer, soon."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import plotly.graph_objects as go
import pytest
from PIL import Image
from pptx import Presentation

from hanbin_data import notebooks, pictures, slides
from hanbin_data.plotted import decoded, numbers, plain, reason, spec

BARS = go.Figure(go.Bar(x=["a"], y=[1]))


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_each(jobs: Any, **_: Any) -> Any:
        if jobs:
            raise RuntimeError("no browser to draw with")
        return []

    monkeypatch.setattr(pictures, "draw_each", draw_each)


QUANTITY = {"label": "q<b>\x01", "values": [1, 2]}
READ = {
    "splom": (go.Splom(dimensions=[QUANTITY]), "dimensions 1 q.values\n1\n2\n"),
    "parcoords": (
        go.Parcoords(dimensions=[QUANTITY, QUANTITY]),
        "dimensions 1 q.values,dimensions 2 q.values\n1,1\n2,2\n",
    ),
    "parcats": (go.Parcats(dimensions=[{"values": ["a"]}]), "dimensions 1.values\na\n"),
    "indicator": (go.Indicator(value=5), "value\n5\n"),
    "volume": (go.Volume(x=[1], y=[2], z=[3], value=[4]), "x,y,value,z\n1,2,4,3\n"),
    "labels alone": (go.Pie(labels=["a", "a"]), "labels\na\na\n"),
    "one column longer": (go.Bar(x=["a"], y=[1, 2]), "x,y\na,1\n,2\n"),
}


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("name", READ)
def test_every_number_is_found(name: str, tmp_path: Path) -> None:
    trace, sheet = READ[name]
    slides.save(go.Figure(trace), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").replace("\r\n", "\n") == sheet
    slides.save(go.Figure(trace), tmp_path / "a.pptx")
    assert len(Presentation(str(tmp_path / "a.pptx")).slides) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "pptx", "html"])
@pytest.mark.parametrize(
    "trace",
    [go.Indicator(), go.Heatmap(z=[[]]), go.Heatmap(z=[[None]]), go.Bar(x=[], y=[]), go.Splom()],
)
def test_no_number_at_all_is_refused(trace: Any, suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the chart 'chart' holds no data"):
        slides.save(go.Figure(trace), tmp_path / f"a.{suffix}")
    assert not list(tmp_path.iterdir())


ANY = [{"y": [1]}]
ODD: list[dict[str, Any]] = [
    *({"data": data} for data in ("x", 5, ["x"], [None], [5], {"type": "bar"}, [{"y": 5}], 0)),
    *({"data": ANY, "layout": own} for own in (5, "x", [5])),
    *(
        {"data": ANY, "layout": own}
        for own in (
            *({"title": 5}, {"title": {"text": 5}}, {"title": {"subtitle": 5}}, {"meta": 5}),
            *({"template": "plotly_dark"}, {"template": 5}, {"template": {"layout": 5}}),
            *({"template": {"data": []}}, {"template": {"data": {"scatter": 5}}}),
            *({"template": {"data": {"scatter": ["x"]}}}, {"annotations": "x"}, {"legend": 5}),
            *({"annotations": ["x"]}, {"shapes": 5}, {"shapes": ["x"]}, {"colorway": 5}),
            *({"colorway": [5]}, {"xaxis": 5}, {"xaxis": {"title": 5}}, {"xaxis": {"range": 5}}),
            *({"xaxis": {"tickvals": 5}}, {"yaxis": {"ticktext": {}}}, {"titlefont": {"size": 9}}),
        )
    ),
    *(
        {"data": [{"y": [1], **own}]}
        for own in (
            *({"marker": [1]}, {"marker": {"line": 5}}, {"type": "nope"}, {"type": 5}, {5: 6}),
            *({"mode": 5}, {"name": 5}, {"visible": "x"}, {"line": {"width": "x"}}, {"text": {}}),
            *({"text": [{}, 5]}, {"textfont": "x"}, {"error_y": 5}, {"marker": {"size": "x"}}),
            *({"y": [{"a": 1}, 2]}, {"y": [[1], {"a": 2}]}, {"x": object()}, {"x": [object()]}),
        )
    ),
    *(
        {"data": [{"y": {"bdata": bdata, "dtype": dtype, **shape}}]}
        for bdata, dtype, shape in (
            *((5, 5, {}), ("!!", "f8", {}), ("AAAA", "f8", {}), ("AAAA", "zz", {})),
            *(("AAAAAAAAAAA=", "f8", {"shape": n}) for n in ("7", "x", 5, [])),
        )
    ),
    {"frames": 5, "data": ANY},
    {5: 5},
    {},
]


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("suffix", ["pptx", "csv", "xlsx", "html"])
def test_any_json_is_drawn_or_refused(suffix: str, tmp_path: Path) -> None:
    refused = []
    for figure in ODD:
        path = tmp_path / f"a.{suffix}"
        try:
            slides.save(figure, path)
            path.unlink()
        except ValueError as error:
            refused.append(str(error))
        assert not list(tmp_path.iterdir()), figure
    assert 10 < len(refused) < len(ODD) / 2
    for said in refused:
        assert re.match("chart 1 is no plotly figure: |the chart 'chart' holds no data", said)
        assert len(said) < 200


def test_the_chart_that_cannot_be_read_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"chart 2 is no plotly figure: .*must be a dict"):
        slides.deck([BARS, {"data": ANY, "layout": 5}], tmp_path / "a.pptx")
    with pytest.raises(ValueError, match="chart 2 is no plotly figure"):
        pictures.draw([BARS, {"data": ANY, "layout": 5}])
    for read in (spec, decoded):
        with pytest.raises(ValueError, match=r"^chart 1 is .* data type 'zz' not understood"):
            read({"data": [{"y": {"bdata": "AAAA", "dtype": "zz"}}]})
    with pytest.raises(ValueError, match="the chart 'Title' holds no data"):
        spec(go.Figure(go.Bar(x=[], y=[]), {"title": {"text": "Title<br>below"}}))


def test_an_explanation_is_cut_to_160_characters() -> None:
    assert reason(ValueError("a " * 200)) == "a " * 79 + "…"


def test_lines_are_joined_by_what_stands_at_their_ends() -> None:
    assert [plain(f"{a}<br>{b}") for a, b in (("汉a", "b"), ("a汉", "b"), ("a", "汉b"))] == [
        *("汉a b", "a汉b", "a汉b")
    ]


def test_a_table_of_numbers_begins_with_labels_and_holds_no_empty_trace() -> None:
    tree = {"type": "treemap", "parents": [""], "labels": ["a"]}
    assert list(numbers({"data": [tree], "layout": {}})) == ["labels", "parents"]
    table = numbers(decoded(go.Figure([go.Bar(), go.Bar(y=[1])])))
    assert table.to_dict("list") == {"series": ["trace 2"], "y": [1]}


def test_json_of_another_plotly_is_read_as_a_browser_reads_it() -> None:
    bars = {"type": "bar", "x": ["a"], "y": [1], "text": [2.0], "nonsense": 5}
    layout = {"titlefont": {"size": 9}, "template": {"data": {"heatmapgl": [{}]}}}
    read = decoded({"data": [bars], "layout": layout})
    assert read["data"] == [{"type": "bar", "x": ["a"], "y": [1], "text": [2.0]}]
    assert "titlefont" not in read["layout"]
    assert "template" not in decoded({"data": [bars]})["layout"]  # none but its own
    assert list(numbers(read)["y"]) == [1]


@pytest.mark.parametrize("digits", [309, 5000])
def test_a_number_beyond_any_sheet_is_refused(digits: int, tmp_path: Path) -> None:
    figure = go.Figure(go.Bar(x=["a"], y=[10 ** (digits - 1)]))
    for suffix in ("pptx", "csv", "xlsx", "html"):
        with pytest.raises(ValueError, match=r"chart 1 is no plotly figure: .*\d+ digits"):
            slides.save(figure, tmp_path / f"a.{suffix}")
    slides.save(go.Figure(go.Bar(x=["a"], y=[10**300])), tmp_path / "a.pptx")


NATIVE = {
    "more y": go.Figure(go.Scatter(x=[1.5, 2], y=[1, 2, 3], mode="markers")),
    "more x": go.Figure(go.Scatter(x=[1.5, 2, 7], y=[1, 2], text=["a", "b", "c"], mode="text")),
    "more rows": go.Figure(go.Scatter(x=[1.5, 2], y=["a", "b", "c"], mode="markers")),
    "step below 0": go.Figure(go.Bar(x=["a"], y=[1]), {"yaxis": {"dtick": -1}}),
    "most series": go.Figure([go.Bar(x=["a"], y=[n]) for n in range(255)]),
}


@pytest.mark.parametrize("name", NATIVE)
def test_what_plotly_draws_is_drawn_natively(name: str, tmp_path: Path) -> None:
    result = slides.save(NATIVE[name], tmp_path / "a.pptx")
    assert list(result["form"]) == ["native"]
    if name.startswith("more"):
        slide = Presentation(str(tmp_path / "a.pptx")).slides[0]
        (chart,) = (shape.chart for shape in slide.shapes if shape.has_chart)
        assert len(list(list(chart.plots[0].series)[-1].values)) == 2


def labelled(template: str) -> go.Figure:
    return go.Figure(go.Bar(x=["a"], y=[1], customdata=[[1]], texttemplate=template))


TABLES = {
    "has no points": [
        *(go.Figure(go.Bar(x=x, y=[1])) for x in ([], [None])),
        go.Figure(go.Scatter(x=[], y=[1])),
    ],
    "has labels of the form": [
        *map(labelled, ["%{customdata[5]}", f"%{{customdata[{'9' * 5000}]}}"]),
        *map(labelled, ["%{y:.999999999f}", "%{y:999999999}"]),
    ],
    "has tick labels of the form": [
        go.Figure(go.Bar(x=["a"], y=[1]), {"yaxis": {"tickformat": ".999999999f"}})
    ],
    "has ticks at uneven places": [
        go.Figure(go.Bar(x=["a"], y=[1]), {"yaxis": {"tickvals": ticks, "range": [0, 3]}})
        for ticks in ([3, 2, 1], [1, 1, 1])
    ],
    "256 series are more than PowerPoint's 255": [
        go.Figure([go.Bar(x=["a"], y=[n]) for n in range(256)])
    ],
}


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("why", TABLES)
def test_what_powerpoint_cannot_hold_becomes_a_table(why: str, tmp_path: Path) -> None:
    for figure in TABLES[why]:
        result = slides.save(figure, tmp_path / "a.pptx")
        assert list(result["form"]) == ["table"]
        assert result["why"][0].startswith(why)
        assert len(result["why"][0]) < 200


LARGE: dict[str, Callable[[], go.Figure]] = {
    "points": lambda: go.Figure(go.Scatter(x=list(range(500_000)), y=list(range(500_000)))),
    "bars": lambda: go.Figure(go.Bar(x=list(range(300_000)), y=list(range(300_000)))),
    "series": lambda: go.Figure([go.Scatter(y=[1], name=f"s{n}") for n in range(2_000)]),
    "a word": lambda: go.Figure(BARS.data, {"title": {"text": "w" * 50_000}}),
    "words": lambda: go.Figure(BARS.data, {"title": {"text": "word " * 20_000}}),
    "an axis": lambda: go.Figure(BARS.data, {"yaxis": {"title": {"text": "汉" * 12_000}}}),
    "spaces": lambda: go.Figure(BARS.data, {"title": {"text": f"a{' ' * 200_000}b"}}),
}


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_takes_seconds(name: str, tmp_path: Path) -> None:
    figure = LARGE[name]()
    begin = time.monotonic()
    slides.deck([figure], tmp_path / "a.pptx")
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("title", ["a\x00b", "a\x1fb", "a\ud800b", "a\ufffeb"])
def test_a_deck_s_title_is_cleaned(title: str, tmp_path: Path) -> None:
    slides.deck([BARS], tmp_path / "a.pptx", title=title)
    presentation = Presentation(str(tmp_path / "a.pptx"))
    assert presentation.slides[0].shapes.title.text_frame.text.replace(" ", "") == "ab"
    assert presentation.core_properties.title.replace(" ", "") == "ab"


def test_half_characters_in_what_a_chart_carries(tmp_path: Path) -> None:
    half = ["\ud800a", "\x07b"]
    meta = {"figures": half, "printed": half, "notes": half}
    figure = go.Figure(BARS.data, {"meta": meta})
    slides.save_charts([figure], tmp_path, ["pptx", "xlsx", "csv", "html"])
    slide = Presentation(str(tmp_path / "chart-1.pptx")).slides[0]
    assert "a (a); b (b)" in slide.notes_slide.notes_text_frame.text


def test_a_set_of_files_is_made_before_one_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(chart: Any) -> bytes:
        raise ValueError("no sheet")

    monkeypatch.setattr(slides, "_sheet", broken)
    with pytest.raises(ValueError, match="no sheet"):
        slides.save_charts([BARS], tmp_path / "new", ["csv", "xlsx"])
    assert not list(tmp_path.iterdir())


def test_files_that_a_folder_without_case_would_mix_up(tmp_path: Path) -> None:
    charts = [go.Figure(BARS.data, {"meta": {"name": name}}) for name in ("A", "a", "a-2")]
    result = slides.save_charts(charts, tmp_path, ["csv", "csv"])
    assert [Path(file).name for file in result["file"]] == ["A.csv", "a-2.csv", "a-2-2.csv"]


def test_a_deck_names_the_one_suffix_it_takes(tmp_path: Path) -> None:
    for suffix in ("doc", "png"):
        with pytest.raises(ValueError, match=rf"unknown suffix '\.{suffix}'\. Valid: \.pptx$"):
            slides.deck([BARS], tmp_path / f"a.{suffix}")


# Notebooks


def holding(chart: Any) -> Any:
    output = nbformat.v4.new_output("display_data", {notebooks.CHART: chart})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        *[(chart, "instead of an object") for chart in ("x", [1], None, 5)],
        ({"data": [{"type": "scattermapbox"}]}, "'scattermapbox'"),
        ({"layout": {"titlefont": {}}}, "'titlefont'"),
        ({"data": 5}, "Invalid element"),
    ],
)
def test_a_stored_chart_that_plotly_does_not_know(chart: Any, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(nbformat.writes(holding(chart)), "utf-8")
    with pytest.raises(ValueError, match=f"chart 1 is none that plotly knows: .*{said}") as failure:
        slides.charts(path)
    assert str(failure.value).startswith(f"{path}: ")
    assert len(str(failure.value).removeprefix(str(path))) < 250
    with pytest.raises(ValueError, match=r"^chart 1 is none that plotly knows"):
        slides.charts(holding(chart))


@pytest.mark.parametrize("notebook", [{"cells": []}, {}, 5, None, b"a.ipynb"])
def test_what_is_no_notebook_is_named_by_its_type(notebook: Any) -> None:
    with pytest.raises(TypeError, match=f"not {type(notebook).__name__}"):
        slides.charts(notebook)


def test_a_notebook_is_read_from_a_path_alone(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not int"):
        notebooks.read(0)  # type: ignore[arg-type]
    path = tmp_path / "a.ipynb"
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"a\.ipynb is not a Jupyter notebook"):
        notebooks.read(path)


def running(source: str, path: Path) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    path.write_text(nbformat.writes(notebook), "utf-8")
    return path


def test_a_kernel_that_dies_is_told_with_the_notebook(tmp_path: Path) -> None:
    path = running("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", tmp_path / "a.ipynb")
    with pytest.raises(RuntimeError, match=rf"{re.escape(str(path))}: Kernel died"):
        notebooks.execute(path)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (notebooks.CellTimeoutError("A cell timed out\nlong text"), RuntimeError),
        (AssertionError(), KeyboardInterrupt),
    ],
)
def test_nbclient_s_own_errors(
    error: Exception, told: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def execute(client: Any) -> None:
        raise error

    monkeypatch.setattr(notebooks.NotebookClient, "execute", execute)
    path = running("1", tmp_path / "a.ipynb")
    with pytest.raises(told) as failure:
        notebooks.execute(path)
    if told is RuntimeError:
        assert str(failure.value) == f"{path}: A cell timed out"


# Pictures


@pytest.mark.parametrize(
    ("charts", "said"),
    [
        ([5], "a chart is a plotly figure, not int"),
        (["x"], "a chart is a plotly figure, not str"),
        (BARS, "charts must be a list of plotly figures, not one"),
        (None, "charts must be a list of plotly figures, not NoneType"),
        ({}, "charts must be a list of plotly figures, not one"),
    ],
)
def test_pictures_are_drawn_of_a_list_of_figures(charts: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        pictures.draw(charts)


@pytest.mark.parametrize(
    ("size", "error", "said"),
    [
        *[({"width": n}, ValueError, "width must be above 0") for n in (-5, 0)],
        *[({"height": n}, TypeError, "must be a whole number, not") for n in ("x", 1.5, True)],
        *[({"scale": n}, ValueError, "scale must be above 0") for n in (0, -1, float("nan"))],
        ({"scale": float("inf")}, ValueError, "above 0 and finite, not inf"),
        ({"scale": "x"}, TypeError, "scale must be a number, not str"),
        *[({"scale": n}, ValueError, "may have 16,384 pixels a side") for n in (18, 1e9, 10**400)],
        ({"width": 10**9}, ValueError, "may have 16,384 pixels a side; scale 2 gives more"),
        ({"height": 8193}, ValueError, "may have 16,384 pixels a side; scale 2 gives more"),
    ],
)
def test_pictures_have_a_size(size: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        pictures.draw([BARS], **size)


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("size", [{"scale": 1e-9}, {"width": 10**9, "form": "svg"}])
def test_a_picture_that_no_browser_can_hold(size: Any) -> None:
    with pytest.raises(
        RuntimeError, match=r"chart 1 cannot be drawn|browser cannot draw this: \S"
    ) as failure:
        pictures.draw([BARS], **size)
    assert not re.search("Call log|\n", str(failure.value))


@pytest.mark.usefixtures("browser")
def test_the_longest_picture_is_drawn_whole() -> None:
    (png,) = pictures.draw([BARS], width=8192, height=10)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (16_384, 20)


# Templates


def cut(part: str) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content[: len(content) // 2] if name == part else content


def without(part: str, pattern: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: (
        re.sub(pattern, b"", content, flags=re.DOTALL) if re.fullmatch(part, name) else content
    )


PAGES = r".*/slide(Layout|Master)\d+\.xml"
DAMAGED = {
    "presentation": cut("ppt/presentation.xml"),
    "master": cut("ppt/slideMasters/slideMaster1.xml"),
    "layout": cut("ppt/slideLayouts/slideLayout1.xml"),
    "theme": cut("ppt/theme/theme1.xml"),
    "content types": cut("[Content_Types].xml"),
    "no theme": without(r"ppt/slideMasters/_rels/.*", rb"<Relationship [^>]*theme[^>]*/>"),
    "no master": without("ppt/presentation.xml", rb"<p:sldMasterIdLst>.*</p:sldMasterIdLst>"),
    "no size": without("ppt/presentation.xml", rb"<p:sldSz[^>]*/>"),
    "no places": without(PAGES, rb"<a:xfrm>.*?</a:xfrm>"),
    "no layouts": without("ppt/.*1.xml", rb"<p:sldLayoutIdLst>.*</p:sldLayoutIdLst>"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_template_is_refused(name: str, tmp_path: Path) -> None:
    whole = io.BytesIO()
    Presentation().save(whole)
    path = tmp_path / "house.pptx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(path, "w") as file:
        for part in parts.namelist():
            file.writestr(part, DAMAGED[name](part, parts.read(part)))
    said = "has no layouts" if name == "no layouts" else r"is not a \.pptx presentation"
    with pytest.raises(ValueError, match=f"the template {re.escape(repr(str(path)))} {said}"):
        slides.deck([BARS], tmp_path / "a.pptx", template=path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_template_s_path_may_be_bytes(tmp_path: Path) -> None:
    path = tmp_path / "house.pptx"
    Presentation().save(str(path))
    slides.deck([BARS], tmp_path / "a.pptx", template=bytes(path))  # type: ignore[arg-type]
    assert (tmp_path / "a.pptx").is_file()
