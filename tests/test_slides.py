"""Charts to slides: the same numbers, labels, order and colours, and nothing off the slide."""

import base64
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

import hanbin_data as hd
from hanbin_data import master, native, pictures, plotted, powerpoint, slides, theme
from hanbin_data.notebooks import CHART

LANGS = ("en", "zh")
NOTE = "one note"


@pytest.fixture(autouse=True)
def _look() -> None:
    theme.use()


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(jobs: list[Any], **_: Any) -> list[bytes]:
        if jobs:
            raise RuntimeError("no browser to draw with")
        return []

    monkeypatch.setattr(pictures, "draw_each", refuse)


def captioned(fig: go.Figure, table: pd.DataFrame, name: str, lang: str) -> go.Figure:
    title = {"en": f"The chart {name}", "zh": f"图表{name}"}
    return theme.caption(fig, table, name=name, title=title, alt="A chart", lang=lang)


def bars(lang: str = "en") -> go.Figure:
    table = hd.load("talent", lang)
    fig = go.Figure(
        go.Bar(
            x=table["persons"],
            y=table["label"],
            orientation="h",
            text=theme.written(table, lang),
            textposition="outside",
            marker_color=[theme.PALETTE["talent"]] * 3 + [theme.PALETTE["neutral"]],
        )
    )
    fig.update_xaxes(visible=False).update_yaxes(autorange="reversed")
    return captioned(fig, table, "bars", lang)


def columns(lang: str = "en") -> go.Figure:
    table = hd.load("model_villages", lang)
    fig = go.Figure(
        go.Bar(
            x=table["label"],
            y=table["villages"],
            text=theme.written(table, lang),
            marker_color=theme.PALETTE["grassroots"],
        )
    )
    return captioned(fig.update_yaxes(visible=False), table, "columns", lang)


def dots(lang: str = "en") -> go.Figure:
    table = hd.load("talent", lang)
    fig = go.Figure(
        go.Scatter(
            x=table["persons"],
            y=table["label"],
            mode="markers+text",
            text=theme.written(table, lang),
            textposition="middle right",
        )
    )
    return captioned(fig.update_yaxes(autorange="reversed"), table, "dots", lang)


def years(lang: str = "en") -> go.Figure:
    table = hd.load("secretary_pay", lang).query("statistic == 'mean'")
    fig = go.Figure(
        go.Scatter(x=table["year"], y=table["pay"], mode="lines+markers", line_dash="dot")
    )
    return captioned(fig.update_yaxes(title="Yuan"), table, "years", lang)


def ranges(lang: str = "en") -> go.Figure:
    table = hd.load("talent", lang)
    fig = go.Figure(
        go.Scatter(x=table["persons"], y=table["label"], mode="markers", error_x={"value": 9})
    )
    return captioned(fig, table, "ranges", lang)


def grouped(mode: str, orientation: str) -> go.Figure:
    names, numbers = ["甲", "乙", "丙"], ([1, 2, 3], [4, None, 6])
    place, length = ("x", "y") if orientation == "v" else ("y", "x")
    fig = go.Figure(
        [
            go.Bar({place: names, length: values, "name": name}, orientation=orientation)
            for name, values in zip(("one", "two"), numbers, strict=True)
        ]
    )
    return fig.update_layout(barmode=mode, title="Foreign", template="plotly")


def lines() -> go.Figure:
    return go.Figure(
        [
            go.Scatter(x=["a", "b", "c"], y=[1, None, 3], name="one", mode="lines+markers+text",
                       text=["", "", "end"], textposition=["top center"] * 2 + ["middle right"]),
            go.Scatter(x=["a", "b", "c"], y=[3, 2, 1], name="two", mode="lines"),
        ],
        {"title": "Lines", "yaxis": {"title": "Height", "range": [0, 5], "tickformat": ",.1f"}},
    )  # fmt: skip


def cloud() -> go.Figure:
    return go.Figure(
        [
            go.Scatter(x=[1.5, 2, 7], y=[10, 20, 3000], mode="markers", name="one"),
            go.Scatter(x=[3.0, 4], y=[7, 8], mode="markers", name="two", marker_symbol="x"),
        ],
        {"title": "Cloud", "yaxis": {"type": "log"}},
    )


def pie() -> go.Figure:
    return go.Figure(go.Pie(labels=["a", "b", "c"], values=[2, 5, 1], textinfo="label+percent"))


def template(path: Path, **layouts: list[tuple[Any, ...]]) -> None:
    """A template of 720 by 540 points with these layouts: kind and box of each placeholder."""
    deck = Presentation()
    for layout in list(deck.slide_layouts)[len(layouts) :]:
        deck.slide_layouts.remove(layout)
    for layout, (name, holders) in zip(deck.slide_layouts, layouts.items(), strict=True):
        layout._element.cSld.set("name", name)
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)
        for number, (kind, *box) in enumerate(holders, 10):
            left, top, width, height = (Pt(length) for length in box)
            idx = "" if "itle" in kind else f'idx="{number}"'
            xml = (
                f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{kind}"/>'
                f'<p:cNvSpPr/><p:nvPr><p:ph type="{kind}" {idx}/></p:nvPr></p:nvSpPr>'
                f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
                "</a:xfrm></p:spPr><p:txBody><a:bodyPr/><a:p/></p:txBody></p:sp>"
            )
            layout.shapes._spTree.append(parse_xml(xml))
    deck.save(str(path))


HEAD = ("title", 36, 20, 648, 60)
CONTENT = ("obj", 36, 130, 648, 300)
ABOVE, BELOW, BESIDE = (("body", 36, top, 450, 30) for top in (90, 440, 480))
NARROW = ("body", 36, 90, 430, 30)


NATIVE = {
    "bars": bars,
    "columns": columns,
    "dots": dots,
    "years": years,
    "grouped": lambda: grouped("group", "v"),
    "grouped lying": lambda: grouped("group", "h"),
    "stacked": lambda: grouped("stack", "v"),
    "stacked lying": lambda: grouped("relative", "h"),
    "lines": lines,
    "cloud": cloud,
    "pie": pie,
}


def opened(path: Path) -> Any:
    return Presentation(str(path))


def charts_of(deck: Any) -> list[Any]:
    return [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]


def saved(fig: go.Figure, folder: Path) -> Any:
    slides.save(fig, folder / "one.pptx")
    return opened(folder / "one.pptx")


def points(series: Any) -> list[tuple[float | None, float | None]]:
    """x and y of an xy series as PowerPoint caches them."""
    found = []
    for key in ("xVal", "yVal"):
        cache = series._element.find(f"{qn(f'c:{key}')}//{qn('c:numCache')}")
        values = {int(pt.get("idx")): float(pt[0].text) for pt in cache.iter(qn("c:pt"))}
        count = int(cache.find(qn("c:ptCount")).get("val"))
        found.append([values.get(i) for i in range(count)])
    return list(zip(*found, strict=True))


