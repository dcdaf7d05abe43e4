"""`preaudit items`: which items a project needs, in which order, and what each of them asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from preaudit.check.project import Needed, Planned, PlannedStep, Said, plan
from preaudit.cli.rules_command import loaded
from preaudit.errors import ExitCode, InputError, UsageError
from rules_kg.faults import nearest
from rules_kg.graph import Graph, kind_title
from rules_kg.planning import STAGES
from rules_kg.schema import AskedMaterial, Item, TimeLimit

_MOST_BYTES = 64 * 1024
_MARKS: Mapping[Needed, tuple[str, str]] = {
    Needed.YES: ("需要", "bold green"),
    Needed.NO: ("不需要", "dim"),
    Needed.UNDETERMINED: ("待定", "bold yellow"),
}
_UNITS = {"working": "个工作日", "calendar": "日"}
_CASE_KEYS = frozenset({"item", "as_of", "jurisdiction", "attributes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is said of a project, and where and when."""

    said: Mapping[str, Said]
    as_of: date
    jurisdiction: str


def items(
    out: Console,
    notes: Console,
    *,
    path: Path,
    content: Path | None,
    as_of: date | None,
    as_json: bool,
) -> ExitCode:
    """Print the items of a project by stage and order.

    Args:
        out: Where the items go.
        notes: Where remarks on the file go.
        path: A `case.json`, or a JSON object of attributes.
        content: Another folder of rules.
        as_of: The day; by default that of the file, else today.
        as_json: Print one JSON object instead of a text.

    Returns:
        UNDETERMINED when it cannot be said of an item whether it is needed.

    Raises:
        InputError: The file cannot be read or is no such object.
        RulesError: The graph does not load.
        UsageError: A value does not fit its attribute.
    """
    graph = loaded(content)
    asked = _asked(path, as_of)
    for name in sorted(set(asked.said) - set(graph.attributes)):
        hint = nearest(name, graph.attributes)
        notes.print(f"{path.name}: attribute {name!r} decides no item{hint}", highlight=False)
    planned = plan(asked.said, graph, as_of=asked.as_of, jurisdiction=asked.jurisdiction)
    if as_json:
        text = json.dumps(_plain(planned, graph, asked), ensure_ascii=False, indent=2)
        out.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        for step in _by_stage(planned, graph):
            out.print(step)
    unsure = any(one.needed is Needed.UNDETERMINED for step in planned for one in step.items)
    return ExitCode.UNDETERMINED if unsure else ExitCode.CLEAR


def _asked(path: Path, as_of: date | None) -> Asked:
    """Return what a file says; it may be a `case.json` or the attributes alone."""
    said = _read(path)
    attributes = said.get("attributes", {}) if set(said) & _CASE_KEYS else said
    if not isinstance(attributes, dict):
        raise InputError(f"{path}: attributes is no object", code="bad_project")
    for name, value in attributes.items():
        if not isinstance(value, bool | int | Decimal | str | None):
            message = f"{path}: attribute {name} is neither text, number nor true or false"
            raise InputError(message, code="bad_project")
    day = said.get("as_of")
    try:
        found = as_of or (date.fromisoformat(str(day)) if day else None)
    except ValueError as error:
        raise UsageError(f"{path}: as_of is no day", code="bad_project") from error
    return Asked(
        said=attributes,
        as_of=found or date.today(),  # noqa: DTZ011 - the day at the counter, not an instant
        jurisdiction=str(said.get("jurisdiction") or "cn") if set(said) & _CASE_KEYS else "cn",
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise InputError(f"{path} is larger than 64 KB", code="bad_project")
        said = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{path} cannot be read ({why})", code="bad_project") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON: {error}", code="bad_project") from error
    if not isinstance(said, dict):
        raise InputError(f"{path} holds no JSON object", code="bad_project")
    return said


