"""`python -m models.evaluation CASES`: run the pipeline over cases with truth, print scores."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from models.evaluation.score import Hit, score
from models.evaluation.tables import print_scores, rates
from models.evaluation.truth import TRUTH, case_folders, load_case
from preaudit.pipeline import CaseOptions, pre_review
from preaudit.render import report_json
from preaudit.settings import Settings


def evaluate(folder: Path, settings: Settings, *, keep: Path | None = None) -> list[Hit]:
    """Pre-review a copy of one case without its answer key and score the report.

    Args:
        folder: The case, with its `truth.json`.
        settings: As for any run.
        keep: Where to leave the report, for a look at it.
    """
    truth = load_case(folder)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "case"
        shutil.copytree(truth.papers, copy, ignore=shutil.ignore_patterns(TRUTH))
        review = pre_review([copy], declared=CaseOptions(as_of=truth.as_of), settings=settings)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{folder.name}.json").write_bytes(report_json(review.report))
    return score(truth, review.report)


def main(arguments: list[str]) -> int:
    """Score every case under the folders named; the exit code tells only that it ran."""
    console = Console(width=140)
    folders = [folder for root in arguments for folder in case_folders(Path(root))]
    if not folders:
        console.print(f"no {TRUTH} under {', '.join(arguments) or 'no folder named'}")
        return 2
    hits: list[Hit] = []
    settings = Settings()
    for folder in folders:
        began = time.monotonic()
        found = evaluate(folder, settings, keep=Path("out/eval"))
        hits.extend(found)
        parts = {
            group: rates(hit for hit in found if hit.group == group)
            for group in ("kind", "field", "evidence", "finding")
        }
        shown = "  ".join(
            f"{group} P {rate.precision:.3f} R {rate.recall:.3f}" for group, rate in parts.items()
        )
        console.print(f"{folder.name}  {time.monotonic() - began:5.1f} s  {shown}", soft_wrap=True)
    print_scores(hits, console)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
