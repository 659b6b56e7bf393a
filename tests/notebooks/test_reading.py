"""The notebooks reach those who read them otherwise: by ear, on a phone, in other front ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import ROOT, stored
from hanbin_data import slides

ONE = ROOT / "notebooks" / "03-talent.ipynb"
CHARTS = slides.charts(ONE)
PHONE, LAPTOP = 390, 1280
RIGHT = "found => Math.max(...found.map(one => one.getBoundingClientRect().right))"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


# --- In nbconvert ----------------------------------------------------------------------------


def converted(to: str, folder: Path, *options: str) -> Path:
    """One notebook as nbconvert's page, by an environment that names no renderer."""
    environment = {key: value for key, value in os.environ.items() if key != "PLOTLY_RENDERER"}
    command = [sys.executable, "-m", "nbconvert", "--to", to, "--output-dir", str(folder)]
    subprocess.run([*command, *options, str(ONE)], env=environment, check=True, capture_output=True)
    return next(folder.glob("*.html"))


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return converted("html", tmp_path_factory.mktemp("executed"), "--execute")


@pytest.mark.thorough
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_executed_elsewhere_every_chart_is_drawn_and_whole(
    width: int, executed: Path, page: Page
) -> None:
    assert executed.stat().st_size < 7_000_000, "plotly is brought once"
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(executed.as_uri(), wait_until="domcontentloaded")
    found = page.locator(".js-plotly-plot:has(.main-svg)")
    expect(found).to_have_count(len(CHARTS))
    assert found.evaluate_all(RIGHT) <= width + 1


@pytest.mark.thorough
def test_tab_reaches_what_can_be_used(executed: Path, page: Page) -> None:
    page.goto(executed.as_uri(), wait_until="domcontentloaded")
    page.locator(".modebar").first.wait_for(state="attached")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.className || document.activeElement.tagName")
        )
    assert {"A", "modebar-btn", "SUMMARY"} <= reached


def test_axe_finds_nothing_of_ours(tmp_path: Path, page: Page, axe: Any) -> None:
    page.goto(converted("html", tmp_path).as_uri(), wait_until="domcontentloaded")
    theme = "color-contrast", "link-in-text-block"  # of nbconvert
    assert axe(page, ".jp-OutputArea-output, .jp-RenderedMarkdown", ".anchor-link", *theme) == []


def test_slides_are_slides(tmp_path: Path) -> None:
    text = converted("slides", tmp_path, "--no-input").read_text(encoding="utf-8")
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in stored(ONE).cells]
    assert text.count("<section") == 2 * kinds.count("slide") + kinds.count("subslide")
    assert "SAVE_TO" not in text


# --- Beside the notebooks --------------------------------------------------------------------


def test_a_folder_of_pages_shares_one_plotly(tmp_path: Path) -> None:
    slides.save_charts([CHARTS[0]] * 2, tmp_path / "pages", ["html"])
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "pages").iterdir()}
    assert sizes.pop("plotly.min.js") > 4_000_000
    assert len(sizes) == 2
    assert max(sizes.values()) < 100_000


def test_a_page_is_whole_on_a_phone_and_axe_finds_nothing(
    tmp_path: Path, page: Page, axe: Any
) -> None:
    slides.save(CHARTS[0], tmp_path / "chart.html")
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto((tmp_path / "chart.html").as_uri())
    page.locator(".main-svg").first.wait_for()
    assert page.locator(".main-svg text").evaluate_all(RIGHT) <= PHONE
    assert axe(page) == []


def test_a_folder_to_save_to_is_made_at_once(tmp_path: Path) -> None:
    slides.folder("")
    slides.folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        slides.folder(tmp_path / "file")
