"""From a draft and a layout to a finished paper: blocks set, marks put, truth read off."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.drafts import Draft
from corpus.form_blocks import FormSetter
from corpus.grammar import draw_layout, grammar_families
from corpus.legibility import Letter
from corpus.markup import Wording
from corpus.paper import Paper, PaperMark, Part, Spot
from corpus.press import Fragment, Press, PressedMark, Rect, Slot
from corpus.recording import printed_by
from corpus.stamps import seal, signature
from corpus.style import draw_style, page_size
from corpus.values import Value, kind_names, normalised, plain

_APPROVAL_NOTE = re.compile(r"\(依法须经批准的项目[^()]*\)$")
"""What registers print behind every scope; no part of the scope."""
SEAL_PT = 116
"""The print of a company seal is about 41 mm wide."""


def family_names(kind: str) -> tuple[str, ...]:
    """Return all layout families of a kind: those written down, then those of the grammar."""
    return (*layouts(kind), *grammar_families(kind))


@cache
def layouts(kind: str) -> Mapping[str, Any]:
    """Return the layouts of a kind that are written down, by family."""
    text = (files("corpus") / "content" / "papers" / f"{kind}.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)["layouts"]
    return {str(name): layout for name, layout in loaded.items()}


Stamp = Callable[[Press, Draft, Mapping[str, Any], random.Random], None]
"""Puts seals and signatures on the pages of a draft that were set in a layout."""


def compose(
    draft: Draft,
    family: str,
    seed: str,
    *,
    stamp: Stamp | None = None,
    layout: Mapping[str, Any] | None = None,
) -> Paper:
    """Return the paper of the draft in a layout family; the same seed gives the same bytes.

    Args:
        draft: What the paper says.
        family: The layout family.
        seed: Of everything that is left to chance.
        stamp: Puts the marks on it; by default one seal or signature wherever the layout asks.
        layout: The family's layout, where it is none of this room's own families.
    """
    rng = random.Random(f"{seed}-{draft.kind}-{family}-{draft.instance}")
    if layout is None:
        drawn = family in grammar_families(draft.kind)
        layout = draw_layout(draft.kind, family, rng) if drawn else layouts(draft.kind)[family]
    style = draw_style(rng, layout)
    press = Press(rng=rng, tick_shape=style.tick_shape)
    wording = Wording(
        rng=rng,
        values=draft.values,
        facts=draft.facts,
        flags=draft.flags,
        forms=style.forms,
        form_of=style.form_of,
    )
    setter = FormSetter(
        press=press,
        style=style,
        wording=wording,
        size=page_size(layout),
        top=layout.get("top", 70),
        on_page=layout.get("on_page", []),
    )
    _set_front(setter, layout)
    setter.start_page()
    setter.set_all(layout["blocks"])
    _number_pages(setter, layout)
    (stamp or _stamp_all)(press, draft, layout, rng)
    return _paper(draft, family, press)


def _set_front(setter: FormSetter, layout: Mapping[str, Any]) -> None:
    """Set the cover and what else stands before the first page, on pages of their own kind."""
    front = layout.get("front")
    if front is None:
        return
    size, top, on_page = setter.size, setter.top, setter.on_page
    setter.size, setter.top, setter.on_page = page_size(front), 70, front["on_page"]
    for blocks in front["pages"]:
        setter.start_page()
        setter.set_all(blocks)
        setter.on_page = []
    setter.size, setter.top, setter.on_page = size, top, on_page


def _number_pages(setter: FormSetter, layout: Mapping[str, Any]) -> None:
    """Print 第 n 页 共 m 页 at the foot; a cover bears no number, and may not count."""
    form = layout.get("numbers")
    if not form:
        return
    press, cover = setter.press, int(layout.get("covers", 0))
    total = len(press.pages) - cover
    pages = press.pages
    for number in range(max(1, int(layout.get("unmarked", 0)) - cover + 1), total + 1):
        press.pages = pages[: number + cover]
        setter.size = press.size
        setter.set(
            {
                "put": setter.wording.choose(form).format(n=number, m=total),
                "y": 0.945,
                "align": "centre",
                "size": 9,
                "role": "number",
            }
        )
    press.pages = pages


def _stamp_all(press: Press, draft: Draft, layout: Mapping[str, Any], rng: random.Random) -> None:
    for slot in press.slots:
        kind, _, argument = slot.mark.partition(":")
        if kind == "qr":
            rect = (slot.x, slot.baseline, slot.x + slot.size, slot.baseline + slot.size)
            press.marks.append(PressedMark(kind="qr_code", page=slot.page, rect=rect))
        elif kind in ("seal", "oval") and f"seal:{argument}" not in draft.absent:
            _seal(press, slot, draft.parties[argument], rng, oval=kind == "oval")
        elif kind == "sign" and f"signature:{argument}" not in draft.absent:
            _sign(press, slot, draft.parties[argument], rng)
    if "paging" in layout and "paging_seal" not in draft.absent:
        _paging_seals(press, draft.parties[rng.choice(layout["paging"].split("|"))], rng)


def _seal(press: Press, slot: Slot, owner: str, rng: random.Random, *, oval: bool) -> None:
    side = SEAL_PT * rng.uniform(0.9, 1.04)
    tall = side * (0.68 if oval else 1.0)
    width, height = press.pages[slot.page - 1].size
    x = min(max(slot.x + rng.uniform(-0.35, 0.1) * side, 6), width - side - 6)
    y = min(max(slot.baseline - tall * rng.uniform(0.28, 0.52), 6), height - tall - 6)
    centre = rng.choice(("", "", "合同专用章")) if oval else rng.choice(("", "", "", "业务专用章"))
    picture = seal(rng, owner, centre=centre, oval=oval)
    rect = (x, y, x + side, y + tall)
    press.image(picture, rect, page=slot.page, over=True)
    press.marks.append(
        PressedMark(
            kind="seal", page=slot.page, rect=rect, owner=owner, shape="oval" if oval else "round"
        )
    )


def _sign(press: Press, slot: Slot, owner: str, rng: random.Random) -> None:
    picture = signature(rng, owner)
    tall = rng.uniform(25, 34)
    wide = min(tall * picture.width / picture.height, 120.0)
    room = press.pages[slot.page - 1].size[0] - 36 - wide
    x, y = min(slot.x + rng.uniform(2, 14), room), slot.baseline - tall * 0.8
    rect = (x, y, x + wide, y + tall)
    press.image(picture, rect, page=slot.page, over=True)
    press.marks.append(PressedMark(kind="signature", page=slot.page, rect=rect, owner=owner))


def _paging_seals(press: Press, owner: str, rng: random.Random) -> None:
    """Split one seal over the right edges of all pages."""
    count = len(press.pages)
    if count < 2:  # noqa: PLR2004 (one page has no edges to join)
        return
    picture = seal(rng, owner)
    share = max(1 / count, 0.12)
    top = press.pages[0].size[1] * rng.uniform(0.3, 0.65)
    for number, page in enumerate(press.pages, start=1):
        start = (number - 1) * (1 - share) / max(1, count - 1)
        strip = picture.crop(
            (
                round(picture.width * start),
                0,
                round(picture.width * (start + share)),
                picture.height,
            )
        )
        wide = SEAL_PT * share
        y = top + rng.uniform(-3, 3)
        rect = (page.size[0] - wide, y, page.size[0], y + SEAL_PT)
        press.image(strip, rect, page=number, over=True)
        press.marks.append(PressedMark(kind="paging_seal", page=number, rect=rect, owner=owner))


def _paper(draft: Draft, family: str, press: Press) -> Paper:
    data = press.finish(title=kind_names()[draft.kind])
    spots: dict[str, tuple[Spot, ...]] = {}
    for (name, _count), fragments in sorted(press.fragments.items(), key=lambda item: item[0][1]):
        spots[name] = (*spots.get(name, ()), _spot(press, fragments, name, draft.values.get(name)))
    unprinted = {
        name: normalised(value) for name, value in draft.values.items() if name not in spots
    }
    marks = tuple(
        PaperMark(
            kind=mark.kind,
            page=mark.page,
            box=_shares(press, mark.page, mark.rect),
            owner=mark.owner,
            shape=mark.shape,
            bears=mark.bears,
            letters=tuple(_letter(press, mark.page, one) for one in mark.letters),
        )
        for mark in sorted(press.marks, key=lambda mark: mark.page)
    )
    return Paper(
        kind=draft.kind,
        family=family,
        data=data,
        page_count=len(press.pages),
        spots=spots,
        marks=marks,
        unprinted=unprinted,
        printed=printed_by(press),
    )


def _letter(press: Press, page: int, one: Letter) -> Letter:
    """Return a seal's letter with its corners as shares of the page."""
    width, height = press.pages[page - 1].size
    return replace(one, quad=tuple((x / width, y / height) for x, y in one.quad))


def _spot(press: Press, fragments: Sequence[Fragment], name: str, value: Value | None) -> Spot:
    """Return the place of a value; a value made of others (建设规模) is worth what is printed."""
    parts = tuple(
        Part(page=one.page, box=_shares(press, one.page, one.rect), text=one.text)
        for one in fragments
    )
    text = "".join(part.text for part in parts)
    if isinstance(value, tuple) and text == "".join(value):
        text = "\n".join(value)
    worth = plain(text) if value is None else normalised(value)
    if name == "business_scope" and isinstance(worth, str):
        worth = _APPROVAL_NOTE.sub("", worth)
    return Spot(value=text, normalised=worth, parts=parts)


def _shares(press: Press, page: int, rect: Rect) -> tuple[float, float, float, float]:
    width, height = press.pages[page - 1].size

    def share(value: float, whole: float) -> float:
        return round(min(1.0, max(0.0, value / whole)), 5)

    return (
        share(rect[0], width),
        share(rect[1], height),
        share(rect[2], width),
        share(rect[3], height),
    )
