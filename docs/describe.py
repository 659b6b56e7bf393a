"""Writes what other tools read about the package, and the page of its public functions.

A Data Package, schema.org and Croissant descriptions, a citation file and docs/api.md, all
made from the codebook, the vocabulary, the source and the docstrings. ``make docs`` runs it;
a test fails when what it would write is not what is there, and ``make validate`` has the
formats' own validators read the result.
"""

import ast
import hashlib
import inspect
import json
import re
import tomllib
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import yaml

import hanbin_data as hd
from hanbin_data.__main__ import main as command_line
from hanbin_data.derived import names
from hanbin_data.frames import Row, rows
from hanbin_data.saving import place

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "hanbin_data" / "data"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What pandas, Table Schema and Croissant call a type.
TYPES = {
    "str": ("string", "sc:Text"),
    "category": ("string", "sc:Text"),
    "int64": ("integer", "sc:Integer"),
    "float64": ("number", "sc:Float"),
    "bool": ("boolean", "sc:Boolean"),
}

# Columns that only a file has, or that a file leaves empty where the frame fills them:
# unlike the others, the codebook of the frames does not define them as they are here.
ON_DISK = {
    ("tables", "key"): (
        False,
        "Field of the vocabulary that names the table's rows.",
        "命名该表各行的词表字段。",
    ),
    ("tables", "value_column"): (
        False,
        "Name of the column with the number.",
        "数值列的列名。",
    ),
    ("table_rows", "table"): (False, "Table that the figure stands in.", "指标所在的表。"),
    ("table_rows", "figure_id"): (False, "Id of the figure.", "指标标识。"),
    ("table_rows", "key"): (
        False,
        "Code of the row, in the field that the table's key names.",
        "该行的代码，取自该表 key 列所指的词表字段。",
    ),
    ("numerals", "reason"): (False, "Why it is no figure.", "不作为指标的原因。"),
    ("checks", "quoted"): (
        True,
        "The characters as printed, for a rule of the text; else missing.",
        "文字规则所涉原文字样，其他规则缺失。",
    ),
    ("comparisons", "formula"): (
        True,
        "Formula over ids; missing where it is the indicator's.",
        "以标识书写的公式；与派生指标相同的缺失。",
    ),
    ("comparisons", "unit"): (
        True,
        "Unit code; missing where it is the indicator's.",
        "单位代码；与派生指标相同的缺失。",
    ),
}
"""Of each whether a cell may be missing, and what it means in English and Chinese."""

KEYS = {
    "table_rows": ["table", "figure_id"],
    "tables": ["name"],
    "programmes": ["offset"],
    "numerals": ["offset"],
    "vocabulary": ["field", "code"],
    "codebook": ["table", "column"],
}
"""Primary keys; where none is named it is the id."""

REFERENCES = {
    ("figures", "part_of"): ("figures", "id"),
    ("table_rows", "figure_id"): ("figures", "id"),
    ("table_rows", "table"): ("tables", "name"),
    ("comparisons", "indicator"): ("indicators", "id"),
}

NAME = "[a-z][a-z0-9_]*"
DAY = r"\d{4}(-\d{2}){0,2}"
PATTERNS = {
    "id": NAME,
    "name": NAME,
    "value_column": NAME,
    "period": f"{DAY}(/{DAY})?",
    "published": DAY,
}


def first_line(pattern: str, file: str) -> tuple[str, ...]:
    """The groups of the first match of a pattern in a file of the project."""
    found = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.M)
    assert found, f"{file} has no {pattern}"
    return found.groups()


def released() -> str:
    """The day of this version, as the changelog gives it."""
    return first_line(rf"^## \[{re.escape(hd.__version__)}\] - (\S+)$", "CHANGELOG.md")[0]


def maintainers() -> str:
    return first_line(r"^Copyright \(c\) \d+ (.+)$", "LICENSE")[0]


def codes(field: str) -> list[str]:
    return [word["code"] for word in rows("vocabulary") if word["field"] == field]


def label(field: str, code: str) -> str:
    words = hd.vocabulary()
    return str(words[(words["field"] == field) & (words["code"] == code)]["label"].iloc[0])


