"""What a chart must carry wherever it goes: title, unit, period, source, alternative text."""

import html
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hanbin_data.charts import look, terms
from hanbin_data.charts.palette import EDGE, NARROW, SOFT
from hanbin_data.comparisons import context
from hanbin_data.source import SOURCE
from hanbin_data.words import language, say

_drawn: dict[str, tuple[int, dict[str, go.Figure]]] = {}
"""The captioned charts of each cell, by name, with the run of the cell that drew them."""


def drawn() -> list[go.Figure]:
    """The captioned charts of the running process, in the order of their cells."""
    return [fig for _, charts in _drawn.values() for fig in charts.values()]


def caption(
    fig: go.Figure,
    frame: pd.DataFrame,
    name: str,
    *,
    title: str,
    alt: str,
    subtitle: str = "",
    beside: str = "",
    **values: Any,
) -> go.Figure:
    """Give a chart what it must carry, and return it.

    Args:
        fig: any plotly figure drawn from ``frame``.
        frame: the rows that the chart shows: of ``figures()``, ``load()``,
            ``indicators()``, ``comparisons()`` or ``programmes()``.
        name: snake_case name of the chart, also of the files that it is saved to.
        title: what the chart says.
        alt: what kind of chart it is and how it is laid out; its values are added.
        subtitle: unit and period; made from the rows if not given.
        beside: the sources of numbers that are not the report's; those of a comparison are
            named if not given.
        **values: fill the ``{placeholders}`` of these texts, which are translated where the
            catalogue has them.

    Title, subtitle and source line are set, and ``layout.meta``: ``name``, ``lang``,
    ``title``, ``subtitle``, ``source``, ``alt``, ``deck``, ``figures`` (ids), ``printed``
    or ``formulas``, and ``notes``. Arrays become lists, so that the stored chart can be
    read and compared line by line.

    Raises:
        TypeError: ``fig`` is no figure, ``frame`` no DataFrame, or a text no string.
        ValueError: ``name`` is empty; the frame is no frame of figures, in another language
            than the one in use, or empty where no ``subtitle`` is given; or rows in unlike
            units are drawn on one axis.

    Warns:
        UserWarning: another cell has drawn a chart of this name.
    """
    if not isinstance(fig, go.Figure):
        raise TypeError(f"fig must be a plotly figure, not {type(fig).__name__}")
    texts = {"name": name, "title": title, "alt": alt, "subtitle": subtitle, "beside": beside}
    for what, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{what} must be a string, not {type(text).__name__}")
    if not name:
        raise ValueError("name must not be empty: the chart's files are named after it")
    spoken = look.carried(fig.layout.meta).get("spoken")
    names_only = isinstance(frame, pd.DataFrame) and {"offset", "kind"} <= set(frame)
    terms.check(frame, *(() if names_only else terms.TRAVELLING))
    _check_language(frame)
    if not names_only:
        _check_units(fig, frame)
    title, alt, beside = (say(text, **values) if text else "" for text in (title, alt, beside))
    beside = beside or _outside(frame)
    below = say(subtitle, **values) if subtitle else _unit_and_period(frame)
    told = look.plain(fig)
    fig.data, fig.layout = (), told["layout"]
    fig.add_traces(told["data"])
    source = [source_line(), *([beside] if beside else [])]
    if "figures" in frame:
        figures = _listed(frame["figures"])
    else:
        figures = [] if names_only else list(frame["figure_id" if "figure_id" in frame else "id"])
    fig.update_layout(
        meta={
            "name": name,
            "lang": language(),
            "title": title,
            "subtitle": below,
            "source": say("; ").join(source),
            "alt": _sentences([title, alt, below, say("; ").join(spoken or _values(fig))]),
            "deck": say("Party building in Hanbin District: the figures of a 2021 review"),
            "figures": figures,
            "printed": list(frame["printed"]) if "printed" in frame else [],
            "formulas": list(frame["formula"]) if "formula" in frame else [],
            "notes": _notes(terms.records(frame)),
        }
    )
    _set_texts(fig, title, below, source)
    _remember(name, fig)
    return fig


def source_line() -> str:
    """The source as a chart prints it under itself."""
    return say(
        "Source: {publisher}, {day}, {address}",
        publisher=SOURCE["publisher" if language() == "zh" else "publisher_en"],
        day=SOURCE["published"][:10],
        address=SOURCE["url"].removeprefix("https://"),
    )


