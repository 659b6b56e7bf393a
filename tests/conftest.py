"""What the tests share: what may be missing on a machine, and the one line that says so."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
"""Those of both editions; the Chinese ones lie in the folder ``zh``."""


def make(*arguments: str, **env: str) -> dict[str, Any]:
    """How a process carries out ``make``, with nothing set up on its machine but ``env``.

    This may run under make itself, which insulates it: that does not count here.
    """
    if shutil.which("make") is None:
        missing("apt-get install make", "make")
    set_up = ("PYTHON", "IPYTHON", "JUPYTER", "PLOTLY", "PIP_", "MAKE", "MFLAGS")
    set_up += ("XDG_", "DISPLAY", "WAYLAND_", "BROWSER")
    outer = {key: value for key, value in os.environ.items() if not key.startswith(set_up)}
    # The environment under test is the one that runs this, not one that make builds anew.
    own = (f"BIN={BIN}", "--assume-old=.venv/ready", "--no-print-directory")
    return {"args": ["make", *own, *arguments], "cwd": ROOT, "env": outer | env}


@cache
def stored(path: Path) -> Any:
    """A notebook as it is stored, read once for all tests of a process."""
    from hanbin_data.slides.notebooks import read

    return read(path)


def texts(output: Any) -> list[str]:
    """What an output shows as text: what is printed, in the cells of a table, in a chart."""
    data = output.get("data", {})
    if chart := data.get("application/vnd.plotly.v1+json"):
        parts = json.dumps([chart["data"], {**chart["layout"], "template": 0}], ensure_ascii=False)
        return re.findall(r'"((?:\\.|[^"])*)"', parts)
    html = re.sub(r"(?s)<style.*?</style>|<[^>]*>", "\n", data.get("text/html", ""))
    return [output.get("text", ""), *(html or data.get("text/plain", "")).splitlines()]


# Where make finds this environment; the whole path may hold what a shell reads otherwise.
BIN = os.path.relpath(Path(sys.executable).parent, ROOT)

PYTHONUTF8 = "0" if str(ROOT).isascii() else "1"
"""What makes Python's texts ASCII or GBK; then it could not enter a folder of a Chinese name."""

STRICT = os.environ.get("HANBIN_STRICT") == "1"
"""Nothing may be missing: what would be skipped fails."""


def missing(reason: str, what: str) -> NoReturn:
    """Skip a test for want of something, say ``"a browser"``; the reason says what to install."""
    pytest.skip(f"{what} is missing: {reason}")


def edition(path: Path) -> str:
    """How tests name a notebook: ``03-talent``, ``zh/03-talent``."""
    return path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()


@pytest.fixture(autouse=True)
def english() -> None:
    """Each test begins in English, whatever language another one left behind."""
    from hanbin_data.words import use

    use("en")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"HANBIN_STRICT: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each thing that is missing, with the number of tests."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, tests in reasons.most_common():
        terminalreporter.write_line(
            f"{tests} test{'s' * (tests > 1)} skipped, {reason}", yellow=True
        )


@pytest.fixture(scope="session")
def report_path() -> Path:
    """The article, of which the project holds no copy."""
    path = Path(os.environ.get("HANBIN_REPORT") or ROOT.parent / "shared/source/report.txt")
    if not path.is_file():
        missing("set HANBIN_REPORT to the path of a copy", "the article")
    return path


@pytest.fixture(scope="session")
def report(report_path: Path) -> str:
    return report_path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium that can show Chinese."""
    from hanbin_data.slides.browser import candidates

    path = next(iter(candidates()), None)
    if path is None:
        missing("apt-get install chromium fonts-noto-cjk", "a browser")
    fonts = shutil.which("fc-list")
    if fonts and not subprocess.run([fonts, ":lang=zh"], capture_output=True).stdout:
        missing("apt-get install fonts-noto-cjk", "a Chinese font")
    return path


@pytest.fixture(scope="session")
def devtools(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of that Chromium, started once for all who look at pages."""
    told = tmp_path_factory.mktemp("profile") / "DevToolsActivePort"
    flags = (
        "--headless --remote-debugging-port=0 --hide-scrollbars --force-color-profile=srgb "
        "--font-render-hinting=none --disable-gpu --enable-unsafe-swiftshader --disable-quic "
        "--no-first-run --disable-background-networking" + " --no-sandbox" * (os.getuid() == 0)
    )
    command = [chromium_path, *flags.split(), f"--user-data-dir={told.parent}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while not (told.is_file() and told.read_text().count("\n")):
            assert process.poll() is None, "the browser ended at once"
            time.sleep(0.05)
        yield "ws://127.0.0.1:{}{}".format(*told.read_text().split())
        process.terminate()


@pytest.fixture(scope="module")
def chromium(devtools: str) -> Iterator[Any]:
    """That browser as Playwright drives it, which a process can do but once at a time."""
    from playwright.sync_api import TimeoutError as Late
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        connect = playwright.chromium.connect_over_cdp
        try:
            browser = connect(devtools, timeout=10_000)
        except Late:  # a browser that has just started may miss who calls first
            browser = connect(devtools)
        yield browser


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """What axe-core finds in a page, or its parts by selector, leaving others and rules out."""
    from axe_playwright_python.sync_playwright import Axe

    def run(page: Any, include: str = "html", exclude: str = "none", *rules: str) -> list[str]:
        off = {"rules": {rule: {"enabled": False} for rule in rules}}
        found = Axe().run(page, {"include": [include], "exclude": [exclude]}, off).response
        return [f"{v['id']}: {n['html'][:200]}" for v in found["violations"] for n in v["nodes"]]

    return run


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed, made from the sdist that lies beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "uv", "build", "--quiet", "--offline", "--no-build-isolation"]
    build += ["--python", sys.executable, "--out-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))
