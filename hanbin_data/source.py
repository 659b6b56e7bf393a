"""Where the figures come from, and how to cite it."""

import json
from types import MappingProxyType
from typing import Literal, get_args

from hanbin_data.words import choose

__version__ = "0.2.0"

SOURCE = MappingProxyType({
    "title": "喜迎党代会 || 固本铸魂勇担当——十五次党代会以来汉滨区党建工作综述",
    "title_en": "A review of Party building in Hanbin District "
    "since the district's fifteenth Party congress",
    "author": "刘一薇",
    "publisher": "汉滨融媒",
    "publisher_en": "Hanbin District convergence media centre",
    "published": "2021-09-28T09:58:00+08:00",
    "url": "https://hanbin.gov.cn/Content-2309099.html",
    "licence": "The code and the tables' arrangement, labels and notes are under the MIT licence.",
    "not_covered": "The article itself is its publisher's and is not part of the package.",
})  # fmt: skip
"""The article: title, author (the byline), publisher, date and time of publication,
address; ``licence`` says what the licence covers and ``not_covered`` what it does not."""


Style = Literal["text", "gbt7714", "bibtex", "csl"]


def citation(style: Style = "text") -> str:
    """The citation of the article.

    Args:
        style: ``"text"``, ``"gbt7714"`` (as Chinese works cite), ``"bibtex"`` or ``"csl"``
            (CSL-JSON).

    Raises:
        TypeError, ValueError: ``style`` is none of these.
    """
    choose("citation style", style, get_args(Style))
    title, author, publisher, url = map(SOURCE.get, ("title", "author", "publisher", "url"))
    day = SOURCE["published"][:10]
    year, month, date = day.split("-")
    if style == "bibtex":
        fields = {"title": title, "author": author, "publisher": publisher, "year": year,
                  "month": month, "url": url}  # fmt: skip
        lines = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items())
        return f"@misc{{hanbin{year},\n{lines}\n}}"
    if style == "csl":
        issued = {"date-parts": [[int(year), int(month), int(date)]]}
        item = {"id": f"hanbin{year}", "type": "article-newspaper", "title": title,
                "author": [{"literal": author}], "publisher": publisher, "issued": issued,
                "URL": url, "language": "zh-CN"}  # fmt: skip
        return json.dumps([item], ensure_ascii=False, indent=2)
    if style == "gbt7714":
        return f"{author}. {title}[EB/OL]. {publisher}, ({day}). {url}"
    return (f"{author} ({day}). {title} [{SOURCE['title_en']}]. "
            f"{publisher} ({SOURCE['publisher_en']}). {url}")  # fmt: skip