def labels(series: Any, values: list[float | None]) -> list[str]:
    """What each data label shows: its own text, or the number in the label's format."""
    holder = series._element.find(qn("c:dLbls"))
    if holder is None:
        return []
    form = holder.find(qn("c:numFmt")).get("formatCode")
    own = {int(one.find(qn("c:idx")).get("val")): one for one in holder.iter(qn("c:dLbl"))}
    shown = []
    for point, value in enumerate(values):
        entry = own.get(point)
        texts = [] if entry is None else [t.text for t in entry.iter(qn("a:t"))]
        if entry is not None and entry.find(qn("c:delete")) is not None:
            shown.append("")
        else:
            number = f"{value:,}" if form == "#,##0" else f"{value:g}"
            shown.append("\n".join(texts) if texts else number)
    return shown


@pytest.mark.parametrize("name", NATIVE)
def test_a_native_chart_holds_the_figure(name: str, tmp_path: Path) -> None:
    fig = NATIVE[name]()
    result = slides.save(fig, tmp_path / "one.pptx")
    assert list(result["form"]) == ["native"]
    (chart,) = charts_of(opened(tmp_path / "one.pptx"))
    (plot,) = chart.plots
    traces = list(fig.data)
    if name == "pie":
        assert list(plot.categories) == ["b", "a", "c"]  # plotly sorts by value
        assert list(plot.series[0].values) == [5, 2, 1]
        assert labels(plot.series[0], [5, 2, 1]) == ["b\n62.5%", "a\n25%", "c\n12.5%"]
        return
    if name in ("dots", "cloud"):
        drawn = list(plot.series)[-len(traces) :]
        rows = list(dict.fromkeys(y for t in traces for y in t.y if isinstance(y, str)))
        for series, trace in zip(drawn, traces, strict=True):
            ys = [rows.index(y) + 1 if rows else y for y in trace.y]
            assert points(series) == list(zip(trace.x, ys, strict=True))
            if trace.text:
                assert labels(series, ys) == list(trace.text)
        if rows:
            names = plot.series[0]
            assert labels(names, [y for _, y in points(names)]) == rows
            assert [y for _, y in points(names)] == list(range(1, len(rows) + 1))
        return
    lying = traces[0].type == "bar" and traces[0].orientation == "h"
    assert list(plot.categories) == [str(c) for c in (traces[0].y if lying else traces[0].x)]
    for series, trace in zip(plot.series, traces, strict=True):
        values = list(trace.x if lying else trace.y)
        assert series.name == (trace.name or "")
        assert list(series.values) == values
        if trace.text:
            assert labels(series, values) == list(trace.text)


def test_colours_direction_and_zero_are_as_on_screen(tmp_path: Path) -> None:
    (chart,) = charts_of(saved(bars(), tmp_path))
    drawn = chart.plots[0].series[0]
    codes = [str(drawn.points[i].format.fill.fore_color.rgb) for i in range(4)]
    expected = [theme.PALETTE["talent"]] * 3 + [theme.PALETTE["neutral"]]
    assert codes == [code.removeprefix("#").upper() for code in expected]
    assert chart.category_axis.reverse_order
    assert chart.value_axis.minimum_scale == 0
    assert not chart.value_axis.visible


def test_an_axis_keeps_its_title_range_format_and_scale(tmp_path: Path) -> None:
    (chart,) = charts_of(saved(lines(), tmp_path))
    axis = chart.value_axis
    assert axis.axis_title.text_frame.text == "Height"
    assert (axis.minimum_scale, axis.maximum_scale) == (0, 5)
    assert axis.tick_labels.number_format == "#,##0.0"
    (scatter,) = charts_of(saved(cloud(), tmp_path))
    assert scatter.value_axis._element.find(f".//{qn('c:logBase')}").get("val") == "10"


def test_stacks_and_groups_are_told_apart(tmp_path: Path) -> None:
    for mode, grouping in (("group", "clustered"), ("stack", "stacked")):
        (chart,) = charts_of(saved(grouped(mode, "v"), tmp_path))
        assert chart.plots[0]._element.find(qn("c:grouping")).get("val") == grouping
        assert chart.has_legend


