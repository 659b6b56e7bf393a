"""What a chart must carry wherever it goes: title, unit, period, source, alternative text."""

import html
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from IPython import get_ipython

from hanbin_data.charts import look, terms
from hanbin_data.charts.palette import EDGE, NARROW, SOFT
from hanbin_data.comparisons import context
from hanbin_data.source import SOURCE
from hanbin_data.words import language, say

_drawn: dict[str, dict[str, tuple[int, go.Figure]]] = {}
"""The captioned charts of each cell, by name, each with the run of the cell that drew it."""


def drawn() -> list[go.Figure]:
    """The captioned charts of the running process, in the order of their cells."""
    return [fig for charts in _drawn.values() for _, fig in charts.values()]


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
    chart = look.plain(fig)
    terms.check(frame)
    counted = "kind" not in frame  # names have neither numbers nor years
    terms.check(frame, *terms.TRAVELLING * counted)
    _check_language(frame)
    if counted:
        _check_units(chart["data"], frame)
    title, alt, beside = (say(text, **values) if text else "" for text in (title, alt, beside))
    below = say(subtitle, **values) if subtitle else _unit_and_period(frame)
    beside = beside or _outside(frame)
    publisher = SOURCE["publisher" if language() == "zh" else "publisher_en"]
    day, address = SOURCE["published"][:10], SOURCE["url"].removeprefix("https://")
    origin = {"publisher": publisher, "day": day, "address": address}
    source = [say("Source: {publisher}, {day}, {address}", **origin), *[beside] * bool(beside)]
    heard = look.carried(fig.layout.meta).get("spoken") or _values(**chart)
    told, stop, ends = [title, alt, below, say("; ").join(heard)], say(". "), tuple(".。?？!！")
    ids = frame.get("figure_id", frame.get("id", pd.Series(dtype=object))).dropna().unique()
    fig.data, fig.layout = (), chart["layout"]
    fig.add_traces(chart["data"])
    fig.update_layout(
        meta={
            "name": name,
            "lang": language(),
            "title": title,
            "subtitle": below,
            "source": say("; ").join(source),
            "alt": "".join(text + stop[text.endswith(ends) :] for text in told if text).strip(),
            "deck": say("Party building in Hanbin District: the figures of a 2021 review"),
            "figures": _listed(frame["figures"]) if "figures" in frame else ids.tolist(),
            "printed": list(frame.get("printed", ())),
            "formulas": list(frame.get("formula", ())),
            "notes": _notes(terms.records(frame)),
        }
    )
    _set_texts(fig, chart["data"], title, below, source)
    _remember(name, fig)
    return fig


def _remember(name: str, fig: go.Figure) -> None:
    """Keep the chart as this cell's; what the cell drew in an earlier run is forgotten."""
    # JupyterLab names its cells, IPython the file of each; elsewhere it is the line that draws.
    caller, shell = sys._getframe(2), get_ipython()
    place = f"{caller.f_code.co_filename}:{0 if shell else caller.f_lineno}"
    here, run = look.cell() or place, int(shell.execution_count) if shell else 0
    _drawn[here] = {k: own for k, own in _drawn.get(here, {}).items() if own[0] == run}
    for other, charts in _drawn.items():
        if other != here and charts.pop(name, None) is not None:
            warnings.warn(
                f"another cell drew a chart named {name!r}, which this one replaces: "
                "give each chart a name of its own",
                stacklevel=3,
            )
    _drawn[here][name] = (run, fig)


def _check_language(frame: pd.DataFrame) -> None:
    """Refuse rows that were loaded in another language than the one in use."""
    names, wide = list(map(terms.name_of, terms.records(frame))), re.compile(f"[{terms.WIDE}]")
    if language() == "zh" and names and not any(map(wide.search, names)):
        raise ValueError("the rows are in English, the chart in Chinese: load them after use('zh')")
    if language() == "en" and len(list(filter(wide.match, names))) > len(names) / 2:
        raise ValueError("the rows are in Chinese, the chart in English: load them after use('en')")


