"""The numbers behind a chart, read from plotly's JSON of it, as a table, .csv and .xlsx.

No browser is needed, and nothing of plotly: a trace's arrays are its numbers, and the axes,
colour bars and hover texts tell what they are called.
"""

import base64
import html
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import pairwise, zip_longest
from math import isfinite, sqrt
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from hanbin_data.slides import harmless
from hanbin_data.words import LANGUAGES, say

Spec = dict[str, Any]

_COLORS = ("marker.color", "marker.colors", "color", "intensity")
_FIRST = ("ids", "labels", "parents", "locations", "lat", "lon", "theta", "r", "a", "b", "c")
"""What the others are counted by."""

_ARRAYS = (
    *("x", "y", "base", "z", *_FIRST, "real", "imag", "u", "v", "w"),
    *("open", "high", "low", "close", "measure", "lowerfence", "q1", "median", "q3", "upperfence"),
    *("mean", "sd", "values", "value", "marker.size", *_COLORS, "text"),
)
"""Where traces keep what they show."""

_HOVER = {"ids": "id", "labels": "label", "parents": "parent", "locations": "location"}
_HOVER |= {"values": "value", "marker.colors": "color"}
"""How a hover text calls some of these."""

_COUNTED = {"x": "y", "y": "x", "theta": "r"}
"""Positions that a trace may only begin, and what is counted then."""

_STEPPED = (
    *(None, "scatter", "scattergl", "bar", "waterfall", "funnel"),
    *("scatterpolar", "scatterpolargl", "barpolar"),
)

_HOMES = {
    "scene": "3d|surface|cone|tube|volume",
    "geo": "geo|choropleth$",
    "map": "^(scatter|density|choropleth)map$",
}
_HOMES |= {name: name for name in ("polar", "ternary", "smith")}
"""Where traces stand that have no axes of a plane, by their types."""

_DATE = re.compile(
    r"(\d{4}-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d*)?)?)?)?)?)(Z|[+-]\d\d:?\d\d)?"
)
_MADE = datetime(1980, 1, 1)  # no clock time in a file, so that same tables give same bytes


def frame(figure: Mapping[str, Any]) -> pd.DataFrame:
    """The numbers behind a chart.

    Each row is one point of one trace, or one cell of a heat map. Columns, where they say
    something: ``frame`` of an animation, ``panel`` among several plots, ``series``,
    ``name``, then the trace's values under the titles of its own axes and colour bar, the
    names that its hover text gives them, or plotly's. Dates are dates; ends of error bars
    stand beside their value. The headings are in the chart's language.

    Args:
        figure: plotly's JSON of the chart: ``data``, ``layout``, ``frames``.
    """
    data, frames = (dicts(decoded(figure.get(part))) for part in ("data", "frames"))
    layout, lang = decoded(figure.get("layout") or {}), spoken(figure)
    seen = [trace for trace in data if _visible(trace)]
    named = any(map(_name, seen)) or (len(seen) > 1 and not any(_panel(t, layout) for t in seen))
    blocks: list[pd.DataFrame] = []
    animated: list[pd.DataFrame] = []
    for moment, position, trace in _moments(data, frames):
        if not _visible(trace):
            continue
        own = plain(_name(trace) or say("trace {n}", lang, n=position)) if named else None
        heads = {say("frame", lang): moment, say("panel", lang): _panel(trace, layout)}
        heads[say("series", lang)] = own
        block = pd.DataFrame({
            f"{name} (2)" if name in heads else name: pd.Series(
                [plain(cell) if isinstance(cell, str) else cell for cell in cells], dtype=object
            )
            for name, cells in _columns(trace, layout, lang).items()
        })  # fmt: skip
        for place, (name, text) in enumerate(heads.items()):
            block.insert(place, name, text)
        if moment is not None:
            animated.append(block.iloc[:, 1:])
        elif any(block.iloc[:, 1:].equals(other) for other in animated):
            continue  # at first an animation most often shows one of its frames
        blocks.append(block)
    whole = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    return whole.dropna(axis="columns", how="all").infer_objects()


def decoded(node: Any) -> Any:
    """Plotly's JSON with its base64 arrays as lists; what is not finite is missing, and a whole
    number that no program counts with is a text."""
    if isinstance(node, dict):
        if "bdata" in node:
            try:
                kind = np.dtype(str(node["dtype"])).newbyteorder("<")
                values = np.frombuffer(base64.b64decode(node["bdata"]), kind)
                shape = [int(n) for n in str(node.get("shape", len(values))).split(",")]
                return decoded(values.reshape(shape).tolist())
            except (KeyError, TypeError, ValueError):
                return []
        return {key: decoded(entry) for key, entry in node.items()}
    if isinstance(node, list | tuple):
        return [decoded(entry) for entry in node]
    if isinstance(node, int) and abs(node) > 2**1000:
        return str(node)
    return None if isinstance(node, float) and not isfinite(node) else node


