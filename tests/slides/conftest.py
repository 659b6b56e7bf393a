"""What the tests of the slides share: one browser."""

from collections.abc import Iterator

import pytest

from conftest import missing
from hanbin_data.slides.browser import Browser, candidates


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for all tests; without one they are skipped, or fail where nothing may be."""
    if not candidates():
        missing("apt-get install chromium fonts-noto-cjk", "a browser")
    with Browser() as started:
        yield started
