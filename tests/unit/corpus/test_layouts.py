"""The grammar gives many layouts, each of which prints what its kind says."""

from __future__ import annotations

import json
import random
import re

import pytest

from corpus.compose import compose
from corpus.drafts import drafts_of, other_paper
from corpus.faces import faces_installed
from corpus.grammar import draw_layout, grammar_families
from corpus.values import fields_of, kind_names
from corpus.world import make_world

_KINDS = tuple(kind for kind in kind_names() if kind not in ("identity-card", "other"))
_NAMED = re.compile(r"\{([a-z_]+)(?::[a-z0-9-]*)?(?:\|u)?\}")
_SPANNED = re.compile(r"\[\[([a-z_]+)\|")


def _markup(kind: str, family: str, seed: int) -> str:
    layout = draw_layout(kind, family, random.Random(f"layout-{seed}"))
    return json.dumps(layout["blocks"], ensure_ascii=False)


def _fingerprint(kind: str, seed: int) -> tuple[str, ...]:
    """Return what tells a layout from another: arrangement, order, labels, pairing, no sizes."""
    families = grammar_families(kind)
    family = families[seed % len(families)]
    blocks = draw_layout(kind, family, random.Random(f"layout-{seed}"))["blocks"]
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', json.dumps(blocks, ensure_ascii=False))
    return (family, *words)


def _skeleton(kind: str, seed: int) -> tuple[str, ...]:
    """Return the same without labels: which values, in which order, in which blocks."""
    family, *words = _fingerprint(kind, seed)
    kept = [part for word in words for part in re.findall(r"\{[a-z_]+|^[a-z]+$|^c\d", word)]
    return (family, *kept)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_kind_has_two_hundred_layouts(kind: str) -> None:
    """Of 260 draws at least 200 differ in arrangement, order, labels or pairing."""
    assert len({_fingerprint(kind, seed) for seed in range(260)}) >= 200


def test_layouts_differ_in_more_than_wording() -> None:
    """Even with every label taken off, a main kind has dozens of layouts."""
    assert all(len({_skeleton(kind, seed) for seed in range(260)}) >= 40 for kind in _KINDS)


@pytest.mark.parametrize("family", grammar_families("award-notice"))
def test_a_family_sets_every_kind(family: str) -> None:
    """Each family prints most of a kind's fields, and nothing that the kind does not know."""
    drafts = {draft.kind: draft for draft in drafts_of(make_world(5))}
    for kind in _KINDS:
        for seed in range(4):
            text = _markup(kind, family, seed)
            named = set(_NAMED.findall(text)) | set(_SPANNED.findall(text))
            fields = named & set(fields_of(kind))
            assert named <= set(fields_of(kind)) | set(drafts[kind].facts), (kind, named)
            assert len(fields) >= 0.55 * len(set(drafts[kind].values)), (kind, fields)


@pytest.mark.parametrize("family", grammar_families("other"))
def test_other_papers_mention_facts_alone(family: str) -> None:
    """A paper that is none of ours names parties and numbers, but carries no field."""
    facts = set(other_paper(make_world(5)).facts)
    for seed in range(6):
        text = _markup("other", family, seed)
        assert set(_NAMED.findall(text)) <= facts
        assert not _SPANNED.findall(text)


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
def test_boxes_hold_a_code_letter_by_letter() -> None:
    """A code in boxes is one value in the answer key, whatever room its letters keep."""
    draft = next(one for one in drafts_of(make_world(4)) if one.kind == "power-of-attorney")
    spot = compose(draft, "g-boxed", "4").spots["agent_id_number"][0]
    assert spot.value == draft.values["agent_id_number"]
    assert spot.box[2] - spot.box[0] > 0.25


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
def test_a_booklet_is_one_wide_page() -> None:
    """The two pages of an opened certificate are set side by side, fields on one of them."""
    draft = next(one for one in drafts_of(make_world(4)) if one.kind == "safety-licence")
    paper = compose(draft, "g-booklet", "6")
    assert paper.page_count == 1
    own = [paper.spots[name][0] for name in ("holder_name", "holder_address", "certificate_no")]
    assert all(one.box[2] < 0.5 for one in own) or all(one.box[0] > 0.5 for one in own)
