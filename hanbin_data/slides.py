"""From charts to slides, pictures, pages and sheets.

:func:`save` takes any plotly figure to a file; :func:`deck` takes many to one
presentation; :func:`charts` reads the charts that a notebook holds.
"""

import copy
import html
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from nbformat import NotebookNode
from PIL import Image, ImageChops
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _PhysPkgWriter
from pptx.util import Emu, Pt

from hanbin_data import __version__, notebooks, pictures, saving
from hanbin_data.exports import separated, workbook
from hanbin_data.frames import choose
from hanbin_data.master import Master, Place, open_master
from hanbin_data.native import Native, NotNativeError, keyed, translate
from hanbin_data.plotted import (
    About,
    Spec,
    about,
    annotations,
    clean,
    colour,
    language,
    numbers,
    reason,
    setting,
    spec,
)
from hanbin_data.powerpoint import EPOCH, Box, Look, add_chart, points, set_fonts
from hanbin_data.saving import named, place, target
from hanbin_data.source import SOURCE, citation
from hanbin_data.theme import source_line, text_width, wrapped

__all__ = ["charts", "deck", "save", "save_charts"]

SUFFIXES = (".pptx", ".png", ".svg", ".pdf", ".html", ".xlsx", ".csv")

_WORDS = {
    "en": {
        "caveats": "What to tell the audience",
        "figures": "Figures",
        "printed": "printed",
        "formulas": "Formulas",
        "picture": "A picture, not an editable chart: {why}.",
        "table": "A table of the chart's numbers: {why}.",
        "rest": "… and {count:,} more rows",
        "full": "In full",
    },
    "zh": {
        "caveats": "向听众说明",
        "figures": "指标",
        "printed": "原文写法",
        "formulas": "公式",
        "picture": "此为图片，不是可编辑图表：{why}。",
        "table": "此为图表数据表：{why}。",
        "rest": "……另有{count:,}行",
        "full": "全文",
    },
}


@dataclass
class _Chart:
    """A chart on its way to a slide."""

    spec: Spec
    about: About
    native: Native | None = None
    picture: bytes | None = None
    why: dict[str, str] = field(default_factory=dict)  # why not native, by language

    @property
    def form(self) -> str:
        return "native" if self.native else "picture" if self.picture else "table"


def charts(notebook: Any) -> list[go.Figure]:
    """The charts that a notebook holds as its outputs, in order.

    Args:
        notebook: the path of an ``.ipynb`` file, or a notebook as nbformat reads it.

    Raises:
        TypeError: it is neither.
        FileNotFoundError: there is no such file.
        ValueError: the file is no notebook, or holds cells or outputs of no known form, or
            plotly does not know a chart in it.
    """
    where = ""
    if isinstance(notebook, str | os.PathLike):
        where = f"{os.fspath(notebook)}: "
        notebook = notebooks.read(notebook)
    if not isinstance(notebook, NotebookNode) or "cells" not in notebook:
        raise TypeError(
            f"a notebook is a path, or what nbformat reads from one, not {type(notebook).__name__}"
        )
    try:
        stored = [output["data"][notebooks.CHART] for output in notebooks.charts(notebook)]
    except (AttributeError, TypeError) as error:  # of cells or outputs that are none
        raise ValueError(f"{where}the notebook holds cells or outputs of no known form") from error
    figures = []
    for number, chart in enumerate(stored, 1):
        try:
            if not isinstance(chart, dict):
                raise TypeError(f"{type(chart).__name__} instead of an object")
            parts = {"data": chart.get("data", []), "layout": chart.get("layout", {})}
            figures.append(go.Figure(parts, None, None))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{where}chart {number} is none that plotly knows: {reason(error)}"
            ) from error
    return figures


