"""What may be computed from the figures, and what must not.

A formula names figures by their id, and a year of a figure's period by the id with
``_start`` or ``_end``. It holds arithmetic and comparisons, nothing else, and no number of
the report.
"""

import ast
import itertools
import operator
import random
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple

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
        line["figures"] = ", ".join(_drawn([name for name in names(line) if name in known]))
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
    if not all(isinstance(name, str) for name in stated["id"]):
        raise ValueError("the ids of the figures must be strings")
    for column in needed[1:]:
        try:
            stated[column].astype("float64")
        except (TypeError, ValueError) as error:
            raise ValueError(f"the figures' {column} must be numbers: {error}") from error
    asked: dict[str, Row] = {}
    for line in lines:
        if not isinstance(line, dict) or not all(
            isinstance(line.get(key), str) for key in ("id", "formula")
        ):
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
        drawn = _drawn(names(line))
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


def _drawn(drawn: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(figure_of, drawn)))


def figure_of(name: str) -> str:
    """The figure that a name in a formula belongs to."""
    return name.removesuffix("_start").removesuffix("_end")


# A formula is a list of steps, each over the results of earlier ones.

Number = Any  # float, or Fraction where a formula is held against those that are refused
Points = tuple[Number, ...]
Shape = tuple[str, ...]


class _Step(NamedTuple):
    """A name, a number, or an operation on the results of earlier steps."""

    leaf: str | float | None
    kind: type[ast.AST]
    does: Callable[..., Number]
    on: tuple[int, ...]
    names: bool
    """Whether it draws on a name."""


class _Formula(NamedTuple):
    names: tuple[str, ...]
    steps: tuple[_Step, ...]
    points: tuple[Points | None, ...]
    """Each step's results where every name stands for some fixed number, the same in all
    formulas; None for a step that has no real one."""


