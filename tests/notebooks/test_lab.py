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
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, TimeoutError

from conftest import BIN, NOTEBOOKS, ROOT, edition, missing
from hanbin_data import slides

LAPTOP, NARROW, TALL = (
    {"width": width, "height": height} for width, height in ((1280, 720), (700, 844), (1280, 9000))
)
NAMES = [edition(path) for path in NOTEBOOKS]

# A stored chart is its preview until the mouse first enters it, then plotly draws it.
STORED_IS_SEEN = """chart => {
    const picture = chart.querySelector("img.plot-img")
    return picture.complete && picture.naturalWidth > 0 && picture.checkVisibility()
}"""
LIVE_IS_SEEN = """chart => {
    const drawing = chart.querySelector(".main-svg")
    return drawing !== null && drawing.checkVisibility() && chart.layout.meta.name
}"""
# As wide as its texts need, and yet within its cell.
WHOLE = """chart => {
    const cell = chart.closest(".jp-OutputArea-child").getBoundingClientRect()
    const drawing = chart.querySelector(".main-svg")
    return drawing.clientWidth >= 848 && drawing.getBoundingClientRect().right <= cell.right + 1
}"""
SHOW_TABLES = """() => document.querySelectorAll("details").forEach(one => { one.open = true })"""
TOO_WIDE = """outputs => outputs.filter(
    output => output.querySelector("table") && output.scrollWidth > output.clientWidth + 1
).map(output => output.textContent.slice(0, 80))"""


def language(name: str) -> str:
    return "zh" if name.startswith("zh/") else "en"


def charts(name: str) -> list[Any]:
    return slides.charts(ROOT / "notebooks" / f"{name}.ipynb")


def chart_names(name: str) -> list[str]:
    return [chart["layout"]["meta"]["name"] for chart in charts(name)]


# --- The server ------------------------------------------------------------------------------


class Lab(NamedTuple):
    """Where make serves an edition, and the folder of its copy."""

    address: str
    folder: Path


@contextmanager
def served(target: str, folder: Path) -> Iterator[Lab]:
    """The address, with its token, that make prints where there is no display."""
    if shutil.which("make") is None:
        missing("apt-get install make", "make")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "home").mkdir()
    # No user's settings, and neither a display nor a named browser.
    set_up = ("JUPYTER", "IPYTHON", "XDG_", "DISPLAY", "WAYLAND_", "BROWSER", "MAKE", "MFLAGS")
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
            yield Lab(printed_address(lab, folder / "lab.log"), folder / "notebooks")
            assert lab.poll() is None, "the server must stay up"
            own = {path.name for path in (folder / "home").iterdir()}
            assert not own & {".jupyter", ".ipython", ".local"}, "the user's settings are no matter"
        finally:
            if lab.poll() is None:
                os.killpg(lab.pid, signal.SIGTERM)


def printed_address(lab: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        printed = log.read_text(encoding="utf-8")
        if found := re.search(r"^ +(http://127\.0\.0\.1:\d+/\S+)$", printed, re.MULTILINE):
            return found[1]
        if lab.poll() is not None:
            break
        sleep(0.1)
    pytest.fail(f"make printed no address:\n{log.read_text(encoding='utf-8')}")


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
    server, _, token = labs[lang].address.partition("/lab?")
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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_server_wants_the_token_and_listens_on_one_loopback_address_only(
    lang: str, labs: dict[str, Lab]
) -> None:
    server, _, _ = labs[lang].address.partition("/lab?")
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
    whole: list[object] = field(default_factory=list)
    wide_tables: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
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


FIRST = "00-overview"
"""One notebook is enough for every day; the Chinese edition has the same code."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=() if name == FIRST else pytest.mark.thorough) for name in NAMES
    ],
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(name: str, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport=LAPTOP)
    yield page
    page.close()


@pytest.fixture(scope="module")
def visit(name: str, page: Page, labs: dict[str, Lab], axe: Callable[..., list[str]]) -> Visit:
    """One notebook opened, looked at, run anew by the menu's command, looked at again."""
    visit, number = Visit(), len(charts(name))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("websocket", lambda socket: visit.requests.append(socket.url))
    page.on("pageerror", lambda error: visit.console.append(f"uncaught: {error}"))
    page.on("console", lambda message: visit.console.append(f"{message.type}: {message.text}"))
    found = open_notebook(page, labs[language(name)].address, name)
    visit.menu = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    visit.opened = looked_at(found, number, STORED_IS_SEEN)
    visit.questions = page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
    page.set_viewport_size(TALL)
    page.evaluate(SHOW_TABLES)
    visit.wide_tables = page.locator(".jp-OutputArea-output").evaluate_all(TOO_WIDE)
    # Plotly's extension gives its picture no alternative text: the words stand after it.
    visit.axe = axe(page, ".jp-OutputArea-output, .jp-RenderedMarkdown", ".plot-img")
    page.set_viewport_size(LAPTOP)
    page.evaluate("() => { window.run = jupyterapp.commands.execute('notebook:restart-run-all') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.evaluate("window.run")  # waits until the last cell is done
    visit.rerun = looked_at(found, number, LIVE_IS_SEEN)
    visit.whole = [found.nth(n).evaluate(WHOLE) for n in range(number)]
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(500)  # plotly follows its cell a moment later
    visit.whole += [found.nth(n).evaluate(WHOLE) for n in range(number)]
    page.set_viewport_size(LAPTOP)
    errors = '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]'
    visit.failed_cells = page.locator(errors).all_text_contents()
    visit.prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
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
    assert visit.whole == [True] * 2 * len(visit.rerun), "on a laptop, and in a narrow cell"


def test_a_listener_meets_nothing_nameless_and_no_table_is_cut(visit: Visit) -> None:
    assert visit.axe == []
    assert visit.wide_tables == []


def test_nothing_is_said_in_the_browser_console(visit: Visit) -> None:
    # JupyterLab itself notes there what it starts, and that a restart cuts the connection.
    ours = [line for line in visit.console if not line.startswith(("debug: ", "log: "))]
    assert [line for line in ours if not line.startswith("warning: Connection lost, rec")] == []


def test_no_request_leaves_the_machine(name: str, visit: Visit, labs: dict[str, Lab]) -> None:
    server = urlsplit(labs[language(name)].address).netloc
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
    found.evaluate("chart => chart.scrollIntoView()")
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


@pytest.mark.thorough
def test_opening_hovering_and_saving_changes_no_more_than_the_preview(
    labs: dict[str, Lab], chromium: Browser
) -> None:
    """JupyterLab's plotly draws a chart anew under the mouse, and stores that as its preview."""
    page = chromium.new_page(viewport=LAPTOP)
    picture = open_notebook(page, labs["en"].address, "03-talent").locator("img").first
    picture.hover(timeout=60_000, force=True)
    page.locator(".jp-RenderedPlotly .main-svg").first.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.close()
    before, after = (
        re.sub(r'"image/png": "[^"]*"', "", (folder / "03-talent.ipynb").read_text("utf-8"))
        for folder in (ROOT / "notebooks", labs["en"].folder)
    )
    assert after == before
