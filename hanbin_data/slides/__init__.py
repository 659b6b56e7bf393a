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

from hanbin_data.saving import named, place_all, target
from hanbin_data.slides import numbers
from hanbin_data.slides.browser import NoBrowserError
from hanbin_data.slides.deck import Deck, Drawn, described
from hanbin_data.slides.native import NotNativeError, translate
from hanbin_data.slides.notebooks import Stored, charts
from hanbin_data.slides.reading import HEIGHT, WIDTH, Reading, each_figure, encoded, read
from hanbin_data.slides.template import open_master
from hanbin_data.words import choose, language, say

__all__ = ["charts", "deck", "save", "save_charts"]

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
    made.cover(heading, [*sources[:1], count])
    parts = len({chart.part for chart in drawn}) > 1
    rows, number, part = [], 1, None
    for chart in drawn:
        if parts and chart.part != part and chart.part:
            made.section(chart.part, [one.title for one in drawn if one.part == chart.part][:6])
            number += 1
        part, number = chart.part, number + 1
        made.chart(chart)
        rows.append((number, chart.name, chart.title, chart.form, chart.why))
    place_all({file: made.blob(heading)})
    return pd.DataFrame(rows, columns=["slide", "name", "title", "form", "why"])


def _drawn(figures: Iterable[Any], lang: str | None, width: int, height: int) -> list[Drawn]:
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
        read_ = read([f for _, f in missing], width=width, height=height, pictures=_wanting)
        for (chart, _), reading in zip(missing, read_, strict=True):
            chart.reading = reading
            _translate(chart)
    except NoBrowserError:
        for chart, _ in missing:
            chart.why = say("a table of its numbers, since there is no browser to draw it", chart.lang)
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
