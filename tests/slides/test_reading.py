"""The reading: what plotly.js draws is what Python is told, kind by kind."""

import copy
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import kinds
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from PIL import Image

from hanbin_data.slides import browser as browsers
from hanbin_data.slides.browser import Browser, NoBrowserError
from hanbin_data.slides.reading import Axis, Reading, Trace, encoded, read

DAY = 86_400_000


def day(text: str) -> float:
    return pd.Timestamp(text).timestamp() * 1000


def bars(*heights: list[Any], **layout: Any) -> go.Figure:
    return go.Figure([go.Bar(x=["a", "b"][: len(y)], y=y) for y in heights], layout)


def dots(x: Any, y: Any = (1, 2, 3), **settings: Any) -> go.Figure:
    return go.Figure(go.Scatter(x=x, y=y, mode="lines+markers", **settings))


def labels(trace: Trace) -> list[str]:
    return [label.text.plain for label in trace.labels]


def ticks(reading: Reading, axis: str = "x") -> list[str]:
    return [tick.text for tick in reading.axis(axis).ticks]


TIMES = ["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 12:00"]
LABELLED = ("2024-01-01", "2024-02-01", "2024-03-01")
CANDLES = {"x": ["2024-01-01", "2024-01-02"], "open": [1, 2], "high": [4, 5], "low": [0, 1]}
HIDDEN = go.Figure(go.Pie(labels=["a", "b", "c"], values=[1, 2, 3]), {"hiddenlabels": ["c"]})
MISSING = px.bar(
    pd.DataFrame({"g": ["low", "high"], "n": [1, 2]}),
    x="g", y="n", category_orders={"g": ["low", "mid", "high"]},
)  # fmt: skip


def labelled(template: str, **settings: Any) -> go.Figure:
    return go.Figure(go.Bar(x=LABELLED, y=[0.25, 2.5, 2.7], texttemplate=template, **settings))


BUBBLES = {"size": [10, 20, 30], "color": [0, 5, 10], "symbol": [1, "x", 0], "opacity": 1}
BUBBLES["colorscale"] = [[0, "#000"], [1, "#fff"]]
BAR = {"color": [0, 5, 10], "showscale": True, "colorbar": {"title": {"text": "°C"}}}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
STEPS = {"shape": "hv", "dash": "dot", "width": 3}
BOX = {"type": "rect", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "xref": "paper", "yref": "paper",
       "layer": "below", "fillcolor": "red", "opacity": 0.5}  # fmt: skip
PLOTLY5 = {"data": {"heatmapgl": [{"type": "heatmapgl"}], "bar": [{"type": "bar", "opacity": 0.5}]}}

