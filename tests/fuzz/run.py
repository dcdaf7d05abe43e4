"""`python tests/fuzz/run.py --minutes 30`: open changed files until the time is up; keep findings.

A finding is an answer that no file may get: an exception in our own process, a run past the limit,
nothing at all, an exception in the worker for which there is no refusal, or an attempt to do what
the worker may not. A worker that dies of a signal, or runs out of time or memory, has been
answered as it should; such files are counted and the first of each sort is kept to look at.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mutate import mutated  # they lie beside this file
from seeds import seeds

from preaudit.errors import InputError
from preaudit.ingest import Workshop, gather, open_file
from preaudit.report import Problem
from preaudit.settings import Limits

TARGETS = ("pdf", "image", "zip", "office", "ofd", "json")
LIMITS = Limits(
    file_timeout_s=10,
    page_timeout_s=5,
    inflated_mb=64,
    temp_mb=512,
    pdf_pages=50,
    image_frames=20,
    case_files=50,
)
_GRACE_S = 20.0
_SHRINKING_TRIES = 60
_TELL_EVERY = 500
_CONTAINED = ("file_timeout", "page_timeout", "zip_timeout", "out_of_memory", "temp_full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is odd about the answer to one file; two files with equal words show the same thing."""

    word: str
    is_finding: bool
    """Whether no file may be answered so."""


def judge(target: str, data: bytes, workshop: Workshop) -> Verdict | None:
    """Open a file as a case of its own; return what is odd about the answer, if anything."""
    began = time.monotonic()
    try:
        pages, problems = _answer(target, data, workshop)
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return Verdict(word=f"{type(error).__name__} in our own process, {where}", is_finding=True)
    if time.monotonic() - began > LIMITS.file_timeout_s * 2 + _GRACE_S:
        return Verdict(word="ran past its limit", is_finding=True)
    if not pages and not problems:
        return Verdict(word="no answer", is_finding=True)
    return next(filter(None, map(_odd, problems)), None)


def _odd(problem: Problem) -> Verdict | None:
    said = problem.message.en.rpartition(" (")[2].rstrip(").")
    if problem.code == "worker_crashed":
        by_signal = said.startswith("SIG") and said != "SIGSYS"
        return Verdict(word=f"worker: {said}", is_finding=not by_signal)
    if problem.code in _CONTAINED:
        return Verdict(word=problem.code, is_finding=False)
    return None


def _answer(target: str, data: bytes, workshop: Workshop) -> tuple[int, list[Problem]]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        case, work = Path(folder) / "case", Path(folder) / "work"
        case.mkdir()
        work.mkdir()
        (case / ("case.json" if target == "json" else "paper")).write_bytes(data)
        if target == "json":
            (case / "paper").write_bytes(seeds("image")[3])
        path = case if target == "json" else case / "paper"
        try:
            gathered = gather([path], limits=LIMITS, workdir=work, workshop=workshop)
        except InputError:  # there was an archive with nothing in it
            return 1, []
        pages, problems = 0, list(gathered.problems)
        for entry in gathered.entries:
            opened = open_file(entry, limits=LIMITS, workdir=work, workshop=workshop)
            if not opened.sheets and not opened.problems:
                return 0, []
            pages += sum(sheet.pixels.load().size > 0 for sheet in opened.sheets)
            problems += opened.problems
        return pages, problems


def shrunk(target: str, data: bytes, verdict: Verdict, workshop: Workshop) -> bytes:
    """Return a smaller file with the same verdict, leaving out one piece after another."""
    size = len(data) // 2
    tries = 0
    while size >= 1 and tries < _SHRINKING_TRIES:
        start = 0
        while start < len(data) and tries < _SHRINKING_TRIES:
            shorter = data[:start] + data[start + size :]
            tries += 1
            if shorter and judge(target, shorter, workshop) == verdict:
                data = shorter
            else:
                start += size
        size //= 2
    return data


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was run and what it showed."""

    folder: Path
    runs: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    seen: Counter[tuple[str, Verdict]] = field(default_factory=Counter)

    def take(self, target: str, data: bytes, verdict: Verdict | None, workshop: Workshop) -> None:
        """Count a run; keep the first file of each verdict, a finding made small."""
        self.runs[target] += 1
        if verdict is None:
            return
        key = target, verdict
        self.seen[key] += 1
        if self.seen[key] > 1:
            return
        small = shrunk(target, data, verdict, workshop) if verdict.is_finding else data
        kind = "finding" if verdict.is_finding else "contained"
        name = f"{kind}-{target}-{hashlib.sha256(small).hexdigest()[:10]}"
        (self.folder / name).write_bytes(small)
        _say(f"{name} ({len(small)} bytes): {verdict.word}")

    @property
    def findings(self) -> int:
        """How many sorts of answers were seen that no file may get."""
        return sum(verdict.is_finding for _, verdict in self.seen)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fuzz(targets: Sequence[str], *, seed: int, minutes: float, tally: Tally) -> None:
    """Open changed files, target by target, giving each the same time."""
    workshop = Workshop(deadly=True)
    _say(f"sandbox: {workshop.standing()}")
    chance = random.Random(seed)
    while cpu_seconds(workshop) < minutes * 60:
        target = min(targets, key=lambda one: tally.seconds[one])
        began = time.monotonic()
        whole = chance.choice(seeds(target))
        data = mutated(target, whole, seeds(target), chance)
        tally.take(target, data, judge(target, data, workshop), workshop)
        tally.seconds[target] += time.monotonic() - began  # type: ignore[assignment]
        if sum(tally.runs.values()) % _TELL_EVERY == 0:
            _say(f"{sum(tally.runs.values())} files, {cpu_seconds(workshop) / 60:.1f} minutes")
    workshop.close()


def cpu_seconds(workshop: Workshop) -> float:
    """Return the processor time of this process and of all that its workers opened."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime + workshop.cpu_s


def main(arguments: Sequence[str]) -> int:
    """Fuzz for so many minutes of processor time; 1 when there is a finding."""
    parser = argparse.ArgumentParser(prog="python tests/fuzz/run.py")
    parser.add_argument("--minutes", type=float, default=10.0, help="of processor time, in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS)
    parser.add_argument("--folder", type=Path, default=Path("out/fuzz"), help="for what is found")
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    tally = Tally(folder=chosen.folder)
    with contextlib.suppress(KeyboardInterrupt):  # what was seen until then is told
        fuzz(chosen.targets, seed=chosen.seed, minutes=chosen.minutes, tally=tally)
    _say(f"\n{sum(tally.runs.values())} files in {chosen.minutes:g} minutes of processor time")
    for target in chosen.targets:
        _say(f"  {target}: {tally.runs[target]}")
    for (target, verdict), count in sorted(tally.seen.items(), key=str):
        kind = "FINDING" if verdict.is_finding else "contained"
        _say(f"  {kind} {target} x {count}: {verdict.word}")
    return int(tally.findings > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
