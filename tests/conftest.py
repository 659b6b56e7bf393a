"""What the tests share: the article, the browser, the notebooks."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STRICT = os.environ.get("HANBIN_STRICT") == "1"


def missing(reason: str) -> None:
    """Skip visibly, or fail where nothing may be skipped."""
    if STRICT:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def report_path() -> Path:
    path = Path(os.environ.get("HANBIN_REPORT") or ROOT.parent / "shared/source/report.txt")
    if not path.is_file():
        missing(f"no copy of the article at {path}; set HANBIN_REPORT to one")
    return path


@pytest.fixture(scope="session")
def report(report_path: Path) -> str:
    return report_path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> str:
    from hanbin_data.pictures import browser_path

    path = browser_path()
    if path is None:
        missing("no Chromium found: apt-get install chromium fonts-noto-cjk")
    return path


@pytest.fixture(scope="session")
def chinese() -> dict[str, object]:
    """Every notebook run anew in Chinese, by name."""
    from hanbin_data.notebooks import execute

    return {path.stem: execute(path, LANG="zh") for path in NOTEBOOKS}
