"""Pictures of plotly figures: one browser draws all pictures of a call."""

import base64
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_to_bytes

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from hanbin_data.frames import choose
from hanbin_data.plotted import decoded
from hanbin_data.theme import FONTS, HEIGHT, WIDTH

FORMS = ("png", "svg", "pdf")

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CHANNELS = ("chrome", "msedge", None)  # where no browser is on the PATH; None is Playwright's own
_QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_INSTALL = "(Debian and Ubuntu: apt-get install chromium fonts-noto-cjk)"

_LONGEST = 16_384  # a browser's canvas with more pixels a side stays empty
_AT_ONCE = 8
"""Charts drawn side by side; more gain no time and take memory."""

_DRAW = """([figures, options]) => Promise.all(figures.map(async (figure, i) => {
  try { return [await Plotly.toImage(JSON.parse(figure), options[i]), ""] }
  catch (error) { return ["", String(error && error.message || error)] }
}))"""

# A character without a glyph is drawn as the same box as any other.
_HAS_GLYPHS = """([fonts, characters]) => {
  const shape = character => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 40, height: 40})
    const pen = canvas.getContext("2d")
    pen.font = "32px " + fonts
    pen.fillText(character, 2, 34)
    return canvas.toDataURL()
  }
  return shape(characters[0]) !== shape(characters[1])
}"""