def _check_units(data: Iterable[Mapping[str, Any]], frame: pd.DataFrame) -> None:
    """Refuse an axis on which rows in unlike units are drawn as lengths or places."""
    if frame["unit"].nunique() < 2:
        return
    stated = frame["unit"].groupby(frame[terms.numbers(frame)]).agg(set)
    axes: dict[str, set[float]] = {}
    for trace in data:
        for letter in "xy":
            numbers = {n for n in trace.get(letter) or () if isinstance(n, int | float)}
            axes.setdefault(trace.get(f"{letter}axis", letter), set()).update(numbers)
    for axis, found in axes.items():
        units = list(stated.reindex(list(found)))
        if units and found <= {*stated.index} and not set.intersection(*units):
            listed = ", ".join(sorted(set.union(*units)))
            raise ValueError(
                f"the {axis} axis shows rows in unlike units ({listed}): "
                "draw each unit in a panel or chart of its own, say bars(frame, panels='unit')"
            )


def _notes(rows: Iterable[Mapping[Any, Any]]) -> list[str]:
    """What must be known before rows are used, each once, behind the names that it is about."""
    named: dict[str, dict[str, None]] = {}
    for row in rows:
        named.setdefault(terms.note_of(row), {})[terms.name_of(row)] = None
    return [say(", ").join(names) + say(": ") + note for note, names in named.items() if note]


def _unit_and_period(frame: pd.DataFrame) -> str:
    if frame.empty or "unit" not in frame:
        raise ValueError("the frame has no rows to take unit and period from: give a subtitle")
    rows = terms.records(frame)
    if "place" in frame:  # whose years stand beside each row
        first, last = frame["period_start"].min(), frame["period_end"].max()
        periods = [terms.period({"period_start": first, "period_end": last})]
        if grades := sorted({*frame["confidence"].dropna()}):
            named = (f"{grade} {terms.label('confidence', grade)}" for grade in grades)
            periods.append(say("sources: {grades}", grades=say(", ").join(named)))
    else:
        periods = list(dict.fromkeys(map(terms.period, rows)))
    units = say(", ").join(dict.fromkeys(terms.label("unit", row["unit"]) for row in rows))
    units = units[:1].upper() + units[1:]
    return say("{Units} · {periods}", Units=units, periods=say("; ").join(periods))


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
    """The ids in cells that may list several."""
    return list(dict.fromkeys(one for cell in cells.dropna() for one in cell.split(", ")))


def _values(data: Iterable[Mapping[str, Any]], layout: Mapping[str, Any]) -> list[str]:
    """Every value that a chart draws, as its direct labels write it, for those who listen."""
    heads, spoken = _heads(layout), []
    for trace in data:
        at, entries = trace.get("x") or [], trace.get("y") or []
        if trace["type"] == "pie":
            at, entries = trace.get("labels") or [], trace.get("values") or []
        elif trace["type"] not in ("bar", "scatter"):
            continue
        if any(isinstance(entry, str) for entry in entries):  # bars that lie
            at, entries = entries, at
        texts = trace.get("text") or trace.get("hovertext")
        texts = texts if isinstance(texts, list) else entries
        for category, entry, text in zip(at or range(len(entries)), entries, texts, strict=False):
            if entry is not None and text not in (None, ""):  # else a point without a label
                said = text if isinstance(text, str) else terms.three_digits(text)
                parts = (heads.get(trace.get("xaxis", "x"), ""), trace.get("name") or "", category)
                named = " ".join(dict.fromkeys(filter(None, map(str, parts))))
                spoken.append(re.sub("<[^>]*>", " ", f"{named}{say(': ')}{said}"))
    return spoken


def _heads(layout: Mapping[str, Any]) -> dict[str, str]:
    """The texts over panels beside each other, by the axis below each."""
    placed = {}
    for name, axis in layout.items():
        if name.startswith("xaxis"):
            beside = layout.get(f"yaxis{axis.get('anchor', 'y')[1:]}", {})
            top = sum(axis.get("domain", (0, 1))) / 2, beside.get("domain", (0, 1))[1]
            placed[top] = f"x{name[5:]}"
    notes = [note for note in layout.get("annotations", ()) if note.get("yanchor") == "bottom"]
    return {placed[at]: n["text"] for n in notes if (at := (n.get("x"), n.get("y"))) in placed}


