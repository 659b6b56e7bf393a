"""The citation in its three styles."""

import json

import hanbin_data as hd


def test_every_style_names_title_publisher_date_and_address() -> None:
    for style in ("text", "bibtex", "csl"):
        cited = hd.citation(style)
        for part in ("title", "author", "publisher", "url"):
            assert hd.SOURCE[part] in cited, (style, part)
        assert "2021" in cited


def test_csl_is_valid_json_with_the_day() -> None:
    (item,) = json.loads(hd.citation("csl"))
    assert item["issued"] == {"date-parts": [[2021, 9, 28]]}
    assert item["type"] == "article-newspaper"


def test_bibtex_is_balanced() -> None:
    entry = hd.citation("bibtex")
    assert entry.startswith("@misc{")
    assert entry.count("{") == entry.count("}")


def test_source_says_what_the_licence_covers() -> None:
    assert hd.SOURCE["published"] == "2021-09-28T09:58:00+08:00"
    assert "hanbin.gov.cn/Content-2309099.html" in hd.SOURCE["url"]
    assert hd.SOURCE["licence"]
    assert hd.SOURCE["not_covered"]
