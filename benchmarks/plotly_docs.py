"""Slides of charts that nobody here wrote: those of plotly's own documentation.

    python benchmarks/plotly_docs.py DOC/PYTHON [DATASETS]

executes the code blocks of each ``.md`` file of the folder (of a copy of the repository
plotly/plotly.py), makes a deck of each file's figures and compares each native chart with the
reading of its figure. Prints one line a figure that is not native or differs, then the counts.
Nothing is fetched: what the blocks ask of plotly/datasets is read from the second folder.

This runs the code of the documentation: do it only with a copy that you trust.
"""

import io
import json
import re
import signal
import sys
import tempfile
import urllib.request
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from plotly.basedatatypes import BaseFigure
from pptx import Presentation

from hanbin_data import slides
from hanbin_data.slides import files
from hanbin_data.slides.browser import Browser
from hanbin_data.slides.native import Native
from hanbin_data.slides.reading import Reading, read
from slide_peers import stored

sys.path.append(str(Path(__file__).parent.parent / "tests" / "slides"))
from compare import compare

SECONDS = 60
"""What one block may take."""


def figures(page: Path, datasets: Path | None) -> Iterator[dict[str, Any]]:
    """The figures that a page's code blocks show, as JSON; a block that fails shows none."""

    def local(url: Any, *_: Any, **__: Any) -> io.BytesIO:
        address = url if isinstance(url, str) else url.full_url
        parts = unquote(urlsplit(address).path).split("/")
        found = datasets / "/".join(parts[parts.index("datasets") + 2 :]) if datasets else None
        if not found or "datasets" not in parts or not found.is_file():
            raise OSError(f"not fetched: {address}")
        body = io.BytesIO(found.read_bytes())
        body.headers = {}  # type: ignore[attr-defined]
        return body

    urllib.request.urlopen = local  # type: ignore[assignment]
    shown: list[dict[str, Any]] = []
    BaseFigure.show = lambda fig, *_, **__: shown.append(json.loads(fig.to_json()))
    space: dict[str, Any] = {"__name__": "__main__", "display": lambda *_: None}
    for block in re.findall(r"(?ms)^```python[^\n]*\n(.*?)^```", page.read_text("utf-8")):
        before, count = space.get("fig"), len(shown)
        signal.alarm(SECONDS)
        try:
            exec(compile(block, str(page), "exec"), space)
        except (Exception, SystemExit):
            pass
        finally:
            signal.alarm(0)
        fig = space.get("fig")
        if len(shown) == count and fig is not before and isinstance(fig, BaseFigure):
            shown.append(json.loads(fig.to_json()))
    yield from shown


def late(*_: Any) -> None:
    raise TimeoutError(f"{SECONDS} seconds are over")


def wanting(reading: Reading) -> bool:
    """Whether a chart needs a picture, as a deck asks."""
    return not isinstance(files._native(reading), Native)


def made(figure: dict[str, Any], browser: Browser) -> tuple[str, list[str]]:
    """The form that a figure takes on a slide, and what is to be said of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pptx"
        try:
            (reading,) = read([figure], browser=browser, pictures=wanting)
            row = slides.deck([stored(figure, reading)], path).iloc[0]
            if row["form"] != "native":
                return row["form"], [row["why"]]
            return "native", compare(reading, list(Presentation(str(path)).slides)[-1])
        except Exception as error:
            return "error", [f"{type(error).__name__}: {error}".splitlines()[0]]


def main(folder: Path, datasets: Path | None = None) -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, late)
    forms: Counter[str] = Counter()
    differing = 0
    with Browser() as browser:
        for page in sorted(folder.glob("*.md")):
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                found = list(figures(page, datasets))
            for number, figure in enumerate(found, 1):
                form, said = made(figure, browser)
                forms[form] += 1
                differing += form == "native" and bool(said)
                for line in said:
                    print(f"{page.name} {number}: {form}: {line}", flush=True)
    counts = ", ".join(f"{count} {form}" for form, count in forms.most_common())
    print(f"{forms.total()} figures: {counts}; {differing} native ones differ from their reading")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
