"""What the tests of the slides share: one browser, or none."""

from collections.abc import Iterator

import pytest

from conftest import missing
from hanbin_data.slides import browser as browsers


@pytest.fixture(scope="session")
def browser() -> Iterator[browsers.Browser]:
    """A browser for all tests; without one they are skipped, or fail where nothing may be."""
    if not browsers.candidates():
        missing("apt-get install chromium fonts-noto-cjk", "a browser")
    with browsers.Browser() as started:
        yield started


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "candidates", list)
