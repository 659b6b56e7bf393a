"""How charts and tables write a row: its number, its unit, its period, its hover text."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd

from hanbin_data.charts.palette import PALETTE
from hanbin_data.frames import codebook, figures, rows
from hanbin_data.words import choose, language, say

TRAVELLING = ("low", "high", "unit", "period_start", "period_end")
"""Columns that every frame of figures has beside its numbers."""


@cache
def _labels(lang: str) -> dict[tuple[str, str], str]:
    return {(row["field"], row["code"]): row[f"label_{lang}"] for row in rows("vocabulary")}


def label(field: str, code: str, default: str | None = None) -> str:
    """The label of a code in the language in use, say of ``("unit", "case")``.

    Raises:
        TypeError, ValueError: there is no such field or code, and no ``default``.
    """
    known = _labels(language())
    if default is not None:
        return known.get((field, code), default)
    field = choose("field", field, dict.fromkeys(field for field, _ in known))
    return known[field, choose(field, code, [code for own, code in known if own == field])]


@cache
def fields() -> frozenset[str]:
    """The columns whose codes have labels."""
    return frozenset(field for field, _ in _labels("en"))


@cache
def known_columns() -> frozenset[str]:
    """Names of the columns that the package's frames have."""
    names: set[str] = {"number", "hover", "count"}
    for table in ("figures", "indicators", "comparisons", "programmes", "numerals", "context"):
        names.update(codebook(table)["column"])
    for row in rows("tables"):
        names.update(codebook(row["name"])["column"])  # type: ignore[arg-type]
    return frozenset(names)


def title_of(column: str) -> str:
    """A column's name beside an axis; none for what its entries say themselves."""
    if column in ("label", "place", "number", "hover"):
        return ""
    return label("header", column, column.replace("_", " ").capitalize())


def ordered(field: str, codes: Iterable[str]) -> list[str]:
    """Codes in the vocabulary's order, behind them what it does not know."""
    known = [code for own, code in _labels(language()) if own == field]
    return sorted(codes, key=lambda code: known.index(code) if code in known else len(known))


def numbers(frame: pd.DataFrame) -> str:
    """The column that holds a frame's numbers: the one before ``low``, or the only one.

    Raises:
        ValueError: no column or several could be meant.
    """
    columns = list(frame.columns)
    if "value" in columns:
        return "value"
    if "low" in columns[1:]:
        return str(columns[columns.index("low") - 1])
    found = [str(column) for column in frame.select_dtypes("number").columns]
    if len(found) != 1:
        raise ValueError(f"which of the columns holds the numbers: {', '.join(map(str, columns))}?")
    return found[0]


