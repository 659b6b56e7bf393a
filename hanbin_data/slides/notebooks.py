"""Notebooks: the charts stored in them, and running them so that they are stored well.

``python -m hanbin_data.slides.notebooks FILE…`` executes notebooks in place. Each chart gets a
PNG preview, which any viewer shows, and its reading, from which slides are made without a
browser.
"""

from __future__ import annotations

import ast
import base64
import copy
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from hashlib import sha256
from operator import getitem
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hanbin_data import saving
from hanbin_data.saving import named, place_all, target
from hanbin_data.slides import harmless
from hanbin_data.words import choose, say

# nbformat takes a second to import, more than all the rest: only what reads notebooks waits for it.
if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Stored", "charts", "missing", "read", "run", "store"]

CHART = "application/vnd.plotly.v1+json"
PREVIEW = "image/png"
_VIEW = "application/vnd.jupyter.widget-view+json"
_STATE = "application/vnd.jupyter.widget-state+json"
CELL = 848
"""Pixels that a laptop leaves for a picture, which JupyterLab does not make smaller."""
LONGEST = 50_000_000
"""Characters of a stored reading: one of 20,000 points has ten million."""
SECONDS = 300
"""What a cell may take."""

_LAUNCH = ("-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR")


class UnreadableError(ValueError):
    """A notebook shows charts, but holds none."""


class Stored(dict[str, Any]):
    """A chart as a notebook stores it: plotly's JSON, and what was drawn of it.

    Attributes:
        part: the notebook's heading, or its file's name; an empty text where it has neither.
    """

    def __init__(self, output: Mapping[str, Any], part: str = "") -> None:
        super().__init__(output["data"][CHART])
        self.part = part
        self._output = output

    def _drawn(self, key: str) -> Any:
        """What was drawn of the chart as it is now, by its name in the output's metadata."""
        told = self._output.get("metadata")
        with suppress(RecursionError):  # of charts that are nested without end
            if isinstance(told, Mapping) and told.get("drawn_from") == fingerprint(self):
                return told.get(key)
        return None

    @property
    def reading(self) -> Any:
        """The stored reading of this very chart as JSON, or None."""
        text = self._drawn("reading")
        with suppress(RecursionError, ValueError):
            return json.loads(text) if isinstance(text, str) and len(text) < LONGEST else None
        return None

    @property
    def preview(self) -> bytes:
        """The stored PNG of this very chart, its pixels alone; or nothing."""
        return harmless.png(self._output["data"].get(PREVIEW)) if self._drawn("drawn_from") else b""


def fingerprint(chart: Mapping[str, Any]) -> str:
    """What tells one chart's JSON from another's, however its numbers are written."""
    return sha256(json.dumps(_whole(chart), sort_keys=True).encode()).hexdigest()


def _whole(node: Any) -> Any:
    """JSON with whole numbers as JupyterLab writes them: 964, not 964.0."""
    if isinstance(node, Mapping):
        return {key: _whole(entry) for key, entry in node.items()}
    if isinstance(node, list | tuple):
        return [_whole(entry) for entry in node]
    return int(node) if isinstance(node, float) and node.is_integer() and abs(node) < 1e21 else node


# Reading


def read(path: str | os.PathLike[str]) -> NotebookNode:
    """The notebook in a file, also one that JupyterLab opens with a warning.

    Raises:
        TypeError: ``path`` is no path.
        FileNotFoundError: there is no such file.
        ValueError: the file is no notebook.
    """
    import nbformat

    file = named(path)
    try:
        content = json.loads(file.read_text("utf-8-sig"))
        major, minor = (int(content.get(part, 0)) for part in ("nbformat", "nbformat_minor"))
        if major == 4:
            _mend(content, minor)
        form = nbformat.versions[major]
        notebook = nbformat.convert(form.to_notebook_json(content, minor=minor), 4)
    except OSError:
        raise
    except Exception as error:  # nbformat meets what is no notebook with a dozen of them
        raise ValueError(say("{path} is not a Jupyter notebook", path=path)) from error
    return notebook