def browser_path() -> str | None:
    """The Chromium or Chrome on the PATH, or None."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def draw(
    charts: Sequence[Any],
    form: str = "png",
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    scale: float = 2,
) -> list[bytes]:
    """One picture of each chart, drawn in one browser; nothing is fetched.

    A map, whose outlines plotly fetches from the network, cannot be drawn.

    Args:
        charts: plotly figures, or their JSON as dicts.
        form: ``"png"``, ``"svg"`` or ``"pdf"``.
        width, height: pixels that the chart is laid out in.
        scale: pixels of a PNG for each of these.

    Raises:
        TypeError, ValueError: ``charts`` holds something else, ``form`` is none of these, or
            a size is no number above 0 or gives a PNG of more than 16,384 pixels a side.
        RuntimeError: no browser is installed, it has no font for a chart's Chinese text, or
            it cannot draw a chart; the message says what to do.
    """
    choose("picture format", form, FORMS)
    if isinstance(charts, go.Figure | dict | str):
        raise TypeError("charts must be a list of plotly figures, not one")
    if not isinstance(charts, Iterable):
        raise TypeError(f"charts must be a list of plotly figures, not {type(charts).__name__}")
    sizes: dict[str, Any] = {"width": width, "height": height, "scale": scale}
    for name, size in sizes.items():
        kind, called = (int | float, "number") if name == "scale" else (int, "whole number")
        if not isinstance(size, kind) or isinstance(size, bool):
            raise TypeError(f"{name} must be a {called}, not {type(size).__name__}")
        if not 0 < size < float("inf"):
            raise ValueError(f"{name} must be above 0 and finite, not {size!r}")
    if form == "png" and max(width, height) * scale > _LONGEST:
        raise ValueError(
            f"a picture may have {_LONGEST:,} pixels a side; scale {scale!r} gives more"
        )
    jobs = [(decoded(chart, number), form, scale) for number, chart in enumerate(charts, 1)]
    drawn = draw_each(jobs, width=width, height=height)
    pictures = []
    for number, picture in enumerate(drawn, 1):
        if isinstance(picture, str):
            raise RuntimeError(f"chart {number} cannot be drawn: {picture}")
        pictures.append(picture)
    return pictures


def draw_each(
    charts: Sequence[tuple[Any, str, float]], *, width: int = WIDTH, height: int = HEIGHT
) -> list[bytes | str]:
    """Pictures as :func:`draw` makes them, each chart with a form and a scale of its own.

    A chart that the browser cannot draw gives the reason as a text in its place.
    """
    from plotly.io import to_json

    jobs = []
    for chart, form, scale in charts:
        choose("picture format", form, FORMS)
        spec = chart if isinstance(chart, dict) else chart.to_plotly_json()
        mark = sha256(to_json(spec, validate=False).encode()).hexdigest()[:6]
        # Plotly would draw lots for the names of a trace's parts.
        named = [{"uid": f"{mark}{n}", **trace} for n, trace in enumerate(spec.get("data") or [])]
        options = {
            "format": "png" if form == "png" else "svg",
            "width": width,
            "height": height,
            "scale": scale if form == "png" else 1,
        }
        jobs.append((to_json({**spec, "data": named}, validate=False), options, mark, form))
    if not jobs:
        return []
    # The synchronous API refuses a thread that runs an event loop, as every notebook's does.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_draw_all, jobs, width, height).result()


def _draw_all(jobs: list[tuple[str, Any, str, str]], width: int, height: int) -> list[bytes | str]:
    pictures: list[bytes | str] = []
    with _page(width, height) as page:
        page.add_script_tag(content=get_plotlyjs())
        _check_fonts(page, "".join(spec for spec, *_ in jobs))
        for start in range(0, len(jobs), _AT_ONCE):
            batch = jobs[start : start + _AT_ONCE]
            specs, options, marks, _ = zip(*batch, strict=True)
            drawn = page.evaluate(_DRAW, [specs, options])
            pictures += [
                problem or _marked(_content(address), mark) or "the picture is too large or small"
                for (address, problem), mark in zip(drawn, marks, strict=True)
            ]
        return [
            _printed(page, picture, width, height)
            if form == "pdf" and isinstance(picture, bytes)
            else picture
            for picture, (*_, form) in zip(pictures, jobs, strict=True)
        ]


@contextmanager
def _page(width: int, height: int) -> Iterator[Any]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as error:
        raise RuntimeError("pictures need Playwright: pip install 'hanbin-data[slides]'") from error
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        try:
            context = browser.new_context(offline=True, viewport={"width": width, "height": height})
            yield context.new_page()
        except Error as error:
            said = str(error).splitlines()[0]
            raise RuntimeError(f"the browser cannot draw this: {said}") from error
        browser.close()


def _launched(playwright: Any) -> Any:
    from playwright.sync_api import Error

    path = browser_path()
    ways: list[dict[str, Any]] = [{"channel": channel} for channel in _CHANNELS]
    problem: Exception | None = None
    for way in [{"executable_path": path}] if path else ways:
        try:
            return playwright.chromium.launch(args=_QUIET, env=dict(os.environ), **way)
        except Error as error:
            problem = error
    raise RuntimeError(
        f"no browser to draw with: install Chromium or Chrome {_INSTALL}"
    ) from problem


def _check_fonts(page: Any, specs: str) -> None:
    """Refuse to draw Chinese text as boxes."""
    # The JSON may hold a character as it is or as an escape.
    chinese = any(unicodedata.east_asian_width(c) == "W" for c in specs)
    chinese = chinese or any(rf"\u{lead}" in specs for lead in "456789")
    if chinese and not page.evaluate(_HAS_GLYPHS, [FONTS, "汉滨"]):
        raise RuntimeError(f"no font with Chinese characters: install Noto Sans CJK {_INSTALL}")


def _content(address: str) -> bytes:
    head, _, body = address.partition(",")
    return base64.b64decode(body) if head.endswith("base64") else unquote_to_bytes(body)


def _marked(picture: bytes, mark: str) -> bytes:
    """An SVG whose parts are named after the chart: plotly draws lots for their names."""
    own = re.search(rb'id="defs-([0-9a-f]{6})"', picture)
    return re.sub(rb"(?<!#)" + own[1], mark.encode(), picture) if own else picture


def _printed(page: Any, svg: bytes, width: int, height: int) -> bytes:
    style = "<style>@page{margin:0}body{margin:0}svg{display:block}</style>"
    page.set_content(style + svg.decode("utf-8"))
    pdf: bytes = page.pdf(
        width=f"{width}px", height=f"{height}px", print_background=True, page_ranges="1"
    )
    # A file holds no time of its making, so that same charts give same bytes.
    return re.sub(rb"(?<=Date \(D:)\d{14}(?=[+-])", b"19800101000000", pdf)
