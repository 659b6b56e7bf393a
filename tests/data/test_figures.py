"""The figures: each reads as it is printed, and a changed cell does not pass unseen."""

import ast
import itertools
import math
import re
from decimal import Decimal

import pytest

import hanbin_data as hd
from hanbin_data.frames import Row, described, labels, rows

LINES = {line["id"]: line for line in rows("figures")}
FORMULAS = [(line["formula"], line["unit"]) for line in rows("indicators")
            if "**" not in line["formula"]]  # fmt: skip
WORDS = {line["code"]: line["label_zh"] for line in rows("vocabulary") if line["field"] == "unit"}
UNITS = sorted({line["unit"] for line in LINES.values()})
SCALES = {"": 1, "万": 10**4, "亿": 10**8}


def reading(line: Row) -> Row:
    """Value, range and qualifier that a printed token means, read without the package."""
    # A number word of one sign, as in 三项, means its digit.
    printed = re.sub(
        "^[一二三四五六七八九]", lambda m: str("零一二三四五六七八九".index(m[0])), line["printed"]
    )
    found = re.fullmatch(r"([\d.]+)([万亿]?)(余|多)?(\D+)", printed)
    if found is None:
        zero = {"value": "0", "low": "0", "high": "0", "qualifier": "cleared"}
        return zero | {"printed": "清零", "unit_zh": line["counted"][-1]}
    digits, scale, more, classifier = found.groups()
    value = Decimal(digits) * SCALES[scale]
    zeros = 0 if "." in digits else len(digits) - len(digits.rstrip("0"))
    places = len(digits.partition(".")[2]) or -zeros
    step = Decimal(10) ** -places * SCALES[scale]
    kinds = {"平均": "average", "最高": "at_most"}
    named = next((kind for word, kind in kinds.items() if word in line["counted"]), "exact")
    qualifier = "over" if more else "rounded" if scale or "." in digits else named
    low, high = value, value
    if qualifier == "over":
        low, high = value + 1, value + step - 1
    elif qualifier != "exact" and step > 1:  # a round number is one that was rounded
        low, high = value - step / 2, value + step / 2 - 1
    numbers = {"value": value, "low": low, "high": high}
    return {name: f"{number:.0f}" for name, number in numbers.items()} | {
        "qualifier": qualifier,
        "unit_zh": classifier,
    }


PARTS = sorted({part for unit in [*UNITS, "year"] for part in unit.split("_per_")})
FACTOR = dict(zip(PARTS, itertools.count(1.5, 0.7), strict=False)) | {"percent": 1.0, "times": 1.0}


def factor(unit: str) -> float | None:
    """What multiplies a number in a unit where each unit is made larger by its own factor."""
    above, *below = (FACTOR.get(part.removeprefix("100_").removesuffix("s"), FACTOR.get(part))
                     for part in unit.split("_per_"))  # fmt: skip
    return None if above is None or None in below else above / math.prod(filter(None, below))


def fits(formula: str, whole: str, units: dict[str, str]) -> bool:
    """Whether a formula grows as its unit does where each figure grows as its own."""
    formula = formula.replace("_end - 1", "_end - year")
    found = {node.id for node in ast.walk(ast.parse(formula)) if isinstance(node, ast.Name)}
    plain = {name: 2.0 + number for number, name in enumerate(sorted(found))}
    grown = {name: plain[name] * (factor(units.get(name, "year")) or 1) for name in found}
    return math.isclose(eval(formula, {}, grown), eval(formula, {}, plain) * (factor(whole) or 1))


def column_units(name: str) -> list[str]:
    """The unit of the number's column in a themed table, where that holds one unit."""
    specs = {spec["name"]: spec["value_column"] for spec in rows("tables")}
    columns = [specs[row["table"]] for row in rows("table_rows") if row["figure_id"] == name]
    return [described()["themed"][column]["unit"] for column in columns if column != "value"]