def ready(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of figures with what a chart of it needs.

    Added are the columns ``number`` (as :func:`written`), ``hover`` (label, number with its
    unit, printed form, period, note) and ``color`` (of the row's theme).

    Raises:
        TypeError: ``frame`` is no DataFrame.
        ValueError: it is no frame of figures, indicators or comparisons.
    """
    check(frame, *TRAVELLING)
    texts = written(frame)
    return frame.assign(
        number=texts,
        hover=[_hover(row, number) for row, number in zip(records(frame), texts, strict=True)],
        color=colors(frame),
    )


def check(frame: object, *needed: str) -> None:
    """Refuse what is no frame of this package's figures."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, not {type(frame).__name__}")
    if missing := [column for column in needed if column not in frame]:
        raise ValueError(
            f"the frame lacks {', '.join(missing)}: hand over the rows of figures(), load(), "
            "indicators() or comparisons() that the chart is drawn from; of a frame that you "
            "aggregated, its rows before that, and a subtitle with the unit and the period"
        )


def check_columns(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse columns that a frame does not have."""
    for column in columns:
        if column not in frame:
            raise ValueError(
                f"the frame has no column {column!r}, only {', '.join(map(str, frame))}"
            )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def colors(frame: pd.DataFrame) -> list[str]:
    """The colour of each row's theme; in a comparison, of those that the report's figures enter."""
    if "geography" in frame and "figures" in frame:
        own = frame["figures"].notna() & (frame["geography"] == "Hanbin")
        themes = frame["theme"].astype(object).where(own, "neutral")
        return [PALETTE[theme] for theme in themes]
    themes = figures().set_index("id")["theme"].astype(str)
    own = frame.get("theme", pd.Series(None, frame.index, dtype=object)).astype(object)
    drawn_on = frame.get("figure_id", pd.Series(None, frame.index, dtype=object))
    return [PALETTE.get(str(t), PALETTE["neutral"]) for t in own.fillna(drawn_on.map(themes))]


def written(frame: pd.DataFrame) -> list[str]:
    """Each row's number as a chart writes it: an inexact one looks inexact.

    A range is written with both its ends, a rounded amount or mean with ≈ (约), a maximum as
    one. A number that is computed, as in ``indicators()``, has three significant digits, or
    is whole where it has more digits than these.

    Raises:
        TypeError: ``frame`` is no DataFrame.
        ValueError: it has no numbers with a range.
    """
    check(frame, "low", "high")
    column = numbers(frame)
    return [_written(row, row[column]) for row in records(frame)]


def _written(row: Mapping[str, Any], value: Any) -> str:
    low, high = float(row["low"]), float(row["high"])
    qualifier = row.get("qualifier")
    match None if pd.isna(qualifier) else qualifier:
        case None:
            ends = list(dict.fromkeys(three_digits(end) for end in (low, high)))
            text = "–".join(ends)
            if low <= value <= high and high - low > 0.05 * abs(value):
                return say("{n} ({range})", n=three_digits(value), range=text)
            return say("≈ {n}", n=text) if len(ends) == 1 and low != high else text
        case "cleared":
            return say("0 (cleared)")
        case "over":
            return f"{amount(low)}–{amount(high)}"
        case "rounded":
            return say("≈ {n}", n=three_digits(value))
        case "average" if low != high:
            return say("≈ {n}", n=amount(value))
        case "at_most":
            return say("up to {n}", n=amount(value))
        case _:
            return amount(value)


def amount(number: float) -> str:
    """A whole number: in English with thousands marked, in Chinese as the report prints."""
    return f"{number:.0f}" if language() == "zh" else f"{number:,.0f}"


def three_digits(number: float) -> str:
    """A computed number: three significant digits, or whole where it has more."""
    if abs(number) >= 1e8 and language() == "zh":
        return f"{_short(number / 1e8)}亿"
    if abs(number) >= 1e6 and language() == "en":
        return f"{_short(number / 1e6)} million"
    if abs(number) >= 100 or float(number).is_integer():
        return amount(number)
    return f"{number:#.3g}".rstrip(".")


def _short(number: float) -> str:
    return amount(number) if abs(number) >= 1000 else f"{number:.3g}"


def period(row: Mapping[str, Any]) -> str:
    """A row's period, with the basis on which it is dated if the row has one."""
    start, end = row["period_start"], row["period_end"]
    years = say("{years}", years=start if start == end else f"{start}–{end}")  # zh: 2021年
    if "period_basis" not in row:
        return years
    return say("{years} ({basis})", years=years, basis=label("period_basis", row["period_basis"]))


def quantity(number: str, code: str) -> str:
    """A number with its unit."""
    return say("{number} {unit}", number=number, unit=label("unit", code))


def name_of(row: Mapping[str, Any]) -> str:
    """What tells a row apart for a reader: its place in a comparison, else its label."""
    if "place" not in row:
        return str(row["label"])
    grade = row.get("confidence")
    return (
        say("{name} ({grade})", name=row["place"], grade=grade)
        if isinstance(grade, str)
        else row["place"]
    )


def note_of(row: Mapping[str, Any]) -> str:
    """What must be known before a row is used, or an empty string."""
    for column in ("note", "assumption", "statement"):
        if isinstance(row.get(column), str):
            return str(row[column])
    return ""


def _hover(row: Mapping[str, Any], number: str) -> str:
    lines = [f"<b>{broken(name_of(row), 13, 380)}</b>", quantity(number, row["unit"])]
    if "printed" in row:
        lines.append(say("as printed ({token})", token=row["printed"]))
    lines.append(period(row))
    if note := note_of(row):
        lines.append(broken(note, 13, 380))
    return "<br>".join(lines)


def text_width(text: str, size: float) -> float:
    """About how wide a text is drawn: a wide character is a square, another about half."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else 0.56 * size for c in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The lines of a text, broken at spaces or between Chinese characters."""
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
        apart = before.isspace() or wide(before) or wide(c)
        if not starts or not (c in "，。、；：）」』”》！？" or before in "（「『“《" or not apart):
            starts.append(at)
        before = c
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def wide(character: str) -> bool:
    """Whether a character is as wide as two, as Chinese ones are."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


def broken(text: str, size: float, width: float) -> str:
    """A text as plotly draws it: broken into lines, its own ``<`` and ``&`` as they are."""
    lines = re.split(r"<br ?/?>", text)
    return "<br>".join(
        html.escape(part, quote=False) for line in lines for part in wrapped(line, size, width)
    )
