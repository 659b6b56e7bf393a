"""What may be computed from the figures, and what must not.

A formula names figures by their id, and a year of a figure's period by the id with
``_start`` or ``_end``. It holds arithmetic and comparisons, nothing else, and no number of
the report.
"""

import ast
import random
import re
from collections.abc import Collection, Iterable, Sequence
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
    return _derived([line for line in rows("indicators") if theme in (None, line["theme"])], lang)


def indicator(name: Indicator, *, lang: Lang | None = None) -> pd.Series:
    """One row of :func:`indicators`, as a Series: ``indicator("persons_per_case").value``.

    Raises:
        TypeError, ValueError: ``name`` or ``lang`` is none of the valid ones.
        ValueError: ``name`` must not be computed; the message says why.
    """
    lines = {line["id"]: line for line in rows("indicators")}
    refused = [line["id"] for line in rows("refusals")]
    if choose("indicator", name, [*lines, *refused]) in lines:
        return _derived([lines[name]], lang).iloc[0].rename(name)
    no = refusals(lang=lang).set_index("id").loc[name]
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
    chosen, lines = language(lang), rows("refusals")
    _, known, words = _known(chosen)
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
    """
    chosen, lines = language(lang), rows("checks")
    _, known, words = _known(chosen)
    outcome = results([line for line in lines if line["formula"]], known)
    for line in lines:
        # A rule of the text has no formula: it is listed because the text breaks it.
        line["holds"] = str(line["id"] in outcome and outcome[line["id"]][1] == 1)
        line["evidence"] = line["quoted"] or say("; ", chosen).join(
            say("{figure}: {number}", chosen,
                figure=computed(name, words, chosen), number=written(known[name], chosen))
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


def _known(lang: str) -> tuple[list[Row], dict[str, Term], dict[str, str]]:
    """The figures, what a formula may name of them, and words for it."""
    stated = figure_rows(lang)
    return stated, terms(stated), named(stated, lang)


def _derived(lines: list[Row], lang: str | None) -> pd.DataFrame:
    chosen = language(lang)
    stated, known, words = _known(chosen)
    outcome = results(lines, known)
    bases = {figure["id"]: figure["period_basis"] for figure in stated}
    for line in lines:
        drawn = _figures(names(line))
        spoken(line, known, chosen)["computed"] = computed(line["formula"], words, chosen)
        line["figures"] = ", ".join(drawn)
        line["period_basis"] = max((bases[name] for name in drawn), key=_BASES.index)
        fill(line, outcome, drawn, known)
    return frame(lines, "indicators")


def fill(line: Row, outcome: dict[str, Term], drawn: Sequence[str], known: dict[str, Term]) -> None:
    """Give a line its number, and the years that the figures it draws on cover together."""
    line["value"], line["low"], line["high"] = map(repr, outcome[line["id"]])
    for end, which in (("start", min), ("end", max)):
        line[f"period_{end}"] = f"{which(known[f'{name}_{end}'][0] for name in drawn):.0f}"


def _figures(drawn: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(figure_of, drawn)))


def figure_of(name: str) -> str:
    """The figure that a name in a formula belongs to."""
    return name.removesuffix("_start").removesuffix("_end")


_ALLOWED = (
    *(ast.Name, ast.Load, ast.Constant, ast.UnaryOp, ast.UAdd, ast.USub, ast.BinOp, ast.Add),
    *(ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Compare, ast.Eq, ast.NotEq),
    *(ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
_LONGEST = 1000  # parts of a formula
_UNSURE = 10  # ranged figures with which a formula may both rise and fall


class _Formula(NamedTuple):
    names: tuple[str, ...]
    body: ast.expr
    code: CodeType


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
    tree = ast.parse(formula, mode="eval")
    parts = list(ast.walk(tree.body))
    if len(parts) > _LONGEST:
        raise ValueError("too long")
    for part in parts:
        number = not isinstance(part, ast.Constant) or type(part.value) in (int, float)
        if not isinstance(part, _ALLOWED) or not number:
            raise ValueError(f"{type(part).__name__} is neither arithmetic nor a comparison")
        # Whole numbers alone would be raised without end; figures are floats and overflow.
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) and not _drawn(part):
            raise ValueError(f"{ast.unparse(part)!r} is a power without a figure")
    return _Formula(tuple(_drawn(tree)), tree.body, compile(tree, "<formula>", "eval"))


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
    code = compile(ast.fix_missing_locations(ast.Expression(part)), "<formula>", "eval")
    ends = []
    for step in (1e-4, -1e-4):
        # Seeded by the name: the same numbers in every formula and on every machine.
        numbers = {
            name: np.array([[random.Random(f"{point} {name}").uniform(1, 2)] for point in range(4)])
            * [1 + step * (name == own) for own in drawn]
            for name in _drawn(part)
        }
        try:
            with np.errstate(all="ignore"):
                ends.append(eval(code, {"__builtins__": {}}, numbers) * np.ones(1))
        except (ArithmeticError, TypeError, ValueError):  # say for comparisons in a row
            ends.append(np.full(1, np.nan))
    with np.errstate(all="ignore"):
        change = ends[0] - ends[1]
        return change / np.linalg.norm(change, axis=-1, keepdims=True)


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