def _remember(name: str, fig: go.Figure) -> None:
    """Keep the chart as this cell's; what the cell drew under another name is forgotten."""
    here, run = _cell()
    if here not in _drawn or _drawn[here][0] != run:
        _drawn[here] = (run, {})
    for other, (_, charts) in _drawn.items():
        if other != here and charts.pop(name, None) is not None:
            warnings.warn(
                f"another cell drew a chart named {name!r}, which this one replaces: "
                "give each chart a name of its own",
                stacklevel=3,
            )
    _drawn[here][1][name] = fig


def _cell() -> tuple[str, int]:
    """The notebook cell that is at work and its run; elsewhere the line that draws."""
    frame = sys._getframe(3)
    if not (shell := look.shell()):
        return f"{frame.f_code.co_filename}:{frame.f_lineno}", 0
    # JupyterLab names its cells; IPython names the file of a cell after its source.
    return look.cell() or frame.f_code.co_filename, int(shell.execution_count)


def _check_language(frame: pd.DataFrame) -> None:
    """Refuse rows that were loaded in another language than the one in use."""
    names = list(map(terms.name_of, terms.records(frame)))
    if names and language() == "zh" and not any(map(terms.wide, "".join(names))):
        raise ValueError("the rows are in English, the chart in Chinese: load them after use('zh')")
    if language() == "en" and sum(map(terms.wide, (name[:1] for name in names))) > len(names) / 2:
        raise ValueError("the rows are in Chinese, the chart in English: load them after use('en')")


def _check_units(fig: go.Figure, frame: pd.DataFrame) -> None:
    """Refuse an axis on which rows in unlike units are drawn as lengths or places."""
    if frame.empty or frame["unit"].nunique() < 2:
        return
    stated: dict[float, set[str]] = {}
    for value, code in zip(frame[terms.numbers(frame)], frame["unit"], strict=True):
        stated.setdefault(float(value), set()).add(code)
    axes: dict[str, set[float]] = {}
    for trace in fig.data:
        for letter in "xy":
            entries = getattr(trace, letter, None)  # pies have neither
            if entries is not None:
                found = {float(n) for n in entries if isinstance(n, int | float | np.number)}
                axes.setdefault(trace[letter + "axis"] or letter, set()).update(found)
    for axis, found in axes.items():
        found = {n for n in found if n == n}
        if found and found <= set(stated):
            units = set.union(*(stated[n] for n in found))
            if len(units) > 1 and not set.intersection(*(stated[n] for n in found)):
                raise ValueError(
                    f"the {axis} axis shows rows in unlike units ({', '.join(sorted(units))}): "
                    "draw each unit in a panel or chart of its own, say bars(frame, panels='unit')"
                )


def _sentences(texts: Iterable[str]) -> str:
    """Texts one after the other, each with a stop if it has none."""
    ends = tuple(".。?？!！")
    stop = say(". ")
    return "".join(text + (stop if not text.endswith(ends) else stop[1:]) for text in texts).strip()


def _notes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What must be known before rows are used, each once, behind the names that it is about."""
    named: dict[str, list[str]] = {}
    for row in rows:
        if note := terms.note_of(row):
            named.setdefault(note, []).append(terms.name_of(row))
    return [
        say(", ").join(dict.fromkeys(names)) + say(": ") + note for note, names in named.items()
    ]


def _unit_and_period(frame: pd.DataFrame) -> str:
    if frame.empty or "unit" not in frame:
        raise ValueError("the frame has no rows to take unit and period from: give a subtitle")
    units = list(dict.fromkeys(terms.label("unit", code) for code in frame["unit"]))
    if "place" in frame:  # whose years stand beside each row
        first, last = frame["period_start"].min(), frame["period_end"].max()
        periods = [terms.period({"period_start": first, "period_end": last})]
        if grades := sorted(set(frame["confidence"].dropna())):
            named = (f"{grade} {terms.label('confidence', grade)}" for grade in grades)
            periods.append(say("sources: {grades}", grades=say(", ").join(named)))
    else:
        periods = list(dict.fromkeys(map(terms.period, terms.records(frame))))
    listed = say(", ").join(units)
    capital = listed[:1].upper() + listed[1:]
    return say("{Units} · {periods}", Units=capital, periods=say("; ").join(periods))


def _outside(frame: pd.DataFrame) -> str:
    """The publishers behind a comparison's outside figures, with their years."""
    if "sources" not in frame:
        return ""
    used = context().set_index("id").loc[_listed(frame["sources"])]
    years = used["published"].str[:4].groupby(used["publisher"], sort=False).agg(["min", "max"])
    return say("; ").join(
        say("{publisher}, {years}", publisher=name, years="–".join(dict.fromkeys(ends)))
        for name, *ends in years.itertuples()
    )


def _listed(cells: pd.Series) -> list[str]:
    """The ids in cells that list several."""
    return list(dict.fromkeys(", ".join(cells.dropna()).split(", "))) if cells.any() else []


