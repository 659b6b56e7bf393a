"""What may be computed from the figures, and what must not.

A formula names figures by their id, and a year of a figure's period by the id with
``_start`` or ``_end``. It holds arithmetic and comparisons, nothing else, and no number of
the report.
"""

import ast
import operator
import random
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import isfinite
from types import CodeType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from hanbin_data.frames import Row, Term, figure_rows, frame, labels, rows, spoken, terms, written
from hanbin_data.names import Indicator, Lang, Theme
from hanbin_data.words import choose, language, say

__all__ = ["checks", "evaluate", "indicator", "indicators", "refusals"]

# How sure a period is, from the surest; an indicator is no surer than its figures.
_BASES = ("stated", "inherited", "inferred")


def indicators(theme: Theme | None = None, *, lang: Lang | None = None) -> pd.DataFrame:
    """The numbers that may be derived from the figures.

    Each row is one indicator: ``id``, ``theme``, ``label``, ``value``, ``low``, ``high``
    (in ``unit``), how it is ``computed``, ``status`` (``sound``, or ``conditional`` on the
    ``assumption``), the period of the figures that it draws on, its ``formula`` over their
    ids and the ids themselves (``figures``). ``codebook("indicators")`` defines each column.

    ``low`` and ``high`` follow from the ranges of the figures. ``value`` is the formula of
    the printed numbers; it is missing where a printed number lies outside its own range,
    as 60余 does, so that only the range answers.

    Shape: one row per indicator × 15 columns.

    Args:
        theme: a section of the report, or None for all.
        lang: ``"en"`` or ``"zh"``, of label, computation and assumption; None is the
            default language.

    Source: derived from :func:`hanbin_data.figures`.

    Raises:
        TypeError: ``theme`` or ``lang`` is not a string.
        ValueError: ``theme`` or ``lang`` is unknown; the message lists the valid ones.
    """
    if theme is not None:
        choose("theme", theme, labels("theme"))
    return _derived([line for line in rows("indicators") if theme in (None, line["theme"])], lang)


def indicator(name: Indicator, *, lang: Lang | None = None) -> pd.Series:
    """One row of :func:`indicators`, as a Series: ``indicator("persons_per_case").value``.

    Raises:
        TypeError: ``name`` or ``lang`` is not a string.
        ValueError: ``name`` must not be computed, and the message says why; or ``name`` or
            ``lang`` is unknown, and the message lists the valid ones.
    """
    lines = {line["id"]: line for line in rows("indicators")}
    refused = refusals(lang=lang).set_index("id")
    if choose("indicator", name, [*lines, *refused.index]) in lines:
        return _derived([lines[name]], lang).iloc[0].rename(name)
    no = refused.loc[name]
    raise ValueError(
        say("{label} is refused ({computed}): {reason}", lang,
            label=no["label"], computed=no["computed"], reason=no["reason"])
    )  # fmt: skip


def refusals(*, lang: Lang | None = None) -> pd.DataFrame:
    """Computations that look natural and are wrong on these figures.

    Each row is one of them: ``id``, ``theme``, ``label`` (what someone would call it), how
    it would be ``computed``, the ``reason`` why it must not be, its ``formula``, the ids of
    the ``figures`` that it draws on, and what the report gives no figure for (``outside``).

    Shape: one row per computation × 8 columns.
    """
    chosen = language(lang)
    stated, lines = figure_rows(chosen), rows("refusals")
    known, words = terms(stated), named(stated, chosen)
    for line in lines:
        spoken(line, known, chosen)["computed"] = computed(line["formula"], words, chosen)
        line["figures"] = ", ".join(_figures([name for name in names(line) if name in known]))
    return frame(lines, "refusals")


