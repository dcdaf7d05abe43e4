"""`preaudit rules impact`: which verdicts of stored reports a changed pack of rules turns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.check.causes import Flip, Judged
from preaudit.check.stored import Impact
from preaudit.cli.rules_command import loaded
from preaudit.errors import ExitCode, InputError, PreauditError
from preaudit.findings import Verdict
from preaudit.render import load_report

_REPORT = "report.json"


def impact(
    out: Console,
    notes: Console,
    *,
    archive: Path,
    content: Path | None,
    changed: Path | None,
    as_json: bool,
) -> ExitCode:
    """Judge every stored report again, one at a time, and print what comes out otherwise.

    A check that came or went and found nothing is counted in the sums, not told case by case.

    Args:
        out: Where the flips go, case by case as they are found.
        notes: Where reports that cannot be read, and the sums, go.
        archive: Files named `report.json`, or ending in it, at any depth.
        content: The current rules; by default those that ship.
        changed: A changed pack; without one the stored verdicts are compared with the current
            rules.
        as_json: Print a JSON object on a line for each case instead of a text.

    Returns:
        UNDETERMINED when some report could not be judged.

    Raises:
        InputError: The archive holds no report.
        RulesError: A pack does not load.
    """
    judges = Impact(loaded(content), loaded(changed) if changed else None)
    counts: Counter[tuple[str, str, str]] = Counter()
    cases = bad = turned = 0
    for path in _reports(archive):
        name = path.relative_to(archive).as_posix()
        cases += 1
        try:
            flips = judges.flips(load_report(path.read_bytes()))
        except (PreauditError, OSError, ValueError, KeyError) as error:
            bad += 1
            first = (str(error) or type(error).__name__).splitlines()[0]
            notes.print(f"{name}: {first}", markup=False, highlight=False, soft_wrap=True)
            continue
        turned += bool(flips)
        counts.update((one.check, _word(one.before), _word(one.after)) for one in flips)
        print_flips(out, name, flips, as_json=as_json)
    if not cases:
        raise InputError(f"{archive} holds no file named {_REPORT}", code="no_such_report")
    _sum(notes, counts)
    notes.print(f"{cases} reports: {turned} come out otherwise, {bad} could not be judged",
                highlight=False)  # fmt: skip
    return ExitCode.UNDETERMINED if bad else ExitCode.CLEAR


def _reports(archive: Path) -> Iterator[Path]:
    """Yield the stored reports in the order of paths, folder by folder."""
    if archive.is_dir():
        for path in sorted(archive.iterdir()):
            if path.is_dir() and not path.is_symlink():
                yield from _reports(path)
            elif path.name.endswith(_REPORT) and path.is_file():
                yield path


def print_flips(out: Console, name: str, flips: tuple[Flip, ...], *, as_json: bool) -> None:
    """Print what comes out otherwise in a case, and why."""
    if as_json:
        line = {"case": name, "flips": [asdict(one) for one in flips]}
        out.print(
            json.dumps(line, ensure_ascii=False), markup=False, highlight=False, soft_wrap=True
        )
        return
    told = [one for one in flips if _worth_telling(one)]
    if told:
        out.print(Text(name, "bold"), soft_wrap=True)
    for one in told:
        out.print(
            Text.assemble(
                f"  {one.check}: ", (_word(one.before), "dim"), " → ", (_word(one.after), "yellow")
            ),
            soft_wrap=True,
        )
        for why in one.why:
            out.print(Text.assemble(("    因为 ", "cyan"), why), soft_wrap=True)


def _worth_telling(flip: Flip) -> bool:
    """Whether a flip concerns the case: a check that came or went with nothing found does not."""
    only = flip.before or flip.after
    both = flip.before is not None and flip.after is not None
    return both or (only is not None and only.verdict in {Verdict.FAIL, Verdict.UNDETERMINED})


def _word(judged: Judged | None) -> str:
    if judged is None:
        return "not asked"
    return f"{judged.verdict} ({judged.outcome})" if judged.verdict == "fail" else judged.verdict


def _sum(notes: Console, counts: Counter[tuple[str, str, str]]) -> None:
    for (check, before, after), number in sorted(counts.items()):
        notes.print(f"{number:6} {check}: {before} → {after}", markup=False, highlight=False)
