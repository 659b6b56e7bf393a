"""Pictures: one browser a call, the right size and form, no empty boxes, an end in time."""

import asyncio
import base64
import io
import os
import re
import shutil
import signal
import struct
import subprocess
import threading
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import plotly.graph_objects as go
import pytest
from PIL import Image

from hanbin_data.slides import browser as browsers
from hanbin_data.slides import harmless, save
from hanbin_data.slides.browser import Browser, NoBrowserError
from hanbin_data.slides.pictures import draw
from hanbin_data.slides.reading import HEIGHT, WIDTH

META = {"title": "Titel & <b>", "alt": "Säulen: 汉 1\x00, 滨 2"}
CHART = go.Figure(go.Bar(x=["汉", "滨"], y=[1, 2]), {"title": "汉滨区 <b>x</b>", "meta": META})
SMALL = go.Figure(go.Bar(y=[1]))


def size(png: bytes | str) -> tuple[int, int]:
    assert isinstance(png, bytes), png
    return Image.open(io.BytesIO(png)).size


def svg(browser: Browser, chart: go.Figure) -> bytes:
    (drawn,) = draw([(chart, "svg")], browser=browser)
    assert isinstance(drawn, bytes), drawn
    return drawn


def test_each_form_is_what_it_says_and_the_same_each_time(browser: Browser) -> None:
    """Two SVGs on a page must not share names."""
    jobs = [(CHART, "png"), (CHART, "svg"), (CHART, "pdf"), (SMALL, "svg")]
    first, again = (draw(jobs, browser=browser) for _ in range(2))
    assert first == again
    png, large, pdf, small = (picture for picture in first if isinstance(picture, bytes))
    assert size(png) == (2 * WIDTH, 2 * HEIGHT)
    assert f'width="{WIDTH}" height="{HEIGHT}"'.encode() in large
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1
    ids, others = (set(re.findall(rb'id="([^"]+)"', svg)) for svg in (large, small))
    assert not ids & others
    root = ET.fromstring(large)
    assert root.get("role") == "img"
    assert [root[0].text, root[1].text] == ["Titel & ", "Säulen: 汉 1, 滨 2"]


def test_a_text_that_looks_like_a_random_name_stays(browser: Browser) -> None:
    name = re.search(rb'id="defs-([0-9a-f]{6})"', svg(browser, SMALL))
    assert name
    chart = go.Figure(SMALL).update_layout(title=f"part {name[1].decode()}")
    assert b"part " + name[1] in svg(browser, chart)


@pytest.mark.parametrize(
    "chart",
    [
        go.Figure(SMALL).add_layout_image(source="https://example.com/a.png", x=0, y=1),
        go.Figure(SMALL).update_layout(font_family="x; background: url(https://example.com/b)"),
        go.Figure(SMALL).add_annotation(text='<span style="fill: url(https://example.com/c)">x'),
        go.Figure(SMALL).add_annotation(text='<a href="javascript:alert(1)">x</a>'),
    ],
)
def test_an_svg_asks_nobody_for_anything(browser: Browser, chart: go.Figure) -> None:
    assert not re.search(rb"url\([^#)]*example|href=.[^>]*example|javascript", svg(browser, chart))


SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"tEXt", b"a\0http://evil"),
            (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    ) + b"<script>evil</script>"
).decode()  # fmt: skip
BOMB = base64.b64encode(
    base64.b64decode(PNG)[:16] + struct.pack(">II", 60_000, 60_000) + base64.b64decode(PNG)[24:]
).decode()


@pytest.mark.parametrize("inside", [
    "<script>evil()</script>", "<style>@import 'http://evil'</style>", "<style>*{evil:b}</style>",
    '<rect onload="evil()"/>', '<g xmlns:e="http://evil" e:href="b"/>', "<!-- evil -->",
    '<rect xml:base="http://evil"/>', '<?xml-stylesheet href="http://evil"?>',
    '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil"/></foreignObject>',
    '<a href="http://evil"><path/></a>', '<a xlink:href="javascript:evil()"><path/></a>',
    '<use href="http://evil#a"/>', '<use href="#evil"/>',
    '<animate attributeName="href" to="evil"/>',
    '<set attributeName="href" to="javascript:evil()"/>', '<feImage href="http://evil"/>',
    '<image href="http://evil"/>', '<image xlink:href="//evil/share"/>', '<image href="file:///evil"/>',
    '<image href="data:image/svg+xml;base64,ZXZpbA=="/>', '<image href="data:text/html,evil"/>',
    '<image href="data:image/svg+xml,%3Csvg/%3E" xlink:href="http://evil"/>',
    f'<image href="data:image/png;base64,{BOMB}" class="evil"/>',
    '<rect style="fill: url(http://evil)"/>', '<rect fill="url( \'http://evil#a\' )"/>',
    r'<rect style="fill: u\72l(http://evil)"/>', '<rect style="fill: URL(//evil)"/>',
    '<rect style="fill: image-set(\'http://evil\' 1x)"/>', '<rect filter="url(http://evil)"/>',
    '<rect style="font-family: &quot;;fill: url(http://evil);&quot;"/>',
    '<rect style="fill: src(&quot;http://evil&quot;)"/>', '<rect mask="url(&#104;ttp://evil)"/>',
    '<rect style="fill: ur/**/l(http://evil)"/>', '<rect cursor="url(http://evil)"/>',
])  # fmt: skip
def test_a_forged_svg_keeps_what_shows_alone(inside: str) -> None:
    """What opens the deck would ask the network, or run it."""
    clean = harmless.svg(f'<svg {SPACES}><path d="M0,0L1,1" fill="url(#a)"/>{inside}</svg>')
    assert (
        "evil" not in clean.replace('class="evil"', "") if BOMB not in inside else BOMB not in clean
    )
    assert ET.fromstring(clean)[0].attrib == {"d": "M0,0L1,1", "fill": "url(#a)"}


