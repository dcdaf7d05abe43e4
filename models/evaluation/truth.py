"""Reads `truth.json`, the answer key that lies beside a specimen case.

The key never reaches the pipeline: it gets a copy of the folder without this file, and the date.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from preaudit.geometry import Box

TRUTH = "truth.json"
PAPERS = "case"
"""Where the papers lie when the key lies beside them and not among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueField:
    """One printed value and the places where it stands."""

    name: str
    normalised: str | tuple[str, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueMark:
    """One seal, signature, tick or code."""

    kind: str
    box: Box
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueMaterial:
    """One paper of the case."""

    file: str
    kind: str
    layout: str
    channel: str
    pages: tuple[int, ...]
    fields: tuple[TrueField, ...]
    unprinted: frozenset[str]
    """Fields that hold for the paper but are printed nowhere on it: neither asked for nor wrong."""
    marks: tuple[TrueMark, ...]
    illegible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFinding:
    """What a careful reviewer reports as `fail`."""

    check: str
    kinds: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCase:
    """The answer key of one case."""

    folder: Path
    """With the key."""
    papers: Path
    """With the papers; the same folder unless it has one named `case`."""
    as_of: date
    materials: tuple[TrueMaterial, ...]
    findings: tuple[TrueFinding, ...]
    tolerated: frozenset[str]


def load_case(folder: Path) -> TrueCase:
    """Read the answer key of one case folder.

    Raises:
        FileNotFoundError: The folder holds no `truth.json`.
    """
    key = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    return TrueCase(
        folder=folder,
        papers=folder / PAPERS if (folder / PAPERS).is_dir() else folder,
        as_of=date.fromisoformat(key["as_of"]),
        materials=tuple(
            _material(file, material) for file in key["files"] for material in file["materials"]
        ),
        findings=tuple(
            TrueFinding(
                check=one["check"], kinds=frozenset(one["kinds"]), fields=frozenset(one["fields"])
            )
            for one in key["expected_findings"]
        ),
        tolerated=frozenset(key["tolerated"]),
    )


def case_folders(root: Path) -> list[Path]:
    """List the case folders under `root`, or `root` itself when it is one."""
    if (root / TRUTH).is_file():
        return [root]
    return sorted(path.parent for path in root.glob(f"*/{TRUTH}"))


def _material(file: dict[str, Any], material: dict[str, Any]) -> TrueMaterial:
    return TrueMaterial(
        file=file["path"],
        kind=material["kind"],
        layout=str(material.get("layout", "")),
        channel=material["channel"],
        pages=tuple(material["pages"]),
        fields=tuple(_field(name, one) for name, one in material.get("fields", {}).items()),
        unprinted=frozenset(material.get("unprinted", {})),
        marks=tuple(_mark(one) for one in material.get("marks", [])),
        illegible=bool(material.get("illegible")),
    )


def _field(name: str, entry: dict[str, Any]) -> TrueField:
    value = entry["normalised"]
    return TrueField(
        name=name,
        normalised=tuple(value) if isinstance(value, list) else str(value),
        boxes=tuple(_box(place) for place in (entry, *(entry.get("also") or ()))),
    )


def _mark(entry: dict[str, Any]) -> TrueMark:
    return TrueMark(kind=entry["kind"], box=_box(entry), owner=entry.get("owner") or "")


def _box(entry: dict[str, Any]) -> Box:
    left, top, right, bottom = entry["box"]
    return Box(page=entry["page"], left=left, top=top, right=right, bottom=bottom)
