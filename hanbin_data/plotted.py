"""What a plotly figure shows: its values, its words and its colours.

A figure reaches this module as JSON, from ``fig`` or from a stored notebook. Values may be
base64 there, texts may hold plotly's markup, and much of what is seen comes from the
template. Here all three are resolved.
"""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from coloraide import Color
from plotly.io import to_json

from hanbin_data.frames import LANGUAGES, choose

Spec = dict[str, Any]

_COLORWAY = [
    *("#636efa", "#EF553B", "#00cc96", "#ab63fa", "#FFA15A"),
    *("#19d3f3", "#FF6692", "#B6E880", "#FF97FF", "#FECB52"),
]
"""Plotly's own colours, for a figure that names none."""

_STYLE = {
    *("marker", "line", "textfont", "insidetextfont", "outsidetextfont", "hoverlabel", "meta"),
    *("customdata", "hovertext", "hovertemplate", "hoverinfo", "selectedpoints", "colorscale"),
    *("domain", "textposition", "texttemplate", "ids", "base_colors", "tiling", "pathbar"),
}
"""Arrays of a trace that are not its numbers."""


def spec(figure: Any, number: int = 1) -> Spec:
    """A figure that shows something, as :func:`decoded` reads it.

    Raises:
        TypeError: it is no figure.
        ValueError: its JSON is no figure's, or it shows nothing.
    """
    read = decoded(figure, number)
    columns = (column for trace in traces(read) for column in _arrays(trace).values())
    if not any(cell is not None for column in columns for cell in column):
        raise ValueError(f"the chart {_name(read)!r} holds no data")
    return read


def decoded(figure: Any, number: int = 1) -> Spec:
    """A figure, or a figure's JSON as a dict, as JSON whose arrays are lists.

    Of a dict, what plotly does not know is left out, as a browser leaves it out.

    Args:
        figure: the figure.
        number: the chart's number, for the message of an error.

    Raises:
        TypeError: it is neither.
        ValueError: the dict, or an array within, cannot be read.
    """
    if not isinstance(figure, go.Figure | dict):
        raise TypeError(f"a chart is a plotly figure, not {type(figure).__name__}")
    try:
        parts = _checked(figure) if isinstance(figure, dict) else _parts(figure)
        read: Spec = _decoded(json.loads(to_json(parts, False, engine="json"), parse_int=_whole))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"chart {number} is no plotly figure: {reason(error)}") from error
    return read


def _parts(figure: go.Figure) -> Spec:
    data = [trace.to_plotly_json() for trace in figure.data]
    return {"data": data, "layout": figure.layout.to_plotly_json()}


def _checked(figure: Spec) -> Spec:
    data = figure.get("data") or []
    known = _parts(go.Figure(data, skip_invalid=True))
    for given, trace in zip(data, known["data"], strict=False):
        # Plotly here makes "2.0" of a 2.0 among texts, in a browser "2".
        if isinstance(given, dict) and isinstance(given.get("text"), list):
            trace["text"] = given["text"]
    # Not the layout of a whole figure: that would take on the default template.
    return {**known, "layout": go.Layout(figure.get("layout"), skip_invalid=True)}


def reason(error: Exception) -> str:
    """The beginning of plotly's explanation, which may run over dozens of lines."""
    return shorten(str(error), 160, placeholder=" …")


def _whole(digits: str) -> int:
    if len(digits) > 308:
        raise ValueError(f"it holds a number of {len(digits)} digits; at most 308 can be drawn")
    return int(digits)


def _name(figure: Spec) -> str:
    meta = figure["layout"].get("meta")
    own = meta.get("name") if isinstance(meta, dict) else None
    return str(own or heading(figure)[0] or "chart")


def _decoded(node: Any) -> Any:
    if isinstance(node, list):
        return [_decoded(entry) for entry in node] if node and _nested(node) else node
    if not isinstance(node, dict):
        return node
    if "bdata" in node:
        kind = np.dtype(str(node["dtype"]).removesuffix("c")).newbyteorder("<")
        values = np.frombuffer(base64.b64decode(node["bdata"]), kind).astype(object)
        if "shape" in node:
            values = values.reshape([int(n) for n in str(node["shape"]).split(",")])
        return _finite(values.tolist())
    return {key: _decoded(entry) for key, entry in node.items()}


def _finite(entries: Any) -> Any:
    """Entries without what JSON cannot hold, and no chart shows."""
    if isinstance(entries, list):
        return [_finite(entry) for entry in entries]
    return None if isinstance(entries, float) and not isfinite(entries) else entries


def _nested(entries: list[Any]) -> bool:
    return any(isinstance(entry, list | dict) for entry in entries)


def merged(default: Any, own: Any) -> Any:
    """What applies where a template gives a default."""
    if isinstance(default, dict) and isinstance(own, dict):
        keys = [*default, *(key for key in own if key not in default)]
        return {key: merged(default.get(key), own.get(key)) for key in keys}
    return default if own is None else own


