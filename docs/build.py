"""Builds the site, both languages, from the stored notebooks; executes nothing.

``python docs/build.py`` writes ``site/``, to be served by any static host. ``SITE_URL`` is
where that will be, say ``https://example.org/hanbin``.

``python docs/build.py pictures`` takes the pictures of its front page for the READMEs.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

import hanbin_data as hd
from hanbin_data import slides
from hanbin_data.saving import place
from hanbin_data.slides.browser import candidates
from hanbin_data.slides.page import script

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SITE = ROOT / "site"
EDITIONS = {"en": ("en", "notebooks"), "zh": ("zh_CN", "notebooks/zh")}
"""Of each language its name in gettext, and where its notebooks lie."""


def build(site: Path = SITE) -> None:
    """Build the site anew, in place of an old one once it is complete.

    Raises:
        CalledProcessError: Sphinx warns of something, and has said of what.
        ValueError: a chart is stored without a preview.
    """
    with TemporaryDirectory(dir=site.parent, prefix=".site-") as scratch:
        made = Path(scratch, "site")
        for lang, (language, notebooks) in EDITIONS.items():
            source, extra = Path(scratch, lang), Path(scratch, f"{lang}-extra")
            shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("*.png", "__pycache__"))
            (source / "notebooks").mkdir()
            for path in (ROOT / notebooks).glob("*.ipynb"):
                shutil.copy(path, source / "notebooks")
            files(source, extra / "charts")
            sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
            sphinx += ["-D", f"language={language}", "-D", f"html_extra_path={extra}"]
            read = Path(scratch, f"{lang}-read")
            subprocess.run([*sphinx, "-d", read, source, made / lang], check=True)
        for left in (made / "jupyter_execute", *made.glob("*/_sources")):
            shutil.rmtree(left)  # copies that nothing links to
        tables, own = made / "data", shutil.ignore_patterns("*.py")
        shutil.copytree(Path(hd.__file__).parent / "data", tables, ignore=own)
        for name in ("hanbin-data.xlsx", "hanbin-data.json"):
            hd.export(tables / name)
        shutil.copy(HERE / "root.html", made / "index.html")
        place(made / "plotly.min.js", script().encode())
        if site.exists():
            site.rename(Path(scratch, "old"))
        made.rename(site)


def files(source: Path, into: Path) -> None:
    """What the gallery offers: each chart in several forms, and the deck of all."""
    charts = [
        one for path in sorted((source / "notebooks").iterdir()) for one in slides.charts(path)
    ]
    into.mkdir(parents=True)
    forms = ["pptx", "xlsx", "csv"]
    try:
        slides.save_charts(charts, into, [*forms, "png", "svg"])
    except RuntimeError as error:
        print(f"The stored previews stand for pictures, SVG is left out: {error}", file=sys.stderr)
        slides.save_charts(charts, into, forms)
    for chart in charts:
        name = chart["layout"]["meta"]["name"]
        if not chart.preview:
            raise ValueError(f"the chart {name!r} is stored without a preview: make notebooks")
        for picture in (into / f"{name}.preview.png", into / f"{name}.png"):
            if not picture.exists():
                place(picture, chart.preview)
    slides.deck(charts, into / "hanbin-data.pptx")


def pictures() -> None:
    """Take the front page of both languages for the READMEs, after ``make site``, by a browser."""
    chromium = [*candidates()[:1], "--headless", "--no-sandbox", "--hide-scrollbars"]
    chromium += ["--window-size=1280,860", "--virtual-time-budget=10000"]
    for lang in EDITIONS:
        shot, page = HERE / f"site.{lang}.png", SITE / lang / "index.html"
        command = [*chromium, f"--screenshot={shot}", page.resolve(strict=True).as_uri()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        few = Image.open(shot).convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save(shot, optimize=True)


if __name__ == "__main__":
    {"pictures": pictures, "": build}["".join(sys.argv[1:])]()
