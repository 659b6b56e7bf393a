"""What the tests of the slides share: one browser."""

import os
from collections.abc import Iterator

import pytest

from hanbin_data.slides.browser import Browser, candidates


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for all tests; without one they are skipped, or fail where nothing may be."""
    if not candidates():
        reason = "no Chromium found: apt-get install chromium fonts-noto-cjk"
        pytest.fail(reason) if os.environ.get("HANBIN_STRICT") == "1" else pytest.skip(reason)
    with Browser() as started:
        yield started
