"""Indicators with their ranges, what is refused, and what the figures say of each other."""

import ast
import itertools
import keyword
import math
import re

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings

import hanbin_data as hd
from hanbin_data import derived as module
from hanbin_data.derived import evaluate, names
from hanbin_data.frames import figure_rows, rows

INDICATORS = [line["id"] for line in rows("indicators")]
REFUSED = [line["id"] for line in rows("refusals")]
KINDS = ("hedonism", "formalism")
LINES = {line["id"]: line for line in [*rows("indicators"), *rows("refusals"), *rows("checks")]}
TEXTS = {
    "indicators": ("label", "assumption"),
    "refusals": ("label", "reason"),
    "checks": ("rule", "note"),
    "context": ("label", "publisher", "title", "note"),
    "comparisons": ("place", "statement"),
}


@pytest.fixture(scope="module")
def stated() -> pd.DataFrame:
    return hd.figures()


@pytest.fixture(scope="module")
def value(stated) -> dict[str, int]:
    return dict(zip(stated["id"], stated["value"], strict=True))


@pytest.fixture(scope="module")
def derived() -> pd.DataFrame:
    return hd.indicators().set_index("id")


def one(formula: str, stated: pd.DataFrame) -> pd.Series:
    return evaluate([{"id": "mine", "formula": formula}], stated).loc["mine"]


def test_ids_are_unique_and_no_figure() -> None:
    ids = [*INDICATORS, *REFUSED, *hd.figures()["id"]]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in ids)
    assert not any(name.endswith(("_start", "_end")) for name in hd.figures()["id"])


def test_indicators_against_plain_arithmetic(derived, value) -> None:
    v, years = value, 5
    assert (hd.figures()["period_end"] - hd.figures()["period_start"]).max() == years
    now, then = v["secretary_pay_2021"], v["secretary_pay_2016"]
    talent = "high_level_talent skilled_artisans student_entrepreneurs high_calibre_farmers"
    lines = sum(v[name] for name in talent.split())
    cases = v["hedonism_cases"] + v["formalism_cases"]
    persons = v["hedonism_persons"] + v["formalism_persons"]
    expected = {
        "members_per_organisation": v["party_members"] / v["party_organisations"],
        "pay_rise": now - then,
        "pay_rise_percent": (now - then) / then * 100,
        "pay_rise_per_year_to_2021": (now - then) / years,
        "pay_rise_per_year_to_2020": (now - then) / (years - 1),
        "pay_growth_per_year_to_2021": 100 * math.expm1(math.log(now / then) / years),
        "pay_growth_per_year_to_2020": 100 * math.expm1(math.log(now / then) / (years - 1)),
        "top_subsidy_over_mean_pay": v["secretary_top_subsidy"] / now,
        "model_village_designations": v["model_villages_city"] + v["model_villages_province"],
        "talent_lines": lines,
        "four_winds_cases": cases,
        "four_winds_persons": persons,
        "persons_per_hedonism_case": v["hedonism_persons"] / v["hedonism_cases"],
        "persons_per_formalism_case": v["formalism_persons"] / v["formalism_cases"],
        "persons_per_four_winds_case": persons / cases,
        "four_winds_share_of_cases_filed": cases / v["cases_filed"] * 100,
        "four_winds_share_of_sanctioned": persons / v["persons_sanctioned"] * 100,
        "cases_per_100_clues": v["cases_filed"] / v["problem_clues"] * 100,
        "persons_per_case": v["persons_sanctioned"] / v["cases_filed"],
        "persons_per_other_case": (v["persons_sanctioned"] - persons) / (v["cases_filed"] - cases),
        "section_level_share": v["section_level_sanctioned"] / v["persons_sanctioned"] * 100,
        "handled_per_sanctioned": v["organisational_handling"] / v["persons_sanctioned"],
        "transfers_per_100_sanctioned": v["judicial_transfers"] / v["persons_sanctioned"] * 100,
        "cases_per_circular": v["circular_cases"] / v["circular_batches"],
        "persons_per_circular": v["circular_persons"] / v["circular_batches"],
        "persons_per_circulated_case": v["circular_persons"] / v["circular_cases"],
        **{f"{name}_share": v[name] / lines * 100 for name in talent.split()},
        **{f"{kind}_share_of_cases": v[f"{kind}_cases"] / cases * 100 for kind in KINDS},
        **{f"{kind}_share_of_persons": v[f"{kind}_persons"] / persons * 100 for kind in KINDS},
        **{f"{name}_per_year": number / years for name, number in v.items()},
    }
    ranged = {"problems_per_inspection", "conduct_inspections_per_year"}
    for name in set(INDICATORS) - ranged:
        assert derived.at[name, "value"] == pytest.approx(expected[name], rel=1e-12), name


