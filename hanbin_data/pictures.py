"""Pictures of plotly figures: one browser draws all pictures of a call."""

import base64
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

from plotly.offline import get_plotlyjs

from hanbin_data.frames import choose
from hanbin_data.theme import HEIGHT, WIDTH

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


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

    Args:
        charts: plotly figures, or their JSON as dicts.
        form: ``"png"``, ``"svg"`` or ``"pdf"``.
        width, height: pixels that the chart is laid out in.
        scale: pixels of a PNG for each of these.

    Raises:
        TypeError, ValueError: ``form`` is none of these.
        RuntimeError: no browser is installed; the message says what to install.
    """
    choose("picture format", form, ("png", "svg", "pdf"))
    specs = [chart if isinstance(chart, dict) else chart.to_plotly_json() for chart in charts]
    if not specs:
        return []
    # The synchronous API refuses a thread that runs an event loop, as every notebook's does.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_draw_all, specs, form, width, height, scale).result()


def _draw_all(specs: list[Any], form: str, width: int, height: int, scale: float) -> list[bytes]:
    from plotly.io import to_json

    options = {
        "format": "png" if form == "png" else "svg",
        "width": width,
        "height": height,
        "scale": scale if form == "png" else 1,
    }
    with _page(width, height) as page:
        page.add_script_tag(content=get_plotlyjs())
        pictures = []
        for spec in specs:
            address = page.evaluate(
                "([figure, options]) => Plotly.toImage(JSON.parse(figure), options)",
                [to_json(spec, validate=False), options],
            )
            pictures.append(_content(address))
        if form == "pdf":
            return [_printed(page, picture, width, height) for picture in pictures]
        return pictures


@contextmanager
def _page(width: int, height: int) -> Iterator[Any]:
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        path = browser_path()
        channel = None if path else "chrome"
        try:
            browser = playwright.chromium.launch(args=_QUIET, executable_path=path, channel=channel)
        except Error as error:
            raise RuntimeError(
                "no browser to draw with: install Chromium or Chrome "
                "(Debian and Ubuntu: apt-get install chromium fonts-noto-cjk)"
            ) from error
        context = browser.new_context(offline=True, viewport={"width": width, "height": height})
        yield context.new_page()
        browser.close()


def _content(address: str) -> bytes:
    head, _, body = address.partition(",")
    return base64.b64decode(body) if head.endswith("base64") else unquote_to_bytes(body)


def _printed(page: Any, svg: bytes, width: int, height: int) -> bytes:
    style = "<style>@page{margin:0}body{margin:0}svg{display:block}</style>"
    page.set_content(style + svg.decode("utf-8"))
    pdf: bytes = page.pdf(
        width=f"{width}px", height=f"{height}px", print_background=True, page_ranges="1"
    )
    return pdf
