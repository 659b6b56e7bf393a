"""How charts and tables write a row: its number, its unit, its period, its hover text."""

import html
import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from hanbin_data.charts.palette import PALETTE
from hanbin_data.frames import described, figures, rows, years
from hanbin_data.words import choose, language, say

TRAVELLING = ("low", "high", "unit", "period_start", "period_end")
"""Columns that every frame of figures has beside its numbers."""


def coded() -> dict[str, dict[str, str]]:
    """The columns whose codes have labels, with these in the language in use."""
    return _labels(language())


@cache
def _labels(lang: str) -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = {}
    for row in rows("vocabulary"):
        known.setdefault(row["field"], {})[row["code"]] = row[f"label_{lang}"]
    return known


def label(field: str, code: str, default: str | None = None) -> str:
    """The label of a code in the language in use, say of ``("unit", "case")``.

    Raises:
        TypeError, ValueError: there is no such field or code, and no ``default``.
    """
    known = coded()
    if default is not None:
        return known.get(field, {}).get(code, default)
    own = known[choose("field", field, known)]
    return own[choose(field, code, own)]


@cache
def known_columns() -> frozenset[str]:
    """Names of the columns that the package's frames have."""
    return frozenset({"number", "hover", "count"}.union(*described().values()))


def title_of(column: str) -> str:
    """A column's name beside an axis; none for what its entries say themselves."""
    if column in ("label", "place", "number", "hover"):
        return ""
    return label("header", column, column.replace("_", " ").capitalize())


def ordered(field: str, codes: pd.Series) -> list[str]:
    """The codes that occur, in the vocabulary's order; behind them what it does not know."""
    places = {code: place for place, code in enumerate(coded().get(field, ()))}
    return sorted(codes.dropna().unique(), key=lambda code: places.get(code, len(places)))


def own_numbers(frame: pd.DataFrame) -> Any:
    """The column of a frame's own numbers: ``value``, the one of numbers that stands before
    ``low``, or the only one of numbers; None where that does not tell it."""
    columns = list(frame)
    found = list(frame.drop(columns=list(TRAVELLING), errors="ignore").select_dtypes("number"))
    before = columns[columns.index("low") - 1] if "low" in columns[1:] else None
    if "value" in columns or before in found:
        return "value" if "value" in columns else before
    return found[0] if len(found) == 1 else None


def numbers(frame: pd.DataFrame) -> Any:
    """The column that holds a frame's numbers, see :func:`own_numbers`.

    Raises:
        ValueError: no column or several could be meant; the message lists what there is.
    """
    if (own := own_numbers(frame)) is None:
        raise ValueError(f"which of the columns holds the numbers: {', '.join(map(str, frame))}?")
    return own


def ready(frame: pd.DataFrame, number: str | None = None) -> pd.DataFrame:
    """A frame with what a chart of it needs.

    Added are the columns ``number`` (as :func:`written`), ``hover`` (label, number with its
    unit, printed form, period, note) and ``color`` (of the row's theme), those that the frame
    has not, and ``spoken`` (label, number with its unit). A ``number`` of the frame is what
    it says if it holds texts.

    Args:
        frame: rows of the package, or any with a column ``label`` and one of numbers.
        number: the column of numbers; the frame's own if not given.

    Raises:
        TypeError: ``frame`` is no DataFrame.
        ValueError: it has no labels, ``number`` is no column, or none can be told.
    """
    check(frame)
    named = [number] if number is not None else []
    check_columns(frame, "place" if "place" in frame else "label", *named)
    own = number in (None, own_numbers(frame))
    if "number" in frame.select_dtypes(exclude="number"):
        texts = list(frame["number"])
    elif own and {"low", "high"} <= {*frame}:
        texts = written(frame)
    else:
        texts = list(map(three_digits, frame[number or numbers(frame)]))
    # Unit and printed form are those of the frame's own numbers.
    rows = records(frame if own else frame.drop(columns=["unit", "printed"], errors="ignore"))
    told = list(map(quantity, texts, rows))
    spoken = [f"{name_of(row)}{say(': ')}{text}" for row, text in zip(rows, told, strict=True)]
    hover, color = list(map(_hover, rows, told)), colors(frame)
    made = {"hover": hover, "color": color} | {"number": texts, "spoken": spoken}
    kept = {"hover", "color"} & {*frame}
    return frame.assign(**{column: made[column] for column in made if column not in kept})


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
    """Refuse columns that a frame does not have, and what is no frame."""
    check(frame)
    if lacking := [column for column in columns if column not in frame]:
        has = ", ".join(map(str, frame))
        raise ValueError(f"the frame has no column {lacking[0]!r}, only {has}")


def records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def colors(frame: pd.DataFrame) -> list[str]:
    """The colour of each row's theme; in a comparison, of those that the report's figures enter."""
    themes = frame.get("theme", pd.Series(index=frame.index, dtype="str"))
    if "geography" in frame and "figures" in frame:
        themes = themes.where(frame["figures"].notna() & (frame["geography"] == "Hanbin"))
    elif "figure_id" in frame:
        themes = themes.fillna(frame["figure_id"].map(figures().set_index("id")["theme"]))
    return [PALETTE.get(theme, PALETTE["neutral"]) for theme in themes]


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


