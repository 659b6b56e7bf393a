"""The notebooks reach those who read them otherwise: by ear, on a phone, in other front ends."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

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
def test_the_code_of_charts_is_folded_and_slides_begin_at_headings(name: str) -> None:
    for cell in STORED[name].cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if "charts.caption(" in cell.source and cell.cell_type == "code":
            assert cell.metadata["jupyter"]["source_hidden"] is True
            assert kind == "subslide"
        elif cell.source.startswith("#") and cell.cell_type == "markdown":
            assert kind == "slide"


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


AXE = Path("axe_playwright_python") / "axe.min.js"
NOT_OURS = {"color-contrast", "landmark-one-main", "region", "page-has-heading-one"}
"""What axe says of nbconvert's own page and theme."""


def findings(page: Page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:100]}"
        for one in found
        if one["id"] not in NOT_OURS
        for node in one["nodes"]
        if "output" in str(node["target"]).lower()
        or "table" in node["html"]
        or "img" in node["html"]
    ]


def test_axe_finds_nothing_of_ours(tmp_path: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(converted("html", tmp_path).as_uri(), wait_until="domcontentloaded")
    assert findings(page) == []
    page.close()


def test_slides_are_slides(tmp_path: Path) -> None:
    text = converted("slides", tmp_path, "--no-input").read_text(encoding="utf-8")
    cells = STORED["03-talent"].cells
    headings = [c for c in cells if c.cell_type == "markdown" and c.source.startswith("#")]
    assert text.count("<section") >= 2 * len(headings)
    assert "SAVE_TO" not in text


# --- Nothing changes by reading --------------------------------------------------------------


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    shutil.copy(ONE, tmp_path)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    environment |= {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "settings")}
    options = [
        "--no-browser",
        "--port=0",
        "--IdentityProvider.token=t",
        f"--notebook-dir={tmp_path}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, "--expose-app-in-browser"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+)/lab", line):
                break
        else:
            pytest.fail("JupyterLab did not start")
        try:
            yield found[1]
        finally:
            server.terminate()


@pytest.mark.thorough
def test_opening_hovering_and_saving_changes_no_more_than_the_preview(
    lab: str, tmp_path: Path, chromium: Browser
) -> None:
    """JupyterLab's plotly draws a chart anew under the mouse, and stores that as its preview."""
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{lab}/lab/tree/{ONE.name}?token=t")
    picture = page.locator(".jp-RenderedPlotly img.plot-img").first
    picture.wait_for(timeout=60_000)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=3)
    page.locator(".jp-RenderedPlotly .main-svg").first.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1500)
    page.close()
    before, after = (pictureless(path) for path in (ONE, tmp_path / ONE.name))
    assert after == before


def pictureless(path: Path) -> list[str]:
    """The lines of a notebook, without those of previews."""
    notebook: Any = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
    return json.dumps(notebook, ensure_ascii=False, indent=1).splitlines()


# --- Beside the notebooks --------------------------------------------------------------------


def test_a_folder_of_pages_shares_one_plotly(tmp_path: Path) -> None:
    figures = [slides.charts(ONE)[0]] * 2
    slides.save_charts(figures, tmp_path / "pages", ["html"])
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "pages").iterdir()}
    assert sizes.pop("plotly.min.js") > 4_000_000
    assert len(sizes) == 2
    assert max(sizes.values()) < 100_000


def test_a_page_is_whole_on_a_phone(tmp_path: Path, chromium: Browser) -> None:
    slides.save(slides.charts(ONE)[0], tmp_path / "chart.html")
    page = chromium.new_page(viewport={"width": NARROW, "height": 844})
    page.goto((tmp_path / "chart.html").as_uri())
    page.locator(".main-svg").first.wait_for()
    texts = page.locator(".main-svg text").evaluate_all(
        "found => found.map(text => text.getBoundingClientRect().right)"
    )
    assert max(texts) <= NARROW
    page.close()


def test_a_folder_to_save_to_is_made_at_once(tmp_path: Path) -> None:
    slides.folder("")
    slides.folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        slides.folder(tmp_path / "file")
