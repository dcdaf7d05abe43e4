"""No basis, no demand: papers that are asked for though no law asks for them.

优化营商环境条例 第三十五条, 行政许可法 第十六条, 第三十一条: only laws, regulations and rules
may ask an applicant for something, and nobody for what has nothing to do with the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rules_kg.citations import clauses_cited, current
from rules_kg.faults import Fault, Level
from rules_kg.graph import Graph, Rule
from rules_kg.schema import AskedMaterial, Item, NeverAsked

_FAMILY = "completeness."
_NOT_ASKED = re.compile(r"(不得|不再|不应|不要求|无需|不需|不必|不能)[^，。；]{0,12}$")
_NO_LONGER = re.compile(r"[^，。；]{0,25}(代替|取代|取消|撤回|不再|无需|不需|不得|不必)")
"""What stands before, or behind, a paper that a text says is not asked for."""


def demand_faults(graph: Graph) -> Iterator[Fault]:
    """Yield a fault for each paper that is asked for without ground, or against the law."""
    for item in graph.items.values():
        for asked in item.materials or ():
            yield from _material_faults(graph, item, asked)
    for rule in graph.rules:
        if rule.text.known(None):
            yield from _rule_faults(graph, rule)


def _may_demand(cites: Iterable[str], graph: Graph) -> bool:
    return any(
        cited.regulation.level.may_demand
        for written in cites
        for cited in current(clauses_cited(written, graph.regulations))
    )


def _material_faults(graph: Graph, item: Item, asked: AskedMaterial) -> Iterator[Fault]:
    file, line = graph.spots[f"material:{item.id}/{asked.kind}"]
    if not _may_demand(asked.cites, graph):
        message = (
            f"asks for {asked.kind} without a clause of a law, regulation or rule; cite the one"
            " that asks for it, or take it out"
        )
        yield Fault(file=file, line=line, subject=item.id, message=message, code="no_demand")
    texts = [graph.vocabulary.kinds[asked.kind].title.zh, *([asked.when.zh] if asked.when else [])]
    for one in _never(graph, texts):
        yield Fault(
            file=file, line=line, subject=item.id, message=_refusal(one), code="never_asked"
        )


def _rule_faults(graph: Graph, rule: Rule) -> Iterator[Fault]:
    text = rule.text
    for one in _never(graph, (text.title.zh, text.message.zh, text.remedy.zh)):
        yield _of(rule, _refusal(one), "never_asked")
    kind = text.id.removeprefix(_FAMILY).rpartition(".")[2]
    item = graph.items[text.item]
    if (
        text.id.startswith(_FAMILY)
        and text.outcome == "correct"
        and kind in graph.vocabulary.kinds
        and item.materials
        and kind not in _asked_kinds(item)
    ):
        message = (
            f"asks for {kind}, which is no material of {item.id}; add it to the item's materials"
            " with the clause that asks for it, or make this advice"
        )
        yield _of(rule, message, "no_demand")


def _asked_kinds(item: Item) -> set[str]:
    materials = item.materials or ()
    return {one.kind for one in materials} | {
        other for one in materials for other in one.substitutes or ()
    }


def _never(graph: Graph, texts: Iterable[str]) -> Iterator[NeverAsked]:
    written = tuple(texts)
    for one in graph.never_asked:
        if any(_asks(text, word) for text in written for word in one.words):
            yield one


def _asks(text: str, word: str) -> bool:
    """Whether a text names a paper, other than to say that it is not asked for."""
    return any(
        not _NOT_ASKED.search(text[: found.start()]) and not _NO_LONGER.match(text[found.end() :])
        for found in re.finditer(re.escape(word), text)
    )


def _refusal(one: NeverAsked) -> str:
    return f"asks for {one.title.en} ({one.title.zh}); take that out: {one.reason.zh}"


def _of(rule: Rule, message: str, code: str) -> Fault:
    return Fault(
        file=rule.file,
        line=rule.line,
        subject=rule.id,
        message=message,
        code=code,
        level=Level.ERROR,
    )
