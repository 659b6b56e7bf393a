"""Editors complete the names that the data has; ``python tests/data/test_names.py`` renews them."""

import textwrap
from pathlib import Path

import hanbin_data.words
from hanbin_data.frames import described, labels, rows

FILE = Path(__file__).parents[2] / "hanbin_data" / "names.py"


def text() -> str:
    """What the module of names has to be."""
    tables = [line["name"] for line in rows("tables")]
    themes, figures = list(labels("theme", "en")), [line["id"] for line in rows("figures")]
    indicators = [line["id"] for line in rows("indicators")]
    kinds = {
        "Lang": ("Languages.", hanbin_data.words.LANGUAGES),
        "Theme": ("Sections of the report.", themes),
        "Table": ("Themed tables.", tables),
        "Described": (
            "What a codebook describes: functions that return a frame, and themed tables.",
            [*(name for name in described() if name != "themed"), "Table"],
        ),
        "Figure": ("Quantities that the report states.", figures),
        "Indicator": ("Numbers that may be derived from them.", indicators),
    }
    parts = ['"""The names that the data has, as types, so that editors complete them."""\n']
    parts.append("# fmt: off\nfrom typing import Literal\n")
    for kind, (meaning, names) in kinds.items():
        listed = textwrap.fill(", ".join(f'"{name}"' for name in names), 96)
        listed = listed.replace('"Table"', "Table")
        parts.append(f'{kind} = Literal[\n{textwrap.indent(listed, "    ")}\n]\n"""{meaning}"""\n')
    return "\n".join(parts)


def test_the_types_hold_the_names_of_the_data() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: make names"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
