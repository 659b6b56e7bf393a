"""Charts as files: presentations, pictures, pages and sheets."""

import json
import os
from collections.abc import Iterable
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
from hanbin_data.slides.reading import HEIGHT, WIDTH, Reading, Reason, each_figure, encoded, read
from hanbin_data.slides.template import open_master
from hanbin_data.words import choose, language, say

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
        TypeError: ``figures`` holds something else, ``title`` or ``lang`` is no string, or
            ``width`` or ``height`` no whole number.
        ValueError: there is no chart, or one is in the other language; the template is no
            presentation with layouts; or the suffix or language is unknown, or a size none
            that a browser draws.
        FileNotFoundError: the folder, or the template, does not exist.
        OSError: the file cannot be written.
    """
    choose("suffix", named(path).suffix.lower(), (".pptx",))
    file, master = target(path), open_master(template)
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be a string, not {type(title).__name__}")
    pictures.sized(width, height)
    charts = _described(figures, lang)
    if not charts:
        raise ValueError(say("there is no chart to make a deck of", lang))
    _climb(charts, width, height)
    speak = charts[0].lang
    heading = numbers.clean(title or "") or charts[0].deck or charts[0].title
    made = Deck(master, speak)
    count = say("1 chart", speak) if len(charts) == 1 else say("{n} charts", speak, n=len(charts))
    sources = [chart.source for chart in charts if chart.source]
    made.opening("cover", heading, [*sources[:1], count])
    parts = len({chart.part for chart in charts}) > 1
    rows, part = [], None
    for chart in charts:
        if parts and chart.part != part and chart.part:
            titles = [one.title for one in charts if one.part == chart.part]
            made.opening("section", chart.part, titles[:6])
        part = chart.part
        made.chart(chart)
        rows.append((len(made.slides), chart.name, chart.title, chart.form, chart.why))
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
    file = target(path)
    return _saved(_described([fig], lang), [form], [file], width, height, template)


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
    charts, into = _described(figures, lang), saving.home(folder)
    names = saving.filenames(chart.name for chart in charts)
    files = [into / f"{name}.{form}" for name in names for form in forms]
    return _saved(charts, forms, files, width, height, into=into)


def _saved(
    charts: list[Drawn],
    forms: list[str],
    files: list[Path],
    width: int,
    height: int,
    template: str | os.PathLike[str] | None = None,
    into: Path | None = None,
) -> pd.DataFrame:
    """Write each chart in each form; ``files`` are those of the first chart's forms first."""
    jobs = [(chart, form) for chart in charts for form in forms]
    with Browser() as browser:
        wanted = [(chart.spec, form) for chart, form in jobs if form in pictures.FORMS]
        images = iter(pictures.draw(wanted, width, height, browser=browser))
        if "pptx" in forms:
            _climb(charts, width, height, browser)
    rows = []
    contents: dict[str | os.PathLike[str], bytes] = {}
    shared = "html" in forms and len(charts) > 1
    for (chart, form), file in zip(jobs, files, strict=True):
        kind, slide, why = "numbers", None, ""
        if form in pictures.FORMS:
            kind, blob = "picture", next(images)
            if isinstance(blob, str):
                name, why = repr(chart.name), blob
                raise RuntimeError(
                    say("the chart {name} cannot be drawn: {why}", chart.lang, name=name, why=why)
                )
        elif form == "pptx":
            made = Deck(open_master(template), chart.lang)
            made.chart(chart)
            kind, slide, why, blob = chart.form, 1, chart.why, made.blob(chart.title)
        elif form == "html":
            kind, blob = "page", page(chart.spec, chart.title, chart.alt, chart.lang, shared=shared)
        elif form == "xlsx":
            blob = numbers.workbook(numbers.sheets(chart.spec))
        else:
            blob = numbers.separated(numbers.frame(chart.spec))
        contents[file] = blob
        rows.append((slide, chart.name, chart.title, kind, why))
    if shared:
        contents[files[0].with_name(SCRIPT)] = script().encode()
    saving.place_all(contents, into)
    # A path may hold bytes that are no text here, which a column of texts would not take.
    paths = pd.Series(list(map(str, files)), dtype=object)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"slide": "Int64"}).assign(file=paths)


def _described(figures: Iterable[Any], lang: str | None) -> list[Drawn]:
    """Each chart with its words; one that names no language speaks the first that is named."""
    specs = [_spec(figure, number) for number, figure in enumerate(each_figure(figures), 1)]
    named = [numbers.spoken(spec) for spec in specs]
    given, otherwise = lang and language(lang), next(filter(None, named), language())
    return [
        described(spec, number, given or own or otherwise)
        for number, (spec, own) in enumerate(zip(specs, named, strict=True), 1)
    ]


def _spec(figure: Any, number: int) -> dict[str, Any]:
    """A figure's JSON: a notebook's as it is stored there, another's without what no file holds."""
    stored = isinstance(figure, Stored)
    spec: dict[str, Any] = figure if stored else json.loads(encoded(figure, number))
    for part, kind in {"data": list, "layout": dict, "frames": list}.items():
        if spec.get(part) and not isinstance(spec[part], kind):
            said = f"its {part} is no {kind.__name__}"
            raise ValueError(f"chart {number} is no plotly figure: {said}")
    return spec


def _climb(charts: list[Drawn], width: int, height: int, browser: Browser | None = None) -> None:
    """Bring each chart to its highest rung: PowerPoint's own, a picture, a table; and say why."""
    for chart in charts:
        if isinstance(chart.spec, Stored):
            with suppress(ValueError):  # there is none, or one of another version
                _place(chart, Reading.from_json(chart.spec.reading))
    left = [chart for chart in charts if chart.form == "table"]
    try:
        asked = [chart.spec for chart in left]
        found = read(
            asked,
            width=width,
            height=height,
            pictures=lambda reading: not isinstance(_native(reading), Native),
            browser=browser,
        )
        for chart, reading in zip(left, found, strict=True):
            _place(chart, reading)
    except NoBrowserError:
        for chart in left:
            chart.why = say(
                "a table of its numbers, since there is no browser to draw it", chart.lang
            )


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


def _place(chart: Drawn, reading: Reading) -> None:
    """Put a chart on the highest rung for a reading, and say why it is none higher."""
    native, lang = _native(reading), chart.lang
    reasons: list[Reason | NotNativeError] = [*reading.remarks]
    if isinstance(native, Native):
        chart.native = native
    else:
        reasons = [*reading.why] or [native]
        if isinstance(chart.spec, Stored) and not reading.png:
            reading = replace(reading, png=chart.spec.preview)
    chart.reading = reading
    why = say("; ", lang).join(reason.say(lang) for reason in reasons)
    if chart.form == "picture":
        why = say("a picture: {why}", lang, why=why)
    elif chart.form == "table":
        why = say("a table of its numbers: {why}", lang, why=why)
    chart.why = why
