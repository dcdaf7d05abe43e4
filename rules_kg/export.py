"""The network as GraphML and as JSON-LD, with ids that stay the same from export to export."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import networkx as nx

_BASE = "urn:preaudit:"
_VOCABULARY = "urn:preaudit:vocabulary:"
_TITLES = frozenset({"title", "title_en", "type"})


def graphml(network: nx.DiGraph) -> bytes:
    """Return the network as GraphML; node ids are those of `rules_kg.network`."""
    ordered = nx.DiGraph()
    for node in sorted(network):
        ordered.add_node(node, **dict(sorted(network.nodes[node].items())))
    for start, end in sorted(network.edges):
        ordered.add_edge(start, end, **network.edges[start, end])
    buffer = BytesIO()
    nx.write_graphml_xml(ordered, buffer, prettyprint=True)
    return buffer.getvalue()


def json_ld(network: nx.DiGraph) -> bytes:
    """Return the network as JSON-LD 1.1; a node's id is `urn:preaudit:` and its quoted name."""
    kinds = sorted({facts["kind"] for *_, facts in network.edges(data=True)})
    content = {
        "@context": {
            "@version": 1.1,
            "@vocab": _VOCABULARY,
            "type": "@type",
            "id": "@id",
            "title": {"@id": f"{_VOCABULARY}title", "@container": "@language"},
            **{kind: {"@id": f"{_VOCABULARY}{kind}", "@type": "@id"} for kind in kinds},
        },
        "@graph": [_node(network, name) for name in sorted(network)],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False)
    return text.encode() + b"\n"


def _node(network: nx.DiGraph, name: str) -> dict[str, Any]:
    facts = network.nodes[name]
    edges: dict[str, list[str]] = {}
    for _, end, kind in sorted(network.out_edges(name, data="kind")):
        edges.setdefault(kind, []).append(urn(end))
    return {
        "id": urn(name),
        "type": str(facts["type"]).capitalize(),
        "title": {"zh": facts["title"], "en": facts["title_en"]},
        **{key: value for key, value in sorted(facts.items()) if key not in _TITLES},
        **dict(sorted(edges.items())),
    }


def urn(node: str) -> str:
    """Return a node's id in JSON-LD."""
    return _BASE + quote(node, safe=":/@.")