def test_the_sheet_in_the_slide_holds_the_numbers_and_no_formula(tmp_path: Path) -> None:
    fig = go.Figure(go.Bar(x=["=1+1", "@b"], y=[1, 2], name="-n"))
    (chart,) = charts_of(saved(fig, tmp_path))
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cells = [[cell.value for cell in row] for row in book["Sheet1"].iter_rows()]
    assert cells == [[None, "-n"], ["=1+1", 1], ["@b", 2]]
    assert {c.data_type for row in book["Sheet1"].iter_rows() for c in row} <= {"s", "n"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.usefixtures("no_browser")
def test_every_slide_says_what_its_chart_is(lang: str, tmp_path: Path) -> None:
    figures = [bars(lang), columns(lang), dots(lang), ranges(lang), lines()]
    slides.deck(figures, tmp_path / "deck.pptx", lang=lang)
    deck = opened(tmp_path / "deck.pptx")
    assert (deck.slide_width, deck.slide_height) == (Inches(40 / 3), Inches(7.5))
    for slide, fig in zip(list(deck.slides)[1:], figures, strict=True):
        texts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        notes = slide.notes_slide.notes_text_frame.text
        assert hd.__version__ in notes
        (graphic,) = [s for s in slide.shapes if s.has_chart or s.has_table]
        alt = graphic._element.nvGraphicFramePr.cNvPr.get("descr")
        if fig.layout.meta:
            meta = fig.layout.meta
            assert {meta["title"], meta["subtitle"], meta["source"]} <= set(texts)
            assert alt == " ".join(meta["alt"].split())
            assert all(figure in notes for figure in meta["figures"])
            for figure, printed in zip(meta["figures"], meta["printed"], strict=False):
                beside = f"{figure}（{printed}）" if lang == "zh" else f"{figure} ({printed})"
                assert beside in notes
            assert all(formula in notes for formula in meta["formulas"])
            assert all(" ".join(note.split()) in notes for note in meta["notes"])
        else:
            assert "Lines" in texts
            assert "Lines" in alt
            assert {"en": "Source: not given with the chart", "zh": "来源：图表未注明"}[
                lang
            ] in texts


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.usefixtures("no_browser")
def test_every_text_has_its_typefaces_and_language(lang: str, tmp_path: Path) -> None:
    slides.deck([bars(lang), dots(lang), ranges(lang), pie()], tmp_path / "deck.pptx", lang=lang)
    deck = opened(tmp_path / "deck.pptx")
    roots = [slide._element for slide in deck.slides]
    roots += [slide.notes_slide._element for slide in deck.slides]
    roots += [chart._chartSpace for chart in charts_of(deck)]
    runs = 0
    for root in roots:
        for run in root.iter(qn("a:r"), qn("a:fld")):
            assert run.find(qn("a:rPr")) is not None
        for properties in root.iter(qn("a:rPr"), qn("a:defRPr")):
            runs += 1
            for key in ("latin", "ea"):
                face = properties.find(qn(f"a:{key}"))
                assert face is not None
                assert face.get("typeface")
            tags = [child.tag for child in properties]
            assert tags.index(qn("a:latin")) + 1 == tags.index(qn("a:ea"))
    assert runs > 20
    codes = {r.get("lang") for root in roots for r in root.iter(qn("a:rPr"))}
    assert codes == {{"en": "en-US", "zh": "zh-CN"}[lang]}


def test_typefaces_stand_where_the_schema_wants_them() -> None:
    xml = f"<a:p {nsdecls('a')}><a:r><a:rPr><a:ln/><a:hlinkClick/></a:rPr><a:t>x</a:t></a:r></a:p>"
    root = parse_xml(xml)
    powerpoint.set_fonts(root, powerpoint.Look())
    (properties,) = root.iter(qn("a:rPr"))
    assert [child.tag for child in properties] == [
        qn(f"a:{key}") for key in ("ln", "latin", "ea", "hlinkClick")
    ]


def check_inside(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            if shape.has_text_frame and not shape._element.xpath(".//a:fld"):
                frame = shape.text_frame
                width = (shape.width - frame.margin_left - frame.margin_right) / Pt(1)
                height = (shape.height - frame.margin_top - frame.margin_bottom) / Pt(1)
                sizes = [r.font.size.pt for p in frame.paragraphs for r in p.runs if r.font.size]
                inherited = {"Title": 34 if slide is deck.slides[0] else 24}
                size = max(sizes, default=inherited.get(shape.name.split(" ")[0], 14))
                texts = [p.text for p in frame.paragraphs]
                assert slides.needed(texts, size, width) <= height, (shape.name, texts)


@pytest.mark.parametrize("word", ["Word ", "很长的标题", "unbroken", "<b>&amp;</b> =1+1 "])
@pytest.mark.usefixtures("no_browser")
def test_nothing_runs_off_the_slide(word: str, tmp_path: Path) -> None:
    fig, table = bars(), ranges()
    for one in (fig, table):
        meta = dict(one.layout.meta)
        meta |= dict.fromkeys(("title", "subtitle", "source"), word * 60)
        one.layout.meta = meta
    slides.deck([fig, table, columns()], tmp_path / "deck.pptx", title=word * 40)
    deck = opened(tmp_path / "deck.pptx")
    check_inside(deck)
    notes = deck.slides[1].notes_slide.notes_text_frame.text
    assert (word * 60).strip() in notes  # what the slide cuts, the notes keep


@pytest.mark.usefixtures("no_browser")
def test_a_chart_without_a_language_takes_the_decks(tmp_path: Path) -> None:
    slides.deck([lines(), columns("zh")], tmp_path / "deck.pptx")
    foreign = opened(tmp_path / "deck.pptx").slides[1]
    assert "来源：图表未注明" in [s.text_frame.text for s in foreign.shapes if s.has_text_frame]


def test_a_text_is_set_smaller_before_it_is_cut() -> None:
    """Six tenths of its size, but no less than 10 points; a line is 1.2 sizes high."""
    assert slides.needed(["汉滨汉滨"], 10, 20) == 24
    assert slides.needed(["", "汉"], 10, 20) == 24
    assert slides.fitted(["汉" * 10], 20, 200, 24) == (20, ["汉" * 10])
    assert slides.fitted(["汉" * 10], 20, 190, 24) == (19, ["汉" * 10])
    for size, smallest in ((30, 18), (20, 12), (12, 10), (8, 8)):
        assert slides.fitted(["汉" * 99], size, 100, 40)[0] == smallest
    assert slides.fitted(["汉" * 21], 8, 80, 10) == (8, ["汉" * 5 + "…"])  # 8 less, twice
    assert slides.fitted(["ab"], 8, 80, 1) == (8, ["…"])


@pytest.mark.usefixtures("no_browser")
def test_a_title_that_just_fits_is_left_as_it_is(tmp_path: Path) -> None:
    wide, high = 14 * 44 + 14.4, 44 * 1.2 + 7.2  # one line of python-pptx's 44 points, and margins
    template(tmp_path / "a.pptx", one=[("title", 20, 20, wide, high), CONTENT])
    for title, fits in (("汉" * 14, True), ("汉" * 15, False)):
        fig = go.Figure(go.Bar(x=["a"], y=[1]), {"title": title})
        slides.save(fig, tmp_path / "b.pptx", template=tmp_path / "a.pptx")
        (slide,) = opened(tmp_path / "b.pptx").slides
        (run,) = slide.shapes.title.text_frame.paragraphs[0].runs
        assert run.text == title
        assert (run.font.size is None) == fits


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (15, 15), (16, 14), (30, 14)])
@pytest.mark.usefixtures("no_browser")
def test_a_table_holds_as_many_rows_as_fit(count: int, shown: int, tmp_path: Path) -> None:
    """Of 24 points each, the header and a row that counts the rest among them."""
    template(tmp_path / "a.pptx", one=[HEAD, ("obj", 36, 100, 648, 16 * 24), ABOVE, BELOW])
    names = [f"n{n}" for n in range(count)]
    fig = go.Figure(go.Treemap(labels=names, parents=[""] * count))
    slides.save(fig, tmp_path / "b.pptx", template=tmp_path / "a.pptx")
    (slide,) = opened(tmp_path / "b.pptx").slides
    (frame,) = [shape for shape in slide.shapes if shape.has_table]
    rows = [row.cells[0].text for row in frame.table.rows]
    rest = [f"… and {count - shown:,} more rows"] if count > shown else []
    assert rows == ["labels", *names[:shown], *rest]
    assert frame.height == Pt(24) * len(rows)
    sizes = {r.font.size for c in frame.table.iter_cells() for r in c.text_frame.paragraphs[0].runs}
    assert sizes == {Pt(12)}


@pytest.mark.usefixtures("no_browser")
def test_a_table_has_the_first_six_columns(tmp_path: Path) -> None:
    fig = go.Figure(go.Table(cells={"values": [[n] for n in range(8)]}))
    (slide,) = saved(fig, tmp_path).slides
    (frame,) = [shape for shape in slide.shapes if shape.has_table]
    assert [cell.text for cell in frame.table.rows[1].cells] == [f"{n}" for n in range(6)]


