"""Whether a deck holds together: every relation leads somewhere, no part is there twice.

``python tests/slides/valid.py`` makes decks of both editions, of odd charts and of several
templates, and asks the validators of ``.venv-validators`` as well: they may find nothing that
they do not find in a file by plain python-pptx.
"""

import io
import json
import posixpath
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ROOT = Path(__file__).resolve().parents[2]


def broken(blob: bytes) -> list[str]:
    """What is wrong with a package; an empty list if nothing."""
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        names = package.namelist()
        parts = {
            n: etree.fromstring(package.read(n)) for n in names if n.endswith((".xml", ".rels"))
        }
    said = [f"{name} is there {n} times" for name, n in Counter(names).items() if n > 1]
    reached = {"[Content_Types].xml"}
    for name, root in parts.items():
        folder, _, file = name.rpartition("/")
        if name.endswith(".rels"):
            for row in root:
                target = posixpath.join("/", posixpath.dirname(folder), row.get("Target"))
                target = posixpath.normpath(target)[1:]
                reached |= {target, name}
                if row.get("TargetMode") == "External":
                    said.append(f"{name} leads outside")
                elif target not in names:
                    said.append(f"{name}: no {target}")
            continue
        known = {row.get("Id") for row in parts.get(f"{folder}/_rels/{file}.rels", ())}
        if "slides/" in name or "notes" in name:
            shapes = Counter(e.get("id") for e in root.iter("{*}cNvPr"))
            said += [f"{name}: id {i} {n} times" for i, n in shapes.items() if n > 1]
        own = {e.get("id") for e in root.iterfind("{*}sldIdLst/{*}sldId")}
        for element in root.iter(etree.Element):
            for key, value in element.items():
                if key.startswith(_R) and value not in known:
                    said.append(f"{name}: {key.removeprefix(_R)} {value!r} leads nowhere")
            if element.tag.endswith("2010/main}sldId") and element.get("id") not in own:
                said.append(f"{name}: a section without its slide")
            if any(element.get(side, "0").lstrip().startswith("-") for side in ("cx", "cy")):
                said.append(f"{name}: negative size")
    return said + [f"nothing leads to {name}" for name in names if name not in reached]


def plain(path: Path) -> None:
    """A deck by python-pptx alone."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "A title"
    numbers = CategoryChartData()
    numbers.categories = ["a", "b"]
    numbers.add_series("one", [1, 2])
    box = (Inches(1), Inches(2), Inches(6), Inches(4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, numbers)
    slide.notes_slide.notes_text_frame.text = "Notes"
    deck.save(path)


def decks(folder: Path) -> None:
    """Ours: both editions, one of each kind of chart, one of each kind of template."""
    sys.path.insert(0, str(ROOT / "tests"))  # what the tests share, before what those of slides do
    from test_deck import READINGS, stored
    from test_template import TEMPLATES, template

    from hanbin_data import slides

    for edition in ("notebooks", "notebooks/zh"):
        charts = [
            c for path in sorted((ROOT / edition).glob("*.ipynb")) for c in slides.charts(path)
        ]
        slides.deck(charts, folder / f"{edition.replace('/', '-')}.pptx")
    kinds = [stored(path.stem) for path in sorted(READINGS.glob("*.json"))]
    slides.deck(kinds, folder / "kinds.pptx")
    for number, change in enumerate(TEMPLATES):
        house = template(folder / "house.potx", change)
        slides.deck(kinds[:3], folder / f"template-{number}.pptx", template=house)
        house.unlink()


def found(path: Path) -> set[str]:
    """What the validators say of a deck, numbers apart."""
    said = [f"ours: {line}" for line in broken(path.read_bytes())]
    deck = Presentation(path)
    for slide in deck.slides:
        inherited = {s.placeholder_format.idx: s for s in slide.slide_layout.placeholders}
        for shape in slide.placeholders:  # what these do not state, it takes from any other
            box = [int(side) for side in (shape.left, shape.top, shape.width, shape.height)]
            shape.left, shape.top, shape.width, shape.height = box
            layout = inherited[shape.placeholder_format.idx]._element
            size = layout.find(".//{*}lstStyle/{*}lvl1pPr/{*}defRPr[@sz]")
            for font in (r.font for p in shape.text_frame.paragraphs for r in p.runs):
                font.size = font.size or (None if size is None else Pt(int(size.get("sz")) / 100))
    deck.save(path)

    def asked(*command: str) -> Any:
        tool = ROOT / ".venv-validators" / "bin" / command[0]
        done = subprocess.run([tool, *command[1:], path], capture_output=True, text=True)
        return json.loads(done.stdout)

    (audit,) = asked("openxml-audit", "--max-errors=0", "--output=json")
    said += [f"{error['description']} in {error['part_uri']}" for error in audit["errors"]]
    (checked,) = asked("ooxml-integrity", "check", "--json")["files"]
    said += [
        f"{one['code']}: {one['message']} in {one['where']}"
        for one in checked["findings"]
        if one["severity"] != "info"
    ]
    print(f"{path.name}: {len(said)} findings", flush=True)
    return set(said)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain(folder / "plain.pptx")
        decks(folder)
        told = {path.name: found(path) for path in sorted(folder.glob("*.pptx"))}
    alike = {re.sub(r"-?\d+", "#", line) for line in told.pop("plain.pptx")}
    worse = [
        f"{name}: {line}"
        for name, lines in told.items()
        for line in sorted(lines)
        if re.sub(r"-?\d+", "#", line) not in alike
    ]
    print(*worse, f"{len(told)} decks: {len(worse)} findings that a plain one has not", sep="\n")
    return bool(worse)


if __name__ == "__main__":
    sys.exit(main())
