"""Indicators and their ranges, refusals however they are spelled, checks."""

import ast
import itertools
import random
import re
import time
from contextlib import nullcontext
from typing import Any

import pandas as pd
import pytest

import hanbin_data as hd
from hanbin_data import frames
from hanbin_data.frames import rows, terms
from hanbin_data.indicators import evaluate, figure_of, names

COLUMNS = ["id", "value", "low", "high", "period_start", "period_end"]
FIGURES = hd.figures()
BOTH = pd.concat([FIGURES[COLUMNS], hd.context()[COLUMNS]])
KNOWN = terms(BOTH.to_dict("records"))
INDICATORS, COMPARISONS = hd.indicators().set_index("id"), hd.comparisons().set_index("id")
REFUSED = {line["id"]: line for line in rows("refusals") if not set(names(line)) - set(KNOWN)}


SIXTY = pd.DataFrame({"id": f"a{n}", "value": 1, "low": 1, "high": 2, "period_start": 2016,
                      "period_end": 2021} for n in range(60))  # fmt: skip


def one(formula: str, stated: pd.DataFrame = BOTH) -> pd.Series:
    return evaluate([{"id": "mine", "formula": formula}], stated).loc["mine"]


@pytest.mark.parametrize("frame", [INDICATORS, COMPARISONS], ids=["indicators", "comparisons"])
def test_a_range_holds_whatever_the_figures_may_be(frame: pd.DataFrame) -> None:
    """Every combination of ends and middles, or many of them, computed anew."""
    chance = random.Random(1)
    for name, row in frame.iterrows():
        drawn = names(row)
        points = [sorted({low, (low + high) / 2, high}) for _, low, high in map(KNOWN.get, drawn)]
        cases = list(itertools.islice(itertools.product(*points), 800))
        cases += [[chance.choice(ends) for ends in points] for _ in range(200)]
        code = compile(row["formula"], "formula", "eval")
        found = [eval(code, {}, dict(zip(drawn, case, strict=True))) for case in cases]
        assert row["low"] * (1 - 1e-12) <= min(found), name
        assert max(found) <= row["high"] * (1 + 1e-12), name
        if len(cases) < 1000:
            assert (row["low"], row["high"]) == (min(found), max(found)), name
        printed = eval(code, {}, {term: KNOWN[term][0] for term in drawn})
        inside = row["low"] <= printed <= row["high"]
        assert row["value"] == printed if inside else pd.isna(row["value"]), name


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        (" + ".join(f"a{n}" for n in range(60)), 60, 120),
        (" * ".join(f"a{n}" for n in range(60)), 1, 2**60),
        (" - ".join(f"a{n}" for n in range(60)), 1 - 118, 2 - 59),
        (f"a0 / ({' + '.join(f'a{n}' for n in range(60))})", 1 / 119, 2 / 61),
        ("(a0 - 3 * a1 / 2) * (a2 - 3 * a3 / 2)", -1, 4),  # which way depends on the others
    ],
)
def test_ranges_take_no_longer_with_more_figures(formula: str, low: float, high: float) -> None:
    begin = time.process_time()
    row = one(formula, SIXTY)
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_computation_is_found_however_it_is_written(name: str) -> None:
    formula = REFUSED[name]["formula"]
    other = next(figure for figure in FIGURES["id"] if figure not in formula)
    written = [formula, f"100 * ({formula})", f"1 - ({formula})", f"-({formula}) / 1000 + 0"]
    body = ast.parse(formula, mode="eval").body
    if isinstance(body, ast.BinOp):
        a, b = f"({ast.unparse(body.left)})", f"({ast.unparse(body.right)})"
        sign = "-" if isinstance(body.op, ast.Sub) else "+"
        written += {
            ast.Div: [f"{a} * (1 / {b})", f"-{a} / -{b}", f"({a} + 0) / {b}", f"{a} * {b} ** -1",
                      f"1 / ({b} / {a})", f"{a} / 1000 / {b}", f"(100 * {a}) / ({b} * 2)",
                      f"{b} / {a}", f"({a} ** 2 / {b} ** 2) ** 0.5", f"{a} / ({b} + 1000 - 1000)",
                      f"{a} * {other} / {b}", f"{a} / (2021 - 2016) / {b}"],
            ast.Mult: [f"{b} * 12 * {a}", f"{b} * {other} * {a}", f"{a} / (1 / {b})"],
        }.get(type(body.op), [
            f"{a} + {other} {sign} {b}", f"{other} - (0 - {a}) {sign} {b}", f"0 {sign} {b} + {a}",
            f"2 * ({a} + {other}) / 3 {sign} {b} * 2 / 3",
            *([f"{a} / {other} + {other} {sign} {b} / {other}"] * (not set(formula) & set("*/"))),
        ])  # fmt: skip
    for spelling in written:
        with pytest.raises((ValueError, ZeroDivisionError), match=r"refused comp|divides by zero"):
            one(spelling)


