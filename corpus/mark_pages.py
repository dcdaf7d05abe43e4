"""Papers on which marks are measured: seals of every make, places left bare, red distractors.

The papers are those of the corpus; only who stamps them differs, with chance of its own, so that
the papers of a seed stay what they are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from corpus.chance import chance
from corpus.compose import compose, family_names
from corpus.distractors import distract
from corpus.drafts import Draft, drafts_of
from corpus.faces import pdf_face
from corpus.legibility import pressed_letters
from corpus.paper import Paper
from corpus.press import Press, PressedMark, Rect, Slot
from corpus.seal_art import (
    MM,
    PX_PER_MM,
    Design,
    Pressing,
    design_company,
    design_personal,
    press_by_chance,
    pressed,
    width_pt,
)
from corpus.stamps import signature
from corpus.world import make_world

KINDS = (
    "application-form", "construction-contract", "supervision-contract", "funds-commitment",
    "award-notice", "business-licence", "real-estate-certificate", "construction-planning-permit",
    "power-of-attorney", "drawing-review-certificate", "safety-licence",
    "quality-safety-registration",
)  # fmt: skip
Made = tuple[Image.Image, Design, float]
"""A seal's picture, what it bears, and by how many degrees it was turned."""
_ASIDE = 0.16
"""Share of the papers' signing places that hold nothing."""


def marked_papers(seed: int, count: int) -> Iterator[Paper]:
    """Yield native papers with marks of every make; the same seed gives the same papers."""
    rng = random.Random(f"marked-{seed}")
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        world_seed = rng.randrange(10**9)
        draft = next(one for one in drafts_of(make_world(world_seed)) if one.kind == kind)
        yield compose_marked(draft, rng.choice(family_names(kind)), str(world_seed))


