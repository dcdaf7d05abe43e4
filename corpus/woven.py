"""Papers in running text that is woven sentence by sentence, from many ways of saying each fact.

content/woven.yaml says how: phrases for parties, works, amounts and terms, and for each topic the
clauses that say its fields. Which clauses, in which order, how many to a sentence and to a
paragraph is drawn per paper, so that hardly two papers share a sentence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import Block, Plan
from corpus.chance import chance
from corpus.values import field_types, fields_of

_NAMED = re.compile(r"\{([a-z_]+)|\[\[([a-z_]+)\|")
_PHRASE = re.compile(r"@([A-Za-z_]+)@")
_GOES_ON = "+"
_AGAIN = frozenset(
    (
        "developer_name",
        "contractor_name",
        "supervisor_name",
        "project_name",
        "holder_name",
        "holder_person",
        "legal_representative",
        "agent_name",
        "employer_name",
        "project_manager",
        "chief_supervisor",
    )
)
"""Names are said again and again; codes, amounts and dates once."""
_MOST_AGAIN = 3
"""So often a name stands on a paper before other words are looked for."""
_TYPESET = (("（", "("), ("）", ")"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    """Something a paper has to say: its fields, and clauses to choose from."""

    of: frozenset[str]
    say: tuple[str, ...]


@cache
def _content() -> Any:
    text = (files("corpus") / "content" / "woven.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def _topic(name: str) -> _Topic:
    rules = _content()["topics"][name]
    return _Topic(of=frozenset(rules["of"].split()), say=tuple(rules["say"].splitlines()))


@cache
def _phrases(name: str) -> tuple[str, ...]:
    return tuple(_content()["phrases"][name].splitlines())


@cache
def _besides() -> tuple[str, ...]:
    return tuple(_content()["besides"].splitlines())


def _fields(markup: str) -> list[str]:
    """Return the fields that the markup prints, facts left out."""
    named = (hit[1] or hit[2] for hit in _NAMED.finditer(markup))
    return [name for name in named if name in field_types()]


@dataclass(slots=True, kw_only=True)
class _Weaver:
    """Says the facts of one paper; remembers what was said and by which words."""

    kind: str
    rng: random.Random
    counts: dict[str, int] = field(default_factory=dict)
    """Field to how often it was said."""
    words: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Clauses that were said."""

    @property
    def rules(self) -> Mapping[str, Any]:
        """What content/woven.yaml says of the kind."""
        rules: Mapping[str, Any] = _content()["kinds"][self.kind]
        return rules

    def clauses(self) -> list[list[str]]:
        """Return the clauses; those in one list belong to one subject and share a sentence."""
        said: list[list[str]] = []
        for name in self._order():
            said += self._about(_topic(name))
        for _ in range(self.rng.choice((0, 0, 1, 2, 3))):
            said += self._besides()
        return said

    def _besides(self) -> list[list[str]]:
        """Return a clause that names again somebody who was named, if there is one."""
        patterns = [one for one in _besides() if one not in self.used]
        for pattern in self.rng.sample(patterns, k=len(patterns)):
            clause = self.woven(pattern)
            if clause is not None and set(_fields(clause)) <= self.counts.keys():
                return [[self._spoken(pattern, clause)]]
        return []

    def _order(self) -> list[str]:
        """Return the topics; the first stays, the others are stirred on half of the papers."""
        first, *rest = self.rules["topics"].split()
        if chance(self.rng, 0.5):
            self.rng.shuffle(rest)
        if "issued_on" in fields_of(self.kind) and chance(self.rng, 0.25):
            rest.append("issued")
        return [first, *rest]

    def _about(self, topic: _Topic) -> list[list[str]]:
        """Return the clauses that say what the topic has to say and was not said yet."""
        said: list[list[str]] = []
        while wanted := (topic.of & set(fields_of(self.kind))) - self.counts.keys():
            clause = self._clause(topic, wanted, goes_on=bool(said))
            if clause is None:
                break
            if clause.startswith(_GOES_ON):
                said[-1].append(clause[1:])
            else:
                said.append([clause])
        return said

    def _clause(self, topic: _Topic, wanted: frozenset[str], *, goes_on: bool) -> str | None:
        """Return a clause that says one of the wanted fields at least, none that was said."""
        for pattern in self.rng.sample(topic.say, k=len(topic.say)):
            if pattern in self.used or (pattern.startswith(_GOES_ON) and not goes_on):
                continue
            clause = self.woven(pattern)
            if clause is not None and wanted & set(_fields(clause)):
                return self._spoken(pattern, clause)
        return None

    def _spoken(self, pattern: str, clause: str) -> str:
        """Return the clause, which is remembered as said."""
        self.used.add(pattern)
        for name in _fields(clause):
            self.counts[name] = self.counts.get(name, 0) + 1
        return clause

    def woven(self, pattern: str) -> str | None:
        """Return the pattern with every phrase put in; none if that says what it must not."""
        text = pattern
        while hit := _PHRASE.search(text):
            put = self._put(hit[1], [*_fields(text)])
            if put is None:
                return None
            text = text[: hit.start()] + put + text[hit.end() :]
        return text if self._sayable(text, ()) else None

    def _put(self, name: str, beside: Sequence[str]) -> str | None:
        if name.isupper():
            if name not in self.words:
                own = self.rules.get("words", {}).get(name) or _content()["words"][name]
                self.words[name] = self.rng.choice(own.split())
            return self.words[name]
        fit = [one for one in _phrases(name) if self._sayable(one, beside)]
        return self.rng.choice(fit) if fit else None

    def _sayable(self, text: str, beside: Sequence[str]) -> bool:
        """Return whether the kind carries all that is said, and nothing is said once too often."""
        said = _fields(text)
        carried = set(fields_of(self.kind))
        if not carried.issuperset(said) or len(set(said)) < len(said) or set(said) & set(beside):
            return False
        return all(self.counts.get(one, 0) < (_MOST_AGAIN if one in _AGAIN else 1) for one in said)


