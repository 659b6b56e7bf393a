"""How long pictures and decks take, as ratios of medians measured in one run.

``python benchmarks/slides.py`` prints, over 20 charts: our pictures against 20 calls of
``fig.write_image`` and against the floor (a page that already holds plotly.js and calls
``Plotly.toImage``), and our native deck against one written by hand with python-pptx.
"""

import io
import tempfile
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

COUNT, ROUNDS = 20, 5
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


def measured_pictures(charts: list[go.Figure], folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        single = [
            seconds(lambda fig=fig: fig.write_image(folder / "a.png", **SIZE)) for fig in charts
        ]
    ours = median(seconds(lambda: pictures.draw(charts)) for _ in range(ROUNDS))
    whole, bare = zip(*(floor(charts) for _ in range(ROUNDS)), strict=True)
    print(f"pictures, {COUNT} charts, one call            {ours:7.2f} s")
    print(f"{COUNT} calls of fig.write_image              {sum(single):7.2f} s")
    print(f"floor: browser, plotly.js, Plotly.toImage {median(whole):7.2f} s")
    print(f"  of that Plotly.toImage alone            {median(bare):7.2f} s")
    print(f"write_image / ours       {sum(single) / ours:6.2f}  (at least 10)")
    print(f"ours / floor             {ours / median(whole):6.2f}  (at most 1.5)")


def floor(charts: list[go.Figure]) -> tuple[float, float]:
    """Seconds with and without the start of a bare page."""
    from playwright.sync_api import sync_playwright

    start = time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=pictures.browser_path(), args=["--disable-gpu"]
        )
        page = browser.new_page()
        page.add_script_tag(content=get_plotlyjs())
        ready = time.perf_counter()
        for fig in charts:
            page.evaluate(
                "([fig, size]) => Plotly.toImage(JSON.parse(fig), {format: 'png', ...size})",
                [to_json(fig), SIZE],
            )
        done = time.perf_counter()
        browser.close()
    return time.perf_counter() - start, done - ready


def measured_decks(charts: list[go.Figure], folder: Path) -> None:
    ours, hand = [], []
    for _ in range(ROUNDS + 1):
        ours.append(seconds(lambda: slides.deck(charts, folder / "a.pptx")))
        hand.append(seconds(lambda: by_hand(charts, folder / "b.pptx")))
    ratio = median(ours[1:]) / median(hand[1:])  # the first round imports
    print(f"native deck, {COUNT} charts                   {median(ours[1:]):7.2f} s")
    print(f"the same written with python-pptx         {median(hand[1:]):7.2f} s")
    print(f"ours / by hand           {ratio:6.2f}  (at most 1.5)")


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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        charts = figures()
        measured_decks(charts, Path(folder))
        measured_pictures(charts, Path(folder))