@pytest.mark.parametrize("head", ["data:image/svg+xml;utf8,", "data:image/svg+xml;base64,"])
def test_a_picture_within_an_svg_is_cleaned_like_it(head: str) -> None:
    inner = f'<svg {SPACES}><path d="M0,0"/><image href="http://evil"/></svg>'
    data = base64.b64encode(inner.encode()).decode() if "64" in head else quote(inner)
    whole = harmless.svg(f'<svg {SPACES}><image href="{head}{data}"/></svg>')
    found = base64.b64decode(ET.fromstring(whole)[0].get("href", "").partition(",")[2])
    assert b"M0,0" in found
    assert b"evil" not in found


@pytest.mark.parametrize("whole", [
    "", "text", "<svg/>", f"<svg {SPACES}>\ud800</svg>", f"<svg {SPACES}>\x00</svg>",
    f"<svg {SPACES}>{'<g>' * 5000}{'</g>' * 5000}</svg>", f"<svg {SPACES}>&evil;</svg>",
    f'<!DOCTYPE svg SYSTEM "http://evil"><svg {SPACES}/>',
    f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg {SPACES}>&a;</svg>',
    f'<!DOCTYPE svg [<!ENTITY a "{"b" * 9999}">]><svg {SPACES}>{"&a;" * 9999}</svg>',
    f'<?xml version="1.0" encoding="utf-7"?><svg {SPACES}/>', "<html><body/></html>",
])  # fmt: skip
def test_what_is_no_plain_svg_is_left_out(whole: str) -> None:
    assert harmless.svg(whole) == ""


def test_a_stored_png_keeps_its_pixels_alone() -> None:
    plain = harmless.png(PNG)
    assert size(plain) == (1, 1)
    assert b"evil" not in plain
    out = io.BytesIO()
    Image.new("1", (5000, 5000)).save(out, "PNG")
    large = base64.b64encode(out.getvalue()).decode()
    broken = (BOMB, large, PNG[:60], "iVBORw0KGgo=", "PHN2Zy8+", "\ud800", "!", "", None, 5, [PNG])
    assert [harmless.png(forged) for forged in broken] == [b""] * len(broken)


@pytest.mark.usefixtures("browser")
def test_pictures_are_drawn_where_an_event_loop_runs() -> None:
    async def notebook() -> list[bytes | str]:
        return draw([(SMALL, "png")], 480, 270)

    assert size(asyncio.run(notebook())[0]) == (960, 540)