def compose_marked(draft: Draft, family: str, seed: str) -> Paper:
    """Return the paper of a draft with marks of every make."""
    stamper = _Stamper(rng=random.Random(f"marks-{seed}-{draft.kind}-{family}"))
    return compose(draft, family, seed, stamp=stamper.stamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamper:
    rng: random.Random

    def stamp(
        self, press: Press, draft: Draft, layout: Mapping[str, Any], _rng: random.Random
    ) -> None:
        """Put the marks of a paper on its pages."""
        for slot in press.slots:
            kind, _, role = slot.mark.partition(":")
            if kind == "qr":
                rect = (slot.x, slot.baseline, slot.x + slot.size, slot.baseline + slot.size)
                press.marks.append(PressedMark(kind="qr_code", page=slot.page, rect=rect))
            elif kind in ("seal", "oval"):
                self._seal(press, slot, draft.parties[role])
            elif kind == "sign":
                self._sign(press, slot, draft.parties[role])
        if "paging" in layout and len(press.pages) > 1 and not chance(self.rng, 0.15):
            self._paging(press, draft.parties[layout["paging"].split("|")[0]])
        if chance(self.rng, 0.6):
            distract(press, self.rng)

    def _seal(self, press: Press, slot: Slot, owner: str) -> None:
        if chance(self.rng, _ASIDE):
            rect = _around(slot, 60, 20)
            press.marks.append(PressedMark(kind="no_seal", page=slot.page, rect=rect))
            return
        design, pressing = design_company(self.rng, owner), press_by_chance(self.rng)
        picture = pressed(self.rng, design, pressing)
        x, y, look = self._spot(press, slot, picture)
        _put(
            press,
            slot.page,
            (picture, design, pressing.turn_degrees),
            (x, y),
            look or _look(pressing),
        )
        if chance(self.rng, 0.08):
            other = design_company(self.rng, owner + "第二分公司")
            again = press_by_chance(self.rng)
            second = pressed(self.rng, other, again)
            wide = width_pt(picture)
            beside = (
                x + self.rng.choice((-0.6, 0.6)) * wide,
                y + self.rng.uniform(-0.3, 0.3) * wide,
            )
            if _fits(press, slot.page, second, beside):
                _put(press, slot.page, (second, other, again.turn_degrees), beside, "overlap")

    def _spot(self, press: Press, slot: Slot, picture: Image.Image) -> tuple[float, float, str]:
        """Return where a seal comes down, and `partial` when the page's edge cuts it."""
        wide = width_pt(picture)
        tall = wide * picture.height / picture.width
        width, height = press.pages[slot.page - 1].size
        x = slot.x + self.rng.uniform(-0.35, 0.1) * wide
        y = slot.baseline - tall * self.rng.uniform(0.28, 0.52)
        if chance(self.rng, 0.05):
            lost = self.rng.uniform(0.12, 0.3)
            if chance(self.rng, 0.5):
                return min(max(x, 6), width - wide - 6), height - tall * (1 - lost), "partial"
            return width - wide * (1 - lost * 0.8), min(max(y, 6), height - tall - 6), "partial"
        return min(max(x, 6), width - wide - 6), min(max(y, 6), height - tall - 6), ""

    def _sign(self, press: Press, slot: Slot, owner: str) -> None:
        drawn = self.rng.random()
        if drawn < 2 * _ASIDE:
            if drawn < 0.6 * _ASIDE:
                _type_name(press, slot, owner)
            rect = _around(slot, 80, 16)
            look = "typed" if drawn < 0.6 * _ASIDE else ""
            press.marks.append(
                PressedMark(kind="no_signature", page=slot.page, rect=rect, bears={"look": look})
            )
        elif drawn < 2.6 * _ASIDE:
            design, pressing = design_personal(self.rng, owner), press_by_chance(self.rng)
            picture = pressed(self.rng, design, pressing)
            x, y = slot.x + self.rng.uniform(2, 16), slot.baseline - width_pt(picture) * 0.7
            x = min(x, press.pages[slot.page - 1].size[0] - width_pt(picture) - 8)
            _put(
                press, slot.page, (picture, design, pressing.turn_degrees), (x, y), _look(pressing)
            )
        else:
            self._by_hand(press, slot, owner)

    def _by_hand(self, press: Press, slot: Slot, owner: str) -> None:
        picture = signature(self.rng, owner)
        tall = self.rng.uniform(20, 36)
        wide = min(tall * picture.width / picture.height, 130.0)
        room = press.pages[slot.page - 1].size[0] - 36 - wide
        x, y = min(slot.x + self.rng.uniform(0, 16), room), slot.baseline - tall * 0.8
        rect = (x, y, x + wide, y + tall)
        press.image(picture, rect, page=slot.page, over=True)
        press.marks.append(PressedMark(kind="signature", page=slot.page, rect=rect, owner=owner))

    def _paging(self, press: Press, owner: str) -> None:
        """Press one seal across the fanned edges of all pages; some sequences are broken."""
        design = replace(
            design_company(self.rng, owner), shape="round", width_mm=42.0, tall_mm=42.0
        )
        pressing = replace(
            press_by_chance(self.rng), gaps=0.0, turn_degrees=self.rng.uniform(-20, 20)
        )
        picture = pressed(self.rng, design, pressing)
        picture = picture.crop(picture.getbbox())
        count, on_left = len(press.pages), chance(self.rng, 0.12)
        broken = self.rng.randrange(count) if count > 2 and chance(self.rng, 0.25) else -1  # noqa: PLR2004 (two pages have no middle)
        tall = width_pt(picture) * picture.height / picture.width
        top = press.pages[0].size[1] * self.rng.uniform(0.25, 0.65)
        for index, page in enumerate(press.pages):
            if index == broken:
                continue
            at = count - 1 - index if on_left else index
            strip = picture.crop(
                (
                    round(picture.width * at / count),
                    0,
                    round(picture.width * (at + 1) / count),
                    picture.height,
                )
            )
            wide = width_pt(strip)
            y = top + self.rng.uniform(-3, 3)
            x = 0.0 if on_left else page.size[0] - wide
            rect = (x, y, x + wide, y + tall)
            press.image(strip, rect, page=index + 1, over=True)
            bears = {"slice": f"{index + 1}/{count}", "look": "broken" if broken >= 0 else ""}
            press.marks.append(
                PressedMark(kind="paging_seal", page=index + 1, rect=rect, owner=owner, bears=bears)
            )


def _put(press: Press, page: int, made: Made, spot: tuple[float, float], look: str) -> None:
    """Put a seal on a page; its truth is the box of its ink."""
    picture, design, turn_degrees = made
    scale = width_pt(picture) / picture.width
    (x, y) = spot
    rect = (x, y, x + picture.width * scale, y + picture.height * scale)
    press.image(picture, rect, page=page, over=True)
    left, top, right, bottom = picture.getbbox() or (0, 0, *picture.size)
    press.marks.append(
        PressedMark(
            kind="seal", page=page, owner=design.owner, shape=design.shape,
            rect=(x + left * scale, y + top * scale, x + right * scale, y + bottom * scale),
            bears={"centre": design.centre, "code": design.code, "look": look},
            letters=pressed_letters(design, turn_degrees, rect, MM / PX_PER_MM),
        )
    )  # fmt: skip


def _fits(press: Press, page: int, picture: Image.Image, spot: Sequence[float]) -> bool:
    width, height = press.pages[page - 1].size
    wide = width_pt(picture)
    tall = wide * picture.height / picture.width
    return 4 < spot[0] < width - wide - 4 and 4 < spot[1] < height - tall - 4  # noqa: PLR2004 (clear of the edge)


def _look(pressing: Pressing) -> str:
    if pressing.strength < 0.5:  # noqa: PLR2004 (half strength)
        return "faint"
    if pressing.gaps:
        return "broken"
    return "heavy" if pressing.swell_mm > 0.1 else ""  # noqa: PLR2004 (a tenth of a millimetre)


def _around(slot: Slot, wide: float, tall: float) -> Rect:
    return (slot.x, slot.baseline - 0.8 * tall, slot.x + wide, slot.baseline + 0.2 * tall)


def _type_name(press: Press, slot: Slot, name: str) -> None:
    """Print a name where a hand should have signed."""
    height = press.pages[slot.page - 1].size[1]

    def stroke(canvas: Any) -> None:
        words = canvas.beginText(slot.x + 2, height - slot.baseline)
        words.setFont(pdf_face("song"), slot.size)
        words.setFillColorRGB(0, 0, 0)
        words.textOut(name)
        canvas.drawText(words)

    press.pages[slot.page - 1].strokes.append(stroke)