def save(
    fig: Any,
    path: str | os.PathLike[str],
    *,
    lang: str | None = None,
    template: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Save one chart; the suffix of ``path`` decides the form.

    ``.pptx`` is a deck of one slide, ``.png``, ``.svg`` and ``.pdf`` are pictures at slide
    size, ``.html`` is a page that needs no network, ``.xlsx`` and ``.csv`` hold the
    numbers behind the chart. The file is written aside and moved into place.

    Args:
        fig: any plotly figure, or its JSON as a dict.
        path: the file; an existing one is replaced.
        lang: ``"en"`` or ``"zh"``: the language of what is added to the chart. By default
            the chart's own.
        template: a ``.pptx`` whose layouts, fonts and colours a slide takes; for ``.pptx``
            alone.

    Returns:
        One row; columns as :func:`deck`, and ``file``.

    Raises:
        TypeError: ``fig`` is no figure, or ``lang`` no string.
        ValueError: the suffix or language is unknown, the chart cannot be read, holds no data
            or is in the other language, or a template is no presentation with layouts or is
            given for another form.
        FileNotFoundError: the folder, or the template, does not exist.
        OSError: the file cannot be written.
        RuntimeError: a picture is asked for, and there is no browser to draw it or no font
            for its Chinese text, or it cannot draw it. Maps are such: plotly fetches
            their outlines from the network.
    """
    if template is not None and named(path).suffix.lower() != ".pptx":
        raise ValueError(f"a template is for slides, not for {named(path).suffix!r}")
    return _save_all(_read([fig], lang), [_file(path)], template)


def save_charts(
    figures: Iterable[Any],
    folder: str | os.PathLike[str],
    formats: Iterable[str] = ("png",),
    *,
    lang: str | None = None,
) -> pd.DataFrame:
    """Save each chart to a file of its own, named after it, in each of several forms.

    All pictures are drawn in one browser.

    Args:
        figures: plotly figures.
        folder: is made if only it itself is missing.
        formats: suffixes of :func:`save`, without the point.
        lang: see :func:`save`.

    Returns:
        Each row is one file; columns as :func:`deck`, and ``file``.

    Raises:
        FileNotFoundError, ValueError, OSError, RuntimeError: see :func:`save`.
    """
    if isinstance(formats, str):
        raise TypeError(f"formats must be a list such as [{formats!r}], not a string")
    if not isinstance(formats, Iterable):
        raise TypeError(f"formats must be a list, not {type(formats).__name__}")
    formats = list(formats)
    for form in formats:
        choose("format", form, [suffix.removeprefix(".") for suffix in SUFFIXES])
    formats = list(dict.fromkeys(formats))
    read = _read(figures, lang)
    into = saving.folder(folder)
    files = [into / f"{name}.{form}" for name in _names(read) for form in formats]
    if into.exists():
        files = list(map(target, files))
    return _save_all([replace(chart) for chart in read for _ in formats], files, None)


def deck(
    figures: Iterable[Any],
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    lang: str | None = None,
    template: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Put charts on slides, one each, behind a slide with the title.

    Bars, lines, dots and pies become PowerPoint's own charts. What it cannot draw becomes a
    picture, or, where there is no browser to draw one, a table of the chart's numbers. Each
    slide has title, subtitle, source line and alternative text; its notes hold the
    caveats, the figures' ids and printed forms, and the version of this package.

    Args:
        figures: plotly figures, or their JSON as dicts.
        path: a ``.pptx`` file; an existing one is replaced once the new one is complete.
        title: plain text on the first slide; by default the report's title.
        lang: ``"en"`` or ``"zh"``; by default each chart's own, and for a chart that names
            none that of the first which does.
        template: a ``.pptx`` whose layouts, fonts and colours the deck takes.

    Returns:
        Each row is one chart. Columns: ``slide`` (number), ``name``, ``title``, ``form``
        (``native``, ``picture`` or ``table``) and ``why`` (why not native, or what differs; in
        English).

    Raises:
        TypeError: ``figures`` holds something else, or ``title`` or ``lang`` is no string.
        ValueError: there is no chart, one cannot be read, holds no data or is in the other
            language, the template is no presentation with layouts, or the suffix or language
            is unknown.
        FileNotFoundError: the folder, or the template, does not exist.
        OSError: the file cannot be written.
    """
    file = deck_file(path, template)
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be a string, not {type(title).__name__}")
    read = _read(figures, lang)
    if not read:
        raise ValueError("there is no chart to make a deck of")
    _draw(read, ["pptx"] * len(read))
    own = " ".join(map(clean, (title or "").split(" ")))  # every space stays
    blob = _presentation(read, template, title=own, cover=True)
    place(file, blob)
    return _result(read, first=2)


def deck_file(path: str | os.PathLike[str], template: str | os.PathLike[str] | None = None) -> Path:
    """The file that a deck goes to; it and the template are checked before any work is done."""
    choose("suffix", named(path).suffix.lower(), (".pptx",))
    if template is not None:
        open_master(template)
    return target(path)


def _file(path: str | os.PathLike[str]) -> Path:
    """The file to write, checked before any work is done."""
    choose("suffix", named(path).suffix.lower(), SUFFIXES)
    return target(path)


def _read(figures: Iterable[Any], lang: str | None) -> list[_Chart]:
    if isinstance(figures, go.Figure | dict | str):
        raise TypeError("figures must be a list of plotly figures, not one")
    if not isinstance(figures, Iterable):
        raise TypeError(f"figures must be a list of plotly figures, not {type(figures).__name__}")
    specs = [spec(figure, number) for number, figure in enumerate(figures, 1)]
    own = next(filter(None, map(language, specs)), "en")
    return [_Chart(one, about(one, n, lang, own)) for n, one in enumerate(specs, 1)]


def _names(read: list[_Chart]) -> list[str]:
    """The charts' names; a name that comes again gets a number."""
    names: dict[str, str] = {}  # by what a file system without upper and lower case sees
    for chart in read:
        name, number = chart.about.name, 2
        while name.casefold() in names:
            name, number = f"{chart.about.name}-{number}", number + 1
        names[name.casefold()] = name
    return list(names.values())


def _result(read: list[_Chart], first: int) -> pd.DataFrame:
    rows = [
        (number, chart.about.name, chart.about.title, chart.form, chart.why.get("en", ""))
        for number, chart in enumerate(read, first)
    ]
    return pd.DataFrame(rows, columns=["slide", "name", "title", "form", "why"])


def _save_all(
    read: list[_Chart], files: list[Path], template: str | os.PathLike[str] | None
) -> pd.DataFrame:
    forms = [file.suffix.lower().removeprefix(".") for file in files]
    _draw(read, forms)
    rows, blobs = [], []
    for chart, form in zip(read, forms, strict=True):
        kind, number = ("numbers", None)
        if form in pictures.FORMS:
            kind, blob = "picture", chart.picture or b""
        elif form == "pptx":
            kind, number, blob = chart.form, 1, _presentation([chart], template)
        elif form == "html":
            kind, blob = "page", _page(chart)
        else:
            blob = _sheet(chart) if form == "xlsx" else separated(numbers(chart.spec))
        blobs.append(blob)
        rows.append((number, chart.about.name, chart.about.title, kind, chart.why.get("en", "")))
    for file, blob in zip(files, blobs, strict=True):  # now that all could be made
        file.parent.mkdir(exist_ok=True)
        place(file, blob)
    frame = pd.DataFrame(rows, columns=["slide", "name", "title", "form", "why"])
    # A path may hold bytes that are no text here, which a column of texts would not take.
    paths = pd.Series(list(map(str, files)), dtype=object)
    return frame.astype({"slide": "Int64"}).assign(file=paths)


def _draw(read: list[_Chart], forms: Sequence[str]) -> None:
    """Find each slide's form: native, else a picture, else a table; draw all pictures at once."""
    jobs, asked = [], []
    for chart, form in zip(read, forms, strict=True):
        if form in pictures.FORMS:
            jobs.append((chart, (chart.spec, form, 2.0)))
            asked.append(form)
        elif form == "pptx":
            try:
                chart.native = translate(chart.spec)
                chart.why = chart.native.note
            except NotNativeError as reason:
                chart.why = {"en": str(reason), "zh": reason.zh}
                jobs.append((chart, (_without_words(chart.spec), "png", 3.0)))
                asked.append(form)
    try:
        drawn = pictures.draw_each([job for _, job in jobs])
    except RuntimeError as error:
        if set(forms) & set(pictures.FORMS):
            raise
        drawn = [str(error)] * len(jobs)
    for (chart, _), form, picture in zip(jobs, asked, drawn, strict=True):
        if isinstance(picture, bytes):
            chart.picture = picture
        elif form in pictures.FORMS:
            raise RuntimeError(f"the chart {chart.about.name!r} cannot be drawn: {picture}")
        else:
            added = {"en": f"; it cannot be drawn: {picture}", "zh": f"；无法绘制（{picture}）"}
            chart.why = {lang: why + added[lang] for lang, why in chart.why.items()}


# Numbers and pages


def _sheet(chart: _Chart) -> bytes:
    words = chart.about
    rows = [
        ("title", words.title),
        ("subtitle", words.subtitle),
        ("source", words.source),
        ("alternative text", words.alt),
        *(("note", note) for note in words.notes),
        *(("figure", figure) for figure in words.figures),
        *(("printed", printed) for printed in words.printed),
        *(("formula", formula) for formula in words.formulas),
        ("made with", f"hanbin-data {__version__}"),
    ]
    return workbook(
        {"numbers": numbers(chart.spec), "about": pd.DataFrame(rows, columns=["what", "text"])}
    )


def _page(chart: _Chart) -> bytes:
    words = chart.about
    figure = {key: chart.spec[key] for key in ("data", "layout") if key in chart.spec}
    body = go.Figure(figure, skip_invalid=True).to_html(
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        div_id="chart",
        config={"displaylogo": False, "responsive": True},
    )
    lang = "zh-CN" if words.lang == "zh" else "en"
    title, alt = (html.escape(text) for text in (words.title, words.alt))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n"
        f'<body><figure aria-label="{alt}">{body}</figure></body>\n</html>\n'
    ).encode()


