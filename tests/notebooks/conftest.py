"""What the tests of notebooks share: a browser, and what axe finds in a part of a page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium(browser: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """What axe-core finds in parts of a page, by selector, leaving others and rules out."""
    library = pytest.importorskip("axe_playwright_python.sync_playwright")

    def run(page: Page, include: str, exclude: str, *rules: str) -> list[str]:
        found = library.Axe().run(page, {"include": [include], "exclude": [exclude]}).response
        return [
            f"{one['id']}: {node['html'][:100]}"
            for one in found["violations"]
            if one["id"] not in rules
            for node in one["nodes"]
        ]

    return run
