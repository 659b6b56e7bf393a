"""The notebooks reach those who read them otherwise: by ear, on a phone, in other front ends."""

import html
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from conftest import NOTEBOOKS, ROOT, edition
from hanbin_data import slides
from hanbin_data.slides.notebooks import CHART, read

STORED = {edition(path): read(path) for path in NOTEBOOKS}
ONE = ROOT / "notebooks" / "03-talent.ipynb"


def converted(to: str, folder: Path, *options: str) -> Path:
    """One notebook as nbconvert's page, by an environment that names no renderer."""
    environment = {key: value for key, value in os.environ.items() if key != "PLOTLY_RENDERER"}
    command = [sys.executable, "-m", "nbconvert", "--to", to, "--output-dir", str(folder)]
    subprocess.run([*command, *options, str(ONE)], env=environment, check=True, capture_output=True)
    return next(folder.glob("*.html"))


# --- As stored -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STORED)
def test_every_chart_is_followed_by_its_words(name: str) -> None:
    """Who hears the page meets the alternative text; a picture alone says nothing."""
    for cell in STORED[name].cells:
        outputs = cell.get("outputs", [])
        for place, output in enumerate(outputs):
            if CHART in output.get("data", {}):
                alt = output["data"][CHART]["layout"]["meta"]["alt"]
                said = outputs[place + 1]["data"]["text/html"]
                assert said.startswith("<details><summary>")
                assert html.escape(alt) in said
                assert output["metadata"]["image/png"]["alt"] == alt
                assert "text/html" not in output["data"], "nbconvert would take it, not the PNG"


@pytest.mark.parametrize("name", STORED)
def test_code_of_charts_is_folded_slides_begin_at_headings_and_a_chart_is_near(name: str) -> None:
    cells = STORED[name].cells
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if "charts.caption(" in cell.source and cell.cell_type == "code":
            assert cell.metadata["jupyter"]["source_hidden"] is True
            assert kind == "subslide"
        elif cell.source.startswith("#") and cell.cell_type == "markdown":
            assert kind == "slide"
    shown = [place for place, cell in enumerate(cells) if cell.get("outputs")]
    assert CHART in cells[shown[0]].outputs[0].data, "no table stands before the first chart"
    assert shown[0] <= 4, "findings, parameters, set-up, a question, its chart: the second screen"


# --- In nbconvert ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return converted("html", tmp_path_factory.mktemp("executed"), "--execute")


NARROW, WIDE = 390, 1280


@pytest.mark.thorough
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_executed_elsewhere_every_chart_is_drawn_and_whole(
    width: int, executed: Path, chromium: Browser
) -> None:
    expected = sum(CHART in str(cell) for cell in STORED["03-talent"].cells)
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(executed.as_uri(), wait_until="domcontentloaded")
    page.wait_for_function(
        "n => document.querySelectorAll('.js-plotly-plot .main-svg').length >= n", arg=expected
    )
    found = page.locator(".js-plotly-plot").all()
    assert len(found) == expected
    for chart in found:
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
    page.close()


@pytest.mark.thorough
def test_plotly_is_brought_once(executed: Path) -> None:
    assert executed.stat().st_size < 7_000_000


Axe = Callable[..., list[str]]


def test_axe_finds_nothing_of_ours(tmp_path: Path, chromium: Browser, axe: Axe) -> None:
    page = chromium.new_page()
    page.goto(converted("html", tmp_path).as_uri(), wait_until="domcontentloaded")
    theme = "color-contrast", "link-in-text-block"  # of nbconvert
    assert axe(page, ".jp-OutputArea-output, .jp-RenderedMarkdown", ".anchor-link", *theme) == []
    page.close()


@pytest.mark.thorough
def test_tab_reaches_what_can_be_used(executed: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(executed.as_uri(), wait_until="domcontentloaded")
    page.locator(".modebar").first.wait_for(state="attached")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.className || document.activeElement.tagName")
        )
    assert {"A", "modebar-btn", "SUMMARY"} <= reached
    page.close()


def test_slides_are_slides(tmp_path: Path) -> None:
    text = converted("slides", tmp_path, "--no-input").read_text(encoding="utf-8")
    cells = STORED["03-talent"].cells
    headings = [c for c in cells if c.cell_type == "markdown" and c.source.startswith("#")]
    assert text.count("<section") >= 2 * len(headings)
    assert "SAVE_TO" not in text


# --- Beside the notebooks --------------------------------------------------------------------


def test_a_folder_of_pages_shares_one_plotly(tmp_path: Path) -> None:
    figures = [slides.charts(ONE)[0]] * 2
    slides.save_charts(figures, tmp_path / "pages", ["html"])
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "pages").iterdir()}
    assert sizes.pop("plotly.min.js") > 4_000_000
    assert len(sizes) == 2
    assert max(sizes.values()) < 100_000


def test_a_page_is_whole_on_a_phone_and_axe_finds_nothing(
    tmp_path: Path, chromium: Browser, axe: Axe
) -> None:
    slides.save(slides.charts(ONE)[0], tmp_path / "chart.html")
    page = chromium.new_page(viewport={"width": NARROW, "height": 844})
    page.goto((tmp_path / "chart.html").as_uri())
    page.locator(".main-svg").first.wait_for()
    texts = page.locator(".main-svg text").evaluate_all(
        "found => found.map(text => text.getBoundingClientRect().right)"
    )
    assert max(texts) <= NARROW
    assert axe(page, "html", "none") == []
    page.close()


def test_a_folder_to_save_to_is_made_at_once(tmp_path: Path) -> None:
    slides.folder("")
    slides.folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        slides.folder(tmp_path / "file")
