"""The site as `make site` builds it, in a real browser."""

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, Page
from pptx import Presentation

from conftest import NOTEBOOKS, ROOT
from hanbin_data import slides

pytestmark = pytest.mark.thorough

ADDRESS = "https://data.example/hanbin"
NOTEBOOK = "notebooks/02-grassroots"
PAGES = ("index", NOTEBOOK, "codebook", "explained", "functions", "dataset", "search")


@cache
def drawn(lang: str) -> dict[str, Any]:
    """The titles of an edition's charts by name."""
    own = [path for path in NOTEBOOKS if (path.parent.name == "zh") == (lang == "zh")]
    metas = [chart["layout"]["meta"] for path in own for chart in slides.charts(path)]
    return {meta["name"]: meta["title"] for meta in metas}


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def build() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        import build
    return build


@pytest.fixture(scope="module")
def site(build: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("site") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", ADDRESS)
        build.build(folder)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 1280, "height": 800})
    opened.asked = []
    opened.on("request", lambda one: opened.asked.append(one.url))
    yield opened
    opened.close()


# What is built


def test_every_link_leads_somewhere(site: Path) -> None:
    ids, links = {}, []
    for file in (file for file in site.rglob("*.html") if "_static" not in file.parts):
        text, name = file.read_text(encoding="utf-8"), file.relative_to(site).as_posix()
        text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        ids[name] = {"", *re.findall(r'\bid="([^"]+)"', text)}
        links += [(name, link) for link in re.findall(r'\b(?:href|src)="([^"]+)"', text)]
    lost = []
    for name, link in links:
        target, place = urldefrag(urljoin(f"file:///{name}", link.split("?")[0]))
        if target.startswith("file:///"):
            target = unquote(target.removeprefix("file:///"))
            if not (site / target).is_file() or place not in ids.get(target, {""}):
                lost.append((name, link))
    assert lost == []


def test_both_languages_have_the_same_pages(site: Path) -> None:
    english, chinese = (
        {path.relative_to(site / lang) for path in (site / lang).rglob("*.html")}
        for lang in ("en", "zh")
    )
    assert english == chinese
    assert len([path for path in english if path.parent.name == "notebooks"]) * 2 == len(NOTEBOOKS)


