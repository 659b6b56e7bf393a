"""The notebooks in a real JupyterLab, started by ``make lab``, in a real browser."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, TimeoutError, sync_playwright

from conftest import NOTEBOOKS, ROOT, missing
from hanbin_data import theme
from hanbin_data.notebooks import CHART, charts, read

QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WIDTH, HEIGHT = 1400, 900  # of the window
SCREENSHOTS = ROOT / "screenshots"
STORED = {path.stem: [output["data"][CHART] for output in charts(read(path))] for path in NOTEBOOKS}

# A stored chart is its preview until the mouse first enters it, then plotly draws it.
STORED_IS_SEEN = """chart => {
    const picture = chart.querySelector("img.plot-img")
    return picture.complete && picture.naturalWidth > 0 && picture.checkVisibility()
}"""
LIVE_IS_SEEN = """chart => {
    const drawing = chart.querySelector(".main-svg")
    return drawing !== null && drawing.checkVisibility() && chart.layout.meta.name
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, with its token, that ``make lab`` prints where there is no display."""
    if shutil.which("make") is None:
        missing("no make found: apt-get install make")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "home").mkdir()
    # No user's settings, and neither a display nor a named browser.
    own = ("JUPYTER", "IPYTHON", "XDG_", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "MAKE", "MFLAGS")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    environment["HOME"] = str(folder / "home")
    command = ["make", "--no-print-directory", "lab", f"FOLDER={folder / 'notebooks'}"]
    # The environment under test is the one that runs this, not one that make builds anew.
    command += ["--assume-old=.venv/ready", f"BIN={Path(sys.executable).parent}"]
    with (
        open(folder / "lab.log", "w+", encoding="utf-8") as log,
        subprocess.Popen(
            [*command, "LAB_OPTIONS=--expose-app-in-browser"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as lab,
    ):
        try:
            yield printed_address(lab, folder / "lab.log")
            assert lab.poll() is None, "the server must stay up"
        finally:
            if lab.poll() is None:
                os.killpg(lab.pid, signal.SIGTERM)


def printed_address(lab: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(300):
        printed = log.read_text(encoding="utf-8")
        found = re.search(r"^ +(http://127\.0\.0\.1:\d+/\S+)$", printed, re.MULTILINE)
        if found:
            return found[1]
        try:
            lab.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"make lab printed no address:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def chromium(browser: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=QUIET)
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """What a reader of one notebook met, and what the browser noted meanwhile."""

    opened: list[object] = field(default_factory=list)
    rerun: list[object] = field(default_factory=list)
    failed_cells: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def recording(chromium: Browser, visit: Visit) -> Page:
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("websocket", lambda socket: visit.requests.append(socket.url))
    page.on("pageerror", lambda error: visit.console.append(f"uncaught: {error}"))
    page.on("console", lambda message: visit.console.append(f"{message.type}: {message.text}"))
    return page


def open_notebook(page: Page, address: str, stem: str) -> Locator:
    """Open a notebook in a workspace of its own; return its charts."""
    server, _, query = address.partition("/lab?")
    page.goto(f"{server}/lab/workspaces/{stem}/tree/{stem}.ipynb?{query}")
    page.get_by_text(re.compile("Python 3.* Idle")).wait_for(timeout=60_000)
    return page.locator(".jp-RenderedPlotly")


def looked_at(found: Locator, number: int, condition: str) -> list[object]:
    """Scroll to each of so many charts; what the condition says of it, False if never true."""
    answers: list[object] = []
    for chart in (found.nth(place) for place in range(number)):
        try:
            chart.scroll_into_view_if_needed(timeout=20_000)
            handle = chart.element_handle()
            answer = chart.page.wait_for_function(condition, arg=handle, timeout=20_000)
            answers.append(answer.json_value())
        except TimeoutError:
            answers.append(False)
    return answers


def whole_picture(page: Page, name: str) -> None:
    """A screenshot of the whole notebook, for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.locator(".jp-WindowedPanel-outer").evaluate("panel => panel.scrollTo(0, 0)")
    end = page.locator(".jp-Cell").last.evaluate("cell => cell.getBoundingClientRect().bottom")
    page.set_viewport_size({"width": WIDTH, "height": min(round(end) + 50, 12_000)})
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


@pytest.fixture(scope="module", params=STORED)
def stem(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def visit(stem: str, address: str, chromium: Browser) -> Visit:
    """One notebook opened, looked at, run anew by the menu's command, looked at again."""
    visit, number = Visit(), len(STORED[stem])
    page = recording(chromium, visit)
    found = open_notebook(page, address, stem)
    visit.opened = looked_at(found, number, STORED_IS_SEEN)
    visit.questions = page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
    whole_picture(page, f"{stem}-opened")
    page.evaluate("() => { window.run = jupyterapp.commands.execute('notebook:restart-run-all') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.evaluate("window.run")  # waits until the last cell is done
    visit.rerun = looked_at(found, number, LIVE_IS_SEEN)
    errors = '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]'
    visit.failed_cells = page.locator(errors).all_text_contents()
    visit.prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    whole_picture(page, f"{stem}-rerun")
    page.close()
    return visit


def test_opens_with_every_chart_drawn(stem: str, visit: Visit) -> None:
    assert visit.opened == [True] * len(STORED[stem])


def test_opens_without_a_question(visit: Visit) -> None:
    """No news prompt, no choice of kernel, no notice."""
    assert visit.questions == []


def test_restart_and_run_all_draws_every_chart_again(stem: str, visit: Visit) -> None:
    assert visit.rerun == [chart["layout"]["meta"]["name"] for chart in STORED[stem]]


def test_restart_and_run_all_ends_without_error(visit: Visit) -> None:
    assert visit.failed_cells == []
    assert visit.prompts == [f"[{number + 1}]:" for number in range(len(visit.prompts))]


def test_nothing_is_said_in_the_browser_console(visit: Visit) -> None:
    # JupyterLab itself notes there what it starts, and that a restart cuts the connection.
    ours = [line for line in visit.console if not line.startswith(("debug: ", "log: "))]
    assert [line for line in ours if not line.startswith("warning: Connection lost, rec")] == []


def test_no_request_leaves_the_machine(visit: Visit, address: str) -> None:
    server = urlsplit(address).netloc
    assert any(urlsplit(url).netloc == server for url in visit.requests)
    local = ("data:", "blob:", f"http://{server}/", f"ws://{server}/")
    assert [url for url in visit.requests if not url.startswith(local)] == []


@pytest.fixture
def chart(address: str, chromium: Browser) -> Iterator[Callable[[str, str], Locator]]:
    """Finds a chart of a stored notebook by name, brought to life by the mouse."""
    page = recording(chromium, Visit())

    def find(stem: str, name: str) -> Locator:
        place = [chart["layout"]["meta"]["name"] for chart in STORED[stem]].index(name)
        chart = open_notebook(page, address, stem).nth(place)
        chart.hover()
        chart.locator(".modebar").wait_for()
        return chart

    yield find
    page.close()


def test_hover_shows_the_printed_form(chart: Callable[[str, str], Locator]) -> None:
    found = chart("00-overview", "figures_in_persons")
    stored = next(c for c in STORED["00-overview"] if "figures_in_persons" in str(c["layout"]))
    printed = stored["layout"]["meta"]["printed"][0]
    shown = found.locator(".hoverlayer .hovertext").filter(has_text=printed)
    point = found.locator(".scatterlayer .point").first
    for _ in range(20):  # coming to life, the chart moves under the mouse
        point.scroll_into_view_if_needed()
        mark = point.bounding_box()
        assert mark is not None
        x, y = mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2
        # A mouse that is there already does not move: it comes from aside each time.
        found.page.mouse.move(x - 60, y + 30)
        found.page.mouse.move(x, y, steps=8)
        found.page.wait_for_timeout(300)
        if shown.count():
            break
    assert shown.count() == 1


def test_camera_button_saves_a_named_picture_of_slide_size(
    chart: Callable[[str, str], Locator],
) -> None:
    found = chart("00-overview", "figures_by_kind")
    with found.page.expect_download() as download:
        found.locator('.modebar-btn[data-title^="Download"]').click()
    assert download.value.suggested_filename == "figures_by_kind.png"
    with Image.open(download.value.path()) as picture:
        assert picture.size == (2 * theme.WIDTH, 2 * theme.HEIGHT)


@pytest.mark.parametrize("name", STORED)
def test_every_camera_button_names_its_chart(name: str) -> None:
    names = [chart["layout"]["meta"]["name"] for chart in STORED[name]]
    assert [chart["config"]["toImageButtonOptions"]["filename"] for chart in STORED[name]] == names


def test_the_server_wants_the_token(address: str) -> None:
    server, _, _ = address.partition("/lab?")
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(f"{server}/api/contents")
    refused.value.close()


def test_the_server_listens_on_one_loopback_address_only(address: str) -> None:
    # A server on all addresses would answer on every loopback address of Linux.
    other = ("127.0.0.2", urlsplit(address).port)
    with pytest.raises(OSError, match=r"refused|timed out"), socket.create_connection(other, 2):
        pass
