"""Both editions in a real JupyterLab, started by ``make lab`` and ``make lab-zh``."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from conftest import NOTEBOOKS, ROOT, edition, make
from hanbin_data import slides

LAPTOP, NARROW, TALL = (
    {"width": width, "height": height} for width, height in ((1280, 720), (700, 844), (1280, 9000))
)

expect.set_options(timeout=20_000)

# A live chart is as wide as its texts need, and yet within its cell.
WHOLE = """chart => {
    const cell = chart.closest(".jp-OutputArea-child").getBoundingClientRect()
    const drawing = chart.querySelector(".main-svg")
    return drawing.clientWidth >= 848 && drawing.getBoundingClientRect().right <= cell.right + 1
}"""
SHOW_TABLES = """() => document.querySelectorAll("details").forEach(one => { one.open = true })"""
TOO_WIDE = """outputs => outputs.filter(
    output => output.querySelector("table") && output.scrollWidth > output.clientWidth + 1
).map(output => output.textContent.slice(0, 80))"""


# --- The server ------------------------------------------------------------------------------


class Lab(NamedTuple):
    """Where make serves an edition, the token it asks for, and the folder of its copy."""

    server: str
    token: str
    folder: Path


@contextmanager
def served(target: str, folder: Path) -> Iterator[Lab]:
    """The address, with its token, that make prints where there is no display."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "home").mkdir()
    said, options = folder / "lab.log", "LAB_OPTIONS=--expose-app-in-browser"
    own = (f"FOLDER={folder / 'notebooks'}", f"JUPYTER_CONFIG_DIR={folder / 'settings'}", options)
    # An empty token that is set would let everyone in.
    command = make(target, *own, HOME=str(folder / "home"), JUPYTER_TOKEN="")
    with (
        said.open("w") as log,
        subprocess.Popen(**command, stdout=log, stderr=log, start_new_session=True) as lab,
    ):
        try:
            while not (found := re.findall(r"(http://127\.\S+)/lab\?(\S+)\n", said.read_text())):
                assert lab.poll() is None, f"make printed no address:\n{said.read_text()}"
                sleep(0.1)
            yield Lab(*found[0], folder / "notebooks")
            assert lab.poll() is None, "the server must stay up"
            left = {path.name for path in (folder / "home").iterdir()}
            assert not left & {".jupyter", ".ipython", ".local"}, (
                "the user's settings are no matter"
            )
        finally:
            if lab.poll() is None:
                os.killpg(lab.pid, signal.SIGTERM)


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lab]]:
    with (
        served("lab", tmp_path_factory.mktemp("lab")) as english,
        served("lab-zh", tmp_path_factory.mktemp("lab-zh")) as chinese,
    ):
        yield {"en": english, "zh": chinese}


@pytest.mark.parametrize(("lang", "locale"), [("en", None), ("zh", "zh_CN")])
def test_the_interface_speaks_the_language_of_the_edition(
    lang: str, locale: str | None, labs: dict[str, Lab]
) -> None:
    server, token, _ = labs[lang]
    with urlopen(f"{server}/lab/api/settings?{token}") as answer:
        settings = {entry["id"]: entry["settings"] for entry in json.load(answer)["settings"]}
    assert settings["@jupyterlab/translation-extension:plugin"].get("locale") == locale
    if locale:
        with urlopen(f"{server}/lab/api/translations/{locale}?{token}") as answer:
            assert json.load(answer)["data"]["jupyterlab"]["menu\x04File"] == ["文件"]


@pytest.mark.parametrize(("target", "folder"), [("lab", "notebooks"), ("lab-zh", "notebooks/zh")])
def test_each_lab_opens_on_its_edition(target: str, folder: str) -> None:
    done = subprocess.run(**make("--dry-run", target), capture_output=True, text=True, check=True)
    assert f'"{folder}"' in done.stdout
    assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_server_wants_the_token_and_listens_on_one_loopback_address_only(
    lang: str, labs: dict[str, Lab]
) -> None:
    server = labs[lang].server
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(f"{server}/api/contents")
    refused.value.close()
    # A server on all addresses would answer on every loopback address of Linux.
    other = ("127.0.0.2", urlsplit(server).port)
    with pytest.raises(OSError, match=r"refused|timed out"), socket.create_connection(other, 2):
        pass


# --- The notebooks in it ---------------------------------------------------------------------


def opened(page: Page, lab: Lab, name: str) -> Locator:
    """Open a notebook in a workspace of its own; return its charts."""
    place = f"workspaces/{name.replace('/', '-')}/tree/{name}.ipynb"
    page.goto(f"{lab.server}/lab/{place}?{lab.token}")
    page.get_by_text(re.compile(r"Python 3.* (Idle|空闲)")).wait_for(timeout=60_000)
    return page.locator(".jp-RenderedPlotly")


def hovered(chart: Locator) -> str:
    """What a chart tells of its first mark once the mouse comes there, from aside each time."""
    mark, mouse = chart.locator(".point").first, chart.page.mouse
    for _ in range(20):
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x - 60, y + 30)
        mouse.move(x, y, steps=8)
        chart.page.wait_for_timeout(300)
        if told := chart.locator(".hoverlayer").text_content():
            return told
    return ""