def _mend(content: Any, minor: int) -> None:
    """Make what JupyterLab opens with a warning a whole notebook, in place."""
    cells = content["cells"] = [cell for cell in content["cells"] if isinstance(cell, dict)]
    with_ids = minor >= 5 or any("id" in cell for cell in cells)
    content["nbformat_minor"] = 5 if with_ids else 4
    for part in (content, *cells):
        part["metadata"] = part.get("metadata") or {}
    for number, cell in enumerate(cells, 1):
        cell["source"] = cell.get("source") or ""
        if with_ids:
            cell.setdefault("id", f"cell-{number}")
        if cell.get("cell_type") == "code":
            cell.setdefault("execution_count", None)
            outputs = [one for one in cell.get("outputs") or [] if isinstance(one, dict)]
            cell["outputs"] = [one for one in outputs if isinstance(one.get("data", {}), dict)]
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def folder(path: str | os.PathLike[str]) -> None:
    """Make a folder that is to be saved to, with those around it; nothing for an empty text.

    Called before the work, so that a folder that cannot be is not found out at its end.

    Raises:
        TypeError, ValueError: it is no path.
        OSError: it is a file, or may not be made.
    """
    if path != "":
        named(path).mkdir(parents=True, exist_ok=True)


def charts(notebook: str | os.PathLike[str] | NotebookNode) -> list[Stored]:
    """The charts that a notebook holds as its outputs, in order. Nothing is executed.

    Args:
        notebook: the path of an ``.ipynb`` file, or a notebook as nbformat reads it.

    Raises:
        TypeError: it is neither.
        FileNotFoundError: there is no such file.
        ValueError: the file is no notebook, or shows charts that it does not hold.
    """
    where = ""
    if isinstance(notebook, str | os.PathLike):
        where, notebook = os.fspath(notebook), read(notebook)
    if not isinstance(notebook, Mapping) or not isinstance(notebook.get("cells"), list):
        raise TypeError(
            f"a notebook is a path, or what nbformat reads from one, not {type(notebook).__name__}"
        )
    part = _heading(notebook) or Path(where).stem
    outputs = list(_outputs(notebook))
    seen = [one for output in outputs if (one := _with_widget(output, notebook))]
    if not seen and (said := missing(outputs)):
        raise UnreadableError(f"{where}: {said}" if where else said)
    return [Stored(output, part) for output in seen]


def _heading(notebook: Mapping[str, Any]) -> str:
    """The first heading of the first Markdown cell that has one, without Markdown's marks."""
    for cell in notebook["cells"]:
        text = str(cell.get("source", "")) if cell.get("cell_type") == "markdown" else ""
        if found := re.search(r"(?m)^#{1,6}[ \t]+([^\s#].*)$", text):
            heading = re.sub(r"\[([^\[\]]+)\]\([^()]*\)", r"\1", found[1].rstrip("# \t"))
            return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", heading)
    return ""


def _outputs(notebook: Mapping[str, Any]) -> Iterator[Any]:
    """The outputs of code that hold data."""
    for cell in notebook["cells"]:
        if isinstance(cell, Mapping) and cell.get("cell_type") == "code":
            for one in cell.get("outputs") or []:
                if isinstance(one, Mapping) and isinstance(one.get("data"), Mapping):
                    yield one


def _is_chart(output: Mapping[str, Any]) -> bool:
    return isinstance(output["data"].get(CHART), Mapping)


def _with_widget(output: Mapping[str, Any], notebook: Mapping[str, Any]) -> Any:
    """An output with a chart, also one of a FigureWidget whose state is stored; else nothing."""
    if _is_chart(output):
        return output
    try:
        model = notebook["metadata"]["widgets"][_STATE]["state"][output["data"][_VIEW]["model_id"]]
        state = copy.deepcopy(model["state"])
        for buffer in model.get("buffers") or ():
            *way, name, _ = buffer["path"]
            node = reduce(getitem, way, state)
            node[name] = {"dtype": node[name]["dtype"], "bdata": buffer["data"]}
        # Plotly called them _data and _layout up to its version 5.
        chart = {key: state.get(f"_widget_{key}") or state[f"_{key}"] for key in ("data", "layout")}
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return {**output, "data": {CHART: chart}}


