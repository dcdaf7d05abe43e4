"""`python -m models.training`: train every model again from its seeds and write the manifest."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from models.evaluation.left_out import report
from models.kinds.fusing import fuse
from models.kinds.making import save_fusing
from models.kinds.training import Recipe as WordingRecipe
from models.kinds.training import train_wording
from models.recogniser.making import make
from models.recogniser.training import Recipe as RecogniserRecipe
from models.tagging.examples import labelled
from models.tagging.training import Recipe as TaggerRecipe
from models.understanding.crossing import Crossed, crossed, left_out
from models.understanding.learning import Plan, made_papers, make_tagger, save_resolving
from models.understanding.resolving import learn
from models.understanding.scores import summary
from preaudit.classify import fusing as fusing_file
from preaudit.classify import wording
from preaudit.extract import scorer, tagger
from preaudit.settings import Settings

FOLDER = Path(__file__).parent / "weights"
MANIFEST = "manifest.yaml"
MODELS = ("understanding", "recogniser")


def main(arguments: list[str]) -> int:
    """Train, export and score the models that are asked for."""
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for name in options.only:
        made = {"understanding": _understanding, "recogniser": _recogniser}[name](options)
        _save_manifest(options.out, made)
    say(f"{time.monotonic() - began:.0f} s in all")
    return 0


def _understanding(options: argparse.Namespace) -> Mapping[str, Any]:
    """Train tagger, resolver, model of words and its fusing; return what made them."""
    plan = replace(Plan(), native=options.native, scans=options.scans, photos=options.photos)
    recipes = (
        replace(TaggerRecipe(), threads=options.threads),
        WordingRecipe(),
    )
    papers = made_papers(plan, Settings(), keep=options.keep, say=say)
    with tempfile.TemporaryDirectory() as scratch:
        found = crossed(papers, plan, recipes, options.keep or Path(scratch), say=say)
        kinds, fields = left_out(found, threads=options.threads)
        report(kinds, fields, [], console=Console(width=140), out=options.rows)
        scores = summary(kinds, fields)
        say(yaml.safe_dump(scores, sort_keys=False))
        _last(found, recipes, options.out)
    corpus = {
        key: value
        for key, value in asdict(plan).items()
        if key not in {"fold_epochs", "tagged_folds"}
    }
    return {
        "tagger": _made(options.out, (tagger.WEIGHTS, tagger.VOCABULARY), corpus, recipes[0]),
        "resolver": _made(options.out, (scorer.FILE,), corpus, plan),
        "wording": _made(options.out, (wording.WEIGHTS, wording.VOCABULARY), corpus, recipes[1]),
        "fusing": _made(options.out, (fusing_file.FILE,), corpus, plan),
        "left_out": scores,
    }


def _last(found: Crossed, recipes: tuple[TaggerRecipe, WordingRecipe], folder: Path) -> None:
    """Learn from all families what is shipped."""
    save_resolving(learn(found.readings), folder)
    seen = [page for part in found.pages for page in part]
    save_fusing(fuse(seen, found.vocabulary.kinds), folder)
    pages = list(labelled(found.papers))
    # Batches are small: a second core would only wait for the first.
    make_tagger(pages, found.vocabulary, replace(recipes[0], threads=1), folder, say=say)
    train_wording(found.papers, found.vocabulary.kinds, recipes[1], folder)


def _made(
    folder: Path, files: tuple[str, ...], corpus: Mapping[str, Any], recipe: object
) -> Mapping[str, Any]:
    settings = asdict(recipe)  # type: ignore[call-overload]  # every recipe is a dataclass
    plain = yaml.safe_load(yaml.safe_dump(_lists(settings)))
    return {
        "files": {name: sha256((folder / name).read_bytes()).hexdigest() for name in files},
        "corpus": dict(corpus),
        "recipe": plain,
    }


def _lists(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(one) if isinstance(one, tuple) else one for key, one in settings.items()}


def _recogniser(options: argparse.Namespace) -> Mapping[str, Any]:
    recipe = RecogniserRecipe()
    return {"recogniser": make(Settings(), options.out, recipe, held=options.lines, say=say)}


def say(line: str) -> None:
    """Print a line of progress."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--native", type=int, default=Plan().native, help="papers of each sort")
    parser.add_argument("--scans", type=int, default=Plan().scans)
    parser.add_argument("--photos", type=int, default=Plan().photos)
    parser.add_argument("--threads", type=int, default=TaggerRecipe().threads)
    parser.add_argument("--keep", type=Path, help="where read papers and folds lie between runs")
    parser.add_argument("--rows", type=Path, default=Path("out/left_out.json"), help="decisions")
    parser.add_argument("--lines", type=int, default=250, help="held out, of each kind")
    parser.add_argument("--only", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--out", type=Path, default=FOLDER)
    return parser.parse_args(arguments)


def _save_manifest(folder: Path, made: Mapping[str, Any]) -> None:
    """Write down what made the weights and how good they are, beside the other models."""
    path = folder / MANIFEST
    told = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = yaml.safe_dump({**told, **made}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
