"""`python -m models.evaluation.hostile FOLDER`: open files that were made to break us, and count.

Every file must be answered: pages, a part of them, or a refusal in words. Forbidden system calls
kill the worker here instead of failing, so an attempt to connect, to start a program or to reach
another process shows as `SIGSYS` and is counted. With `--honest`, the files are ordinary papers and
each one that is not read whole is a false refusal.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from models.evaluation.honest import honest_papers
from preaudit.errors import InputError
from preaudit.ingest import Entry, Opened, Workshop, gather, open_file
from preaudit.report import Problem
from preaudit.settings import Limits

_GRACE_S = 10.0
_RSS_GROWTH_MB = 100
_FORBIDDEN_CALL = "SIGSYS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one file."""

    name: str
    pages: int
    blank: int
    """Pages that show nothing at all and have no text: reading says so of them."""
    lost: int
    """Pages that were given out without pixels."""
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def word(self) -> str:
        """How it was answered: whole, partial, refused, or not at all."""
        if self.pages:
            return "partial" if any(not one.notice for one in self.problems) else "whole"
        return "refused" if self.problems else "silent"

    @property
    def codes(self) -> str:
        """The codes of its problems, each once."""
        return ", ".join(sorted({one.code for one in self.problems}))


def answer(path: Path, name: str, *, limits: Limits, workshop: Workshop) -> Answer:
    """Open one file as a case of its own."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="work-") as work:
        try:
            gathered = gather([path], limits=limits, workdir=Path(work))
        except InputError as error:
            return Answer(name=f"{name}: {error.code}", pages=0, blank=0, lost=0, problems=(),
                          seconds=time.monotonic() - began)  # fmt: skip
        opened = [_opened(entry, limits, Path(work), workshop) for entry in gathered.entries]
        empty = [one for one in opened if not one.sheets and not one.problems]
        pages = [sheet for one in opened for sheet in one.sheets]
        shown = [sheet.pixels.load() for sheet in pages]
        return Answer(
            name=name,
            pages=len(pages),
            blank=sum(
                not sheet.glyphs and bool((pixels == pixels[0, 0]).all())
                for sheet, pixels in zip(pages, shown, strict=True)
            ),
            lost=len(empty) + sum(not pixels.size for pixels in shown),
            problems=(*gathered.problems, *(each for one in opened for each in one.problems)),
            seconds=time.monotonic() - began,
        )


def _opened(entry: Entry, limits: Limits, work: Path, workshop: Workshop) -> Opened:
    return open_file(entry, limits=limits, workdir=work, workshop=workshop)


def unsaid(one: Answer) -> list[str]:
    """Return what a refusal leaves out: the file, its code, or words in either language."""
    return [
        f"{one.name}: {problem.code}"
        for problem in one.problems
        if not (
            problem.code
            and problem.file
            and problem.file in problem.message.zh
            and problem.file in problem.message.en
            and problem.remedy.zh
            and problem.remedy.en
        )
    ]


def among_good(bad: Sequence[Path], *, limits: Limits, workshop: Workshop) -> list[str]:
    """Hand in each bad file together with twenty good ones; return where not all were read."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="good-") as folder:
        good = honest_papers(Path(folder), count=20)
        for path in bad:
            with tempfile.TemporaryDirectory(prefix="work-") as work:
                gathered = gather([*good, path], limits=limits, workdir=Path(work))
                names = {each.name for each in good}
                read = [
                    entry.name
                    for entry in gathered.entries
                    if entry.name in names
                    and (one := _opened(entry, limits, Path(work), workshop)).sheets
                    and all(problem.notice for problem in one.problems)
                ]
                if len(read) != len(good):
                    failed.append(f"{path.name}: {len(read)} of {len(good)}")
    return failed


