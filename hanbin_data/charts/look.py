"""The one look of all charts: palette, template, and the renderer that shows them."""

import html
import json
import os
import re
import sys
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from itertools import count
from numbers import Real
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from IPython import get_ipython
from IPython.display import HTML, display
from plotly.io.base_renderers import ExternalRenderer, PlotlyRenderer
from plotly.utils import PlotlyJSONEncoder

from hanbin_data import words
from hanbin_data.charts.palette import EDGE, FONTS, HEIGHT, INK, PAPER, RULE, SOFT, WIDTH
from hanbin_data.charts.palette import PALETTE as COLORS
from hanbin_data.charts.terms import broken, coded, known_columns, label, three_digits, title_of

_axis = {
    "automargin": True,
    "exponentformat": "none",  # 10k is no Chinese
    "gridcolor": RULE,
    "showgrid": False,
    "ticklabelstandoff": 8,
    "title": {"font": {"size": 14, "color": SOFT}, "standoff": 12},
    "zerolinecolor": SOFT,
}
# A label may reach into the margin.
_line = {"cliponaxis": False, "line": {"width": 3}, "marker": {"size": 10}}
TEMPLATE = go.layout.Template(
    data={
        "bar": [{"textposition": "outside", "textangle": 0, "cliponaxis": False}],
        "scatter": [_line | {"textposition": "top center"}],
    },
    layout={
        "bargap": 0.35,
        "colorway": list(COLORS.values()),
        "font": {"family": FONTS, "size": 14, "color": INK},
        "height": HEIGHT,
        "hoverlabel": {"align": "left", "bgcolor": PAPER, "font": {"size": 13, "color": INK}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": EDGE, "r": 2 * EDGE, "t": 96, "b": 48},
        "title": {"font": {"size": 22}, "pad": {"l": EDGE, "t": 36}}
        | {"x": 0, "xanchor": "left", "y": 1, "yanchor": "top"},
        "uniformtext": {"minsize": 12, "mode": "show"},
        "xaxis": _axis,
        "yaxis": {**_axis, "rangemode": "tozero"},
    },
)
"""The plotly template; zero is on every axis of lengths."""

CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False}
"""Plotly's own options: no logo, no button that offers an upload."""

_NARROW = (files("hanbin_data") / "narrow.css").read_text(encoding="utf-8")
_JSON = {"plotly_mimetype", "jupyterlab", "nteract", "vscode", "hanbin"}
"""Renderers of plotly's JSON, which ours takes the place of."""


def cell() -> str:
    """What the front end calls the cell that is at work; nothing where it names none."""
    sent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    return str(sent.get("metadata", {}).get("cellId") or "")


def carried(meta: Any) -> dict[str, Any]:
    """What a chart's ``layout.meta`` holds for slides and listeners, if it is not another's."""
    return meta if isinstance(meta, dict) else {}


class _NotebookRenderer(PlotlyRenderer):
    """Plotly's notebook renderer; its camera button saves a slide-sized PNG.

    JupyterLab, Notebook and VS Code name their cells, and draw a chart themselves. What
    executes without looking, as papermill and ``nbconvert --execute``, does not: there a
    chart brings a page along that draws it, and the first one plotly.js for all.
    """

    def __init__(self, pages: bool) -> None:
        super().__init__()
        self.pages, self.counted = pages, count()

    def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
        shown = plain(fig_dict)
        # JupyterLab makes a chart that sets no height 360 high, whatever its template says.
        shown["layout"].setdefault("height", HEIGHT)
        meta = carried(shown["layout"].get("meta"))
        name = meta.get("name", "chart")
        size = {"width": WIDTH, "height": HEIGHT, "scale": 2}
        self.config = CONFIG | {"toImageButtonOptions": {"format": "png", "filename": name, **size}}
        bundle = super().to_mimebundle(shown)
        if self.pages and not cell():
            number = next(self.counted)
            own = {"include_plotlyjs": number == 0, "div_id": f"{name}-{number}", "validate": False}
            drawn = pio.to_html(shown, self.config, full_html=False, default_height=HEIGHT, **own)
            alt = html.escape(meta.get("alt", name))
            tag = f'<div class="hanbin" role="figure" aria-label="{alt}">'
            bundle["text/html"] = f"{tag}<style>{_NARROW}</style>{drawn}</div>"
        return bundle


class _InWords(ExternalRenderer):
    """Puts a chart's alternative text after it, folded: front ends show a picture without."""

    def render(self, fig: dict[str, Any]) -> None:
        alt = carried(fig["layout"].get("meta")).get("alt")
        if alt and get_ipython():
            summary, text = (html.escape(part) for part in (words.say("The chart in words"), alt))
            display(HTML(f"<details><summary>{summary}</summary><p>{text}</p></details>"))


