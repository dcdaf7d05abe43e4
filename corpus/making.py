"""The corpus as a library: whole cases, and streams of single papers for training.

Every call is a pure function of its seed. Layout families are the unit that can be left out.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from corpus.assembly import Handed, write_case
from corpus.chance import chance
from corpus.channels import CHANNELS, send
from corpus.compose import compose, family_names, layouts
from corpus.drafts import Draft, drafts_of, other_paper, second_licence
from corpus.faults import NEEDS_LARGE, NEEDS_TENDER, fault_ids, plant
from corpus.grammar import grammar_families
from corpus.paper import Paper
from corpus.scene import Scene, UnplantableError
from corpus.truth import CaseTruth
from corpus.values import kind_names
from corpus.world import make_world


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """What kind of case to make."""

    seed: int
    faults: tuple[str, ...] = ()
    """Check ids of faults to plant."""
    drawn_faults: int = 0
    """How many further faults to draw by chance."""
    layouts: frozenset[str] = frozenset()
    """Layout families to use, as `family` or `kind/family`; empty for all."""
    channels: Mapping[str, float] = field(
        default_factory=lambda: {
            "native": 0.5,
            "scan": 0.14,
            "scan-colour": 0.2,
            "photocopy": 0.05,
            "tiff": 0.03,
            "photo": 0.08,
        }
    )
    """Channel to how often it is used."""
    declaration: bool = False
    dpi: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPaper:
    """One paper for training: kind, layout family, file and truth."""

    kind: str
    family: str
    seed: int
    paper: Paper


def families(kind: str) -> tuple[str, ...]:
    """Return the layout families of a kind."""
    return family_names(kind)


def make_case(folder: Path, plan: CasePlan) -> CaseTruth:
    """Write a case folder with its truth.json; the same plan gives the same bytes."""
    unknown = {name.split("+")[0] for name in plan.channels} - set(CHANNELS)
    if unknown:
        raise ValueError(f"no such channel: {', '.join(sorted(unknown))}")
    rng = random.Random(f"case-{plan.seed}")
    world = make_world(
        plan.seed,
        large=True if NEEDS_LARGE & set(plan.faults) else None,
        tender=True if NEEDS_TENDER & set(plan.faults) else None,
    )
    scene = Scene(world=world, rng=random.Random(f"faults-{plan.seed}"), seed=str(plan.seed))
    scene.drafts = _drafts(scene, rng)
    plant(scene, plan.faults)
    _plant_by_chance(scene, plan.drawn_faults)
    papers = [_handed(scene, draft, plan, rng) for draft in scene.drafts]
    return write_case(folder, world, papers, scene.defects, rng=rng, declaration=plan.declaration)


def _plant_by_chance(scene: Scene, count: int) -> None:
    """Plant that many faults of different checks, passing over those that do not fit."""
    wanted = len(scene.defects) + count
    barred = NEEDS_LARGE | NEEDS_TENDER | {"completeness.application-form"}
    for check in scene.rng.sample(fault_ids(), k=len(fault_ids())):
        if len(scene.defects) >= wanted:
            return
        if check not in barred and all(check != defect.check for defect in scene.defects):
            with suppress(UnplantableError):
                plant(scene, (check,))


def _handed(scene: Scene, draft: Draft, plan: CasePlan, rng: random.Random) -> Handed:
    """Print the paper and send it through its channel."""
    key = draft.instance or draft.kind
    paper = scene.print_paper(draft, _allowed(draft.kind, plan.layouts, rng), rng)
    channel = scene.channels.get(key) or _channel(draft, plan, rng)
    paper = send(
        paper, channel, seed=f"{plan.seed}-{key}", dpi=plan.dpi, retouch=scene.retouches.get(key)
    )
    finish = scene.after_channel.get(key)
    return Handed(
        paper=finish(paper) if finish else paper, named_as=scene.named_as.get(draft.instance)
    )


def _drafts(scene: Scene, rng: random.Random) -> list[Draft]:
    drafts = drafts_of(scene.world)
    if not scene.world.tender:
        drafts = [draft for draft in drafts if draft.kind != "award-notice"]
    if chance(rng, 0.3):
        drafts.insert(2, second_licence(scene.world))
    if chance(rng, 0.35):
        drafts.append(other_paper(scene.world))
    return drafts


def _allowed(kind: str, wanted: Collection[str], rng: random.Random) -> tuple[str, ...]:
    """Return the families to draw from: those wanted, or by chance the written or the grammar's."""
    some = tuple(name for name in families(kind) if name in wanted or f"{kind}/{name}" in wanted)
    if some or wanted:
        return some or families(kind)
    return grammar_families(kind) if chance(rng, 0.4) else tuple(layouts(kind))


def written_families() -> frozenset[str]:
    """Return the families that are written down one by one, of all kinds."""
    return frozenset(name for kind in kind_names() for name in layouts(kind))


def _channel(draft: Draft, plan: CasePlan, rng: random.Random) -> str:
    """Return a channel; papers of many pages are not photographed, and some scans are turned."""
    names, weights = zip(*sorted(plan.channels.items()), strict=True)
    drawn = str(rng.choices(names, weights)[0])
    turn = rng.choice(
        (
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "+turned90",
            "+turned180",
            "+turned270",
            "+noise",
            "+blur",
            "+skew",
        )
    )
    if drawn in ("photo", "tiff") and draft.kind in _MANY_PAGES:
        drawn = "scan-colour"
    plain = drawn in ("native", "ofd", "tiff", "photo") or "+" in drawn
    return drawn if plain else drawn + turn


_MANY_PAGES = (
    "application-form",
    "construction-contract",
    "supervision-contract",
    "real-estate-certificate",
)


def iterate_papers(
    kinds: Sequence[str] | None = None,
    *,
    seed: int,
    count: int,
    without: Collection[tuple[str, str]] = (),
    only: Collection[tuple[str, str]] = (),
) -> Iterator[TrainingPaper]:
    """Yield `count` native papers; `without` and `only` name (kind, family) pairs.

    Pairs come in turn, in an order drawn by the seed: a few papers are spread over all of them.
    """
    chosen = tuple(kinds or kind_names())
    pairs = [
        (kind, name)
        for kind in chosen
        for name in families(kind)
        if (kind, name) not in without and (not only or (kind, name) in only)
    ]
    rng = random.Random(f"pages-{seed}")
    rng.shuffle(pairs)
    for number in range(count):
        kind, family = pairs[number % len(pairs)]
        world_seed = rng.randrange(10**9)
        draft = single_draft(kind, world_seed, rng)
        yield TrainingPaper(
            kind=kind, family=family, seed=world_seed, paper=compose(draft, family, str(world_seed))
        )


def single_draft(kind: str, seed: int, rng: random.Random) -> Draft:
    """Return one paper of a kind of the world of that seed, before it is laid out."""
    world = make_world(seed)
    if kind == "other":
        return other_paper(world)
    if kind == "business-licence" and chance(rng, 0.4):
        return second_licence(world)
    return next(draft for draft in drafts_of(world) if draft.kind == kind)