def columns(table: str) -> list[Row]:
    """The columns of a CSV of the package, as a codebook describes those of a frame."""
    book = {line["column"]: line for line in rows("codebook") if line["table"] == table}
    lines = []
    for column in rows(table)[0]:
        base = column.removesuffix("_en").removesuffix("_zh")
        spare = {"dtype": "str", "unit": "", "missing": "False", "meaning_en": "", "meaning_zh": ""}
        line = {**(book.get(column) or book.get(base) or spare), "column": column}
        if (table, column) in ON_DISK:
            missing, line["meaning_en"], line["meaning_zh"] = ON_DISK[table, column]
            line["missing"] = str(missing)
        elif column != base and column not in book:
            english, chinese = (
                ("English", "英文") if column.endswith("_en") else ("Chinese", "中文")
            )
            line["meaning_en"] = re.sub("the chosen language", english, line["meaning_en"])
            line["meaning_zh"] = line["meaning_zh"].replace("所选语言", chinese)
        if any(re.search(r"\{\w+\}", cell[column]) for cell in rows(table)):
            line["meaning_en"] += " A name in braces stands for that number."
            line["meaning_zh"] += "花括号内的标识代表相应数值。"
        lines.append(line)
    return lines


def field(table: str, line: Row) -> dict[str, Any]:
    """A column in the terms of Table Schema."""
    column, kind = line["column"], TYPES[line["dtype"]][0]
    described: dict[str, Any] = {"name": column, "type": "year" if line["unit"] == "year" else kind}
    described["description"] = line["meaning_en"]
    described["description_zh"] = line["meaning_zh"]
    if line["unit"]:
        described["unit"] = line["unit"] if line["unit"] != "unit" else "see the column unit"
    limits: dict[str, Any] = {"required": line["missing"] == "False"}
    if KEYS.get(table, ["id"]) == [column]:
        limits["unique"] = True
    if line["dtype"] == "category":
        limits["enum"] = codes(column)
    elif (table, column) == ("codebook", "dtype"):
        limits["enum"] = list(TYPES)
    elif (table, column) == ("table_rows", "key"):
        limits["enum"] = [code for spec in rows("tables") for code in codes(spec["key"])]
    elif described["type"] == "integer" or column == "precision":
        limits["minimum"] = 0
    elif column in PATTERNS:
        limits["pattern"] = PATTERNS[column]
    if column == "section":
        limits |= {"minimum": 1, "maximum": len(codes("theme"))}
    return {**described, "constraints": limits}


def csv_files() -> list[Path]:
    return sorted(DATA.glob("*.csv"))


def content(file: Path) -> bytes:
    # As it is in the repository and the wheel, whatever a checkout makes of line ends.
    return file.read_bytes().replace(b"\r\n", b"\n")


TITLES = {
    "figures": "Every quantity that the report states about the district",
    "tables": "The themed tables",
    "table_rows": "Which figure stands in which themed table",
    "programmes": "Campaigns, programmes, mechanisms, documents and recognitions",
    "numerals": "The numerals of the article that are no figures",
    "vocabulary": "Every code with its labels",
    "codebook": "What the columns of the frames mean",
    "indicators": "What may be computed from the figures",
    "refusals": "What must not be computed from them",
    "checks": "Rules that the figures and the text are held against",
    "context": "Outside figures with their sources",
    "comparisons": "Indicators beside their counterparts elsewhere",
}


def resource(file: Path) -> dict[str, Any]:
    """A CSV as a Data Resource."""
    table = file.stem
    schema: dict[str, Any] = {
        "fields": [field(table, line) for line in columns(table)],
        "primaryKey": KEYS.get(table, ["id"]),
        "missingValues": [""],
    }
    if keys := [key(table, column, *to) for (of, column), to in REFERENCES.items() if of == table]:
        schema["foreignKeys"] = keys
    described = {
        "name": table,
        "title": TITLES[table],
        "path": file.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content(file)),
        "hash": f"sha256:{hashlib.sha256(content(file)).hexdigest()}",
        "schema": schema,
    }
    if table == "context":
        named = [f"{line['publisher_en']}: {line['title_en']}" for line in rows("context")]
        described["sources"] = [{"title": title} for title in dict.fromkeys(named)]
    return described