@contextmanager
def own_temporary_folder() -> Iterator[Path]:
    """Let everything temporary of this process lie in one folder, to see what is left in it."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        before = tempfile.tempdir
        tempfile.tempdir = folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = before


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        facts = path.lstat()
        found[str(path)] = facts.st_size, facts.st_mtime_ns
    return found


def _left(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def run(paths: Sequence[tuple[str, Path]], *, console: Console, honest: bool) -> int:
    """Open all files, print an answer for each and the totals; return how much went wrong."""
    limits = Limits()
    folder = Path(os.path.commonpath([path.parent for _, path in paths]))
    before = _state(folder)
    with own_temporary_folder() as temporary:
        workshop = Workshop(deadly=True)
        console.print(f"sandbox: {workshop.standing()}")
        with tempfile.TemporaryDirectory(prefix="first-") as first:
            answer(honest_papers(Path(first), count=1)[0], "", limits=limits, workshop=workshop)
        rss = _rss_mb()
        answers = []
        for name, path in paths:
            answers.append(answer(path, name, limits=limits, workshop=workshop))
            _print(answers[-1], console)
        growth = _rss_mb() - rss
        bad = (
            {}
            if honest
            else {one.codes: path for one, (_, path) in zip(answers, paths, strict=True)}
        )
        uneven = among_good(list(bad.values()), limits=limits, workshop=workshop)
        workshop.close()
        left = _left(temporary)
    totals = {
        "parent crashes": 0,  # one would have ended this run
        "files without an answer": sum(one.word == "silent" for one in answers),
        "pages without pixels": sum(one.lost for one in answers),
        "hangs past the limit": sum(
            one.seconds > limits.file_timeout_s + _GRACE_S for one in answers
        ),
        "refusals that leave out file, code, words or remedy": sum(
            len(unsaid(one)) for one in answers
        ),
        "forbidden system calls (connections, programs, processes)": sum(
            _FORBIDDEN_CALL in problem.message.en for one in answers for problem in one.problems
        ),
        "files changed or written beside the input": len(before.items() ^ _state(folder).items()),
        "temporary bytes left": left,
        f"parent grew by more than {_RSS_GROWTH_MB} MB": int(growth > _RSS_GROWTH_MB),
        "one bad file among twenty good kept a good one from being read": len(uneven),
    }
    if honest:
        totals["honest files not read whole"] = sum(one.word != "whole" for one in answers)
    _print_totals(answers, totals, console, growth=growth, mixed=len(bad))
    return sum(totals.values())


def _print(one: Answer, console: Console) -> None:
    blank = f" ({one.blank} blank)" if one.blank else ""
    console.print(
        f"{one.word:8} {one.pages:5} pages{blank} {one.seconds:6.2f} s  {one.name}  {one.codes}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _print_totals(
    answers: Sequence[Answer],
    totals: dict[str, int],
    console: Console,
    *,
    growth: float,
    mixed: int,
) -> None:
    words = Counter(one.word for one in answers)
    console.print(
        f"\n{len(answers)} files: {words['whole']} whole, {words['partial']} partial, "
        f"{words['refused']} refused, {words['silent']} silent; "
        f"{sum(one.pages for one in answers)} pages, {sum(one.blank for one in answers)} blank; "
        f"slowest {max(one.seconds for one in answers):.1f} s; parent grew by {growth:.0f} MB; "
        f"{mixed} bad files each tried among twenty good"
    )
    for codes, count in Counter(
        problem.code for one in answers for problem in one.problems
    ).items():
        console.print(f"  {codes}: {count}")
    for name, count in totals.items():
        console.print(f"{'ok ' if not count else 'BAD'} {count:6} {name}")


def main(arguments: Sequence[str]) -> int:
    """Open all files under the folders named; 1 when one of them was not answered as it must."""
    parser = argparse.ArgumentParser(prog="python -m models.evaluation.hostile")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--honest", action="store_true", help="ordinary papers: none may be refused"
    )
    parser.add_argument("--leave-out", nargs="*", default=["README.md", "INDEX.tsv"])
    parser.add_argument("--only", default="*", metavar="PATTERN", help="files named like this")
    parser.add_argument("--at-most", type=int, default=1_000_000, metavar="N", help="evenly chosen")
    chosen = parser.parse_args(arguments)
    console = Console(width=140)
    paths = [
        (str(path.relative_to(folder)), path)
        for folder in chosen.folders
        for path in sorted(folder.rglob(chosen.only))
        if path.is_file() and path.name not in chosen.leave_out
    ]
    if not paths:
        console.print("no files there")
        return 2
    step = max(1, len(paths) // chosen.at_most)
    return int(run(paths[::step], console=console, honest=chosen.honest) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
