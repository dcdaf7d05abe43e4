"""The graph's clauses against texts that somebody has at hand."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from rules_kg.faults import Fault, Level
from rules_kg.graph import Graph
from rules_kg.texts.binding import BoundClause, bind
from rules_kg.texts.corpus import Corpus

LONGEST_COPY = 40
"""Characters that a summary may have in common with the law in one run."""


def text_faults(graph: Graph, corpus: Corpus) -> Iterator[Fault]:
    """Yield notices on clauses whose law is among the texts, and on files that are no law text.

    `not_in_text`: `verified: true`, but the text has no such place. `to_compare`: `verified:
    false`, and the text is at hand. `copied`: the summary is not in our own words.

    Args:
        graph: The graph.
        corpus: Law texts; versions without one are passed over.
    """
    for fault in corpus.faults:
        yield _notice(fault.name, "no_law_text", fault.reason, line=fault.line)
    binding = bind(corpus.texts, graph.regulations.values())
    for one in binding.unbound:
        if one.verified:
            message = f"verified: true, but not to be found in the text: {one.reason}"
            yield _notice(_file(one.clause), "not_in_text", message, subject=one.clause)
    bound = {one.clause: one for one in binding.bound}
    texts = {one.sha256: one.data for one in corpus.texts}
    for name, summary, verified in _summaries(graph):
        found = bound.get(name)
        if found and not verified:
            message = "verified: false, but its text is here: compare them"
            yield _notice(_file(name), "to_compare", message, subject=name)
        copied = _copied(summary, found, texts[found.text]) if found else ""
        if copied:
            message = f"the summary copies the law: “{copied[:20]}…” ({len(copied)} characters)"
            yield _notice(_file(name), "copied", message, subject=name)


def _notice(file: str, code: str, message: str, *, line: int = 0, subject: str = "") -> Fault:
    return Fault(
        file=file, line=line, subject=subject, message=message, code=code, level=Level.NOTICE
    )


def _file(clause: str) -> str:
    return f"regulations/{clause.partition('@')[0]}"


def _summaries(graph: Graph) -> Iterator[tuple[str, str, bool]]:
    for regulation in graph.regulations.values():
        for version in regulation.versions:
            for clause in version.clauses:
                name = f"{regulation.id}@{version.version.isoformat()}#{clause.id}"
                yield name, clause.summary.zh, clause.verified


def _copied(summary: str, bound: BoundClause, data: bytes) -> str:
    """Return the longest run that a summary has from its clause; empty where it is short."""
    law = bound.span.of(data).decode("utf-8")
    match = SequenceMatcher(None, summary, law, autojunk=False).find_longest_match()
    return summary[match.a : match.a + match.size] if match.size > LONGEST_COPY else ""
