"""The files of a drafted rule: the rule, its three examples, and its place among the checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path as FilePath

from rules_kg.drafting import FIRST_ITEM, entries_read
from rules_kg.faults import RulesFault
from rules_kg.graph import Graph
from rules_kg.loading import CONTENT, load_graph

_EXAMPLES = (
    ("pass", "符合要求"),
    ("fail", "不符合要求"),
    ("undetermined", "看不清，需人工核对"),
)
_RULE_NOTES = (
    "# 改好后运行：preaudit rules lint，再运行 preaudit rules test。",
    "# 写法见 docs/reference/rule-language.md。",
)
_EXAMPLE_NOTES = (
    '# 三个例子都还是空的：把 "?"（看不清）换成真的内容，',
    '# 使第一个符合、第二个不符合；第三个留一处 "?"。',
    "# 金额写数字（元），面积写数字（平方米），日期写 2025-01-01；当事人请虚构。",
    "# 没换之前 preaudit rules test 会指出前两个例子的结果不对，这是正常的。",
)


class DraftFault(Exception):  # noqa: N818 - told to a person
    """A draft cannot be written; the message says why."""


def write_draft(
    given: Mapping[str, str], graph: Graph, content: FilePath | None, *, today: date
) -> tuple[FilePath, ...]:
    """Write the files of a new rule and return their paths.

    Args:
        given: The answers, each accepted.
        graph: The graph of that folder.
        content: The folder; by default the one that ships.
        today: The day on which the rule is written down.

    Raises:
        DraftFault: A file is there already, cannot be written, or the graph does not load with it;
            then nothing is left behind.
    """
    root = content or CONTENT
    files = {root / name: text for name, text in _files(given, graph, today)}
    there = [path for path in files if path.exists()]
    if there:
        raise DraftFault(f"{there[0]} 已经有了，不覆盖")
    written: list[FilePath] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_text(text, encoding="utf-8")
        load_graph(content)
    except (OSError, RulesFault) as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise DraftFault(str(error)) from error
    return tuple(files)


def _files(given: Mapping[str, str], graph: Graph, today: date) -> Iterator[tuple[str, str]]:
    check = given["id"]
    family, _, name = check.partition(".")
    yield f"rules/{family}/{name}.yaml", _rule(given, today)
    yield f"cases/{check}.yaml", _examples(given, graph)
    if check not in graph.checks.get(given["item"], ()):
        yield f"checks/{check}.yaml", _check(given, family, name)


def _rule(given: Mapping[str, str], today: date) -> str:
    title = given["title"].rstrip("。.")
    zh, en = _plain(title), _plain(given["title_en"] or title)
    applies = _applies(given["applicability"], given["exception"])
    outcome = given["outcome"]
    severity = given.get("severity") or {"commitment": "form"}.get(outcome, outcome)
    unsure = _words(f"请人工核对“{zh}”：{{why}}", f"Compare by hand: {en}: {{why}}")
    remedy = _plain(given["remedy"])
    lines = [
        *_RULE_NOTES,
        f"id: {given['id']}",
        "version: 1",
        f"title: {_words(title, given['title_en'] or title)}",
        *([] if given["item"] == FIRST_ITEM else [f"item: {given['item']}"]),
        f"cites: [{', '.join(map(_quoted, _listed(given['cites'])))}]",
        f"valid_from: {given['valid_from'] or today.isoformat()}",
        f"recorded_at: {today.isoformat()}",
        *([f"applies_when: {_quoted(applies)}"] if applies else []),
        f"needs: [{given['selection']}]",
        f"check: {_quoted(given['requirement'])}",
        f"outcome: {outcome}",
        f"severity: {severity}",
        f"message: {_words(f'不符合“{zh}”：{{where}}。', f'Not so: {en}: {{where}}.')}",
        f"on_undetermined: {unsure}",
        f"remedy: {_words(remedy, remedy)}",
    ]
    return "\n".join(lines) + "\n"


def _applies(applicability: str, exception: str) -> str:
    if not exception:
        return applicability
    return f"({applicability}) && !({exception})" if applicability else f"!({exception})"


def _examples(given: Mapping[str, str], graph: Graph) -> str:
    papers = entries_read(given, graph)
    lines = [
        *_EXAMPLE_NOTES,
        f"check: {given['id']}",
        "given:",
        *(f"  - {kind}: {_entries(fields)}" for kind, fields in papers.items()),
        "examples:",
    ]
    for expect, name in _EXAMPLES:
        lines += [f"  - name: {name}", f"    expect: {expect}"]
        changes = [f"      {kind}: {_entries(fields)}" for kind, fields in papers.items() if fields]
        if changes:
            lines += ["    change:", *changes]
    return "\n".join(lines) + "\n"


def _entries(fields: list[str]) -> str:
    return "{" + ", ".join(f'{name}: "?"' for name in fields) + "}"


def _check(given: Mapping[str, str], family: str, name: str) -> str:
    item = given["item"]
    prefix = "" if item == FIRST_ITEM else f"prefix: {item}\n"
    key = name.removeprefix(f"{item}.") if family == "completeness" else given["id"]
    return f"item: {item}\n{prefix}{family}:\n  {key}: {{says: {_quoted(given['title'])}}}\n"


def _listed(cites: str) -> list[str]:
    return [one for one in cites.split(", ") if one]


def _words(zh: str, en: str) -> str:
    return f"{{zh: {_quoted(zh)}, en: {_quoted(en)}}}"


def _plain(text: str) -> str:
    """Return a text as a template prints it: its braces are braces."""
    return text.replace("{", "{{").replace("}", "}}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
