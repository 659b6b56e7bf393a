"""Whether a deck holds together: every relation leads somewhere, no part is there twice."""

import io
import posixpath
import zipfile
from collections import Counter

from lxml import etree

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def broken(blob: bytes) -> list[str]:
    """What is wrong with a package; an empty list if nothing."""
    said = []
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        names = package.namelist()
        said += [f"{name} is there {n} times" for name, n in Counter(names).items() if n > 1]
        reached = {"[Content_Types].xml"}
        for name in names:
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(package.read(name))
            folder, _, file = name.rpartition("/")
            if name.endswith(".rels"):
                base = posixpath.dirname(folder)
                for row in root:
                    if row.get("TargetMode") == "External":
                        said.append(f"{name} leads outside")
                        continue
                    target = posixpath.normpath(posixpath.join("/" + base, row.get("Target")))[1:]
                    reached |= {target, name}
                    said += [] if target in names else [f"{name}: no {target}"]
                continue
            own = f"{folder}/_rels/{file}.rels"
            rows = etree.fromstring(package.read(own)) if own in names else []
            known = {row.get("Id") for row in rows}
            shapes = [
                e.get("id") for e in root.iter("{*}cNvPr") if "slides/" in name or "notes" in name
            ]
            said += [f"{name}: id {i} {n} times" for i, n in Counter(shapes).items() if n > 1]
            for element in root.iter(etree.Element):
                for key, value in element.items():
                    if key.startswith(_R) and value not in known:
                        said.append(f"{name}: {key.removeprefix(_R)} {value!r} leads nowhere")
                for side in ("cx", "cy"):
                    if element.get(side, "0").lstrip().startswith("-"):
                        said.append(f"{name}: negative size")
        said += [f"nothing leads to {name}" for name in names if name not in reached]
    return said
