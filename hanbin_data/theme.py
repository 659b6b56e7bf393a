"""The one look of all charts: palette, fonts, size, and the caption a chart carries.

A notebook calls :func:`use` once, draws with plotly, and ends a chart with
:func:`caption`, so that title, unit, period, source and alternative text go wherever the
chart goes.
"""

import html
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from plotly.io.base_renderers import PlotlyRenderer

from hanbin_data import plotted
from hanbin_data.frames import LANGUAGES, choose, rows
from hanbin_data.source import SOURCE

if TYPE_CHECKING:
    from IPython.display import DisplayObject

__all__ = [
    *("PALETTE", "SEQUENCE", "caption", "drawn", "hover", "label", "period", "source_line"),
    *("table", "typeset", "use", "wrapped", "written"),
]

WIDTH, HEIGHT = 960, 540
"""Size of a chart in pixels, and of a 16:9 slide in points."""

INK, SOFT, RULE, PAPER = "#1f2933", "#52606d", "#d9dee3", "#ffffff"
"""Text, secondary text, grid lines, background."""

PALETTE = {
    "political": "#004488",
    "grassroots": "#2a9d8f",
    "talent": "#b8860b",
    "discipline": "#8c510a",
    "neutral": "#5e5e5e",
}
"""One colour a theme and one for the rest. Each has 3:1 against the paper, and they stay
apart under protanopia, deuteranopia and tritanopia; a test computes both."""

SEQUENCE = ("#0b2545", "#2f6690", "#767676")
"""Dark to light, for the parts of one whole; white text on each has 4.5:1."""

FONTS = (
    "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Segoe UI, "
    "Arial, sans-serif"
)

