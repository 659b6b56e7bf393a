"""Pictures of plotly figures: one browser draws all pictures of a call."""

import base64
import re
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from hanbin_data.slides import harmless
from hanbin_data.slides.browser import Browser, DrawingError
from hanbin_data.slides.reading import HEIGHT, WIDTH, each_figure, encoded, reason
from hanbin_data.words import choose

FORMS = ("png", "svg", "pdf")

_LONGEST = 16_384  # a browser's canvas with more pixels a side stays empty


def draw(
    figures: Iterable[Any],
    form: str = "png",
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    scale: float = 2,
) -> list[bytes]:
    """One picture of each chart, drawn in one browser; nothing is fetched.

    Args:
        figures: plotly figures, or their JSON as dicts.
        form: ``"png"``, ``"svg"`` or ``"pdf"``.
        width, height: pixels that the chart is laid out in.
        scale: pixels of a PNG for each of these.

    Raises:
        TypeError, ValueError: ``figures`` holds something else, ``form`` is none of these, or
            a size is no number above 0 or gives a PNG of more than 16,384 pixels a side.
        NoBrowserError: there is no browser.
        RuntimeError: there is no font for a chart's Chinese text, or a chart cannot be drawn;
            the message says which, and what to do.
    """
    jobs = ((figure, form) for figure in each_figure(figures))
    pictures = draw_each(jobs, width, height, scale)
    for number, picture in enumerate(pictures, 1):
        if isinstance(picture, str):
            raise RuntimeError(f"chart {number} cannot be drawn: {picture}")
    return [picture for picture in pictures if isinstance(picture, bytes)]


def draw_each(
    jobs: Iterable[tuple[Any, str]],
    width: int = WIDTH,
    height: int = HEIGHT,
    scale: float = 2,
    *,
    browser: Browser | None = None,
) -> list[bytes | str]:
    """A picture of each pair of a figure and a form, as :func:`draw` makes them.

    A chart that the browser cannot draw gives the reason as a text in its place, in the
    default language, and costs no other its picture.

    Args:
        jobs: figures, each with its form.
        width, height, scale: as of :func:`draw`.
        browser: the browser to ask; without, one is started and ended.
    """
    _check(width, height, scale)
    pictures: list[bytes | str] = []
    with nullcontext(browser) if browser else Browser() as asked:
        for number, (figure, form) in enumerate(jobs, 1):
            text = encoded(figure, number)
            try:
                pictures.append(_drawn(asked, text, form, width, height, scale))
            except DrawingError as error:
                pictures.append(reason(error).say())
    return pictures


def _drawn(browser: Browser, text: str, form: str, width: int, height: int, scale: float) -> bytes:
    if choose("picture format", form, FORMS) == "png":
        if max(width, height) * scale > _LONGEST:
            raise ValueError(
                f"a picture may have {_LONGEST:,} pixels a side; scale {scale!r} gives more"
            )
        png = base64.b64decode(browser.ask("picture", "png", width, height, scale, text=text))
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


def _check(width: object, height: object, scale: object) -> None:
    """Refuse sizes that no picture has."""
    for name, size in {"width": width, "height": height, "scale": scale}.items():
        kind, called = (int | float, "number") if name == "scale" else (int, "whole number")
        if not isinstance(size, kind) or isinstance(size, bool):
            raise TypeError(f"{name} must be a {called}, not {type(size).__name__}")
        if not 0 < size < float("inf"):
            raise ValueError(f"{name} must be above 0 and finite, not {size!r}")
