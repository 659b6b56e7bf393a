"""What the site adds to Sphinx: pages filled from the data, charts, the twin in the other
language, and a search that finds Chinese.

Pages are Jinja templates, filled when they are read. Of a notebook's charts each becomes the
template ``chart.html``; its prose and its other outputs are as they are stored.
"""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
from click.testing import CliRunner
from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

import hanbin_data as hd
from hanbin_data import charts, slides, words
from hanbin_data.__main__ import main
from hanbin_data.frames import described
from hanbin_data.slides.notebooks import CHART

FORMS = ("pptx", "png", "svg", "xlsx", "csv")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("site_address", "", "html")
    app.add_search_language(Pairs)
    app.connect("config-inited", lambda _, config: words.use(config.language[:2]))
    app.connect("source-read", fill)
    app.connect("html-page-context", twin)
    return {"parallel_read_safe": False}


def fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Fill a page, or put charts into a notebook, before Sphinx reads it."""
    if page.startswith("notebooks/"):
        source[0] = json.dumps(notebook(app, json.loads(source[0])))
    else:
        found = FILLED[page](app) if page in FILLED else {}
        source[0] = app.builder.templates.render_string(source[0], found)  # type: ignore[attr-defined]


def offered(app: Sphinx, name: str) -> dict[str, Path]:
    """The files of a chart that the site offers."""
    folder = Path(app.config.html_extra_path[0]) / "charts"
    files = {form: folder / f"{name}.{form}" for form in FORMS}
    return {form: file for form, file in files.items() if file.exists()}


def notebook(app: Sphinx, stored: dict[str, Any]) -> dict[str, Any]:
    """A stored notebook with its code folded, and its charts and tables as the site shows them."""
    render = app.builder.templates.render  # type: ignore[attr-defined]
    show, hide = render("folded.html", {}).strip().split("|")
    for cell in stored["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            # The twin in the other language is in the header of every page.
            cell["source"] = re.sub(r"\[(中文|English)\]\([^)]*\)( · )?", "", text)
            continue
        cell["metadata"].setdefault("tags", []).append("hide-input")
        cell["metadata"]["mystnb"] = {"code_prompt_show": show, "code_prompt_hide": hide}
        for output in cell.get("outputs", []):
            data, output["metadata"] = output.get("data", {}), {}
            if CHART in data:
                output["data"] = {"text/html": render("chart.html", chart(app, data[CHART]))}
            elif "<table" in (html := "".join(data.get("text/html", ""))):
                # Without pandas' own style sheet, which a page needs once at most.
                plain = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
                output["data"] = {"text/html": render("table.html", {"html": plain})}
    return stored


def chart(app: Sphinx, spec: dict[str, Any]) -> dict[str, Any]:
    """A chart of a notebook: its picture, what plotly draws it from, its files and numbers."""
    meta, forms = spec["layout"]["meta"], offered(app, spec["layout"]["meta"]["name"])
    numbers = pd.read_csv(forms["csv"], dtype=str, keep_default_na=False)
    return {
        **meta,
        "drawn": inline({"data": spec["data"], "layout": spec["layout"]}),
        "height": spec["layout"].get("height", charts.look.HEIGHT),
        "forms": forms,
        "columns": list(numbers),
        "rows": numbers.to_numpy().tolist(),
    }


def inline(content: object) -> str:
    """JSON as it may stand in a page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def gallery(app: Sphinx) -> dict[str, Any]:
    """The charts of each notebook, with the themes and units that they can be filtered by."""
    known = hd.figures().set_index("id")
    made = json.loads((Path(app.srcdir) / "made.json").read_text(encoding="utf-8"))
    tables = {row["name"] for row in made if row["form"] == "table"}
    parts: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((Path(app.srcdir) / "notebooks").iterdir()):
        for drawn in slides.charts(path):
            card = dict(drawn["layout"]["meta"], page=f"notebooks/{path.stem}.html")
            rows = known[known.index.isin(card["figures"])]
            card |= {f"{field}s": list(rows[field].unique()) for field in ("theme", "unit")}
            card |= {"forms": offered(app, card["name"]), "table": card["name"] in tables}
            parts.setdefault(drawn.part, []).append(card)
    cards = [card for part in parts.values() for card in part]
    labels = hd.vocabulary().set_index(["field", "code"])["label"]
    choices = {
        field: [
            item for item in labels[field].items() if any(item[0] in c[f"{field}s"] for c in cards)
        ]
        for field in ("theme", "unit")
    }
    drawn_ = all("svg" in card["forms"] for card in cards)
    return {"parts": parts, "choices": choices, "count": len(cards), "drawn": drawn_}


