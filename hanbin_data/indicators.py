"""What may be computed from the figures, and what must not.

A formula names figures by their id, and a year of a figure's period by the id with
``_start`` or ``_end``. It holds arithmetic and comparisons, nothing else, and no number of
the report.
"""

import ast
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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

    Args:
        theme: a section of the report, or None for all.
        lang: ``"en"`` or ``"zh"``; None is the default language.

    Raises:
        TypeError, ValueError: ``theme`` or ``lang`` is none of the valid ones.
    """
    if theme is not None:
        choose("theme", theme, labels("theme"))
    facts = Facts(lang)
    lines = [line for line in rows("indicators") if theme in (None, line["theme"])]
    for line in facts.derived(lines):
        bases = [facts.lines[name]["period_basis"] for name in line["figures"].split(", ")]
        line["period_basis"] = max(bases, key=_BASES.index)
    return frame(lines, "indicators")


def indicator(name: Indicator, *, lang: Lang | None = None) -> pd.Series:
    """One row of :func:`indicators`, as a Series: ``indicator("persons_per_case").value``.

    Raises:
        TypeError, ValueError: ``name`` or ``lang`` is none of the valid ones.
        ValueError: ``name`` must not be computed; the message says why.
    """
    derived, refused = indicators(lang=lang), refusals(lang=lang).set_index("id")
    if choose("indicator", name, [*derived["id"], *refused.index]) not in refused.index:
        return derived[derived["id"] == name].iloc[0].rename(name)
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
    """
    facts = Facts(lang)
    lines = facts.told(rows("refusals"))
    for line in lines:
        drawn = [figure_of(name) for name in names(line) if name in facts.known]
        line["figures"] = ", ".join(dict.fromkeys(drawn))
    return frame(lines, "refusals")


def checks(*, lang: Lang | None = None) -> pd.DataFrame:
    """Whether the figures agree with each other, and blemishes of the printed text.

    Each row is one rule: ``id``, ``rule``, ``holds`` (over the whole range of every
    figure), ``evidence`` (the figures with their numbers, or the characters as printed),
    ``note``, how it is ``computed``, and its ``formula``, both missing where the rule is
    one of the text.
    """
    facts = Facts(lang)
    lines = facts.told(rows("checks"))
    outcome = results([line for line in lines if line["formula"]], facts.known)
    for line in lines:
        # A rule of the text has no formula: it is listed because the text breaks it.
        line["holds"] = str(line["id"] in outcome and outcome[line["id"]][1] == 1)
        line["evidence"] = line["quoted"] or say("; ", facts.lang).join(
            say("{figure}: {number}", facts.lang, figure=facts.computed(name),
                number=written(facts.known[name], facts.lang))
            for name in names(line)
        )  # fmt: skip
    return frame(lines, "checks")


class Facts:
    """What formulas may name: the figures, and outside ones, in words of one language."""

    def __init__(self, lang: str | None, outside: Iterable[Row] = ()) -> None:
        self.lang = language(lang)
        self.lines = {line["id"]: line for line in [*outside, *figure_rows(self.lang)]}
        self.known = terms(self.lines.values())
        self.words = labels("outside", self.lang)
        for name, line in self.lines.items():
            self.words |= {name: line["label"], f"{name}_start": line["period_start"],
                           f"{name}_end": line["period_end"]}  # fmt: skip

    def told(self, lines: list[Row]) -> list[Row]:
        """Lines with their texts, and with what is computed, in words."""
        for line in lines:
            spoken(line, self.known, self.lang)["computed"] = self.computed(line["formula"])
        return lines

    def derived(self, lines: list[Row]) -> list[Row]:
        """Lines with these, their number, the figures drawn on and the years these cover."""
        outcome = results(lines, self.known)
        for line in self.told(lines):
            line["value"], line["low"], line["high"] = map(repr, outcome[line["id"]])
            drawn = dict.fromkeys(map(figure_of, names(line)))
            line["figures"] = ", ".join(drawn)
            for end, which in (("start", min), ("end", max)):
                years = (self.known[f"{name}_{end}"][0] for name in drawn)
                line[f"period_{end}"] = f"{which(years):.0f}"
        return lines

    def computed(self, formula: str) -> str:
        """A formula for readers: labels and years instead of ids, × ÷ − instead of * / -."""
        return re.sub(r"[^\W\d]\w*|\*\*|[<>=!]=|[*/-]", self._word, formula)

    def _word(self, found: re.Match[str]) -> str:
        name = found[0]
        dated = re.fullmatch(r"(\w+)_(\d{4})", name)
        if dated and name not in self.words and dated[1] in self.words:
            figure = self.words[dated[1]]
            return say("{figure}, {years}", self.lang, figure=figure, years=dated[2])
        return _SIGNS.get(name) or self.words.get(name) or name.replace("_", " ")


