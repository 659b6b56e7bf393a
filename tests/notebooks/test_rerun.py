"""The notebooks of both editions are safe to rerun, in any order, anywhere."""

import json
import os
import re
import shutil
from typing import Any, NamedTuple

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from conftest import NOTEBOOKS, ROOT, edition
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
CLOCK = "__import__('time').process_time()"


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


@pytest.fixture(
    scope="module",
    # The Chinese edition has the same code; 07 draws slides in a browser at every run.
    params=[
        pytest.param(name, marks=[] if re.match("0[0-6]-", name) else pytest.mark.thorough)
        for name in map(edition, NOTEBOOKS)
    ],
)
def reruns(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Rerun]:
    """One notebook under the worst conditions: a far folder, ASCII, warnings as errors.

    That it shows what is stored when run from the top is nbval's to tell, in another kernel.
    """
    folder = tmp_path_factory.mktemp("far") / "汉滨 district's 数据"
    folder.mkdir()
    stored_in = shutil.copy(ROOT / "notebooks" / f"{request.param}.ipynb", folder)
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}
    environment |= {"PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    notebook = read(stored_in)
    code = {n: cell for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    setup = list(code)[:2]
    # An error is an output that differs, so that every cell gets its turn.
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    done = []
    with client.setup_kernel(env=environment):
        for n, cell in code.items():
            stored = comparable(cell)
            client.execute_cell(new_code_cell(FORGET), n)
            for first in setup:
                client.execute_cell(code[first], first)
            client.execute_cell(cell, n)
            alone = comparable(cell)
            clock = [new_code_cell(CLOCK), new_code_cell(CLOCK)]
            for one in (clock[0], cell, clock[1]):
                client.execute_cell(one, n)
            begin, end = (float(one.outputs[0].data["text/plain"]) for one in clock)
            done.append(Rerun(cell.source, stored, alone, comparable(cell), end - begin))
    return done


def test_every_cell_shows_what_is_stored_when_run_alone_after_the_set_up(
    reruns: list[Rerun],
) -> None:
    assert {run.source: run.alone for run in reruns if run.alone != run.stored} == {}


def test_every_cell_shows_the_same_when_run_twice(reruns: list[Rerun]) -> None:
    assert {run.source: run.again for run in reruns if run.again != run.alone} == {}


def test_no_cell_takes_over_a_second_after_the_imports(reruns: list[Rerun]) -> None:
    assert {run.source: run.seconds for run in reruns if run.seconds > 1} == {}
