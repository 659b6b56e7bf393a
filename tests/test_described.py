"""What other tools read is what the package says, and the tables keep to it."""

import csv
import importlib.util
import json
import re
from importlib import import_module

import pytest
import yaml

import hanbin_data as hd
from conftest import ROOT

SPEC = importlib.util.spec_from_file_location("describe", ROOT / "docs" / "describe.py")
describe = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(describe)

DATA = ROOT / "hanbin_data" / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
FILES = sorted(path.stem for path in DATA.glob("*.csv"))

Lines = list[dict[str, str]]


def lines(name: str) -> Lines:
    """The rows of a resource: of its CSV, or those that it holds itself."""
    resource = RESOURCES[name]
    if "data" in resource:
        header, *rest = resource["data"]
        return [dict(zip(header, row, strict=True)) for row in rest]
    with open(DATA / resource["path"], encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLES = {name: lines(name) for name in RESOURCES}


def offences(name: str, own: Lines) -> list[str]:
    """Where rows break what the Data Package says of them, read without the package."""
    schema, found = RESOURCES[name]["schema"], []
    for field in schema["fields"]:
        limits, column = field["constraints"], [line[field["name"]] for line in own]
        given = [cell for cell in column if cell]
        if limits["required"] and len(given) < len(own):
            found.append(f"{field['name']} is empty")
        if limits.get("unique") and len(set(given)) < len(given):
            found.append(f"{field['name']} is doubled")
        for cell in given:
            if field["type"] in ("integer", "year", "number"):
                try:
                    number = int(cell) if field["type"] != "number" else float(cell)
                except ValueError:
                    found.append(f"{field['name']}: {cell} is no {field['type']}")
                    continue
                if not limits.get("minimum", number) <= number <= limits.get("maximum", number):
                    found.append(f"{field['name']}: {cell} is out of bounds")
            if cell not in limits.get("enum", [cell]):
                found.append(f"{field['name']}: {cell} is no code")
            if not re.fullmatch(limits.get("pattern", ".*"), cell):
                found.append(f"{field['name']}: {cell} is not written as it should be")
    keys = [tuple(line[column] for column in schema["primaryKey"]) for line in own]
    if len(set(keys)) < len(keys):
        found.append("a primary key is doubled")
    for foreign in schema.get("foreignKeys", []):
        (column,), (to,) = foreign["fields"], foreign["reference"]["fields"]
        target = foreign["reference"]["resource"]
        known = {line[to] for line in (TABLES[target] if target else own)}
        strange = {line[column] for line in own} - known - {""}
        found += [f"{column}: {cell} is not in {target or name}" for cell in sorted(strange)]
    return found


@pytest.mark.parametrize("file", describe.FILES)
def test_a_description_is_what_the_package_says(file: str) -> None:
    assert (ROOT / file).read_text(encoding="utf-8") == describe.FILES[file]()


@pytest.mark.parametrize("name", FILES)
def test_a_resource_names_the_columns_of_its_file(name: str) -> None:
    header = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    fields = RESOURCES[name]["schema"]["fields"]
    assert [field["name"] for field in fields] == header
    for field in fields:
        assert re.search("[A-Za-z]", field["description"]), field
        assert re.search("[\u4e00-\u9fff]", field["description_zh"]), field
        assert "chosen" not in field["description"], field
        assert "所选" not in field["description_zh"], field


@pytest.mark.parametrize("name", RESOURCES)
def test_the_tables_keep_to_the_data_package(name: str) -> None:
    assert TABLES[name]
    assert offences(name, TABLES[name]) == []


@pytest.mark.parametrize(
    ("name", "column", "cell", "offence"),
    [
        ("figures", "id", "", "id is empty"),
        ("figures", "id", "Party members", "not written as it should be"),
        ("figures", "id", "party_members", "id is doubled"),
        ("figures", "value", "-1", "out of bounds"),
        ("figures", "section", "5", "out of bounds"),
        ("figures", "value", "1116.5", "is no integer"),
        ("figures", "period_start", "x", "is no year"),
        ("figures", "unit", "tonne", "is no code"),
        ("figures", "part_of", "nothing", "not in figures"),
        ("table_rows", "figure_id", "nothing", "not in figures"),
        ("table_rows", "table", "nothing", "not in tables"),
        ("table_rows", "figure_id", "party_members", "primary key is doubled"),
        ("comparisons", "indicator", "nothing", "not in indicators"),
        ("indicators_figures", "figures", "nothing", "not in figures"),
        ("comparisons_context", "context", "nothing", "not in context"),
        ("context", "value", "many", "is no number"),
        ("context", "published", "30 June 2021", "not written as it should be"),
    ],
)
def test_a_wrong_cell_breaks_the_data_package(name, column, cell, offence) -> None:
    changed = [{**TABLES[name][0], column: cell}, *TABLES[name][1:]]
    assert any(offence in found for found in offences(name, changed)), offences(name, changed)


def test_all_formulas_and_notes_are_linked_to_figures() -> None:
    drawn = {(line["indicators"], line["figures"]) for line in TABLES["indicators_figures"]}
    said = zip(hd.indicators()["id"], hd.indicators()["figures"], strict=True)
    assert drawn == {(own, figure) for own, figures in said for figure in figures.split(", ")}
    ids = "|".join(hd.figures()["id"])
    quoted = {
        (line["id"], figure)
        for line in TABLES["figures"]
        for figure in re.findall(rf"{{({ids})}}", line["note_en"])
    }
    assert {(line["figures"], line["named"]) for line in TABLES["figures_notes"]} == quoted


def test_every_figure_is_a_variable_with_its_range() -> None:
    page = json.loads((ROOT / "docs/dataset.jsonld").read_text(encoding="utf-8"))
    figures = hd.figures().set_index("id")
    variables = {variable["propertyID"]: variable for variable in page["variableMeasured"]}
    assert list(variables) == list(figures.index)
    for name, variable in variables.items():
        figure = figures.loc[name]
        assert (variable["minValue"], variable["maxValue"]) == (figure["low"], figure["high"])
        inside = figure["low"] <= figure["value"] <= figure["high"]
        assert variable.get("value") == (figure["value"] if inside else None)
    assert "value" not in variables["conduct_inspections"]


def test_files_that_are_named_are_there() -> None:
    page = json.loads((ROOT / "docs/dataset.jsonld").read_text(encoding="utf-8"))
    croissant = json.loads((ROOT / "docs/croissant.json").read_text(encoding="utf-8"))
    for description in (page, croissant):
        addresses = [file["contentUrl"] for file in description["distribution"]]
        assert sorted(addresses) == [f"../hanbin_data/data/{name}.csv" for name in FILES]
        assert all((ROOT / "docs" / address).is_file() for address in addresses)


def test_the_citation_names_version_and_article() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == hd.__version__
    assert cited["references"][0]["url"] == hd.SOURCE["url"]


def test_the_changelog_begins_with_what_is_to_come_or_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.+)$", text)
    versions = [heading for heading in headings if heading != "[Unreleased]"]
    assert headings in (versions, ["[Unreleased]", *versions])
    assert versions[0].startswith(f"[{hd.__version__}] - ")
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one) for one in versions)
    kinds = set(re.findall(r"(?m)^### (.+)$", text))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_page_of_functions_has_every_public_name() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    for module in ("", ".theme", ".slides", ".exports", ".derived", ".notebooks"):
        for name in import_module(f"hanbin_data{module}").__all__:
            assert re.search(rf"(?m)^### `{name}\b", page), name
    assert not re.search(r"(?m)^### `_", page)
    assert not re.search(r":\w+:`|``[^`]", page.replace("```", ""))


SHAPED = [name for name in hd.__all__ if "Shape:" in (getattr(hd, name).__doc__ or "")]


@pytest.mark.parametrize("name", SHAPED)
def test_a_docstring_names_the_number_of_columns(name: str) -> None:
    """Rows are counted on the page of functions: a new row must not touch a docstring."""
    said = re.search(r"Shape: one row per [a-z ]+ × (\d+) columns", getattr(hd, name).__doc__)
    assert said
    assert int(said[1]) == getattr(hd, name)().shape[1]


def test_functions_that_return_whole_tables_name_their_shape() -> None:
    assert {"figures", "programmes", "numerals", "context", "comparisons"} <= set(SHAPED)


def test_the_chart_of_the_contributors_page_can_be_drawn(monkeypatch) -> None:
    from hanbin_data import theme

    monkeypatch.setattr(theme, "drawn", {})
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(import plotly.*?)```", text, flags=re.S)
    exec(compile(block, "CONTRIBUTING.md", "exec"), {})
    assert list(theme.drawn) == ["villages_by_level"]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        assert "://" in target or (ROOT / target).exists(), target
