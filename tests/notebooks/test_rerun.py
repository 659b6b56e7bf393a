"""The notebooks of both editions are safe to rerun, in any order, anywhere."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from conftest import NOTEBOOKS, PYTHONUTF8, edition
from hanbin_data.slides.notebooks import read

Outputs = list[dict[str, Any]]

# What a new kernel lacks: names, and the package with whatever it remembers.
FORGET = """
for name in set(get_ipython().user_ns) - set(get_ipython().user_ns_hidden):
    del get_ipython().user_ns[name]
import sys
for name in [name for name in sys.modules if name.split(".")[0] == "hanbin_data"]:
    del sys.modules[name]
"""

# Time that the kernel has worked: waiting for a busy machine does not count.
CLOCK = """
def clock(took, now):
    get_ipython().events.register("pre_run_cell", lambda info: took.append(-now()))
    get_ipython().events.register("post_run_cell", lambda result: took.append(now()))
import time
took = []
clock(took, time.process_time)
get_ipython().user_ns_hidden["took"] = took
"""


class Rerun(NamedTuple):
    """The outputs of a cell as stored, run alone after the set-up, and once more at once."""

    source: str
    stored: Outputs
    alone: Outputs
    again: Outputs
    seconds: float


def comparable(cell: Any) -> Outputs:
    """A cell's outputs without what differs between two runs that show the same."""
    outputs = json.loads(json.dumps(cell.outputs))
    for output in outputs:
        output.pop("execution_count", None)
        output.pop("metadata", None)
        output.get("data", {}).pop("image/png", None)
    return outputs


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookClient]:
    """A kernel under the worst conditions: a far folder, ASCII, warnings as errors.

    Between two cells it forgets all it knows, so that one serves for all notebooks.
    """
    folder = tmp_path_factory.mktemp("far") / "汉滨 district's 数据"
    folder.mkdir()
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": PYTHONUTF8}
    environment |= {"PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    # An error is an output that differs, so that every cell gets its turn.
    client = NotebookClient(
        new_notebook(cells=[new_code_cell(CLOCK)]),
        kernel_name="python3",
        timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(env=environment):
        client.execute_cell(client.nb.cells[0], 0)
        yield client


def thorough(path: Path) -> bool:
    """The Chinese edition has the same code, JupyterLab runs 00, and 07 draws slides each time."""
    return edition(path).startswith("zh/") or path.stem in ("00-overview", "07-slides")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(path, id=edition(path), marks=[pytest.mark.thorough] * thorough(path))
        for path in NOTEBOOKS
    ],
)
def reruns(request: pytest.FixtureRequest, kernel: NotebookClient) -> list[Rerun]:
    """The cells of one notebook, rerun.

    That it shows what is stored when run from the top is nbval's to tell, in another kernel.
    """
    kernel.nb = notebook = read(request.param)
    code = {n: cell for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    setup = list(code)[:2]
    done = []
    for n, cell in code.items():
        stored = comparable(cell)
        kernel.execute_cell(new_code_cell(FORGET), n)
        for first in setup:
            kernel.execute_cell(code[first], first)
        kernel.execute_cell(cell, n)
        alone = comparable(cell)
        kernel.execute_cell(cell, n)
        asked = kernel.execute_cell(new_code_cell("took[-3:-1]"), n)
        begin, end = json.loads(asked.outputs[0].data["text/plain"])
        done.append(Rerun(cell.source, stored, alone, comparable(cell), begin + end))
    return done


def test_every_cell_shows_what_is_stored_when_run_alone_after_the_set_up(
    reruns: list[Rerun],
) -> None:
    assert {run.source: run.alone for run in reruns if run.alone != run.stored} == {}


def test_every_cell_shows_the_same_when_run_twice(reruns: list[Rerun]) -> None:
    assert {run.source: run.again for run in reruns if run.again != run.alone} == {}


def test_no_cell_takes_over_a_second_after_the_imports(reruns: list[Rerun]) -> None:
    assert {run.source: run.seconds for run in reruns if run.seconds > 1} == {}
