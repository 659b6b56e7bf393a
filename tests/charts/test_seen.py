"""Charts as a browser draws them in a laptop's cell: no text is cut, none lies on another."""

import json
import re
from collections.abc import Callable
from typing import Any

import plotly.express as px
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from playwright.sync_api import Browser, Page
from plotly.offline import get_plotlyjs

import hanbin_data as hd
from conftest import NOTEBOOKS, edition
from hanbin_data import charts, slides
from hanbin_data.charts.palette import NARROW
from hanbin_data.slides.notebooks import CHART

DRAW = """async ({figure, width}) => {
    document.body.innerHTML = `<div id="c" style="width:${width}px;height:540px"></div>`
    const chart = document.getElementById("c")
    await Plotly.newPlot(chart, figure.data, figure.layout, {...figure.config, responsive: false})
    const rim = chart.getBoundingClientRect(), texts = [], wrong = []
    for (const text of chart.querySelectorAll(".main-svg text")) {
        const box = text.getBoundingClientRect(), seen = getComputedStyle(text)
        const words = text.textContent.trim()
        if (!words || !box.width || seen.opacity === "0" || seen.visibility === "hidden") continue
        if (box.left < rim.left - 1 || box.right > rim.right + 1 ||
            box.top < rim.top - 1 || box.bottom > rim.bottom + 1) wrong.push(`cut: ${words}`)
        const lines = [...text.querySelectorAll("tspan.line")]
        for (const part of lines.length ? lines : [text])
            texts.push([part.getBoundingClientRect(), part.textContent, text])
    }
    texts.forEach(([a, one, of], place) => texts.slice(place + 1).forEach(([b, two, from]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (of !== from && across > 3 && down > 6) wrong.push(`overlap: ${one} | ${two}`)
    }))
    Plotly.purge(chart)
    return wrong
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.add_script_tag(content=get_plotlyjs())
    return page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=edition)
def test_every_stored_chart_is_whole_in_a_laptops_cell(path: Any, page: Page) -> None:
    for figure in slides.charts(path):
        name = figure["layout"]["meta"]["name"]
        assert page.evaluate(DRAW, {"figure": figure, "width": NARROW}) == [], name


PAY = {"x": "year", "y": "pay", "color": "label"}
SAID = ("name", "hovertemplate", "labels", "x", "y")
OWN: dict[str, tuple[Callable[..., go.Figure], str, dict[str, Any]]] = {
    "bars": (px.bar, "talent", {"x": "persons", "y": "label"}),
    "columns": (px.bar, "talent", {"x": "category", "y": "persons", "text": "persons"}),
    "grouped": (px.bar, "secretary_pay", PAY | {"barmode": "group"}),
    "stacked": (px.bar, "talent", {"x": "persons", "y": "measure", "color": "category"}),
    "line": (px.line, "secretary_pay", PAY),
    "scatter": (px.scatter, "talent", {"x": "persons", "y": "label", "color": "category"}),
    "pie": (px.pie, "talent", {"values": "persons", "names": "category"}),
    "treemap": (px.treemap, "talent", {"path": ["label"], "values": "persons"}),
    "histogram": (px.histogram, "talent", {"x": "persons"}),
    "facets": (px.bar, "talent", {"x": "persons", "y": "label", "facet_col": "qualifier"}),
    "area": (px.area, "secretary_pay", PAY),
    "box": (px.box, "talent", {"y": "persons"}),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("captioned", [False, True])
@pytest.mark.parametrize("kind", OWN)
def test_ones_own_chart_is_readable(kind: str, captioned: bool, lang: str, page: Page) -> None:
    charts.use(lang)
    draw, table, told = OWN[kind]
    frame = hd.load(table)
    fig = draw(frame, **told)
    if captioned:
        charts.caption(fig, frame, f"own_{kind}", title="One's own chart", alt="A chart.")
    figure = pio.renderers["hanbin"].to_mimebundle(json.loads(fig.to_json()))[CHART]
    assert page.evaluate(DRAW, {"figure": figure, "width": NARROW}) == []
    if lang == "zh":
        parts = [part for trace in figure["data"] for key, part in trace.items() if key in SAID]
        parts = [part for part in parts if not isinstance(part, dict)]  # numbers in base64
        parts += [axis.get("title") for key, axis in figure["layout"].items() if "axis" in key]
        said = re.sub(r"%{.*?}|<.*?>", "", json.dumps(parts, ensure_ascii=False))
        assert re.findall(r"[a-z_]{5,}", said) == []
