"""Pictures of plotly figures: one browser draws all pictures of a call."""

import base64
import re
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from hanbin_data.slides import harmless
from hanbin_data.slides.browser import Browser, DrawingError
from hanbin_data.slides.reading import HEIGHT, WIDTH, encoded, reason

FORMS = ("png", "svg", "pdf")

SCALE = 2
"""Pixels of a PNG for each that the chart is laid out in."""

_LONGEST = 16_384  # pixels: a browser's canvas with more a side stays empty
_MOST = 1_000_000  # pixels that a chart is laid out in


def draw(
    jobs: Iterable[tuple[Any, str]],
    width: int = WIDTH,
    height: int = HEIGHT,
    *,
    browser: Browser | None = None,
) -> list[bytes | str]:
    """A picture of each pair of a figure and a form, drawn in one browser; nothing is fetched.

    A chart that the browser cannot draw gives the reason as a text in its place, in the
    default language, and costs no other its picture.

    Args:
        jobs: plotly figures, or their JSON as dicts, each with one of :data:`FORMS`.
        width, height: pixels that the chart is laid out in.
        browser: the browser to ask; without, one is started and ended.

    Raises:
        TypeError, ValueError: ``jobs`` holds something else, or see :func:`sized`.
        NoBrowserError: there is no browser.
    """
    jobs = list(jobs)
    sized(width, height, _LONGEST // SCALE if "png" in [form for _, form in jobs] else _MOST)
    pictures: list[bytes | str] = []
    with nullcontext(browser) if browser else Browser() as asked:
        for number, (figure, form) in enumerate(jobs, 1):
            text = encoded(figure, number)
            try:
                pictures.append(_drawn(asked, text, form, width, height))
            except DrawingError as error:
                pictures.append(reason(error).say())
    return pictures


def sized(width: object, height: object, most: int = _MOST) -> None:
    """Refuse a size that no browser draws.

    Raises:
        TypeError, ValueError: it is no whole number, not above 0 or too large.
    """
    for name, size in {"width": width, "height": height}.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"{name} must be a whole number, not {type(size).__name__}")
        if not 0 < size <= most:
            raise ValueError(f"{name} must be from 1 to {most:,}, not {size!r}")


def _drawn(browser: Browser, text: str, form: str, width: int, height: int) -> bytes:
    if form == "png":
        png = base64.b64decode(browser.ask("picture", "png", width, height, SCALE, text=text))
        if not png:
            raise DrawingError("the picture is too large or small")
        return png
    svg = harmless.svg(browser.ask("picture", "svg", width, height, 1, text=text), links=True)
    if form == "svg":
        return svg.encode()
    style = "<style>@page{margin:0}body{margin:0}svg{display:block}</style>"
    pdf = browser.printed(f"<!doctype html>{style}{svg}", width, height)
    # A file holds no time of its making, so that same charts give same bytes.
    return re.sub(rb"(?<=Date \(D:)\d{14}(?=[+-])", b"19800101000000", pdf)