def setting(figure: Spec, key: str) -> Any:
    """An entry of the layout, with the template's defaults filled in."""
    own = figure["layout"]
    default = (own.get("template") or {}).get("layout") or {}
    return merged(default.get(key), own.get(key))


def traces(figure: Spec) -> list[Spec]:
    """The traces that are seen, with the template's defaults and a ``default_color``."""
    templates = (figure["layout"].get("template") or {}).get("data") or {}
    colours = setting(figure, "colorway") or _COLORWAY
    seen = []
    for position, trace in enumerate(figure.get("data") or []):
        kind = trace.get("type") or "scatter"
        defaults = templates.get(kind) or [{}]
        full = merged(defaults[position % len(defaults)], trace)
        if full.get("visible", True) is True:
            default = colours[position % len(colours)]
            seen.append({**full, "type": kind, "default_color": default})
    return seen


# Plotly's markup; anything else between angle brackets is text to it as well.
_TAG = re.compile(r"</?(?:br|b|i|em|strong|u|s|span|a|sub|sup)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_RAISED = re.compile(r"<(sup|sub)>([0-9+\-]+)</\1>", re.IGNORECASE)
_DIGITS = {
    "sup": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}


def lines(text: Any) -> list[str]:
    """The lines of a text with plotly's markup taken away."""
    raised = _RAISED.sub(lambda m: m[2].translate(_DIGITS[m[1].lower()]), str(text))
    return [clean(html.unescape(_TAG.sub("", line))) for line in _BREAK.split(raised)]


def plain(text: Any) -> str:
    """A text without plotly's markup, on one line."""
    whole = ""
    for line in lines(text):
        # Between Chinese characters a break stands for nothing, elsewhere for a space.
        gap = " " if whole and line and not (_wide(whole[-1]) or _wide(line[0])) else ""
        whole += gap + line
    return whole


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def clean(text: str) -> str:
    """A text without the control characters that no office file can hold."""
    kept = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(c for c in kept if c not in "\ufffe\uffff")


def heading(figure: Spec) -> tuple[str, str]:
    """Title and subtitle as plotly shows them, without markup."""
    title = figure["layout"].get("title") or {}
    if isinstance(title, str):
        title = {"text": title}
    first, *rest = lines(title.get("text") or "")
    below = (title.get("subtitle") or {}).get("text") or ""
    return first, " ".join(filter(None, [*rest, plain(below)]))


@dataclass(frozen=True)
class About:
    """What travels with a chart; see :func:`hanbin_data.theme.caption`."""

    name: str
    lang: str
    title: str
    subtitle: str
    source: str
    alt: str
    figures: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def language(figure: Spec) -> str | None:
    """The language that a chart names as its own."""
    meta = figure["layout"].get("meta")
    own = meta.get("lang") if isinstance(meta, dict) else None
    return own if own in LANGUAGES else None


def about(figure: Spec, position: int, lang: str | None, otherwise: str = "en") -> About:
    """A chart's words: from its ``layout.meta``, or made from what it shows.

    Args:
        position: number of the chart, which names a chart without a name.
        lang: language of made words, and the one a chart must be in; None takes any.
        otherwise: language of made words where neither ``lang`` nor the chart names one.

    Raises:
        TypeError, ValueError: ``lang`` is unknown, or the chart is in the other language.
    """
    if lang is not None:
        choose("language", lang, LANGUAGES)
    meta = figure["layout"].get("meta")
    meta = meta if isinstance(meta, dict) else {}
    own = language(figure)
    if lang and own and own != lang:
        raise ValueError(
            f"the chart {_name(figure)!r} is in {own!r}, not {lang!r}: "
            f"draw it anew with LANG = {lang!r}"
        )
    lang = lang or own or otherwise
    title, subtitle = heading(figure)
    across, up = (axis_title(figure, axis) for axis in ("xaxis", "yaxis"))
    name = str(meta.get("name") or f"chart-{position}")
    unnamed = f"图{position}" if lang == "zh" else f"Chart {position}"
    title = clean(str(meta.get("title") or "")) or title or up or across or unnamed
    missing = {"en": "Source: not given with the chart", "zh": "来源：图表未注明"}[lang]
    source = next(
        (plain(a.get("text")) for a in annotations(figure) if a.get("name") == "source"), missing
    )
    return About(
        name=re.sub(r"[^\w.-]+", "-", name).strip(".-") or f"chart-{position}",
        lang=lang,
        title=title,
        subtitle=clean(str(meta.get("subtitle") or "")) or subtitle or up or across,
        source=clean(str(meta.get("source") or "")) or source,
        alt=clean(str(meta.get("alt") or "")) or _described(figure, title, lang),
        figures=_texts(meta.get("figures")),
        printed=_texts(meta.get("printed")),
        formulas=_texts(meta.get("formulas")),
        notes=_texts(meta.get("notes")),
    )


def _texts(entries: Any) -> list[str]:
    """The entries of a list that a chart carries; of what is no list, none."""
    return [clean(str(entry)) for entry in entries] if isinstance(entries, list) else []


def annotations(figure: Spec) -> list[Spec]:
    """The annotations that are seen."""
    found = figure["layout"].get("annotations") or []
    return [entry for entry in found if entry.get("visible", True)]


def axis_title(figure: Spec, axis: str) -> str:
    """The title of an axis without markup, or an empty string."""
    title = (setting(figure, axis) or {}).get("title") or {}
    return plain(title if isinstance(title, str) else title.get("text") or "")


def _described(figure: Spec, title: str, lang: str) -> str:
    """A text alternative for a chart that brings none: its kind, title and first values."""
    table = numbers(figure)
    kinds = ", ".join(dict.fromkeys(trace["type"] for trace in traces(figure)))
    most = 12
    values = [
        ", ".join(str(cell) for cell in row if cell is not None and cell == cell)
        for row in table.head(most).itertuples(index=False)
    ]
    rest = len(table) - most
    if lang == "zh":
        more = f"；另有{rest:,}行" if rest > 0 else ""
        return f"图表（{kinds}）：{title}。{'；'.join(values)}{more}。"
    more = f"; and {rest:,} more rows" if rest > 0 else ""
    return f"Chart ({kinds}): {title}. {'; '.join(values)}{more}."


def numbers(figure: Spec) -> pd.DataFrame:
    """The numbers behind a chart.

    Each row is one point of one trace. Columns: ``series`` (where there is more than one
    trace or the only one has a name), then the trace's arrays under plotly's names, or
    under the axis title where there is one. Categories and texts are without markup.
    """
    seen = traces(figure)
    named = len(seen) > 1 or any(trace.get("name") for trace in seen)
    blocks = []
    for position, trace in enumerate(seen, 1):
        columns = _arrays(trace)
        longest = max(map(len, columns.values()), default=0)
        block: dict[str, list[Any]] = {}
        if named and longest:
            block["series"] = [plain(trace.get("name") or f"trace {position}")] * longest
        for key, entries in columns.items():
            label = _column(figure, key)
            label = label if label not in block else key
            cells = [plain(entry) if isinstance(entry, str) else entry for entry in entries]
            block[label] = cells + [None] * (longest - len(cells))
        blocks.append(pd.DataFrame(block, dtype=object))
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    return table.dropna(axis="columns", how="all")


def _arrays(node: Spec) -> dict[str, list[Any]]:
    """The arrays of a trace that hold what it shows, by their paths."""
    return dict(_each_array(node, ""))


def _each_array(node: Spec, path: str) -> Iterator[tuple[str, list[Any]]]:
    for key in sorted(node, key=lambda key: _rank(key, node[key])):
        entry = node[key]
        if key in _STYLE:
            continue
        if isinstance(entry, dict):
            yield from _each_array(entry, f"{path}{key}.")
        elif key == "value" and not path and isinstance(entry, int | float):  # an indicator's
            yield key, [entry]
        elif isinstance(entry, list) and entry:
            if any(isinstance(cell, list) for cell in entry):
                for position, row in enumerate(entry, 1):
                    yield f"{path}{key} {position}", row if isinstance(row, list) else [row]
            elif _nested(entry):
                parts = (part for part in entry if isinstance(part, dict))
                for position, part in enumerate(parts, 1):
                    name = f"{key} {position} {plain(part.get('label') or '')}".rstrip()
                    yield from _each_array(part, f"{path}{name}.")
            else:
                yield path + key, entry


def _rank(key: str, entry: Any) -> int:
    """A table reads from what is counted to its number."""
    if key in ("x", "y"):
        return 2 if any(isinstance(cell, str) for cell in entry or []) else 3
    return {"labels": 0, "parents": 1}.get(key, 4)


def _column(figure: Spec, key: str) -> str:
    axis, _, rest = key.removeprefix("error_").partition(".")
    if axis in ("x", "y"):
        title = axis_title(figure, f"{axis}axis") or axis
        sign = {"array": " +", "arrayminus": " −"}.get(rest, "")
        return title + sign
    return key


def colour(text: Any, opacity: float = 1) -> tuple[str, float]:
    """A CSS colour as ``RRGGBB`` and opacity.

    Raises:
        ValueError: it is no colour.
    """
    code, alpha = _css_colour(str(text).strip().lower())
    return code, alpha * opacity


@lru_cache
def _css_colour(css: str) -> tuple[str, float]:
    if css in ("transparent", "none"):
        return "FFFFFF", 0
    screen = Color(css).convert("srgb").fit().clip()
    return screen.to_string(hex=True, alpha=False)[1:].upper(), screen.alpha()
