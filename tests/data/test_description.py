"""What other tools read of the data: the Data Package, the source and its citation."""

import csv
import json
import shutil
from pathlib import Path

import pytest

import hanbin_data as hd

DATA = Path(hd.__file__).parent / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
FILES = {resource["name"]: resource for resource in PACKAGE["resources"]}


@pytest.mark.parametrize("name", ["party_members", "Party members"])
def test_the_files_keep_to_the_data_package(name: str, tmp_path: Path) -> None:
    """… and a cell that does not is noticed."""
    from frictionless import validate

    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    text = (DATA / "figures.csv").read_text(encoding="utf-8").replace("party_members", name)
    (tmp_path / "figures.csv").write_text(text, "utf-8")
    report = validate(str(tmp_path / "datapackage.json"))
    told = report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert report.valid == (name == "party_members"), told


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
    known = {f"{name}.{field['name']}": field["description"] for name in FILES
             for field in FILES[name]["schema"]["fields"]}  # fmt: skip
    for frame in PACKAGE["frames"]:
        own = [{"name": field.rpartition(".")[2]} if isinstance(field, str) else field
               for field in frame["fields"]]  # fmt: skip
        assert len({field["name"] for field in own}) == len(own), frame["name"]
        for field in own:
            twin = known.get(f"{frame['name']}.{field['name']}")
            assert not twin or field.get("description") != twin, f"{field} can refer to its file"


def test_the_source_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        hd.SOURCE["title"] = "another"  # type: ignore[index]
    (source,) = PACKAGE["sources"]
    assert (source["title"], source["path"]) == (hd.SOURCE["title"], hd.SOURCE["url"])
    assert hd.SOURCE["licence"] in PACKAGE["description"]


@pytest.mark.parametrize("style", ["text", "gbt7714", "bibtex", "csl"])
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
