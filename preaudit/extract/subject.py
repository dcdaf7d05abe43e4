"""Whom an attribute is about: 统一社会信用代码 below 发包人 is the developer's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from preaudit.extract.lexicon import Meaning, wordings

_PERSONS: Final = frozenset(
    {"project-manager", "chief-supervisor", "agent", "other-person", "supervising-engineer"}
)


_HOLDERS: Final = frozenset({"developer", "contractor"})
_OF_HOLDERS: Final = frozenset({"name", "uscc", "address", "legal"})


@dataclass(slots=True)
class Subject:
    """The party and the person named last, as labels are read in order."""

    kind: str
    party: str = ""
    person: str = ""

    def field(self, meaning: Meaning) -> str:
        """Return the field that a label announces here, and remember whom it names."""
        if meaning.field or not meaning.attribute:
            return meaning.field
        holder = _holder(self.kind)
        if holder and meaning.role in _HOLDERS and meaning.attribute in _OF_HOLDERS:
            # A licence names nobody but its holder, whatever it calls it (申领单位, 施工企业).
            return wordings().holder_gives[holder].get(meaning.attribute, "")
        if meaning.role:
            self._remember(meaning.role)
            return _gives(meaning.role, meaning.attribute)
        if holder and not self.party:
            return wordings().holder_gives[holder].get(meaning.attribute, "")
        return self._of_last(meaning.attribute)

    def _remember(self, role: str) -> None:
        if role in _PERSONS:
            self.person = role
        else:
            self.party, self.person = role, ""

    def _of_last(self, attribute: str) -> str:
        about_person = attribute in ("person", "person_no", "id")
        if about_person and self.person:
            return _gives(self.person, attribute)
        if about_person and self.party:
            return _gives(self.party, attribute)
        usual = wordings().default_role.get(self.kind, "")
        told = _gives(self.party, attribute) if self.party else ""
        return told or (_gives(usual, attribute) if self.party in ("", "works") else "")


def _holder(kind: str) -> str:
    return next((name for name, kinds in wordings().holders.items() if kind in kinds), "")


def _gives(role: str, attribute: str) -> str:
    known = wordings().roles.get(role)
    return known.gives.get(attribute, "") if known else ""