def test_what_a_picture_is_drawn_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pixels a point; on a slide three, without the words and with a legend above."""
    out = io.BytesIO()
    Image.new("RGB", (40, 20)).save(out, "PNG")
    asked: list[Any] = []
    monkeypatch.setattr(
        pictures, "draw_each", lambda jobs, **_: asked.extend(jobs) or [out.getvalue()] * len(jobs)
    )
    table = hd.load("talent")
    heat = [go.Heatmap(z=[[1, 2]], showscale=False)]
    named = [go.Bar(x=["a"], y=[1], name=name, marker_color="#123456") for name in ("p", "q")]
    fig = captioned(go.Figure([*heat, *named]), table, "a", "en")
    slides.save(fig, tmp_path / "a.png")
    slides.save(fig, tmp_path / "a.pptx")
    (_, *picture), (spec, *slide) = asked
    assert (picture, slide) == (["png", 2], ["png", 3])
    own = spec["layout"]
    assert (own["title"], own["annotations"]) == ({"text": ""}, [])
    assert (own["legend"]["x"], own["legend"]["yanchor"]) == (0, "bottom")
    assert 1 < own["legend"]["y"] < 1.1  # 1 is the upper rim of the plot


def test_charts_of_one_name_are_numbered(tmp_path: Path) -> None:
    saved_as = slides.save_charts([columns()] * 3, tmp_path, ["csv"])["file"]
    assert [Path(file).name for file in saved_as] == [
        "columns.csv",
        "columns-2.csv",
        "columns-3.csv",
    ]
    assert list(slides.deck([columns()] * 3, tmp_path / "a.pptx")["slide"]) == [2, 3, 4]
    assert list(slides.save(columns(), tmp_path / "a.pptx")["slide"]) == [1]


@pytest.mark.parametrize(("lang", "one"), [("en", "1 chart ·"), ("zh", "1张图表 ·")])
def test_a_deck_tells_its_title_and_how_many_charts_it_has(
    lang: str, one: str, tmp_path: Path
) -> None:
    slides.deck([columns(lang)], tmp_path / "a.pptx", title="w" * 300)
    deck = opened(tmp_path / "a.pptx")
    assert deck.core_properties.title == "w" * 255  # the most that python-pptx takes
    assert any(one in s.text_frame.text for s in deck.slides[0].shapes if s.has_text_frame)


@pytest.mark.parametrize(("lang", "more"), [("en", "1 more rows"), ("zh", "另有1行")])
def test_a_chart_without_words_is_described_by_its_first_twelve_rows(lang: str, more: str) -> None:
    told = {}
    for count in (12, 13):
        fig = go.Figure(go.Bar(x=[f"n{n}" for n in range(count)], y=[1] * count))
        told[count] = plotted.about(plotted.spec(fig), 1, lang).alt
    assert "n11" in told[12]
    assert "n11" in told[13]
    assert "n12" not in told[13]
    assert [more in alt for alt in told.values()] == [False, True]


def test_what_no_chart_shows_is_missing_however_it_is_given() -> None:
    """And a number in few bits is the number it stands for, whatever writes the JSON."""
    kept = [1.0, None, None, float(np.float32(0.1))]
    for values in (np.array([1, np.inf, np.nan, 0.1], "float32"), [1, np.inf, None, kept[3]]):
        fig = go.Figure(go.Bar(x=list("abcd"), y=values))
        for given in (fig, fig.to_dict(), json.loads(fig.to_json())):
            assert plotted.spec(given)["data"][0]["y"] == kept


def test_a_table_reads_from_what_is_counted_to_its_number() -> None:
    """Whatever the order in the figure's JSON."""
    for trace, columns in (
        ({"type": "scatter", "text": ["t"], "x": [1], "y": ["b"]}, ["y", "x", "text"]),
        ({"type": "scatter", "text": ["t"], "y": [1], "x": ["b"]}, ["x", "y", "text"]),
        (
            {"type": "treemap", "values": [1], "parents": [""], "labels": ["a"]},
            ["labels", "parents", "values"],
        ),
        ({"type": "heatmap", "z": [[1, 2], [3, 4]]}, ["z 1", "z 2"]),
    ):
        assert list(plotted.numbers(plotted.spec({"data": [trace]}))) == columns


def test_titles_are_text_and_never_markup(tmp_path: Path) -> None:
    fig = bars()
    fig.layout.meta = {**fig.layout.meta, "title": "<b>A</b> & <br> =B"}
    (slide,) = saved(fig, tmp_path).slides
    assert slide.shapes.title.text_frame.text == "<b>A</b> & <br> =B"
    foreign = go.Figure(go.Bar(x=["m<sup>2</sup><br>x"], y=[1]), {"title": "<b>A</b> &amp; B<br>C"})
    (slide,) = saved(foreign, tmp_path).slides
    assert slide.shapes.title.text_frame.text == "A & B"
    assert "C" in [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    assert list(charts_of(opened(tmp_path / "one.pptx"))[0].plots[0].categories) == ["m² x"]


def test_stored_numbers_in_base64_are_read() -> None:
    packed = base64.b64encode(np.array([1.5, np.nan, 3], "<f8").tobytes()).decode()
    chart = {"data": [{"type": "bar", "y": {"dtype": "f8", "bdata": packed}}]}
    found = native.translate(plotted.spec(chart))
    assert found.series[0].values == [1.5, None, 3]
    assert found.categories == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("trace", ["b", "a", "c"]),
        ("category ascending", ["a", "b", "c"]),
        ("total descending", ["c", "b", "a"]),
        ("max ascending", ["a", "b", "c"]),
    ],
)
def test_categories_stand_in_plotlys_order(order: str, expected: list[str]) -> None:
    fig = go.Figure(go.Bar(x=["b", "a", "c"], y=[2, 1, 3], text=["B", "A", "C"]))
    found = native.translate(plotted.spec(fig.update_xaxes(categoryorder=order)))
    assert found.categories == expected
    assert found.series[0].labels == [name.upper() for name in expected]
    assert found.series[0].values == [{"a": 1, "b": 2, "c": 3}[name] for name in expected]


def test_error_bars_of_no_length_are_no_ranges() -> None:
    def form(**bars: Any) -> str:
        fig = go.Figure(go.Scatter(x=[1, 2], y=["a", "b"], mode="markers", error_x=bars))
        try:
            native.translate(plotted.spec(fig))
        except native.NotNativeError as why:
            return str(why)
        return "native"

    nothing = {"array": [0, 0], "arrayminus": [0.0, 0.0]}
    for bars in (nothing, {"visible": False, "array": [1, 1]}, {"value": 0}):
        assert form(**bars) == "native", bars
    shown = [{**nothing, "array": [0, 1]}, {"arrayminus": [0, 1]}, {"value": 5}, {"type": "sqrt"}]
    for bars in (*shown, {"value": 0, "valueminus": 2}, {"visible": True}):
        assert form(**bars) == "shows ranges (error bars)", bars


