"""Decks and pictures beside other ways to make them, for ``bench.py``.

Over 20 charts: our pictures against as many calls of ``fig.write_image`` and against the
floor (a page that holds plotly.js and calls ``Plotly.toImage``; both start their browser),
and our native deck against one written by hand with python-pptx.
"""

import io
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import plotly.graph_objects as go
from plotly.io import to_json
from plotly.offline import get_plotlyjs
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.util import Inches, Pt

import hanbin_data as hd
from hanbin_data import pictures, slides, theme

COUNT = 20
SIZE = {"width": theme.WIDTH, "height": theme.HEIGHT, "scale": 2}


def figures() -> list[go.Figure]:
    theme.use()
    table = hd.load("talent")
    drawn = []
    for number in range(COUNT):
        fig = go.Figure(
            go.Bar(
                x=table["persons"] + number,
                y=table["label"],
                orientation="h",
                text=theme.written(table, "en"),
                textposition="outside",
                marker_color=theme.PALETTE["talent"],
            )
        )
        fig.update_xaxes(visible=False).update_yaxes(autorange="reversed")
        drawn.append(theme.caption(fig, table, name=f"c{number}", title="Talent", alt="Bars"))
    return drawn


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drawings(charts: list[go.Figure], folder: Path, rounds: int) -> tuple[float, float, float]:
    """Median seconds of our pictures, of as many calls of write_image, and of the floor."""
    ours, single, bare = [], [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds):
            ours.append(seconds(lambda: pictures.draw(charts)))
            bare.append(seconds(lambda: floor(charts)))
            single.append(seconds(lambda: one_by_one(charts, folder / "a.png")))
    return median(ours), median(single), median(bare)


def one_by_one(charts: list[go.Figure], path: Path) -> None:
    for fig in charts:
        fig.write_image(path, **SIZE)


def floor(charts: list[go.Figure]) -> None:
    """A bare page that holds plotly.js and draws each chart."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=pictures.browser_path(), args=["--disable-gpu"]
        )
        page = browser.new_page()
        page.add_script_tag(content=get_plotlyjs())
        for fig in charts:
            page.evaluate(
                "([fig, size]) => Plotly.toImage(JSON.parse(fig), {format: 'png', ...size})",
                [to_json(fig), SIZE],
            )
        browser.close()


def decks(charts: list[go.Figure], folder: Path, rounds: int) -> tuple[float, float]:
    """Median seconds of our native deck and of the same one by hand."""
    ours, hand = [], []
    for _ in range(rounds + 1):
        ours.append(seconds(lambda: slides.deck(charts, folder / "a.pptx")))
        hand.append(seconds(lambda: by_hand(charts, folder / "b.pptx")))
    return median(ours[1:]), median(hand[1:])  # the first round imports


def by_hand(charts: list[go.Figure], path: Path) -> None:
    """The same slides as a user of python-pptx writes them: words, chart, labels, notes."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(40 / 3), Inches(7.5)
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Talent"
    for fig in charts:
        (trace,), meta = fig.data, fig.layout.meta
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = meta["title"]
        for text, top in ((meta["subtitle"], 1.1), (meta["source"], 7)):
            box = slide.shapes.add_textbox(Inches(0.4), Inches(top), Inches(12.5), Inches(0.4))
            box.text_frame.text = text
            box.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
        data = CategoryChartData(number_format="#,##0")
        data.categories = trace.y
        data.add_series("", trace.x)
        frame = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, Inches(0.4), Inches(1.5), Inches(12.5), Inches(5.4), data
        )
        frame._element.nvGraphicFramePr.cNvPr.set("descr", meta["alt"])
        chart = frame.chart
        chart.font.size = Pt(14)
        chart.has_legend = chart.has_title = False
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_labels.font.size = Pt(14)
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        plot = chart.plots[0]
        plot.gap_width = 54
        series = plot.series[0]
        series.format.fill.solid()
        colour = trace.marker.color.removeprefix("#")
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
        plot.has_data_labels = True
        plot.data_labels.number_format = "#,##0"
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.font.size = Pt(14)
        notes = [*meta["notes"], *meta["figures"], *meta["printed"], hd.__version__]
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)
    out = io.BytesIO()
    deck.save(out)
    path.write_bytes(out.getvalue())