# What stands where in the JSON, whatever somebody wrote there


def at(node: Any, path: str) -> Any:
    """What stands at a dotted path, or None."""
    for key in path.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def text_at(node: Any, path: str) -> str:
    """The text, or the text of the title, that stands there, without markup."""
    found = at(node, path)
    return plain((found.get("text") if isinstance(found, dict) else found) or "")


def spoken(figure: Mapping[str, Any]) -> str | None:
    """The language that a chart says it is in."""
    own = at(figure.get("layout"), "meta.lang")
    return own if own in LANGUAGES else None


def dicts(found: Any) -> list[Any]:
    """The objects of what should be a list of them."""
    rows = found if isinstance(found, list | tuple) else ()
    return [entry for entry in rows if isinstance(entry, Mapping)]


def _list(node: Any, path: str) -> list[Any]:
    found = at(node, path)
    return found if isinstance(found, list) else []


def _pick(cells: Any, place: Any) -> Any:
    inside = isinstance(cells, list) and isinstance(place, int) and 0 <= place < len(cells)
    return cells[place] if inside else None


def _number(cell: Any) -> TypeGuard[float]:
    return isinstance(cell, int | float)


def _pair(span: Any) -> TypeGuard[list[float]]:
    return isinstance(span, list) and len(span) == 2 and all(map(_number, span))


def _deep(entry: Any) -> bool:
    return isinstance(entry, list) and any(isinstance(row, list) for row in entry)


def _visible(trace: Spec) -> bool:
    return trace.get("visible", True) is True


def _name(trace: Spec) -> Any:
    return trace.get("name") or text_at(trace, "title")


def _moments(data: list[Spec], frames: list[Spec]) -> Iterator[tuple[str | None, int, Spec]]:
    """Each trace in each frame of an animation, then the traces as they stand at first."""
    for number, one in enumerate(frames, 1):
        traces = dicts(one.get("data"))
        for place, trace in zip(one.get("traces") or range(len(traces)), traces, strict=False):
            if found := _pick(data, place):
                yield plain(one.get("name") or number), place + 1, {**found, **trace}
    for position, trace in enumerate(data, 1):
        yield None, position, trace


# A trace's columns


def _columns(trace: Spec, layout: Spec, lang: str | None) -> dict[str, list[Any]]:
    """The numbers of a trace by the names that a reader knows them by."""
    if parts := _parts(trace, layout, lang):
        return parts
    rows = _grid(trace) if _deep(trace.get("z")) else _flat(trace)
    _make_dates(rows, trace, layout)
    called = _hover_names(trace)
    words = {"labels": say("label", lang), "values": say("value", lang)}
    words |= {"marker.size": say("size", lang), **dict.fromkeys(_COLORS, say("colour", lang))}
    columns: dict[str, list[Any]] = {}
    if names := _list(trace, "hovertext"):
        columns[say("name", lang)] = names
    for key in sorted(rows, key=lambda key: _rank(key, rows[key])):
        name = _title(key, trace, layout) or called.get(_HOVER.get(key, key)) or words.get(key, key)
        name = f"{name} ({key})" if name in columns else name
        columns[name] = rows[key]
        ends = say("{name} low", lang, name=name), say("{name} high", lang, name=name)
        columns |= dict(zip(ends, _ends(trace.get(f"error_{key}"), rows[key]), strict=False))
    for key, name in called.items():
        if (own := re.fullmatch(r"customdata(?:\[(\d+)\])?", key)) and name not in columns:
            found = _list(trace, "customdata")
            columns[name] = [_pick(row, int(own[1])) for row in found] if own[1] else found
    return columns


def _rank(key: str, cells: list[Any]) -> int:
    """A table reads from what is counted to its number."""
    if key[0] in "xy" or key == "base":
        return 1 if any(isinstance(cell, str | pd.Timestamp) for cell in cells) else 2
    if key in (*_FIRST, "real"):
        return 0
    return 4 if key in ("marker.size", *_COLORS, "text") else 3


def _hover_names(trace: Spec) -> dict[str, str]:
    """What the hover text calls each value: plotly.express writes ``persons=%{x}``."""
    template = trace.get("hovertemplate")
    lines = re.split(r"<br ?/?>|<extra>", template) if isinstance(template, str) else []
    named = re.compile(r"((?:(?!%\{).)*?\S)\s*[=:：]\s*%\{([^:|}]+)", re.DOTALL)
    found = map(named.match, lines)  # what stands behind another value names none
    return {one[2]: name for one in found if one and (name := plain(one[1]))}