def _values(fig: go.Figure) -> list[str]:
    """Every value that a chart draws, as its direct labels write it, for those who listen."""
    spoken = []
    for trace in fig.data:
        if trace.type == "pie":
            categories, entries = trace.labels, trace.values
        elif trace.type in ("bar", "scatter"):
            lying = any(isinstance(entry, str) for entry in trace.y or ())
            categories, entries = (trace.y, trace.x) if lying else (trace.x, trace.y)
        else:
            continue
        entries = list(entries or ())
        categories = range(len(entries)) if categories is None else categories
        texts = trace.text if trace.text is not None else trace.hovertext
        texts = texts if isinstance(texts, list | tuple) else entries
        for category, entry, text in zip(categories, entries, texts, strict=False):
            if pd.isna(entry) or text is None or text == "":  # a point without a label
                continue
            said = text if isinstance(text, str) else terms.three_digits(text)
            named = f"{trace.name} {category}" if trace.name else str(category)
            spoken.append(re.sub("<[^>]*>", " ", f"{named}{say(': ')}{said}"))
    return spoken


def _key(fig: go.Figure) -> str:
    """A line that names the colours, where a chart has several named series."""
    named = {}
    for trace in fig.data:
        parts = [trace[part] for part in ("marker", "line") if part in trace]
        shades = [part.color for part in parts if "color" in part]
        color = next((shade for shade in shades if shade is not None), None)
        if trace.name and isinstance(color, str):
            named[trace.name] = color
    if len(named) < 2:
        return ""
    fig.update_layout(showlegend=False)
    return "   ".join(
        f"{_span('■', f'color:{color}')} {html.escape(name, quote=False)}"
        for name, color in named.items()
    )


def _span(text: str, style: str) -> str:
    return f'<span style="{style}">{text}</span>'


def _set_texts(fig: go.Figure, title: str, below: str, source: list[str]) -> None:
    """Place title, subtitle, key and source line, and make room for them and for the labels."""
    room = NARROW - 2 * EDGE
    head, small = terms.broken(title, 22, room), terms.broken(below, 14, room)
    foot = "<br>".join(terms.broken(line, 12, room) for line in source)
    key = _key(fig)
    lines = [f"<b>{head}</b>", _span(small, f"font-size:14px;color:{SOFT}")]
    lines += [_span(key, "font-size:14px")] if key else []
    left = max(EDGE, _label_width(fig))
    heads = [note.text for note in fig.layout.annotations if note.yanchor == "bottom"]
    lines_above = max((text.count("<br>") + 1 for text in heads), default=0)
    top = 96 + 20 * lines_above + 28 * head.count("<br>") + 20 * small.count("<br>")
    top += 22 if key else 0

    titled = any(axis.title.text for axis in fig.select_xaxes())
    bottom = (96 if titled else 78) + 16 * foot.count("<br>")
    fig.update_layout(
        title={"text": "<br>".join(lines)},
        margin={"l": left, "r": max(2 * EDGE, fig.layout.margin.r or 0), "t": top, "b": bottom},
    )
    if any(trace.type == "pie" for trace in fig.data):  # whose key above would lie on these texts
        fig.update_layout(legend={"orientation": "v", "x": 1, "y": 1, "yanchor": "top"})
    # Room is made here, once, so that the source line knows where the chart's rim is.
    fig.update_xaxes(automargin=False).update_yaxes(automargin=False)
    # The one of an earlier caption would stay below this one.
    fig.layout.annotations = [note for note in fig.layout.annotations if note.name != "source"]
    fig.add_annotation(
        name="source",
        text=foot,
        showarrow=False,
        font={"size": 12, "color": SOFT},
        align="left",
        x=0,
        xref="paper",
        xanchor="left",
        xshift=EDGE - left,
        y=0,
        yref="paper",
        yanchor="bottom",
        yshift=14 - bottom,
    )


def _label_width(fig: go.Figure) -> int:
    """Room that the category labels at the left of a chart need."""
    first = fig.layout.yaxis
    size = first.tickfont.size or 14
    shown = [] if first.visible is False or first.showticklabels is False else fig.data
    categories = [
        line
        for trace in shown
        if trace.type in ("bar", "scatter")
        for entry in trace.y or ()
        for line in (entry.split("<br>") if isinstance(entry, str) else [])
    ]
    width = round(max((terms.text_width(line, size) for line in categories), default=0))
    numbers_shown = not categories and any(trace.type in ("bar", "scatter") for trace in shown)
    return width + EDGE + 12 + (40 if numbers_shown else 0) + (24 if first.title.text else 0)