def _written(row: Mapping[Any, Any], value: float) -> str:
    low, high = row["low"], row["high"]
    if step := row.get("precision"):
        return _published(value, low, high, step)
    match row.get("qualifier"):
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
        case str():
            return amount(value)
    ends = list(dict.fromkeys((three_digits(low), three_digits(high))))
    text = "–".join(ends)
    if low <= value <= high and high - low > 0.05 * abs(value):
        return say("{n} ({range})", n=three_digits(value), range=text)
    return say("≈ {n}", n=text) if len(ends) == 1 and low != high else text


def _published(value: float, low: float, high: float, step: float) -> str:
    """An outside number with the digits that were published, and the range that these allow."""
    factor, name = (1e4, "万") if language() == "zh" and step > 1 else (1, "")
    digits = round(-math.log10(step / factor)) if step < factor else 0
    text = f"{value / factor:.{digits}f}{name}" if digits else amount(value)
    ends = [f"{end:.{digits + 1}f}" if step < 1 else amount(end) for end in (low, high)]
    return text if low == high else say("{n} ({range})", n=text, range="–".join(ends))


def amount(number: float) -> str:
    """A whole number: in English with thousands marked, in Chinese as the report prints."""
    return f"{number:.0f}" if language() == "zh" else f"{number:,.0f}"


def three_digits(number: float) -> str:
    """A computed number: three significant digits, or whole where it has more."""
    large, name = (1e8, "亿") if language() == "zh" else (1e6, " million")
    if abs(number) < large:
        large, name = 1, ""
    number /= large
    whole = abs(number) >= 100 or float(number).is_integer()
    return (amount(number) if whole else f"{number:#.3g}".rstrip(".")) + name


def period(row: Mapping[Any, Any]) -> str:
    """A row's period, with the basis on which it is dated if the row has one."""
    told = say("{years}", years=years(row))  # zh: 2021年
    if "period_basis" not in row:
        return told
    return say("{years} ({basis})", years=told, basis=label("period_basis", row["period_basis"]))


def dated(text: str) -> str:
    """The period of an outside figure in words: a day, a year, or what lies between two."""
    ends = text.split("/")
    if language() == "zh":
        parts = (zip(end.split("-"), "年月日", strict=False) for end in ends)
        ends = ["".join(f"{int(number)}{unit}" for number, unit in end) for end in parts]
        return "–".join(ends).replace("年–", "–")
    return (" to " if "-" in text else "–").join(ends)


def quantity(number: str, row: Mapping[Any, Any]) -> str:
    """A number with the unit of its row, if that has one; what is in brackets stands behind."""
    if "unit" not in row:
        return number
    bare, bracket, rest = number.partition("（" if language() == "zh" else " (")
    return say("{number} {unit}", number=bare, unit=label("unit", row["unit"])) + bracket + rest


def name_of(row: Mapping[Any, Any]) -> str:
    """What tells a row apart for a reader: its place in a comparison, else its label."""
    if isinstance(grade := row.get("confidence"), str) and "place" in row:
        return say("{name} ({grade})", name=row["place"], grade=grade)
    return str(row["place"] if "place" in row else row["label"])


def note_of(row: Mapping[Any, Any]) -> str:
    """What must be known before a row is used, or an empty string."""
    told = (row.get(column) for column in ("note", "assumption", "statement"))
    return next((text for text in told if isinstance(text, str)), "")


def _hover(row: Mapping[Any, Any], told: str) -> str:
    name, note = (broken(text, 13, 380) for text in (name_of(row), note_of(row)))
    printed = row.get("printed")
    printed = say("as printed ({token})", token=printed) if isinstance(printed, str) else ""
    years = period(row) if "period_start" in row else ""
    return "<br>".join(filter(None, (f"<b>{name}</b>", told, printed, years, note)))


def text_width(text: str, size: float) -> float:
    """About how wide a text is drawn: a wide character is a square, another about half."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else 0.56 * size for c in text)


WIDE = "\u2e80-\uffef"
"""Characters as wide as two, as Chinese ones are; for a regular expression."""

_PIECES = re.compile(rf"[(（「『“《]*(?:[{WIDE}]|[^\s“{WIDE}]+|“)[，。、；：）」』”》！？)]*\s*")
"""What a line may be broken behind: a word, or a Chinese character with its punctuation."""


def broken(text: str, size: float, width: float) -> str:
    """A text as plotly draws it: broken into lines, its own ``<`` and ``&`` as they are."""
    lines = []
    for part in re.split(r"<br ?/?>", text):
        lines.append("")
        for piece in _PIECES.findall(part):
            if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > width:
                lines.append("")
            lines[-1] += piece
    return "<br>".join(html.escape(line.rstrip(), quote=False) for line in lines)
