"""How one paper is set: faces, sizes, ink, forms of dates and money; drawn from its seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.chance import chance
from corpus.lines import Type
from corpus.press import A4, Ink
from corpus.values import field_types

_INKS: dict[str, Ink] = {
    "black": (0.0, 0.0, 0.0),
    "red": (0.72, 0.06, 0.08),
    "brown": (0.45, 0.2, 0.08),
    "green": (0.05, 0.38, 0.25),
    "blue": (0.08, 0.2, 0.5),
    "grey": (0.35, 0.35, 0.35),
    "gold": (0.72, 0.53, 0.16),
    "cream": (0.995, 0.985, 0.94),
    "mint": (0.94, 0.98, 0.95),
    "pink": (1.0, 0.965, 0.96),
    "sky": (0.94, 0.97, 1.0),
    "shade": (0.93, 0.93, 0.93),
}
_PEN_INKS: tuple[Ink, ...] = ((0.1, 0.14, 0.42), (0.12, 0.12, 0.16), (0.05, 0.1, 0.3))
_FANG_SQUEEZE = {"kai": 0.92, "song": 0.88}
"""What stands for 仿宋, which Debian lacks: a narrow Kai, or a narrow thin Song."""
_SIGN_FIELDS = ("signed_on", "issued_on", "application_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The hand in which a paper is set."""

    body: Type
    value: Type
    """Of values in forms and lines; on some papers as if filled in with a pen."""
    label: Type
    head: Type
    leading: float
    margin: float
    forms: Mapping[str, str]
    """`date`, `sign-date`, `area`, and field ids."""
    grid_width: float
    label_fill: Ink | None
    value_face: str
    spread: bool
    colon: str
    tick_shape: str

    def form_of(self, name: str) -> str:
        """Return the default printed form of a field."""
        if name in self.forms:
            return self.forms[name]
        kind = field_types().get(name, "")
        if kind == "date" or name == "born":
            return self.forms["sign-date" if name in _SIGN_FIELDS else "date"]
        return ""


def ink(name: str) -> Ink:
    """Return the colour of that name."""
    return _INKS[name]


def draw_style(rng: random.Random, layout: Mapping[str, Any]) -> Style:
    """Return a style that the layout allows."""
    body_face = rng.choice(layout.get("body", ("song", "song", "kai", "hei")))
    fang = body_face == "fang"
    if fang:
        body_face = rng.choice(("song", "song", "kai"))
    latin = rng.choice((body_face, body_face, "serif" if body_face in ("song", "kai") else "sans"))
    size = rng.choice(layout.get("sizes", (10.5, 11, 12)))
    value_face = rng.choice((body_face, body_face, rng.choice(("kai", "song"))))
    label_ink = ink(layout.get("label_ink", "black"))
    label_face = rng.choice((body_face, body_face, "hei", "song")) if body_face != "kai" else "kai"
    fill = chance(rng, 0.15) and "label_ink" not in layout
    squeeze, spacing = layout.get("squeeze", 1.0), layout.get("spacing", 0.0)
    body = Type(face=value_face, latin=latin, size=size, squeeze=squeeze, spacing=spacing)
    if fang:
        body = replace(body, face=body_face, squeeze=_FANG_SQUEEZE[body_face])
    filled = replace(body, face="kai", latin="kai", ink=rng.choice(_PEN_INKS))
    return Style(
        body=body,
        value=filled if chance(rng, 0.08) else body,
        label=Type(
            face=label_face,
            latin=latin if latin == "serif" else label_face,
            size=size,
            bold=chance(rng, 0.25),
            ink=label_ink,
            squeeze=squeeze,
            spacing=spacing,
        ),
        head=Type(
            face=rng.choice(layout.get("head", ("hei", "song", "kai"))),
            latin="serif",
            size=22,
            bold=chance(rng, 0.7),
        ),
        leading=rng.uniform(*layout.get("leading", (1.45, 1.75))),
        margin=rng.uniform(58, 84),
        forms=_forms(rng, layout),
        grid_width=rng.choice((0.5, 0.7, 0.9)),
        label_fill=ink("shade") if fill else None,
        value_face=value_face,
        spread=bool(layout.get("spread", chance(rng, 0.5))),
        colon=rng.choice(("：", "：", "：", ":")),
        tick_shape=rng.choice(("check", "check", "root", "filled")),
    )


def _forms(rng: random.Random, layout: Mapping[str, Any]) -> dict[str, str]:
    forms = {
        "date": rng.choice(("cn", "cn", "cn-padded", "iso", "dot", "cn-spaced")),
        "sign-date": rng.choice(("cn", "cn-spaced", "cn-spaced", "cn-padded", "han", "iso")),
    }
    forms.update(
        {name: rng.choice(options.split("|")) for name, options in layout.get("forms", {}).items()}
    )
    return forms


def page_size(layout: Mapping[str, Any]) -> tuple[float, float]:
    """Return the layout's page size in points."""
    sizes = {
        "a4": A4,
        "a4-wide": (A4[1], A4[0]),
        "a3-wide": (A4[1] * 1.414, A4[1]),
        "a5-wide": (595.28, 419.53),
        "b5": (498.9, 708.66),
    }
    return sizes[layout.get("page", "a4")]