def _by_stage(planned: tuple[PlannedStep, ...], graph: Graph) -> Iterator[Tree]:
    """Yield a tree for each stage; items that may be applied for together share a number."""
    stages = dict.fromkeys(step.stage for step in planned)
    number = 0
    for stage in stages:
        title = STAGES[stage]
        tree = Tree(Text.assemble((title.zh, "bold"), (f"  {title.en}", "dim")))
        for step in planned:
            if step.stage != stage:
                continue
            wanted = any(one.needed is not Needed.NO for one in step.items)
            number += wanted
            for one in step.items:
                place = f"{number}. " if one.needed is not Needed.NO else "— "
                tree.children.append(_item(one, place, graph))
        yield tree


def _item(one: Planned, place: str, graph: Graph) -> Tree:
    word, style = _MARKS[one.needed]
    item = one.item
    tree = Tree(
        Text.assemble(
            place, (f"[{word}] ", style), (item.title.zh, "bold"), (f"  {item.id}", "dim")
        )
    )
    for name, value in _lines(one, graph):
        tree.add(Text.assemble((f"{name}：", "cyan"), value))
    return tree


def _lines(one: Planned, graph: Graph) -> Iterator[tuple[str, str]]:
    item = one.item
    if one.because:
        yield (
            "理由",
            "；".join(f"{each.attribute.title.zh}：{each.shown.zh}" for each in one.because),
        )
    elif one.needed is Needed.YES:
        yield "理由", "任何项目都需要"
    if one.to_know:
        yield "需先明确", "；".join(f"{each.title.zh}（{each.id}）" for each in one.to_know)
    if one.needed is Needed.NO:
        return
    if one.after:
        yield "之前办理", "、".join(graph.items[name].title.zh for name in one.after)
    if item.authority:
        yield "办理部门", graph.authorities[item.authority].title.zh
    for limit in item.time_limits or ():
        yield "时限", _limit(limit)
    if item.materials:
        yield "材料", "；".join(_material(asked, graph) for asked in item.materials)
    if item.yields:
        yield "取得", kind_title(graph.vocabulary, item.yields).zh


def _limit(limit: TimeLimit) -> str:
    return f"{limit.title.zh}：{limit.days}{_UNITS[limit.unit]}（{limit.counted_from.zh}）"


def _material(asked: AskedMaterial, graph: Graph) -> str:
    text = kind_title(graph.vocabulary, asked.kind).zh
    if asked.substitutes:
        others = "、".join(kind_title(graph.vocabulary, one).zh for one in asked.substitutes)
        text += f"（可用{others}代替）"
    return text + (f"（{asked.when.zh}）" if asked.when else "")


def _plain(planned: tuple[PlannedStep, ...], graph: Graph, asked: Asked) -> dict[str, Any]:
    return {
        "as_of": asked.as_of.isoformat(),
        "jurisdiction": asked.jurisdiction,
        "steps": [
            {
                "stage": step.stage,
                "title": {"zh": STAGES[step.stage].zh, "en": STAGES[step.stage].en},
                "items": [_plain_item(one, graph) for one in step.items],
            }
            for step in planned
        ],
    }


def _plain_item(one: Planned, graph: Graph) -> dict[str, Any]:
    item = one.item
    authority = graph.authorities[item.authority] if item.authority else None
    return {
        "id": item.id,
        "title": {"zh": item.title.zh, "en": item.title.en},
        "code": item.code,
        "needed": one.needed.value,
        "because": {each.attribute.id: each.shown.zh for each in one.because},
        "to_know": {each.id: each.title.zh for each in one.to_know},
        "after": list(one.after),
        "authority": {"id": authority.id, "title": authority.title.zh} if authority else None,
        "yields": item.yields,
        **_plain_demands(item, graph),
    }


def _plain_demands(item: Item, graph: Graph) -> dict[str, Any]:
    return {
        "materials": [
            {
                "kind": asked.kind,
                "title": kind_title(graph.vocabulary, asked.kind).zh,
                "when": asked.when.zh if asked.when else None,
                "substitutes": list(asked.substitutes or ()),
                "core": asked.core,
                "cites": list(asked.cites),
            }
            for asked in item.materials or ()
        ],
        "time_limits": [
            {
                "id": limit.id,
                "title": limit.title.zh,
                "days": limit.days,
                "unit": limit.unit,
                "counted_from": limit.counted_from.zh,
                "cites": list(limit.cites),
            }
            for limit in item.time_limits or ()
        ],
    }
