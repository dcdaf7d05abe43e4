"""`python -m models.evaluation.left_out`: every layout family read by models that never saw it.

Trains for each fold of families a tagger and a model of words on the other folds, lets a resolver
learn from those folds alone, and measures on the fold: half an hour on two cores beside reading.
`make train` does so for some folds only, for the resolver learns enough from these.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console

from models.evaluation.understanding_tables import print_figures
from models.kinds.training import Recipe as WordingRecipe
from models.tagging.training import Recipe as TaggerRecipe
from models.understanding.crossing import Crossed, crossed, left_out
from models.understanding.folds import FOLDS
from models.understanding.learning import Plan, made_papers
from models.understanding.scoring import FieldRow, KindRow
from models.understanding.segments import FileRow, cut, files_of_fold, read_files
from preaudit.settings import Settings


def main(arguments: list[str]) -> int:
    """Print figures for kinds, fields, confidence and cuts; leave every decision in a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--native", type=int, default=Plan().native, help="papers of each sort")
    parser.add_argument("--scans", type=int, default=Plan().scans)
    parser.add_argument("--photos", type=int, default=Plan().photos)
    parser.add_argument("--files", type=int, default=40, help="combined files of each fold")
    parser.add_argument("--keep", type=Path, help="where read papers lie between runs")
    parser.add_argument("--out", type=Path, default=Path("out/left_out.json"))
    options = parser.parse_args(arguments)
    plan = replace(
        Plan(),
        native=options.native,
        scans=options.scans,
        photos=options.photos,
        tagged_folds=FOLDS,
    )
    console = Console(width=140)
    papers = made_papers(plan, Settings(), keep=options.keep, say=console.print)
    recipes = (TaggerRecipe(), WordingRecipe())
    with tempfile.TemporaryDirectory() as scratch:
        found = crossed(papers, plan, recipes, Path(scratch), say=console.print)
        kinds, fields = left_out(found, threads=recipes[0].threads)
        cuts = cut_files(found, options.files)
    report(kinds, fields, cuts, console=console, out=options.out)
    return 0


def report(
    kinds: Sequence[KindRow],
    fields: Sequence[FieldRow],
    cuts: Sequence[FileRow],
    *,
    console: Console,
    out: Path,
) -> None:
    """Print what came out of families left out, and write every decision down."""
    print_figures(kinds, fields, console)
    if cuts:
        right = sum(one.right for one in cuts) / len(cuts)
        only_cut = sum(one.cut_right for one in cuts) / len(cuts)
        console.print(f"combined files: {len(cuts)}, exact {right:.3f}, cuts alone {only_cut:.3f}")
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = {
        "kinds": [asdict(one) for one in kinds],
        "fields": [asdict(one) for one in fields],
        "files": [asdict(one) for one in cuts],
    }
    out.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def cut_files(found: Crossed, count: int) -> list[FileRow]:
    """Cut `count` combined files of each fold with what never saw its families."""
    rows: list[FileRow] = []
    for fold in range(FOLDS):
        files = read_files(files_of_fold(505, count, fold), Settings())
        rows += cut(files, found.classifier(fold).classify)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