def codebook(_: Sphinx) -> dict[str, Any]:
    """Every table that has columns to explain, with what it is."""
    says = dict(hd.tables()[["name", "description"]].to_numpy())
    names = [*(name for name in described() if name != "themed"), *says]
    columns = {
        name: hd.codebook(name).astype(object).fillna("").to_dict("records") for name in names
    }
    return {
        "codebook": [
            {"name": name, "says": says.get(name, ""), "columns": columns[name]} for name in names
        ]
    }


def explained(_: Sphinx) -> dict[str, Any]:
    """What ``hanbin-data explain`` prints."""
    told = CliRunner().invoke(main, ["explain", "--lang", words.language()], catch_exceptions=False)
    return {"explained": told.output}


def dataset(app: Sphinx) -> dict[str, Any]:
    """The data package as the page shows it and as schema.org describes data."""
    folder, lang = Path(hd.__file__).parent / "data", words.language()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for file in package["resources"]:
        file["title"] = file["title_zh" if lang == "zh" else "title"]
        file["kib"] = -(-(folder / file["path"]).stat().st_size // 1024)
    stated = hd.figures()
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "hanbin_data",
        "description": f"{package['title']}. {package['description']}",
        "version": hd.__version__,
        "keywords": package["keywords"],
        "license": package["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": ["en", "zh-CN"],
        "creator": {"@type": "Organization", "name": app.config.author},
        "isBasedOn": {
            "@type": "NewsArticle",
            "headline": hd.SOURCE["title"],
            "datePublished": hd.SOURCE["published"],
            "url": hd.SOURCE["url"],
        },
        "temporalCoverage": f"{stated['period_start'].min()}/{stated['period_end'].max()}",
        "spatialCoverage": {"@type": "Place", "name": "汉滨区 Hanbin District, Ankang, Shaanxi"},
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": row["label"],
                "value": row["value"],
                "unitText": charts.label("unit", row["unit"], row["unit"]),
            }
            for row in stated.to_dict("records")
        ],
    }
    if address := app.config.site_address:  # without one, nothing that needs it
        kinds = {"json": "application/json", "xlsx": EXCEL, "csv": "text/csv"}
        names = ["datapackage.json", "hanbin-data.json", "hanbin-data.xlsx"]
        told |= {"@id": f"{address}/#dataset", "url": f"{address}/{lang}/dataset.html"}
        told["distribution"] = [
            {
                "@type": "DataDownload",
                "contentUrl": f"{address}/data/{name}",
                "encodingFormat": kinds[name.rpartition(".")[2]],
                "name": name,
            }
            for name in [*names, *(file["path"] for file in package["resources"])]
        ]
    return {"resources": package["resources"], "citation": hd.citation(), "told": inline(told)}


FILLED = {"index": gallery, "codebook": codebook, "explained": explained, "dataset": dataset}


def twin(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Tell a page its language as browsers write it, and the same place in the other."""
    context["other"] = "en" if words.language() == "zh" else "zh"
    # The addresses of both editions; relative ones where no address is set.
    start = app.config.site_address or f"{context['content_root']}.."
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
