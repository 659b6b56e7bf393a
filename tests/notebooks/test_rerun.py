"""The notebooks of both editions are safe to rerun, in any order, anywhere."""

import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from conftest import NOTEBOOKS, PYTHONUTF8, edition, stored

# What a new kernel lacks: names, and the package with whatever it remembers.
FORGET_NAMES = """
for name in set(get_ipython().user_ns) - set(get_ipython().user_ns_hidden):
    del get_ipython().user_ns[name]
"""
FORGET_ALL = f"""{FORGET_NAMES}
import sys
for name in [name for name in sys.modules if name.split(".")[0] == "hanbin_data"]:
    del sys.modules[name]
"""

# Time that the kernel has worked: waiting for a busy machine does not count.
CLOCK = "__import__('time').process_time()"


def shown(cell: Any) -> list[Any]:
    """A cell's outputs without what differs between two runs that show the same."""
    outputs = deepcopy(cell.outputs)
    for output in outputs:
        output.pop("execution_count", None)
        output.pop("metadata", None)
        output.get("data", {}).pop("image/png", None)
    return outputs


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookClient]:
    """A kernel under the worst conditions: a far folder, ASCII, warnings as errors."""
    folder = tmp_path_factory.mktemp("far") / "汉滨 district's 数据"
    folder.mkdir()
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": PYTHONUTF8}
    environment |= {"PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    # An error is an output that differs, so that every cell gets its turn.
    client = NotebookClient(
        new_notebook(),
        kernel_name="python3",
        timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(env=environment):
        yield client


def thorough(path: Path) -> bool:
    """The Chinese edition has the same code, JupyterLab runs 00, and 07 draws slides each time."""
    return edition(path).startswith("zh/") or path.stem in ("00-overview", "07-slides")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=edition(path), marks=[pytest.mark.thorough] * thorough(path))
        for path in NOTEBOOKS
    ],
)
def test_every_cell_shows_what_is_stored_alone_and_again_within_a_second(
    path: Path, kernel: NotebookClient
) -> None:
    """Alone is after the set-up, the last cell first, so that none finds what an earlier one left.

    From the top, in another kernel, is nbval's to tell.
    """
    kernel.nb = notebook = deepcopy(stored(path))
    code = [n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]

    def run(source: str) -> Any:
        return kernel.execute_cell(new_code_cell(source), 0)

    def clock() -> float:
        return float(run(CLOCK).outputs[0].data["text/plain"])

    wrong = {}
    run(FORGET_ALL)
    for n in reversed(code):
        cell = notebook.cells[n]
        expected = shown(cell)
        run(FORGET_NAMES)
        for first in code[:2]:
            kernel.execute_cell(notebook.cells[first], first)
        alone = shown(kernel.execute_cell(cell, n))
        begin = clock()
        again = shown(kernel.execute_cell(cell, n))
        seconds = clock() - begin
        if not (alone == expected == again and seconds <= 1):
            wrong[cell.source] = {"alone": alone, "again": again, "seconds": seconds}
    assert wrong == {}
