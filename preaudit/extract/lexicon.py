"""The words that announce values, and what each means on a kind of paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from preaudit.folding import compact, within_edits

NOTHING: Final = "-"
_FUZZY_FROM: Final = 5
_BRACKET: Final = r"(?:\([^()]{0,24}\)|\[[^\[\]]{0,16}\])"
_NUMBERED: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\)[、.]?|\d{1,2}[、.]|\d+(?:\.\d+)+|[*★※·])"
)
_TAIL: Final = re.compile(rf"{_BRACKET}*[:;]?$")


class Role(BaseModel):
    """A party or person: how it is called, and which field an attribute of it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    announces: str
    labels: tuple[str, ...]
    gives: dict[str, str]


class OwnNumber(BaseModel):
    """How a paper's own number is announced, on the kinds that carry one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[str, ...]
    labels: tuple[str, ...]


class Wordings(BaseModel):
    """`knowledge/labels.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    attributes: dict[str, tuple[str, ...]]
    roles: dict[str, Role]
    default_role: dict[str, str]
    holders: dict[str, tuple[str, ...]]
    own_number: OwnNumber
    holder_person: tuple[str, ...]
    holder_gives: dict[str, dict[str, str]]
    fields: dict[str, tuple[str, ...]]
    kinds: dict[str, dict[str, str]]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a label announces: a field, or an attribute of a role; neither when it only delimits."""

    field: str = ""
    role: str = ""
    """Empty when the role is whoever was named before."""
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All labels of one kind of paper."""

    kind: str
    table: dict[str, Meaning]
    roles: dict[str, str]
    """Role ids by what the role is called; such a word may stand before an attribute."""
    prefixes: frozenset[str]
    slips: dict[str, tuple[str, ...]]
    """Labels by what is left when one character is lost, to find a misread one at once."""
    longest: int

    def meaning(self, text: str) -> Meaning | None:
        """Return what a whole label text means; brackets, numbering and one slip forgiven."""
        bare = _NUMBERED.sub("", text).rstrip(":;")
        plain = re.sub(_BRACKET, "", bare)
        for form in (bare, plain):
            exact = self.exact(form)
            if exact is not None:
                return exact
        if len(plain) < _FUZZY_FROM or len(plain) > self.longest + 1:
            return None
        return self._near(plain)

    def exact(self, text: str) -> Meaning | None:
        """Return what a label means: a word of the table, or a role with an attribute."""
        if text in self.table:
            return self.table[text]
        for end in range(min(len(text) - 1, self.longest), 1, -1):
            role = self.roles.get(text[:end])
            rest = text[end:].removeprefix("的")
            inner = self.table.get(rest) if role else None
            if role and inner is not None:
                composed = _compose(role, rest, inner, self.roles)
                if composed is not None:
                    return composed
        return None

    def _near(self, text: str) -> Meaning | None:
        """Return the meaning of a label one slip away: equal when one character is left out."""
        for shorter in (text, *_losses(text)):
            for label in self.slips.get(shorter, ()):
                if _alike(label, text):
                    return self.table[label]
        return None

    def known(self, text: str) -> bool:
        """Tell whether a whole text is a label, a bracket and a colon behind it allowed."""
        return self.meaning(text) is not None

    def spells(self, spelled: str, rest: str) -> bool:
        """Tell whether `rest` goes on with a label that `spelled` begins (施　工 | 单　位：…).

        True while the two together are the beginning of a label, or begin with a whole one that
        reaches into `rest`.
        """
        if not self.may_begin(spelled):
            return False
        text = spelled + rest
        if self.may_begin(text):
            return True
        most = min(len(text), self.longest)
        return any(self.exact(text[:n]) is not None for n in range(most, len(spelled), -1))

    def may_begin(self, text: str) -> bool:
        """Tell whether a text is the beginning of a label but none yet."""
        if text in self.prefixes:
            return True
        return any(
            text[:end] in self.roles and (end == len(text) or text[end:] in self.prefixes)
            for end in range(2, len(text) + 1)
        )

    def heads(self, text: str) -> int:
        """Return the length of the longest label that a text begins with; 0 where none does."""
        most = min(len(text), self.longest)
        return next((n for n in range(most, 1, -1) if text[:n] in self.table), 0)

    def begun_by(self, char: str) -> Meaning | None:
        """Return the meaning of the only label of two characters that begins with one."""
        told = {self.table[label] for label in self.table if len(label) == 2 and label[0] == char}  # noqa: PLR2004
        return next(iter(told)) if len(told) == 1 else None

    def ended_by(self, char: str) -> Meaning | None:
        """Return the meaning of the labels of two characters that end with one, if they agree.

        Labels that only delimit do not count where others announce something.
        """
        told = {self.table[label] for label in self.table if len(label) == 2 and label[1] == char}  # noqa: PLR2004
        told = told - {Meaning()} or told
        return next(iter(told)) if len(told) == 1 else None

    def begins(self, text: str) -> bool:
        """Tell whether a text begins with a label and a colon."""
        head, colon, _ = text.partition(":")
        return bool(colon) and self.meaning(head) is not None


def _alike(label: str, text: str) -> bool:
    """Tell whether two labels differ by a reading slip: one character, and not one that negates."""
    opposites = ("上下", "起止", "起至", "开竣", "甲乙")
    if abs(len(label) - len(text)) > 1 or not within_edits(label, text, 1):
        return False
    return not any(
        {a, b} == set(pair) for a, b in zip(label, text, strict=False) for pair in opposites
    )


def _losses(text: str) -> list[str]:
    return [text[:i] + text[i + 1 :] for i in range(len(text))]


def _slips(table: dict[str, Meaning]) -> dict[str, tuple[str, ...]]:
    slips: dict[str, list[str]] = {}
    for label in table:
        if len(label) >= _FUZZY_FROM:
            for shorter in {label, *_losses(label)}:
                slips.setdefault(shorter, []).append(label)
    return {shorter: tuple(labels) for shorter, labels in slips.items()}


@cache
def wordings() -> Wordings:
    """Return the label knowledge."""
    text = files(__package__).joinpath("knowledge/labels.yaml").read_text(encoding="utf-8")
    return Wordings.model_validate(yaml.safe_load(text))


def known_kinds() -> tuple[str, ...]:
    """Return the kinds of paper that have wordings of their own."""
    return tuple(wordings().kinds)


@cache
def lexicon(kind: str) -> Lexicon:
    """Return the labels of one kind of paper."""
    known = wordings()
    table: dict[str, Meaning] = {compact(label): Meaning() for label in known.others}
    for field, labels in known.fields.items():
        table |= {compact(label): Meaning(field=field) for label in labels}
    for attribute, labels in known.attributes.items():
        table |= {compact(label): Meaning(attribute=attribute) for label in labels}
    roles = {compact(label): name for name, role in known.roles.items() for label in role.labels}
    table |= {
        label: Meaning(role=name, attribute=known.roles[name].announces)
        for label, name in roles.items()
    }
    if kind in known.own_number.kinds:
        table |= {
            compact(label): Meaning(field="certificate_no") for label in known.own_number.labels
        }
    if kind in known.holders["person"]:
        table |= {label: Meaning(field="holder_person") for label in known.holder_person}
    table |= {compact(label): _meant(word) for label, word in known.kinds.get(kind, {}).items()}
    if "日期" in known.kinds.get(kind, {}):
        table["时间"] = table["日期"]
    prefixes = {label[:n] for label in table for n in range(1, len(label))}
    return Lexicon(
        kind=kind,
        table=table,
        roles=roles,
        prefixes=frozenset(prefixes),
        slips=_slips(table),
        longest=max(len(label) for label in table),
    )


def _compose(role: str, rest: str, inner: Meaning, roles: dict[str, str]) -> Meaning | None:
    """Return what a role's word and a second label mean together."""
    person = roles.get(rest)
    if person is not None:
        other = wordings().roles[person]
        return _person_of(role, person, other) if other.announces == "person" else None
    if inner.attribute and not inner.role:
        return Meaning(role=role, attribute=inner.attribute)
    return None


def _person_of(party: str, person: str, role: Role) -> Meaning:
    """Return whom 施工单位 + 项目负责人 means: the party's own responsible person."""
    own = {"contractor": "project-manager", "supervisor": "chief-supervisor"}
    strangers = {"surveyor", "designer", "drawing-reviewer", "other-party", "bidding-agent", "bank"}
    if party in strangers:
        return Meaning(role="other-person", attribute="person")
    if person == "project-manager" and party == "supervisor":
        return Meaning(role=own[party], attribute="person")
    return Meaning(role=person, attribute=role.announces)


def _meant(word: str) -> Meaning:
    if word == NOTHING:
        return Meaning()
    if "." in word:
        role, attribute = word.split(".")
        return Meaning(role="" if role == "?" else role, attribute=attribute)
    return Meaning(field=word)
