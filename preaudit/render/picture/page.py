"""The picture as one HTML file: styles, script and data inside, nothing fetched."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from preaudit.render.picture.columns import OUTCOMES, columns
from rules_kg.graph import Graph

_HERE = "preaudit.render.picture"


def graph_html(graph: Graph, *, item: str | None, as_of: date) -> bytes:
    """Return a picture of the graph that can be searched and followed.

    Args:
        graph: The graph.
        item: Only what this item asks for; all items by default.
        as_of: The day whose rules and law are shown.
    """
    found = columns(graph, item=item, as_of=as_of)
    data = json.dumps(asdict(found), ensure_ascii=False, separators=(",", ":"))
    script = _text("picture.js")
    page = (
        Environment(loader=PackageLoader(_HERE, ""), autoescape=True, undefined=StrictUndefined)
        .get_template("picture.html.jinja")
        .render(
            # Data in a script element ends at the first `</`, whatever it is quoted in.
            data=Markup(data.replace("<", "\\u003c")),  # noqa: S704 - see above
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=b64encode(sha256(script.encode()).digest()).decode(),
            style=Markup(_text("picture.css")),  # noqa: S704 - our own file
            title=graph.items[item].title.zh if item else "全部事项",
            day=as_of.isoformat(),
            digest=graph.digest[:12],
            outcomes=OUTCOMES,
            counts=_counts(found.spots),
        )
    )
    return page.encode()


def _counts(spots: object) -> list[int]:
    assert isinstance(spots, tuple)  # noqa: S101 - what `columns` gives
    return [sum(one.column == column for one in spots) for column in range(5)]


def _text(name: str) -> str:
    return resources.files(_HERE).joinpath(name).read_text(encoding="utf-8")