def checks(*, lang: Lang | None = None) -> pd.DataFrame:
    """Whether the figures agree with each other, and blemishes of the printed text.

    Each row is one rule: ``id``, ``rule``, ``holds`` (over the whole range of every
    figure), ``evidence`` (the figures with their numbers, or the characters as printed),
    ``note``, how it is ``computed``, and its ``formula``, both missing where the rule is
    one of the text.

    Shape: one row per rule × 7 columns.
    """
    chosen = language(lang)
    stated, lines = figure_rows(chosen), rows("checks")
    known, words = terms(stated), named(stated, chosen)
    outcome = results([line for line in lines if line["formula"]], known)
    for line in lines:
        # A rule of the text has no formula: it is listed because the text breaks it.
        line["holds"] = str(line["id"] in outcome and outcome[line["id"]][1] == 1)
        line["evidence"] = line["quoted"] or say("; ", chosen).join(
            say("{figure}: {number}", chosen,
                figure=computed(name, words, chosen), number=written(known[name]))
            for name in names(line)
        )  # fmt: skip
        spoken(line, known, chosen)["computed"] = computed(line["formula"], words, chosen)
    return frame(lines, "checks")


def evaluate(lines: Iterable[Row], stated: pd.DataFrame) -> pd.DataFrame:
    """The value and range of formulas over figures.

    Args:
        lines: each has an ``id`` and a ``formula``: names, numbers, arithmetic and
            comparisons, as Python writes them.
        stated: :func:`hanbin_data.figures`, or a frame with its ``id``, ``value``,
            ``low``, ``high``, ``period_start`` and ``period_end``.

    Returns:
        A frame with the index ``id`` and the columns ``value``, ``low``, ``high``: the
        formula of the values, and its least and greatest result over every combination of
        the ends of the figures' ranges. These are the exact ends for a formula that rises
        or falls all the way with each figure, as each one of the package does. ``value``
        is missing where it lies outside them.

    Raises:
        TypeError: ``stated`` is no frame.
        ValueError: a formula cannot be read, names no figure or an unknown one, computes
            what :func:`refusals` lists (however it is written, also as a part, up to a
            constant factor), has no real result, or rises and falls with too many ranged
            figures; the message names its ``id``. Also: a line or ``stated`` lacks what it
            must have, or two lines have one id.
        ZeroDivisionError: it divides by zero somewhere in the range; likewise.
    """
    if not isinstance(stated, pd.DataFrame):
        raise TypeError(f"stated must be a DataFrame, not {type(stated).__name__}")
    needed = ("id", "value", "low", "high", "period_start", "period_end")
    if missing := [column for column in needed if column not in stated]:
        raise ValueError(f"the figures lack {', '.join(missing)}")
    asked: dict[str, Row] = {}
    for line in lines:
        told = [line.get("id"), line.get("formula")] if isinstance(line, dict) else [None]
        if not all(isinstance(text, str) for text in told):
            raise ValueError(f"a line must have an id and a formula, both strings: {line!r:.200}")
        if line["id"] in asked:
            raise ValueError(f"{line['id']}: two lines have this id")
        asked[line["id"]] = line
    return pd.DataFrame.from_dict(
        results(asked.values(), terms(stated.to_dict("records"))),
        orient="index",
        columns=["value", "low", "high"],
        dtype="float64",
    ).rename_axis("id")


def results(lines: Iterable[Row], known: dict[str, Term]) -> dict[str, Term]:
    """As :func:`evaluate`, by id, of formulas over what :func:`terms` gives."""
    refused = {line["id"]: _formula(line) for line in rows("refusals")}
    return {line["id"]: _evaluated(line, known, refused) for line in lines}


def names(line: Row) -> list[str]:
    """The names in a line's formula, in its order; none where it has no formula.

    Raises:
        ValueError: the formula cannot be read; the message names the line.
    """
    return list(_formula(line).names) if line["formula"] else []


def named(stated: Iterable[Row], lang: str) -> dict[str, str]:
    """Words for the names of a formula: of these lines, and of what the report lacks."""
    words = labels("outside", lang)
    for line in stated:
        words[line["id"]] = line["label"]
        words |= {f"{line['id']}_{end}": line[f"period_{end}"] for end in ("start", "end")}
    return words


