"""Clauses that the graph says were compared, against texts that somebody has at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules_kg.faults import Fault, Level
from rules_kg.graph import Graph
from rules_kg.texts.binding import bind
from rules_kg.texts.corpus import Corpus


def text_faults(graph: Graph, corpus: Corpus) -> Iterator[Fault]:
    """Yield a notice for each `verified: true` clause that its law's text does not have.

    Args:
        graph: The graph.
        corpus: Law texts; versions without one are passed over.
    """
    for one in bind(corpus.texts, graph.regulations.values()).unbound:
        if one.verified:
            regulation = one.clause.partition("@")[0]
            yield Fault(
                file=f"regulations/{regulation}",
                line=0,
                subject=one.clause,
                message=f"verified: true, but not to be found in the text: {one.reason}",
                code="not_in_text",
                level=Level.NOTICE,
            )
    yield from _untaken(corpus)


def _untaken(corpus: Corpus) -> Iterable[Fault]:
    for fault in corpus.faults:
        yield Fault(
            file=fault.name,
            line=fault.line,
            message=fault.reason,
            code="no_law_text",
            level=Level.NOTICE,
        )
