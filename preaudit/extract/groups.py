"""Candidates of one field, by the value they give: what competes, and what speaks for each.

The traits of a group are all that the resolver goes by. They are numbers around 0..1, so that
learned weights can be compared; training (package `models`) computes them with this same code.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from preaudit.document import Origin, Page
from preaudit.extract.candidate import Candidate
from preaudit.extract.surroundings import SHAPES, Surroundings
from preaudit.extract.values.codes import registration_ok, verifier
from preaudit.extract.values.reading import field_types
from preaudit.extract.witness import METHOD, NO_OPINION, Opinion, Witness
from preaudit.fields import Text, canonical

METHODS: Final = ("cell", "label", "column", "prose", "code", "closing")
TRAITS: Final = (
    *METHODS,
    "rule",
    "alone",
    "methods",
    "places",
    "tagged",
    "chance",
    "other",
    "begins",
    "ends",
    "untaught",
    "alone_chance",
    "rule_chance",
    "long",
    "alone_long",
    "rival_rule",
    "rival_chance",
    "rival_inside",
    "rival_around",
    "ocr",
    "unsure",
    "line_unsure",
    "mean_unsure",
    "doubted",
    "page_unsure",
    "proven",
    "disproven",
    "claimed",
    *SHAPES,
)
PAIRED: Final = (
    "rule",
    "chance",
    "begins",
    "ends",
    "unsure",
    "line_unsure",
    "mean_unsure",
    "page_unsure",
    "places",
    "methods",
    "alone",
    "rival_rule",
    "rival_chance",
    "long",
    "open_start",
    "open_end",
    "misshapen",
    "claimed",
)
"""Traits whose products are weighed too."""
EXPANDED: Final = (
    *TRAITS,
    *(f"{one}*{other}" for at, one in enumerate(PAIRED) for other in PAIRED[at:]),
    *(f"ocr*{one}" for one in TRAITS),
)
_PAIRED_AT: Final = tuple(TRAITS.index(name) for name in PAIRED)
_OCR_AT: Final = TRAITS.index("ocr")
_DOUBTED: Final = 0.95
_FLOOR: Final = 0.002
_LONG: Final = 60
"""Characters of a long text; longer ones are no harder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All readings that give one value, best first."""

    members: tuple[Candidate, ...]
    opinion: Opinion
    """The tagger's, of its best member."""

    @property
    def best(self) -> Candidate:
        """The reading that speaks for the group."""
        return self.members[0]

    @property
    def text(self) -> str:
        """The value, as one text."""
        return str(canonical(self.best.value))

    @property
    def rule(self) -> float:
        """How sure the surest source without weights is; 0 where only the tagger gives it."""
        return max((one.confidence for one in self.members if one.method != METHOD), default=0.0)


def grouped(readings: Sequence[Candidate], witness: Witness | None) -> tuple[Group, ...]:
    """Return readings by value, in the order of the page."""
    by_value: dict[str, list[Candidate]] = {}
    for one in readings:
        by_value.setdefault(str(canonical(one.value)), []).append(one)
    groups = []
    for members in by_value.values():
        opinions = [(_opinion(one, witness), one) for one in members]
        ordered = sorted(
            opinions,
            key=lambda pair: (
                -round(reading_score(pair[1]) + 0.2 * pair[0].chance, 3),
                position(pair[1]),
            ),
        )
        groups.append(
            Group(members=tuple(one for _, one in ordered), opinion=max(opinions, key=_best)[0])
        )
    return tuple(sorted(groups, key=lambda group: position(group.best)))


def _best(pair: tuple[Opinion, Candidate]) -> tuple[float, float]:
    return pair[0].chance, pair[0].begins


def _opinion(one: Candidate, witness: Witness | None) -> Opinion:
    if witness is None:
        return NO_OPINION
    return witness.opinion(one.field, one.passage, one.start, one.end)


def reading_score(one: Candidate) -> float:
    """Return how likely a reading is right: the source's confidence times the reader's."""
    return one.confidence * one.passage.confidence(one.start, one.end)


def position(one: Candidate) -> tuple[int, float, float]:
    """Return page, top and left of a reading."""
    box = one.passage.spots[one.start].line.box
    return box.page, round(box.top, 3), round(one.passage.box(one.start, one.start + 1).left, 3)


def traits(
    group: Group,
    rivals: Sequence[Group],
    *,
    taught: bool,
    around: Surroundings,
    claims: Claims,
) -> tuple[float, ...]:
    """Return what speaks for a group and against it, in the order of `TRAITS`.

    Args:
        group: One value.
        rivals: The field's other values.
        taught: Whether the tagger knows the field.
        around: The segment's pages.
        claims: What labels and the like say of other fields.
    """
    said = {
        **_by_source(group),
        **_by_tagger(group, taught=taught),
        **_by_length(group),
        **_by_rivals(group, rivals),
        **_by_reader(group.best, around.pages),
        **_by_check_digit(group.best),
        "claimed": claims.against(group),
        **around.shape(group.best),
    }
    return tuple(said[name] for name in TRAITS)