def key(table: str, column: str, to: str, target: str) -> dict[str, Any]:
    """A foreign key; Table Schema names the resource itself by an empty string."""
    return {
        "fields": [column],
        "reference": {"resource": "" if to == table else to, "fields": [target]},
    }


def links() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What refers to figures in a formula or a note, as pairs of ids.

    A formula and a note name several, which one cell of a CSV cannot say to a foreign key.
    By the name of the resource: the table that the others are in, and the pairs.
    """

    def listed(frame: Any, column: str) -> list[tuple[str, str]]:
        pairs = zip(frame["id"], frame[column], strict=True)
        return [(own, one) for own, named in pairs if named == named for one in named.split(", ")]

    compared = hd.comparisons()
    stated = [line["id"] for line in rows("figures")]
    checked = [
        (line["id"], name) for line in rows("checks") if line["formula"] for name in names(line)
    ]
    quoted = [
        (line["id"], name)
        for line in rows("figures")
        for name in re.findall(r"\{(\w+)\}", line["note_en"])
        if name in stated
    ]
    return {
        "indicators_figures": ("figures", listed(hd.indicators(), "figures")),
        "refusals_figures": ("figures", listed(hd.refusals(), "figures")),
        "checks_figures": ("figures", [pair for pair in checked if pair[1] in stated]),
        "comparisons_figures": ("figures", listed(compared, "figures")),
        "comparisons_context": ("context", listed(compared, "sources")),
        "figures_notes": ("figures", list(dict.fromkeys(quoted))),
    }


def link(name: str, to: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Pairs of ids as a Data Resource with its rows inside."""
    table = name.split("_")[0]
    target = "named" if to == table else to
    title = "The figures that a note names" if to == table else f"The {to} that {table} draw on"
    fields = [
        {"name": table, "type": "string", "description": f"Id in {table}."},
        {"name": target, "type": "string", "description": f"Id in {to} that it names."},
    ]
    return {
        "name": name,
        "title": title,
        "profile": "tabular-data-resource",
        "data": [[table, target], *map(list, pairs)],
        "schema": {
            "fields": [{**field, "constraints": {"required": True}} for field in fields],
            "primaryKey": [table, target],
            "foreignKeys": [key(name, table, table, "id"), key(name, target, to, "id")],
        },
    }


def data_package() -> str:
    """The CSVs of the package as a Frictionless Data Package."""
    return as_json(
        {
            "profile": "tabular-data-package",
            "name": PROJECT["name"],
            "title": PROJECT["description"],
            "description": f"{hd.SOURCE['licence']} {hd.SOURCE['not_covered']}",
            "version": hd.__version__,
            "keywords": PROJECT["keywords"],
            "licenses": [
                {
                    "name": PROJECT["license"],
                    "path": "https://spdx.org/licenses/MIT.html",
                    "title": "MIT License",
                }
            ],
            "sources": [{"title": hd.citation(), "path": hd.SOURCE["url"]}],
            "contributors": [{"title": maintainers(), "role": "author"}],
            "resources": [
                *map(resource, csv_files()),
                *(link(name, *pairs) for name, pairs in links().items()),
            ],
        }
    )


def as_json(tree: Any) -> str:
    text = json.dumps(tree, ensure_ascii=False, indent=2)
    # A pair on one line, so that a row is a line.
    return re.sub(r'\[\s+("[^"]*"),\s+("[^"]*")\s+\]', r"[\1, \2]", text) + "\n"


