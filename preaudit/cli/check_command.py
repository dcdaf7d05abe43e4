"""`preaudit check`: a case in, a report out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from preaudit.cli.progress import progress_bar
from preaudit.cli.streams import library_output_aside
from preaudit.cli.wiring import Request, Reviewed, Tools
from preaudit.errors import ExitCode, PreauditError, UsageError
from preaudit.findings import Verdict
from preaudit.render import notice_docx, notice_pdf, print_report, report_html, report_json
from preaudit.report import Report
from preaudit.settings import Settings


class Format(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def check(
    request: Request,
    *,
    settings: Settings,
    tools: Tools,
    form: Format,
    folder: Path | None,
    notes: Console,
) -> ExitCode:
    """Review a case, print the report, write it into a folder if asked, and return what it says.

    Args:
        request: The case.
        settings: Limits and places.
        tools: The pipeline.
        form: How the report is printed on standard output.
        folder: Gets report.json, report.html, notice.docx and notice.pdf.
        notes: Where progress and notes go.

    Raises:
        UsageError: The folder cannot be written.
        PreauditError: What the pipeline raises.
    """
    if folder is not None:
        _make(folder)
    with library_output_aside(), progress_bar(notes) as tell:
        reviewed = tools.review(request, settings, tell)
    written = _write_all(reviewed, folder) if folder is not None else []
    _print(reviewed, form)
    for line in written:
        notes.print(line, markup=False, highlight=False, soft_wrap=True)
    return verdict_of(reviewed.report)


def verdict_of(report: Report) -> ExitCode:
    """Return what a report says as a whole.

    A file or page that could not be processed counts as undetermined: what it holds is not known.
    """
    verdicts = {finding.verdict for finding in report.findings}
    if Verdict.FAIL in verdicts:
        return ExitCode.FAILS
    if Verdict.UNDETERMINED in verdicts or report.problems:
        return ExitCode.UNDETERMINED
    return ExitCode.CLEAR


def _print(reviewed: Reviewed, form: Format) -> None:
    match form:
        case Format.TEXT:
            print_report(reviewed.report, Console(file=sys.stdout))
        case Format.JSON:
            _write_out(report_json(reviewed.report))
        case Format.HTML:
            _write_out(report_html(reviewed.report, reviewed.images))


def _write_out(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _write_all(reviewed: Reviewed, folder: Path) -> list[str]:
    """Write every form of the report and return a line about each."""
    lines = []
    for name, make in _files(reviewed):
        path = folder / name
        try:
            path.write_bytes(make())
        except OSError as error:
            raise _unwritable(path, error) from error
        except PreauditError as error:
            # A missing font costs the PDF, not the report; an old one must not stay in its place.
            path.unlink(missing_ok=True)
            lines.append(f"{name} was not written: {error}")
        else:
            lines.append(f"wrote {path}")
    return lines


def _files(reviewed: Reviewed) -> Iterator[tuple[str, Callable[[], bytes]]]:
    report = reviewed.report
    yield "report.json", lambda: report_json(report)
    yield "report.html", lambda: report_html(report, reviewed.images)
    yield "notice.docx", lambda: notice_docx(report)
    yield "notice.pdf", lambda: notice_pdf(report)


def _unwritable(path: Path, error: OSError) -> UsageError:
    why = error.strerror or str(error)
    return UsageError(
        f"{path} cannot be written ({why}); choose another folder", code="not_writable"
    )