@pytest.mark.parametrize(
    ("form", "largest", "code"),
    [
        *[("", n, "General") for n in (2.85, 1000, 9999)],
        *[("", n, "#,##0") for n in (10_000, -10_000)],
        *[(",", n, "General") for n in (2.85, 999, -999)],
        *[(",", n, "#,##0") for n in (1000, -1000)],
        *[("$", 2, '"$"General'), (",.2f", 2, "#,##0.00"), (",d", 2, "#,##0"), (".0%", 2, "0%")],
    ],
)
def test_the_ticks_of_an_axis_keep_their_decimals(form: str, largest: float, code: str) -> None:
    fig = go.Figure(go.Bar(x=["a"], y=[largest]), {"yaxis": {"tickformat": form}})
    assert native.translate(plotted.spec(fig)).up.format == code


def test_a_deck_is_called_as_its_first_slide(tmp_path: Path) -> None:
    for figures, title, expected in [
        ([bars(), bars()], None, hd.SOURCE["title_en"]),
        ([bars()], None, hd.SOURCE["title_en"]),
        ([grouped("group", "v")], None, "Foreign"),
        ([bars(), bars()], "Ours", "Ours"),
    ]:
        slides.deck(figures, tmp_path / "a.pptx", title=title)
        deck = Presentation(str(tmp_path / "a.pptx"))
        assert deck.core_properties.title == deck.slides[0].shapes.title.text_frame.text == expected


REFUSED = {
    "slices below zero": go.Figure(go.Pie(labels=["a", "b"], values=[2, -1])),
    "error bars": ranges(),
    "kind": go.Figure(go.Treemap(labels=["a", "b"], parents=["", "a"])),
    "combines": go.Figure([go.Bar(x=["a"], y=[1]), go.Scatter(x=["a"], y=[1])]),
    "second axis": go.Figure(
        [go.Bar(x=["a"], y=[1]), go.Bar(x=["a"], y=[1], yaxis="y2")], {"yaxis2": {"side": "right"}}
    ),
    "begin off": go.Figure(go.Bar(x=["a"], y=[1], base=[2])),
    "annotations": bars().add_annotation(text="look", x=1, y=1),
    "shapes": bars().add_hline(1),
    "uneven": go.Figure(go.Bar(x=[2016, 2017, 2021], y=[1, 2, 3])),
    "several values": go.Figure(go.Bar(x=["a", "a"], y=[1, 2])),
    "colours": go.Figure(go.Bar(x=["a", "b"], y=[1, 2], marker_color=[1, 2])),
    "sizes": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], mode="markers", marker_size=[9, 20])),
    "areas": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], fill="tozeroy")),
    "curves": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], mode="lines", line_shape="spline")),
    "colour that is not known": go.Figure(
        {"data": [{"type": "bar", "x": ["a"], "y": [1], "marker": {"color": "var(--x)"}}]},
        skip_invalid=False,
        _validate=False,
    ),
    "wider than": go.Figure(go.Bar(x=["a", "b"], y=[1, 2], width=1.5)),
    "wider than PowerPoint": go.Figure(
        go.Scatter(x=["a", "b"], y=[1, 2], mode="lines", line_width=3000)
    ),
    "standing and lying": go.Figure(
        [go.Bar(x=["a"], y=[1]), go.Bar(x=[1], y=["a"], orientation="h")]
    ),
    "bars without width": go.Figure(go.Bar(x=["a", "b"], y=[1, 2], width=0)),
    "wider than their distance": go.Figure(  # which only days have
        go.Bar(x=["2020-01-01 12:00", "2020-01-02 12:00"], y=[1, 2], width=1.5),
        {"xaxis": {"type": "date"}},
    ),
    "marks larger": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], mode="markers", marker_size=73)),
    "lines wider": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], mode="lines", line_width=1585)),
    "more than one pie": go.Figure([go.Pie(labels=["a"], values=[1])] * 2),
    "only some of its categories": go.Figure(
        go.Bar(x=["a", "b", "c"], y=[1, 2, 3]), {"xaxis": {"range": [1, 2]}}
    ),
    "some of its categories": go.Figure(
        go.Bar(x=["a", "b", "c"], y=[1, 2, 3]), {"xaxis": {"range": [0, 1]}}
    ),
    "uneven distances": go.Figure(
        go.Scatter(
            x=["2020-01-01", "2020-01-02", "2020-01-04", "2020-02-01 12:00"],
            y=[1, 2, 3, 4],
            mode="lines",
        ),
        {"xaxis": {"type": "date"}},
    ),
    "the numbers of a spreadsheet": go.Figure(
        go.Scatter(x=["a", "b"], y=[1, 2]), {"yaxis": {"type": "log", "range": [0, 301]}}
    ),
    "names only some": go.Figure(
        go.Bar(x=["a", "b"], y=[1, 2]), {"yaxis": {"tickvals": [1, 2], "ticktext": ["one"]}}
    ),
    "beyond the numbers": go.Figure(
        go.Scatter(x=["a", "b"], y=[1, 2]), {"yaxis": {"type": "log", "range": [0, 400]}}
    ),
    "categories are more": go.Figure(go.Bar(x=[f"n{i}" for i in range(10_000)], y=[1] * 10_000)),
}


@pytest.mark.parametrize("why", REFUSED)
@pytest.mark.usefixtures("no_browser")
def test_what_is_not_native_becomes_a_table_without_a_browser(why: str, tmp_path: Path) -> None:
    result = slides.save(REFUSED[why], tmp_path / "one.pptx")
    assert list(result["form"]) == ["table"]
    assert why in result["why"][0]
    assert "no browser" in result["why"][0]
    deck = opened(tmp_path / "one.pptx")
    check_inside(deck)
    (slide,) = deck.slides
    (frame,) = [s for s in slide.shapes if s.has_table]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr")
    assert why in slide.notes_slide.notes_text_frame.text
    rows = [[c.text for c in row.cells] for row in frame.table.rows]
    count = len(plotted.numbers(plotted.spec(REFUSED[why])))
    if count > 20:
        assert re.search(rf"{count - len(rows) + 2:,} more rows", rows[-1][0])
    else:
        assert len(rows) == count + 1


