"""`preaudit rules diff`: what differs between two days, two days of knowledge, or two folders."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.check.stored import flips_between_days
from preaudit.cli.impact_command import print_flips
from preaudit.cli.rules_command import loaded
from preaudit.errors import InputError, UsageError
from preaudit.render import load_report
from rules_kg.difference import Change, FieldChange, Turn, difference
from rules_kg.faults import nearest
from rules_kg.snapshot import Snapshot

_NONE = "（无）"
_SIGNS = {
    Turn.ADDED: ("+", "green"),
    Turn.GONE: ("-", "red"),
    Turn.CHANGED: ("~", "yellow"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared."""

    before: str
    """A day, or a folder of rules."""
    after: str
    content: Path | None
    """The rules of which two days are compared."""
    as_of: date | None
    known: bool
    """Whether the two days are days of knowledge."""
    item: str | None = None
    """The item whose rules and demands are of interest; all of them by default."""


def diff_rules(out: Console, notes: Console, *, sides: Sides, as_json: bool) -> None:
    """Print every rule, clause, parameter and overlay that was added, is gone or changed.

    Raises:
        RulesError: A graph does not load.
        UsageError: The two sides are neither two days nor two folders.
    """
    before, after = _snapshots(sides)
    changes = difference(before, after)
    if sides.item is not None:
        changes = _of_item(changes, sides.item, (before, after))
    if as_json:
        text = json.dumps([asdict(one) for one in changes], ensure_ascii=False, indent=2)
        out.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        for change in changes:
            for line in _lines(change):
                out.print(line, soft_wrap=True)
    notes.print(_summary(changes), highlight=False)


def _of_item(
    changes: Sequence[Change], item: str, snapshots: tuple[Snapshot, Snapshot]
) -> tuple[Change, ...]:
    """Return the changes of an item's rules and demands, and of the law that both sides share.

    Raises:
        UsageError: No such item.
    """
    known = {name for one in snapshots for name in one.items}
    if item not in known:
        raise UsageError(f"unknown item {item!r}{nearest(item, known)}", code="unknown_item")
    others = {rule.id for one in snapshots for rule in one.rules if rule.text.item != item} | {
        f"{name}/" for name in known - {item}
    }
    return tuple(one for one in changes if not _belongs(one, others))


def _belongs(change: Change, others: set[str]) -> bool:
    """Tell whether a change is of another item's rule or demand."""
    return change.id.split("@")[0] in others or f"{change.id.split('/')[0]}/" in others


def diff_case(out: Console, notes: Console, *, sides: Sides, case: Path, as_json: bool) -> None:
    """Judge a stored case by the law of two days; print what comes out otherwise, and why.

    Raises:
        InputError: The report cannot be read.
        RulesError: The graph does not load.
        UsageError: The two sides are not two days in force.
    """
    before, after = _day(sides.before), _day(sides.after)
    if before is None or after is None or sides.known:
        raise UsageError(
            "--case compares the law of two days (YYYY-MM-DD)", code="nothing_to_compare"
        )
    try:
        report = load_report(case.read_bytes())
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{case} cannot be read ({why})", code="no_such_report") from error
    flips = flips_between_days(report, loaded(sides.content), before=before, after=after)
    print_flips(out, case.name, flips, as_json=as_json)
    turned = sum(one.before is None or one.after is None or one.before.verdict != one.after.verdict
                 for one in flips)  # fmt: skip
    notes.print(f"{before} → {after}: {turned} verdicts differ, {len(flips) - turned} rest on"
                " another ground", highlight=False)  # fmt: skip


def _snapshots(sides: Sides) -> tuple[Snapshot, Snapshot]:
    days = tuple(_day(one) for one in (sides.before, sides.after))
    today = sides.as_of or date.today()  # noqa: DTZ011 - the day at the counter, not an instant
    match days:
        case date() as first, date() as second:
            graph = loaded(sides.content)
            if sides.known:
                return (
                    graph.at(as_of=today, known_at=first),
                    graph.at(as_of=today, known_at=second),
                )
            return graph.at(as_of=first), graph.at(as_of=second)
        case None, None if not sides.known:
            folders = [_folder(one) for one in (sides.before, sides.after)]
            first_graph, second_graph = (loaded(one) for one in folders)
            return first_graph.at(as_of=today), second_graph.at(as_of=today)
        case _:
            raise UsageError(
                "compare two days (YYYY-MM-DD), with --known two days of knowledge, "
                "or two folders of rules",
                code="nothing_to_compare",
            )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise UsageError(
            f"{text!r} is neither a day (YYYY-MM-DD) nor a folder of rules", code="no_such_folder"
        )
    return path


def _lines(change: Change) -> list[Text]:
    sign, style = _SIGNS[change.turn]
    head = Text.assemble(
        (f"{sign} {change.sort.value} ", style), (change.id, "bold"), f"  {change.title}"
    )
    if change.turn is not Turn.CHANGED:
        return [head]
    return [head, *(_field(one) for one in change.fields)]


def _field(one: FieldChange) -> Text:
    return Text.assemble(
        (f"    {one.name}: ", "cyan"),
        one.before or "（无）",
        (" → ", "bold"),
        one.after or "（无）",
    )


def _summary(changes: Sequence[Change]) -> str:
    counts = Counter((one.sort, one.turn) for one in changes)
    said = [f"{number} {sort.value} {turn.value}" for (sort, turn), number in counts.items()]
    return ", ".join(said) or "no difference"