def _key(data: Iterable[Mapping[str, Any]]) -> str:
    """A line that names the colours, where a chart has several named series."""
    colors = {trace["name"]: _color(trace) for trace in data if trace.get("name")}
    named = {name: color for name, color in colors.items() if isinstance(color, str)}
    return "   ".join(
        f'<span style="color:{color}">■</span> {html.escape(name, quote=False)}'
        for name, color in named.items()
        if len(named) > 1
    )


def _color(trace: Mapping[str, Any]) -> Any:
    """The colour that a series is drawn in; where a part has none, it takes the other's."""
    lined = "lines" in trace.get("mode", "lines")
    parts = [trace.get(part, {}).get("color") for part in ("line", "marker")]
    return next((color for color in parts[:: 1 if lined else -1] if color is not None), None)


def _set_texts(fig: go.Figure, data: list[Any], title: str, below: str, source: list[str]) -> None:
    """Place title, subtitle, key and source line, and make room for them and for the labels."""
    room = NARROW - 2 * EDGE
    head, small = terms.broken(title, 22, room), terms.broken(below, 14, room)
    foot, key = terms.broken("<br>".join(source), 12, room), _key(data)
    lines = [f"<b>{head}</b>", f'<span style="font-size:14px;color:{SOFT}">{small}</span>']
    lines += [f'<span style="font-size:14px">{key}</span>'] if key else []
    heads = [note.text for note in fig.layout.annotations if note.yanchor == "bottom"]
    lines_above = max((text.count("<br>") + 1 for text in heads), default=0)
    top = 96 + 20 * (lines_above + small.count("<br>")) + 28 * head.count("<br>") + 22 * bool(key)
    titled = any(axis.title.text for axis in fig.select_xaxes())
    bottom = (96 if titled else 78) + 16 * foot.count("<br>")
    left, right = max(EDGE, _label_width(fig, data)), max(2 * EDGE, fig.layout.margin.r or 0)
    margin = {"l": left, "r": right, "t": top, "b": bottom}
    fig.update_layout(title={"text": "<br>".join(lines)}, margin=margin)
    if any(trace["type"] == "pie" for trace in data):  # whose key above would lie on these texts
        fig.update_layout(legend={"orientation": "v", "x": 1, "y": 1, "yanchor": "top"})
    elif key or (fig.layout.showlegend is None and len({t.get("name") for t in data}) == 1):
        fig.update_layout(showlegend=False)
    # Room is made here, once, so that the source line knows where the chart's rim is.
    fig.update_xaxes(automargin=False).update_yaxes(automargin=False)
    # The one of an earlier caption would stay below this one.
    fig.layout.annotations = [note for note in fig.layout.annotations if note.name != "source"]
    corner = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": EDGE - left}
    corner |= {"y": 0, "yref": "paper", "yanchor": "bottom", "yshift": 14 - bottom}
    font = {"size": 12, "color": SOFT}
    fig.add_annotation(corner, name="source", text=foot, showarrow=False, font=font, align="left")


def _label_width(fig: go.Figure, data: Iterable[Mapping[str, Any]]) -> int:
    """Room that the labels at the left of a chart need."""
    axis = fig.layout.yaxis
    drawn = [trace for trace in data if trace["type"] in ("bar", "scatter")]
    if not drawn or axis.visible is False or axis.showticklabels is False:
        return EDGE + 12 + (24 if axis.title.text else 0)
    texts = (entry for trace in drawn for entry in trace.get("y") or () if isinstance(entry, str))
    lines = "<br>".join(texts).split("<br>")
    width = max(terms.text_width(line, axis.tickfont.size or 14) for line in lines)
    return round(width or 40) + EDGE + 12 + (24 if axis.title.text else 0)  # 40: of numbers
