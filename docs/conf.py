"""The site's settings, and what it adds to Sphinx: pages filled from the data, charts, the twin
in the other language, and a search that finds Chinese. ``docs/build.py`` builds it.

Pages are Jinja templates, filled when they are read. Of a notebook's charts each becomes the
template ``chart.html``; its prose and its other outputs are as they are stored.
"""

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.search.zh import SearchChinese

import hanbin_data as hd
from hanbin_data import charts, slides, words
from hanbin_data.__main__ import main
from hanbin_data.frames import described
from hanbin_data.slides.notebooks import CHART

project = "hanbin_data"
author = "The hanbin_data maintainers"
project_copyright = author
version = release = hd.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
templates_path = ["templates"]
locale_dirs = ["locale"]
nb_execution_mode = "off"
myst_heading_anchors = 2
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_custom_sections = ["Warns"]

# Where the site will stand, the one setting that its absolute addresses are made of.
SITE = os.environ.get("SITE_URL", "").rstrip("/")

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_use_index = html_domain_indices = False
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
_notebooks = ["sidebar-nav-bs.html"]
html_sidebars = {"notebooks": _notebooks, "notebooks/*": _notebooks, "[!n]*": []}
html_theme_options = {
    "navbar_persistent": ["search-button.html", "language.html"],
    "navbar_end": ["theme-switcher.html"],
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc.html"],
    "footer_start": ["copyright.html"],
    "footer_end": [],
    "back_to_top_button": False,
}

FORMS = ("pptx", "png", "svg", "xlsx", "csv")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def setup(app: Sphinx) -> None:
    app.add_search_language(Pairs)
    app.connect("config-inited", speak)
    app.connect("source-read", fill)
    app.connect("html-page-context", twin)


def speak(_app: Sphinx, config: Any) -> None:
    """Set what no page says itself to the site's language."""
    words.use(config.language[:2])
    config.nb_code_prompt_show, config.nb_code_prompt_hide = _("Show the code"), _("Hide the code")


def fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Fill a page, or put charts into a notebook, before Sphinx reads it."""
    jinja = app.builder.templates.environment  # type: ignore[attr-defined]
    jinja.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    if page.startswith("notebooks/"):
        source[0] = json.dumps(notebook(app, jinja, json.loads(source[0])))
    else:
        known = {"author": author, "version": version, "site": SITE, "lang": words.language()}
        found = FILLED[page](app) if page in FILLED else {}
        source[0] = jinja.from_string(source[0]).render(known, hd=hd, charts=charts, **found)


def offered(app: Sphinx, name: str) -> dict[str, Path]:
    """The files of a chart that the site offers."""
    folder = Path(app.config.html_extra_path[0]) / "charts"
    files = {form: folder / f"{name}.{form}" for form in FORMS}
    return {form: file for form, file in files.items() if file.exists()}


def notebook(app: Sphinx, jinja: Any, stored: dict[str, Any]) -> dict[str, Any]:
    """A stored notebook with its code folded, and its charts and tables as the site shows them."""
    for cell in stored["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            # The twin in the other language is in the header of every page.
            cell["source"] = re.sub(r"\[(中文|English)\]\([^)]*\)( · )?", "", text)
            continue
        cell["metadata"].setdefault("tags", []).append("hide-input")
        for output in cell["outputs"]:
            data, output["metadata"] = output.get("data", {}), {}
            if CHART in data:
                name, shown = "chart.html", chart(app, data[CHART])
            elif "<table" in (html := "".join(data.get("text/html", ""))):
                # Without pandas' own style sheet, which a page needs once at most.
                name, shown = "table.html", {"html": re.sub(r"(?s)<style.*?</style>", "", html)}
            else:
                continue
            output["data"] = {"text/html": jinja.get_template(name).render(shown)}
    return stored


def chart(app: Sphinx, spec: dict[str, Any]) -> dict[str, Any]:
    """A chart of a notebook: its picture, what plotly draws it from, its files and numbers."""
    meta, forms = spec["layout"]["meta"], offered(app, spec["layout"]["meta"]["name"])
    columns, *rows = csv.reader(forms["csv"].read_text("utf-8-sig").splitlines(keepends=True))
    return {**meta, "spec": spec, "forms": forms, "columns": columns, "rows": rows}


def gallery(app: Sphinx) -> dict[str, Any]:
    """The charts of each notebook, with the themes and units that they can be filtered by."""
    known = hd.figures().set_index("id")
    parts: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((Path(app.srcdir) / "notebooks").iterdir()):
        for drawn in slides.charts(path):
            card = dict(drawn["layout"]["meta"], page=f"notebooks/{path.stem}.html")
            rows = known[known.index.isin(card["figures"])]
            card |= {"theme": rows["theme"].unique(), "unit": rows["unit"].unique()}
            parts.setdefault(drawn.part, []).append(card | {"forms": offered(app, card["name"])})
    cards = [card for part in parts.values() for card in part]
    labels = hd.vocabulary().set_index(["field", "code"])["label"]
    used = {field: {code for card in cards for code in card[field]} for field in ("theme", "unit")}
    choices = {field: labels[field][labels[field].index.isin(used[field])] for field in used}
    whole = all("svg" in card["forms"] for card in cards)
    return {"parts": parts, "choices": choices, "count": len(cards), "whole": whole}


def codebook(_app: Sphinx) -> dict[str, Any]:
    """Every table that has columns to explain, with what it is."""
    says = dict(hd.tables()[["name", "description"]].to_numpy())
    return {"codebook": dict.fromkeys(name for name in described() if name != "themed") | says}


def explained(_app: Sphinx) -> dict[str, Any]:
    """What ``hanbin-data explain`` prints."""
    told = CliRunner().invoke(main, ["explain", "--lang", words.language()], catch_exceptions=False)
    return {"explained": told.output}


def dataset(_app: Sphinx) -> dict[str, Any]:
    """The data package, and what is to download with its kind."""
    folder, json_ = Path(hd.__file__).parent / "data", "application/json"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    files = {"datapackage.json": json_, "hanbin-data.json": json_, "hanbin-data.xlsx": EXCEL}
    for file in package["resources"]:
        files[file["path"]] = file["mediatype"]
        file["kib"] = -(-(folder / file["path"]).stat().st_size // 1024)
    return {"package": package, "downloads": files}


FILLED = {"index": gallery, "codebook": codebook, "explained": explained, "dataset": dataset}


def twin(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Tell a page its language as browsers write it, and the same place in the other."""
    context["other"] = "en" if words.language() == "zh" else "zh"
    # The addresses of both editions; relative ones where no address is set.
    start = SITE or f"{context['content_root']}.."
    context["twins"] = {"en": f"{start}/en/{page}.html", "zh-CN": f"{start}/zh/{page}.html"}


class Pairs(SearchChinese):
    """Chinese as pairs of characters, in the index as in the query.

    A dictionary cuts a query otherwise than the text around it; pairs always meet.
    """

    lang = "zh_CN"
    language_name = "English"  # whose stemmer the browser is given for words in Latin letters
    js_splitter_code = (
        r"var han = /[HAN]/, runs = /[HAN]+|[\p{L}\p{N}_]+?(?=[HAN]|[^\p{L}\p{N}_]|$)/gu;"
        "var splitQuery = (query) => [...query.matchAll(runs)].flatMap(([run]) =>"
        " !han.test(run) || run.length === 1 ? [run]"
        " : [...run].slice(1).map((next, at) => [...run][at] + next));"
    ).replace("HAN", HAN)

    def split(self, input: str) -> list[str]:
        """Pairs and single characters of Chinese; other words whole."""
        latin = re.findall(rf"[^\W{HAN}]+", input)
        self.latin_terms.update(latin)
        return [*latin, *re.findall(f"[{HAN}]", input), *re.findall(f"(?=([{HAN}]{{2}}))", input)]

    def word_filter(self, word: str) -> bool:
        return len(word) > 1 or bool(re.match(f"[{HAN}]", word))
