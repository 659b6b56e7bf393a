"""Both editions in a real JupyterLab, started by ``make lab`` and ``make lab-zh``."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, TimeoutError

from conftest import BIN, NOTEBOOKS, ROOT, edition, missing
from hanbin_data.slides.notebooks import CHART, read

WIDTH, HEIGHT = 1280, 720  # of a laptop
SCREENSHOTS = ROOT / "screenshots"
NAMES = [edition(path) for path in NOTEBOOKS]
TARGETS = {"en": "lab", "zh": "lab-zh"}

# A stored chart is its preview until the mouse first enters it, then plotly draws it.
STORED_IS_SEEN = """chart => {
    const picture = chart.querySelector("img.plot-img")
    return picture.complete && picture.naturalWidth > 0 && picture.checkVisibility()
}"""
LIVE_IS_SEEN = """chart => {
    const drawing = chart.querySelector(".main-svg")
    return drawing !== null && drawing.checkVisibility() && chart.layout.meta.name
}"""
WIDER_THAN_ITS_CELL = """chart => {
    const cell = chart.closest(".jp-OutputArea-output").getBoundingClientRect()
    return chart.querySelector(".main-svg").getBoundingClientRect().right > cell.right + 1
}"""


def language(name: str) -> str:
    return "zh" if name.startswith("zh/") else "en"


def charts(name: str) -> list[dict]:
    cells = read(ROOT / "notebooks" / f"{name}.ipynb").cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"][CHART] for output in outputs if CHART in output.get("data", {})]


def chart_names(name: str) -> list[str]:
    return [chart["layout"]["meta"]["name"] for chart in charts(name)]


# --- The server ------------------------------------------------------------------------------


@contextmanager
def served(target: str, folder: Path) -> Iterator[str]:
    """The address, with its token, that make prints where there is no display."""
    if shutil.which("make") is None:
        missing("apt-get install make", "make")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "home").mkdir()
    # No user's settings, and neither a display nor a named browser.
    set_up = (
        "JUPYTER",
        "IPYTHON",
        "XDG_",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "BROWSER",
        "MAKE",
        "MFLAGS",
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(set_up)}
    environment["HOME"] = str(folder / "home")
    environment["JUPYTER_TOKEN"] = ""  # set so, a server would let everyone in
    command = ["make", "--no-print-directory", target, f"FOLDER={folder / 'notebooks'}"]
    # The environment under test is the one that runs this, not one that make builds anew.
    command += ["--assume-old=.venv/ready", f"BIN={BIN}"]
    command += [f"JUPYTER_CONFIG_DIR={folder / 'settings'}"]
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
            own = {path.name for path in (folder / "home").iterdir()}
            assert not own & {".jupyter", ".ipython", ".local"}, "the user's settings are no matter"
        finally:
            if lab.poll() is None:
                os.killpg(lab.pid, signal.SIGTERM)


def printed_address(lab: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        printed = log.read_text(encoding="utf-8")
        found = re.search(r"^ +(http://127\.0\.0\.1:\d+/\S+)$", printed, re.MULTILINE)
        if found:
            return found[1]
        try:
            lab.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"make printed no address:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with (
        served("lab", tmp_path_factory.mktemp("lab")) as english,
        served("lab-zh", tmp_path_factory.mktemp("lab-zh")) as chinese,
    ):
        yield {"en": english, "zh": chinese}


@pytest.mark.parametrize(("lang", "locale"), [("en", None), ("zh", "zh_CN")])
def test_the_interface_speaks_the_language_of_the_edition(
    lang: str, locale: str | None, addresses: dict[str, str]
) -> None:
    server, _, token = addresses[lang].partition("/lab?")
    with urlopen(f"{server}/lab/api/settings?{token}") as answer:
        settings = {entry["id"]: entry["settings"] for entry in json.load(answer)["settings"]}
    assert settings["@jupyterlab/translation-extension:plugin"].get("locale") == locale
    if locale:
        with urlopen(f"{server}/lab/api/translations/{locale}?{token}") as answer:
            assert json.load(answer)["data"]["jupyterlab"]["menu\x04File"] == ["文件"]


@pytest.mark.parametrize(("target", "folder"), [("lab", "notebooks"), ("lab-zh", "notebooks/zh")])
def test_each_lab_opens_on_its_edition(target: str, folder: str) -> None:
    command = ["make", "--dry-run", "--assume-old=.venv/ready", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f'"{folder}"' in done.stdout
    assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("lang", TARGETS)
def test_the_server_wants_the_token_and_listens_on_one_loopback_address_only(
    lang: str, addresses: dict[str, str]
) -> None:
    server, _, _ = addresses[lang].partition("/lab?")
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(f"{server}/api/contents")
    refused.value.close()
    # A server on all addresses would answer on every loopback address of Linux.
    other = ("127.0.0.2", urlsplit(server).port)
    with pytest.raises(OSError, match=r"refused|timed out"), socket.create_connection(other, 2):
        pass


# --- The notebooks in it ---------------------------------------------------------------------


@dataclass
class Visit:
    """What a reader of one notebook met, and what the browser noted meanwhile."""

    menu: list[str] = field(default_factory=list)
    opened: list[object] = field(default_factory=list)
    rerun: list[object] = field(default_factory=list)
    wide: list[object] = field(default_factory=list)
    failed_cells: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def open_notebook(page: Page, address: str, name: str) -> Locator:
    """Open a notebook in a workspace of its own; return its charts."""
    server, _, query = address.partition("/lab?")
    page.goto(f"{server}/lab/workspaces/{name.replace('/', '-')}/tree/{name}.ipynb?{query}")
    page.get_by_text(re.compile(r"Python 3.* (Idle|空闲)")).wait_for(timeout=60_000)
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
    page.screenshot(path=SCREENSHOTS / f"{name.replace('/', '-')}.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


FIRST = ("00-overview", "zh/00-overview")
"""One notebook of each edition is enough for every day."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=() if name in FIRST else pytest.mark.thorough) for name in NAMES
    ],
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(name: str, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    yield page
    page.close()


@pytest.fixture(scope="module")
def visit(
    name: str, page: Page, addresses: dict[str, str], request: pytest.FixtureRequest
) -> Visit:
    """One notebook opened, looked at, run anew by the menu's command, looked at again."""
    visit, number = Visit(), len(charts(name))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("websocket", lambda socket: visit.requests.append(socket.url))
    page.on("pageerror", lambda error: visit.console.append(f"uncaught: {error}"))
    page.on("console", lambda message: visit.console.append(f"{message.type}: {message.text}"))
    found = open_notebook(page, addresses[language(name)], name)
    visit.menu = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    visit.opened = looked_at(found, number, STORED_IS_SEEN)
    visit.questions = page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
    pictured = "not thorough" not in request.config.option.markexpr
    if pictured:
        whole_picture(page, f"{name}-opened")
    page.evaluate("() => { window.run = jupyterapp.commands.execute('notebook:restart-run-all') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.evaluate("window.run")  # waits until the last cell is done
    visit.rerun = looked_at(found, number, LIVE_IS_SEEN)
    visit.wide = [found.nth(n).evaluate(WIDER_THAN_ITS_CELL) for n in range(number)]
    errors = '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]'
    visit.failed_cells = page.locator(errors).all_text_contents()
    visit.prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    if pictured:
        whole_picture(page, f"{name}-rerun")
    return visit


def test_opens_with_every_chart_drawn_and_without_a_question(name: str, visit: Visit) -> None:
    """No news prompt, no choice of kernel, no notice."""
    assert visit.questions == []
    assert visit.opened == [True] * len(charts(name))
    assert visit.menu[0] == {"en": "File", "zh": "文件"}[language(name)]


def test_restart_and_run_all_draws_every_chart_again_within_its_cell(
    name: str, visit: Visit
) -> None:
    assert visit.failed_cells == []
    # The code of a chart is folded, and has no prompt then.
    ran = [f"[{number}]:" for number in range(1, len(visit.prompts) + 1)]
    assert [prompt or ran[place] for place, prompt in enumerate(visit.prompts)] == ran
    assert visit.rerun == chart_names(name)
    assert visit.wide == [False] * len(visit.rerun)


def test_nothing_is_said_in_the_browser_console(visit: Visit) -> None:
    # JupyterLab itself notes there what it starts, and that a restart cuts the connection.
    ours = [line for line in visit.console if not line.startswith(("debug: ", "log: "))]
    assert [line for line in ours if not line.startswith("warning: Connection lost, rec")] == []


def test_no_request_leaves_the_machine(name: str, visit: Visit, addresses: dict[str, str]) -> None:
    server = urlsplit(addresses[language(name)]).netloc
    assert any(urlsplit(url).netloc == server for url in visit.requests)
    local = ("data:", "blob:", f"http://{server}/", f"ws://{server}/")
    assert [url for url in visit.requests if not url.startswith(local)] == []


def test_hover_shows_the_printed_form(name: str, page: Page, visit: Visit) -> None:
    hovers = [
        (place, chart["layout"]["meta"]["printed"])
        for place, chart in enumerate(charts(name))
        if chart["data"][0].get("mode") != "text"  # which has no mark to point at
        and any(
            form in str(chart["data"][0].get("hovertext"))
            for form in chart["layout"]["meta"]["printed"]
        )
    ]
    if not hovers:
        return  # no chart of it shows single figures
    place, printed = hovers[0]
    found = page.locator(".jp-RenderedPlotly").nth(place)
    point = found.locator(".point").first
    shown = ""
    for _ in range(20):
        point.scroll_into_view_if_needed()
        mark = point.bounding_box()
        assert mark is not None
        x, y = mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2
        # A mouse that is there already does not move: it comes from aside each time.
        page.mouse.move(x - 60, y + 30)
        page.mouse.move(x, y, steps=8)
        page.wait_for_timeout(300)
        shown = " ".join(found.locator(".hoverlayer .hovertext").all_text_contents())
        if shown:
            break
    assert any(form.strip("“”") in shown for form in printed), shown


def test_camera_button_saves_a_named_picture_of_slide_size(page: Page, visit: Visit) -> None:
    found = page.locator(".jp-RenderedPlotly").first
    found.hover()
    with page.expect_download() as download:
        found.locator('.modebar-btn[data-title^="Download"]').click()
    assert download.value.suggested_filename == f"{visit.rerun[0]}.png"
    with Image.open(download.value.path()) as picture:
        assert picture.size == (1920, 1080)


@pytest.mark.parametrize("name", NAMES)
def test_every_camera_button_names_its_chart(name: str) -> None:
    buttons = [chart["config"]["toImageButtonOptions"]["filename"] for chart in charts(name)]
    assert buttons == chart_names(name)
