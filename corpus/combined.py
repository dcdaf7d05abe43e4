"""Files that bind several papers, with the truth of every page, to measure how they are told apart.

Applicants scan a pile in one go: two licences in a row, a cover between, the blank back of a
certificate, a lease that is none of ours. Each file says which pages belong to which paper.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from corpus.assembly import join_pdfs
from corpus.chance import chance
from corpus.channels import send
from corpus.compose import compose, family_names
from corpus.covers import trailing_page
from corpus.drafts import Draft, drafts_of, other_paper, second_licence
from corpus.paper import Paper
from corpus.press import A4, Press
from corpus.recording import printed_by
from corpus.truth import Bound
from corpus.world import make_world

_MOST_PAPERS = 5
_CHANNELS = ("native", "scan", "scan-colour", "photocopy", "scan+worn", "scan-colour+worn", "mixed")
_DPI = 130
_SEPARATE = ("o-divider", "o-line")
"""Families of pages that stand before papers and tell what comes."""
_TRAILING = "trailing"
_TRAILING_SHARE = 0.08
"""Share of papers with a page behind that says only that nothing follows: part of the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedFile:
    """One file with several papers in it."""

    name: str
    data: bytes
    suffix: str
    bound: tuple[Bound, ...]
    """The papers in order; each with its first page in the file."""

    @property
    def page_count(self) -> int:
        """How many pages the file has."""
        return sum(one.paper.page_count for one in self.bound)


def combined_files(
    seed: int, count: int, *, families: Mapping[str, Collection[str]] | None = None
) -> Iterator[CombinedFile]:
    """Yield `count` files of two to five papers; the same seed gives the same bytes.

    Args:
        seed: Of everything.
        count: How many files.
        families: Layout families to use by kind; a kind that is not named is not used. All if none.
    """
    for number in range(count):
        yield _file(random.Random(f"combined-{seed}-{number}"), number, families)


def _file(
    rng: random.Random, number: int, families: Mapping[str, Collection[str]] | None
) -> CombinedFile:
    channel = rng.choice(_CHANNELS)
    papers: list[Paper] = []
    for draft in _pile(rng, families):
        paper = _printed(draft, rng, families)
        if draft.kind != "other" and chance(rng, 0.12):
            paper = with_page_behind(paper, _blank())
        if chance(rng, _TRAILING_SHARE):
            paper = with_page_behind(paper, _trailing_line(draft, rng))
        sent = rng.choice(_CHANNELS[:-1]) if channel == "mixed" else channel
        papers.append(send(paper, sent, seed=f"{rng.randrange(10**9)}", dpi=_DPI))
    bound: list[Bound] = []
    page = 1
    for paper in papers:
        bound.append(Bound(paper=paper, first_page=page))
        page += paper.page_count
    data = join_pdfs([paper.data for paper in papers])
    name = f"combined-{number:04d}.pdf"
    return CombinedFile(name=name, data=data, suffix=".pdf", bound=tuple(bound))


def _pile(rng: random.Random, families: Mapping[str, Collection[str]] | None) -> list[Draft]:
    """Return what lies on the pile: papers of one application, some twice, some none of ours."""
    world = make_world(rng.randrange(10**9))
    own = [draft for draft in drafts_of(world) if families is None or families.get(draft.kind)]
    others = families is None or bool(families.get("other"))
    pile = rng.sample(own, k=min(len(own), rng.randint(2, _MOST_PAPERS)))
    if chance(rng, 0.35):
        at = rng.randrange(len(pile))
        pile.insert(at + 1, _twin(pile[at], rng))
    if others and chance(rng, 0.5):
        pile.insert(rng.randrange(len(pile) + 1), other_paper(world))
    return pile[: max(2, _MOST_PAPERS)]


def _twin(draft: Draft, rng: random.Random) -> Draft:
    """Return another paper of the same kind, of somebody else."""
    world = make_world(rng.randrange(10**9))
    if draft.kind == "business-licence":
        return second_licence(world)
    return next(one for one in drafts_of(world) if one.kind == draft.kind)


def _printed(
    draft: Draft, rng: random.Random, families: Mapping[str, Collection[str]] | None
) -> Paper:
    known = family_names(draft.kind)
    if families is not None:
        known = tuple(name for name in known if name in families[draft.kind])
    separators = tuple(name for name in known if name in _SEPARATE)
    if separators and chance(rng, 0.4):
        known = separators
    return compose(draft, rng.choice(known), f"{rng.randrange(10**9)}")


def with_page_behind(paper: Paper, page: Paper) -> Paper:
    """Return the paper with another page that is part of it: its back, or one with a line."""
    first = paper.page_count
    runs = (replace(run, page=run.page + first) for run in page.printed.runs)
    printed = replace(
        paper.printed,
        runs=(*paper.printed.runs, *runs),
        outlines=(*paper.printed.outlines, *page.printed.outlines),
    )
    return replace(
        paper,
        data=join_pdfs([paper.data, page.data]),
        page_count=first + page.page_count,
        printed=printed,
    )


def _trailing_line(draft: Draft, rng: random.Random) -> Paper:
    """Return a page that says that nothing follows, as it comes behind a paper."""
    line = replace(draft, kind="other", values={}, absent=set())
    layout = {"blocks": trailing_page(rng), "sizes": [10.5, 12, 14]}
    return compose(line, _TRAILING, f"{rng.randrange(10**9)}", layout=layout)


def _blank() -> Paper:
    press = Press(rng=random.Random(0))
    press.new_page(A4)
    data = press.finish(title="")
    return Paper(kind="other", family=_TRAILING, data=data, printed=printed_by(press))