def computed(formula: str, words: dict[str, str], lang: str) -> str:
    """A formula for readers: labels and years instead of ids, × ÷ − instead of * / -."""
    signs = {"*": "×", "/": "÷", "-": "−", "**": "^", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}

    def word(found: re.Match[str]) -> str:
        name = found[0]
        dated = re.fullmatch(r"(\w+)_(\d{4})", name)
        if dated and name not in words and dated[1] in words:
            return say("{figure}, {years}", lang, figure=words[dated[1]], years=dated[2])
        return signs.get(name) or words.get(name) or name.replace("_", " ")

    return re.sub(r"[^\W\d]\w*|\*\*|[<>=!]=|[*/-]", word, formula)


def _derived(lines: list[Row], lang: str | None) -> pd.DataFrame:
    chosen = language(lang)
    stated = figure_rows(chosen)
    known, words = terms(stated), named(stated, chosen)
    outcome = results(lines, known)
    bases = {figure["id"]: figure["period_basis"] for figure in stated}
    for line in lines:
        drawn = _figures(names(line))
        spoken(line, known, chosen)["computed"] = computed(line["formula"], words, chosen)
        line["figures"] = ", ".join(drawn)
        line["period_start"], line["period_end"] = period(drawn, known)
        line["period_basis"] = max((bases[name] for name in drawn), key=_BASES.index)
        line["value"], line["low"], line["high"] = map(repr, outcome[line["id"]])
    return frame(lines, "indicators")


def period(drawn: Sequence[str], known: dict[str, Term]) -> tuple[str, str]:
    """The first and the last year that these figures cover together."""
    start = min(known[f"{name}_start"][0] for name in drawn)
    end = max(known[f"{name}_end"][0] for name in drawn)
    return f"{start:.0f}", f"{end:.0f}"


def _figures(drawn: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(figure_of, drawn)))


def figure_of(name: str) -> str:
    """The figure that a name in a formula belongs to."""
    return name.removesuffix("_start").removesuffix("_end")


# Formulas are read once. What a formula computes is kept as exact results for made-up
# numbers, since the same value can be written in many ways.

Points = Any  # an array of results, one for each set of made-up numbers
Shape = tuple[str, ...]

_CASES = 4
_LONGEST = 1000  # parts of a formula
_DOES: dict[type[ast.AST], Callable[..., Points]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_PARTS = (ast.Name, ast.Constant, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Load, ast.Pow)
_SIDES = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_UNSURE = 10  # ranged figures with which a formula may both rise and fall


class _Formula(NamedTuple):
    names: tuple[str, ...]
    code: CodeType
    adds: bool
    """Whether it adds figures and does nothing else."""
    shapes: tuple[tuple[bool, Shape | None], ...]
    """What each part computes, the whole formula first: see :func:`_asked`."""
    sums: tuple[list[Points], ...]
    """The terms of each part, multiplied out."""
    products: tuple[frozenset[Shape | None], ...]
    """The factors of each part, numbers aside."""


def _formula(line: Row) -> _Formula:
    try:
        return _read(line["formula"].strip())
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(f"{line['id']}: {_quoted(line)} is no formula") from error


def _quoted(line: Row) -> str:
    return f"{line['formula']!r:.200}"


@lru_cache(maxsize=1024)
def _read(formula: str) -> _Formula:
    tree = ast.parse(formula, mode="eval")
    parts = list(ast.walk(tree.body))
    if len(parts) > _LONGEST:
        raise ValueError("too long")
    for part in parts:
        number = not isinstance(part, ast.Constant) or type(part.value) in (int, float)
        if not isinstance(part, (*_PARTS, *_SIDES, *_DOES)) or not number:
            raise ValueError(f"{type(part).__name__} is neither arithmetic nor a comparison")
        # Whole numbers alone would be raised without end; figures are floats and overflow.
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) and not _drawn(part):
            raise ValueError(f"{ast.unparse(part)!r} is a power without a figure")
    results: dict[ast.AST, Points] = {}
    with np.errstate(all="ignore"):
        for part in reversed(parts):  # what a part is made of comes first
            with suppress(ArithmeticError, ValueError, KeyError):  # KeyError: of these parts
                results[part] = _points(part, results)
        drawn = [part for part in parts if part in results and _drawn(part)]
        return _Formula(
            tuple(_drawn(tree)),
            compile(tree, "<formula>", "eval"),
            {*map(type, parts)} <= {ast.Name, ast.Load, ast.BinOp, ast.Add, ast.Sub},
            tuple(_asked(part, results) for part in drawn),
            tuple(_terms(part, results, 1) for part in drawn),
            tuple(frozenset(map(_ratio, _factors(part, results))) for part in drawn),
        )