def test_nothing_else_is_refused() -> None:
    """Neighbours of refused computations, and what the package itself computes."""
    assert REFUSED
    for formula in [
        "persons_sanctioned / cases_filed", "persons_sanctioned / (party_members - 1)",
        "party_members / party_organisations + persons_sanctioned / cases_filed",
        "persons_sanctioned * party_members", "(cases_filed <= problem_clues) * leaders_reporting",
        "problem_clues / (problem_clues_end - problem_clues_start)",
    ]:  # fmt: skip
        one(formula)
    own = pd.concat([INDICATORS, hd.checks(), COMPARISONS])["formula"].dropna()
    evaluate([{"id": f, "formula": f} for f in own.unique()], BOTH)


@pytest.mark.parametrize(
    ("refused", "formula", "held"),
    [
        ("(a0 + a1) / a2", "(a0 + a1) / (a2 + a3)", False),
        ("a0 / a2", "2 * a3 * a0 / a2", True),
        ("a0 / a2", "a0 / (a2 + 1)", False),
        ("a0 + a1", "a0 / a3 + a1 / a3", True),
        ("a0 - a1", "a0 + a1", False),
        ("a0 * a1", "a0 / a1", False),
        ("a0 > a1", "1 + 2 * (a1 < a0)", True),
        ("a0 > a1", "a0 - a1", False),
    ],
)
def test_a_value_is_refused_and_not_its_likes(
    refused: str, formula: str, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, line = frames._parsed, {"id": "no", "formula": refused}
    only = {"refusals": [line]}
    monkeypatch.setattr(frames, "_parsed", lambda name: only.get(name) or read(name))
    refusing = pytest.raises(ValueError, match=r"refused computation, no$")
    with refusing if held else nullcontext():
        one(formula, SIXTY)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_refused_indicator_says_why_in_one_language(lang: str) -> None:
    for row in hd.refusals(lang=lang).itertuples():
        with pytest.raises(ValueError, match=re.escape(row.reason)) as failure:
            hd.indicator(row.id, lang=lang)
        assert row.label in str(failure.value)
        assert row.computed in str(failure.value)
        assert "_" not in str(failure.value)


def test_an_unknown_indicator_is_answered_with_both_kinds() -> None:
    with pytest.raises(ValueError, match="did you mean 'persons_per_case'") as failure:
        hd.indicator("person_per_case")
    for name in (*INDICATORS.index, *hd.refusals()["id"]):
        assert name in str(failure.value)


def test_formulas_are_in_words() -> None:
    labels = hd.figures(lang="zh").set_index("id")["label"]
    for frame in (hd.indicators(lang="zh"), hd.comparisons(lang="zh"), hd.checks(lang="zh")):
        for row in frame.dropna(subset="formula").itertuples():
            assert not re.search("[a-z_*/]|-", row.computed), row.computed
            assert all(labels.get(figure_of(name), "") in row.computed
                       for name in names({"formula": row.formula})
                       if figure_of(name) == name), row.id  # fmt: skip
    handled, sanctioned = "organisational_handling", "persons_sanctioned"
    frame = hd.indicators(lang="zh").set_index("formula")["computed"]
    (words,) = (frame[text] for text in frame.index if f"{handled} / {sanctioned}" in text)
    assert f"{labels[handled]} ÷ {labels[sanctioned]}" in words


@pytest.mark.parametrize("line", rows("indicators"), ids=lambda line: line["id"])
def test_an_indicator_says_what_it_draws_on_and_assumes(line: dict[str, str]) -> None:
    row, drawn = INDICATORS.loc[line["id"]], list(dict.fromkeys(map(figure_of, names(line))))
    figures = FIGURES[FIGURES["id"].isin(drawn)]
    assert row["figures"].split(", ") == drawn, "an indicator draws on the report alone"
    assert len(figures) == len(drawn)
    assert row["theme"] in set(figures["theme"])
    assert line["id"] in set(hd.indicators(row["theme"])["id"])
    span = (figures["period_start"].min(), figures["period_end"].max())
    assert (row["period_start"], row["period_end"]) == span
    surest = ["stated", "inherited", "inferred"]
    assert row["period_basis"] == max(figures["period_basis"], key=surest.index)
    assert bool(line["assumption_en"]) == (line["status"] == "conditional")
    years = any(name.endswith(("_start", "_end")) for name in names(line))
    assert line["status"] == "conditional" or not years
    for name in re.findall(r"{(\w+)}", line["label_en"] + line["assumption_en"]):
        assert figure_of(name) in set(FIGURES["id"])
        if name.endswith(("_start", "_end")):
            assert f"{KNOWN[name][0]:.0f}" in f"{row['label']} {row['assumption']}"


def test_ids_name_one_thing() -> None:
    ids = [*INDICATORS.index, *hd.refusals()["id"], *FIGURES["id"], *hd.context()["id"]]
    assert len(ids) == len(set(ids))


def test_formulas_hold_conversions_and_no_number_of_the_report() -> None:
    for table in ("indicators", "refusals", "checks", "comparisons"):
        for line in rows(table):
            found = ast.walk(ast.parse(line["formula"] or "0"))
            numbers = {node.value for node in found if isinstance(node, ast.Constant)}
            assert numbers <= {0, 1, 3, 100, 1000, 10000}, line["id"]  # 3: members of a branch


def test_what_the_report_lacks_is_named() -> None:
    for line in rows("refusals"):
        outside = set(names(line)) - set(terms(FIGURES.to_dict("records")))
        assert outside == set(filter(None, line["outside"].split(", "))), line["id"]


def test_the_figures_agree() -> None:
    for row in hd.checks().itertuples():
        assert row.holds == isinstance(row.formula, str), row.id


def test_a_check_that_fails_somewhere_in_the_range_says_so(monkeypatch: Any) -> None:
    read = frames._parsed
    ranges = {"section_level_sanctioned": "value low high", "conduct_inspections": "high"}
    for name, ends in ranges.items():
        great = dict.fromkeys(ends.split(), "1000000")
        new = {"figures": [{**line, **great} if line["id"] == name else line
                           for line in read("figures")]}  # fmt: skip
        monkeypatch.setattr(frames, "_parsed", lambda own, new=new: new.get(own) or read(own))
        checks = hd.checks().set_index("id")
        touched = checks["formula"].str.contains(name, na=False)
        assert not checks.loc[touched, "holds"].any()
        assert (checks.loc[~touched, "holds"] == checks.loc[~touched, "formula"].notna()).all()


def test_blemishes_are_in_the_article(report: str) -> None:
    text = hd.normalise(report)
    for line in rows("checks"):
        assert line["formula"] or hd.normalise(line["quoted"]) in text, line["id"]


NO_FORMULA = ["", "a b", "a0 /", "a0\0", "(" * 10**5, "9**9**9 + a0", "a0**9999999**9999999",
              "True * a0", "'a' * a0", "a0 in a1", "a0 << 2", "~a0", "(lambda: 1)() + a0",
              "+" * 3000 + "a0", "a0.real", "a0 + " * 2000 + "1", "[a0][0]"]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "error", "message"),
    [
        *[(formula, ValueError, "^mine: .* is no formula") for formula in NO_FORMULA],
        ("1+" * 200 + "1", ValueError, "^mine: .* names no figure"),
        ("a1a * 2", ValueError, "'a1a'; did you"),
        ("(0 - a0) ** 0.5", ValueError, "no real result"),
        (" * ".join(["(a0 ** 16) ** 16"] * 9), ValueError, "is no formula|no real result"),
        ("(a0 + 1) ** 1e5", ValueError, "no real result"),
        (" * ".join(f"(a{n} - a{n + 9} * 3/2)" for n in range(5)), ValueError, "rises and falls"),
        ("a0 / 0", ZeroDivisionError, "mine: .* divides by zero$"),
        ("a1 / (a0 - 1)", ZeroDivisionError, "divides by zero$"),
        ("a0 / none", ZeroDivisionError, r"divides by zero \(none\)$"),
    ],
    ids=lambda given: str(given)[:40],
)
def test_a_bad_formula_is_named_with_its_line(formula: str, error: Any, message: str) -> None:
    """Also where it divides by zero only somewhere in the range."""
    begin = time.process_time()
    none = SIXTY[:1].assign(id="none", low=0)
    with pytest.raises(error, match=message):
        one(formula, pd.concat([SIXTY, none]))
    assert time.process_time() - begin < 5


GOOD = {"id": "mine", "formula": "party_members / 2"}


@pytest.mark.parametrize(
    ("lines", "stated", "error", "message"),
    [
        ([{**GOOD, "formula": None}], BOTH, ValueError, "must have an id and a formula"),
        ("x", BOTH, ValueError, "must have an id and a formula"),
        ([{"id": "a" * 1000}], BOTH, ValueError, r"both strings: .{200}$"),
        ([GOOD, GOOD], BOTH, ValueError, "mine: two lines have this id"),
        ([GOOD], [1], TypeError, "stated must be a DataFrame, not list"),
        ([GOOD], hd.programmes(), ValueError, "the figures lack id, value, low, high"),
        ([GOOD], BOTH.assign(high="x"), ValueError, "its numbers and years must be so"),
        ([GOOD], BOTH.assign(low=[[]] * len(BOTH)), ValueError, "its numbers and years must be so"),
    ],
    ids=lambda given: str(given)[:40] if isinstance(given, list | str) else "",
)
def test_what_cannot_be_evaluated_is_named(
    lines: Any, stated: Any, error: Any, message: str
) -> None:
    with pytest.raises(error, match=message):
        evaluate(lines, stated)