def test_shares_make_a_whole(derived) -> None:
    for part in ("_share_of_cases", "_share_of_persons"):
        assert derived["value"][[f"hedonism{part}", f"formalism{part}"]].sum() == pytest.approx(100)
    shares = [name for name in INDICATORS if rows_theme(name) == "talent" and "share" in name]
    assert len(shares) == 4
    assert derived["value"][shares].sum() == pytest.approx(100)


def rows_theme(name: str) -> str:
    return LINES[name]["theme"]


def test_range_of_inspections(derived, stated) -> None:
    figure = stated.set_index("id").loc["conduct_inspections"]
    problems = stated.set_index("id").at["inspection_problems", "value"]
    row = derived.loc["problems_per_inspection"]
    assert (row["low"], row["high"]) == (problems / figure["high"], problems / figure["low"])
    # The printed 60 lies outside 61 to 69: only the range answers.
    assert not figure["low"] <= figure["value"] <= figure["high"]
    assert math.isnan(row["value"])


def test_a_range_exactly_where_a_figure_has_one(derived, stated) -> None:
    wide = set(stated.loc[stated["low"] < stated["high"], "id"])
    assert wide
    for name, row in derived.iterrows():
        drawn = set(row["figures"].split(", "))
        assert drawn <= set(stated["id"])
        assert (row["low"] < row["high"]) == bool(drawn & wide), name
        assert math.isnan(row["value"]) or row["low"] <= row["value"] <= row["high"], name


def test_a_sum_is_in_the_unit_of_its_figures(derived, stated) -> None:
    unit = dict(zip(stated["id"], stated["unit"], strict=True))
    for line in [LINES[name] for name in INDICATORS]:
        for node in ast.walk(ast.parse(line["formula"], mode="eval")):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
                sides = [side.id for side in (node.left, node.right) if isinstance(side, ast.Name)]
                assert len({unit[side] for side in sides if side in unit}) <= 1, line["id"]


@settings(deadline=None)  # a busy machine is no failure
@given(st.data(), st.sampled_from(INDICATORS))
def test_points_within_the_ranges_stay_within_the_indicator(data, name) -> None:
    stated = hd.figures().set_index("id", drop=False)
    point = stated.copy()
    for figure in [term for term in names(LINES[name]) if term in stated.index]:
        number = stated.at[figure, "value"]
        # Ranges of a tenth: a rest of cases stays a rest.
        low = data.draw(st.integers(max(1, round(0.9 * number)), max(1, number)))
        high = data.draw(st.integers(max(1, number), max(1, round(1.1 * number))))
        columns = ["value", "low", "high"]
        stated.loc[figure, columns] = [low, low, high]
        point.loc[figure, columns] = data.draw(st.integers(low, high))
    span, at = (evaluate([LINES[name]], frame).loc[name] for frame in (stated, point))
    slack = 1e-9 * abs(at["value"])
    assert span["low"] - slack <= at["value"] <= span["high"] + slack
    assert at["low"] == at["high"] == at["value"]


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(1, 1000), st.sampled_from(["cases_filed", "problem_clues"]))
def test_scaling_a_count_scales_its_rate(factor, name) -> None:
    stated = hd.figures()
    columns = ["value", "low", "high"]
    scaled = stated.copy()
    scaled.loc[scaled["id"] == name, columns] *= factor
    line = LINES[f"{name}_per_year"]
    before, after = (evaluate([line], frame).loc[line["id"]] for frame in (stated, scaled))
    assert list(after) == pytest.approx(list(before * factor))


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.characters(categories=["Ll", "Nd"], include_characters="_"), min_size=1))
@example("party_member")
@example("cases_filed_middle")
def test_an_unknown_figure_is_named_with_its_row(name) -> None:
    stated = hd.figures()
    assume(name.isidentifier() and name not in set(stated["id"]))
    assume(not keyword.iskeyword(name))
    assume(ast.unparse(ast.parse(name)) == name)  # an identifier is read in its NFKC form
    with pytest.raises(ValueError, match="in the formula of mine") as failure:
        one(f"party_members / {name}", stated)
    assert repr(name[:80]) in str(failure.value)


def test_the_nearest_figure_is_offered(stated) -> None:
    with pytest.raises(ValueError, match="did you mean 'party_members'"):
        one("party_member / party_organisations", stated)


