"""The writer draws what the reading says, kind by kind, without a browser."""

import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import kinds
import pytest
from compare import compare, written
from PIL import Image
from pptx import Presentation
from valid import broken

from hanbin_data.slides.deck import Deck, Drawn
from hanbin_data.slides.native import NotNativeError, number_format, translate
from hanbin_data.slides.reading import Reading
from hanbin_data.slides.template import open_master

READINGS = {path.stem: path for path in kinds.READINGS.glob("*.json")}
PICTURES = {"heat-map"}
"""Kinds that PowerPoint has no chart for."""


def reading(name: str) -> Reading:
    return Reading.from_json(json.loads(READINGS[name].read_text(encoding="utf-8")))


def slide(shown: Reading) -> tuple[Any, bytes]:
    deck = Deck(open_master(None), "en")
    drawn = Drawn({}, "chart", "en", "A title", "", "Source", "Alt", reading=shown)
    drawn.native = translate(shown)
    deck.chart(drawn)
    blob = deck.blob("A title")
    return Presentation(io.BytesIO(blob)).slides[0], blob


GROUPED = {"annotated", "candlestick", "facets", "radar", "steps-filled", "waterfall"}
"""Kinds of several charts, or with shapes that lie below one, or that the figure lays over it."""


@pytest.mark.parametrize("name", sorted(READINGS.keys() - PICTURES))
def test_a_slide_shows_what_was_read_in_no_group_without_need(name: str) -> None:
    shown = reading(name)
    page, blob = slide(shown)
    assert compare(shown, page) == []
    assert broken(blob) == []
    assert any(shape.has_chart for shape in page.shapes) == (name not in GROUPED)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_what_powerpoint_cannot_draw_is_said(name: str) -> None:
    with pytest.raises(NotNativeError):
        translate(reading(name))


def radar(shown: Reading, traces: list[Any], **changes: Any) -> Reading:
    """The reading of one that runs clockwise from the top, with another axis around it."""
    around = replace(shown.axis("polar.angularaxis"), **changes)
    axes = [around if axis.id == around.id else axis for axis in shown.axes]
    plots = [replace(plot, radar=True) for plot in shown.plots]
    return replace(shown, plots=plots, axes=axes, traces=traces)


def test_a_polar_trace_without_points_costs_the_others_nothing() -> None:
    shown = reading("radar")
    none = replace(shown.traces[0], index=1, x=[None], y=[None], r=[None], theta=[0], fills=[])
    none = replace(none, labels=[], colors=none.colors[:1], sizes=none.sizes[:1])
    (chart,) = translate(radar(shown, [*shown.traces, none])).charts
    assert [(element.tag, len(element.series)) for element in chart.elements] == [("radar", 1)]
    with pytest.raises(NotNativeError, match="no data"):
        translate(radar(shown, [none]))


@pytest.mark.parametrize(("stands", "tag"), [((0, 120, 240), "radar"), ((0, 90, 180), "scatter")])
def test_a_radars_names_stand_where_its_numbers_do(stands: tuple[int, ...], tag: str) -> None:
    shown = reading("radar")
    ticks = [
        replace(tick, value=at, text=f"{at}°")
        for tick, at in zip(shown.axis("polar.angularaxis").ticks, stands, strict=True)
    ]
    trace = replace(shown.traces[0], theta=[0, 120, 240, 0])
    shown = radar(shown, [trace], type="linear", categories=[], ticks=ticks)
    assert translate(shown).charts[0].elements[0].tag == tag


@pytest.mark.parametrize(("places", "wide", "said"), [
    ([1, 1.01, 1.013], 0.8, "uneven"),  # in one column only the last would be there
    ([0, 1, 2], 2, "too wide"),  # PowerPoint repairs a file with a gap below none
])  # fmt: skip
def test_bars_that_no_columns_hold_are_no_chart(places: Any, wide: float, said: str) -> None:
    shown = reading("columns-reversed")
    axis = replace(shown.axis("x"), type="linear", range=(-2, 4), ticks=[], categories=[])
    edges = [at - wide / 2 for at in places]
    trace = replace(shown.traces[0], x=places, width=[wide], offset=edges)
    with pytest.raises(NotNativeError, match=said):
        translate(replace(shown, axes=[axis, shown.axis("y")], traces=[trace]))


def test_a_difference_is_seen() -> None:
    shown = reading("columns")
    page, _ = slide(shown)
    trace = shown.traces[0]
    trace.y[0], trace.colors[0] = 2.5, ("#123456", 1)
    item, tick = shown.legends[0].items[0], shown.axis("y").ticks[0]
    shown.legends[0].items[0] = replace(item, color=("#123456", 1))
    shown.axis("y").ticks[0] = replace(tick, at=tick.at + 9)
    said = " ".join(compare(shown, page))
    assert all(part in said for part in ("bar missing", "legend", "ticks stand elsewhere"))


