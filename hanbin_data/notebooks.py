"""Running the notebooks, and storing them with charts that any viewer can show.

``python -m hanbin_data.notebooks FILE…`` executes notebooks in place and puts a PNG
preview beside each chart.
"""

import argparse
import base64
import io
import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

from hanbin_data.frames import LANGUAGES, choose
from hanbin_data.pictures import draw
from hanbin_data.saving import named, place

__all__ = ["execute", "read"]

CHART = "application/vnd.plotly.v1+json"


def execute(path: str | os.PathLike[str], **parameters: str) -> Any:
    """The notebook with all cells run anew, in the notebook's own folder.

    Args:
        path: an ``.ipynb`` file.
        parameters: replace assignments of the cell tagged ``parameters``, say
            ``LANG="zh"``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no notebook, has no parameters cell, or that cell does not set a
            given name.
        RuntimeError: a cell fails or takes more than five minutes, or there is no Python
            kernel to run it, or the kernel dies.
    """
    notebook = read(path)
    if parameters:
        set_parameters(notebook, parameters)
    folder = {"metadata": {"path": str(Path(path).resolve().parent)}}
    client = NotebookClient(notebook, kernel_name="python3", timeout=300, resources=folder)
    try:
        client.execute()
    except CellExecutionError as error:
        said = f"{error.ename}: {error.evalue}".splitlines()[0]
        raise RuntimeError(f"{os.fspath(path)}: a cell failed: {said}") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise RuntimeError(f"{os.fspath(path)}: {str(error).splitlines()[0]}") from error
    except AssertionError as error:  # how nbclient ends once Ctrl-C has taken the kernel away
        raise KeyboardInterrupt from error
    except NoSuchKernel as error:
        raise RuntimeError("notebooks need a Python kernel: pip install ipykernel") from error
    return notebook


def read(path: str | os.PathLike[str]) -> Any:
    """The notebook in a file, as nbformat reads it.

    Raises:
        TypeError: ``path`` is no path.
        FileNotFoundError: there is no such file.
        ValueError: the file is no notebook.
    """
    path = os.fspath(named(path))
    unlike = (
        *(AttributeError, KeyError, TypeError, ValueError, RecursionError),
        nbformat.ValidationError,
    )
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except unlike as error:  # nbformat meets what is no notebook with any of these
        raise ValueError(f"{path} is not a Jupyter notebook") from error
    return notebook


def set_parameters(notebook: Any, parameters: dict[str, str]) -> None:
    """Give the notebook's parameters other values, in place.

    Raises:
        ValueError: there is no parameters cell, or it does not set a given name.
    """
    tagged = (c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell = next(tagged, None)
    if cell is None:
        raise ValueError("the notebook has no cell tagged 'parameters'")
    lines = cell.source.splitlines()
    names = [line.split("=")[0].strip() for line in lines if "=" in line]
    for name, value in parameters.items():
        choose("parameter", name, names)
        if name == "LANG":
            choose("language", value, LANGUAGES)
        line = next(n for n, text in enumerate(lines) if text.split("=")[0].strip() == name)
        lines[line] = f"{name} = {value!r}"
    cell.source = "\n".join(lines)


def charts(notebook: Any) -> Iterator[Any]:
    """The outputs of a notebook that hold a chart, in order."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if CHART in output.get("data", {}):
                yield output


def fingerprint(chart: dict[str, Any]) -> str:
    """What tells one chart's JSON from another's."""
    return sha256(json.dumps(chart, sort_keys=True).encode()).hexdigest()


def store(paths: list[Path]) -> None:
    """Execute notebooks in place and put a preview beside each chart.

    All previews are drawn in one browser. Each output's metadata holds the fingerprint of
    the JSON that its preview was drawn from.
    """
    done = {path: execute(path) for path in paths}
    outputs = [output for notebook in done.values() for output in charts(notebook)]
    previews = draw([output["data"][CHART] for output in outputs], scale=1)
    for output, preview in zip(outputs, previews, strict=True):
        output["data"]["image/png"] = base64.b64encode(_small(preview)).decode("ascii")
        output["metadata"]["drawn_from"] = fingerprint(output["data"][CHART])
    for path, notebook in done.items():
        _reduce(notebook)
        place(path, (nbformat.writes(notebook) + "\n").encode("utf-8"))


def _small(png: bytes) -> bytes:
    """The picture in 64 colours, a quarter of the size: charts have few colours."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(
        64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    ).save(out, "PNG", optimize=True)
    return out.getvalue()


def _reduce(notebook: Any) -> None:
    """Drop what changes from run to run and from machine to machine."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})


if __name__ == "__main__":
    asked = argparse.ArgumentParser("python -m hanbin_data.notebooks", description=__doc__)
    asked.add_argument("notebooks", nargs="+", metavar="FILE", type=Path, help="executed in place")
    try:
        store(asked.parse_args().notebooks)
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"Error: {error}")