@pytest.mark.parametrize(
    ("formula", "zeros"),
    [
        ("party_members / empty_shell_villages", r" \(empty_shell_villages\)"),
        ("party_members % (grid_branches - grid_branches)", ""),
        ("party_members / 0", ""),
    ],
)
def test_a_division_by_zero_is_named_with_its_row(formula, zeros, stated) -> None:
    with pytest.raises(ZeroDivisionError, match=rf"mine: .* divides by zero{zeros}$"):
        one(formula, stated)


def test_a_zero_anywhere_in_the_range_counts(stated) -> None:
    zero = stated.copy()
    zero.loc[zero["id"] == "grid_branches", "low"] = 0
    with pytest.raises(ZeroDivisionError, match="grid_branches"):
        one("party_members / grid_branches", zero)


@pytest.mark.parametrize("formula", ["", "party_members /", "1 + 1", "a b", "party_members\0"])
def test_what_is_no_formula_is_named_with_its_row(formula, stated) -> None:
    with pytest.raises(ValueError, match=r"^mine: "):
        one(formula, stated)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_formula_is_reported_however_it_is_written(name, stated) -> None:
    line = LINES[name]
    known = {
        term for figure in stated["id"] for term in (figure, f"{figure}_start", f"{figure}_end")
    }
    outside = set(filter(None, line["outside"].split(", ")))
    assert set(names(line)) - known == outside
    assert not outside & known
    if not outside:
        written = [line["formula"], f"100 * ({line['formula']})", f"1 - ({line['formula']})"]
        match line["formula"].split(" / "):
            case [above, below] if below.isidentifier():
                written += [f"(100 * {above}) / {below}", f"{above} / ({below} * 2)"]
        for formula in written:
            with pytest.raises(ValueError, match=f"mine: .* refused computation, {name}$"):
                one(formula, stated)


SUMS = [
    name for name in REFUSED if set(LINES[name]["formula"]) <= set(" +_abcdefghijklmnopqrstuvwxyz")
]


@pytest.mark.parametrize("name", SUMS)
def test_a_refused_sum_is_found_in_every_order_and_in_longer_sums(name, stated) -> None:
    terms = LINES[name]["formula"].split(" + ")
    assert len(terms) >= 2
    for order in itertools.permutations([*terms, "error_tolerance"]):
        with pytest.raises(ValueError, match="refused computation"):
            one(f"({' + '.join(order)}) / party_organisations", stated)


def test_sums_were_found() -> None:
    assert len(SUMS) >= 8


@pytest.mark.parametrize("name", INDICATORS)
def test_indicator_is_the_row(name, derived) -> None:
    row = hd.indicator(name)
    assert row["id"] == name
    pd.testing.assert_series_equal(row.drop("id"), derived.loc[name], check_names=False)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_refused_indicator_says_why(name, lang) -> None:
    reason = hd.refusals(lang).set_index("id").at[name, "reason"]
    with pytest.raises(ValueError, match=re.escape(reason)):
        hd.indicator(name, lang)


def test_an_unknown_indicator_lists_both_kinds() -> None:
    with pytest.raises(ValueError, match="did you mean 'persons_per_case'") as failure:
        hd.indicator("person_per_case")
    assert all(name in str(failure.value) for name in [*INDICATORS, *REFUSED])
    with pytest.raises(TypeError, match="must be a string"):
        hd.indicator(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["political", "grassroots", "talent", "discipline"])
def test_theme_selects(theme, derived) -> None:
    chosen = hd.indicators(theme)
    assert list(chosen["id"]) == [name for name in INDICATORS if derived.at[name, "theme"] == theme]
    assert len(chosen) > 0


@pytest.mark.parametrize("function", [hd.indicators, hd.refusals, hd.checks])
def test_bad_language_or_theme(function) -> None:
    with pytest.raises(ValueError, match="did you mean 'en'"):
        function(lang="eng")
    with pytest.raises(TypeError, match="must be a string"):
        function(lang=None)
    with pytest.raises(ValueError, match="did you mean 'talent'"):
        hd.indicators("talents")


def test_at_least_twenty_refusals() -> None:
    assert len(REFUSED) >= 20


@pytest.mark.parametrize("line", rows("indicators"), ids=lambda line: line["id"])
def test_an_assumption_exactly_where_one_is_needed(line) -> None:
    assert line["status"] in ("sound", "conditional")
    for lang in ("en", "zh"):
        assert bool(line[f"assumption_{lang}"]) == (line["status"] == "conditional")
    years = any(name.endswith(("_start", "_end")) for name in names(line))
    assert line["status"] == "conditional" or not years


