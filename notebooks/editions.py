"""The two editions of the notebooks: English is written, Chinese is made from it.

``python notebooks/editions.py words`` brings the catalogues up to date with the English:
``hanbin_data/zh.po`` with the words of the package and of the notebooks' code,
``notebooks/zh.po`` with the notebooks' prose, a message a cell, and that of the site in
``docs/locale`` with the words of its pages. What is new has no translation yet; what changed
keeps its old one, marked fuzzy; what went goes.

``python notebooks/editions.py`` makes ``notebooks/zh/``, runs and stores both editions, and
takes the picture that opens the READMEs from them.
"""

import ast
import io
import json
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

from hanbin_data.saving import place, place_all
from hanbin_data.slides.notebooks import charts, read, store

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PICTURE = "secretary_pay"
"""The chart that opens the READMEs."""

# What a catalogue translates


def python(file: Any, *_: Any, arguments: tuple[str, ...] = (), **__: Any) -> Iterator[Any]:
    """The messages of Python code: what ``say`` is given; also these arguments of any call, and
    labels that a dict translates."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = node.args[: name in ("say", "NotNativeError")]  # an error is said later
        given += [word.value for word in node.keywords if word.arg in arguments]
        if arguments:
            given += [key for arg in node.args if isinstance(arg, ast.Dict) for key in arg.keys]
        for part in (part for text in given for part in getattr(text, "elts", [text])):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield 0, "", part.value, []


def cells(kind: str) -> Callable[..., Iterator[Any]]:
    """What finds the messages of a notebook: in its code, or each Markdown cell as one."""
    spoken = ("title", "alt", "subtitle", "beside", "folded", "between")

    def found(file: Any, *_: Any, **__: Any) -> Iterator[Any]:
        for cell in json.load(file)["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == kind == "code":
                yield from python(io.StringIO(source), arguments=spoken)
            elif cell["cell_type"] == kind:
                yield 0, "", source, []

    return found


PAGES = "docs/locale/zh_CN/LC_MESSAGES/sphinx.po"
CATALOGUES: dict[str, list[tuple[str, Any]]] = {
    "hanbin_data/zh.po": [("hanbin_data/**.py", python), ("notebooks/*.ipynb", cells("code"))],
    "notebooks/zh.po": [("notebooks/*.ipynb", cells("markdown"))],
    PAGES: [("docs/**.md", "jinja2"), ("docs/**.html", "jinja2"), ("docs/*.py", "python")],
}
"""Each with the files that it translates, and how Babel finds the messages in them."""


def messages(name: str) -> Catalog:
    """The messages that the English of a catalogue holds now."""
    found = Catalog()
    for path, _, text, *_ in extract_from_dir(ROOT, CATALOGUES[name]):
        found.add(text, locations=[(path, 0)])
    return found


def catalogue(name: str) -> Catalog:
    """A catalogue as it is stored."""
    with open(ROOT / name, "rb") as stream:
        return read_po(stream, locale="zh_CN")


def update() -> None:
    """Bring the catalogues up to date, and compile the package's for the standard library."""
    for name in CATALOGUES:
        found, stored, out = messages(name), catalogue(name), io.BytesIO()
        found.creation_date = stored.creation_date  # of the file, not of each run
        stored.update(found)
        stored.obsolete.clear()
        write_po(out, stored, width=96, sort_output=True, include_lineno=False, omit_header=False)
        place(ROOT / name, out.getvalue())
        lacking = [entry.id for entry in stored if entry.id and (not entry.string or entry.fuzzy)]
        print(f"{name}: {len(stored)} messages, {len(lacking)} without a translation")
        if name.startswith("hanbin_data"):
            write_mo(compiled := io.BytesIO(), stored)
            place((ROOT / name).with_suffix(".mo"), compiled.getvalue())


# The notebooks


def lay_out(notebook: NotebookNode) -> None:
    """Fold the code of charts, which a click unfolds, and say where a slide begins.

    ``nbconvert --to slides`` shows a slide for each heading and below it one for each chart.
    What a front end adds to a cell goes.
    """
    for cell in notebook.cells:
        is_code = cell.cell_type == "code"
        chart = is_code and "charts.caption(" in cell.source
        cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "tags"})
        if chart:
            cell.metadata["jupyter"] = {"source_hidden": True}
        if chart or (cell.source.startswith("#") and not is_code):
            cell.metadata["slideshow"] = {"slide_type": "subslide" if chart else "slide"}
        elif is_code and "SAVE_TO" in cell.source:
            cell.metadata["slideshow"] = {"slide_type": "skip"}


def translated(english: NotebookNode, chinese: Catalog) -> NotebookNode:
    """The Chinese edition of a notebook: the same code, the prose from the catalogue.

    Raises:
        ValueError: a cell has no translation; the message quotes its beginning.
    """
    notebook = deepcopy(english)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            entry = chinese.get(cell.source)
            if entry is None or not entry.string or entry.fuzzy:
                raise ValueError(f"no Chinese yet for {cell.source[:60]!r}: notebooks/zh.po")
            cell.source = entry.string
        else:
            cell.source = cell.source.replace('charts.use("en")', 'charts.use("zh")')
            cell.outputs = []
    return notebook


def picture(folder: Path) -> bytes:
    """The preview of the READMEs' chart as the notebooks of an edition hold it."""
    found = (chart for path in sorted(folder.glob("*.ipynb")) for chart in charts(path))
    return next(chart.preview for chart in found if chart["layout"]["meta"]["name"] == PICTURE)


def main() -> None:
    update()
    if sys.argv[1:] != ["words"]:
        made, chinese = {}, catalogue("notebooks/zh.po")
        for path in sorted(HERE.glob("*.ipynb")):
            made[path] = read(path)
            lay_out(made[path])
            made[HERE / "zh" / path.name] = translated(made[path], chinese)
        place_all({path: f"{nbformat.writes(one)}\n".encode() for path, one in made.items()})
        store(made)
        for lang, folder in (("en", HERE), ("zh", HERE / "zh")):
            place(ROOT / "docs" / f"{PICTURE}.{lang}.png", picture(folder))


if __name__ == "__main__":
    main()