@pytest.mark.usefixtures("no_browser")
def test_notes_give_the_reason_in_the_language_of_the_deck(tmp_path: Path) -> None:
    charts = [plotted.spec(chart) for chart in REFUSED.values()]
    for chart in charts:
        chart["layout"].pop("meta", None)  # some name English as theirs
    result = slides.deck(charts, tmp_path / "zh.pptx", lang="zh")
    deck = opened(tmp_path / "zh.pptx")
    for number, english in zip(result["slide"], result["why"], strict=True):
        slide = deck.slides[number - 1]
        (said,) = re.findall("此为图表数据表：(.*)。", slide.notes_slide.notes_text_frame.text)
        reason, _, browser = said.partition("；无法绘制（")
        assert english.endswith(browser.removesuffix("）"))
        assert "no browser" in browser
        assert re.search("[\u4e00-\u9fff]{3}", reason)
        assert not re.search("[a-z]+ [a-z]+", reason)


def test_pictures_of_a_deck_share_one_browser(
    browser: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    drawn = pictures.draw_each
    monkeypatch.setattr(
        pictures, "draw_each", lambda jobs, **k: calls.append(len(jobs)) or drawn(jobs, **k)
    )
    result = slides.deck([bars("zh"), ranges("zh"), ranges("zh")], tmp_path / "deck.pptx")
    assert calls == [2]
    assert list(result["form"]) == ["native", "picture", "picture"]
    deck = opened(tmp_path / "deck.pptx")
    check_inside(deck)
    for slide in list(deck.slides)[2:]:
        (picture,) = [s for s in slide.shapes if s.shape_type == 13]
        assert picture._element.nvPicPr.cNvPr.get("descr").startswith("图表ranges")
        assert picture.image.size[0] > 1500


def test_a_chart_that_cannot_be_drawn_leaves_the_others_their_pictures(
    browser: str, tmp_path: Path
) -> None:
    heat = go.Figure(go.Heatmap(z=[[1, 2], [3, 4]]))
    impossible = go.Figure(go.Choropleth(locations=["CHN"], z=[1]))  # asks the network for a map
    result = slides.deck([columns(), heat, impossible, heat], tmp_path / "deck.pptx")
    assert list(result["form"]) == ["native", "picture", "table", "picture"]
    assert ["cannot be drawn" in why for why in result["why"]] == [False, False, True, False]
    notes = [
        slide.notes_slide.notes_text_frame.text for slide in opened(tmp_path / "deck.pptx").slides
    ]
    assert ["cannot be drawn" in text for text in notes] == [False, False, False, True, False]
    folder = tmp_path / "pictures"
    with pytest.raises(RuntimeError, match="the chart 'chart-2' cannot be drawn"):
        slides.save_charts([heat, impossible], folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("rgb(255 0 0)", ("FF0000", 1)),
        ("rgba(255 0 0 / 0.5)", ("FF0000", 0.5)),
        ("rgba( 10, 20, 30, 0.5 )", ("0A141E", 0.5)),
        ("hsla(120,50%,50%,0.5)", ("40BF40", 0.5)),
        ("RebeccaPurple", ("663399", 1)),
        ("#abc", ("AABBCC", 1)),
        ("transparent", ("FFFFFF", 0)),
    ],
)
def test_a_colour_as_css_writes_it(css: str, expected: tuple[str, float]) -> None:
    assert plotted.colour(css) == expected


@pytest.mark.parametrize(
    ("x", "width", "gap"),
    [
        (["a", "b"], 0.5, 100),
        ([10, 20, 30], 8, 25),
        (["2020-01-01", "2020-01-02"], 43_200_000, 100),
        (["2020-01-01", "2020-01-02", "2020-01-03"], 43_200_000, 100),
    ],
)
def test_bars_of_a_width_keep_it(x: list[Any], width: float, gap: int) -> None:
    found = native.translate(plotted.spec(go.Figure(go.Bar(x=x, y=[1] * len(x), width=width))))
    assert found.gap == gap


def test_steps_between_ticks_may_be_smaller_than_one() -> None:
    chart = go.Figure(go.Bar(x=["a"], y=[1]), {"yaxis": {"dtick": 0.5}})
    assert native.translate(plotted.spec(chart)).up.step == 0.5


def test_a_trace_may_name_the_first_axes() -> None:
    both = [go.Bar(x=["a"], y=[1]), go.Bar(x=["a"], y=[2], xaxis="x", yaxis="y")]
    assert len(native.translate(plotted.spec(go.Figure(both))).series) == 2


@pytest.mark.parametrize(
    "chart",
    [
        go.Figure(go.Bar(x=["a"], y=[1], texttemplate="%{" + "z" * 100 + "}")),
        go.Figure(go.Bar(x=["a"], y=[1]), {"yaxis": {"tickformat": "z" * 100}}),
    ],
    ids=["labels", "ticks"],
)
def test_a_reason_quotes_the_beginning_of_a_format(chart: go.Figure) -> None:
    with pytest.raises(native.NotNativeError) as refused:
        native.translate(plotted.spec(chart))
    for said in (str(refused.value), refused.value.zh):
        (quoted,) = re.findall("['“](.*)['”]", said)
        assert len(quoted) == 80


def test_a_bar_is_as_wide_as_its_part_of_a_day() -> None:
    days = ["2020-01-01", "2020-01-02"]
    assert native._distance(days, "date") == 24 * 60 * 60 * 1000