_DOES: dict[type[ast.AST], Callable[..., Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_DEEPEST = 250  # steps within each other, well below where Python's own stack ends
_UNSURE = 10  # ranged figures with which a formula may both rise and fall


def _formula(line: Row) -> _Formula:
    try:
        return _read(line["formula"].strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{line['id']}: {_quoted(line)} is no formula") from error


def _quoted(line: Row) -> str:
    return f"{line['formula']!r:.200}"


@lru_cache(maxsize=1024)
def _read(formula: str) -> _Formula:
    """Reads a formula once, however often it is asked for."""
    steps: list[_Step] = []
    _add(ast.parse(formula, mode="eval").body, steps, 0)
    drawn = tuple(dict.fromkeys(step.leaf for step in steps if isinstance(step.leaf, str)))
    return _Formula(drawn, tuple(steps), tuple(_points(steps, drawn)))


def _add(node: ast.expr, steps: list[_Step], depth: int) -> int:
    """Appends the steps of a part of a formula; the number of its last one."""
    leaf: str | float | None = None
    operations: Sequence[ast.AST] = ()
    parts: Sequence[ast.expr] = ()
    match node:
        case ast.Name():
            leaf = node.id
        case ast.Constant() if type(node.value) in (int, float):
            leaf = node.value  # type: ignore[assignment]
        case ast.UnaryOp():
            operations, parts = [node.op], [node.operand]
        case ast.BinOp():
            operations, parts = [node.op], [node.left, node.right]
        case ast.Compare():
            operations, parts = node.ops, [node.left, *node.comparators]
    if depth > _DEEPEST or (leaf is None and not parts) or {*map(type, operations)} - {*_DOES}:
        raise ValueError(f"{ast.unparse(node)!r} is neither arithmetic nor a comparison")
    on = tuple(_add(part, steps, depth + 1) for part in parts)
    does = [_DOES[type(operation)] for operation in operations]
    drawn = isinstance(leaf, str) or any(steps[part].names for part in on)
    if does == [operator.pow] and not drawn:
        # Whole numbers alone would be raised without end; figures are floats and overflow.
        raise ValueError(f"{ast.unparse(node)!r} is a power without a figure")

    def chained(*sides: Number) -> bool:
        return all(one(*pair) for one, pair in zip(does, pairwise(sides), strict=True))

    comparison = isinstance(node, ast.Compare)
    kind = type(node) if comparison or not does else type(operations[0])
    steps.append(_Step(leaf, kind, chained if comparison or not does else does[0], on, drawn))
    return len(steps) - 1


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
    value = _result(line, formula.steps, {term: ends[0] for term, ends in drawn.items()})
    for step in formula.steps:
        if step.kind in (ast.Div, ast.FloorDiv, ast.Mod):
            low, high = _span(line, formula.steps[: step.on[1] + 1], drawn)
            if low <= 0 <= high:
                raise _by_zero(line, drawn)
    low, high = _span(line, formula.steps, drawn)
    return (value if low <= value <= high else float("nan")), low, high


def _span(line: Row, steps: Sequence[_Step], drawn: dict[str, Term]) -> tuple[float, float]:
    """The least and greatest result over the ranges: at ends, found figure by figure."""
    used = {step.leaf for step in steps}
    wide = {name: ends[1:] for name, ends in drawn.items() if ends[1] < ends[2] and name in used}

    def result(high: Collection[str]) -> float:
        ends = {name: wide[name][name in high] for name in wide}
        return _result(line, steps, {name: term[1] for name, term in drawn.items()} | ends)

    rises: dict[str, set[bool]] = {name: set() for name in wide}
    corners: list[set[str]] = [set(), set(wide)]
    for corner in corners:  # two more follow: where all is known to be least and greatest
        here = result(corner)
        for name in wide:
            there = result(corner ^ {name})
            if here != there:
                rises[name].add((here < there) != (name in corner))
        if len(corners) == 2 and corner:
            greatest = {name for name in wide if True in rises[name]}
            corners += [set(wide) - greatest, greatest]
    unsure = [name for name in wide if len(rises[name]) == 2]
    if len(unsure) > _UNSURE:
        raise ValueError(f"{line['id']}: {_quoted(line)} rises and falls with too many ranges")
    up = {name for name in wide if rises[name] == {True}}
    down = set(wide) - up - set(unsure)
    tried = [set(itertools.compress(unsure, which))
             for which in itertools.product((0, 1), repeat=len(unsure))]  # fmt: skip
    return min(result(down | one) for one in tried), max(result(up | one) for one in tried)


def _result(line: Row, steps: Sequence[_Step], numbers: dict[str, float]) -> float:
    try:
        result = _run(steps, {name: float(number) for name, number in numbers.items()})[-1]
    except ZeroDivisionError as error:
        raise _by_zero(line, {name: (n, n, n) for name, n in numbers.items()}) from error
    except OverflowError:
        result = float("inf")
    if isinstance(result, complex) or not isfinite(result):
        raise ValueError(f"{line['id']}: {_quoted(line)} has no real result for {numbers}")
    return float(result)


def _run(steps: Sequence[_Step], numbers: dict[str, float]) -> list[Number]:
    results: list[Number] = []
    for step in steps:
        if isinstance(step.leaf, str):
            results.append(numbers[step.leaf])
        elif step.leaf is not None:
            results.append(step.leaf)
        else:
            results.append(step.does(*[results[part] for part in step.on]))
    return results


def _by_zero(line: Row, drawn: dict[str, Term]) -> ZeroDivisionError:
    zeros = [name for name, (_, low, high) in drawn.items() if low <= 0 <= high]
    which = f" ({', '.join(zeros)})" if zeros else ""
    return ZeroDivisionError(f"{line['id']}: {_quoted(line)} divides by zero{which}")


# A refused computation is found by its value: exact results for some made-up numbers.


def _points(steps: Sequence[_Step], drawn: Sequence[str]) -> list[Points | None]:
    cases = [
        {name: Fraction(random.Random(f"{case} {name}").randrange(2**9, 2**12)) for name in drawn}
        for case in range(4)
    ]
    found: list[Points | None] = []
    for step in steps:
        parts = [found[part] for part in step.on]
        try:
            if isinstance(step.leaf, str):
                found.append(tuple(case[step.leaf] for case in cases))
            elif step.leaf is not None:
                found.append(tuple(Fraction(step.leaf) for _ in cases))
            else:
                does = _power if step.kind is ast.Pow else step.does
                found.append(tuple(map(does, *parts)))  # type: ignore[arg-type]
        except (ArithmeticError, TypeError, ValueError):  # TypeError: of None, or complex
            found.append(None)
    return found


def _power(base: Number, exponent: Number) -> Number:
    """Exact where it stays short."""
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if whole and isinstance(base, Fraction):
        longest = max(base.numerator.bit_length(), base.denominator.bit_length())
        if longest * abs(exponent) < 10_000:
            return base**exponent
    power = float(base) ** float(exponent)
    if isinstance(power, complex):
        raise ValueError("no real result")
    return power


def _holds(formula: _Formula, refused: _Formula) -> bool:
    """Whether a formula computes a refused one: as a part, up to a constant factor, turned
    over, with further terms in its sum, or with further factors in its product."""
    if not set(refused.names) <= set(formula.names):
        return False
    last = len(refused.steps) - 1
    if refused.steps[last].kind is ast.Compare:
        return bool(_compared(refused) & _compared(formula))
    whole = {_shape(refused.points[last])} - {None}
    whole |= {_shape(_inverse(refused.points[last]))} - {None}
    summed, made = _terms(refused, last), _factors(refused, last)
    factors = {_shape(factor) for factor in made}
    turned = {_shape(_inverse(factor)) for factor in made}
    sums, products = (ast.Add, ast.Sub, ast.UAdd, ast.USub), (ast.Mult, ast.Div)
    for index, step in enumerate(formula.steps):
        if not step.names:
            continue
        if _shape(formula.points[index]) in whole:
            return True
        if len(factors) > 1 and step.kind in products:
            found = {_shape(factor) for factor in _factors(formula, index)}
            if factors <= found or turned <= found:
                return True
        if len(summed) > 1 and step.kind in sums + products:
            longer = _terms(formula, index)
            times = [{_ratio(term, own) for term in longer} - {None} for own in summed]
            if set.intersection(*times):
                return True
    return False


def _compared(formula: _Formula) -> set[Shape | None]:
    """What the comparisons of a formula ask of: the differences of their sides."""
    sides = [
        (formula.points[left], formula.points[right])
        for step in formula.steps
        if step.kind is ast.Compare
        for left, right in pairwise(step.on)
    ]
    return {
        _shape(tuple(map(operator.sub, left, right))) for left, right in sides if left and right
    } - {None}


def _terms(formula: _Formula, index: int, factor: Points = (1, 1, 1, 1)) -> list[Points]:
    """The terms of a sum, in a product multiplied out, each with its sign."""
    step, points = formula.steps[index], formula.points
    match step.kind:
        case ast.Add | ast.UAdd:
            return [term for part in step.on for term in _terms(formula, part, factor)]
        case ast.Sub | ast.USub:
            minus = tuple(map(operator.neg, factor))
            *first, second = step.on
            plus = [term for part in first for term in _terms(formula, part, factor)]
            return plus + _terms(formula, second, minus)
        case ast.Mult:
            for one, other in (step.on, step.on[::-1]):
                if times := points[other]:
                    longer = _terms(formula, one, tuple(map(operator.mul, factor, times)))
                    if len(longer) > 1:
                        return longer
        case ast.Div if below := _inverse(points[step.on[1]]):
            return _terms(formula, step.on[0], tuple(map(operator.mul, factor, below)))
    return [tuple(map(operator.mul, factor, own))] if (own := points[index]) else []


def _factors(formula: _Formula, index: int) -> list[Points]:
    """The factors of a product or quotient, numbers aside."""
    step = formula.steps[index]
    if step.kind in (ast.Mult, ast.Div, ast.UAdd, ast.USub):
        first, *second = [_factors(formula, part) for part in step.on]
        for factors in second:
            turned = map(_inverse, factors) if step.kind is ast.Div else factors
            first += [factor for factor in turned if factor]
        return first
    own = formula.points[index]
    return [own] if own and step.names else []


def _inverse(points: Points | None) -> Points | None:
    return tuple(1 / point for point in points) if points and all(points) else None


def _ratio(points: Points, others: Points) -> Shape | None:
    if not all(points) or not all(others):
        return None
    try:
        # A power's results are inexact in their last digits.
        return tuple(f"{float(a / b):.9e}" for a, b in zip(points, others, strict=True))
    except OverflowError:
        return None


def _shape(points: Points | None) -> Shape | None:
    """What results have in common that differ by a constant factor alone."""
    return _ratio(points, points[:1] * len(points)) if points else None
