"""`python -m models.training`: train every model again from its seeds and write the manifest."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from corpus.values import fields_of, kind_names
from models.recogniser.making import make
from models.recogniser.training import Recipe as RecogniserRecipe
from models.tagging.examples import Example, LabelledPage, charset, examples, roughen
from models.tagging.network import Recipe, export, train
from models.tagging.papers import labelled_pages
from models.tagging.spans import agreement
from preaudit.extract.tagger import VOCABULARY, WEIGHTS, Vocabulary, open_tagger
from preaudit.read.engine import FastEngine
from preaudit.settings import Settings

FOLDER = Path(__file__).parent / "weights"
MANIFEST = "manifest.yaml"
CORPUS_SEED = 101
HELD_OUT_SEED = 202
WINDOW = 384
STRIDE = 256
RARE = 3
"""A character on fewer pages than this is left to `UNKNOWN`."""
OUTER = frozenset({"construction_scale", "authorised_matters"})
"""Sentences that hold other fields; the tagger learns those instead."""


MODELS = ("tagger", "recogniser")


def main(arguments: list[str]) -> int:
    """Train, export and score the models that are asked for."""
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for name in options.only:
        made = {"tagger": _tagger, "recogniser": _recogniser}[name](options)
        _save_manifest(options.out, name, made)
    say(f"{time.monotonic() - began:.0f} s in all")
    return 0


def _tagger(options: argparse.Namespace) -> Mapping[str, Any]:
    recipe = replace(Recipe(), epochs=options.epochs, threads=options.threads)
    settings = Settings()
    engine = FastEngine(settings.weights_dir, own_weights_dir=settings.own_weights_dir)
    began = time.monotonic()
    pages = list(labelled_pages(engine, settings, seed=CORPUS_SEED, papers=options.papers))
    say(f"{len(pages)} pages read in {time.monotonic() - began:.0f} s")
    vocabulary = _vocabulary(pages)
    network = train(vocabulary, _epochs(pages, vocabulary, recipe), recipe, say=say)
    export(network, options.out / WEIGHTS)
    _save_vocabulary(vocabulary, options.out)
    held_out = list(labelled_pages(engine, settings, seed=HELD_OUT_SEED, papers=options.held_out))
    scores = agreement(open_tagger(options.out), held_out)
    say(f"tagger, held-out papers: {scores}")
    return {
        "files": {
            name: sha256((options.out / name).read_bytes()).hexdigest()
            for name in (WEIGHTS, VOCABULARY)
        },
        "corpus": {"seed": CORPUS_SEED, "papers": options.papers},
        "recipe": {**asdict(recipe), "dilations": list(recipe.dilations)},
        "held_out": {"seed": HELD_OUT_SEED, "papers": options.held_out, **scores.rounded()},
    }


def _recogniser(options: argparse.Namespace) -> Mapping[str, Any]:
    recipe = RecogniserRecipe()
    return make(Settings(), options.out, recipe, held=options.lines, say=say)


def say(line: str) -> None:
    """Print a line of progress."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--papers", type=int, default=700)
    parser.add_argument("--held-out", type=int, default=66)
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--threads", type=int, default=Recipe().threads)
    parser.add_argument("--lines", type=int, default=250, help="held out, of each kind")
    parser.add_argument("--only", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--out", type=Path, default=FOLDER)
    return parser.parse_args(arguments)


def _vocabulary(pages: list[LabelledPage]) -> Vocabulary:
    kinds = tuple(sorted(kind_names()))
    return Vocabulary(
        characters=charset(pages, at_least=RARE),
        kinds=kinds,
        fields=tuple(sorted({one for kind in kinds for one in fields_of(kind)} - OUTER)),
        window=WINDOW,
        stride=STRIDE,
    )


def _epochs(
    pages: list[LabelledPage], vocabulary: Vocabulary, recipe: Recipe
) -> list[list[Example]]:
    """Return the examples of each epoch; every epoch sees the pages moved in another way."""
    rng = random.Random(recipe.seed)
    return [
        [one for page in pages for one in examples(roughen(page, rng), vocabulary)]
        for _ in range(recipe.epochs)
    ]


def _save_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    digest = sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    saved = {**asdict(vocabulary), "sha256": digest}
    text = json.dumps(saved, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / VOCABULARY).write_text(text + "\n", encoding="utf-8")


def _save_manifest(folder: Path, name: str, made: Mapping[str, Any]) -> None:
    """Write down what made one model's weights and how good they are, beside the others."""
    path = folder / MANIFEST
    told = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = yaml.safe_dump({**told, name: dict(made)}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
