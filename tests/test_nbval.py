"""Strict nbval fails when a value changes under a notebook, and only then."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hanbin_data as hd
from conftest import ROOT


def compared(folder: Path) -> subprocess.CompletedProcess[str]:
    """The overview under strict nbval, on the copy of the package in a folder."""
    shutil.copy(ROOT / "notebooks" / "00-overview.ipynb", folder)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "00-overview.ipynb"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("changed", [False, True])
def test_a_changed_value_fails_the_notebook(changed: bool, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "hanbin_data", tmp_path / "hanbin_data")
    typed = tmp_path / "hanbin_data" / "data" / "figures.csv"
    if changed:
        value = str(hd.figures().set_index("id").at["persons_sanctioned", "value"])
        text = typed.read_text(encoding="utf-8")
        assert value in text
        typed.write_text(text.replace(value, str(int(value) + 1)), encoding="utf-8")
    result = compared(tmp_path)
    assert result.returncode == (1 if changed else 0), result.stdout[-2000:]
    assert ("failed" in result.stdout) == changed
