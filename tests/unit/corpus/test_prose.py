"""Papers in running text: wordings kept apart by family, sentences woven for one paper."""

from __future__ import annotations

import random
import re

import pytest

from corpus.arrangements import Plan
from corpus.compose import compose
from corpus.drafts import drafts_of
from corpus.faces import faces_installed
from corpus.prose import pools
from corpus.values import fields_of, kind_names, normalised
from corpus.world import make_world
from corpus.woven import woven

_KINDS = tuple(kind for kind in kind_names() if kind not in ("identity-card", "other"))
_NAMED = re.compile(r"\{([a-z_]+)|\[\[([a-z_]+)\|")
_AT_THE_FOOT = {"issued_on", "issuing_authority", "application_date", "construction_scale"}
"""Said below the text, or in other words within it."""


def _said(kind: str, seed: int) -> str:
    blocks = woven(Plan(kind=kind, groups=(), rng=random.Random(f"{kind}-{seed}")))
    return "".join(str(text) for block in blocks for text in block.values())


@pytest.mark.parametrize("kind", _KINDS)
def test_no_wording_stands_in_two_pools(kind: str) -> None:
    """Whoever leaves one family out of training leaves all its sentences out."""
    said = [
        one
        for pool in pools(kind).values()
        for one in {wording for wordings in pool for wording in wordings if wording}
    ]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("kind", _KINDS)
def test_every_paragraph_has_several_wordings(kind: str) -> None:
    """Each paragraph of each family has three wordings at least."""
    for name, pool in pools(kind).items():
        assert all(len([one for one in wordings if one]) >= 3 for wordings in pool), name


@pytest.mark.parametrize("kind", _KINDS)
def test_woven_papers_begin_in_many_ways(kind: str) -> None:
    """Of 100 papers at least 70 begin differently, and they share few sentences."""
    papers = [_said(kind, seed) for seed in range(100)]
    sentences = {one for paper in papers for one in re.split("[。；]", paper)}
    assert len({paper[:40] for paper in papers}) >= 70
    assert len(sentences) >= 200


@pytest.mark.parametrize("kind", _KINDS)
def test_woven_papers_say_what_their_kind_says(kind: str) -> None:
    """Nearly all fields are said on every paper, none is foreign, and no phrase is left over."""
    expected = set(fields_of(kind)) - _AT_THE_FOOT
    for seed in range(40):
        text = _said(kind, seed)
        named = {one or other for one, other in _NAMED.findall(text)}
        assert named <= set(fields_of(kind)) | {"city", "region", "bureau"}
        assert len(named & expected) >= 0.85 * len(expected)
        assert "@" not in text


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
@pytest.mark.parametrize("family", ["g-woven", "g-report", "g-notice"])
def test_running_text_is_truth_to_the_letter(family: str) -> None:
    """What the answer key says of a value in a sentence is the value and nothing beside it."""
    for draft in drafts_of(make_world(11)):
        if draft.kind in _KINDS:
            for name, spots in compose(draft, family, "3").spots.items():
                if name in draft.values:
                    worth = normalised(draft.values[name])
                    assert {str(spot.normalised) for spot in spots} == {str(worth)}