@pytest.mark.parametrize(("name", "items", "gone"), [
    ("columns", slice(None), []),
    ("columns", slice(1), [1]),  # the other one is not in the legend
    ("columns-percent", slice(None), []),  # stacks are named from the top
    ("columns-percent", slice(None, None, -1), None),  # PowerPoint would turn them round
    ("areas-stacked", slice(None), None),  # its keys are other ones
])  # fmt: skip
def test_the_legend_is_powerpoints_own_if_it_has_the_same_entries(
    name: str, items: slice, gone: list[int] | None
) -> None:
    shown = reading(name)
    shown = replace(shown, legends=[replace(k, items=k.items[items]) for k in shown.legends])
    (chart,) = translate(shown).charts[:1]
    assert (chart.unnamed if chart.legend else None) == gone
    assert compare(shown, slide(shown)[0]) == []


def chart_of(name: str) -> Any:
    """The part of the only chart of a kind."""
    page, _ = slide(reading(name))
    (part,) = (part.target_part for part in page.part.rels.values() if "chart" in part.reltype)
    return part


def test_grid_lines_that_powerpoint_would_draw_elsewhere_are_painted_at_their_places() -> None:
    parts = chart_of("bubbles").rels.values()
    (blob,) = (part.target_part.blob for part in parts if part.reltype.endswith("/image"))
    picture = Image.open(io.BytesIO(blob)).convert("RGBA")
    shown = reading("bubbles")
    axis, (left, _, width, height) = shown.axis("x"), shown.plots[0].box
    assert picture.size == (round(2 * width), round(2 * height))
    for tick in axis.ticks:
        x = round(2 * (tick.at - left))
        assert picture.getpixel((x, 3)) == (255, 255, 255, 255)
        assert picture.getpixel((x + 9, 3)) == (229, 236, 246, 255)


def test_libreoffice_shows_the_colours_of_single_dots() -> None:
    """It takes over those of a dot that is not as large as the series' own."""
    own, *dots = (size.get("val") for size in chart_of("bubbles")._element.iter("{*}size"))
    assert len(dots) == 3
    assert own not in dots


@pytest.mark.parametrize(("values", "texts"), [
    ([0, 0.5, 1], ["0", "0.5", "1"]),
    ([0, 0.25, 0.5], ["0%", "25%", "50%"]),
    ([0, 20, 40], ["0%", "20%", "40%"]),
    ([0, 5000, 10_000], ["0", "5k", "10k"]),
    ([-1.5, 0, 1.5], ["−1.5", "0.0", "1.5"]),
    ([1000, 2_000_000], ["¥1,000", "¥2,000,000"]),
    ([0.125, 2.5], ["0.13 m", "2.50 m"]),
])  # fmt: skip
def test_a_format_writes_numbers_as_on_screen(values: list[float], texts: list[str]) -> None:
    code = number_format(values, texts)
    assert code is not None
    assert [written(value, code) for value in values] == texts
    assert number_format(values, ["one", *texts[1:]]) is None


def test_every_xy_series_is_as_long_as_the_longest() -> None:
    """LibreOffice drops one that is shorter than a later one."""
    counts = chart_of("lines-of-dates")._element.iter("{*}ptCount")
    caches = [count for count in counts if count.getparent().tag.endswith("numCache")]
    assert len({count.get("val") for count in caches}) == 1


@pytest.mark.parametrize(("dates", "names"), [
    (["2024-01-01", "2024-02-01", "2024-05-01"],
     ["01-01", "02-01", "03-01", "04-01", "05-01"]),
    (["2024-01-31", "2024-02-29", "2024-05-31"], ["01-31", "02-29", "03-31", "04-30", "05-31"]),
    (["2023-12-30", "2024-01-30", "2024-03-30"], ["12-30", "01-30", "02-28", "03-30"]),
    (["2024-01-01", "2024-01-08", "2024-01-22"], ["01-01", "01-08", "01-15", "01-22"]),
])  # fmt: skip
def test_columns_without_bars_are_named_by_the_calendar(dates: list[str], names: list[str]) -> None:
    values = [datetime.fromisoformat(f"{date} 00:00Z").timestamp() * 1000 for date in dates]
    shown = reading("columns-reversed")
    ends = (values[0] - 3e8, values[-1] + 3e8)
    axis = replace(shown.axis("x"), type="date", range=ends, ticks=[], categories=[])
    wide = 0.8 * (values[1] - values[0])
    edges = [at - wide / 2 for at in values]
    trace = replace(shown.traces[0], x=values, width=[wide], offset=edges)
    shown = replace(shown, axes=[axis, shown.axis("y")], traces=[trace])
    assert [name[5:] for name in translate(shown).charts[0].categories] == names
