"""From a written citation to the clause that was law on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rules_kg.faults import nearest
from rules_kg.numerals import article_label
from rules_kg.schema import Clause, Regulation, Version

_WRITTEN = re.compile(
    r"(?P<regulation>[a-z0-9-]+)(?:@(?P<version>[0-9]{4}-[0-9]{2}-[0-9]{2}))?#(?P<clause>\S+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A citation as it is written: `regulation@version#clause`, the version optional."""

    regulation: str
    version: date | None
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A clause with the text it stands in."""

    regulation: Regulation
    version: Version
    clause: Clause

    @property
    def id(self) -> str:
        """The clause with its version, such as `construction-law@2019-04-23#8.1.1`."""
        return f"{self.regulation.id}@{self.version.version.isoformat()}#{self.clause.id}"

    @property
    def title(self) -> str:
        """As a notice prints it: 《中华人民共和国建筑法》第八条第一款第（一）项."""
        clause = self.clause
        label = clause.label
        if not label and clause.article is not None:
            label = article_label(
                article=clause.article, paragraph=clause.paragraph, item=clause.item
            )
        return f"《{self.regulation.title.zh}》{label}"


@lru_cache(maxsize=8192)
def read_reference(written: str) -> Reference:
    """Return a citation's parts.

    Raises:
        ValueError: Not `regulation@version#clause`.
    """
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is not of the form regulation#clause")
    version = match["version"]
    return Reference(
        regulation=match["regulation"],
        version=date.fromisoformat(version) if version else None,
        clause=match["clause"],
    )


def clauses_cited(written: str, regulations: Mapping[str, Regulation]) -> tuple[Cited, ...]:
    """Return the clause in every version that a citation may mean.

    Raises:
        ValueError: No such regulation, version or clause; says which and suggests a mend.
    """
    reference = read_reference(written)
    regulation = regulations.get(reference.regulation)
    if regulation is None:
        hint = nearest(reference.regulation, regulations)
        raise ValueError(f"{written!r} cites an unknown regulation{hint}")
    versions = [one for one in regulation.versions if reference.version in {None, one.version}]
    if not versions:
        raise ValueError(f"{written!r} cites a version that {regulation.id} does not have")
    found = tuple(
        Cited(regulation=regulation, version=version, clause=clause)
        for version in versions
        for clause in version.clauses
        if clause.id == reference.clause
    )
    if not found:
        known = {clause.id for version in versions for clause in version.clauses}
        raise ValueError(f"{written!r} cites an unknown clause{nearest(reference.clause, known)}")
    return found


def clause_at(written: str, regulations: Mapping[str, Regulation], day: date) -> Cited | None:
    """Return the clause that a citation means on a day; None when none is in force then."""
    found = current(clauses_cited(written, regulations))
    return next((one for one in found if one.version.in_force(day)), None)


def current(cited: Iterable[Cited]) -> tuple[Cited, ...]:
    """Return those that no later record superseded."""
    return tuple(one for one in cited if one.version.known(None) and one.clause.known(None))