# Slides


def _presentation(
    read: list[_Chart],
    template: str | os.PathLike[str] | None,
    *,
    title: str = "",
    cover: bool = False,
) -> bytes:
    master = open_master(template)
    called = title or (_heading(read) if cover else read[0].about.title)
    if cover:
        _add_cover(master, read, called)
    for chart in read:
        _add_slide(master, chart)
    properties = master.presentation.core_properties
    properties.title = called[:255]  # python-pptx takes no more
    properties.author = properties.last_modified_by = f"hanbin-data {__version__}"
    properties.created = properties.modified = EPOCH
    properties.language = read[0].about.lang
    out = io.BytesIO()
    package = master.presentation.part.package
    _PackageWriter.write(out, package._rels, tuple(package.iter_parts()))
    return out.getvalue()


def _without_words(figure: Spec) -> Spec:
    """The chart without title and source line, which the slide has as text."""
    bare = copy.deepcopy(figure)
    own = bare["layout"]
    own["title"] = {"text": ""}
    own["annotations"] = [note for note in annotations(figure) if note.get("name") != "source"]
    if keyed(figure):
        # Our headings name the colours; without the heading a legend does, each name once.
        own["showlegend"] = True
        own["legend"] = {"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"}
        once = set()
        for trace in bare["data"]:
            trace["showlegend"] = bool(trace.get("name")) and trace["name"] not in once
            once.add(trace.get("name"))
    return bare


