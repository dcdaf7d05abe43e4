"""Citations with the words of the law."""

from __future__ import annotations

from pathlib import Path

from preaudit.check import judge, quoted
from preaudit.check.example_facts import example_facts
from rules_kg import load_graph
from rules_kg.schema import Example
from rules_kg.texts import Quotation

SMALL = Path(__file__).parents[2] / "rules" / "small"


def test_only_what_can_be_quoted_is() -> None:
    """A clause whose text was imported carries it; others keep our summary alone."""
    graph = load_graph(SMALL)
    papers = [{"form": {"supervisor_name": "甲"}}]
    facts = example_facts(Example(name="", expect="pass", papers=papers), (), graph.vocabulary)
    findings = judge(facts, graph).findings
    clause = "building-law@2019-04-23#8.1.2"
    words = Quotation(clause=clause, quote="第二项的原文", lead="第一款的原文")
    found = quoted(findings, {clause: words})
    assert [one.check for one in found] == [one.check for one in findings]
    for before, after in zip(findings, found, strict=True):
        for old, new in zip(before.citations, after.citations, strict=True):
            if old.clause == clause:
                assert (new.quote, new.quote_lead) == (words.quote, words.lead)
                assert (new.quote_verified, new.text) == (True, old.text)
            else:
                assert new == old
    assert {c.quote for one in found for c in one.citations} == {"", words.quote}
    assert quoted(findings, {}) == findings
