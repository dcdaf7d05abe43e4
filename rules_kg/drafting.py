"""A rule drafted from a person's answers, each answer checked as it is given.

The questions follow the four parts of a requirement in law (requirement, applicability, selection,
exception; Hjelseth and Nisbet, "Capturing normative constraints by use of the semantic mark-up RASE
methodology", CIB W78, 2011), then what follows from a breach, and what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rules_kg.citations import clauses_cited, current
from rules_kg.faults import nearest
from rules_kg.graph import Graph
from rules_kg.language.checker import check_condition
from rules_kg.language.parser import parse
from rules_kg.language.reach import reach
from rules_kg.language.scope import FIELD_TYPES
from rules_kg.language.syntax import LanguageFault
from rules_kg.language.types import show
from rules_kg.vocabulary import Vocabulary

FAMILIES = ("completeness", "seals", "agreement", "time", "codes", "fitness", "authenticity")
FIRST_ITEM = "construction-permit"
"""The item whose check ids carry no item."""
OUTCOMES: Mapping[str, str] = {
    "correct": "需要补正（必须有法律、法规或者规章的依据）",
    "deferrable": "可以容缺后补",
    "commitment": "可以告知承诺",
    "advice": "只作提示，不得据此要求补正",
}
SEVERITIES: Mapping[str, str] = {
    "substance": "实质问题：法定条件不满足，由人决定",
    "form": "形式问题：缺件或者不合规格，改正即可",
}
_SEPARATOR = re.compile(r"[,，、;；\s]+")
_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_LONGEST_ID = 80


class AnswerFault(Exception):  # noqa: N818 - told to a person as the fault of an answer
    """An answer cannot be used; the message says why and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that is asked about a new rule."""

    key: str
    text: str
    """In Chinese, for a person who does not program."""
    accept: Callable[[str, Graph, Mapping[str, str]], str]
    """Returns the answer as the rule holds it; raises `AnswerFault`."""
    default: Callable[[Graph, Mapping[str, str]], str] = lambda _graph, _given: ""
    asked: Callable[[Mapping[str, str]], bool] = lambda _given: True


def _text(answer: str, _graph: Graph, _given: Mapping[str, str]) -> str:
    if not answer:
        raise AnswerFault("这一项不能空着")
    return answer


def _any_text(answer: str, _graph: Graph, _given: Mapping[str, str]) -> str:
    return answer


def _item(answer: str, graph: Graph, _given: Mapping[str, str]) -> str:
    titles = {item.title.zh: name for name, item in graph.items.items()}
    name = titles.get(answer, answer)
    if name not in graph.items:
        raise AnswerFault(f"没有事项{answer!r}{nearest(name, graph.items)}")
    return name


def _id(answer: str, graph: Graph, given: Mapping[str, str]) -> str:
    family, _, rest = answer.partition(".")
    if family not in FAMILIES or not rest:
        raise AnswerFault(f"编号以类别开头，再写一个点和名称；类别有 {'、'.join(FAMILIES)}")
    if not _ID.fullmatch(answer) or len(answer) > _LONGEST_ID:
        raise AnswerFault("编号只用小写字母、数字、点、下划线和连字符，不超过80个字符")
    item = given["item"]
    if item and item != FIRST_ITEM and not rest.startswith(f"{item}."):
        raise AnswerFault(f"该事项的编号写作 {family}.{item}.<名称>")
    if graph.rule_versions(answer):
        raise AnswerFault(f"规则 {answer} 已经有了；要修改它请直接编辑原文件并加一个版本")
    return answer


def _needs(answer: str, graph: Graph, _given: Mapping[str, str]) -> str:
    found = [_need(one, graph.vocabulary) for one in _SEPARATOR.split(answer) if one]
    if not found:
        raise AnswerFault(
            "至少写一种材料，例如 application-form 或 application-form.developer_name"
        )
    return ", ".join(dict.fromkeys(found))


def _need(written: str, vocabulary: Vocabulary) -> str:
    """Return `kind` or `kind.field` for ids or for their Chinese titles."""
    first, _, second = written.partition(".")
    titles = {kind.title.zh: kind.id for kind in vocabulary.kinds.values()}
    kind = titles.get(first, first)
    if kind not in vocabulary.kinds:
        raise AnswerFault(f"没有材料{first!r}{nearest(first, (*vocabulary.kinds, *titles))}")
    if not second:
        return kind
    carried = vocabulary.kinds[kind].fields
    labels = {vocabulary.fields[name].zh: name for name in carried}
    field = labels.get(second, second)
    if field not in carried:
        hint = nearest(second, (*carried, *labels))
        raise AnswerFault(f"{vocabulary.kinds[kind].title.zh}上没有字段{second!r}{hint}")
    return f"{kind}.{field}"


def _condition(answer: str, graph: Graph, given: Mapping[str, str]) -> str:
    if not answer:
        raise AnswerFault("请写出必须成立的条件")
    return _maybe_condition(answer, graph, given)


def _maybe_condition(answer: str, graph: Graph, _given: Mapping[str, str]) -> str:
    if not answer:
        return ""
    try:
        check_condition(parse(answer), graph.scope)
    except LanguageFault as fault:
        place = fault.offset + 1
        raise AnswerFault(f"第{place}个字符处：{fault.message}") from fault
    return answer


def _choice(choices: Mapping[str, str]) -> Callable[[str, Graph, Mapping[str, str]], str]:
    def accept(answer: str, _graph: Graph, _given: Mapping[str, str]) -> str:
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return list(choices)[int(answer) - 1]
        if answer not in choices:
            raise AnswerFault(f"请填 1 到 {len(choices)} 的数字")
        return answer

    return accept


def _cites(answer: str, graph: Graph, given: Mapping[str, str]) -> str:
    written = [one for one in _SEPARATOR.split(answer) if one]
    levels = []
    for one in written:
        try:
            found = current(clauses_cited(one, graph.regulations))
        except ValueError as error:
            raise AnswerFault(str(error)) from error
        levels += [cited.regulation.level for cited in found]
    if given["outcome"] == "correct" and not any(level.may_demand for level in levels):
        raise AnswerFault(
            "要求补正必须引用法律、法规或者规章的条款（优化营商环境条例第三十五条）；"
            "没有依据的，上一步请选“只作提示”"
        )
    return ", ".join(written)


def _first_day(graph: Graph, given: Mapping[str, str]) -> str:
    """Return the first day on which everything cited is in force."""
    days = [
        min(cited.version.valid_from for cited in current(clauses_cited(one, graph.regulations)))
        for one in _SEPARATOR.split(given["cites"])
        if one
    ]
    return max(days).isoformat() if days else ""


def _day(answer: str, graph: Graph, given: Mapping[str, str]) -> str:
    try:
        day = date.fromisoformat(answer)
    except ValueError as error:
        raise AnswerFault("日期写成 2025-01-01 的样子") from error
    first = _first_day(graph, given)
    if first and day < date.fromisoformat(first):
        raise AnswerFault(f"所引条款自 {first} 起才都有效，规则不能更早")
    return answer


QUESTIONS: tuple[Question, ...] = (
    Question(
        key="item",
        text="这条规则用于哪个事项？写事项编号或者名称。",
        accept=_item,
        default=lambda _graph, _given: FIRST_ITEM,
    ),
    Question(
        key="title", text="用一句话写出要求本身，例如：合同在中标后三十日内签订。", accept=_text
    ),
    Question(key="title_en", text="英文写法（可空，以后再补）。", accept=_any_text),
    Question(
        key="id",
        text=f"规则编号：类别.名称，例如 time.award_contract。类别有 {'、'.join(FAMILIES)}；"
        "名称用英文小写。",
        accept=_id,
    ),
    Question(
        key="selection",
        text="看哪些材料、哪些字段？写“材料”或“材料.字段”，几项之间用逗号分开；"
        "输入 ? 列出全部材料，输入 ?材料 列出它的字段。",
        accept=_needs,
    ),
    Question(
        key="applicability",
        text="什么情况下才适用？写条件；任何情况都适用的直接回车。",
        accept=_maybe_condition,
    ),
    Question(key="requirement", text="必须成立的条件是什么？", accept=_condition),
    Question(
        key="exception",
        text="什么情况例外（例外时本规则不适用）？写条件；没有例外直接回车。",
        accept=_maybe_condition,
    ),
    Question(key="outcome", text="不符合时怎样处理？", accept=_choice(OUTCOMES)),
    Question(
        key="severity",
        text="属于哪一类问题？",
        accept=_choice(SEVERITIES),
        asked=lambda given: given.get("outcome") == "correct",
    ),
    Question(
        key="cites",
        text="依据哪些条款？写“法规编号#条款”，例如 construction-law#8.1.1；几条之间用逗号分开。",
        accept=_cites,
    ),
    Question(key="valid_from", text="从哪一天起适用？", accept=_day, default=_first_day),
    Question(
        key="remedy",
        text="不符合时请申请人做什么？写一句给申请人看的话，例如：请更正不一致的材料后重新提交。",
        accept=_text,
    ),
)


def choices_of(question: Question) -> Mapping[str, str]:
    """Return what a question lets one choose from, in order; empty for an open one."""
    return {"outcome": OUTCOMES, "severity": SEVERITIES}.get(question.key, {})


def listing(answer: str, graph: Graph) -> list[str]:
    """Return the lines that `?` and `?kind` ask for."""
    asked = answer.lstrip("?？").strip()
    vocabulary = graph.vocabulary
    if not asked:
        return [f"{kind.id}  {kind.title.zh}" for kind in vocabulary.kinds.values()]
    try:
        kind = vocabulary.kinds[_need(asked, vocabulary).partition(".")[0]]
    except AnswerFault as fault:
        return [str(fault)]
    fields = (vocabulary.fields[name] for name in kind.fields)
    return [f"{kind.id}.{one.id}  {one.zh}（{one.type}）" for one in fields]


def spellings(needs: str, graph: Graph) -> list[str]:
    """Return how conditions name what was selected, with types."""
    lines = []
    for one in needs.split(", "):
        kind, _, field = one.partition(".")
        variable = graph.vocabulary.kinds[kind].variable
        if field:
            known = graph.vocabulary.fields[field]
            lines.append(f"{variable}.{field}  {known.zh}（{show(FIELD_TYPES[known.type])}）")
        else:
            lines.append(f"handed_in('{kind}')  是否提交了这种材料")
    return lines


def entries_read(given: Mapping[str, str], graph: Graph) -> dict[str, list[str]]:
    """Return the papers that a draft speaks of, each with the entries that it reads."""
    carried = {kind.id: frozenset(kind.fields) for kind in graph.vocabulary.kinds.values()}
    found: dict[str, set[str]] = {}
    for need in given["selection"].split(", "):
        kind, _, field = need.partition(".")
        found.setdefault(kind, set()).update({field} if field else set())
    for key in ("requirement", "applicability", "exception"):
        if given[key]:
            for kind, field in reach(parse(given[key]), carried).entries:
                found.setdefault(kind, set()).add(field)
    return {kind: sorted(fields) for kind, fields in sorted(found.items())}
