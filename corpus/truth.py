"""The answer key of a case, in the format of the specimen cases' truth.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.paper import Paper, Spot
from corpus.printed import Shares, printed_json

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a defect is about: a kind of paper and one of its fields, or the paper as a whole."""

    kind: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A fault planted in a case and what a careful reviewer says about it."""

    check: str
    about: tuple[About, ...]
    note: str
    tolerated: tuple[str, ...] = ()
    """Checks that may be reported too without being wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A paper inside a file."""

    paper: Paper
    first_page: int
    """Its first page in the file, from 1."""
    named_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTruth:
    """One file as it is handed in."""

    path: str
    size_bytes: int
    bound: tuple[Bound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTruth:
    """Everything that is so about one case."""

    case_id: str
    as_of: str
    attributes: Mapping[str, Any]
    files: tuple[FileTruth, ...]
    defects: tuple[Defect, ...] = field(default=())


def case_json(truth: CaseTruth) -> JsonObject:
    """Return the truth as it is written to truth.json."""
    tolerated = {check for defect in truth.defects for check in defect.tolerated}
    planted = {defect.check for defect in truth.defects}
    return {
        "case_id": truth.case_id,
        "item": "construction-permit",
        "as_of": truth.as_of,
        "attributes": dict(truth.attributes),
        "files": [_file_json(file) for file in truth.files],
        "defects": [_defect_json(defect) for defect in truth.defects],
        "expected_findings": [_expected_json(defect) for defect in truth.defects],
        "tolerated": sorted(tolerated - planted),
    }


def paper_json(paper: Paper, *, reading: bool = False) -> JsonObject:
    """Return the truth of a single paper, with the lines that each value is broken into.

    Args:
        paper: Native or sent through a channel.
        reading: Whether to add every printed line and cell.
    """
    truth = material_json(Bound(paper=paper, first_page=1), with_parts=True)
    return {**truth, "printed": printed_json(paper.printed)} if reading else truth


def _file_json(file: FileTruth) -> JsonObject:
    channels = {bound.paper.channel for bound in file.bound}
    return {
        "path": file.path,
        "pages": sum(bound.paper.page_count for bound in file.bound),
        "materials": [material_json(bound) for bound in file.bound],
        "channel": channels.pop() if len(channels) == 1 else "mixed",
        "bytes": file.size_bytes,
    }


def material_json(bound: Bound, *, with_parts: bool = False) -> JsonObject:
    """Return the truth of one paper inside a file."""
    paper, offset = bound.paper, bound.first_page - 1
    material: JsonObject = {
        "kind": paper.kind,
        "layout": paper.family,
        "channel": paper.channel,
        "pages": [offset + page for page in range(1, paper.page_count + 1)],
        "fields": {
            name: _field_json(spots, offset, with_parts=with_parts)
            for name, spots in paper.spots.items()
        },
        "marks": [
            {
                "kind": mark.kind,
                "page": offset + mark.page,
                "box": list(mark.box),
                "owner": mark.owner,
                **({"shape": mark.shape} if mark.shape else {}),
            }
            for mark in paper.marks
        ],
    }
    if paper.unprinted:
        material["unprinted"] = dict(paper.unprinted)
    if paper.illegible:
        material["illegible"] = [offset + page for page in paper.illegible]
    if bound.named_as:
        material["named_as"] = bound.named_as
    return material


def _field_json(spots: Sequence[Spot], offset: int, *, with_parts: bool) -> JsonObject:
    places = [_spot_json(spot, offset, with_parts=with_parts) for spot in spots]
    return {**places[0], **({"also": places[1:]} if places[1:] else {})}


def _spot_json(spot: Spot, offset: int, *, with_parts: bool) -> JsonObject:
    entry: JsonObject = {
        "value": spot.value,
        "normalised": spot.normalised,
        "page": offset + spot.page,
        "box": list(spot.box),
    }
    if with_parts:
        entry["parts"] = [
            {"page": offset + part.page, "box": list(part.box), "text": part.text}
            for part in spot.parts
        ]
    return entry


def _defect_json(defect: Defect) -> JsonObject:
    about = [{"kind": one.kind, "field": one.field} for one in defect.about]
    return {"check": defect.check, "about": about, "note": defect.note}


def _expected_json(defect: Defect) -> JsonObject:
    return {
        "check": defect.check,
        "verdict": "fail",
        "kinds": sorted({one.kind for one in defect.about}),
        "fields": sorted({one.field for one in defect.about if one.field}),
    }


def rounded(box: Shares) -> Shares:
    """Return the box with five decimals, as truth files give it."""
    left, top, right, bottom = (round(min(1.0, max(0.0, side)), 5) for side in box)
    return left, top, right, bottom