@pytest.mark.parametrize("table", TEXTS)
def test_every_text_stands_in_both_languages(table) -> None:
    for line in rows(table):
        for part in TEXTS[table]:
            english, chinese = line[f"{part}_en"], line[f"{part}_zh"]
            assert bool(english) == bool(chinese), line["id"]
            assert not chinese or re.search("[\u4e00-\u9fff]", chinese), line["id"]
            assert not re.search("[,;:?!]", re.sub(r"\{\w+\}", "", chinese)), line["id"]
            assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese))


@pytest.mark.parametrize("table", ["indicators", "refusals", "checks", "comparisons"])
def test_no_number_of_the_report_is_typed(table) -> None:
    """Texts name figures in braces; formulas hold ids, conversions and the Party's own three."""
    printed = {f"{number:,}" for number in hd.figures()["value"] if number > 5}
    printed |= {line["value"] for line in rows("figures") if int(line["value"]) > 5}
    for line in rows(table):
        for part in TEXTS[table]:
            for lang in ("en", "zh"):
                typed = re.sub(r"\{\w+\}", "", line[f"{part}_{lang}"])
                assert not set(re.findall(r"\d[\d,.]*", typed)) & printed, line["id"]
        numbers = {
            node.value
            for node in ast.walk(ast.parse(line["formula"] or "0", mode="eval"))
            if isinstance(node, ast.Constant)
        }
        assert numbers <= {0, 1, 3, 100}, line["id"]


def test_placeholders_are_filled() -> None:
    for lang in ("en", "zh"):
        for frame, parts in ((hd.indicators(None, lang), ("label", "assumption")),
                             (hd.refusals(lang), ("label", "reason")),
                             (hd.checks(lang), ("rule", "note"))):  # fmt: skip
            for part in parts:
                assert not frame[part].str.contains("[{}]").fillna(False).any()
    whole = f"{hd.figures().set_index('id').at['cases_filed', 'value']:,}"
    assumption = hd.indicator("four_winds_share_of_cases_filed").assumption
    assert whole in assumption


@pytest.mark.parametrize("line", [c for c in rows("checks") if c["formula"]], ids=lambda c: c["id"])
def test_the_figures_agree(line, stated) -> None:
    row = hd.checks().set_index("id").loc[line["id"]]
    assert row["holds"]
    # The rule by hand, over every combination of the range ends.
    ends = {r.id: (r.low, r.high) for r in stated.itertuples()}
    drawn = names(line)
    for case in itertools.product(*(ends[name] for name in drawn)):
        assert eval(line["formula"], {}, dict(zip(drawn, case, strict=True)))
    assert all(name in row["evidence"] for name in drawn)


def test_a_check_that_fails_says_so(monkeypatch) -> None:
    broken = figure_rows()
    for line in broken:
        if line["id"] == "section_level_sanctioned":
            line["value"] = line["low"] = line["high"] = "1000000"
    monkeypatch.setattr(module, "figure_rows", lambda: broken)
    holds = hd.checks().set_index("id")["holds"]
    assert not holds["part_not_larger"]
    assert holds["batches_not_more"]
    assert holds["problem_each_inspection"]
    for line in broken:  # now the rule holds for some of the range, and not for the rest
        if line["id"] == "conduct_inspections":
            line["high"] = "1000000"
    assert not hd.checks().set_index("id")["holds"]["problem_each_inspection"]


def test_blemishes_are_in_the_article(report) -> None:
    text = hd.normalise(report)
    blemishes = [line for line in rows("checks") if not line["formula"]]
    assert len(blemishes) == 6
    for line in blemishes:
        assert line["quoted"] in text, line["id"]
        assert not hd.checks().set_index("id").at[line["id"], "holds"]
    assert "官僚主义" not in text
    assert text.count(",,") == 1
    stations = hd.figures().set_index("id").at["expert_workstations", "printed"]
    assert f"{stations},," in text
    assert text.count("最高补贴") == text.count("年平均报酬") == 1
    assert "近年来" in text[text.index("月河岸边") : text.index("高层次人才")]


@pytest.mark.parametrize("name", INDICATORS)
def test_an_indicator_s_texts_name_its_own_figures(name: str) -> None:
    drawn = {term.removesuffix("_start").removesuffix("_end") for term in names(LINES[name])}
    for part in ("label_en", "label_zh", "assumption_en", "assumption_zh"):
        for term in re.findall(r"\{(\w+)\}", LINES[name][part]):
            assert term.removesuffix("_start").removesuffix("_end") in drawn, part
