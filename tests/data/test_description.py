"""What other tools read of the data: the Data Package, the source and its citation."""

import csv
import json
from pathlib import Path

import pytest

import hanbin_data as hd

DATA = Path(hd.__file__).parent / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
FILES = {resource["name"]: resource for resource in PACKAGE["resources"]}


def test_the_files_keep_to_the_data_package() -> None:
    from frictionless import validate

    report = validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])


def test_a_cell_that_breaks_the_data_package_is_noticed(tmp_path: Path) -> None:
    from frictionless import validate

    for path in DATA.iterdir():
        text = path.read_text(encoding="utf-8")
        text = text.replace("party_members", "Party members") if path.stem == "figures" else text
        (tmp_path / path.name).write_text(text, "utf-8")
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_every_file_and_column_is_described_in_both_languages() -> None:
    assert set(FILES) == {path.stem for path in DATA.glob("*.csv")}
    for name, resource in FILES.items():
        with open(DATA / resource["path"], encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == header, name
        assert all(field["description"] and field["description_zh"] for field in fields)


def test_each_meaning_is_written_once() -> None:
    """A column of a frame that is a file's refers to it, and none is described that is not."""
    known = {
        f"{name}.{field['name']}" for name in FILES for field in FILES[name]["schema"]["fields"]
    }
    for frame in PACKAGE["frames"]:
        own = [{"name": field.rpartition(".")[2]} if isinstance(field, str) else field
               for field in frame["fields"]]  # fmt: skip
        assert len({field["name"] for field in own}) == len(own), frame["name"]
        said = [f"{frame['name']}.{field['name']}" for field in own if "type" in field]
        for name in set(said) & known:
            field = next(one for one in own if name.endswith(f".{one['name']}"))
            twin = next(one for one in FILES[frame["name"]]["schema"]["fields"]
                        if one["name"] == field["name"])  # fmt: skip
            assert field["description"] != twin["description"], f"{name} can refer to its file"


def test_the_source_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        hd.SOURCE["title"] = "another"  # type: ignore[index]
    (source,) = PACKAGE["sources"]
    assert (source["title"], source["path"]) == (hd.SOURCE["title"], hd.SOURCE["url"])
    assert hd.SOURCE["licence"] in PACKAGE["description"]


@pytest.mark.parametrize("style", ["text", "bibtex", "csl"])
def test_a_citation_names_title_author_publisher_day_and_address(style: str) -> None:
    cited = hd.citation(style)
    year, month, day = hd.SOURCE["published"][:10].split("-")
    for part in ("title", "author", "publisher", "url"):
        assert hd.SOURCE[part] in cited
    assert year in cited
    if style == "csl":
        (item,) = json.loads(cited)
        assert item["issued"] == {"date-parts": [[int(year), int(month), int(day)]]}
    else:
        assert cited.count("{") == cited.count("}")
