"""The words that announce values, and what each means on a kind of paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from preaudit.folding import compact, within_edits

NOTHING: Final = "-"
_FUZZY_FROM: Final = 5
_BRACKET: Final = r"(?:\([^()]{0,24}\)|\([A-Za-z.,'/&-]{0,60}\)|\[[^\[\]]{0,16}\])"
_BRACKETED: Final = re.compile(r"\(([^()]{2,16})\)[:;]?$")
_LATIN: Final = r"[A-Za-z][A-Za-z.,'&/()-]{2,80}"
_ENGLISH: Final = re.compile(
    rf"(?<=[\u4e00-\u9fff)])[/|·-]?{_LATIN}$|^{_LATIN}[/|·:-]?(?=[\u4e00-\u9fff])"
)
"""What stands behind or before a label on a form in two languages."""
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_DEPTH: Final = 2
"""A party, a person and an attribute (施工单位 + 项目经理 + 身份证号): no label nests deeper."""
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
    needs_colon: tuple[str, ...]
    days_of_paper: tuple[str, ...]
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
    slips: dict[tuple[str, int], tuple[str, ...]]
    """Labels of all kinds by either half and their length, to find a misread one at once."""
    longest: int
    needs_colon: frozenset[str]
    """Words that are labels only with a colon behind them."""

    def meaning(self, text: str) -> Meaning | None:
        """Return what a whole label text means; brackets, numbering and one slip forgiven."""
        bare = _ENGLISH.sub("", _NUMBERED.sub("", text).rstrip(":;")).rstrip(":;")
        plain = re.sub(_BRACKET, "", bare)
        for form in (bare, plain):
            exact = self.exact(form)
            if exact is not None:
                return self._told_by_bracket(exact, bare) if form != bare else exact
        if not _FUZZY_FROM <= len(plain) <= self.longest + 1 or not plain[-1].isalnum():
            return None
        return self._near(plain)

    def exact(self, text: str, depth: int = _DEPTH) -> Meaning | None:
        """Return what a label means: a word of the table, or a role with an attribute."""
        if text in self.table:
            return self.table[text]
        if not depth:
            return None
        for end in range(min(len(text) - 1, self.longest), 1, -1):
            role = self.roles.get(text[:end])
            inner = self.exact(text[end:].removeprefix("的"), depth - 1) if role else None
            if role and inner is not None and not inner.field:
                return _compose(role, inner)
        return None

    def _told_by_bracket(self, meaning: Meaning, text: str) -> Meaning:
        """Return what an attribute means whose role stands in a bracket: 信用代码(施工单位)."""
        match = _BRACKETED.search(text)
        role = self.roles.get(match[1], "") if match and meaning.attribute else ""
        if role and not meaning.role:
            return _compose(role, meaning)
        inner = (
            self.table.get(match[1]) if match and meaning == Meaning(attribute="person") else None
        )
        return inner if inner is not None and inner.attribute == "legal" else meaning

    def _near(self, text: str) -> Meaning | None:
        """Return the meaning of a label one slip away: equal when one character is left out."""
        for length in (len(text), len(text) - 1, len(text) + 1):
            middle = length // 2
            for half in (text[:middle], text[len(text) - (length - middle) :]):
                for label in self.slips.get((half, length), ()):
                    if label in self.table and _alike(label, text):
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
    if len(label) != len(text) and (label[0] != text[0] or label[-1] != text[-1]):
        return False  # 国有建设用地使用权 is not what is left of 国有建设用地使用权证
    return not any(
        {a, b} == set(pair) for a, b in zip(label, text, strict=False) for pair in opposites
    )


@cache
def _slips() -> dict[tuple[str, int], tuple[str, ...]]:
    """Return labels of all kinds by either half and their length.

    One character wrong, too few or too many leaves one half as it is.
    """
    slips: dict[tuple[str, int], list[str]] = {}
    for label in _every_label():
        if len(label) >= _FUZZY_FROM:
            middle = len(label) // 2
            for half in (label[:middle], label[middle:]):
                slips.setdefault((half, len(label)), []).append(label)
    return {half: tuple(sorted(labels)) for half, labels in slips.items()}


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(label[:n] for label in _every_label() for n in range(1, len(label)))


@cache
def _every_label() -> frozenset[str]:
    return frozenset(label for kind in known_kinds() for label in _table(kind))


def _spelled(labels: Iterable[str]) -> Iterator[str]:
    """Yield labels as they are compared, each choice in braces spelled out: {工程|项目}{名|名称}.

    Args:
        labels: As written in the knowledge.
    """
    for label in labels:
        match = _CHOICE.search(label)
        if match is None:
            yield compact(label)
            continue
        head, tail = label[: match.start()], label[match.end() :]
        yield from _spelled(f"{head}{choice}{tail}" for choice in match[1].split("|"))


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
    table = _table(kind)
    return Lexicon(
        kind=kind,
        table=table,
        roles=_role_words() | _own_roles(kind),
        prefixes=_prefixes(),
        slips=_slips(),
        longest=max(len(label) for label in table),
        needs_colon=frozenset(wordings().needs_colon),
    )


@cache
def _role_words() -> dict[str, str]:
    roles = wordings().roles
    return {label: name for name, role in roles.items() for label in _spelled(role.labels)}


def _own_roles(kind: str) -> dict[str, str]:
    """Return words that name another role on this kind: 受托人 is the supervisor of a contract."""
    own = wordings().kinds.get(kind, {})
    announced = {name: role.announces for name, role in wordings().roles.items()}
    told = [(label, *word.split(".")) for label, word in own.items() if "." in word]
    return {
        compact(label): role for label, role, attribute in told if announced.get(role) == attribute
    }


@cache
def _shared() -> dict[str, Meaning]:
    """Return what labels mean on every kind that does not say otherwise."""
    known = wordings()
    table = {label: Meaning() for label in _spelled(known.others)}
    for field, labels in known.fields.items():
        table |= {label: Meaning(field=field) for label in _spelled(labels)}
    for attribute, labels in known.attributes.items():
        table |= {label: Meaning(attribute=attribute) for label in _spelled(labels)}
    return table | {
        label: Meaning(role=name, attribute=known.roles[name].announces)
        for label, name in _role_words().items()
    }


@cache
def _table(kind: str) -> dict[str, Meaning]:
    known = wordings()
    table = dict(_shared())
    if kind in known.own_number.kinds:
        table |= {
            label: Meaning(field="certificate_no") for label in _spelled(known.own_number.labels)
        }
    if kind in known.holders["person"]:
        table |= {label: Meaning(field="holder_person") for label in known.holder_person}
    own = known.kinds.get(kind, {})
    table |= {label: _meant(word) for raw, word in own.items() for label in _spelled([raw])}
    if "日期" in own:
        table |= {label: table["日期"] for label in known.days_of_paper if label not in own}
    return table


def _compose(role: str, inner: Meaning) -> Meaning:
    """Return what a role's word and a second label mean together; nothing of ours where unsure."""
    other = wordings().roles.get(inner.role)
    if other is not None and other.announces == "person":
        whose = person_of(role, inner.role)
        return Meaning(role=whose, attribute=inner.attribute)
    if inner.attribute and not inner.role:
        return Meaning(role=role, attribute=inner.attribute)
    return Meaning()


def person_of(party: str, person: str) -> str:
    """Return whom 施工单位 + 项目负责人 means: the party's own responsible person."""
    own = {"contractor": "project-manager", "supervisor": "chief-supervisor"}
    strangers = {"surveyor", "designer", "drawing-reviewer", "other-party", "bidding-agent", "bank"}
    if party in strangers:
        return "other-person"
    if person == "project-manager" and party in own:
        return own[party]
    return "other-person" if person == "project-manager" else person


def _meant(word: str) -> Meaning:
    if word == NOTHING:
        return Meaning()
    if "." in word:
        role, attribute = word.split(".")
        return Meaning(role="" if role == "?" else role, attribute=attribute)
    return Meaning(field=word)