def flaws(line: Row) -> list[str]:
    """Where a line disagrees with its printed form, and its unit with whatever tells it."""
    name, unit, printed = line["id"], line["unit"], line["printed"]
    wrong = [f"{key} is {line[key]}, but {printed} means {own}"
             for key, own in reading(line).items() if line[key] != own]  # fmt: skip
    units = {other: LINES[other]["unit"] for other in LINES} | {name: unit}
    proofs = [unit == own for own in column_units(name)]
    proofs += [fits(formula, whole, units) for formula, whole in FORMULAS
               if re.search(rf"\b{name}\b", formula) and factor(whole)]  # fmt: skip
    classifiers = {one: {WORDS[one][0], "名" if one == "person" else ""} for one in UNITS}
    fitting = [one for one in UNITS if line["unit_zh"] in classifiers[one]]
    named = name.rpartition("_")[2].startswith(unit)  # circular_batches
    if not all(proofs) or not (named or unit in fitting):
        wrong.append(f"{unit} is not the unit that formulas, table or classifier tell")
    if not (proofs or named or len(fitting) == 1):
        wrong.append(f"nothing tells {unit} from other units of its classifier: end the id with it")
    return wrong


@pytest.mark.parametrize("name", LINES)
def test_a_figure_is_what_is_printed_and_no_cell_may_change(name: str) -> None:
    line = LINES[name]
    assert flaws(line) == []
    changes = [{column: f"{int(line[column]) + step}"}
               for column in ("value", "low", "high") for step in (-1, 1, 1000)]  # fmt: skip
    changes += [{"unit": unit} for unit in UNITS if unit != line["unit"]]
    token, other = line["printed"], "over" if line["qualifier"] != "over" else "exact"
    changes += [{"printed": text} for text in ("9" + token, token[1:], token[:-1] + "斤")]
    changes += [{"unit_zh": "斤"}, {"qualifier": other}]
    assert [change for change in changes if not flaws(line | change)] == []
    figure = hd.figure(name)
    assert figure["classifier"] == line["unit_zh"]
    for column in set(line) & set(figure.index):
        assert str(figure[column]) == line[column] or not line[column] or column == "note"


def test_ids_are_unique_and_in_the_order_of_the_report() -> None:
    figures = hd.figures()
    assert figures["id"].is_unique
    assert not figures["id"].str.contains("(?:_start|_end)$").any()  # years, in a formula
    assert figures["offset"].is_monotonic_increasing
    assert (figures["section"] == figures["theme"].map([*labels("theme")].index) + 1).all()


@pytest.mark.parametrize("name", LINES)
def test_a_period_fits_its_measure_and_says_where_it_comes_from(name: str) -> None:
    line = LINES[name]
    assert (line["measure"] == "cumulative") == (line["period_start"] < line["period_end"])
    if line["period_basis"] == "inferred":
        assert re.search("read as", line["note_en"]), "the note says how an undated one is read"
    if line["part_of"]:
        assert int(line["high"]) <= int(LINES[line["part_of"]]["low"])


def test_a_note_is_filled_with_the_figures_that_it_names() -> None:
    for name, line in LINES.items():
        figure = hd.figure(name, lang="en")
        for named in re.findall(r"{(\w+)}", line["note_en"]):
            own = figure["printed"] if named == "printed" else figure.get(named)
            other = hd.figure(named)["value"] if named in LINES else own
            assert (other if isinstance(other, str) else f"{other:,}".replace(",", "")) in (
                figure["note"].replace(",", "")
            ), (name, named)


def test_figures_stand_in_the_article_where_they_say(report: str) -> None:
    text = hd.normalise(report)
    for line in LINES.values():
        start = int(line["offset"])
        assert text.startswith(line["printed"], start), line["id"]
        assert not text[start - 1].isdigit(), line["id"]
        before = re.split("[。;!?]", text[:start])[-1]
        assert line["counted"] in before + re.split("[。;!?]", text[start:])[0], line["id"]
        dated = "五年来" in before or f"{line['period_end']}年" in before
        assert dated or line["period_basis"] != "stated", line["id"]
        assert "五年来" not in before or line["period_basis"] == "stated", line["id"]
