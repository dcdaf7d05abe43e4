"""`preaudit rules new`: asks for a rule in plain words and writes it with three empty examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.cli.rules_command import loaded
from preaudit.errors import RulesError, UsageError
from rules_kg.drafted import DraftFault, write_draft
from rules_kg.drafting import (
    QUESTIONS,
    AnswerFault,
    Question,
    choices_of,
    listing,
    spellings,
)
from rules_kg.faults import RulesFault, nearest
from rules_kg.graph import Graph
from rules_kg.yaml_text import parse_yaml

_MOST_BYTES = 64 * 1024
Ask = Callable[[str], str]
"""Prints a prompt and returns the answer; raises EOFError when there are no more."""


def new_rule(
    notes: Console, *, answers: Path | None, content: Path | None, ask: Ask = input
) -> None:
    """Ask what a rule needs, one answer at a time, and write its files.

    Args:
        notes: Where questions and faults go.
        answers: A YAML file with all answers, instead of asking.
        content: Another folder of rules.
        ask: Reads an answer from the terminal.

    Raises:
        RulesError: The graph does not load.
        UsageError: An answer of the file cannot be used, the questions were broken off, or the
            files cannot be written.
    """
    graph = loaded(content)
    given = _from_file(answers, graph) if answers is not None else _asked(notes, graph, ask)
    today = date.today()  # noqa: DTZ011 - the day at the counter, not an instant
    try:
        written = write_draft(given, graph, content, today=today)
    except DraftFault as fault:
        raise UsageError(str(fault), code="not_writable") from fault
    for path in written:
        notes.print(f"已写入 {path}", markup=False, highlight=False, soft_wrap=True)
    notes.print("请填好例子中的 ? ，再运行 preaudit rules lint 和 preaudit rules test。")


def _asked(notes: Console, graph: Graph, ask: Ask) -> dict[str, str]:
    notes.print("逐项回答，写错了会当场说明并重新提问；Ctrl+C 随时放弃，不会留下文件。")
    given: dict[str, str] = {}
    for number, question in enumerate(QUESTIONS, 1):
        if question.asked(given):
            given[question.key] = _answer(notes, graph, ask, question, given, number)
        if question.key == "selection":
            notes.print("条件里这样写：")
            _list(notes, spellings(given["selection"], graph))
            notes.print(
                "日期写 date('2025-01-01')；同名用 same_name(甲, 乙)；并且 &&，或者 ||，非 !"
            )
    return given


def _answer(
    notes: Console,
    graph: Graph,
    ask: Ask,
    question: Question,
    given: Mapping[str, str],
    number: int,
) -> str:
    default = question.default(graph, given)
    notes.print(Text.assemble((f"{number}. ", "bold cyan"), question.text))
    for place, (name, words) in enumerate(choices_of(question).items(), 1):
        notes.print(Text(f"   {place}. {words}（{name}）"))
    prompt = f"   [{default}] " if default else "   "
    while True:
        try:
            said = ask(prompt).strip() or default
        except EOFError as error:
            raise UsageError("没有答完，什么也没有写。", code="broken_off") from error
        if question.key == "selection" and said[:1] in {"?", "？"}:
            _list(notes, listing(said, graph))
            continue
        try:
            return question.accept(said, graph, given)
        except AnswerFault as fault:
            notes.print(Text(f"   {fault}", "red"))


def _list(notes: Console, lines: list[str]) -> None:
    for line in lines:
        notes.print(f"   {line}", markup=False, highlight=False)


def _from_file(path: Path, graph: Graph) -> dict[str, str]:
    """Return the answers of a file; every fault is told at once."""
    said = _read(path)
    keys = [question.key for question in QUESTIONS]
    faults = [f"{name}: 没有这个问题{nearest(name, keys)}" for name in said if name not in keys]
    given: dict[str, str] = {}
    for question in QUESTIONS:
        if not question.asked(given):
            continue
        try:
            default = question.default(graph, given)
            given[question.key] = question.accept(said.get(question.key, default), graph, given)
        except AnswerFault as fault:
            faults.append(f"{question.key}: {fault}")
            given[question.key] = ""
    if faults:
        lines = "\n".join(f"{path}: {fault}" for fault in faults)
        raise UsageError(lines, code="bad_answer")
    return given


def _read(path: Path) -> dict[str, str]:
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise UsageError(f"{path} is larger than 64 KB", code="bad_answer")
        value = parse_yaml(data.decode("utf-8-sig"), file=path.name).value
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", code="bad_answer") from error
    except RulesFault as fault:
        raise RulesError(str(fault), code="rules_fault") from fault
    if not isinstance(value, dict):
        raise UsageError(f"{path} holds no answers by name", code="bad_answer")
    return {name: "" if said is None else str(said).strip() for name, said in value.items()}
