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
import base64
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

from hanbin_data.saving import place

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "hanbin_data"
ENGLISH = sorted(HERE.glob("*.ipynb"))
SPOKEN = ("title", "alt", "subtitle", "beside", "folded", "between")
"""Arguments of a notebook's calls that are translated, as are labels that stand in a dict."""


PAGES = "docs/locale/zh_CN/LC_MESSAGES/sphinx.po"
SITE = [("**.md", "jinja2"), ("templates/**.html", "jinja2")]


def said(source: str, arguments: tuple[str, ...] = ()) -> Iterator[str]:
    """The messages of Python code: what ``say`` is given, and these arguments of any call."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        spoken = name in ("say", "NotNativeError") and node.args  # an error is said later
        given: list[ast.expr | None] = [node.args[0]] if spoken else []
        if arguments:
            given += [word.value for word in node.keywords if word.arg in arguments]
            given += [key for arg in node.args if isinstance(arg, ast.Dict) for key in arg.keys]
        for text in given:
            for part in text.elts if isinstance(text, ast.List) else [text]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


def cells(path: Path, kind: str) -> Iterator[str]:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == kind:
            yield cell.source


def messages() -> dict[str, Catalog]:
    """The messages that the English holds now, by the catalogue that translates them."""
    words, prose = Catalog(), Catalog()
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in said(path.read_text(encoding="utf-8")):
            words.add(text, locations=[(path.relative_to(HERE.parent).as_posix(), 0)])
    for path in ENGLISH:
        for source in cells(path, "code"):
            for text in said(source, SPOKEN):
                words.add(text, locations=[(f"notebooks/{path.name}", 0)])
        for text in cells(path, "markdown"):
            prose.add(text, locations=[(f"notebooks/{path.name}", 0)])
    pages = Catalog()
    for path, _, text, *_ in extract_from_dir(HERE.parent / "docs", SITE):
        pages.add(text, locations=[(f"docs/{path}", 0)])
    return {"hanbin_data/zh.po": words, "notebooks/zh.po": prose, PAGES: pages}


def catalogue(name: str) -> Catalog:
    """A catalogue as it is stored."""
    with open(HERE.parent / name, "rb") as stream:
        return read_po(stream, locale="zh_CN")


def update() -> None:
    """Bring the catalogues up to date, and compile the package's."""
    for name, found in messages().items():
        stored = catalogue(name)
        found.creation_date = stored.creation_date  # of the file, not of each run
        stored.update(found)
        stored.obsolete.clear()
        out = io.BytesIO()
        write_po(out, stored, width=96, sort_output=True, include_lineno=False, omit_header=False)
        place(HERE.parent / name, out.getvalue())
        lacking = [entry.id for entry in stored if entry.id and (not entry.string or entry.fuzzy)]
        print(f"{name}: {len(stored)} messages, {len(lacking)} without a translation")
        if name.startswith("hanbin_data"):
            place(PACKAGE / "zh.mo", compiled(stored))


def compiled(stored: Catalog) -> bytes:
    """A catalogue as the standard library's gettext reads it."""
    out = io.BytesIO()
    write_mo(out, stored)
    return out.getvalue()


def lay_out() -> None:
    """Fold the code of charts, which a click unfolds, and say where a slide begins.

    ``nbconvert --to slides`` shows a slide for each heading and below it one for each chart.
    """
    for path in ENGLISH:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            code = cell.cell_type == "code"
            chart = code and "charts.caption(" in cell.source
            headed = cell.source.startswith("#") and not code
            own = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
            cell.metadata = NotebookNode(own)  # without what a front end adds
            if chart:
                cell.metadata["jupyter"] = {"source_hidden": True}
            if chart or headed:
                cell.metadata["slideshow"] = {"slide_type": "subslide" if chart else "slide"}
            elif code and "SAVE_TO" in cell.source:
                cell.metadata["slideshow"] = {"slide_type": "skip"}
        place(path, (nbformat.writes(notebook) + "\n").encode())


def translate() -> list[Path]:
    """Write the Chinese edition: the same code, the prose from the catalogue.

    Raises:
        ValueError: a cell has no translation; the message quotes its beginning.
    """
    prose = catalogue("notebooks/zh.po")
    (HERE / "zh").mkdir(exist_ok=True)
    written = []
    for path in ENGLISH:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                entry = prose.get(cell.source)
                if entry is None or not entry.string or entry.fuzzy:
                    raise ValueError(f"{path.name}: no Chinese yet for {cell.source[:60]!r}")
                cell.source = entry.string
            else:
                cell.source = cell.source.replace('charts.use("en")', 'charts.use("zh")')
                cell.outputs = []
        target = HERE / "zh" / path.name
        place(target, (nbformat.writes(notebook) + "\n").encode())
        written.append(target)
    return written


PICTURE = "secretary_pay"
"""The chart that opens the READMEs."""


def picture(folder: Path) -> bytes:
    """The preview of that chart as an edition's notebooks hold it."""
    for path in sorted(folder.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                chart = output.get("data", {}).get("application/vnd.plotly.v1+json", {})
                if chart.get("layout", {}).get("meta", {}).get("name") == PICTURE:
                    return base64.b64decode(output["data"]["image/png"])
    raise ValueError(f"no notebook in {folder} holds a chart named {PICTURE!r}")


def main() -> None:
    update()
    if sys.argv[1:] != ["words"]:
        from hanbin_data.slides.notebooks import store

        lay_out()
        store([*ENGLISH, *translate()])
        for lang, folder in (("en", HERE), ("zh", HERE / "zh")):
            place(HERE.parent / "docs" / f"{PICTURE}.{lang}.png", picture(folder))


if __name__ == "__main__":
    main()
