"""Charts as files: presentations, pictures, pages and sheets."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_data import saving
from hanbin_data.saving import named, target
from hanbin_data.slides import numbers, pictures
from hanbin_data.slides.browser import Browser, NoBrowserError
from hanbin_data.slides.deck import Deck, Drawn, described
from hanbin_data.slides.native import Native, NotNativeError, translate
from hanbin_data.slides.notebooks import Stored
from hanbin_data.slides.page import SCRIPT, page, script
from hanbin_data.slides.reading import HEIGHT, WIDTH, Reading, each_figure, encoded, read
from hanbin_data.slides.template import open_master
from hanbin_data.words import LANGUAGES, choose, language, say

FORMS = ("pptx", *pictures.FORMS, "html", "xlsx", "csv")
COLUMNS = ["slide", "name", "title", "form", "why"]


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
    return pd.DataFrame(rows, columns=COLUMNS)


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
    given = [_spec(figure, n) for n, figure in enumerate(each_figure(figures), 1)]
    into = saving.folder(folder)
    names = [described(spec, n, lang, "en").name for n, spec in enumerate(given, 1)]
    files = [into / f"{name}.{form}" for name in saving.filenames(names) for form in forms]
    return _saved(given, forms, files, lang, width, height, into=into)


def _saved(
    figures: list[Any],
    forms: list[str],
    files: list[Path],
    lang: str | None,
    width: int,
    height: int,
    template: str | os.PathLike[str] | None = None,
    into: Path | None = None,
) -> pd.DataFrame:
    """Write each figure in each form; ``files`` are those of the first figure's forms first."""
    jobs = [(figure, n, form) for n, figure in enumerate(figures, 1) for form in forms]
    with Browser() as browser:
        wanted = [(figure, form) for figure, _, form in jobs if form in pictures.FORMS]
        images = iter(pictures.draw_each(wanted, width, height, browser=browser))
        shown = [figure for figure, _, form in jobs if form == "pptx"]
        drawn = iter(_drawn(shown, lang, width, height, browser))
    rows = []
    contents: dict[str | os.PathLike[str], bytes] = {}
    shared = "html" in forms and len(figures) > 1
    for (figure, number, form), file in zip(jobs, files, strict=True):
        spec, kind, slide = _spec(figure, number), "numbers", None
        chart = next(drawn) if form == "pptx" else described(spec, number, lang, language())
        if form in pictures.FORMS:
            kind, blob = "picture", next(images)
            if isinstance(blob, str):
                message = "the chart {name!r} cannot be drawn: {why}"
                raise RuntimeError(say(message, lang, name=chart.name, why=blob))
        elif form == "pptx":
            made = Deck(open_master(template), chart.lang)
            made.chart(chart)
            kind, slide, blob = chart.form, 1, made.blob(chart.title)
        elif form == "html":
            words = {"title": chart.title, "alt": chart.alt, "lang": chart.lang}
            kind, blob = "page", page(spec, **words, shared=shared)
        elif form == "xlsx":
            blob = numbers.workbook(numbers.sheets(spec))
        else:
            blob = numbers.separated(numbers.frame(spec))
        contents[file] = blob
        rows.append((slide, chart.name, chart.title, kind, chart.why))
    if shared:
        contents[files[0].with_name(SCRIPT)] = script().encode()
    saving.place_all(contents, into)
    # A path may hold bytes that are no text here, which a column of texts would not take.
    paths = pd.Series(list(map(str, files)), dtype=object)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"slide": "Int64"}).assign(file=paths)


def _drawn(
    figures: Iterable[Any],
    lang: str | None,
    width: int,
    height: int,
    browser: Browser | None = None,
) -> list[Drawn]:
    """Each chart on its highest rung: PowerPoint's own, a picture, a table; and why."""
    given = list(each_figure(figures))
    specs = [_spec(figure, number) for number, figure in enumerate(given, 1)]
    metas = [(spec.get("layout") or {}).get("meta") for spec in specs]
    spoken = (meta.get("lang") for meta in metas if isinstance(meta, Mapping))
    otherwise = next((one for one in spoken if one in LANGUAGES), language())
    rows = [described(spec, n, lang, otherwise) for n, spec in enumerate(specs, 1)]
    missing = []
    for chart, figure in zip(rows, given, strict=True):
        if isinstance(figure, Stored):
            chart.part = figure.part
            with suppress(ValueError):  # there is none, or one of another version
                _climb(chart, Reading.from_json(figure.reading), figure)
        if chart.form == "table":
            missing.append((chart, figure))
    try:
        asked = [figure for _, figure in missing]
        found = read(asked, width=width, height=height, pictures=_wanting, browser=browser)
        for (chart, _), reading in zip(missing, found, strict=True):
            _climb(chart, reading)
    except NoBrowserError:
        for chart, _ in missing:
            chart.why = say(
                "a table of its numbers, since there is no browser to draw it", chart.lang
            )
    return rows


def _spec(figure: Any, number: int) -> Mapping[str, Any]:
    spec = figure if isinstance(figure, Mapping) else json.loads(encoded(figure, number))
    for part, kind in {"data": "list", "layout": "dict", "frames": "list"}.items():
        if spec.get(part) and isinstance(spec[part], Mapping) != (kind == "dict"):
            raise ValueError(f"chart {number} is no plotly figure: its {part} is no {kind}")
    return spec


def _wanting(reading: Reading) -> bool:
    return not isinstance(_native(reading), Native)


def _native(reading: Reading) -> Native | NotNativeError:
    try:
        native = translate(reading)
        # What is drawn far outside is of no use on a slide, which cuts nothing off.
        Reading.from_json(Reading(1, 1, shapes=[*native.under, *native.over]).to_json())
        return native
    except NotNativeError as error:
        return error
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        # Say of dates beyond the calendar: it costs this chart its form, not the deck.
        return NotNativeError(
            "its numbers are out of reach ({problem})", problem=error.__cause__ or error
        )


def _climb(chart: Drawn, reading: Reading, stored: Stored | None = None) -> None:
    """Find the highest rung for a reading, and say why it is none higher."""
    comma, native = say("; ", chart.lang), _native(reading)
    if isinstance(native, Native):
        chart.native, why = native, ""
    else:
        reading = replace(reading, png=stored.preview) if stored else reading
        why = native.say(chart.lang)
    chart.reading = reading
    if reading.why:
        why = comma.join(reason.say(chart.lang) for reason in reading.why)
    if chart.native:
        chart.why = comma.join(reason.say(chart.lang) for reason in reading.remarks)
    elif reading.png:
        chart.why = say("a picture: {why}", chart.lang, why=why)
    else:
        chart.why = say("a table of its numbers: {why}", chart.lang, why=why)
