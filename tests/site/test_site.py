"""The site as `make site` builds it, in a real browser."""

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, Page, Response, sync_playwright
from pptx import Presentation

from conftest import NOTEBOOKS, ROOT
from hanbin_data import slides

sys.path.append(str(ROOT / "docs"))
pytest.importorskip("myst_nb", reason="pip install 'hanbin-data[docs]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
build = pytest.importorskip("build")

pytestmark = pytest.mark.thorough

ADDRESS = "https://data.example/hanbin"
LANGS = ("en", "zh")
PAGES = (
    "index",
    "notebooks/02-grassroots",
    "codebook",
    "explained",
    "functions",
    "dataset",
    "search",
)
CHARTS = {
    lang: [chart for path in NOTEBOOKS if (path.parent.name == "zh") == (lang == "zh")
           for chart in slides.charts(path)]
    for lang in LANGS
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", ADDRESS)
        folder: Path = tmp_path_factory.mktemp("site") / "site"
        build.build(folder)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with build.served(site) as found:
        yield found


@pytest.fixture(scope="module")
def chromium(browser: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield started
        started.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


def meta(chart: slides.charts) -> dict:  # type: ignore[valid-type]
    return chart["layout"]["meta"]


# What is built


def test_every_link_leads_somewhere(site: Path) -> None:
    ids, links = {}, []
    for file in (file for file in site.rglob("*.html") if "_static" not in file.parts):
        text, name = file.read_text(encoding="utf-8"), file.relative_to(site).as_posix()
        text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        ids[name] = {*re.findall(r'\bid="([^"]+)"', text)}
        links += [(name, link) for link in re.findall(r'\b(?:href|src)="([^"]+)"', text)]
    ids["index.html"].add("")
    lost = []
    for name, link in links:
        target, place = urldefrag(urljoin(f"file:///{name}", link.split("?")[0]))
        if target.startswith("file:///"):
            target = unquote(target.removeprefix("file:///"))
            found = (site / target).is_file() and (not place or place in ids.get(target, ()))
            lost += [] if found else [(name, link)]
    assert lost == []


@pytest.mark.parametrize("lang", LANGS)
def test_both_languages_have_the_same_pages(lang: str, site: Path) -> None:
    pages = {name: {p.relative_to(site / name) for p in (site / name).rglob("*.html")}
             for name in LANGS}  # fmt: skip
    assert pages["en"] == pages["zh"]
    assert len([*(site / lang / "notebooks").iterdir()]) == len(NOTEBOOKS) // 2


@pytest.mark.parametrize("lang", LANGS)
def test_each_download_opens_and_holds_its_chart(lang: str, site: Path) -> None:
    for chart in CHARTS[lang]:
        file = partial((site / lang / "charts").joinpath)
        name, title = meta(chart)["name"], meta(chart)["title"]
        (slide,) = Presentation(str(file(f"{name}.pptx"))).slides
        texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert "".join(title.split()) in "".join(texts.split()), name
        with Image.open(file(f"{name}.png")) as picture:
            assert picture.size == (1920, 1080)
        drawn = "".join(ElementTree.parse(file(f"{name}.svg")).getroot().itertext())
        assert "".join(title.split())[:12] in "".join(drawn.split()), name
        rows = [*csv.reader(io.StringIO(file(f"{name}.csv").read_text(encoding="utf-8-sig")))]
        sheet = load_workbook(file(f"{name}.xlsx")).worksheets[0]
        assert len(rows) > 1
        assert sheet.max_row == len(rows), name


@pytest.mark.parametrize("lang", LANGS)
def test_the_deck_holds_every_chart(lang: str, site: Path) -> None:
    deck = Presentation(str(site / lang / "charts/hanbin-data.pptx"))
    texts = "".join("".join(shape.text_frame.text.split()) for slide in deck.slides
                    for shape in slide.shapes if shape.has_text_frame)  # fmt: skip
    titles = ["".join(meta(chart)["title"].split()) for chart in CHARTS[lang]]
    assert [title for title in titles if title not in texts] == []


def test_data_package_is_valid_where_it_is_served(site: Path) -> None:
    from frictionless import validate

    report = validate(str(site / "data/datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "note"])
    assert len(load_workbook(site / "data/hanbin-data.xlsx").sheetnames) > 1
    assert json.loads((site / "data/hanbin-data.json").read_text(encoding="utf-8"))["figures"]


@pytest.mark.parametrize("lang", LANGS)
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


def test_catalogues_have_chinese_for_every_message() -> None:
    for name, found in build.messages().items():
        stored = build.catalogue(name)
        known = {one.id for one in stored if one.string and not one.fuzzy}
        assert {one.id for one in found if one.id} == known - {""}, (
            f"python docs/build.py words, {name}.po"
        )


@pytest.mark.parametrize("lang", LANGS)
def test_readmes_have_a_picture_of_the_front_page(lang: str) -> None:
    with Image.open(ROOT / f"docs/site.{lang}.png") as picture:
        assert picture.width == 1280


def test_without_a_browser_stored_pictures_stand_in_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hanbin_data.slides.browser.candidates", list)
    (tmp_path / "notebooks").mkdir()
    notebook = ROOT / "notebooks/02-grassroots.ipynb"
    shutil.copy(notebook, tmp_path / "notebooks")
    build.files(tmp_path, tmp_path / "charts")
    made = {path.suffix for path in (tmp_path / "charts").iterdir()}
    assert made == {".pptx", ".png", ".xlsx", ".csv"}
    assert "browser" in capsys.readouterr().err
    rows = json.loads((tmp_path / "made.json").read_text(encoding="utf-8"))
    assert {row["form"] for row in rows} == {"native"}


# In the browser


def visited(page: Page, url: str) -> list[Response]:
    """Open a page and wait until nothing more comes."""
    came: list[Response] = []
    page.on("response", lambda one: came.append(one))
    page.goto(url, wait_until="networkidle")
    return came


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_no_request_leaves_the_site_and_none_fails(
    lang: str, name: str, page: Page, address: str
) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    came = visited(page, f"{address}/{lang}/{name}.html")
    for _ in range(12):
        page.mouse.wheel(0, 1500)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((f"{address}/", "data:", "blob:"))] == []
    assert [one.url for one in came if one.status >= 400] == []
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_axe_finds_nothing(
    lang: str, name: str, scheme: str, chromium: Browser, address: str
) -> None:
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/{lang}/{name}.html", wait_until="networkidle")
    if name.startswith("notebooks"):
        page.locator("figure.chart").first.scroll_into_view_if_needed()
        page.wait_for_selector(".live .main-svg")
    found = axe.Axe().run(page).response["violations"]
    page.close()
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize("lang", LANGS)
def test_front_page_is_light_before_scrolling(lang: str, page: Page, address: str) -> None:
    came = visited(page, f"{address}/{lang}/index.html")
    assert sum(len(one.body()) for one in came) < 1_500_000


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_phone_scrolls_one_way(lang: str, name: str, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{lang}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("lang", LANGS)
def test_keyboard_alone_reaches_every_download(lang: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/index.html")
    wanted = page.evaluate("[...document.querySelectorAll('a[download]')].map(a => a.href)")
    page.evaluate("addEventListener('focusin', e => (window.reached ??= []).push(e.target.href))")
    for _ in range(len(wanted) * 2 + 60):
        page.keyboard.press("Tab")
    assert len(wanted) == 1 + 5 * len(CHARTS[lang])
    assert {*wanted} - {*page.evaluate("window.reached")} == set()


def test_a_download_comes_with_its_name(page: Page, address: str) -> None:
    page.goto(f"{address}/en/index.html")
    link = page.locator("ul.downloads a").first
    link.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{meta(CHARTS['en'][0])['name']}.pptx"


@pytest.mark.parametrize("lang", LANGS)
def test_gallery_shows_every_chart_and_filters_them(lang: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{lang}/index.html")
    cards = page.locator("ul.cards > li")
    assert cards.locator("h3").all_text_contents() == [meta(one)["title"] for one in CHARTS[lang]]
    page.locator("select[name=theme]").select_option("talent")
    page.locator("select[name=unit]").select_option("person")
    shown = cards.locator("visible=true").count()
    assert 0 < shown < len(CHARTS[lang])
    assert str(shown) in page.locator("form.filter output").inner_text()
    page.locator("ul.cards a:visible").first.click()
    place = page.locator(f"id={page.url.partition('#')[2]}")
    assert place.is_visible()


@pytest.mark.parametrize("lang", LANGS)
def test_charts_are_pictures_until_seen_then_live(lang: str, page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{lang}/notebooks/02-grassroots.html", wait_until="networkidle")
    figures = page.locator("figure.chart")
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
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/zh/notebooks/02-grassroots.html")
    assert page.locator("figure.chart img").first.is_visible()
    page.goto(f"{address}/zh/index.html")
    assert page.locator("ul.cards > li:visible").count() == len(CHARTS["zh"])
    assert not page.locator("form.filter").is_visible()
    page.context.close()


def test_the_language_switch_keeps_the_place(page: Page, address: str) -> None:
    page.goto(f"{address}/en/notebooks/02-grassroots.html")
    place = page.locator("#chart-secretary_pay")
    place.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    link = page.locator("a.language:visible").bounding_box()
    assert link is not None
    page.mouse.click(link["x"] + link["width"] / 2, link["y"] + link["height"] / 2)
    page.wait_for_url("**/zh/notebooks/02-grassroots.html#place-*")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.wait_for_timeout(300)
    assert 0 <= place.evaluate("one => one.getBoundingClientRect().top") < 400


@pytest.mark.parametrize(
    ("lang", "query", "page_found"),
    [("en", "subsidy", "02-grassroots"), ("zh", "示范村", "02-grassroots"), ("zh", "村", "02-")],
)
def test_search_finds_words(
    lang: str, query: str, page_found: str, page: Page, address: str
) -> None:
    page.goto(f"{address}/{lang}/search.html?q={query}")
    page.locator(f'#search-results li a[href*="{page_found}"]').first.wait_for()
    page.goto(f"{address}/{lang}/search.html?q=示丁村")
    page.wait_for_load_state("networkidle")
    assert page.locator("#search-results li").count() == 0


def test_the_front_door_leads_to_the_readers_language(chromium: Browser, address: str) -> None:
    for locale, lang in (("zh-CN", "zh"), ("de-DE", "en")):
        page = chromium.new_context(locale=locale).new_page()
        page.goto(f"{address}/")
        page.wait_for_url(f"{address}/{lang}/index.html")
        page.context.close()
