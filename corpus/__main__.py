"""Makes synthetic cases and papers: `python -m corpus make-case | make-pages | bundle | …`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from corpus.combined import combined_files
from corpus.degradation import compared
from corpus.faults import fault_ids
from corpus.making import (
    CasePlan,
    families,
    iterate_papers,
    make_case,
    written_families,
)
from corpus.truth import CaseTruth, material_json, paper_json
from corpus.values import kind_names

app = typer.Typer(add_completion=False, no_args_is_help=True)

_BUNDLE = CasePlan(
    seed=20260,
    declaration=True,
    faults=(
        "agreement.project_name",
        "time.expires_during_works",
        "seals.commitment",
        "agreement.price_form",
        "codes.permit_no_format",
    ),
    channels={"native": 0.5, "scan": 0.16, "scan-colour": 0.2, "photo": 0.14},
    dpi=130,
    layouts=written_families(),
)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tell(folder: Path, truth: CaseTruth) -> None:
    total = sum(file.size_bytes for file in truth.files)
    typer.echo(
        f"{folder}: {len(truth.files)} files, {total / 1e6:.1f} MB, {len(truth.defects)} faults",
        err=True,
    )


@app.command("make-case")
def make_case_command(
    out: Path,
    seed: Annotated[int, typer.Option(help="The same seed gives the same case.")] = 1,
    faults: Annotated[str, typer.Option(help="Check ids, and how many to draw (`3`).")] = "",
    layouts: Annotated[
        str, typer.Option(help="Layout families (`form`, `award-notice/prose`).")
    ] = "",
    channels: Annotated[str, typer.Option(help="Channels (`native,scan,photo+noise`).")] = "",
    declaration: Annotated[bool, typer.Option(help="Write a case.json as well.")] = False,  # noqa: FBT002 (typer's way)
) -> None:
    """Write one case folder with its truth.json."""
    named = tuple(part for part in _split(faults) if not part.isdigit())
    plan = CasePlan(
        seed=seed,
        faults=named,
        drawn_faults=sum(int(part) for part in _split(faults) if part.isdigit()),
        layouts=frozenset(_split(layouts)),
        declaration=declaration,
    )
    if channels:
        plan = replace(plan, channels=dict.fromkeys(_split(channels), 1.0))
    _tell(out, make_case(out, plan))


@app.command("make-pages")
def make_pages(
    out: Path,
    kind: Annotated[str, typer.Option(help="Kind id; all kinds without it.")] = "",
    count: Annotated[int, typer.Option(help="How many papers.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed gives the same papers.")] = 1,
    reading: Annotated[bool, typer.Option(help="Add every printed line and cell.")] = False,  # noqa: FBT002 (typer's way)
) -> None:
    """Write single native papers, each as a PDF with a JSON of its truth."""
    out.mkdir(parents=True, exist_ok=True)
    kinds = (kind,) if kind else tuple(kind_names())
    for number, made in enumerate(iterate_papers(kinds, seed=seed, count=count)):
        stem = f"{made.kind}-{made.family}-{number:05d}"
        (out / f"{stem}.pdf").write_bytes(made.paper.data)
        (out / f"{stem}.json").write_text(
            json.dumps(paper_json(made.paper, reading=reading), ensure_ascii=False, indent=1)
            + "\n",
            encoding="utf-8",
        )


@app.command()
def bundle(out: Path) -> None:
    """Write the specimen case that comes with the program; always the same bytes.

    The answer key lies beside the papers, not among them: nobody files one.
    """
    papers = out / "case"
    _tell(papers, make_case(papers, _BUNDLE))
    (papers / "truth.json").rename(out / "truth.json")


@app.command("make-combined")
def make_combined(
    out: Path,
    count: Annotated[int, typer.Option(help="How many files.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Write files that bind several papers, each with a JSON of the pages of every paper."""
    out.mkdir(parents=True, exist_ok=True)
    for file in combined_files(seed, count):
        (out / file.name).write_bytes(file.data)
        (out / file.name).with_suffix(".json").write_text(
            json.dumps([material_json(bound) for bound in file.bound], ensure_ascii=False, indent=1)
            + "\n",
            encoding="utf-8",
        )


@app.command()
def degradation(
    folder: Annotated[Path, typer.Argument(help="Real pages: images/ and lines/.")],
    channels: Annotated[str, typer.Option(help="Our channels.")] = "photo,photo+worn,scan+worn",
    seed: Annotated[int, typer.Option(help="Of our pages.")] = 3,
    count: Annotated[int, typer.Option(help="How many pages of ours a channel.")] = 20,
) -> None:
    """Print how worn real pages are, and ours beside them."""
    typer.echo(compared(folder, _split(channels), seed=seed, count=count))


@app.command("list")
def list_command() -> None:
    """List the faults that can be planted and the layout families of every kind."""
    for check in fault_ids():
        typer.echo(check)
    for kind in kind_names():
        typer.echo(f"{kind}: {', '.join(families(kind))}")


if __name__ == "__main__":
    app()