def woven(plan: Plan) -> list[Block]:
    """Return what the paper says in sentences that are put together for it alone."""
    rng = plan.rng
    weaver = _Weaver(kind=plan.kind, rng=rng)
    sentences = _sentences(weaver.clauses(), {**_content(), **weaver.rules}, rng)
    for aside in plan.asides:
        sentences.insert(rng.randrange(1, len(sentences) + 1), aside)
    last = weaver.rules.get("last", "").splitlines()
    if last and chance(rng, 0.7):
        sentences.append(rng.choice(last) + "。")
    if chance(rng, 0.12):
        sentences = [_narrow(one) for one in sentences]
    manner = rng.choice(("p", "p", "p", "left"))
    heads = rng.choice(("", "", "", "1", "一"))
    return [{manner: _head(heads, at) + one} for at, one in enumerate(_paragraphs(sentences, rng))]


def _sentences(
    said: Sequence[Sequence[str]], rules: Mapping[str, Any], rng: random.Random
) -> list[str]:
    """Return sentences of one to four clauses, some with words before or after."""
    sentences: list[str] = []
    at = 0
    while at < len(said):
        some = said[at : at + rng.choice((1, 1, 2, 2, 3))]
        at += len(some)
        joint = rng.choice(("；", "；", "，", "。"))
        text = joint.join("，".join(clauses) for clauses in some).replace("，，", "，")
        lead = rng.choice(rules["leads"].split()) if chance(rng, 0.25) else ""
        tail = rng.choice(rules["tails"].split()) if chance(rng, 0.1) else ""
        sentences.append(f"{lead if sentences else ''}{text}{tail}。".replace("，。", "。"))
    return sentences


def _paragraphs(sentences: Sequence[str], rng: random.Random) -> list[str]:
    most = rng.choice((1, 2, 3, 5, 9))
    parts: list[str] = []
    at = 0
    while at < len(sentences):
        some = sentences[at : at + rng.randint(1, most)]
        parts.append("".join(some))
        at += len(some)
    return parts


def _head(manner: str, at: int) -> str:
    ordinals = "一二三四五六七八九十"
    if manner == "1":
        return f"{at + 1}．"
    return f"{ordinals[at]}、" if manner and at < len(ordinals) else ""


def _narrow(text: str) -> str:
    """Return the text with the brackets of a typewriter."""
    for wide, slim in _TYPESET:
        text = text.replace(wide, slim)
    return text
