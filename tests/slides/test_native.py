"""The writer draws what the reading says, kind by kind, without a browser."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from compare import compare, written
from pptx import Presentation
from valid import broken

from hanbin_data.slides.deck import Deck, Drawn
from hanbin_data.slides.native import NotNativeError, number_format, translate
from hanbin_data.slides.reading import Reading
from hanbin_data.slides.template import open_master

READINGS = {path.stem: path for path in (Path(__file__).parent / "readings").glob("*.json")}
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


@pytest.mark.parametrize("name", sorted(READINGS.keys() - PICTURES))
def test_a_slide_shows_what_was_read(name: str) -> None:
    shown = reading(name)
    page, blob = slide(shown)
    assert compare(shown, page) == []
    assert broken(blob) == []


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_what_powerpoint_cannot_draw_is_said(name: str) -> None:
    with pytest.raises(NotNativeError):
        translate(reading(name))


def test_a_difference_is_seen() -> None:
    shown = reading("columns")
    page, _ = slide(shown)
    trace = shown.traces[0]
    trace.y[0], trace.colors[0] = 2.5, ("#123456", 1)
    assert any(said.startswith("bar missing") for said in compare(shown, page))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 0.5, 1], ["0", "0.5", "1"]),
        ([0, 0.25, 0.5], ["0%", "25%", "50%"]),
        ([0, 20, 40], ["0%", "20%", "40%"]),
        ([0, 5000, 10_000], ["0", "5k", "10k"]),
        ([-1.5, 0, 1.5], ["−1.5", "0.0", "1.5"]),
        ([1000, 2_000_000], ["¥1,000", "¥2,000,000"]),
        ([0.125, 2.5], ["0.13 m", "2.50 m"]),
    ],
)
def test_a_format_writes_numbers_as_on_screen(values: list[float], texts: list[str]) -> None:
    code = number_format(values, texts)
    assert code is not None
    assert [written(value, code) for value in values] == texts


def test_texts_that_no_format_writes_have_none() -> None:
    assert number_format([1, 2], ["one", "two"]) is None
    assert number_format([1, 2], ["1 of 3", "3 of 3"]) is None


def test_every_xy_series_is_as_long_as_the_longest() -> None:
    """LibreOffice drops one that is shorter than a later one."""
    page, _ = slide(reading("lines-of-dates"))
    counts = {
        point.get("val")
        for part in page.part.rels.values()
        if part.reltype.endswith("/chart")
        for point in part.target_part._element.iter("{*}ptCount")
        if point.getparent().tag.endswith("numCache")
    }
    assert len(counts) == 1