def _drawn(tree: ast.AST) -> dict[str, None]:
    """The names in a formula or a part of it, in their order."""
    names = [part for part in ast.walk(tree) if isinstance(part, ast.Name)]
    names.sort(key=lambda name: (name.lineno, name.col_offset))
    return dict.fromkeys(name.id for name in names)


def _points(part: ast.AST, results: dict[ast.AST, Points]) -> Points:
    """The results of a part for each case, exact but for roots."""
    match part:
        case ast.Name(id=name):
            # Seeded by the name: the same numbers in every formula and on every machine.
            cases = [random.Random(f"{case} {name}") for case in range(_CASES)]
            return np.array([Fraction(case.randrange(512, 4096)) for case in cases], dtype=object)
        case ast.Constant():
            return np.array([Fraction(part.value)] * _CASES, dtype=object)  # type: ignore[arg-type]
        case ast.UnaryOp():
            return _DOES[type(part.op)](results[part.operand])
        case ast.BinOp(op=ast.Pow()):
            base, exponent = results[part.left], results[part.right]
            short = all(getattr(number, "numerator", 1).bit_length() < 1000 for number in base)
            if short and all(number % 1 == 0 and abs(number) <= 16 for number in exponent):
                return base**exponent
            return base.astype("float64") ** exponent.astype("float64")
        case ast.BinOp():
            return _DOES[type(part.op)](results[part.left], results[part.right])
        case ast.Compare():  # as a number, unlike any other
            return _points(ast.Name(ast.unparse(part)), results)
    raise ValueError(f"{type(part).__name__} has no result")


def _terms(part: ast.AST, results: dict[ast.AST, Points], times: Points) -> list[Points]:
    match part:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            sign = -1 if isinstance(part.op, ast.Sub) else 1
            left = _terms(part.left, results, times)
            return left + _terms(part.right, results, times * sign)
        case ast.UnaryOp():
            sign = -1 if isinstance(part.op, ast.USub) else 1
            return _terms(part.operand, results, times * sign)
        case ast.BinOp(op=ast.Mult()):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if len(longer := _terms(one, results, times * results[other])) > 1:
                    return longer
        case ast.BinOp(op=ast.Div()):
            return _terms(part.left, results, times / results[part.right])
    return [times * results[part]]


def _factors(part: ast.AST, results: dict[ast.AST, Points]) -> list[Points]:
    match part:
        case ast.BinOp(op=ast.Mult()):
            return _factors(part.left, results) + _factors(part.right, results)
        case ast.BinOp(op=ast.Div()):
            below = _factors(part.right, results)
            return _factors(part.left, results) + [1 / factor for factor in below]
        case ast.UnaryOp():
            return _factors(part.operand, results)
    return [results[part]] if _drawn(part) else []


def _ratio(points: Points, others: Points | None = None) -> Shape | None:
    """Results over others; over the first of them, which leaves what is the same for all
    that differ by a constant factor alone."""
    others = points[:1] if others is None else others
    if not all(points) or not all(others):
        return None
    return tuple(f"{float(ratio):.9e}" for ratio in points / others)  # roots are inexact


def _asked(part: ast.AST, results: dict[ast.AST, Points]) -> tuple[bool, Shape | None]:
    """What a part computes up to a constant factor and whichever side stands above; of a
    comparison, the difference of its first sides."""
    points = results[part]
    if isinstance(part, ast.Compare):
        points = results[part.left] - results[part.comparators[0]]
    shapes = _ratio(points), _ratio(points[:1], points)
    either = min(shape for shape in shapes if shape) if all(shapes) else None
    return isinstance(part, ast.Compare), either