@pytest.mark.parametrize(
    "path",
    [
        # One is enough for every day; the Chinese edition has the same code.
        pytest.param(path, id=edition(path), marks=[pytest.mark.thorough] * (n > 0))
        for n, path in enumerate(NOTEBOOKS)
    ],
)
def test_what_a_reader_meets(
    path: Path,
    labs: dict[str, Lab],
    chromium: Browser,
    axe: Callable[..., list[str]],
    subtests: pytest.Subtests,
) -> None:
    """One notebook opened, looked at, run anew by the menu's command, and looked at again."""
    name, lang = edition(path), "zh" if path.parent.name == "zh" else "en"
    layouts = [chart["layout"] for chart in slides.charts(path)]
    lab, page = labs[lang], chromium.new_page(viewport=LAPTOP)
    requests: list[str] = []
    console: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("pageerror", lambda error: console.append(f"uncaught: {error}"))
    page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
    found = opened(page, lab, name)
    charts = [found.nth(number) for number in range(len(layouts))]

    with subtests.test("opens with every chart drawn and without a question"):
        for chart in charts:
            chart.scroll_into_view_if_needed()
            expect(chart.locator("img.plot-img")).to_be_visible()
            expect(chart.locator("img.plot-img")).to_have_js_property("naturalWidth", 848)
        # No news prompt, no choice of kernel, no notice.
        expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
        menu = page.locator(".lm-MenuBar-itemLabel").first
        expect(menu).to_have_text({"en": "File", "zh": "文件"}[lang])

    with subtests.test("a listener meets nothing nameless, and no table is cut"):
        page.set_viewport_size(TALL)
        page.evaluate(SHOW_TABLES)
        assert page.locator(".jp-OutputArea-output").evaluate_all(TOO_WIDE) == []
        # Plotly's extension gives its picture no alternative text: the words stand after it.
        assert axe(page, ".jp-OutputArea-output, .jp-RenderedMarkdown", ".plot-img") == []
        page.set_viewport_size(LAPTOP)

    with subtests.test("restart and run all draws every chart again within its cell"):
        page.evaluate("window.run = jupyterapp.commands.execute('notebook:restart-run-all'), 0")
        page.locator(".jp-Dialog .jp-mod-accept").click()
        page.evaluate("window.run")  # waits until the last cell is done
        for chart, layout in zip(charts, layouts, strict=True):
            chart.scroll_into_view_if_needed()
            expect(chart.locator(".main-svg").first).to_be_visible()
            assert chart.evaluate("chart => chart.layout.meta.name") == layout["meta"]["name"]
        for width in (LAPTOP, NARROW):
            page.set_viewport_size(width)
            page.wait_for_timeout(500)  # plotly follows its cell a moment later
            assert [chart.evaluate(WHOLE) for chart in charts] == [True] * len(charts), width
        page.set_viewport_size(LAPTOP)
        errors = '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]'
        assert page.locator(errors).all_text_contents() == []
        # The code of a chart is folded, and has no prompt then.
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
        ran = [f"[{number}]:" for number in range(1, len(prompts) + 1)]
        assert [prompt or ran[place] for place, prompt in enumerate(prompts)] == ran

    with subtests.test("hover shows the printed form"):
        traces = [chart["data"][0] for chart in slides.charts(path)]
        for chart, trace, layout in zip(charts, traces, layouts, strict=True):
            printed, first = layout["meta"]["printed"], [*(trace.get("hovertext") or ""), ""][0]
            # A trace of texts has no mark to point at.
            if any(form in first for form in printed) and trace.get("mode") != "text":
                told = hovered(chart)
                assert any(form.strip("“”") in told for form in printed), told
                break

    with subtests.test("the camera button saves a named picture of slide size"):
        charts[0].evaluate("chart => chart.scrollIntoView()")
        charts[0].hover()
        with page.expect_download() as download:
            charts[0].locator('.modebar-btn[data-title^="Download"]').click()
        assert download.value.suggested_filename == f"{layouts[0]['meta']['name']}.png"
        with Image.open(download.value.path()) as picture:
            assert picture.size == (1920, 1080)

    with subtests.test("nothing is said in the browser's console"):
        # JupyterLab itself notes there what it starts, and that a restart cuts the connection.
        usual = ("debug: ", "log: ", "warning: Connection lost, rec")
        assert [line for line in console if not line.startswith(usual)] == []

    with subtests.test("no request leaves the machine"):
        local = ("data:", "blob:", f"{lab.server}/", f"ws{lab.server.removeprefix('http')}/")
        assert any(url.startswith(f"{lab.server}/") for url in requests)
        assert [url for url in requests if not url.startswith(local)] == []

    page.close()


@pytest.mark.thorough
def test_opening_hovering_and_saving_changes_no_more_than_the_preview(
    labs: dict[str, Lab], chromium: Browser
) -> None:
    """JupyterLab's plotly draws a chart anew under the mouse, and stores that as its preview."""
    page = chromium.new_page(viewport=LAPTOP)
    chart = opened(page, labs["en"], "03-talent").first
    chart.locator("img").hover(timeout=60_000, force=True)
    chart.locator(".main-svg").first.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.close()
    before, after = (
        re.sub(r'"image/png": "[^"]*"', "", (folder / "03-talent.ipynb").read_text("utf-8"))
        for folder in (ROOT / "notebooks", labs["en"].folder)
    )
    assert after == before