# What is drawn, and what a slide would get wrong without being told: a figure, what is asked of
# its reading and its traces, and the answer.
CASES: dict[str, tuple[Any, Callable[..., Any], Any]] = {
    "months are dates, a gap stays a gap": (
        go.Figure(go.Bar(x=["2021-06", "2021-01"], y=[1, 3])), lambda r, t: t.x,
        [day("2021-06-01"), day("2021-01-01")]),
    "times of day": (dots(TIMES), lambda r, t: r.axis("x").type, "date"),
    "time zones": (
        dots(pd.to_datetime(["2021-01-01", "2021-01-02"]).tz_localize("Asia/Shanghai"), [1, 2]),
        lambda r, t: t.x[1] - t.x[0], DAY),
    "x0 and dx": (
        go.Figure(go.Scatter(y=[3, 1, 2], x0=2000, dx=5)), lambda r, t: t.x, [2000, 2005, 2010]),
    "typed arrays": (dots(np.array([1.5, 2, 4])), lambda r, t: t.x, [1.5, 2, 4]),
    "a gap within a line": (dots([1, 2, 3], [1, None, 3]), lambda r, t: t.y, [1, None, 3]),
    "a category without a value": (
        MISSING, lambda r, t: r.axis("x").categories, ["low", "mid", "high"]),
    "labels of categories": (
        bars([1, 2], xaxis={"labelalias": {"a%": "Alpha"}, "ticksuffix": "%"}),
        lambda r, t: (ticks(r), r.axis("x").categories), (["Alpha", "b%"], ["Alpha", "b%"])),
    "two-level categories": (
        go.Figure(go.Bar(x=[["A", "A", "B"], ["x", "y", "x"]], y=[1, 2, 3])),
        lambda r, t: (r.axis("x").groups, r.axis("x").categories),
        (["A", "A", "B"], ["x", "y", "x"])),
    "a logarithmic axis": (
        dots([1, 2, 3], [1, 20, 300]).update_yaxes(type="log", range=[0, 3]),
        lambda r, t: (r.axis("y").range, t.y), ((1, 1000), [1, 20, 300])),
    "a reversed axis": (
        bars([1, 2], yaxis={"autorange": "reversed"}),
        lambda r, t: (r.axis("y").reversed, r.axis("x").reversed), (True, False)),
    "a stack": (
        bars([1, 2], [3, 4], barmode="stack"), lambda r, _, t: (t.base, t.y), ([1, 2], [4, 6])),
    "shares of one hundred": (
        bars([1], [3], barnorm="percent"), lambda r, *t: [trace.y for trace in t], [[25], [75]]),
    "offset groups": (
        go.Figure([go.Bar(x=["a"], y=[y], offsetgroup=group)
                   for y, group in ((1, "A"), (3, "A"), (5, "B"))], {"barmode": "stack"}),
        lambda r, *t: [(trace.base, round(trace.offset[0], 6)) for trace in t],
        [([0], -0.4), ([1], -0.4), ([0], 0)]),
    "a histogram's columns": (
        go.Figure(go.Histogram(x=[1, 1, 2, 5], xbins={"start": 0.5, "size": 2, "end": 6.5})),
        lambda r, t: (t.kind, t.y, t.width), ("bar", [3, 0, 1], [2])),
    "horizontal bars": (
        go.Figure(go.Bar(x=[1, 2], y=["a", "b"], orientation="h")),
        lambda r, t: (t.horizontal, t.x, t.y), (True, [1, 2], [0, 1])),
    "a second axis": (
        bars([1, 2]).add_scatter(x=["a", "b"], y=[10, 20], yaxis="y2")
        .update_layout(yaxis2={"overlaying": "y", "side": "right"}),
        lambda r, *t: [(p.id, p.main) for p in r.plots] + [r.axis("y2").side],
        [("xy", ""), ("xy2", "xy"), "right"]),
    "facets": (
        px.bar(pd.DataFrame({"r": ["N", "S"], "n": [1, 2]}), y="n", facet_col="r"),
        lambda r, *t: ([p.id for p in r.plots], [note.text.plain for note in r.annotations]),
        (["xy", "x2y2"], ["r=N", "r=S"])),
    "error bars": (
        dots([1, 2, 3], error_y={"array": [1, 1, 1], "arrayminus": [0, 1, 2]}),
        lambda r, t: (t.errors[0].low, t.errors[0].high), ([1, 1, 1], [2, 3, 4])),
    "stacked areas": (
        go.Figure([go.Scatter(x=[1, 2], y=y, stackgroup="s") for y in ([1, 2], [3, 4])]),
        lambda r, _, t: (t.y, t.base, t.fill), ([4, 6], [1, 2], "tonexty")),
    "what is filled": (
        dots([1, 2, 3, 4, 5], [1, 2, None, 3, 1], fill="tozeroy"),
        lambda r, t: [len(shape.points) for shape in t.fills], [6]),
    "steps, dashes, gaps": (
        dots([1, 2, 3], line=STEPS, connectgaps=True),
        lambda r, t: (t.shape, t.line.dash, t.line.width, t.connect_gaps), ("hv", "dot", 3, True)),
    "bubbles": (
        dots([1, 2, 3], marker=BUBBLES), lambda r, t: (t.sizes, t.symbols, t.colors),
        ([10, 20, 30], ["square", "x", "circle"],
         [("#000000", 1), ("#808080", 1), ("#ffffff", 1)])),
    "dots like no other": (
        dots([1, 2, 3], marker={"symbol": ["star", "square", "square"], "angle": [0, 0, 45]}),
        lambda r, t: (t.sizes, len(t.shapes), len(t.shapes[0].points)), ([0, 6, 0], 2, 10)),
    "many dots": (
        go.Figure(go.Scattergl(x=[1, 2], y=[3, 4], mode="markers")),
        lambda r, t: (t.kind, t.y), ("scatter", [3, 4])),
    "colours without a template": (
        {"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {}},
        lambda r, t: t.colors, [("#1f77b4", 1)]),
    "opacities multiply": (
        go.Figure(go.Bar(x=["a"], y=[1], opacity=0.5, marker_color="rgba(255,0,0,.5)")),
        lambda r, t: t.colors, [("#ff0000", 0.25)]),
    "nothing is something": (
        go.Figure([go.Bar(x=["a"], y=[5], opacity=0),
                   go.Scatter(x=["a", "b"], y=[5, 6], mode="lines", line_width=0)]),
        lambda r, bar, line: (bar.colors[0][1], line.line.width), (0, 0)),
    "an edge without a colour": (
        dots([1, 2, 3], marker={"line": {"width": 2}, "size": 14}),
        lambda r, t: (t.outlines[0].color, t.outlines[0].width), (("#444444", 1), 2)),
    "dates in labels": (
        labelled("%{x|%b %Y}"), lambda r, t: labels(t), ["Jan 2024", "Feb 2024", "Mar 2024"]),
    "halves in labels": (
        go.Figure(go.Bar(x=["a", "b"], y=[0.125, 0.375], texttemplate="%{y:.0%} of staff")),
        lambda r, t: labels(t), ["13% of staff", "38% of staff"]),
    "numbers in labels": (labelled("%{y:d} m"), lambda r, t: labels(t), ["0 m", "3 m", "3 m"]),
    "separators": (
        go.Figure(go.Bar(x=["a"], y=[26000.5], texttemplate="%{y:,.1f}"), {"separators": ",."}),
        lambda r, t: labels(t), ["26.000,5"]),
    "own data in labels": (
        labelled("%{customdata.k}", customdata=[{"k": 1}, {"k": 2}, {"k": 3}]),
        lambda r, t: labels(t), ["1", "2", "3"]),
    "significant digits on an axis": (
        bars([0.125, 0.26], yaxis={"tickformat": ".2g", "tickvals": [0.125]}),
        lambda r, t: ticks(r, "y"), ["0.13"]),
    "a range together with autorange": (
        bars([10, 20], yaxis={"autorange": True, "range": [0, 5]}),
        lambda r, t: r.axis("y").range[1] > 20, True),
    "slices, clockwise": (
        go.Figure(go.Pie(labels=["a", "b", "c"], values=[5, 3, 2], hole=0.4, title="T")),
        lambda r, t: (t.ring.names, t.value, t.ring.hole, t.ring.title.plain, sorted(labels(t))),
        (["a", "c", "b"], [5, 2, 3], 0.4, "T", ["20%", "30%", "50%"])),
    "hidden slices": (
        HIDDEN, lambda r, t: (t.ring.names, [item.opacity for item in r.legends[0].items]),
        (["b", "a"], [0.5, 1, 1])),
    "radar": (
        go.Figure(go.Scatterpolar(r=[1, 2, 3], theta=["a", "b", "c"], fill="toself"),
                  {"polar": {"angularaxis": {"rotation": 90, "direction": "clockwise"},
                             "radialaxis": {"title": {"text": "T"}, "range": [0, 3]}}}),
        lambda r, t: (
            t.kind, t.r, t.theta, r.axis("polar.angularaxis").categories, r.plots[0].radar,
            r.axis("polar.radialaxis").title.plain, len(t.fills[0].points), len(r.plots[0].shapes)),
        ("polar", [1, 2, 3], [0, 1, 2], ["a", "b", "c"], True, "T", 3, 10)),
    "angles": (
        go.Figure(go.Scatterpolar(r=[1, 2], theta=[0, 45]), {"polar": {"hole": 0.5}}),
        lambda r, t: (t.theta, t.x[1] - t.x[0] < t.y[0] - t.y[1], r.plots[0].radar),
        ([0, 45], True, False)),
    "funnel": (
        go.Figure(go.Funnel(y=["a", "b"], x=[10, 4])),
        lambda r, t: (t.base, t.x, labels(t)), ([-5, -2], [5, 2], ["10", "4"])),
    "waterfall": (
        go.Figure(go.Waterfall(
            x=["a", "b", "c"], y=[3, -1, None], measure=["relative", "relative", "total"])),
        lambda r, t: (t.base, t.y), ([0, 3, 0], [3, 2, 2])),
    **{kind.__name__: (
        go.Figure(kind(**CANDLES, close=[3, 1])), lambda r, t: [t.open, t.high, t.low, t.close],
        [[1, 2], [4, 5], [0, 1], [3, 1]]) for kind in (go.Candlestick, go.Ohlc)},
    "markup": (
        bars([1], title={"text": "汉滨区 <b>x</b><br>H<sub>2</sub>O &lt;3"}),
        lambda r, t: (r.title.plain, r.title.lines[0][1].font.bold, r.title.lines[1][1].shift),
        ("汉滨区 x\nH2O <3", True, "sub")),
    "a second legend": (
        go.Figure([go.Bar(y=[1], name="<i>a</i>", legend="legend2", marker_color="#636efa"),
                   go.Bar(y=[2], name="b", legendgroup="g", legendgrouptitle_text="group"),
                   go.Bar(y=[1], showlegend=False), go.Bar(y=[2], name="c")],
                  {"legend2": {"x": 0, "title": {"text": "key"}}}),
        lambda r, *t: [(k.title and k.title.plain, [(i.text.plain, i.trace) for i in k.items],
                        k.items[-1].color[0]) for k in r.legends],
        [(None, [("group", None), ("b", 1), ("c", 3)], "#ab63fa"),
         ("key", [("a", 0)], "#636efa")]),
    "annotations point somewhere": (
        bars([1, 2]).add_annotation(x=1, y=2, text="here", name="source", ax=-40, ay=0),
        lambda r, t: [(note.text.plain, note.name, note.arrow[0][0] < note.arrow[1][0])
                      for note in r.annotations], [("here", "source", True)]),
    "shapes": (
        dots([0, 1, 2]).add_hline(y=2, line_dash="dash").add_shape(BOX),
        lambda r, t: [
            (s.kind, s.layer, s.fill, s.line and s.line.dash, len(s.points)) for s in r.shapes],
        [("rect", "below", ("#ff0000", 0.5), "solid", 0), ("line", "above", None, "dash", 2)]),
    "a curve": (
        dots([0, 1, 2]).add_shape(type="path", path="M 0 1 Q 1 3 2 1 Z"),
        lambda r, t: (r.shapes[0].closed, len(r.shapes[0].points) > 20), (True, True)),
    "a colour bar": (
        dots([1, 2, 3], marker=BAR),
        lambda r, t: ([s.text.plain for s in r.colorbars if s.text][::3],
                      len([s for s in r.colorbars if s.fill])), (["0", "6", "°C"], 17)),
    "a picture": (
        bars([1]).add_layout_image(source=PIXEL, x=0, y=1),
        lambda r, t: [why.say("en") for why in r.why], ["it holds pictures"]),
    "what a range slider repeats is read once": (
        dots([1, 2, 3], text=["a", "b", "c"]).update_traces(mode="markers+text")
        .update_xaxes(rangeslider={"visible": True}),
        lambda r, t: (labels(t), [remark.code for remark in r.remarks]),
        (["a", "b", "c"], ["controls"])),
    "the first frame": (
        go.Figure(go.Bar(x=["a"], y=[1]), frames=[go.Frame(data=[go.Bar(x=["a"], y=[9])])]),
        lambda r, t: (t.y, [remark.code for remark in r.remarks]), ([1], ["frames"])),
    "control characters": (
        {"data": [{"type": "bar", "x": ["a\x00\x0b\ud800b", "\\u0007", "😀"], "y": [1, 2, 3]}]},
        lambda r, t: r.axis("x").categories, ["ab", "\\u0007", "😀"]),
    "a notebook of plotly 5": (
        {"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {"template": PLOTLY5}},
        lambda r, t: t.colors[0][1], 0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_drawn_is_read(browser: Browser, name: str) -> None:
    figure, told, expected = CASES[name]
    (reading,) = read([figure], browser=browser)
    assert told(reading, *reading.traces) == expected
    stored = json.dumps(reading.to_json())
    assert Reading.from_json(json.loads(stored)) == replace(reading, png=b"")


def test_places_are_those_of_the_picture(browser: Browser) -> None:
    figure = dots([1, 2, 3], marker={"size": 40, "color": "#ff0000"}).update_yaxes(side="right")
    (reading,) = read([figure], browser=browser, previews=True)
    picture = Image.open(io.BytesIO(reading.png)).convert("RGB")

    def along(axis: Axis, value: float) -> float:
        share = (value - axis.range[0]) / (axis.range[1] - axis.range[0])
        return 2 * (axis.start + axis.length * (share if axis.id == "x" else 1 - share))

    for a, b in zip(reading.traces[0].x, reading.traces[0].y, strict=True):
        x, y = along(reading.axis("x"), a or 0), along(reading.axis("y"), b or 0)
        red = [picture.getpixel((x + dx, y + dy)) == (255, 0, 0)
               for dx, dy in ((-30, 0), (30, 0), (-45, 45), (45, 45))]  # fmt: skip
        assert red == [True, True, False, False]


def test_what_powerpoint_lacks_is_said_and_drawn(browser: Browser) -> None:
    heat, bar = read([go.Figure(go.Heatmap(z=[[1, 2]])), bars([1])], browser=browser)
    assert heat.why[0].say("en") == "PowerPoint has no chart of the kind heatmap"
    assert heat.svg.startswith("<svg")
    assert heat.png.startswith(b"\x89PNG")
    assert (bar.why, bar.svg, bar.png) == ([], "", b"")


def test_the_caller_may_ask_for_more_pictures(browser: Browser) -> None:
    figures = [bars([1]), bars([1, 2])]
    asked = read(figures, browser=browser, pictures=lambda reading: len(reading.traces[0].x) > 1)
    assert [(bool(one.svg), bool(one.png)) for one in asked] == [(False, False), (True, True)]


@pytest.mark.parametrize(("figure", "said", "drawn"), [
    (go.Figure(go.Scattergl(y=np.arange(20_001), mode="markers")),
     "20,001 points are more than a slide's chart can hold", True),
    (go.Figure(go.Surface(z=[[1, 2]] * 2)), "PowerPoint has no chart of the kind surface", True),
    (go.Figure(go.Choropleth(locations=["CHN"], z=[1])), "it needs a map from the network", False),
    (go.Figure(go.Scattermap(lat=[1], lon=[2])), "it needs a map from the network", False),
    (go.Figure(), "it shows nothing", False),
])  # fmt: skip
def test_what_is_not_drawn_is_said(browser: Browser, figure: Any, said: str, drawn: bool) -> None:
    broken, fine = read([figure, bars([1])], browser=browser)
    assert broken.why[-1].say("en").startswith(said)
    assert (bool(broken.svg), bool(broken.png), fine.why) == (drawn, drawn, [])


@pytest.mark.parametrize(("figures", "error", "message"), [
    (bars([1]), TypeError, "must be a list of plotly figures, not one"),
    ([3], TypeError, "a chart is a plotly figure, not int"),
    ([{"data": [object()]}], ValueError, "chart 1 is no plotly figure"),
])  # fmt: skip
def test_what_is_no_figure_is_refused(
    browser: Browser, figures: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read(figures, browser=browser)


def test_control_characters_go_and_all_else_stays() -> None:
    figure = {
        "data": [{"uid": "mine"}],
        "t": "\\u0000 \x00\x1f\x7f\x85\ufffe\ud83d|\ude00|😀\n\t汉\\",
    }
    before = copy.deepcopy(figure)
    assert json.loads(encoded(figure))["t"] == "\\u0000 ||😀\n\t汉\\"
    assert figure == before


@pytest.mark.parametrize("stored", [
    {}, {"width": 1, "height": 1, "axes": [{"id": 3}]}, None, [],
    {"width": 1, "height": 1, "font": "Arial"},  # of before, when it held no shapes
])  # fmt: skip
def test_what_is_no_reading_is_refused(stored: Any) -> None:
    with pytest.raises(ValueError, match="no reading of a chart"):
        Reading.from_json(stored)


def test_a_newer_plotly_that_tells_less_is_named(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Browser, "ask", lambda *_, **__: "9.0.0 does not tell (axis ticks)")
    with pytest.raises(RuntimeError, match=r"plotly.js 9.0.0 does not tell \(axis ticks\)"):
        read([bars([1])], browser=browser)


def test_without_a_browser_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "candidates", lambda: ["/nonexistent/chrome"])
    with pytest.raises(NoBrowserError, match=re.escape("/nonexistent/chrome does not start")):
        read([bars([1])])


@pytest.mark.parametrize("name", kinds.FIGURES)
def test_stored_readings_are_what_is_drawn_today(browser: Browser, name: str) -> None:
    """Places depend on the machine's fonts, so that not all is compared."""
    stored = json.loads((kinds.READINGS / f"{name}.json").read_text("utf-8"))
    before = Reading.from_json(stored)
    assert json.loads(json.dumps(before.to_json())) == stored
    (today,) = read([kinds.FIGURES[name]], browser=browser)
    assert looks(before) == looks(today)


def looks(reading: Reading) -> list[Any]:
    found: list[Any] = [(axis.type, axis.range, axis.categories) for axis in reading.axes]
    for t in reading.traces:
        found += [t.kind, t.name, t.x, t.y, t.base, t.value, t.open, t.close, t.r, t.theta]
        found += [labels(t), t.colors, t.backs, t.outlines, t.line, t.sizes, t.symbols]
    return [*found, reading.why]
