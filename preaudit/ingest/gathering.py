"""Paths in, entries out: folders are walked, archives unpacked, clutter left behind."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from preaudit.errors import InputError
from preaudit.ingest.archive import is_clutter, megabytes, shown
from preaudit.ingest.declaration import FILE_NAME, read_declaration
from preaudit.ingest.intake import Declaration, Entry, Gathered
from preaudit.ingest.problems import Refusal
from preaudit.ingest.unpacking import Allowance, may_be_archive, unpacked
from preaudit.ingest.workshop import Workshop, shared_workshop
from preaudit.settings import Limits

_MB = 1 << 20


def gather(
    paths: Sequence[Path], *, limits: Limits, workdir: Path, workshop: Workshop | None = None
) -> Gathered:
    """Return all files of a case and what its `case.json` says.

    Args:
        paths: A folder, a ZIP file, or any number of files, folders and ZIP files.
        limits: What does not fit becomes a problem.
        workdir: An empty folder; whoever made it removes it when the case is done.
        workshop: Where archives are unpacked; by default the one of this process.

    Raises:
        InputError: `no_such_path`, or `empty_case` when there is nothing in it at all.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder", code="no_such_path")
    folder = workdir / "unpacked"
    folder.mkdir(parents=True, exist_ok=True)
    allowance = Allowance(limits=limits, folder=folder, workshop=workshop or shared_workshop())
    found = _unique(_within_limits(_all_entries(paths, allowance), allowance))
    entries, declaration = _without_declaration(found, allowance)
    if not entries and not allowance.problems:
        names = ", ".join(str(path) for path in paths) or "(no path given)"
        raise InputError(f"{names}: there is no file in it", code="empty_case")
    return Gathered(
        entries=tuple(sorted(entries, key=lambda entry: entry.name)),
        declaration=declaration,
        problems=tuple(allowance.problems),
    )


def _all_entries(paths: Sequence[Path], allowance: Allowance) -> Iterator[Entry]:
    for path in paths:
        for entry in _walked(path):
            # The only archive given is the case itself; its name says nothing about the files.
            alone = len(paths) == 1 and path.is_file()
            prefix = "" if alone else f"{entry.name}/"
            yield from _expanded(entry, prefix=prefix, depth=1, allowance=allowance)


def _walked(path: Path) -> Iterator[Entry]:
    if not path.is_dir():
        yield Entry(name=shown(path.name), path=path)
        return
    for here, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            file = Path(here) / name
            inside = file.relative_to(path).as_posix()
            if not is_clutter(inside):
                yield Entry(name=shown(os.fsencode(inside).decode("utf-8", "replace")), path=file)


def _expanded(entry: Entry, *, prefix: str, depth: int, allowance: Allowance) -> Iterator[Entry]:
    """Yield the entry, or what is inside when it is an archive."""
    if entry.path.is_symlink() or not entry.path.is_file():
        allowance.report(Refusal("not_a_file"), entry.name)
        return
    if not may_be_archive(entry.path):
        yield entry
        return
    if entry.path.stat().st_size > allowance.limits.case_mb * _MB:
        allowance.report(Refusal("case_too_large", limit_mb=allowance.limits.case_mb), entry.name)
        return
    inside = unpacked(entry, prefix=prefix, depth=depth, allowance=allowance)
    if inside is None:
        yield entry
        return
    for inner in inside:
        inner_prefix = f"{inner.name}/"
        yield from _expanded(inner, prefix=inner_prefix, depth=depth + 1, allowance=allowance)
    if depth > 1:
        entry.path.unlink(missing_ok=True)


def _within_limits(entries: Iterable[Entry], allowance: Allowance) -> Iterator[Entry]:
    """Let files through while the case has room for them."""
    limits = allowance.limits
    count = total = skipped = 0
    for entry in entries:
        size = entry.path.stat().st_size
        if count >= limits.case_files:
            skipped += 1
        elif size > limits.file_mb * _MB:
            refusal = Refusal("file_too_large", size_mb=megabytes(size), limit_mb=limits.file_mb)
            allowance.report(refusal, entry.name)
        elif total + size > limits.case_mb * _MB:
            allowance.report(Refusal("case_too_large", limit_mb=limits.case_mb), entry.name)
        else:
            count += 1
            total += size
            yield entry
    if skipped:
        refusal = Refusal("too_many_files", limit=limits.case_files, skipped=skipped)
        allowance.report(refusal, "")


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    """Tell files of the same name apart: 甲.pdf, 甲.pdf (2)."""
    seen: dict[str, int] = {}
    kept: list[Entry] = []
    for entry in entries:
        times = seen.get(entry.name, 0) + 1
        seen[entry.name] = times
        kept.append(entry if times == 1 else replace(entry, name=f"{entry.name} ({times})"))
    return kept


def _without_declaration(
    entries: Sequence[Entry], allowance: Allowance
) -> tuple[list[Entry], Declaration | None]:
    """Part `case.json`, at the top of the case or of its only folder, from the papers."""
    places = {FILE_NAME} | _only_folder(entries)
    papers: list[Entry] = []
    declaration: Declaration | None = None
    seen = False
    for entry in entries:
        if entry.name not in places:
            papers.append(entry)
        elif seen:
            allowance.report(Refusal("second_case_json"), entry.name)
        else:
            seen = True
            try:
                declaration = read_declaration(entry.path)
            except Refusal as refusal:
                allowance.report(refusal, entry.name)
    return papers, declaration


def _only_folder(entries: Sequence[Entry]) -> set[str]:
    tops = {entry.name.split("/", 1)[0] for entry in entries if "/" in entry.name}
    loose = [entry for entry in entries if "/" not in entry.name]
    return {f"{top}/{FILE_NAME}" for top in tops} if len(tops) == 1 and not loose else set()
