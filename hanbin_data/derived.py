"""What may be computed from the figures, and what must not.

A formula names figures by their id, and a year of a figure's period by the id with
``_start`` or ``_end``. It holds arithmetic and comparisons, nothing else, and no number of
the report.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from math import isfinite
from string import Formatter
from types import CodeType
from typing import Any, NamedTuple

import pandas as pd

from hanbin_data.frames import LANGUAGES, Row, choose, figure_rows, frame, rows

__all__ = ["checks", "evaluate", "indicator", "indicators", "refusals"]

# How sure a period is, from the surest; an indicator is no surer than its figures.
_BASES = ("stated", "inherited", "inferred")


def indicators(theme: str | None = None, lang: str = "en") -> pd.DataFrame:
    """The numbers that may be derived from the figures.

    Each row is one indicator. Columns: ``id``, ``theme``, ``label`` in ``lang``,
    ``formula``, ``value``, ``low``, ``high`` (in ``unit``), ``unit``, ``status``
    (``sound``, or ``conditional`` on the ``assumption``), ``assumption`` in ``lang``,
    ``figures`` (the ids that it draws on), ``period_start``, ``period_end``,
    ``period_basis`` (of these figures together).

    ``low`` and ``high`` follow from the ranges of the figures. ``value`` is the formula of
    the printed numbers; it is missing where a printed number lies outside its own range,
    as 60余 does, so that only the range answers.

    Shape: one row per indicator × 14 columns.

    Args:
        theme: a section of the report, or None for all.
        lang: ``"en"`` or ``"zh"``.

    Source: derived from :func:`hanbin_data.figures`.

    Raises:
        TypeError: ``theme`` or ``lang`` is not a string.
        ValueError: ``theme`` or ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    if theme is not None:
        themes = [word["code"] for word in rows("vocabulary") if word["field"] == "theme"]
        theme = choose("theme", theme, themes)
    return _derived([line for line in rows("indicators") if theme in (None, line["theme"])], lang)


def indicator(name: str, lang: str = "en") -> pd.Series:
    """One row of :func:`indicators`, as a Series: ``indicator("persons_per_case").value``.

    Raises:
        TypeError: ``name`` or ``lang`` is not a string.
        ValueError: ``name`` must not be computed, and the message says why; or ``name`` or
            ``lang`` is unknown, and the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    lines = {line["id"]: line for line in rows("indicators")}
    refused = {line["id"]: line for line in rows("refusals")}
    if (name := choose("indicator", name, [*lines, *refused])) in refused:
        reason = filled(refused[name][f"reason_{lang}"], terms(figure_rows()))
        raise ValueError(f"{name} is refused ({refused[name]['formula']}): {reason}")
    return _derived([lines[name]], lang).iloc[0]


def refusals(lang: str = "en") -> pd.DataFrame:
    """Computations that look natural and are wrong on these figures.

    Each row is one of them. Columns: ``id``, ``theme``, ``label`` (what someone would call
    it) in ``lang``, ``formula``, ``figures`` (the ids that it draws on), ``outside``
    (names in the formula that the report gives no figure for, or missing), ``reason`` in
    ``lang``.

    Shape: one row per computation × 7 columns.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    known = terms(figure_rows())
    lines = rows("refusals")
    for line in lines:
        line["label"] = filled(line[f"label_{lang}"], known)
        line["reason"] = filled(line[f"reason_{lang}"], known)
        drawn = [name for name in names(line) if name in known]
        line["figures"] = ", ".join(dict.fromkeys(map(_figure, drawn)))
    return frame(lines, "refusals")


def checks(lang: str = "en") -> pd.DataFrame:
    """Whether the figures agree with each other, and blemishes of the printed text.

    Each row is one rule. Columns: ``id``, ``rule`` in ``lang``, ``holds`` (over the whole
    range of every figure), ``formula`` (missing where the rule is one of the text),
    ``evidence`` (the figures with their numbers, or the characters as printed), ``note``
    in ``lang``.

    Shape: one row per rule × 6 columns.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    known = terms(figure_rows())
    lines = rows("checks")
    outcome = results([line for line in lines if line["formula"]], known)
    for line in lines:
        line["rule"], line["note"] = line[f"rule_{lang}"], line[f"note_{lang}"]
        # A rule of the text has no formula: it is listed because the text breaks it.
        line["holds"] = str(bool(line["formula"]) and outcome[line["id"]][1] == 1)
        if line["formula"]:
            numbers = [f"{name} {_written(known[name])}" for name in names(line)]
            line["evidence"] = "; ".join(numbers)
        else:
            line["evidence"] = line["quoted"]
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
        ValueError: a formula cannot be read, names no figure or an unknown one, holds a
            refused computation as :func:`refusals` spells it (operands of sums and products
            in any order), or has no real result; the message names its ``id``. Also: a line
            or ``stated`` lacks what it must have, or two lines have one id.
        ZeroDivisionError: it divides by zero somewhere in the range; likewise.
    """
    if not isinstance(stated, pd.DataFrame):
        raise TypeError(f"stated must be a DataFrame, not {type(stated).__name__}")
    needed = ("id", "value", "low", "high", "period_start", "period_end")
    if missing := [column for column in needed if column not in stated]:
        raise ValueError(f"the figures lack {', '.join(missing)}")
    if not all(isinstance(name, str) for name in stated["id"]):
        raise ValueError("the ids of the figures must be strings")
    for column in needed[1:]:
        try:
            stated[column].astype("float64")
        except (TypeError, ValueError) as error:
            raise ValueError(f"the figures' {column} must be numbers: {error}") from error
    asked: dict[str, Row] = {}
    for line in lines:
        told = [line.get("id"), line.get("formula")] if isinstance(line, Mapping) else [None]
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