def _heading(read: list[_Chart]) -> str:
    """What a deck is called that was given no title: after the report if it shows any of it."""
    first = read[0].about
    if not any(chart.about.figures for chart in read):
        return first.title
    return SOURCE["title"] if first.lang == "zh" else SOURCE["title_en"]


def _add_cover(master: Master, read: list[_Chart], title: str) -> None:
    lang = read[0].about.lang
    slide = master.presentation.slides.add_slide(master.cover)
    ours = any(chart.about.figures for chart in read)
    count = f"{len(read)}张图表" if lang == "zh" else f"{len(read)} charts"
    if len(read) == 1 and lang == "en":
        count = "1 chart"
    below = [source_line(lang)] if ours else []
    texts = {"title": [title], "subtitle": [*below, f"{count} · hanbin-data {__version__}"]}
    look = master.look(lang, [])
    _place_texts(slide, texts, master.cover_places, look)
    set_fonts(slide._element, look)
    _add_notes(slide, [citation()] if ours else [], [], look)


def _add_slide(master: Master, chart: _Chart) -> None:
    words = chart.about
    slide = master.presentation.slides.add_slide(master.chart)
    look = master.look(words.lang, _colorway(chart.spec))
    texts = {"title": [words.title], "subtitle": [words.subtitle], "source": [words.source]}
    shapes = _place_texts(slide, texts, master.places, look)
    box = master.places["chart"].box
    if chart.native:
        add_chart(slide, chart.native, box, look, words.name, words.alt)
    elif chart.picture:
        _add_picture(slide, chart, box)
    else:
        _add_table(slide, chart, box)
    if master.number is not None:
        slide.shapes._spTree.append(copy.deepcopy(master.number))
    set_fonts(slide._element, look)
    _add_notes(slide, _caveats(chart), _cut(slide, texts, shapes), look)


