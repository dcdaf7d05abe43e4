"""The markup of paper templates, parsed into atoms that carry which field they belong to.

{field}  {field:form}  {field:form|u}   a value, printed in a form, underlined
[[field|text with {inner} values]]      a value that holds others, such as 建设规模
in single angle quotes: one|other       a wording; one is chosen per paper, always the same one
<seal:role>  <oval:role>  <sign:role>   a mark at this place; takes no room
<x> <o>  <t:flag=value>                 a ticked, an empty, a conditional box
<on:2024-05-06>                         a date that is no field, in the paper's own form of dates
<sp:12>                                 room of that many points
**bold**                                bold text
_u_text_u_                              underlined text
_s_text_s_                              small text, as of a second language
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from corpus.values import Value, printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One character or one mark, with what it belongs to."""

    text: str
    """One character; empty for a mark or room."""
    fields: tuple[tuple[str, int], ...] = ()
    """Field and the count of its occurrence on the paper, from the outside in."""
    bold: bool = False
    underline: bool = False
    scale: float = 1.0
    """How large it is, compared with the text around it."""
    mark: str = ""
    """Such as `seal:developer`, `tick`, `box`, `room:12`."""


@dataclass(slots=True, kw_only=True)
class Wording:
    """How one paper puts things: chosen wordings, forms of values, counts of occurrences."""

    rng: random.Random
    values: Mapping[str, Value]
    facts: Mapping[str, Value]
    flags: Mapping[str, str]
    forms: Mapping[str, str]
    """Field type (`date`, `sign-date`) or field to the default form on this paper."""
    form_of: Callable[[str], str]
    chosen: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def choose(self, options: str) -> str:
        """Return one wording of `one|other`, the same one throughout the paper."""
        if options not in self.chosen:
            self.chosen[options] = self.rng.choice(options.split("|"))
        return self.chosen[options]

    def occurrence(self, name: str) -> tuple[str, int]:
        """Return a fresh occurrence of the field."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return name, self.counts[name]


_CHOICE = re.compile("\u2039([^\u2039\u203a]*)\u203a")
_TOKEN = re.compile(
    r"\{(?P<value>[a-z_]+)(?::(?P<form>[a-z0-9-]*))?(?:\|(?P<style>u))?\}"
    r"|\[\[(?P<span>[a-z_]+)\|"
    r"|(?P<close>\]\])"
    r"|<(?P<tag>[a-zA-Z]+)(?::(?P<arg>[^<>]*))?>"
    r"|(?P<bold>\*\*)"
    r"|(?P<under>_u_)"
    r"|(?P<small>_s_)"
)
_SMALL = 0.7
_A_DATE = "valid_from"
"""A date that is no field is printed as this one would be."""


def resolve(markup: str, wording: Wording) -> str:
    """Return the markup with every wording chosen."""
    while True:
        chosen = _CHOICE.sub(lambda hit: wording.choose(hit[1]), markup)
        if chosen == markup:
            return markup
        markup = chosen


def parse(markup: str, wording: Wording) -> list[Atom]:
    """Return the atoms of the markup, values put in."""
    text = resolve(markup, wording)
    atoms: list[Atom] = []
    around: list[tuple[str, int]] = []
    shape = Atom(text="")
    at = 0
    for hit in _TOKEN.finditer(text):
        shape = replace(shape, fields=tuple(around))
        atoms += _letters(text[at : hit.start()], shape)
        at = hit.end()
        if hit["value"]:
            atoms += _value(hit["value"], hit["form"] or "", hit["style"] == "u", shape, wording)
        elif hit["span"]:
            around.append(wording.occurrence(hit["span"]))
        elif hit["close"]:
            around.pop()
        elif hit["bold"]:
            shape = replace(shape, bold=not shape.bold)
        elif hit["under"]:
            shape = replace(shape, underline=not shape.underline)
        elif hit["small"]:
            shape = replace(shape, scale=1.0 if shape.scale < 1 else _SMALL)
        elif hit["tag"] == "on":
            atoms += _letters(_dated(hit["arg"], wording), shape)
        else:
            atoms.append(replace(shape, mark=_mark(hit["tag"], hit["arg"] or "", wording.flags)))
    return atoms + _letters(text[at:], replace(shape, fields=tuple(around)))


def _dated(day: str, wording: Wording) -> str:
    form = wording.form_of(_A_DATE)
    return printed(_A_DATE, date.fromisoformat(day), form)


def _letters(text: str, shape: Atom) -> list[Atom]:
    return [replace(shape, text=char) for char in text]


def _value(
    name: str,
    form: str,
    underline: bool,  # noqa: FBT001 (parsed from the markup)
    shape: Atom,
    wording: Wording,
) -> list[Atom]:
    shape = replace(shape, underline=shape.underline or underline)
    if name in wording.facts:
        return _letters(printed(name, wording.facts[name], form or wording.form_of(name)), shape)
    if name not in wording.values:
        return _letters("　" * 6, shape) if shape.underline else []
    text = printed(name, wording.values[name], form or wording.form_of(name))
    own = replace(shape, fields=(*shape.fields, wording.occurrence(name)))
    if not shape.underline:
        return _letters(text, own)
    pad = replace(shape, text=" ")
    return [pad, *_letters(text, own), pad]


def _mark(tag: str, argument: str, flags: Mapping[str, str]) -> str:
    if tag == "x":
        return "tick"
    if tag == "o":
        return "box"
    if tag == "t":
        flag, _, wanted = argument.partition("=")
        return "tick" if flags.get(flag) in wanted.split(",") else "box"
    if tag == "sp":
        return f"room:{argument}"
    return f"{tag}:{argument}"