def results(lines: Iterable[Row], known: "dict[str, Term]") -> "dict[str, Term]":
    """As :func:`evaluate`, by id, of formulas over what :func:`terms` gives."""
    refused = {_formula(line).steps[0]: line["id"] for line in rows("refusals")}
    return {line["id"]: _evaluated(line, known, refused) for line in lines}


Term = tuple[float, float, float]
"""Value, low and high."""


def terms(stated: Iterable[Mapping[Any, Any]]) -> dict[str, Term]:
    """What a formula or a text may name, with value, low and high."""
    known: dict[str, Term] = {}
    for line in stated:
        start, end = float(line["period_start"]), float(line["period_end"])
        known[line["id"]] = (float(line["value"]), float(line["low"]), float(line["high"]))
        known[f"{line['id']}_start"] = (start, start, start)
        known[f"{line['id']}_end"] = (end, end, end)
    return known


def filled(text: str, known: dict[str, Term]) -> str:
    """A text with the numbers that it names in braces, as ``{cases_filed}``."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name} if "{" in text else ()
    for name in named:
        choose("figure in a text", name, known)
    years = ("_start", "_end")
    return text.format(
        **{
            name: f"{known[name][0]:.0f}" if name.endswith(years) else _written(known[name])
            for name in named
        }
    )


def names(line: Row) -> list[str]:
    """The names in a line's formula, in its order.

    Raises:
        ValueError: the formula cannot be read; the message names the line.
    """
    return list(_formula(line).names)


def _derived(lines: list[Row], lang: str) -> pd.DataFrame:
    stated = figure_rows()
    known = terms(stated)
    outcome = results(lines, known)
    bases = {figure["id"]: figure["period_basis"] for figure in stated}
    for line in lines:
        drawn = list(dict.fromkeys(map(_figure, names(line))))
        line["label"] = filled(line[f"label_{lang}"], known)
        line["assumption"] = filled(line[f"assumption_{lang}"], known)
        line["figures"] = ", ".join(drawn)
        line["period_start"] = f"{min(known[f'{name}_start'][0] for name in drawn):.0f}"
        line["period_end"] = f"{max(known[f'{name}_end'][0] for name in drawn):.0f}"
        line["period_basis"] = max((bases[name] for name in drawn), key=_BASES.index)
        line["value"], line["low"], line["high"] = map(repr, outcome[line["id"]])
    return frame(lines, "indicators")


def _figure(name: str) -> str:
    """The figure that a name in a formula belongs to."""
    return name.removesuffix("_start").removesuffix("_end")


def _written(term: Term) -> str:
    value, low, high = term
    return f"{value:,.12g}" if low <= value <= high else f"{low:,.12g}–{high:,.12g}"


_Step = tuple[str, frozenset[str]]
"""An operator with its operands; those of anything but a sum or product keep their order."""


class _Formula(NamedTuple):
    names: tuple[str, ...]
    steps: tuple[_Step, ...]
    """The last to be carried out comes first."""
    code: CodeType


_SIGNS: dict[type[ast.AST], str] = dict(
    [
        *[(ast.Add, "+"), (ast.Mult, "*")],  # operands in any order
        *[(ast.Sub, "-"), (ast.Div, "/"), (ast.FloorDiv, "//"), (ast.Mod, "%"), (ast.Pow, "**")],
        *[(ast.UAdd, "+"), (ast.USub, "-"), (ast.Eq, "=="), (ast.NotEq, "!=")],
        *[(ast.Lt, "<"), (ast.LtE, "<="), (ast.Gt, ">"), (ast.GtE, ">=")],
    ]
)


@lru_cache(maxsize=1024)
def _read(formula: str) -> _Formula:
    """Reads a formula once, however often it is asked for."""
    drawn: dict[str, None] = {}
    steps: list[_Step] = []
    _spelled(ast.parse(formula, mode="eval").body, drawn, steps)
    code = compile(formula, "<formula>", "eval")
    return _Formula(tuple(drawn), tuple(reversed(steps)), code)


def _spelled(node: ast.expr, drawn: dict[str, None], steps: list[_Step]) -> str:
    """One spelling for all ways to write the same computation; notes names and steps."""

    def spelled(part: ast.expr) -> str:
        return _spelled(part, drawn, steps)

    match node:
        case ast.Name():
            drawn[node.id] = None
            return node.id
        case ast.Constant() if type(node.value) in (int, float):
            return repr(node.value)
        case ast.UnaryOp() if type(node.op) in _SIGNS:
            return f"{_SIGNS[type(node.op)]}({spelled(node.operand)})"
        case ast.BinOp(op=ast.Add() | ast.Mult()):
            parts = {spelled(part): part for part in _operands(node, type(node.op))}
            if isinstance(node.op, ast.Mult):
                # A factor such as 100 changes the unit, not what is computed.
                parts = {text: n for text, n in parts.items() if not isinstance(n, ast.Constant)}
            steps.append((_SIGNS[type(node.op)], frozenset(parts)))
            if len(parts) == 1 and isinstance(node.op, ast.Mult):
                return next(iter(parts))
            return f"({f' {_SIGNS[type(node.op)]} '.join(sorted(parts))})"
        case ast.BinOp(op=ast.Pow()) if not any(isinstance(n, ast.Name) for n in ast.walk(node)):
            # Whole numbers alone would be raised without end; figures are floats and overflow.
            raise ValueError(f"{ast.unparse(node)!r} is a power without a figure")
        case ast.BinOp() if type(node.op) in _SIGNS:
            text = f"({spelled(node.left)} {_SIGNS[type(node.op)]} {spelled(node.right)})"
        case ast.Compare() if all(type(op) in _SIGNS for op in node.ops):
            sides = [spelled(side) for side in (node.left, *node.comparators)]
            text = f"({' '.join(sides)} {' '.join(_SIGNS[type(op)] for op in node.ops)})"
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is neither arithmetic nor a comparison")
    steps.append(("", frozenset([text])))
    return text


def _operands(node: ast.expr, operation: type[ast.operator]) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, operation):
        return _operands(node.left, operation) + _operands(node.right, operation)
    return [node]


def _formula(line: Row) -> _Formula:
    try:
        return _read(line["formula"].strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{line['id']}: {_quoted(line)} is no formula") from error


def _quoted(line: Row) -> str:
    return f"{line['formula']!r:.200}"


def _evaluated(line: Row, known: "dict[str, Term]", refused: dict[_Step, str]) -> Term:
    name = line["id"]
    drawn = names(line)
    if not drawn:
        raise ValueError(f"{name}: the formula {_quoted(line)} names no figure")
    for term in drawn:
        if term not in known:
            choose(f"figure in the formula of {name}:", term, dict.fromkeys(map(_figure, known)))
    for step in _formula(line).steps:
        if found := _refused(step, refused):
            raise ValueError(f"{name}: {_quoted(line)} holds a refused computation, {found}")
    ends = [sorted({known[term][1], known[term][2]}) for term in drawn]
    value, *span = (
        _result(line, dict(zip(drawn, map(float, case), strict=True)))
        for case in ([known[term][0] for term in drawn], *product(*ends))
    )
    low, high = min(span), max(span)
    return (value if low <= value <= high else float("nan")), low, high


def _refused(step: _Step, refused: dict[_Step, str]) -> str | None:
    """Which refusal a step is; a sum or product also as a longer one that holds it."""
    kind, parts = step
    if not kind:
        return refused.get(step)
    return next((no for (own, held), no in refused.items() if own == kind and held <= parts), None)


def _result(line: Row, numbers: dict[str, float]) -> float:
    name = line["id"]
    try:
        # Only names, numbers, arithmetic and comparisons are left to it by _read.
        result = eval(_formula(line).code, {"__builtins__": {}}, numbers)
    except ZeroDivisionError as error:
        zeros = [term for term, number in numbers.items() if number == 0]
        named = f" ({', '.join(zeros)})" if zeros else ""
        raise ZeroDivisionError(f"{name}: {_quoted(line)} divides by zero{named}") from error
    except OverflowError:
        result = float("inf")
    if isinstance(result, complex) or not isfinite(result):
        raise ValueError(f"{name}: {_quoted(line)} has no real result for {numbers}")
    return float(result)