class Claims:
    """Which places labels, tables and patterns give to which fields.

    What stands behind 项目负责人 is no chief supervisor, whoever else is named on the page.
    """

    def __init__(self, readings: Iterable[Candidate]) -> None:
        """Take the readings of all fields of a segment."""
        self._by_place: dict[tuple[int, float, float], dict[str, float]] = {}
        for one in readings:
            if one.method != METHOD:
                at_place = self._by_place.setdefault(position(one), {})
                at_place[one.field] = max(at_place.get(one.field, 0.0), one.confidence)

    def against(self, group: Group) -> float:
        """Return how surely every place of a value is another field's of the same type."""
        return min(self._against(one) for one in group.members)

    def _against(self, one: Candidate) -> float:
        types = field_types()
        own = types.get(one.field)
        others = self._by_place.get(position(one), {}).items()
        return max(
            (sure for name, sure in others if name != one.field and types.get(name) == own),
            default=0.0,
        )


def _is_alone(group: Group) -> bool:
    """Tell whether only the tagger gives a value."""
    return all(one.method == METHOD for one in group.members)


def _by_source(group: Group) -> dict[str, float]:
    methods = {one.method for one in group.members}
    places = {position(one) for one in group.members}
    by_method = {
        name: max((one.confidence for one in group.members if one.method == name), default=0.0)
        for name in METHODS
    }
    return {
        **by_method,
        "rule": group.rule,
        "alone": float(_is_alone(group)),
        "methods": min(2, len(methods) - 1) / 2,
        "places": min(3, len(places) - 1) / 3,
        "tagged": float(METHOD in methods),
    }


def _by_tagger(group: Group, *, taught: bool) -> dict[str, float]:
    chance = _log_odds(group.opinion.chance) if taught else 0.0
    return {
        "chance": chance,
        "other": group.opinion.other,
        "begins": group.opinion.begins,
        "ends": group.opinion.ends if taught else 0.0,
        "untaught": float(not taught),
        "alone_chance": float(_is_alone(group)) * chance,
        "rule_chance": group.rule * group.opinion.chance,
    }


def _by_length(group: Group) -> dict[str, float]:
    length = min(1.0, len(group.text) / _LONG)
    return {"long": length, "alone_long": float(_is_alone(group)) * length}


def _by_rivals(group: Group, rivals: Sequence[Group]) -> dict[str, float]:
    return {
        "rival_rule": max((one.rule for one in rivals), default=0.0),
        "rival_chance": max((one.opinion.chance for one in rivals), default=0.0),
        "rival_inside": float(any(one.text in group.text for one in rivals)),
        "rival_around": float(any(group.text in one.text for one in rivals)),
    }


def _by_reader(best: Candidate, pages: Mapping[int, Page]) -> dict[str, float]:
    """Return how unsure the reader was; all of it is 0 for text that was never pixels."""
    ocr = float(best.passage.origin(best.start) is Origin.OCR)
    mean, doubted = _doubts(best)
    return {
        "ocr": ocr,
        "unsure": ocr * -_log_odds(best.passage.sureness(best.start, best.end)),
        "line_unsure": ocr * -_log_odds(best.passage.confidence(best.start, best.end)),
        "mean_unsure": ocr * -_log_odds(mean),
        "doubted": ocr * doubted,
        "page_unsure": ocr * -_log_odds(pages[position(best)[0]].quality.mean_confidence),
    }


def _by_check_digit(best: Candidate) -> dict[str, float]:
    verify = verifier(best.field)
    code = best.value.text if isinstance(best.value, Text) else ""
    # Licences from before 2015 bear registration numbers, with a check digit of their own.
    proven = verify is not None and (verify(code) or registration_ok(code))
    return {"proven": float(proven), "disproven": float(verify is not None and not proven)}


def _doubts(one: Candidate) -> tuple[float, float]:
    """Return how sure the reader was of a reading's characters on average, and of how many not.

    The second is the number of doubted characters, four and more being as bad as any.
    """
    sure = [
        spot.line.least_sure(spot.index, spot.index + 1)
        for spot in one.passage.spots[one.start : one.end]
    ]
    doubted = sum(1 for each in sure if each < _DOUBTED)
    return sum(sure) / len(sure), min(4, doubted) / 4


def expanded(values: Sequence[float]) -> tuple[float, ...]:
    """Return traits with the products that the resolver weighs too, in the order of `EXPANDED`.

    A doubted character weighs otherwise where two sources agree than where one stands alone.
    """
    paired = [values[at] for at in _PAIRED_AT]
    products = [one * other for at, one in enumerate(paired) for other in paired[at:]]
    read_by_eye = values[_OCR_AT]
    return (*values, *products, *(read_by_eye * one for one in values))


def _log_odds(chance: float) -> float:
    """Return the log-odds of a probability, about -1..1."""
    bounded = min(1 - _FLOOR, max(_FLOOR, chance))
    return math.log(bounded / (1 - bounded)) / -math.log(_FLOOR / (1 - _FLOOR))
