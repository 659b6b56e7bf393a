"""Decks and pictures beside other ways to make them, for ``bench.py``.

The floor of a deck is what nobody can do without: one start of a browser, one bare
``Plotly.newPlot`` a chart, and the same numbers as slides written by hand with python-pptx.
"""

import base64
import io
import json
import shutil
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.io import to_json
from plotly.offline import get_plotlyjs
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu, Inches, Pt

from hanbin_data.slides.notebooks import CHART, PREVIEW, Stored, charts, fingerprint
from hanbin_data.slides.reading import HEIGHT, WIDTH, Reading, read

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SIZE = {"width": WIDTH, "height": HEIGHT, "scale": 2}


def edition() -> tuple[list[Stored], list[Reading]]:
    """All charts of the English notebooks, stored with their readings, which come beside them."""
    plain = [dict(chart) for path in NOTEBOOKS for chart in charts(path)]
    readings = read(plain, previews=True)
    return [stored(*both) for both in zip(plain, readings, strict=True)], readings


def stored(figure: dict[str, Any], reading: Reading) -> Stored:
    """A figure as a notebook stores it, with its reading and what was drawn of it."""
    metadata = {"drawn_from": fingerprint(figure), "reading": json.dumps(reading.to_json())}
    png = base64.b64encode(reading.png).decode()
    return Stored({"data": {CHART: figure, PREVIEW: png}, "metadata": metadata})


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drawn(figures: list[Any], script: str) -> None:
    """A bare page that holds plotly.js and runs a script for each chart."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu"])
        page = browser.new_page()
        page.set_content("<div id='chart'></div>")
        page.add_script_tag(content=get_plotlyjs())
        for figure in figures:
            page.evaluate(script, [to_json(figure, validate=False), SIZE])
        browser.close()


PLOT = "([fig, size]) => Plotly.newPlot('chart', JSON.parse(fig)).then(() => 0)"
IMAGE = "([fig, size]) => Plotly.toImage(JSON.parse(fig), {format: 'png', ...size})"


def one_by_one(figures: list[Any], path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for figure in figures:
            go.Figure(figure, skip_invalid=True).write_image(path, **SIZE)


def by_hand(readings: list[Reading], figures: list[Any], path: Path) -> None:
    """The same numbers, words and colours as a user of python-pptx writes them."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(40 / 3), Inches(7.5)
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Charts"
    scale = int(deck.slide_width / WIDTH)
    for reading, figure in zip(readings, figures, strict=True):
        meta = figure["layout"].get("meta") or {}
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = meta.get("title", "")
        for text, top in ((meta.get("subtitle", ""), 1.1), (meta.get("source", ""), 7)):
            box = slide.shapes.add_textbox(Inches(0.4), Inches(top), Inches(12.5), Inches(0.4))
            box.text_frame.text = text
            box.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
        for note in filter(None, (note.text for note in reading.annotations)):
            box = slide.shapes.add_textbox(*(Emu(int(edge * scale)) for edge in note.box))
            box.text_frame.text = note.plain
            box.text_frame.paragraphs[0].runs[0].font.size = Pt(note.font.size)
        for plot in reading.plots:
            _chart(slide, [trace for trace in reading.traces if trace.plot == plot.id], meta)
        slide.notes_slide.notes_text_frame.text = "\n".join(meta.get("notes", []))
    out = io.BytesIO()
    deck.save(out)
    path.write_bytes(out.getvalue())


def _chart(slide: Any, traces: list[Any], meta: Any) -> None:
    data = CategoryChartData(number_format="#,##0")
    columns = [trace.value or trace.y or trace.r for trace in traces]
    data.categories = [str(n) for n in range(max(map(len, columns), default=0))]
    for trace, column in zip(traces, columns, strict=True):
        data.add_series(trace.name, column)
    if not len(data.categories):
        return
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Inches(0.4), Inches(1.5), Inches(12.5), Inches(5.4), data
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", meta.get("alt", ""))
    chart = frame.chart
    chart.font.size = Pt(14)
    chart.has_legend = chart.has_title = False
    chart.category_axis.reverse_order = True
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width = 54
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(14)
    for series, trace in zip(plot.series, traces, strict=True):
        one = len({*trace.colors}) == 1
        for n, color in enumerate(trace.colors[:1] if one else trace.colors):
            part = series if one else series.points[n]
            if color:
                part.format.fill.solid()
                part.format.fill.fore_color.rgb = RGBColor.from_string(color[0][1:].upper())
