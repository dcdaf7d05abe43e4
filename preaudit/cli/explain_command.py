"""`preaudit explain`: why a finding came out as it did."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from rich.console import Console

from preaudit.errors import InputError, UsageError
from preaudit.render import load_report, print_explanation

_REPORT_NAME = "report.json"


def explain(path: Path, finding: str, console: Console) -> None:
    """Print the explanation of a finding.

    Args:
        path: A report.json, or the folder that `check -o` wrote.
        finding: Its id; the last part is enough where only one finding ends so.
        console: Where to print.

    Raises:
        InputError: There is no report.
        UsageError: The report has no such finding.
    """
    file = path / _REPORT_NAME if path.is_dir() else path
    try:
        data = file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(
            f"{file} cannot be read ({why}); give the report.json that `preaudit check -o` wrote",
            code="no_such_report",
        ) from error
    report = load_report(data)
    known = [one.id for one in report.findings]
    print_explanation(report, _chosen(finding, known), console)


def _chosen(wanted: str, known: list[str]) -> str:
    ending = [one for one in known if one.endswith(f".{wanted}")]
    if wanted in known:
        return wanted
    if len(ending) == 1:
        return ending[0]
    close = ending or get_close_matches(wanted, known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"it has: {', '.join(known)}"
    raise UsageError(f"the report has no finding {wanted!r}; {hint}", code="unknown_finding")
