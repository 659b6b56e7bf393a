"""Outside figures beside the report's own, and how far they may be compared.

The outside figures stand in one file, ``data/context.csv``; nothing that is drawn from
:func:`hanbin_data.figures` alone reads it.
"""

from decimal import Decimal

import pandas as pd

from hanbin_data.derived import filled, names, results, terms
from hanbin_data.frames import LANGUAGES, Row, choose, figure_rows, frame, rows


def context(lang: str = "en") -> pd.DataFrame:
    """Outside figures with their sources.

    Each row is one figure that another publisher states. Columns: ``id``, ``geography``,
    ``label`` in ``lang``, ``value``, ``low``, ``high``, ``precision`` (in ``unit``),
    ``unit``, ``period`` (as published), ``period_start``, ``period_end`` (years),
    ``publisher``, ``title``, ``published``, ``confidence``, ``note`` in ``lang``.

    ``low`` and ``high`` are the ends of the closed range that rounds to the value:
    9514.8万 is a whole number from 95147500 to 95148499.

    Shape: one row per outside figure × 16 columns.

    Source: each row names its own.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    lines = _context_rows()
    known = terms(lines)
    for line in lines:
        line["note"] = filled(line[f"note_{lang}"], known)
        for column in ("label", "publisher", "title"):
            line[column] = line[f"{column}_{lang}"]
    return frame(lines, "context")


def comparisons(lang: str = "en") -> pd.DataFrame:
    """Indicators of the report beside their counterparts elsewhere.

    Each row is one number of a comparison; the rows that share ``comparison`` share a unit
    and belong on one scale. Columns: ``id``, ``comparison``, ``theme``, ``label`` (what is
    compared) and ``place`` (whose number it is, with its years) in ``lang``,
    ``geography``, ``formula`` over ids of :func:`hanbin_data.figures` and
    :func:`context`, ``value``, ``low``, ``high`` (in ``unit``), ``unit``, ``indicator``,
    ``figures`` and ``sources`` (the ids of the report and of the context that it draws
    on), ``period_start``, ``period_end``, ``confidence`` (the lower grade of the sources),
    ``comparability`` and ``statement`` in ``lang``.

    A row of the report alone has no source, confidence and comparability.

    Shape: one row per number × 19 columns.

    Source: the article that :data:`hanbin_data.SOURCE` describes, and :func:`context`.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    outside = _context_rows()
    known = terms(figure_rows()) | terms(outside)
    grades = {line["id"]: line["confidence"] for line in outside}
    derived = {line["id"]: line for line in rows("indicators")}
    lines = rows("comparisons")
    for line in lines:
        if not line["formula"]:
            line |= {key: derived[line["indicator"]][key] for key in ("formula", "unit")}
    outcome = results(lines, known)
    labels = {
        word["code"]: word[f"label_{lang}"]
        for word in rows("vocabulary")
        if word["field"] == "comparison"
    }
    for line in lines:
        drawn = names(line)
        sources = [name for name in drawn if name in grades]
        start = min(known[f"{name}_start"][0] for name in drawn)
        end = max(known[f"{name}_end"][0] for name in drawn)
        line["period_start"], line["period_end"] = f"{start:.0f}", f"{end:.0f}"
        line["place"] = _dated(line, lang)
        line["label"] = labels[line["comparison"]]
        line["sources"] = ", ".join(sources)
        line["figures"] = ", ".join(name for name in drawn if name not in grades)
        line["confidence"] = max((grades[name] for name in sources), default="")
        line["statement"] = line[f"statement_{lang}"]
        line["value"], line["low"], line["high"] = map(repr, outcome[line["id"]])
    return frame(lines, "comparisons")


def _context_rows() -> list[Row]:
    """The lines of context.csv with the ends of their ranges and periods."""
    lines = rows("context")
    for line in lines:
        line["low"], line["high"] = _range(line)
        # A day, a year, or two months with a slash between them.
        line["period_start"] = line["period"][:4]
        line["period_end"] = line["period"].split("/")[-1][:4]
    return lines


def _range(line: Row) -> tuple[str, str]:
    value, precision = Decimal(line["value"]), Decimal(line["precision"])
    if precision == 1:
        return line["value"], line["value"]
    # A count is whole, and from the half upwards it would round to the next value.
    rest = 1 if precision > 1 else 0
    return str(value - precision / 2), str(value + precision / 2 - rest)


def _dated(line: Row, lang: str) -> str:
    start, end = line["period_start"], line["period_end"]
    years = start if start == end else f"{start}–{end}"
    place = line[f"place_{lang}"]
    return f"{place}，{years}年" if lang == "zh" else f"{place}, {years}"
