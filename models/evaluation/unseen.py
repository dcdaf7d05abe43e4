"""`python -m models.evaluation.unseen`: papers in layouts that nobody who built preaudit drew on.

The layouts of `corpus.unseen` were written by somebody who had not seen what extraction and
classification know, and no model is trained on them: the nearest we have to tomorrow's forms.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from corpus.unseen import unseen_papers
from models.evaluation.understanding_tables import print_figures
from models.understanding.papers import ReadPaper, drawn_channels, read_papers
from models.understanding.scores import CHANNELS
from models.understanding.scoring import judged
from preaudit.classify import open_classifier
from preaudit.extract import open_extractor
from preaudit.settings import Settings


def read_unseen(
    seed: int, count: int, channels: Sequence[str], settings: Settings
) -> list[ReadPaper]:
    """Make papers in unseen layouts and read each through every channel."""
    made = list(unseen_papers(seed=seed, count=count))
    read: list[ReadPaper] = []
    for group in channels:
        read += read_papers(made, drawn_channels(group, count, seed=seed), settings)
    return read


def main(arguments: list[str]) -> int:
    """Print how well kinds and fields come out; leave every decision in a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--papers", type=int, default=146)
    parser.add_argument("--channels", nargs="+", default=list(CHANNELS), choices=CHANNELS)
    parser.add_argument("--out", type=Path, default=Path("out/unseen.json"))
    options = parser.parse_args(arguments)
    settings = Settings()
    papers = read_unseen(options.seed, options.papers, options.channels, settings)
    kinds, fields = judged(papers, open_classifier(settings).classify, open_extractor(settings))
    print_figures(kinds, fields, Console(width=140))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    rows = {"kinds": [asdict(one) for one in kinds], "fields": [asdict(one) for one in fields]}
    options.out.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
