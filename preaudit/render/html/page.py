"""One self-contained HTML page: styles, script and page images inside, nothing fetched.

What papers say is data: the template escapes everything, and the page's own policy (a CSP with the
hash of the one script) keeps a browser from running anything else, even if escaping ever failed.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from preaudit.findings import Bilingual
from preaudit.geometry import Box
from preaudit.render.html.images import PageImages, PageKey, Picture, pictures
from preaudit.render.html.places import cited_pages, page_keys
from preaudit.render.html.view import DOUBTFUL, View, view
from preaudit.render.labels import (
    QUOTED,
    SEVERITIES,
    STAGES,
    SUMMARY,
    UNVERIFIED,
    item_label,
    place_label,
    quoted_lines,
)
from preaudit.render.safe_text import safe, secret_places
from preaudit.report import Report

_HERE = "preaudit.render.html"


def report_html(report: Report, images: PageImages) -> bytes:
    """Return the report as one HTML page.

    Args:
        report: The report; its texts are masked here.
        images: Page images; a page without one is named, not shown.
    """
    shown = safe(report)
    keys = page_keys(shown)
    shots = pictures(keys, cited_pages(shown), images, hidden=_hidden(report))
    script = _text("report.js")
    page = (
        _environment()
        .get_template("report.html.jinja")
        .render(
            view=view(shown, shots),
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=b64encode(sha256(script.encode()).digest()).decode(),
            style=Markup(_text("report.css")),  # noqa: S704 - our own file
            page_style=_page_style(keys, shots),
            item=item_label(shown.case.item),
            place_name=place_label(shown.case.jurisdiction),
            doubtful=DOUBTFUL,
            stages=STAGES,
            severities=SEVERITIES,
            unverified=UNVERIFIED,
            quoted=QUOTED,
            summary=SUMMARY,
        )
    )
    return page.encode("utf-8")


def _hidden(report: Report) -> dict[PageKey, list[Box]]:
    """Return the places of identity numbers on each page."""
    places: dict[PageKey, list[Box]] = {}
    for digest, box in secret_places(report):
        places.setdefault(PageKey(sha256=digest, page=box.page), []).append(box)
    return places


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("preaudit.render.html", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    environment.filters["pages_json"] = _pages_json
    environment.filters["two"] = _two
    environment.filters["quoted_lines"] = quoted_lines
    return environment


def _text(name: str) -> str:
    return (resources.files(_HERE) / name).read_text(encoding="utf-8")


def _page_style(keys: tuple[PageKey, ...], shots: Mapping[PageKey, Picture]) -> Markup:
    """Return one CSS class for each page picture, so that crops share its bytes."""
    rules = [
        f".pg{index}{{background-image:url(data:image/jpeg;base64,{shots[key].base64})}}"
        for index, key in enumerate(keys)
        if key in shots
    ]
    return Markup("\n".join(rules))  # noqa: S704 - numbers and base64 only


def _pages_json(shown: View) -> Markup:
    """Return what the script knows of the pages, safe inside a script element."""
    rows = [
        {"file": one.file, "page": one.number, "total": one.total, "aspect": one.aspect}
        for one in shown.pages
    ]
    text = json.dumps(rows, ensure_ascii=True, allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - every sign that HTML knows is escaped above


def _two(both: Bilingual) -> Markup:
    """Return a text in both languages; the page shows one of them."""
    english = both.en or both.zh
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(both.zh, english)