def test_chinese_text_is_not_drawn_as_boxes(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = ["fc-match", "-f", "%{file}", "DejaVu Sans"]
    latin = subprocess.run(match, capture_output=True, text=True, check=True).stdout
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{Path(latin).parent}</dir><cachedir>{tmp_path}/cache</cachedir>"
        "<selectfont><rejectfont><glob>*CJK*</glob></rejectfont></selectfont></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    drawn, said = draw([(SMALL, "png"), (CHART, "png")])
    assert size(drawn)
    assert said == "no font with Chinese characters is installed"


@pytest.mark.parametrize(
    ("form", "sides", "error", "message"),
    [
        ("svg", (0, 540), ValueError, "width must be from 1 to 1,000,000, not 0"),
        ("svg", (960, 5.5), TypeError, "height must be a whole number, not float"),
        ("svg", (True, 540), TypeError, "width must be a whole number, not bool"),
        ("png", (960, 9000), ValueError, "height must be from 1 to 8,192, not 9000"),
    ],
)
def test_what_is_no_picture_is_refused(
    form: str, sides: tuple[Any, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        draw([(SMALL, form)], *sides)


def test_only_pixels_are_limited(browser: Browser, tmp_path: Path) -> None:
    (drawn,) = draw([(SMALL, "svg")], 960, 9000, browser=browser)
    assert b'height="9000"' in drawn
    save(SMALL, tmp_path / "a.csv", width=9000)
    assert (tmp_path / "a.csv").exists()


@pytest.mark.usefixtures("no_browser")
def test_no_chart_needs_no_browser() -> None:
    assert draw([]) == []
    with pytest.raises(NoBrowserError, match="no browser to draw with: none is installed"):
        draw([(SMALL, "png")])


# Browsers that are broken, hang, or crash


def test_the_next_browser_is_tried(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in {"chromium": "exit 1", "google-chrome": "echo not a browser"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    good = browsers.candidates()[0]
    (tmp_path / "msedge").symlink_to(good)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert len(draw([(SMALL, "png")])) == 1


DOWNLOADED = "choreographer/deps/a"
PLACES = {
    "linux": {
        "HOME": [f".local/share/{DOWNLOADED}/chrome", ".cache/ms-playwright/chromium-9/a/chrome"],
        "XDG_DATA_HOME": [f"{DOWNLOADED}/chrome"],
    },
    "darwin": {
        "HOME": [
            *(f"Applications/{name}.app/Contents/MacOS/{name}"
              for name in ("Google Chrome", "Chromium", "Microsoft Edge")),
            f"Library/Application Support/{DOWNLOADED}/A.app/Contents/MacOS/A",
            "Library/Caches/ms-playwright/chromium-9/a/B.app/Contents/MacOS/B",
        ]
    },
    "win32": {
        "LOCALAPPDATA": ["Google/Chrome/Application/chrome.exe",
                         f"plotly/{DOWNLOADED}/chrome.exe",
                         "ms-playwright/chromium-9/a/chrome.exe"],
        "PROGRAMFILES": ["Google/Chrome/Application/chrome.exe"],
        "PROGRAMFILES(X86)": ["Microsoft/Edge/Application/msedge.exe"],
    },
}  # fmt: skip


@pytest.mark.parametrize("platform", PLACES)
def test_browsers_are_found_where_they_are_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    placed = [tmp_path / "on the path/msedge"]
    for variable in ("HOME", "XDG_DATA_HOME", *PLACES["win32"]):
        monkeypatch.setenv(variable, str(tmp_path / variable))
        names = PLACES[platform].get(variable, [])
        placed += [tmp_path / variable / name for name in names]
    for file in placed:
        file.parent.mkdir(parents=True)
        file.touch(0o755)
    monkeypatch.setattr(browsers, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setenv("PATH", str(placed[0].parent))
    monkeypatch.setenv("BROWSER_PATH", "/opt/mine")
    found = [path for path in browsers.candidates() if path.startswith((str(tmp_path), "/opt/m"))]
    assert found[:2] == ["/opt/mine", str(placed[0])]
    assert sorted(found[2:]) == sorted(map(str, placed[1:]))


@pytest.mark.parametrize("user", [0, 1000])
def test_the_sandbox_is_on_unless_we_are_root(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(browsers, "candidates", lambda: ["a browser"])
    told: list[str] = []

    def spawned(arguments: list[str], *_: object) -> None:
        told.extend(arguments)
        raise OSError("not here")

    monkeypatch.setattr(browsers, "_spawned", spawned)
    with pytest.raises(NoBrowserError, match="a browser does not start"):
        draw([(SMALL, "png")])
    assert ("--no-sandbox" in told) == (user == 0)


def hang(asked: Browser) -> None:
    asked._run("picture = () => { for (;;) {} }")


def stop(asked: Browser) -> None:
    assert asked._process
    os.killpg(asked._process.pid, signal.SIGSTOP)


@pytest.mark.thorough
@pytest.mark.parametrize("harm", [hang, stop])
def test_a_browser_that_hangs_is_killed_and_its_chart_named(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, harm: Any
) -> None:
    with Browser() as own:
        own.ask("probe")
        harm(own)
        monkeypatch.setattr(browsers, "DEADLINE", 2)
        said = draw([(SMALL, "png")], browser=own)
        monkeypatch.setattr(browsers, "DEADLINE", 60)
        (drawn,) = draw([(SMALL, "png")], browser=own)
    assert said == ["the browser cannot draw it: no answer within 2 seconds"]
    assert size(drawn)


@pytest.mark.thorough
@pytest.mark.parametrize("times", [1, 2])
def test_a_chart_that_crashes_the_page_costs_no_other_its_picture(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """A crash may come of the charts before; so a chart is named after its second one."""
    drawn, left = Browser._asked, [None] * times

    def asked(own: Browser, function: str, values: Any, text: str) -> Any:
        if "crash" in text and left:
            left.pop()
            drawn(own, "probe", (), "")  # a new browser starts only now
            own._write("Page.crash", own._session)
        return drawn(own, function, values, text)

    monkeypatch.setattr(Browser, "_asked", asked)
    with Browser() as own:
        charts = [SMALL, go.Figure(SMALL).update_layout(title="crash"), SMALL]
        first, crashed, last = draw([(chart, "png") for chart in charts], browser=own)
    assert size(first) == size(last)
    assert isinstance(crashed, str) == (times == 2)
    assert times == 1 or crashed == "the browser cannot draw it: the page crashed"


def test_interrupting_ends_the_browser_at_once(browser: Browser) -> None:
    with Browser() as own:
        own.ask("probe")
        hang(own)
        process, folder = own._process, own._folder.name
        threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            draw([(SMALL, "png")], browser=own)
        assert process
        assert process.returncode is not None
        assert not os.path.exists(folder)


def test_starting_scripts_find_their_tools_on_any_path(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shutil.which("chromium") or browsers.candidates()[0]
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("BROWSER_PATH", path)
    assert len(draw([(SMALL, "png")])) == 1