@pytest.mark.parametrize(
    "fill", ["780000", "056428", "28057D", "BE55FF", "2DAF23", "F523A0", "FF230F", "827391"]
)
def test_a_text_on_a_colour_is_white_or_dark_whichever_reads_better(fill: str) -> None:
    def light(code: str) -> float:  # as WCAG 2.1 defines it
        parts = [int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05

    def contrast(text: str) -> float:
        low, high = sorted((light(text), light(fill)))
        return high / low

    text, _ = native._against((fill, 1))
    assert text == max("FFFFFF", "1F2933", key=contrast)


@pytest.mark.parametrize(
    ("days", "unit", "step"),
    [
        (92, "days", 12),  # at most eight names
        (93, "months", 1),
        (366, "months", 1),
        (367, "months", 2),
        (3 * 366 - 1, "months", 3),
        (3 * 366, "years", 1),
        (12 * 366, "years", 1),
        (12 * 366 + 1, "years", 2),
    ],
)
def test_the_names_of_dates_do_not_touch(days: int, unit: str, step: int, tmp_path: Path) -> None:
    first = pd.Timestamp(2000, 1, 1)
    x = [f"{first + pd.Timedelta(days=day):%Y-%m-%d}" for day in (0, 1, days)]
    (chart,) = charts_of(saved(go.Figure(go.Scatter(x=x, y=[1, 2, 3])), tmp_path))
    axis = chart.category_axis._element
    found = [axis.find(qn(f"c:{key}")).get("val") for key in ("majorTimeUnit", "majorUnit")]
    assert found == [unit, f"{step}"]


def test_one_number_alone_is_a_picture(browser: str, tmp_path: Path) -> None:
    fig = go.Figure(go.Indicator(value=5), {"title": "one"})
    assert list(slides.save(fig, tmp_path / "a.pptx")["form"]) == ["picture"]
    slides.save(fig, tmp_path / "a.html")


def test_a_caption_written_twice_is_one() -> None:
    once = bars().to_plotly_json()
    assert captioned(bars(), hd.load("talent"), "bars", "en").to_plotly_json() == once
    chinese = captioned(bars(), hd.load("talent", "zh"), "bars", "zh")
    assert [note.text for note in chinese.layout.annotations] == [theme.source_line("zh")]


def test_a_caption_of_another_kind_of_chart_tells_its_numbers() -> None:
    table = hd.load("talent")
    heat = go.Figure(go.Heatmap(z=[list(table["persons"])], x=list(table["label"])))
    alt = captioned(heat, table, "heat", "en").layout.meta["alt"]
    assert all(f"{persons}" in alt for persons in table["persons"])
    plain = captioned(go.Figure(go.Bar(y=[1, 2])), table, "plain", "en").layout.meta["alt"]
    assert plain.endswith("0: 1; 1: 2.")


def house(path: Path) -> None:
    """A house template with a sample slide, its own layout, fonts and colours."""
    deck = Presentation()
    layout = deck.slide_layouts[1]
    deck.slides.add_slide(layout).shapes.title.text = "sample"
    title = layout.placeholders[0]
    body = title._element.find(f".//{qn('a:lstStyle')}")
    properties = body.makeelement(qn("a:defRPr"), {"sz": "3000"})
    for key in ("latin", "ea"):
        properties.append(body.makeelement(qn(f"a:{key}"), {"typeface": "KaiTi"}))
    level = body.makeelement(qn("a:lvl1pPr"), {})
    level.append(properties)
    body.append(level)
    theme_part = deck.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    text = theme_part.blob.decode("utf-8")
    text = text.replace('<a:latin typeface="Calibri"/><a:ea typeface=""/>',
                        '<a:latin typeface="Georgia"/><a:ea typeface="SimSun"/>')  # fmt: skip
    theme_part.blob = text.replace("4F81BD", "123456").encode("utf-8")
    deck.save(str(path))


@pytest.mark.parametrize(
    "layouts",
    [
        {"none": [CONTENT], "best": [HEAD]},
        {"cover": [("ctrTitle", *HEAD[1:]), CONTENT, ABOVE], "best": [HEAD, CONTENT, CONTENT]},
        {"two contents": [HEAD, CONTENT, CONTENT, ABOVE, BELOW], "best": [HEAD]},
        {"no content": [HEAD, ABOVE, BELOW], "best": [HEAD, CONTENT]},
        {"narrow": [HEAD, CONTENT, NARROW], "best": [HEAD, CONTENT, ABOVE]},
        {"one text": [HEAD, CONTENT, ABOVE], "best": [HEAD, CONTENT, ABOVE, BELOW]},
        {"best": [HEAD, CONTENT, ABOVE, BELOW], "third": [HEAD, CONTENT, ABOVE, BELOW, BESIDE]},
    ],
    ids=lambda layouts: " and ".join(layouts),
)
def test_a_chart_takes_the_layout_with_one_content_and_two_wide_texts(
    layouts: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    template(tmp_path / "a.pptx", **layouts)
    assert master.open_master(tmp_path / "a.pptx").chart.name == "best"


def in_points(place: master.Place) -> list[int]:
    box = place.box
    return [round(length / Pt(1)) for length in (box.left, box.top, box.width, box.height)]


def test_a_layout_without_placeholders_is_divided_by_us(tmp_path: Path) -> None:
    """As our own slide is: an edge of 28 of its 960 points, lines of 26 of its 540."""
    template(tmp_path / "a.pptx", empty=[])
    places = master.open_master(tmp_path / "a.pptx").places
    edge, wide, line = 21, 678, 26
    assert {role: in_points(place) for role, place in places.items()} == {
        "title": [edge, edge, wide, 60],  # down to 15 % of the height
        "subtitle": [edge, 81, wide, line],
        "chart": [edge, 107, wide, 380],
        "source": [edge, 487, wide, line],  # down to 95 %
    }
    sizes = {role: place.size for role, place in places.items() if role != "chart"}
    assert sizes == {"title": 24, "subtitle": 14, "source": 12}
    assert {place.placeholder for place in places.values()} == {None}


@pytest.mark.parametrize(("middle", "role"), [(279, "subtitle"), (281, "source")])
def test_a_text_in_the_upper_half_of_the_chart_is_its_subtitle(
    middle: int, role: str, tmp_path: Path
) -> None:
    text = ("body", 36, middle - 30, 648, 60)
    template(tmp_path / "a.pptx", one=[HEAD, CONTENT, text])  # half of the content is at 280
    places = master.open_master(tmp_path / "a.pptx").places
    assert in_points(places[role]) == list(text[1:])
    other = {"subtitle": "source", "source": "subtitle"}[role]
    assert places[other].placeholder is None


@pytest.mark.usefixtures("no_browser")
def test_a_house_template_decides_fonts_colours_and_layout(tmp_path: Path) -> None:
    house(tmp_path / "house.pptx")
    slides.deck(
        [bars("zh"), columns("zh")], tmp_path / "deck.pptx", template=tmp_path / "house.pptx"
    )
    deck = opened(tmp_path / "deck.pptx")
    assert len(deck.slides) == 3  # the sample is gone
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(7.5))
    check_inside(deck)
    slide = deck.slides[1]
    assert slide.slide_layout.name == "Title and Content"
    (run,) = slide.shapes.title.text_frame.paragraphs[0].runs
    assert run._r.rPr.find(qn("a:ea")).get("typeface") == "KaiTi"
    chart = charts_of(deck)[0]
    faces = {e.get("typeface") for e in chart._chartSpace.iter(qn("a:ea"))}
    assert faces == {"+mn-ea"}  # the template's SimSun, by reference
    accents = {e.get("val") for e in chart._chartSpace.iter(qn("a:schemeClr"))}
    assert {"accent3", "accent5"} <= accents  # talent and neutral, the third and the fifth
    assert not slide.shapes.title.text_frame.text.startswith("sample")


@pytest.mark.usefixtures("no_browser")
def test_a_house_template_colours_the_labels_too(tmp_path: Path) -> None:
    house(tmp_path / "house.pptx")
    fig = bars().update_traces(textfont_color=theme.PALETTE["talent"])
    slides.save(fig, tmp_path / "a.pptx", template=tmp_path / "house.pptx")
    (chart,) = charts_of(opened(tmp_path / "a.pptx"))
    labels_of = chart.plots[0].series[0]._element.find(qn("c:dLbls"))
    assert {e.get("val") for e in labels_of.iter(qn("a:schemeClr"))} == {"accent3"}
    assert not list(labels_of.iter(qn("a:srgbClr")))


@pytest.mark.usefixtures("no_browser")
def test_a_house_template_colours_plotlys_own_figures(tmp_path: Path) -> None:
    house(tmp_path / "house.pptx")
    fig = go.Figure([go.Bar(x=["a"], y=[1]), go.Bar(x=["a"], y=[2])], {"template": "plotly"})
    slides.save(fig, tmp_path / "a.pptx", template=tmp_path / "house.pptx")
    (chart,) = charts_of(opened(tmp_path / "a.pptx"))
    fills = [series.format.fill.fore_color.theme_color for series in chart.plots[0].series]
    assert fills == [MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2]


def test_a_template_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no template"):
        slides.save(columns(), tmp_path / "a.pptx", template=tmp_path / "none.pptx")
    (tmp_path / "bad.pptx").write_text("no deck")
    with pytest.raises(ValueError, match="is not a"):
        slides.save(columns(), tmp_path / "a.pptx", template=tmp_path / "bad.pptx")


def test_same_charts_give_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pptx", "b.pptx", "a.xlsx", "b.xlsx", "a.html", "b.html"):
        slides.save(bars(), tmp_path / name)
    for suffix in ("pptx", "xlsx", "html"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_no_file_holds_the_time_of_its_making(tmp_path: Path) -> None:
    slides.save(bars(), tmp_path / "a.pptx")
    with zipfile.ZipFile(tmp_path / "a.pptx") as package:
        assert {info.date_time[0] for info in package.infolist()} == {1980}
        assert {info.external_attr >> 16 for info in package.infolist()} == {0o600}  # rights
        assert b"1980-01-01" in package.read("docProps/core.xml")


def test_pictures_hold_no_time_either(browser: str, tmp_path: Path) -> None:
    for suffix in ("png", "svg", "pdf"):
        for name in ("a", "b"):
            slides.save(bars(), tmp_path / f"{name}.{suffix}")
        content = (tmp_path / f"a.{suffix}").read_bytes()
        assert content == (tmp_path / f"b.{suffix}").read_bytes()
    assert content.count(b"Date (D:19800101000000") == 2


def test_the_numbers_of_a_chart_as_csv_and_workbook(tmp_path: Path) -> None:
    fig = go.Figure(go.Bar(x=["=SUM(A1)", "汉滨"], y=[-1, 2.5], text=["+a", "@b"]))
    slides.save(fig, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(tmp_path / "a.csv")
    assert read.to_numpy().tolist() == [["'=SUM(A1)", -1, "'+a"], ["汉滨", 2.5, "'@b"]]
    slides.save(bars(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rows = list(book["numbers"].iter_rows(values_only=True))
    table = hd.load("talent")
    assert [row[1] for row in rows[1:]] == list(table["persons"])
    about = dict(list(book["about"].iter_rows(values_only=True))[1:4])
    assert about["source"] == theme.source_line("en")


def test_a_page_needs_no_network_and_escapes_its_title(tmp_path: Path) -> None:
    fig = bars("zh")
    fig.layout.meta = {**fig.layout.meta, "title": "</title><script>alert(1)</script>"}
    slides.save(fig, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "<script>alert" not in page
    assert not re.search(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?http""", page)


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("a.doc", ValueError, "unknown suffix '.doc'.*Valid: .pptx"),
        ("a", ValueError, "unknown suffix"),
        ("none/a.pptx", FileNotFoundError, "there is no folder"),
    ],
)
def test_a_path_that_will_not_do(path: str, error: type, message: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=message):
        slides.save(columns(), tmp_path / path)
    assert not list(tmp_path.iterdir())


def test_what_is_no_chart_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pptx"
    with pytest.raises(ValueError, match="holds no data"):
        slides.save(go.Figure(), path)
    with pytest.raises(ValueError, match="holds no data"):
        slides.save(go.Figure(go.Bar(x=[], y=[]), {"title": "empty"}), path)
    with pytest.raises(TypeError, match="not str"):
        slides.save("chart", path)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a list"):
        slides.deck(columns(), path)
    with pytest.raises(ValueError, match="no chart"):
        slides.deck([], path)
    with pytest.raises(ValueError, match="unknown language 'fr'"):
        slides.save(columns(), path, lang="fr")
    with pytest.raises(ValueError, match="'columns' is in 'en', not 'zh'"):
        slides.save(columns(), path, lang="zh")
    assert not path.exists()


def test_a_deck_is_replaced_only_by_a_complete_one(tmp_path: Path) -> None:
    path = tmp_path / "a.pptx"
    slides.save(columns(), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="holds no data"):
        slides.deck([columns(), go.Figure()], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_stored_charts_are_read_from_a_notebook(tmp_path: Path) -> None:
    import nbformat

    chart = columns().to_plotly_json()
    chart["layout"].pop("template")
    cell = nbformat.v4.new_code_cell(
        "", outputs=[nbformat.v4.new_output("display_data", {CHART: plotted.spec(chart)})]
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    for given in (notebook, tmp_path / "a.ipynb", str(tmp_path / "a.ipynb")):
        (fig,) = slides.charts(given)
        assert isinstance(fig, go.Figure)
        assert fig.layout.meta["name"] == "columns"
    with pytest.raises(FileNotFoundError):
        slides.charts(tmp_path / "none.ipynb")


def test_express_figures_are_welcome(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": ["a", "b", "a", "b"], "y": [1, 2, 3, 4], "s": list("ppqq")})
    figures = [
        px.bar(frame, x="x", y="y", color="s", barmode="group", text_auto=True),
        px.line(frame, x="x", y="y", color="s", markers=True),
        px.scatter(frame, x="y", y="y", color="s"),
        px.pie(frame, names="s", values="y"),
    ]
    result = slides.deck(figures, tmp_path / "deck.pptx")
    assert set(result["form"]) == {"native"}
    grouped_bars, line, scatter, _ = charts_of(opened(tmp_path / "deck.pptx"))
    assert [list(s.values) for s in grouped_bars.plots[0].series] == [[1, 2], [3, 4]]
    assert [list(s.values) for s in line.plots[0].series] == [[1, 2], [3, 4]]
    assert [points(s) for s in scatter.plots[0].series] == [[(1, 1), (2, 2)], [(3, 3), (4, 4)]]
    way = [RGBColor.from_string(plotted.colour(c)[0]) for c in theme.PALETTE.values()]
    colours = [s.format.fill.fore_color.rgb for s in grouped_bars.plots[0].series]
    assert colours == way[:2]