def _holds(formula: _Formula, refused: _Formula) -> bool:
    """Whether a formula computes a refused one: as a part, up to a constant factor, turned
    over, with further terms in its sum, or with further factors in its product."""
    if not set(refused.names) <= set(formula.names):
        return False
    own, factors = refused.sums[0], refused.products[0]
    for longer in formula.sums if len(own) > 1 else ():
        times = [set(filter(None, (_ratio(term, part) for term in longer))) for part in own]
        # A sum of figures is one whatever it is multiplied by, also by another figure.
        if any(refused.adds or len(set(one)) == 1 for one in set.intersection(*times)):
            return True
    more = len(factors) > 1 and any(factors <= longer for longer in formula.products)
    return more or (None not in refused.shapes[0] and refused.shapes[0] in formula.shapes)


def _evaluated(line: Row, known: dict[str, Term], refused: dict[str, _Formula]) -> Term:
    name, formula = line["id"], _formula(line)
    if not formula.names:
        raise ValueError(f"{name}: the formula {_quoted(line)} names no figure")
    for term in formula.names:
        if term not in known:
            choose(f"figure in the formula of {name}:", term, dict.fromkeys(map(figure_of, known)))
    if found := next((no for no, one in refused.items() if _holds(formula, one)), None):
        raise ValueError(f"{name}: {_quoted(line)} holds a refused computation, {found}")
    drawn = {term: known[term] for term in formula.names}
    value = _result(line, formula.code, {term: ends[0] for term, ends in drawn.items()})
    low, high = _span(line, formula.code, drawn)
    return (value if low <= value <= high else float("nan")), low, high


def _span(line: Row, code: CodeType, drawn: dict[str, Term]) -> tuple[float, float]:
    """The least and greatest result over the ranges: at ends, found figure by figure."""
    wide = {name: ends[1:] for name, ends in drawn.items() if ends[1] < ends[2]}
    sharp = {name: ends[1] for name, ends in drawn.items()}

    def result(high: Collection[str]) -> float:
        return _result(line, code, sharp | {name: wide[name][1] for name in high})

    rises: dict[str, set[bool]] = {name: set() for name in wide}
    corners: list[set[str]] = [set(), set(wide)]
    for corner in corners:  # two more follow: where all is known to be least and greatest
        here = result(corner)
        for name in wide:
            if here != (there := result(corner ^ {name})):
                rises[name].add((here < there) != (name in corner))
        if len(corners) == 2 and corner:
            greatest = {name for name in wide if True in rises[name]}
            corners += [set(wide) - greatest, greatest]
    unsure = [name for name in wide if len(rises[name]) == 2]
    if len(unsure) > _UNSURE:
        raise ValueError(f"{line['id']}: {_quoted(line)} rises and falls with too many ranges")
    up, down = ({name for name in wide if rises[name] == {way}} for way in (True, False))
    chosen = [{name for name, one in zip(unsure, ends, strict=True) if one}
              for ends in product((0, 1), repeat=len(unsure))]  # fmt: skip
    return min(result(down | one) for one in chosen), max(result(up | one) for one in chosen)


def _result(line: Row, code: CodeType, numbers: dict[str, float]) -> float:
    try:
        # Only names, numbers, arithmetic and comparisons are left to it by _read.
        result = eval(code, {"__builtins__": {}}, numbers)
    except ZeroDivisionError as error:
        zeros = [term for term, number in numbers.items() if number == 0]
        which = f" ({', '.join(zeros)})" if zeros else ""
        raise ZeroDivisionError(f"{line['id']}: {_quoted(line)} divides by zero{which}") from error
    except OverflowError:
        result = float("inf")
    if isinstance(result, complex) or not isfinite(result):
        raise ValueError(f"{line['id']}: {_quoted(line)} has no real result for {numbers}")
    return float(result)
