"""Citations with the words of the law, where its texts were imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from preaudit.findings import Citation, Finding
from rules_kg.texts import Quotation


def quoted(findings: Iterable[Finding], quotations: Mapping[str, Quotation]) -> tuple[Finding, ...]:
    """Return findings whose citations carry what the law says, word for word.

    Args:
        findings: As they were judged; their summaries stay.
        quotations: By clause id with version; read from texts whose digests hold.
    """
    return tuple(
        replace(one, citations=tuple(_quoted(citation, quotations) for citation in one.citations))
        for one in findings
    )


def _quoted(citation: Citation, quotations: Mapping[str, Quotation]) -> Citation:
    found = quotations.get(citation.clause)
    if found is None:
        return citation
    return replace(citation, quote=found.quote, quote_lead=found.lead, quote_verified=True)