def about() -> dict[str, Any]:
    """What schema.org and Croissant say alike of the whole."""
    figures = hd.figures()
    return {
        "name": PROJECT["name"],
        "description": f"{PROJECT['description']}. {hd.SOURCE['licence']} "
        f"{hd.SOURCE['not_covered']}",
        "version": hd.__version__,
        "datePublished": released(),
        "license": "https://spdx.org/licenses/MIT.html",
        "creator": {"@type": "Organization", "name": maintainers()},
        "keywords": PROJECT["keywords"],
        "inLanguage": ["en", "zh"],
        "temporalCoverage": f"{figures['period_start'].min()}/{figures['period_end'].max()}",
        "spatialCoverage": {
            "@type": "Place",
            "name": f"{label('geography', 'Hanbin')}, Ankang, Shaanxi, China",
        },
        "isBasedOn": {
            "@type": "NewsArticle",
            "headline": hd.SOURCE["title"],
            "alternativeHeadline": hd.SOURCE["title_en"],
            "author": {"@type": "Person", "name": hd.SOURCE["author"]},
            "publisher": {"@type": "Organization", "name": hd.SOURCE["publisher"]},
            "datePublished": hd.SOURCE["published"],
            "url": hd.SOURCE["url"],
        },
    }


def measured(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure as schema.org's PropertyValue: a number outside its own range is left out."""
    years = f"{figure['period_start']}–{figure['period_end']}"
    if figure["period_start"] == figure["period_end"]:
        years = str(figure["period_end"])
    words = [label(column, figure[column]) for column in ("measure", "qualifier", "period_basis")]
    note = f" {figure['note_en']}" if figure["note_en"] == figure["note_en"] else ""
    value = {"value": figure["value"]} if figure["low"] <= figure["value"] <= figure["high"] else {}
    return {
        "@type": "PropertyValue",
        "propertyID": figure["id"],
        "name": figure["label_en"],
        "alternateName": figure["label_zh"],
        **value,
        "minValue": figure["low"],
        "maxValue": figure["high"],
        "unitText": label("unit", figure["unit"]),
        "description": f"{years}; {'; '.join(words)}.{note}",
    }


def dataset() -> str:
    """The package as schema.org's Dataset."""
    files = [
        {
            "@type": "DataDownload",
            "name": file.name,
            "description": TITLES[file.stem],
            "encodingFormat": "text/csv",
            "contentUrl": f"../{file.relative_to(ROOT).as_posix()}",
            "contentSize": f"{len(content(file))} B",
            "sha256": hashlib.sha256(content(file)).hexdigest(),
        }
        for file in csv_files()
    ]
    return as_json(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            **about(),
            "isAccessibleForFree": True,
            "citation": hd.citation(),
            "variableMeasured": [measured(figure) for figure in hd.figures().to_dict("records")],
            "distribution": files,
        }
    )


CROISSANT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the Croissant 1.0 specification prescribes."""


def croissant() -> str:
    """The package in Croissant's terms: a file object and a record set a CSV."""
    files = [
        {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "description": TITLES[file.stem],
            "contentUrl": f"../{file.relative_to(ROOT).as_posix()}",
            "contentSize": f"{len(content(file))} B",
            "encodingFormat": "text/csv",
            "sha256": hashlib.sha256(content(file)).hexdigest(),
        }
        for file in csv_files()
    ]
    return as_json(
        {
            "@context": CROISSANT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            **about(),
            "citeAs": hd.citation(),
            "distribution": files,
            "recordSet": [record_set(file.stem) for file in csv_files()],
        }
    )


def record_set(table: str) -> dict[str, Any]:
    fields = []
    for line in columns(table):
        column = line["column"]
        described = {
            "@type": "cr:Field",
            "@id": f"{table}/{column}",
            "name": column,
            "description": line["meaning_en"],
            "dataType": TYPES[line["dtype"]][1],
            "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column}},
        }
        to = REFERENCES.get((table, column), (table, ""))
        if to[0] != table:  # a record set cannot refer to itself
            described["references"] = {"field": {"@id": "/".join(to)}}
        fields.append(described)
    keys = [{"@id": f"{table}/{column}"} for column in KEYS.get(table, ["id"])]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": TITLES[table],
        "key": keys if len(keys) > 1 else keys[0],
        "field": fields,
    }