def plain(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def slide_texts(path: Path) -> str:
    shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
    return plain(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def test_each_download_opens_and_holds_its_chart(lang: str, site: Path) -> None:
    for name, title in drawn(lang).items():
        file = {form: site / lang / f"charts/{name}.{form}" for form in ("pptx", "png", "csv")}
        assert plain(title) in slide_texts(file["pptx"]), name
        with Image.open(file["png"]) as picture:
            assert picture.size == (1920, 1080)
        words = ElementTree.parse(file["png"].with_suffix(".svg")).getroot().itertext()
        assert plain(title)[:12] in plain(words), name
        rows = [*csv.reader(file["csv"].read_text(encoding="utf-8-sig").splitlines())]
        sheet = load_workbook(file["csv"].with_suffix(".xlsx")).worksheets[0]
        assert sheet.max_row == len(rows) > 1, name


def test_the_deck_holds_every_chart(lang: str, site: Path) -> None:
    texts = slide_texts(site / lang / "charts/hanbin-data.pptx")
    assert [title for title in drawn(lang).values() if plain(title) not in texts] == []


def test_dataset_is_described_with_addresses_that_the_site_has(lang: str, site: Path) -> None:
    text = (site / lang / "dataset.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    told = json.loads(found[1])
    assert told["@type"] == "Dataset"
    addresses = [told["url"], *(one["contentUrl"] for one in told["distribution"])]
    assert len(addresses) > 3
    lost = [one for one in addresses if not (site / one.removeprefix(f"{ADDRESS}/")).is_file()]
    assert lost == []
    assert len(load_workbook(site / "data/hanbin-data.xlsx").sheetnames) > 1
    assert json.loads((site / "data/hanbin-data.json").read_text(encoding="utf-8"))["figures"]


def test_readmes_have_a_picture_of_the_front_page(lang: str) -> None:
    """Of a page with charts and links: what says that there is no page has no colour."""
    with Image.open(ROOT / f"docs/site.{lang}.png") as picture:
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert any(blue - red > 60 for _, (red, _, blue) in colours)


def test_without_a_browser_stored_pictures_stand_in_and_that_is_said(
    build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hanbin_data.slides.browser.candidates", list)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / f"{NOTEBOOK}.ipynb", tmp_path / "notebooks")
    build.files(tmp_path, tmp_path / "charts")
    made = {path.suffix for path in (tmp_path / "charts").iterdir()}
    assert made == {".pptx", ".png", ".xlsx", ".csv"}
    assert "browser" in capsys.readouterr().err


# In the browser


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_fits_a_phone_and_axe_finds_nothing(
    lang: str, name: str, page: Page, address: str, axe: Any
) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    came: list[Any] = []
    page.on("response", lambda one: came.append(one))
    page.goto(f"{address}/{lang}/{name}.html", wait_until="networkidle")
    if name == "index":
        assert sum(len(one.body()) for one in came) < 1_500_000, "before scrolling"
    for _ in range(12):
        page.mouse.wheel(0, 1500)
    page.wait_for_load_state("networkidle")
    if name == NOTEBOOK:
        page.wait_for_selector(".live .main-svg")
    assert [*said, *(one.url for one in came if one.status >= 400)] == []
    local = (f"{address}/", "data:", "blob:")
    assert [url for url in page.asked if not url.startswith(local)] == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == [], scheme
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_keyboard_alone_reaches_every_download(lang: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/index.html")
    wanted = page.evaluate("[...document.querySelectorAll('a[download]')].map(a => a.href)")
    page.evaluate("addEventListener('focusin', e => (window.reached ??= []).push(e.target.href))")
    for _ in range(len(wanted) * 2 + 60):
        page.keyboard.press("Tab")
    assert len(wanted) == 1 + 5 * len(drawn(lang))
    assert {*wanted} - {*page.evaluate("window.reached")} == set()


def test_a_download_comes_with_its_name(page: Page, address: str) -> None:
    page.goto(f"{address}/en/index.html")
    page.locator("ul.downloads a").first.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{next(iter(drawn('en')))}.pptx"


def test_gallery_shows_every_chart_and_filters_them(lang: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/index.html")
    cards = page.locator("ul.cards > li")
    assert cards.locator("h3").all_text_contents() == [*drawn(lang).values()]
    page.locator("select[name=theme]").select_option("talent")
    page.locator("select[name=unit]").select_option("person")
    shown = cards.locator("visible=true").count()
    assert 0 < shown < len(drawn(lang))
    assert str(shown) in page.locator("form.filter output").inner_text()
    page.locator("ul.cards a:visible").first.click()
    assert page.locator(f"id={page.url.partition('#')[2]}").is_visible()


def test_charts_are_pictures_until_seen_then_live(lang: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/{NOTEBOOK}.html", wait_until="networkidle")
    figures, asked = page.locator("figure.chart"), page.asked
    assert not any("plotly" in url for url in asked)
    assert figures.last.locator("img").get_attribute("alt")
    figures.first.scroll_into_view_if_needed()
    figures.first.locator(".live .main-svg").first.wait_for()
    assert [url for url in asked if "plotly" in url] == [f"{address}/plotly.min.js"]
    assert figures.last.locator(".live").count() == 0
    figures.first.locator("summary").click()
    assert figures.first.locator("tbody tr").count() > 1
    page.emulate_media(media="print")
    assert figures.first.locator("img").is_visible()


def test_without_scripts_pictures_and_downloads_stay(chromium: Browser, address: str) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{address}/zh/{NOTEBOOK}.html")
    assert page.locator("figure.chart img").first.is_visible()
    page.goto(f"{address}/zh/index.html")
    assert page.locator("ul.cards > li:visible").count() == len(drawn("zh"))
    assert not page.locator("form.filter").is_visible()
    page.close()


def test_the_language_switch_keeps_the_place(page: Page, address: str) -> None:
    page.goto(f"{address}/en/{NOTEBOOK}.html")
    place = page.locator("#chart-secretary_pay")
    place.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    link = page.locator("a.language:visible").bounding_box()
    assert link is not None
    page.mouse.click(link["x"] + link["width"] / 2, link["y"] + link["height"] / 2)
    page.wait_for_url(f"**/zh/{NOTEBOOK}.html#place-*")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.wait_for_timeout(300)
    assert 0 <= place.evaluate("one => one.getBoundingClientRect().top") < 400


@pytest.mark.parametrize(
    ("lang", "query"), [("en", "subsidy"), ("zh", "示范村"), ("zh", "村")], indirect=["lang"]
)
def test_search_finds_words(lang: str, query: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/search.html?q={query}")
    page.locator(f'#search-results li a[href*="{NOTEBOOK}"]').first.wait_for()
    page.goto(f"{address}/{lang}/search.html?q=示丁村")
    page.wait_for_load_state("networkidle")
    assert page.locator("#search-results li").count() == 0


@pytest.mark.parametrize(("locale", "shown"), [("zh-CN", "zh"), ("de-DE", "en")])
def test_the_front_door_leads_to_the_readers_language(
    locale: str, shown: str, chromium: Browser, address: str
) -> None:
    page = chromium.new_page(locale=locale)
    page.goto(f"{address}/")
    page.wait_for_url(f"{address}/{shown}/index.html")
    page.close()