def _colorway(figure: Spec) -> list[str]:
    """The figure's colours where it names none itself: a template's accents replace them."""
    if figure["layout"].get("colorway"):
        return []
    try:
        return [colour(entry)[0] for entry in setting(figure, "colorway") or []]
    except ValueError:  # a colour that is not known is no accent either
        return []


def _place_texts(
    slide: Any, texts: dict[str, list[str]], places: dict[str, Place], look: Look
) -> dict[str, Any]:
    """Write each text into its placeholder, or into a box where the layout has none.

    A placeholder that stays empty would say "click to add text", so it goes.
    """
    shapes = {}
    holders = {p.placeholder_format.idx: p for p in slide.placeholders}
    for role, lines in texts.items():
        spot = places[role]
        shape = None if spot.placeholder is None else holders.pop(spot.placeholder, None)
        if shape is None:
            box = spot.box
            shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
            shape.name = role.capitalize()
        frame = shape.text_frame
        frame.word_wrap = True
        inner = Emu(max(1, spot.box.width - frame.margin_left - frame.margin_right)).pt
        tall = Emu(spot.box.height - frame.margin_top - frame.margin_bottom).pt
        size, shown = fitted(lines, spot.size, inner, tall)
        for number, line in enumerate(shown):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = line
            if size != spot.size or spot.placeholder is None:
                run.font.size = Pt(size)
        if spot.placeholder is None:
            frame.auto_size = MSO_AUTO_SIZE.NONE
        set_fonts(shape._element, Look(spot.latin, spot.east_asian, look.lang))
        shapes[role] = shape
    for empty in holders.values():
        empty._element.getparent().remove(empty._element)
    return shapes


def fitted(texts: list[str], size: float, width: float, height: float) -> tuple[float, list[str]]:
    """The type size at which texts fit into a box, and the texts, cut if none does.

    Args:
        texts: paragraphs.
        size: the size wished for, in points.
        width, height: the box, in points.
    """
    smallest = min(size, max(10.0, size * 0.6))
    # Twice what the box holds is plenty: to measure ever shorter pieces of a book takes minutes.
    most = 80 + round(2 * width * max(0, height) / (smallest * text_width("x", smallest)))
    shown = [text[:most] for text in texts]
    while size > smallest and needed(shown, size, width) > height:
        size = max(smallest, size - 1)
    while needed(shown, size, width) > height and len(shown[-1]) > 1:
        shown[-1] = shown[-1].rstrip("…")[:-8].rstrip() + "…"
    return size, shown