def use(lang: str = "en") -> None:
    """Make this look plotly's default, and a language the package's, for the running process.

    Charts are then shown with their alternative text, and of frames that are wider than a
    page their first and last columns (pandas' ``display.max_columns``). The renderer that
    ``PLOTLY_RENDERER`` names stays; where that is ``plotly_mimetype``, charts are plotly's
    JSON alone. So does the one that plotly knows to be right, as in Colab.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    words.use(lang)
    if pd.get_option("display.max_columns") == 20:  # pandas' own, each a word wide in a notebook
        pd.set_option("display.max_columns", 8)
    _spare_nbformat()
    TEMPLATE.layout.separators = "." if lang == "zh" else ".,"  # Chinese marks no thousands
    pio.templates["hanbin"] = TEMPLATE
    pio.templates.default = "hanbin"
    named, default = os.environ.get("PLOTLY_RENDERER"), pio.renderers.default or ""
    pio.renderers["hanbin"] = _NotebookRenderer(pages=not named)
    pio.renderers["in_words"] = _InWords()
    if named in (None, "", "plotly_mimetype") and set(default.split("+")) & _JSON:
        pio.renderers.default = "hanbin+in_words"
    elif not named and default not in ("", "browser") and "in_words" not in default:
        pio.renderers.default = f"{default}+in_words"


def _spare_nbformat() -> None:
    """Import plotly's renderers without nbformat, slower than pandas: they ask for its version."""
    if "nbformat" not in sys.modules and find_spec("nbformat"):
        sys.modules["nbformat"] = cast(Any, SimpleNamespace(__version__=version("nbformat")))
        try:
            import_module("plotly.io._renderers")
        finally:
            del sys.modules["nbformat"]


def plain(chart: go.Figure | dict[str, Any]) -> dict[str, Any]:
    """A chart's JSON with the names of columns and codes as a reader knows them.

    ``plotly.express`` writes ``theme=%{x}`` into hover texts, ``theme`` beside axes and over
    keys, ``theme=talent`` over panels, and codes everywhere; only what is a column or code of
    this package is changed. Arrays of a figure become lists, which are stored as they read.
    """
    if isinstance(chart, go.Figure):
        chart = {"data": chart.data, "layout": chart.layout}
    told: dict[str, Any] = json.loads(json.dumps(chart, cls=PlotlyJSONEncoder))
    layout, names = told["layout"], dict[str, str]()
    parts = {key: part for key, part in layout.items() if re.match("[xy]axis|legend", key)}
    titles = dict[str | None, str]()
    for key, part in parts.items():  # a panel's axis may be named at another panel
        title = part.get("title", {}).get("text") or titles.get(part.get("matches"), "")
        titles[key.replace("axis", "")] = title
    for trace in told["data"]:
        if trace.get("type") in ("treemap", "sunburst", "icicle"):
            layout["uniformtext"] = {"mode": False}  # there a text is made to fit its tile
        if isinstance(trace.get("text"), list) and not trace.get("texttemplate"):
            trace["text"] = as_texts(trace["text"], trace.get("hovertemplate"))
        if isinstance(hover := trace.get("hovertemplate"), str):
            hover = re.sub("labels=|<br>(parent=%{parent}|id=%{id})", "", hover)  # of tiles
            trace["hovertemplate"] = _NAMED.sub(partial(_named, trace, names), hover)
        for letter in "xy":
            _name(titles.get(trace.get(f"{letter}axis", letter), ""), trace.get(letter), names)
        _name(titles.get(trace.get("legend", "legend"), ""), [trace.get("name")], names)
        if trace.get("name") in names:
            trace["name"] = names[trace["name"]]
        if trace.get("mode") == "lines" and len(trace.get("x") or ()) == 1:
            trace["mode"] = "markers"  # a line of one point is not seen
    for key, part in parts.items():
        column = part.get("title", {}).get("text")
        if column in known_columns():
            silent = key[0] == "y" and column in coded()  # its codes say what it is
            part["title"] = {"text": "" if silent else title_of(column)}
        if isinstance(order := part.get("categoryarray"), list):
            part["categoryarray"] = [names.get(e, e) for e in order]
    for note in layout.get("annotations", ()):
        column, _, value = (note.get("text") or "").partition("=")
        if column in known_columns():
            note["text"] = broken(label(column, value, value), 12, 110)
    return told


_NAMED = re.compile(r"(^|<br>)(\w+)=(%\{[^}]*\}|[^<]*)")
"""How plotly.express writes a column with its entry."""

_PLACES = {"%{x}": "x", "%{y}": "y", "%{label}": "labels"}
"""Where a trace has the entries that its hover text shows."""


def _named(trace: dict[str, Any], names: dict[str, str], part: re.Match[str]) -> str:
    """Name a column in a hover text, and the codes that it stands for, there and in the trace."""
    start, column, shown = part.groups()
    if column not in known_columns():
        return part[0]
    _name(column, trace.get(_PLACES.get(shown, ""), [shown]), names)
    told = title_of(column)
    return f"{start}{told}{words.say(': ') if told else ''}{names.get(shown, shown)}"


def _name(column: str, entries: Any, names: dict[str, str]) -> None:
    """Put labels in the place of a column's codes, and remember them."""
    labels = coded().get(column, {})
    if isinstance(entries, list):
        found = {one: labels[one] for one in entries if isinstance(one, str) and one in labels}
        names.update(found)
        entries[:] = [found.get(one, one) if isinstance(one, str) else one for one in entries]


def as_texts(texts: Iterable[Any], hover: Any) -> list[Any]:
    """Numbers that stand as texts beside marks as charts write them, years as they are."""
    years = re.search(r"\b(year|period_start|period_end)=%\{text\}", str(hover))
    write = "{:.0f}".format if years else three_digits
    return [write(float(text)) if isinstance(text, Real) else text for text in texts]