def missing(outputs: Sequence[Mapping[str, Any]]) -> str:
    """What is to be said of charts that outputs show but do not hold, or nothing."""
    signs = {"text/html": "Plotly.newPlot", "text/plain": "FigureWidget("}
    html, widgets = (
        sum(sign in str(one["data"].get(kind)) for one in outputs) for kind, sign in signs.items()
    )
    if html:
        return say(
            "{n} charts are stored as HTML alone, as Colab does: "
            "execute the notebook in JupyterLab, or with hanbin-data run",
            n=html,
        )
    if widgets:
        return say(
            "{n} charts are widgets without their state: execute the notebook with hanbin-data run",
            n=widgets,
        )
    return ""


# Running


def run(
    paths: Sequence[str | os.PathLike[str]],
    into: str | os.PathLike[str],
    parameters: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Execute copies of notebooks, each where its notebook stands, with this very Python.

    Charts get previews and readings; where there is no browser to draw them, that is said
    and they go without.

    Args:
        paths: ``.ipynb`` files.
        into: the folder for the copies, made if only it itself is missing.
        parameters: replace assignments of the cell tagged ``parameters``, and of the cell that
            papermill adds to it.

    Returns:
        The files written; all of them, or none.

    Raises:
        FileNotFoundError: there is no such file, or no folder around ``into``.
        ValueError: a file is no notebook or not one of Python, two have the same name,
            ``into`` is the folder of one, or parameters are none that it sets.
        RuntimeError: a cell fails or takes more than five minutes, there is no Python kernel,
            or the kernel dies.
    """
    home = saving.home(into)
    files = [named(path).resolve() for path in paths]
    names = [file.name.casefold() for file in files]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two notebooks have the name {min(twice)!r}: run them into two folders")
    if any(file.parent == home for file in files):
        raise ValueError(f"{os.fspath(into)!r} holds the notebooks themselves: name another folder")
    done = _executed(files, parameters or {})
    try:
        _draw(done.values())
    except RuntimeError as error:
        print(say("charts are without preview: {why}", why=error), file=sys.stderr)
    return place_all({file.name: _written(one) for file, one in done.items()}, home)


def store(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Execute notebooks in place, and store them as JupyterLab would, with previews and readings.

    Raises:
        FileNotFoundError, ValueError, RuntimeError: as :func:`run`, and where charts cannot be
            drawn; the files are then as they were.
    """
    done = _executed([target(path) for path in paths], {})
    _draw(done.values())
    return place_all({file: _written(notebook) for file, notebook in done.items()})


def _executed(files: list[Path], parameters: Mapping[str, Any]) -> dict[Path, NotebookNode]:
    notebooks = {file: read(file) for file in files}
    for file, notebook in notebooks.items():
        told = notebook.metadata
        spoken = (told.get("kernelspec") or told.get("language_info") or {}).get("language")
        if (spoken or "python").lower() not in ("python", "ipython"):
            raise ValueError(f"{file} is a notebook of {spoken}, not of Python")
        try:
            set_parameters(notebook, parameters)
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from error
    for number, (file, notebook) in enumerate(notebooks.items(), 1):
        line = say("executing {n} of {all}: {name}", n=number, all=len(files), name=file.name)
        print(line, file=sys.stderr, flush=True)
        _execute(notebook, file)
    return notebooks


def _execute(notebook: NotebookNode, file: Path) -> None:
    """Run all cells anew, in a kernel that no file or setting of the user's reaches."""
    try:
        import ipykernel  # noqa: F401  (what the kernel is started with)
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient, exceptions
    except ModuleNotFoundError as error:
        raise RuntimeError(say("notebooks need a Python kernel: pip install ipykernel")) from error

    class Here(AsyncKernelManager):
        """This Python, whatever kernels are installed under which names."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=[sys.executable, *_LAUNCH], language="python")

    own = {"PLOTLY_RENDERER", "PYTHONSTARTUP"}
    env = {key: value for key, value in os.environ.items() if key not in own}
    with TemporaryDirectory(ignore_cleanup_errors=True) as empty:
        env |= {"IPYTHONDIR": empty, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        client = NotebookClient(
            notebook,
            kernel_manager_class=Here,
            kernel_name="python3",
            timeout=SECONDS,
            record_timing=False,
            resources={"metadata": {"path": str(file.parent)}},
        )
        try:
            client.execute(env=env)
        except exceptions.CellExecutionError as error:
            if error.ename == "KeyboardInterrupt":  # Ctrl-C, which nbclient hands to the kernel
                raise KeyboardInterrupt from error
            said = f"{error.ename}: {error.evalue}".splitlines()[0]
            raise RuntimeError(say("{path}: a cell failed: {why}", path=file, why=said)) from error
        except (exceptions.CellTimeoutError, exceptions.DeadKernelError) as error:
            raise RuntimeError(f"{file}: {str(error).splitlines()[0]}") from error
        except (AssertionError, AttributeError) as error:
            # How nbclient ends once Ctrl-C has taken the kernel away.
            raise KeyboardInterrupt from error


def set_parameters(notebook: NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Give the notebook's parameters other values, in place.

    Raises:
        ValueError: there is no parameters cell, or it does not set a given name.
    """
    if not parameters:
        return
    tags = {"parameters", "injected-parameters"}
    cells = [cell for cell in notebook.cells if tags & {*cell.metadata.get("tags", [])}]
    if not cells:
        raise ValueError(say("the notebook has no cell tagged 'parameters'"))
    found: list[tuple[NotebookNode, str, ast.expr]] = []
    for cell in cells:
        try:
            body = ast.parse(cell.source).body
        except SyntaxError as error:
            raise ValueError(say("its cell tagged 'parameters' is not plain Python")) from error
        for line in body:
            if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
                ends = line.targets if isinstance(line, ast.Assign) else [line.target]
                found += [(cell, end.id, line.value) for end in ends if isinstance(end, ast.Name)]
    names = dict.fromkeys(name for _, name, _ in found)
    for name in parameters:
        choose("parameter", name, names)
    for cell, name, old in reversed(found):  # the last first, so that places stay
        if name in parameters:
            source = cell.source.encode()
            starts = [0, *(found.end() for found in re.finditer(rb"\r?\n", source))]
            end = starts[(old.end_lineno or old.lineno) - 1] + (old.end_col_offset or 0)
            before = source[: starts[old.lineno - 1] + old.col_offset]
            cell.source = (before + repr(parameters[name]).encode() + source[end:]).decode()


def _draw(notebooks: Iterable[NotebookNode]) -> None:
    """Put preview and reading beside each chart, all of one draw in one browser.

    Raises:
        RuntimeError: there is no browser, or it cannot draw one of them; the others are done.
    """
    from nbformat import NotebookNode

    from hanbin_data.slides.reading import read as drawn

    outputs = [one for notebook in notebooks for one in _outputs(notebook) if _is_chart(one)]
    if not outputs:
        return
    undrawn = ""
    readings = drawn([one["data"][CHART] for one in outputs], previews=True)
    for output, told in zip(outputs, readings, strict=True):
        if not told.png:
            undrawn = "; ".join(why.say() for why in told.why)
            continue
        chart = output["data"][CHART] = NotebookNode(_whole(output["data"][CHART]))
        preview = _small(told.png, told.width, told.height)
        output["data"].pop("text/html", None)  # nbconvert would take it, and it may hold plotly.js
        output["data"][PREVIEW] = base64.b64encode(preview).decode("ascii")
        reading = json.dumps(told.to_json(), ensure_ascii=False, separators=(",", ":"))
        output["metadata"] |= {"drawn_from": fingerprint(chart), "reading": reading}
        meta = (chart.get("layout") or {}).get("meta")
        if alt := isinstance(meta, dict) and meta.get("alt"):
            output["metadata"][PREVIEW] = {"alt": alt}
    if undrawn:
        raise RuntimeError(undrawn)


def _small(png: bytes, width: int, height: int) -> bytes:
    """The picture as wide as a laptop's cell, in 64 colours: charts have few."""
    from PIL import Image

    out, size = io.BytesIO(), (CELL, round(CELL * height / width))
    image = Image.open(io.BytesIO(png)).convert("RGB").resize(size)
    few = image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _written(notebook: NotebookNode) -> bytes:
    """The notebook as JupyterLab saves it, so that opening it there changes nothing."""
    import nbformat

    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata["kernelspec"] = kernel
    for cell in notebook.cells:
        if "outputs" in cell:
            cell["outputs"] = _whole(cell["outputs"])
    return (nbformat.writes(nbformat.from_dict(notebook)) + "\n").encode("utf-8")


if __name__ == "__main__":
    try:
        store(sys.argv[1:] or sys.exit(f"usage: python -m {__spec__.name} FILE…"))
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"Error: {error}")