def _flat(trace: Spec) -> dict[str, list[Any]]:
    """The arrays of a trace; positions that it only begins and steps are counted out."""
    rows: dict[str, list[Any]] = {}
    for key in _ARRAYS:
        entry = at(trace, key)
        if key == "value" and _number(entry):  # an indicator's
            rows |= {"value": [entry], "reference": [at(trace, "delta.reference")]}
        elif key in ("x", "y") and _deep(entry):  # names of two levels
            rows |= {f"{key} {n}": row for n, row in enumerate(entry, 1) if isinstance(row, list)}
        elif isinstance(entry, list):
            # "red" stands for nothing, unlike a number on a colour scale.
            painted = key in _COLORS and isinstance(_pick(entry, 0), str)
            known = key == "ids" and entry in (trace.get("labels"), trace.get("hovertext"))
            if not (painted or known):
                rows[key] = entry
        elif trace.get("type") in _STEPPED and (other := _list(trace, _COUNTED.get(key, ""))):
            levels = (row for row in other if isinstance(row, list))  # of names of two levels
            rows[key] = _steps(trace, key, len(next(levels, other)))
    return rows


def _steps(trace: Spec, key: str, count: int) -> list[Any]:
    begin, by = trace.get(f"{key}0", 0), trace.get(f"d{key}")
    if isinstance(begin, str) and _DATE.fullmatch(begin):
        by = by if _number(by) else 86_400_000
        with suppress(OverflowError, ValueError):  # the thirteenth month
            return [str(pd.Timestamp(begin) + pd.Timedelta(n * by, "ms")) for n in range(count)]
    by = by if _number(by) else 360 / max(count, 1) if key == "theta" else 1
    return [begin + n * by for n in range(count)] if _number(begin) else []


def _grid(trace: Spec) -> dict[str, list[Any]]:
    """A heat map, contour or surface: a row a cell."""
    z = [row if isinstance(row, list) else [row] for row in trace["z"]]
    if trace.get("transpose"):
        z = [list(row) for row in zip(*z, strict=False)]
    cells = [(i, j) for i, row in enumerate(z) for j in range(len(row))]
    rows = {}
    for key, along, count in (("x", 1, max(map(len, z))), ("y", 0, len(z))):
        places = trace.get(key)
        if not isinstance(places, list):
            places = _steps(trace, key, count)
        elif _deep(places) and len(places) == len(z):  # a surface's place of each cell
            rows[key] = [_pick(places[i], j) for i, j in cells]
            continue
        elif _deep(places):  # names of two levels
            places = [" ".join(map(str, pair)) for pair in zip(*places, strict=False)]
        elif len(places) == count + 1 and all(map(_number, places)):
            places = [(a + b) / 2 for a, b in pairwise(places)]  # of edges, the middle
        rows[key] = [_pick(places, cell[along]) for cell in cells]
    found = [z[i][j] for i, j in cells]
    rows["z"] = [", ".join(map(str, n)) if isinstance(n, list) else n for n in found]
    if _deep(texts := trace.get("text")):
        rows["text"] = [_pick(_pick(texts, i), j) for i, j in cells]
    return rows


def _home(trace: Spec) -> str:
    """Where in the layout the subplot of a trace without axes of a plane stands."""
    own = trace.get("subplot") or trace.get("scene") or trace.get("geo")
    kind = str(trace.get("type"))
    return str(own or next((home for home, of in _HOMES.items() if re.search(of, kind)), ""))


def _axis(key: str, trace: Spec, layout: Spec) -> Spec:
    """The axis that a trace's values stand on."""
    home = _home(trace)
    short = str(trace.get(f"{key}axis") or {"theta": "angular", "r": "radial"}.get(key, key))
    name = re.sub(r"^(\D*)", r"\1axis", short, count=1)
    found = at(layout, f"{home}.{name}" if home else name)
    return found if isinstance(found, dict) else {}