def needed(texts: list[str], size: float, width: float) -> float:
    """About how high texts stand in a box of a width, in points."""
    # A word longer than a line is broken inside, which wrapped() does not do.
    count = sum(
        max(1, -int(-text_width(line, size) // width))
        for text in texts
        for line in wrapped(text, size, width)
    )
    return count * size * 1.2


def _cut(slide: Any, texts: dict[str, list[str]], shapes: dict[str, Any]) -> list[str]:
    """The texts that a slide shows shortened, for its notes."""
    return [
        text
        for role, lines in texts.items()
        for text in lines
        if shapes[role].text_frame.text != text
    ]


def _add_picture(slide: Any, chart: _Chart, box: Box) -> None:
    """The picture without its empty rim, as large as the box allows."""
    image = Image.open(io.BytesIO(chart.picture or b"")).convert("RGB")
    rim = Image.new("RGB", image.size, image.getpixel((0, 0)))
    image = image.crop(ImageChops.difference(image, rim).getbbox())
    blob = io.BytesIO()
    image.save(blob, "PNG")
    zoom = min(box.width / image.width, box.height / image.height)
    width, height = round(image.width * zoom), round(image.height * zoom)
    left = box.left + (box.width - width) // 2
    picture = slide.shapes.add_picture(blob, left, box.top, width, height)
    picture.name = chart.about.name
    picture._element.nvPicPr.cNvPr.set("descr", chart.about.alt)


def _add_table(slide: Any, chart: _Chart, box: Box) -> None:
    """The chart's numbers as a table; what does not fit is counted in the last row."""
    table = numbers(chart.spec).iloc[:, :6]
    size, most = 12, int(Emu(box.height).pt // 24) - 1
    shown = table if len(table) <= most else table.head(most - 1)
    rest = len(table) - len(shown)
    columns = list(map(str, table.columns))
    rows = [columns]
    rows += [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
    if rest:
        note = _WORDS[chart.about.lang]["rest"].format(count=rest)
        rows.append([note, *[""] * (len(columns) - 1)])
    height = min(box.height, points(24 * len(rows)))
    frame = slide.shapes.add_table(len(rows), len(columns), box.left, box.top, box.width, height)
    frame.name = chart.about.name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.about.alt)
    width = Emu(box.width).pt / len(columns) - 15
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            cell = frame.table.cell(row, column)
            fits, (cell.text,) = fitted([text], size, width, size * 1.3)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(fits)
                for run in paragraph.runs:
                    run.font.size = Pt(fits)


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, int | float):
        return f"{value:,.15g}"
    return str(value)


def _caveats(chart: _Chart) -> list[str]:
    words, own = _WORDS[chart.about.lang], chart.about
    colon, semicolon, beside = (
        ("：", "；", "{}（{}）") if own.lang == "zh" else (": ", "; ", "{} ({})")
    )
    lines = [words["caveats"], *(f"• {note}" for note in own.notes)] if own.notes else []
    if own.printed:
        pairs = zip(own.figures, own.printed, strict=False)
        heading = beside.format(words["figures"], words["printed"])
        lines.append(f"{heading}{colon}{semicolon.join(beside.format(*pair) for pair in pairs)}")
    elif own.figures:
        lines.append(f"{words['figures']}{colon}{semicolon.join(own.figures)}")
    if own.formulas:
        lines.append(f"{words['formulas']}{colon}{semicolon.join(own.formulas)}")
    if chart.form != "native":
        lines.append(words[chart.form].format(why=chart.why[own.lang]))
    elif chart.why:
        lines.append(chart.why[own.lang])
    return lines


def _add_notes(slide: Any, lines: list[str], cut: list[str], look: Look) -> None:
    zh = look.lang.startswith("zh")
    words = _WORDS["zh" if zh else "en"]
    full = [f"{words['full']}{'：' if zh else ': '}{text}" for text in cut]
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join([*full, *lines, f"hanbin-data {__version__}"])
    set_fonts(slide.notes_slide._element, look)


class _Undated(_PhysPkgWriter):
    """Takes parts into a zip file, all with one time: the first that a zip file can hold.

    So same charts give same bytes, and a clock before 1980, which python-pptx would write
    into the file, does no harm.
    """

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file

    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        part = zipfile.ZipInfo(pack_uri.membername)
        part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        self.file.writestr(part, blob)


class _PackageWriter(PackageWriter):
    def _write(self) -> None:
        with zipfile.ZipFile(self._pkg_file, "w") as file:
            parts = _Undated(file)
            self._write_content_types_stream(parts)
            self._write_pkg_rels(parts)
            self._write_parts(parts)