_SIGNS = {"*": "×", "/": "÷", "-": "−", "**": "^", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}


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
        known = line if isinstance(line, dict) else {}
        if not all(isinstance(known.get(part), str) for part in ("id", "formula")):
            raise ValueError(f"a line must have an id and a formula, both strings: {line!r:.200}")
        if line["id"] in asked:
            raise ValueError(f"{line['id']}: two lines have this id")
        asked[line["id"]] = line
    refused = {line["id"]: _read(line["formula"]) for line in rows("refusals")}
    found = results(asked.values(), terms(stated.to_dict("records")), refused)
    columns = ["value", "low", "high"]
    return pd.DataFrame.from_dict(found, "index", "float64", columns).rename_axis("id")


def results(
    lines: Iterable[Row], known: dict[str, Term], refused: Mapping[str, "_Formula"] = {}
) -> dict[str, Term]:
    """As :func:`evaluate`, by id, of formulas over what :func:`terms` gives.

    That the package's own hold nothing ``refused`` is tested, and need not be asked each time.
    """
    found = {}
    for line in lines:
        with _naming(line):
            found[line["id"]] = _evaluated(_read(line["formula"]), known, refused)
    return found


def names(line: Row) -> list[str]:
    """The names in a line's formula, in its order; none where it has no formula.

    Raises:
        ValueError: the formula cannot be read; the message names the line.
    """
    with _naming(line):
        return list(_read(line["formula"]).names) if line["formula"] else []


def figure_of(name: str) -> str:
    """The figure that a name in a formula belongs to."""
    return name.removesuffix("_start").removesuffix("_end")


@contextmanager
def _naming(line: Row) -> Iterator[None]:
    """An error says whose formula it speaks of."""
    try:
        yield
    except (ValueError, ZeroDivisionError) as error:
        raise type(error)(f"{line['id']}: {line['formula']!r:.200} {error}") from error


