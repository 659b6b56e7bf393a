"""The notebooks are safe to rerun, anywhere, and are stored so that others can read them."""

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from conftest import NOTEBOOKS
from hanbin_data.notebooks import CHART, charts, fingerprint, read

Outputs = list[dict[str, Any]]

# What a new kernel lacks: names, and the package with whatever it remembers.
FORGET = """
for name in set(get_ipython().user_ns) - set(get_ipython().user_ns_hidden):
    del get_ipython().user_ns[name]
import sys
for name in [name for name in sys.modules if name.split(".")[0] == "hanbin_data"]:
    del sys.modules[name]
"""


def comparable(cell: Any) -> Outputs:
    """A cell's outputs without what differs between two runs that show the same."""
    outputs = json.loads(json.dumps(cell.outputs))
    for output in outputs:
        output.pop("execution_count", None)
        output.pop("metadata", None)
        output.get("data", {}).pop("image/png", None)
    return outputs


@dataclass
class Runs:
    """The outputs of each code cell by place: as stored, and of three ways to run it."""

    source: dict[int, str]
    stored: dict[int, Outputs]
    first: dict[int, Outputs] = field(default_factory=dict)
    again: dict[int, Outputs] = field(default_factory=dict)
    alone: dict[int, Outputs] = field(default_factory=dict)
    seconds: dict[int, list[float]] = field(default_factory=dict)

    def differing(self, one: dict[int, Outputs], other: dict[int, Outputs]) -> dict[str, Outputs]:
        """The cells whose outputs are not the same, with what the second way shows."""
        return {self.source[n]: other[n] for n in self.source if one[n] != other[n]}


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """One notebook under the worst conditions: a far folder, ASCII, warnings as errors."""
    folder = tmp_path_factory.mktemp("far") / "汉滨 district's 数据"
    folder.mkdir()
    shutil.copy(request.param, folder)
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}
    environment |= {"PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    notebook = read(folder / request.param.name)
    code = {n: cell for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    parameters, imports, *_ = code
    runs = Runs(
        {n: cell.source for n, cell in code.items()},
        {n: comparable(cell) for n, cell in code.items()},
    )
    # An error is an output that differs, so that every cell gets its turn.
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )

    def clock() -> float:
        """Seconds that the kernel has worked: waiting for a busy machine does not count."""
        cell = client.execute_cell(new_code_cell("import time; time.process_time()"), 0)
        return float(cell.outputs[0].data["text/plain"])

    def run(n: int) -> Outputs:
        begin = clock()
        client.execute_cell(code[n], n)
        runs.seconds.setdefault(n, []).append(clock() - begin)
        return comparable(code[n])

    with client.setup_kernel(env=environment):
        for n in code:
            runs.first[n] = run(n)
            runs.again[n] = run(n)
        for n in code:
            client.execute_cell(new_code_cell(FORGET), n)
            run(parameters)
            run(imports)
            runs.alone[n] = run(n)
    return runs


def test_shows_what_is_stored_wherever_it_runs(runs: Runs) -> None:
    assert runs.differing(runs.stored, runs.first) == {}


def test_every_cell_shows_the_same_when_run_twice(runs: Runs) -> None:
    assert runs.differing(runs.first, runs.again) == {}


def test_every_cell_shows_the_same_when_run_alone_after_the_imports(runs: Runs) -> None:
    assert runs.differing(runs.first, runs.alone) == {}


def test_no_cell_takes_over_a_second_after_the_imports(runs: Runs) -> None:
    """The best of three runs counts, for the first one may import."""
    fastest = {runs.source[n]: min(seconds) for n, seconds in runs.seconds.items()}
    assert {source: seconds for source, seconds in fastest.items() if seconds > 1} == {}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_outputs_are_stored_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


def test_outputs_hold_neither_errors_nor_stderr(path: Path) -> None:
    outputs = [output for cell in code_cells(path) for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []


def test_no_cell_is_empty(path: Path) -> None:
    assert [n for n, cell in enumerate(read(path).cells) if not cell.source.strip()] == []


def test_begins_with_parameters_and_imports(path: Path) -> None:
    parameters, imports, *_ = code_cells(path)
    assert parameters.metadata == {"tags": ["parameters"]}
    assert "import hanbin_data" in imports.source


def test_metadata_are_what_jupyter_needs(path: Path) -> None:
    notebook = read(path)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        for output in cell.get("outputs", []):
            assert set(output.get("metadata", {})) <= {"drawn_from"}


def test_charts_are_stored_as_readable_lists(path: Path) -> None:
    assert "bdata" not in path.read_text(encoding="utf-8")


def test_is_under_400_kilobytes(path: Path) -> None:
    assert path.stat().st_size < 400_000


def test_every_preview_is_drawn_from_its_chart(path: Path) -> None:
    for output in charts(read(path)):
        chart = output["data"][CHART]
        name = chart["layout"]["meta"]["name"]
        assert "image/png" in output["data"], f"{name} has no preview: make notebooks"
        assert output["metadata"]["drawn_from"] == fingerprint(chart), f"{name}: make notebooks"
