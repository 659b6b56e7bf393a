"""Outside figures beside the report's own, and how far they may be compared.

The outside figures stand in one file, ``data/context.csv``; nothing that is drawn from
:func:`hanbin_data.figures` alone reads it.
"""

from decimal import Decimal

import pandas as pd

from hanbin_data.frames import Row, frame, labels, rows, spoken, terms, years
from hanbin_data.indicators import Facts
from hanbin_data.names import Lang
from hanbin_data.words import language, say


def context(*, lang: Lang | None = None) -> pd.DataFrame:
    """Outside figures with their sources.

    Each row is one figure that another publisher states: ``id``, ``geography``, ``label``,
    the number with its range (in ``unit``), the period as published and its years, who
    published it when and where, how well the source is known (``confidence``), and a
    ``note``. ``codebook("context")`` defines each column.

    ``low`` and ``high`` are the ends of the closed range that rounds to the value:
    9514.8万 is a whole number from 95147500 to 95148499.
    """
    return frame(_context_rows(language(lang)), "context")


def comparisons(*, lang: Lang | None = None) -> pd.DataFrame:
    """Indicators of the report beside their counterparts elsewhere.

    Each row is one number of a comparison; the rows that share ``comparison`` share a unit
    and belong on one scale. ``label`` is what is compared and ``place`` whose number it is,
    with its years; ``formula`` is over ids of :func:`hanbin_data.figures` (``figures``) and
    :func:`context` (``sources``); ``confidence`` is the lower grade of the sources;
    ``comparability`` and ``statement`` say how far it compares. A row of the report alone
    has none of the last four. ``codebook("comparisons")`` defines each column.
    """
    chosen = language(lang)
    outside, places = _context_rows(chosen), labels("geography", chosen)
    for line in outside:  # the same is counted in many places and years
        where = {"place": places[line["geography"]], "years": years(line)}
        line["label"] = say("{figure} [{place}, {years}]", chosen, figure=line["label"], **where)
    grades = {line["id"]: line["confidence"] for line in outside}
    derived = {line["id"]: line for line in rows("indicators")}
    compared = labels("comparison", chosen)
    lines = rows("comparisons")
    for line in lines:
        if not line["formula"]:
            line |= {key: derived[line["indicator"]][key] for key in ("formula", "unit")}
    for line in Facts(chosen, outside).derived(lines):
        drawn = line["figures"].split(", ")
        sources = [name for name in drawn if name in grades]
        line["place"] = say("{figure}, {years}", chosen, figure=line["place"], years=years(line))
        line["label"] = compared[line["comparison"]]
        line["sources"] = ", ".join(sources)
        line["figures"] = ", ".join(name for name in drawn if name not in grades)
        line["confidence"] = max((grades[name] for name in sources), default="")
    return frame(lines, "comparisons")


def _context_rows(lang: str) -> list[Row]:
    """The lines of context.csv with their texts and the ends of their ranges and periods."""
    lines = rows("context")
    for line in lines:
        line["low"], line["high"] = _range(line)
        # A day, a year, or two months with a slash between them.
        line["period_start"] = line["period"][:4]
        line["period_end"] = line["period"].split("/")[-1][:4]
    known = terms(lines)
    return [spoken(line, known, lang) for line in lines]


def _range(line: Row) -> tuple[str, str]:
    value, precision = Decimal(line["value"]), Decimal(line["precision"])
    if precision == 1:
        return line["value"], line["value"]
    # A count is whole, and from the half upwards it would round to the next value.
    rest = 1 if precision > 1 else 0
    return str(value - precision / 2), str(value + precision / 2 - rest)