def _title(key: str, trace: Spec, layout: Spec) -> str:
    """What stands at the axis or the colour bar of a trace's values."""
    if key in (*_COLORS, "line.color", "z"):
        holder = trace[key.partition(".")[0]] if "." in key else trace
        title = text_at(holder, "colorbar.title")
        if bar := holder.get("coloraxis"):
            title = text_at(layout, f"{bar}.colorbar.title")
        if title or key != "z":
            return title
    letter, _, level = key.partition(" ")
    own = _axis(letter, trace, layout)
    title = text_at(own, "title")
    if not title and own and "overlaying" not in own:  # in a grid, the outer axes carry the titles
        for name, axis in layout.items():
            if re.fullmatch(rf"{letter}axis\d*", name) and at(axis, "overlaying") is None:
                matched = own.get("matches") == name.replace("axis", "")
                same = own.get("domain") and own["domain"] == at(axis, "domain")
                title = title or (text_at(axis, "title") if matched or same else "")
    return f"{title or letter} {level}" if level else title


def _make_dates(rows: dict[str, list[Any]], trace: Spec, layout: Spec) -> None:
    """Make dates of what plotly takes for dates, in place; a time zone counts for nothing."""
    for key in {"x", "y", "z", "base"} & {*rows}:
        days = [day for day in rows[key] if day is not None]
        whole = days and all(isinstance(day, str) and _DATE.fullmatch(day) for day in days)
        if whole and _axis(key, trace, layout).get("type", "-") in ("-", "date"):
            with suppress(ValueError):  # the thirteenth month
                rows[key] = [day and pd.Timestamp(_DATE.sub(r"\1", day)) for day in rows[key]]
    along = "x" if trace.get("orientation") == "h" else "y"
    if along in rows and isinstance(_pick(rows.get("base"), 0), pd.Timestamp):
        lengths = zip(rows["base"], rows[along], strict=False)  # a bar from a date to a date
        with suppress(OverflowError, ValueError):
            rows[along] = [
                d and d + pd.Timedelta(ms if _number(ms) else 0, "ms") for d, ms in lengths
            ]


def _ends(error: Any, cells: list[Any]) -> list[list[Any]]:
    """Both ends of the error bars of a value, or nothing where it has none."""
    if not isinstance(error, dict) or error.get("visible", True) is False:
        return []
    kind = error.get("type") or ("data" if "array" in error else "percent")
    even = error.get("symmetric", not {"arrayminus", "valueminus"} & {*error})

    def end(n: int, cell: Any, sign: int, suffix: str) -> float | None:
        data, value = error.get(f"array{suffix}"), error.get(f"value{suffix}", 10)
        by = _pick(data, n) if kind == "data" else value
        if not (_number(by) and _number(cell)):
            return None
        if kind == "percent":
            by *= abs(cell) / 100
        elif kind == "sqrt":
            by = sqrt(abs(cell))
        return float(f"{cell + sign * by:.15g}")

    sides = ((-1, "" if even else "minus"), (1, ""))
    low, high = ([end(n, cell, *side) for n, cell in enumerate(cells)] for side in sides)
    return [low, high] if any(cell is not None for cell in high) else []


def _parts(trace: Spec, layout: Spec, lang: str | None) -> dict[str, list[Any]]:
    """The numbers of traces that keep them in parts of their own."""
    pairs = [(one.get("label"), one.get("values")) for one in dicts(trace.get("dimensions"))]
    if pairs:
        pairs += [(key, _list(trace, key)) for key in ("counts", "text")]
        for key in ("line.color", "marker.color"):
            cells = _list(trace, key)
            if any(map(_number, cells)) and cells not in [known for _, known in pairs]:
                pairs.append((_title(key, trace, layout) or say("colour", lang), cells))
    if trace.get("type") == "table":
        heads = _list(trace, "header.values")
        heads = [" ".join(map(str, h)) if isinstance(h, list) else h for h in heads]
        pairs = list(zip_longest(heads, _list(trace, "cells.values")))
    if trace.get("type") == "sankey":
        names = _list(trace, "node.label")
        pairs = [
            (key, [_pick(names, n) or n for n in _list(trace, f"link.{key}")])
            for key in ("source", "target")
        ]
        pairs += [(key, _list(trace, f"link.{key}")) for key in ("value", "label")]
    columns: dict[str, list[Any]] = {}
    for n, (head, cells) in enumerate(pairs, 1):
        name = plain(head or n)
        name = f"{name} ({n})" if name in columns else name
        columns[name] = cells if isinstance(cells, list) else []
    return columns