_ALLOWED = (
    *(ast.Name, ast.Load, ast.Constant, ast.UnaryOp, ast.UAdd, ast.USub, ast.BinOp, ast.Add),
    *(ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Compare, ast.Eq, ast.NotEq),
    *(ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
_LONGEST = 1000  # parts of a formula
_FEW = 8  # ranged figures of which every combination is computed


class _Formula(NamedTuple):
    names: tuple[str, ...]
    body: ast.expr
    code: CodeType


@lru_cache(maxsize=1024)
def _read(formula: str) -> _Formula:
    """Reads a formula once, however often it is asked for."""
    try:
        tree = ast.parse(formula.strip(), mode="eval")
        parts = list(ast.walk(tree.body))
        code = compile(tree, "<formula>", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError("is no formula") from error
    for part in parts:
        number = not isinstance(part, ast.Constant) or type(part.value) in (int, float)
        if not (isinstance(part, _ALLOWED) and number and len(parts) <= _LONGEST):
            raise ValueError("is no formula: neither arithmetic nor a comparison, or too long")
        # Whole numbers alone would be raised without end; figures are floats and overflow.
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) and not _drawn(part):
            raise ValueError(f"is no formula: {ast.unparse(part)!r:.200} has no figure")
    return _Formula(tuple(_drawn(tree)), tree.body, code)


def _drawn(tree: ast.AST) -> dict[str, None]:
    """The names in a formula or a part of it, in their order."""
    found = [part for part in ast.walk(tree) if isinstance(part, ast.Name)]
    found.sort(key=lambda name: (name.lineno, name.col_offset))
    return dict.fromkeys(name.id for name in found)


def _holds(formula: _Formula, refused: _Formula) -> bool:
    """Whether a formula computes a refused one, however it is written.

    It does where a part of it changes with the refused one's figures in the very
    proportions in which that one changes: as its multiple, turned over, with further terms
    in its sum or further factors in its product.
    """
    if not set(refused.names) <= set(formula.names):
        return False
    own = _slopes(refused.body, refused.names)
    return any(
        isinstance(part, ast.Compare) == isinstance(refused.body, ast.Compare)
        and set(refused.names) <= set(_drawn(part))
        and np.allclose(abs((_slopes(part, refused.names) * own).sum(axis=1)), 1, rtol=0, atol=1e-9)
        for part in ast.walk(formula.body)
        if isinstance(part, ast.BinOp | ast.Compare)
    )


def _slopes(part: ast.expr, drawn: Sequence[str]) -> Any:
    """How a part changes with each of these names, as unit vectors at made-up points.

    Of a comparison, the difference of its first sides is taken.
    """
    if isinstance(part, ast.Compare):
        part = ast.BinOp(part.left, ast.Sub(), part.comparators[0])

    def result(step: float) -> Any:
        # Seeded by the name: the same numbers in every formula and on every machine.
        numbers = {
            name: np.array([[random.Random(f"{point} {name}").uniform(1, 2)] for point in range(4)])
            * [1 + step * (name == own) for own in drawn]
            for name in _drawn(part)
        }
        return eval(ast.unparse(part), {"__builtins__": {}}, numbers) * np.ones(1)

    with np.errstate(all="ignore"):
        try:
            change = result(1e-4) - result(-1e-4)
        except (ArithmeticError, TypeError, ValueError):  # say for comparisons in a row
            change = np.full(1, np.nan)
        return change / np.linalg.norm(change, axis=-1, keepdims=True)


def _evaluated(formula: _Formula, known: dict[str, Term], refused: Mapping[str, _Formula]) -> Term:
    if not formula.names:
        raise ValueError("names no figure")
    for name in formula.names:
        if name not in known:
            choose("figure in it:", name, dict.fromkeys(map(figure_of, known)))
    if found := next((no for no, one in refused.items() if _holds(formula, one)), None):
        raise ValueError(f"holds a refused computation, {found}")
    drawn = {name: known[name] for name in formula.names}
    value = _result(formula.code, {name: ends[0] for name, ends in drawn.items()})
    low, high = _span(formula.code, drawn)
    return (value if low <= value <= high else float("nan")), low, high


def _span(code: CodeType, drawn: dict[str, Term]) -> tuple[float, float]:
    """The least and greatest result over the ranges, which are at ends of these."""
    wide = {name for name, (_, low, high) in drawn.items() if low < high}

    def result(at_high: Collection[str]) -> float:
        return _result(code, {name: ends[1 + (name in at_high)] for name, ends in drawn.items()})

    if len(wide) <= _FEW:
        chosen = product(*[((), (name,)) for name in wide])
        every = [result({name for some in one for name in some}) for one in chosen]
        return min(every), max(every)
    rises: set[str] = set()
    falls: set[str] = set()
    some = [{name for name in wide if random.Random(f"{n} {name}").random() < 0.5}
            for n in range(8)]  # fmt: skip
    # At each corner each figure is turned over; ``rises`` and ``falls`` are as known by then.
    for corner in map(frozenset, (set(), wide, rises, falls, *some)):
        here = result(corner)
        for name in wide:
            there = result(corner ^ {name})
            if here != there:
                (rises if (here < there) != (name in corner) else falls).add(name)
    if rises & falls:
        raise ValueError("rises and falls with too many ranged figures")
    return result(falls), result(rises)


def _result(code: CodeType, numbers: dict[str, float]) -> float:
    try:
        # Only names, numbers, arithmetic and comparisons are left to it by _read.
        result = eval(code, {"__builtins__": {}}, numbers)
    except ZeroDivisionError as error:
        zeros = ", ".join(name for name, number in numbers.items() if number == 0)
        raise ZeroDivisionError(f"divides by zero{zeros and f' ({zeros})'}") from error
    except OverflowError:
        result = float("inf")
    if isinstance(result, complex) or not isfinite(result):
        raise ValueError(f"has no real result for {numbers}")
    return float(result)
