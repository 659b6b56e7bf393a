"""Builds the site, both languages, from the stored notebooks; executes nothing.

``python docs/build.py`` writes ``site/``, to be served by any static host. ``SITE_URL`` is
where that will be, say ``https://example.org/hanbin``.

``python docs/build.py pictures`` takes the pictures of its front page for the READMEs.
``python docs/build.py words`` brings the catalogues of Chinese in ``docs/locale`` up to date.
"""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from babel.messages.pofile import read_po, write_po

import hanbin_data as hd
from hanbin_data import slides
from hanbin_data.saving import place
from hanbin_data.slides.page import script

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SITE = ROOT / "site"
NOTEBOOKS = ROOT / "notebooks"
EDITIONS = {"en": ("en", "."), "zh": ("zh_CN", "zh")}
"""Of each language its name in gettext, and where its notebooks lie."""

PICTURES = ("png", "svg")
"""Forms that a browser must draw."""


def build(site: Path = SITE, notebooks: Path = NOTEBOOKS) -> None:
    """Build the site anew, in place of an old one once it is complete.

    Raises:
        RuntimeError: Sphinx warns of something, and has said of what.
        FileNotFoundError, ValueError: the notebooks are missing or hold no charts.
    """
    with TemporaryDirectory(dir=site.parent, prefix=".site-") as scratch:
        made = Path(scratch, "site")
        for lang, (language, folder) in EDITIONS.items():
            source, extra = Path(scratch, f"{lang}-source"), Path(scratch, f"{lang}-extra")
            shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("*.png", "__pycache__"))
            (source / "notebooks").mkdir()
            for path in sorted((notebooks / folder).glob("*.ipynb")):
                shutil.copy(path, source / "notebooks")
            files(source, extra / "charts")
            command = ["-q", "-W", "--keep-going", "-D", f"language={language}"]
            command += ["-d", str(Path(scratch, f"{lang}-read"))]
            command += ["-D", f"html_extra_path={extra}", str(source), str(made / lang)]
            sphinx(*command)
            # Copies that myst-nb leaves, and nothing links to.
            shutil.rmtree(made / lang / "_sources", ignore_errors=True)
        shutil.rmtree(made / "jupyter_execute", ignore_errors=True)
        data(made / "data")
        shutil.copy(HERE / "root.html", made / "index.html")
        place(made / "plotly.min.js", script().encode())
        if site.exists():
            site.rename(Path(scratch, "old"))
        made.rename(site)


def files(source: Path, into: Path) -> None:
    """What the gallery offers: each chart in several forms, and the deck of all."""
    charts = [chart for path in sorted((source / "notebooks").iterdir())
              for chart in slides.charts(path)]  # fmt: skip
    into.mkdir(parents=True)
    forms = ["pptx", "xlsx", "csv"]
    try:
        made = slides.save_charts(charts, into, [*PICTURES, *forms])
    except RuntimeError as error:
        print(f"The stored previews stand for pictures, SVG is left out: {error}", file=sys.stderr)
        made = slides.save_charts(charts, into, forms)
    names = list(dict.fromkeys(Path(file).stem for file in made["file"]))
    for name, chart in zip(names, charts, strict=True):
        if chart.preview is None:
            raise ValueError(f"the chart {name!r} is stored without a preview: make notebooks")
        place(into / f"{name}.preview.png", chart.preview)
        if not (into / f"{name}.png").exists():
            place(into / f"{name}.png", chart.preview)
    slides.deck(charts, into / "hanbin-data.pptx")
    made[made["file"].str.endswith(".pptx")].to_json(source / "made.json", orient="records")


def data(into: Path) -> None:
    """The tables, as the package keeps them, and as one file each."""
    shutil.copytree(Path(hd.__file__).parent / "data", into, ignore=shutil.ignore_patterns("*.py"))
    for name in ("hanbin-data.xlsx", "hanbin-data.json"):
        hd.export(into / name)


def sphinx(*arguments: str) -> None:
    command = [sys.executable, "-m", "sphinx", *arguments]
    if subprocess.run(command, env={**os.environ, "PYTHONPATH": ""}).returncode:
        raise RuntimeError("the site is not built: see what Sphinx says above")


def words() -> None:
    """Bring the catalogues up to date; what is new there has no Chinese yet."""
    for name, found in messages().items():
        stored = catalogue(name)
        stored.update(found, no_fuzzy_matching=True)
        stored.obsolete.clear()
        out = io.BytesIO()
        write_po(out, stored, width=96, sort_output=True, omit_header=False)
        place(HERE / f"locale/zh_CN/LC_MESSAGES/{name}.po", out.getvalue())


def catalogue(name: str):  # type: ignore[no-untyped-def]
    """The stored Chinese of the pages (``site``) or of the templates (``sphinx``)."""
    with open(HERE / f"locale/zh_CN/LC_MESSAGES/{name}.po", "rb") as stream:
        return read_po(stream, locale="zh_CN")


def messages():  # type: ignore[no-untyped-def]
    """What pages and templates say now, by catalogue, as Sphinx finds it."""
    with TemporaryDirectory() as scratch:
        source, out = Path(scratch, "source"), Path(scratch, "out")
        shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("*.png", "__pycache__"))
        sphinx("-q", "-b", "gettext", str(source), str(out))
        found = {}
        for name in ("site", "sphinx"):
            with open(out / f"{name}.pot", "rb") as stream:
                found[name] = read_po(stream)
        return found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path = SITE) -> Iterator[str]:
    """The address that a folder is served at on this machine, meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def pictures() -> None:
    """Take the front page of both languages for the READMEs.

    Raises:
        RuntimeError: there is no browser.
    """
    from PIL import Image
    from playwright.sync_api import sync_playwright

    from hanbin_data.slides.browser import candidates

    path = next(iter(candidates()), None)
    if path is None:
        raise RuntimeError("a browser is missing: apt-get install chromium fonts-noto-cjk")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for lang in EDITIONS:
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(f"{address}/{lang}/index.html", wait_until="networkidle")
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            out = io.BytesIO()
            shot.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            place(HERE / f"site.{lang}.png", out.getvalue())
        browser.close()


if __name__ == "__main__":
    {"words": words, "pictures": pictures, "": build}["".join(sys.argv[1:])]()
