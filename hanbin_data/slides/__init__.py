"""From charts to slides, pictures, pages and sheets.

:func:`save` takes any plotly figure to a file; :func:`deck` takes many to one
presentation; :func:`charts` reads the charts that a notebook holds.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_data import saving
from hanbin_data.saving import named, target
from hanbin_data.slides import numbers, pictures
from hanbin_data.slides.browser import Browser, NoBrowserError
from hanbin_data.slides.deck import Deck, Drawn, described
from hanbin_data.slides.native import NotNativeError, translate
from hanbin_data.slides.notebooks import Stored, charts
from hanbin_data.slides.page import SCRIPT, page, script
from hanbin_data.slides.reading import HEIGHT, WIDTH, Reading, each_figure, encoded, read
from hanbin_data.slides.template import open_master
from hanbin_data.words import choose, language, say

__all__ = ["charts", "deck", "folder", "save", "save_charts"]

FORMS = ("pptx", "png", "svg", "pdf", "html", "xlsx", "csv")


def deck(
    figures: Iterable[Any],
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    lang: str | None = None,
    template: str | os.PathLike[str] | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> pd.DataFrame:
    """Put charts on slides, one each, behind a slide with the title.

    A chart becomes PowerPoint's own; what it has none for becomes a picture (SVG, with a PNG
    behind it), or, where there is no browser to draw it, a table of the chart's numbers.
    Charts of several notebooks have a slide that opens each one's part. Title, subtitle,
    source line, alternative text and caveats come from the chart's ``layout.meta``.

    Args:
        figures: plotly figures, their JSON as dicts, or what :func:`charts` gives.
        path: a ``.pptx`` file; an existing one is replaced once the new one is complete.
        title: plain text on the first slide; by default what the charts' ``layout.meta``
            names as ``deck``, or else the first chart's title.
        lang: ``"en"`` or ``"zh"``; by default each chart's own, and for a chart that names
            none that of the first which does.
        template: a ``.pptx``, ``.potx`` or ``.pptm`` whose layouts, fonts and colours the
            deck takes; macros, links and its own slides stay out.
        width, height: pixels that a chart is laid out in.

    Returns:
        Each row is one chart. Columns: ``slide`` (number), ``name``, ``title``, ``form``
        (``native``, ``picture`` or ``table``) and ``why`` (why not native, or what differs).

    Raises:
        TypeError: ``figures`` holds something else, or ``title`` or ``lang`` is no string.
        ValueError: there is no chart, or one is in the other language; the template is no
            presentation with layouts; or the suffix or language is unknown.
        FileNotFoundError: the folder, or the template, does not exist.
        OSError: the file cannot be written.
    """
    choose("suffix", named(path).suffix.lower(), (".pptx",))
    file, master = target(path), open_master(template)
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be a string, not {type(title).__name__}")
    drawn = _drawn(figures, lang, width, height)
    if not drawn:
        raise ValueError(say("there is no chart to make a deck of", lang))
    speak = drawn[0].lang
    heading = numbers.clean(title or "") or drawn[0].deck or drawn[0].title
    made = Deck(master, speak)
    count = say("1 chart", speak) if len(drawn) == 1 else say("{n} charts", speak, n=len(drawn))
    sources = list(dict.fromkeys(chart.source for chart in drawn if chart.source))
    made.opening("cover", heading, [*sources[:1], count])
    parts = len({chart.part for chart in drawn}) > 1
    rows, number, part = [], 1, None
    for chart in drawn:
        if parts and chart.part != part and chart.part:
            titles = [one.title for one in drawn if one.part == chart.part]
            made.opening("section", chart.part, titles[:6])
            number += 1
        part, number = chart.part, number + 1
        made.chart(chart)
        rows.append((number, chart.name, chart.title, chart.form, chart.why))
    saving.place_all({file: made.blob(heading)})
    return pd.DataFrame(rows, columns=["slide", "name", "title", "form", "why"])


def save(
    fig: Any,
    path: str | os.PathLike[str],
    *,
    template: str | os.PathLike[str] | None = None,
    lang: str | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> pd.DataFrame:
    """Save one chart; the suffix of ``path`` decides the form.

    ``.pptx`` is a deck of one slide, ``.png``, ``.svg`` and ``.pdf`` are pictures, ``.html``
    is a page that needs no network, ``.xlsx`` and ``.csv`` hold the numbers behind the chart.

    Args:
        fig: any plotly figure, or its JSON as a dict.
        path: the file; an existing one is replaced.
        template, lang, width, height: see :func:`deck`; a template is for ``.pptx`` alone.

    Returns:
        One row; columns as :func:`deck`, and ``file``.

    Raises:
        TypeError, ValueError, FileNotFoundError, OSError: see :func:`deck`.
        RuntimeError: a picture is asked for, and there is no browser to draw it or no font
            for its Chinese text, or it cannot be drawn, say a map that needs the network.
    """
    form = choose("suffix", named(path).suffix.lower(), [f".{form}" for form in FORMS])[1:]
    if template is not None and form != "pptx":
        raise ValueError(f"a template is for slides, not for {named(path).suffix!r}")
    return _saved([fig], [form], [target(path)], lang, width, height, template)


def save_charts(
    figures: Iterable[Any],
    folder: str | os.PathLike[str],
    formats: Iterable[str] = ("png",),
    *,
    lang: str | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> pd.DataFrame:
    """Save each chart to a file of its own, named after it, in each of several forms.

    All pictures are drawn in one browser, and all files are written or none.

    Args:
        figures: plotly figures, their JSON as dicts, or what :func:`charts` gives.
        folder: is made if only it itself is missing. Several pages share one plotly.js there.
        formats: suffixes of :func:`save`, without the point.
        lang, width, height: see :func:`deck`.

    Returns:
        Each row is one file; columns as :func:`deck`, and ``file``.

    Raises:
        TypeError, ValueError, FileNotFoundError, OSError, RuntimeError: see :func:`save`.
    """
    if isinstance(formats, str) or not isinstance(formats, Iterable):
        raise TypeError(f"formats must be a list such as ['png'], not {formats!r}")
    forms = list(dict.fromkeys(choose("format", form, FORMS) for form in formats))
    given = [_spec(figure, n) if not isinstance(figure, Mapping) else figure
             for n, figure in enumerate(each_figure(figures), 1)]  # fmt: skip
    into = saving.folder(folder)
    names = [described(spec, n, lang, "en").name for n, spec in enumerate(given, 1)]
    files = [into / f"{name}.{form}" for name in saving.filenames(names) for form in forms]
    charts_ = [figure for figure in given for _ in forms]
    return _saved(charts_, forms * len(given), files, lang, width, height, None, into=into)


def folder(path: str | os.PathLike[str]) -> None:
    """Make a folder that is to be saved to, with those around it; nothing for an empty text.

    Called before the work, so that a folder that cannot be is not found out at its end.

    Raises:
        TypeError, ValueError: it is no path.
        OSError: it is a file, or may not be made.
    """
    if path != "":
        named(path).mkdir(parents=True, exist_ok=True)


def _saved(
    figures: list[Any],
    forms: list[str],
    files: list[Path],
    lang: str | None,
    width: int,
    height: int,
    template: str | os.PathLike[str] | None,
    into: Path | None = None,
) -> pd.DataFrame:
    pairs = list(zip(figures, forms, strict=True))
    drawn = [at for at, (_, form) in enumerate(pairs) if form in pictures.FORMS]
    slides = [at for at, (_, form) in enumerate(pairs) if form == "pptx"]
    rows, blobs = [], []
    with Browser() as browser:
        jobs = [pairs[at] for at in drawn]
        images = dict(
            zip(drawn, pictures.draw_each(jobs, width, height, browser=browser), strict=True)
        )
        shown = dict(
            zip(
                slides,
                _drawn([figures[at] for at in slides], lang, width, height, browser),
                strict=True,
            )
        )
    for at, (figure, form) in enumerate(pairs):
        spec = _spec(figure, at + 1)
        chart = shown.get(at) or described(spec, at + 1, lang, language())
        kind, number = "numbers", None
        if form in pictures.FORMS:
            kind, blob = "picture", images[at]
            if isinstance(blob, str):
                raise RuntimeError(
                    say(
                        "the chart {name!r} cannot be drawn: {why}", lang, name=chart.name, why=blob
                    )
                )
        elif form == "pptx":
            made = Deck(open_master(template), chart.lang)
            made.chart(chart)
            kind, number, blob = chart.form, 1, made.blob(chart.title)
        elif form == "html":
            kind, shared = "page", forms.count("html") > 1
            words = {"title": chart.title, "alt": chart.alt, "lang": chart.lang}
            blob = page(spec, **words, shared=shared)
        elif form == "xlsx":
            blob = numbers.workbook(numbers.sheets(spec))
        else:
            blob = numbers.separated(numbers.frame(spec))
        blobs.append(blob)
        rows.append((number, chart.name, chart.title, kind, chart.why))
    contents: dict[str | os.PathLike[str], bytes] = dict(zip(files, blobs, strict=True))
    if forms.count("html") > 1:
        contents[files[0].with_name(SCRIPT)] = script().encode()
    saving.place_all(contents, into)
    frame = pd.DataFrame(rows, columns=["slide", "name", "title", "form", "why"])
    # A path may hold bytes that are no text here, which a column of texts would not take.
    paths = pd.Series(list(map(str, files)), dtype=object)
    return frame.astype({"slide": "Int64"}).assign(file=paths)


def _drawn(
    figures: Iterable[Any],
    lang: str | None,
    width: int,
    height: int,
    browser: Browser | None = None,
) -> list[Drawn]:
    """Each chart with its reading, the stored one or the browser's, and PowerPoint's charts."""
    given = list(each_figure(figures))
    specs = [_spec(figure, number) for number, figure in enumerate(given, 1)]
    if lang is not None:
        language(lang)
    metas = [(spec.get("layout") or {}).get("meta") for spec in specs]
    named_ = (meta.get("lang") for meta in metas if isinstance(meta, Mapping))
    otherwise = next((one for one in named_ if one in ("en", "zh")), language())
    rows = [described(spec, n, lang, otherwise) for n, spec in enumerate(specs, 1)]
    missing = []
    for chart, figure in zip(rows, given, strict=True):
        chart.part = getattr(figure, "part", "")
        stored = figure.reading if isinstance(figure, Stored) else None
        if stored is not None:
            try:
                chart.reading = replace(Reading.from_json(stored), png=figure.preview or b"")
            except ValueError:  # of another version
                chart.reading = None
        _translate(chart)
        if chart.reading is None or not (chart.native or chart.reading.png):
            missing.append((chart, figure))
    try:
        asked = [figure for _, figure in missing]
        read_ = read(asked, width=width, height=height, pictures=_wanting, browser=browser)
        for (chart, _), reading in zip(missing, read_, strict=True):
            chart.reading = reading
            _translate(chart)
    except NoBrowserError:
        for chart, _ in missing:
            chart.why = say(
                "a table of its numbers, since there is no browser to draw it", chart.lang
            )
    return rows


def _spec(figure: Any, number: int) -> Mapping[str, Any]:
    if isinstance(figure, Mapping):
        return figure
    spec: Mapping[str, Any] = json.loads(encoded(figure, number))
    return spec


def _wanting(reading: Reading) -> bool:
    try:
        translate(reading)
    except NotNativeError:
        return True
    return False


def _translate(chart: Drawn) -> None:
    """Find the highest rung: PowerPoint's own chart, a picture, a table; and say why."""
    reading = chart.reading
    if reading is None:
        return
    comma = say("; ", chart.lang)
    why = comma.join(reason.say(chart.lang) for reason in reading.why)
    if not reading.why:
        try:
            chart.native = translate(reading)
        except NotNativeError as error:
            why = error.say(chart.lang)
    if chart.native:
        chart.why = comma.join(reason.say(chart.lang) for reason in reading.remarks)
    elif reading.png:
        chart.why = say("a picture: {why}", chart.lang, why=why)
    else:
        chart.why = say("a table of its numbers: {why}", chart.lang, why=why)