def citation_file() -> str:
    """How to cite the package and the article, in the Citation File Format."""
    cited = {
        "cff-version": "1.2.0",
        "message": "Please cite the article and this package with its version.",
        "type": "dataset",
        "title": f"{PROJECT['name']}: {PROJECT['description']}",
        "version": hd.__version__,
        "date-released": released(),
        "authors": [{"name": maintainers()}],
        "license": PROJECT["license"],
        "keywords": PROJECT["keywords"],
        "references": [
            {
                "type": "newspaper-article",
                "title": hd.SOURCE["title"],
                "authors": [{"name": hd.SOURCE["author"]}],
                "publisher": {"name": hd.SOURCE["publisher"]},
                "date-published": hd.SOURCE["published"][:10],
                "url": hd.SOURCE["url"],
                "languages": ["zh"],
            }
        ],
    }
    return yaml.safe_dump(cited, allow_unicode=True, sort_keys=False, width=100)


MODULES = ("theme", "slides", "exports", "derived", "notebooks")
"""The modules that charts, files and notebooks need, beside the package itself."""


def public() -> dict[str, list[str]]:
    """The public names of the package and of its modules."""
    found = {"hanbin_data": list(hd.__all__)}
    for name in MODULES:
        own = import_module(f"hanbin_data.{name}").__all__
        found[f"hanbin_data.{name}"] = [key for key in own if key not in hd.__all__]
    return found


def below(module: str, name: str) -> str:
    """The text below an assignment, which is a value's docstring."""
    statements = ast.parse(inspect.getsource(import_module(module))).body
    for statement, after in pairwise(statements):
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
            named = ast.unparse(statement).partition("=")[0].partition(":")[0].strip()
            if named == name:
                return str(ast.literal_eval(after.value))
    return ""


def markdown(text: str) -> str:
    """A docstring as Markdown: literals, references and sections of the house's style."""
    text = re.sub(r":\w+:`~?([\w.]+)`", r"``\1``", inspect.cleandoc(text)).replace("``", "`")
    lines = []
    for line in text.split("\n"):
        if re.fullmatch(r"(Args|Returns|Raises|Attributes):", line):
            lines += [f"**{line[:-1]}**", ""]
        elif entry := re.fullmatch(r"    (\w+(?:, \w+)*): (.+)", line):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(re.sub("^ {8}", "  ", line))
    return "\n".join(lines)


def documented(module: str, name: str) -> str:
    """A public name with its docstring; a value with its entries."""
    thing = getattr(import_module(module), name)
    if callable(thing):
        text = markdown(thing.__doc__ or "")
        if "Shape: " in text:
            text += "\n\n**Shape now:** {:,} rows × {} columns.".format(*thing().shape)
        return f"### `{name}{inspect.signature(thing)}`\n\n{text}"
    entries = thing.items() if name.isupper() and isinstance(thing, dict) else ()
    listed = "\n".join(f"- `{key}`: {text}" for key, text in entries)
    parts = [f"### `{name}`", markdown(below(module, name)), listed]
    return "\n\n".join(filter(None, parts))


def api() -> str:
    """The page of the public functions, from their docstrings."""
    parts = [
        "# Public functions · 公开接口",
        "Made from the docstrings by `make docs`; do not edit by hand.",
    ]
    for module, own in public().items():
        parts += [f"## `{module}`", markdown(import_module(module).__doc__ or "")]
        parts += [documented(module, name) for name in own]
    parts.append("## Command line · 命令行")
    settings = command_line.context_settings
    whole = click.Context(command_line, info_name="hanbin-data", terminal_width=90, **settings)
    parts.append(f"```text\n{whole.get_help()}\n```")
    for name, command in command_line.commands.items():
        with click.Context(command, whole, info_name=name, terminal_width=90) as context:
            parts.append(f"```text\n{command.get_help(context)}\n```")
    return "\n\n".join(parts) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "hanbin_data/data/datapackage.json": data_package,
    "docs/dataset.jsonld": dataset,
    "docs/croissant.json": croissant,
    "docs/api.md": api,
    "CITATION.cff": citation_file,
}

if __name__ == "__main__":
    for file, made in FILES.items():
        place(ROOT / file, made().encode())