def _panel(trace: Spec, layout: Spec) -> str | None:
    """The heading of a trace's plot among several: over its middle, or at the end of its row."""
    own = trace.get("domain") or at(layout, f"{_home(trace)}.domain")
    found = [at(own, key) or _axis(key, trace, layout).get("domain") for key in "xy"]
    spans = [span if _pair(span) else [0, 1] for span in found]
    if spans == [[0, 1], [0, 1]]:
        return None
    (left, right), (bottom, top) = spans
    over, beside = [], []
    for note in dicts(at(layout, "annotations")):
        place = [note.get("x"), note.get("y")]
        if (note.get("xref"), note.get("yref")) != ("paper", "paper") or not _pair(place):
            continue
        x, y = place
        if abs(x - (left + right) / 2) < 1e-6 and y >= top - 1e-6 and not note.get("textangle"):
            over.append((y, text_at(note, "text")))
        elif abs(y - (bottom + top) / 2) < 1e-6 and x >= right - 1e-6 and note.get("textangle"):
            beside.append((x, text_at(note, "text")))
    return ", ".join(min(notes)[1] for notes in (beside, over) if notes) or None


# Texts


_TAG = re.compile(r"</?(?:br|b|i|em|strong|u|s|span|a|sub|sup)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_RAISED = re.compile(r"<(sup|sub)>([0-9+\-]+)</\1>", re.IGNORECASE)
_DIGITS = {
    "sup": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}


def plain(text: Any) -> str:
    """A text without plotly's markup, on one line."""
    text = _RAISED.sub(lambda m: m[2].translate(_DIGITS[m[1].lower()]), str(text))
    whole = ""
    for line in (clean(html.unescape(_TAG.sub("", part))) for part in _BREAK.split(text)):
        # Between Chinese characters a break stands for nothing, elsewhere for a space.
        wide = {"W", "F"} & {*map(unicodedata.east_asian_width, whole[-1:] + line[:1])}
        whole += line if wide or not (whole and line) else f" {line}"
    return whole


def clean(text: str) -> str:
    """A text on one line, without what no file can hold."""
    return harmless.text(" ".join(text.split()))


# Files


def safe(cell: Any) -> Any:
    """A cell of a CSV file: a text that a spreadsheet would run as a formula gets a ``'``."""
    if not isinstance(cell, str):
        return cell
    text = clean(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text


def separated(table: pd.DataFrame) -> bytes:
    """A table as a CSV file that Excel reads right: UTF-8 with its signature."""
    guarded = table.map(safe, na_action="ignore").rename(columns=lambda name: safe(str(name)))
    return guarded.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def sheets(figure: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """What a workbook of a chart holds: its numbers, and what it says of them."""
    layout, lang = figure.get("layout"), spoken(figure)
    meta = {"title": text_at(layout, "title"), "subtitle": text_at(layout, "title.subtitle")}
    own = at(layout, "meta")
    meta |= own if isinstance(own, dict) else {}
    words = {
        "title": say("title", lang),
        "subtitle": say("subtitle", lang),
        "source": say("source", lang),
        "alt": say("alternative text", lang),
        "notes": say("note", lang),
        "figures": say("figure", lang),
        "printed": say("as printed", lang),
        "formulas": say("formula", lang),
    }
    told = [
        (word, plain(text))
        for key, word in words.items()
        for text in (meta[key] if isinstance(meta.get(key), list) else [meta.get(key)])
        if text
    ]
    about = pd.DataFrame(told, columns=[say("what", lang), say("text", lang)])
    return {say("numbers", lang): frame(figure), say("about", lang): about}


def workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """An Excel workbook with a sheet a table. Texts stay texts, whatever they begin with.

    Raises:
        ValueError: a table is larger than a sheet may be, or a text longer than a cell's.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    times = [
        column.dropna().dt.normalize().ne(column.dropna()).any()
        for table in tables.values()
        for _, column in table.select_dtypes("datetime").items()
    ]
    form = "yyyy-mm-dd hh:mm:ss" if any(times) else "yyyy-mm-dd"
    with pd.ExcelWriter(
        out, engine="xlsxwriter", engine_kwargs={"options": options}, datetime_format=form
    ) as writer:
        writer.book.set_properties({"created": _MADE})
        for name, table in tables.items():
            kept = table.map(_fitting, na_action="ignore")
            kept = kept.rename(columns=lambda name: clean(str(name))[:255])
            kept.to_excel(writer, sheet_name=name[:31], index=False, freeze_panes=(1, 0))
            sheet = writer.sheets[name[:31]]
            sheet.autofit(400)
            if len(table):
                sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    return out.getvalue()


def _fitting(cell: Any) -> Any:
    """A cell as a workbook takes it."""
    if isinstance(cell, str):
        if len(cell) > 32_767:
            raise ValueError("a text is longer than the 32,767 characters of a cell; save .csv")
        return clean(cell)
    if isinstance(cell, datetime):
        if cell.year < 1900:  # before a spreadsheet's days begin
            return f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
        return cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell
    return cell