EDGE = 28  # pixels between the chart's rim and its text
_axis = {
    "gridcolor": RULE,
    "linecolor": RULE,
    "zerolinecolor": SOFT,
    "zerolinewidth": 1,
    "automargin": False,
    "ticklabelstandoff": 8,
    "tickfont": {"size": 14, "color": INK},
    "title": {"font": {"size": 14, "color": SOFT}},
}
TEMPLATE = go.layout.Template(
    data={"scatter": [{"cliponaxis": False}]},  # a label may reach into the margin
    layout={
        "font": {"family": FONTS, "size": 14, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "colorway": list(PALETTE.values()),
        "showlegend": False,
        "bargap": 0.35,
        "xaxis": {**_axis, "showgrid": False, "rangemode": "tozero"},
        "yaxis": {**_axis, "showgrid": False, "rangemode": "tozero"},
        "hoverlabel": {"align": "left", "bgcolor": PAPER, "font": {"size": 13, "color": INK}},
    },
)
"""The plotly template; zero is on every axis of lengths."""


class _SlideRenderer(PlotlyRenderer):
    """Plotly's notebook renderer, with a camera button that saves a slide-sized PNG."""

    def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
        meta = fig_dict["layout"].get("meta")
        self.config = {
            "displaylogo": False,
            "toImageButtonOptions": {
                "format": "png",
                "filename": meta.get("name", "chart") if isinstance(meta, dict) else "chart",
                "width": WIDTH,
                "height": HEIGHT,
                "scale": 2,
            },
        }
        return super().to_mimebundle(fig_dict)


drawn: dict[str, go.Figure] = {}
"""The captioned charts of the running process by name; drawing one again replaces it."""


def use() -> None:
    """Make this look plotly's default for the running process."""
    pio.templates["hanbin"] = TEMPLATE
    pio.templates.default = "hanbin"
    pio.renderers["hanbin"] = _SlideRenderer()
    pio.renderers.default = "hanbin"


def label(field: str, code: str, lang: str) -> str:
    """The label of a code of ``data/vocabulary.csv``, say ``("unit", "case", "zh")``."""
    lang = choose("language", lang, LANGUAGES)
    lines = rows("vocabulary")
    field = choose("field", field, dict.fromkeys(row["field"] for row in lines))
    words = {row["code"]: row[f"label_{lang}"] for row in lines if row["field"] == field}
    return words[choose(field, code, words)]


def written(table: pd.DataFrame, lang: str) -> list[str]:
    """Each row's number as a chart shows it: an inexact one looks inexact.

    The number is the column before ``low``. In Chinese it is the printed token without
    its classifier (60余, 9.64亿); in English a range or a rounded amount with ≈. A number
    that is computed, as in ``indicators()``, has three significant digits, or is whole
    where it has more digits than these.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown, or the table has no numbers with a range.
    """
    lang = choose("language", lang, LANGUAGES)
    _check_columns(table, "low", "high")
    if "qualifier" in table:
        _check_columns(table, "printed")
    columns = list(table.columns)
    if "low" not in columns[1:]:
        raise ValueError(f"the table has no column 'low' behind one of numbers: {columns}")
    number = columns[columns.index("low") - 1]
    texts = []
    for row in _records(table):
        match row.get("qualifier"):
            case None:
                texts.append(_computed(float(row["low"]), float(row["high"]), lang))
            case "cleared":
                texts.append(row["printed"] if lang == "zh" else "0")
            case _ if lang == "zh":
                texts.append(row["printed"].rstrip("个名件人次批元"))
            case "over":
                texts.append(f"{row['low']:,}–{row['high']:,}")
            case "rounded":
                texts.append(f"≈ {row[number] / 1e6:,.12g} million")
            case _:
                texts.append(f"{row[number]:,}")
    return texts


def _computed(low: float, high: float, lang: str) -> str:
    ends = list(dict.fromkeys(_three_digits(end, lang) for end in (low, high)))
    about = "" if len(ends) == 2 or low == high else "约" if lang == "zh" else "≈ "
    return about + "–".join(ends)


def _three_digits(number: float, lang: str) -> str:
    if number >= 1e8 and lang == "zh":
        return f"{_short(number / 1e8)}亿"
    if number >= 1e6 and lang == "en":
        return f"{_short(number / 1e6)} million"
    if number >= 100 or number.is_integer():
        return f"{number:.0f}" if lang == "zh" else f"{number:,.0f}"  # as the report prints
    return f"{number:#.3g}".rstrip(".")


def _short(number: float) -> str:
    """Three digits, without those that say nothing; all of a number that has more."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def period(row: Mapping[str, Any], lang: str) -> str:
    """A row's reference period, with its basis if the row has one.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    start, end = row["period_start"], row["period_end"]
    years = f"{start}" if start == end else f"{start}–{end}"
    years += "年" if lang == "zh" else ""
    if "period_basis" not in row:
        return years
    basis = label("period_basis", row["period_basis"], lang)
    return f"{years}（{basis}）" if lang == "zh" else f"{years} ({basis})"


def hover(table: pd.DataFrame, lang: str) -> list[str]:
    """Each row's hover text: label, number, printed form if any, period, note.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown, or a column is missing.
    """
    lang = choose("language", lang, LANGUAGES)
    _check_columns(table, *_TRAVELLING)
    note, name = _note(table, lang), _name(table, lang)
    quoted = "原文：{}" if lang == "zh" else "as printed ({})"
    texts = []
    for row, number in zip(_records(table), written(table, lang), strict=True):
        lines = [
            f"<b>{_escaped(str(row[name]), 13, 380)}</b>",
            f"{number} {label('unit', row['unit'], lang)}",
            *([quoted.format(row["printed"])] if "printed" in row else []),
            period(row, lang),
        ]
        if isinstance(row[note], str):
            lines.append(_escaped(row[note], 13, 380))
        texts.append("<br>".join(lines))
    return texts


def _name(table: pd.DataFrame, lang: str) -> str:
    """The column that tells a table's rows apart for a reader."""
    return _first(table, "place", "label", f"label_{lang}")


def _note(table: pd.DataFrame, lang: str) -> str:
    """The column that says what must be known before a row is used."""
    return _first(table, "note", f"note_{lang}", "assumption", "statement")


def _first(table: pd.DataFrame, *columns: str) -> str:
    """The first of several columns that a table has."""
    found = next((column for column in columns if column in table), None)
    if found is None:
        raise ValueError(f"the table has none of the columns {', '.join(columns)}")
    return found


_TRAVELLING = ("low", "high", "unit", "period_start", "period_end")
"""Columns that every frame of figures has beside its numbers."""


def _check_columns(table: pd.DataFrame, *needed: str) -> None:
    """Refuse what is no frame of this package's figures."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a DataFrame, not {type(table).__name__}")
    missing = [column for column in needed if column not in table]
    if missing:
        raise ValueError(f"the table lacks {', '.join(missing)}: no frame of the report's figures")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def caption(
    fig: go.Figure,
    table: pd.DataFrame,
    *,
    name: str,
    title: str | Mapping[str, str],
    alt: str | Mapping[str, str],
    lang: str = "en",
    subtitle: str | Mapping[str, str] | None = None,
    beside: str | Mapping[str, str] = "",
) -> go.Figure:
    """Give a chart what it must carry, and return it.

    Args:
        fig: any plotly figure drawn from ``table``.
        table: the rows that the chart shows: of ``figures()``, ``load()``,
            ``indicators()`` or ``comparisons()``.
        name: snake_case name of the chart, also of the files that it is saved to.
        title: what the chart says, as a text or by language: ``{"en": …, "zh": …}``.
        alt: what kind of chart it is and how it is laid out; the values are added from it.
        lang: ``"en"`` or ``"zh"``.
        subtitle: unit and period; made from the rows if not given.
        beside: the sources of figures that are not the report's.

    The title with its subtitle, the source line and ``layout.meta`` are set: ``meta``
    holds ``name``, ``lang``, ``title``, ``subtitle``, ``source``, ``alt``, ``figures``
    (ids), ``printed`` or ``formulas`` and ``notes``. Arrays become lists, so that the stored
    chart can be read and compared line by line.

    Raises:
        TypeError: ``fig`` is no figure, ``table`` no frame, or a text no string.
        ValueError: ``lang`` is unknown, ``name`` is empty, the table lacks a column, or has
            no rows where ``subtitle`` is not given, or a text is not given in ``lang``.
    """
    lang = choose("language", lang, LANGUAGES)
    if not isinstance(fig, go.Figure):
        raise TypeError(f"fig must be a plotly figure, not {type(fig).__name__}")
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, not {type(name).__name__}")
    if not name:
        raise ValueError("name must not be empty: the chart's files are named after it")
    _check_columns(table, *_TRAVELLING)
    drawn_on = _drawn_on(table)
    form = _first(table, "printed", "formula")
    title, alt = _in(title, lang), _in(alt, lang)
    below = _unit_and_period(table, lang) if subtitle is None else _in(subtitle, lang)
    for trace in fig.data:
        _make_readable(trace)
    source = [source_line(lang), *filter(None, [_in(beside, lang)])]
    meta = {
        "name": name,
        "lang": lang,
        "title": title,
        "subtitle": below,
        "source": ("；" if lang == "zh" else "; ").join(source),
        "alt": _sentences([title, alt, below, _values(fig, lang)], lang),
        "figures": drawn_on,
        "printed": list(table[form]) if form == "printed" else [],
        "formulas": list(table[form]) if form == "formula" else [],
        "notes": list(dict.fromkeys(table[_note(table, lang)].dropna())),
    }
    head, small = (
        _escaped(text, size, WIDTH - 2 * EDGE) for text, size in ((title, 22), (below, 14))
    )
    key = _key(fig)
    left = max(EDGE, _label_width(fig))
    below_chart = "<br>".join(_escaped(line, 12, WIDTH - 2 * EDGE) for line in source)
    bottom = 84 + 16 * below_chart.count("<br>")
    top = 34 + 28 * (head.count("<br>") + 1) + 20 * (small.count("<br>") + 1)
    fig.update_layout(
        meta=meta,
        width=WIDTH,
        height=HEIGHT,
        margin={
            "l": left,
            "r": 2 * EDGE,
            "t": top + (36 if key else 14),
            "b": bottom,
        },
        title={
            "text": f"<b>{head}</b><br>{_span(small, f'font-size:14px;color:{SOFT}')}{key}",
            "font": {"size": 22, "color": INK},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": EDGE, "t": 36},
        },
    )
    # The one of an earlier caption would stay below this one.
    fig.layout.annotations = [note for note in fig.layout.annotations if note.name != "source"]
    fig.add_annotation(
        name="source",
        text=below_chart,
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
    drawn[name] = fig
    return fig


def _sentences(texts: Iterable[str], lang: str) -> str:
    """Texts one after the other, each with a stop if it has none."""
    stop, space = ("。", "") if lang == "zh" else (".", " ")
    ends = tuple(".。?？!！")
    return space.join(text if text.endswith(ends) else text + stop for text in texts)


def _drawn_on(table: pd.DataFrame) -> list[str]:
    """The ids of the report's figures behind a table's rows."""
    if "figures" in table:
        return list(dict.fromkeys(", ".join(table["figures"].dropna()).split(", ")))
    return list(table[_first(table, "figure_id", "id")])


def _key(fig: go.Figure) -> str:
    """A line that names the colours, where a chart has several named series."""
    named = {}
    for trace in fig.data:
        parts = [trace[part] for part in ("marker", "line") if part in trace]
        colors = [part.color for part in parts if "color" in part]
        color = next((color for color in colors if color is not None), None)
        if trace.name and isinstance(color, str):
            named[trace.name] = color
    if len(named) < 2:
        return ""
    words = [
        f"{_span('■', f'color:{color}')} {html.escape(name, quote=False)}"
        for name, color in named.items()
    ]
    return "<br>" + _span("   ".join(words), "font-size:14px")


def _span(text: str, style: str) -> str:
    return f'<span style="{style}">{text}</span>'


def _in(text: str | Mapping[str, str], lang: str) -> str:
    if isinstance(text, Mapping):
        if lang not in text:
            raise ValueError(f"there is no text in {lang!r}, only in {', '.join(text)}")
        text = text[lang]
    if not isinstance(text, str):
        raise TypeError(f"a text must be a string, not {type(text).__name__}")
    return text


def _unit_and_period(table: pd.DataFrame, lang: str) -> str:
    if table.empty:
        raise ValueError("the table has no rows to take unit and period from: give a subtitle")
    units = dict.fromkeys(label("unit", unit, lang) for unit in table["unit"])
    periods = dict.fromkeys(period(row, lang) for row in _records(table))
    if lang == "zh":
        return f"单位：{'、'.join(units)} · {'；'.join(periods)}"
    joined = ", ".join(units)
    return f"{joined[0].upper()}{joined[1:]} · {'; '.join(periods)}"


def _make_readable(part: Any) -> None:
    """Turn the arrays of a trace into lists, which are stored as they read."""
    for key in part.to_plotly_json():
        if isinstance(part[key], np.ndarray):
            # A list equal to the array would be taken for no change, so clear it first.
            part[key], part[key] = None, part[key].tolist()
        elif hasattr(part[key], "to_plotly_json"):
            _make_readable(part[key])


def _values(fig: go.Figure, lang: str) -> str:
    """Every value that a chart draws, as its direct labels write it, for those who listen."""
    colon, comma, stop = ("：", "；", "。") if lang == "zh" else (": ", "; ", ".")
    spoken = []
    for trace in fig.data:
        if trace.type not in ("bar", "scatter", "pie"):
            spoken += _rows_of(trace)
            continue
        if trace.type == "pie":
            categories, numbers = trace.labels, trace.values
        else:
            lying = any(isinstance(entry, str) for entry in trace.y or ())
            categories, numbers = (trace.y, trace.x) if lying else (trace.x, trace.y)
        numbers = list(numbers or ())
        categories = range(len(numbers)) if categories is None else categories
        texts = trace.text if isinstance(trace.text, list | tuple) else numbers
        for category, number, text in zip(categories, numbers, texts, strict=False):
            if pd.isna(number) or text is None or text == "":  # a point without a label
                continue
            named = f"{trace.name} {category}" if trace.name else str(category)
            spoken.append(f"{named.replace('<br>', ' ')}{colon}{_spoken(text)}")
    return comma.join(spoken) + stop


def _rows_of(trace: Any) -> list[str]:
    """Every row of numbers of a trace that is neither bars, dots, lines nor a pie."""
    table = plotted.numbers(plotted.spec({"data": [trace.to_plotly_json()]}))
    return [
        " ".join(str(cell) for cell in row if not pd.isna(cell))
        for row in table.itertuples(index=False)
    ]


def _spoken(value: Any) -> str:
    """A direct label as it is, a number with thousands marked and no empty decimals."""
    if not isinstance(value, int | float | np.number) or not np.isfinite(value):
        return str(value)
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def table(rows_shown: pd.DataFrame, lang: str = "en") -> "DisplayObject":
    """Figures typeset as a table: what, number, unit, period, printed form, note.

    Args:
        rows_shown: rows of ``figures()`` or ``load()``.
        lang: ``"en"`` or ``"zh"``.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown, or a column is missing.
    """
    lang = choose("language", lang, LANGUAGES)
    _check_columns(rows_shown, *_TRAVELLING)
    cells: dict[str, Any] = {
        "label": rows_shown[_name(rows_shown, lang)],
        "number": written(rows_shown, lang),
        "unit": [label("unit", unit, lang) for unit in rows_shown["unit"]],
        "period": [period(row, lang) for row in _records(rows_shown)],
        "printed": rows_shown[_first(rows_shown, "printed")],
        "note": rows_shown[_note(rows_shown, lang)],
    }
    return typeset(cells, lang)


def typeset(cells: Mapping[str, Iterable[Any]], lang: str = "en") -> "DisplayObject":
    """Columns typeset as a table under the headers of ``data/vocabulary.csv``.

    Args:
        cells: the cells of each column by the code of its header, say ``"reason"``.
            Numbers stand at the right of their cells; a missing cell is empty.
        lang: ``"en"`` or ``"zh"``.

    Raises:
        TypeError: ``lang`` is not a string, or ``cells`` no dict.
        ValueError: ``lang`` or a header is unknown; the message lists the valid ones.
    """
    from IPython.display import HTML

    lang = choose("language", lang, LANGUAGES)
    if not isinstance(cells, Mapping):
        raise TypeError(f"cells must be a dict of columns, not {type(cells).__name__}")
    filled = {label("header", key, lang): pd.Series(list(cells[key])) for key in cells}
    position = list(cells).index("number") if "number" in cells else len(cells)
    styled = (
        pd.DataFrame(filled)
        .style.hide(axis="index")
        .set_uuid("figures")
        .set_table_styles(
            [
                {"selector": "th, td", "props": "text-align: left; vertical-align: top"},
                {
                    "selector": f".col{position}",
                    "props": "text-align: right; white-space: nowrap",
                },
            ]
        )
        .format(escape="html", na_rep="")
    )
    # A Styler's own plain form holds a memory address, which no two runs share.
    return HTML(styled.to_html())


def source_line(lang: str) -> str:
    """The source as a chart prints it under itself."""
    day, address = SOURCE["published"][:10], SOURCE["url"].removeprefix("https://")
    if choose("language", lang, LANGUAGES) == "zh":
        return f"来源：{SOURCE['publisher']}，{day}，{address}"
    return f"Source: {SOURCE['publisher_en']}, {day}, {address}"


def text_width(text: str, size: float) -> float:
    """About how wide a text is drawn: a wide character is a square, another about half."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else 0.56 * size for c in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The lines of a text, broken at spaces or between Chinese characters.

    Raises:
        TypeError: ``text`` is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
    if text_width(text.rstrip(), size) <= width:
        return [text.rstrip()]
    lines, line = [], ""
    for word in _words(text):
        if line and text_width((line + word).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()]


def _words(text: str) -> list[str]:
    """Pieces that a line may be broken behind; punctuation stays with the word it encloses."""
    starts: list[int] = []
    before = " "
    for at, c in enumerate(text):
        apart = before.isspace() or _wide(before) or _wide(c)
        if not starts or not (c in "，。、；：）」』”》！？" or before in "（「『“《" or not apart):
            starts.append(at)
        before = c
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _escaped(text: str, size: float, width: float) -> str:
    return "<br>".join(html.escape(line, quote=False) for line in wrapped(text, size, width))


def _label_width(fig: go.Figure) -> int:
    """Room that the category labels at the left of a chart need."""
    size = fig.layout.yaxis.tickfont.size or 14
    categories = [
        line
        for trace in fig.data
        if trace.type in ("bar", "scatter")
        for entry in trace.y or ()
        if isinstance(entry, str)
        for line in entry.split("<br>")
    ]
    return round(max((text_width(line, size) for line in categories), default=0)) + EDGE + 12
