"""`python -m models.evaluation.licence_fields FOLDER`: fields of real licences by the real stages.

The folder holds `images/`, `fields.jsonl` (one picture a row) and `known_label_issues.tsv`. Every
picture is opened, read, classified and extracted as in a review; a value counts as right only when
it is found, settled and equal after normalisation: widths and blanks folded, dates as days, amounts
as yuan. What the label has not, or has wrong, is not asked, and is listed with the reason.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from preaudit.case import Material
from preaudit.classify import open_classifier
from preaudit.document import Document, Segment
from preaudit.extract import open_extractor
from preaudit.extract.values.money import amounts
from preaudit.fields import FieldState, canonical
from preaudit.folding import compact, fold
from preaudit.ingest import Entry, open_file
from preaudit.read import Reader, open_reader
from preaudit.settings import Settings

KIND: Final = "business-licence"
FIELDS: Final = {
    "holder_name": "name",
    "holder_uscc": "social_credit_code",
    "legal_representative": "legal_person",
    "registered_capital": "registration_capital",
    "established_on": "start_date",
    "holder_address": "location",
}
"""What we call a field, and what the labels call it."""
REVIEWED: Final = {
    ("259", "legal_person"): "the label is the printed caption, not the name behind it",
    ("296", "registration_capital"): "two entries (subscribed, paid in) run together in the label",
}
"""Faults of labels that a person saw on the picture and that the folder's own list has not."""
_DAY: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_NUMERALS: Final = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")  # noqa: RUF001 - as printed
_WORDED: Final = re.compile(r"([^年]{4})年([^月]{1,2})月([^日]{1,3})日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One field of one picture.

    `right`, `wrong`, `doubted right` (shown, right, and left to a person), `not found` (nothing
    shown, or what is shown in doubt is wrong) or `not asked`.
    """

    picture: str
    field: str
    right: str
    truth: str = ""
    came: str = ""
    """What came, or why it is not asked."""


def score_fields(
    picture: str, labels: Mapping[str, str], faults: Mapping[str, str], material: Material
) -> list[Outcome]:
    """Return one outcome for each field that counts.

    Args:
        picture: Its number.
        labels: What somebody wrote down, by the names of the labels.
        faults: Labels that are known to be wrong, with the reason.
        material: What came out of the stages.
    """
    return [
        _outcome(picture, field, labels.get(label, ""), faults.get(label, ""), material)
        for field, label in FIELDS.items()
    ]


def _outcome(picture: str, field: str, truth: str, fault: str, material: Material) -> Outcome:
    if fault or not truth:
        why = fault or "no label"
        return Outcome(picture=picture, field=field, right="not asked", truth=truth, came=why)
    said = next((one for one in material.fields if one.name == field), None)
    if said is None or said.value is None:
        came = f"{said.state}: {said.raw or said.reason}" if said else "no such field"
        return Outcome(picture=picture, field=field, right="not found", truth=truth, came=came)
    value = str(canonical(said.value))
    same = normal(field, truth) == normal(field, value)
    if said.state is FieldState.FOUND:
        right = "right" if same else "wrong"
    else:
        right = "doubted right" if same else "not found"
    return Outcome(picture=picture, field=field, right=right, truth=truth, came=value)


def normal(field: str, text: str) -> str:
    """Return a label or a canonical value in the form in which both are compared."""
    if field == "registered_capital":
        return _yuan(text)
    if field == "established_on":
        return _day(text)
    return compact(text)


def _yuan(text: str) -> str:
    plain = fold(text)
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return str(Decimal(plain).normalize())
    found = {one.yuan.normalize() for one in amounts(compact(text))}
    return str(found.pop()) if len(found) == 1 else plain


def _day(text: str) -> str:
    plain = compact(text)
    worded = _WORDED.search(plain)
    if worded:
        year, month, day = worded.groups()
        plain = f"{year.translate(_NUMERALS)}年{_tens(month)}月{_tens(day)}日"
    found = _DAY.search(plain)
    return "{:0>4}-{:0>2}-{:0>2}".format(*found.groups()) if found else plain


def _tens(text: str) -> str:
    """Return a number below a hundred in figures, whichever way it is written."""
    tens, mark, ones = text.translate(_NUMERALS).partition("十")
    return f"{tens or 1}{ones or 0}" if mark else tens


def label_faults(folder: Path) -> dict[tuple[str, str], str]:
    """Return the labels that are known to be wrong, by picture and label, with the reason."""
    known = dict(REVIEWED)
    path = folder / "known_label_issues.tsv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as rows:
            for picture, reason, *_ in csv.reader(rows, delimiter="\t"):
                for label in FIELDS.values():
                    if reason.startswith(label):
                        known[picture, label] = reason
    return known


def right_kind(segments: Sequence[Segment]) -> bool:
    """Tell whether a picture came out as one licence, settled."""
    return [(one.kind, one.settled) for one in segments] == [(KIND, True)]


def read_document(path: Path, reader: Reader, settings: Settings) -> Document:
    """Return a file as the review's own stages read it."""
    with tempfile.TemporaryDirectory() as scratch:
        entry = Entry(name=path.name, path=path)
        opened = open_file(entry, limits=settings.limits, workdir=Path(scratch))
        readings = [reader.read(sheet) for sheet in opened.sheets]
    return Document(source=opened.sheets[0].source, pages=tuple(one.page for one in readings))


def rows_of(folder: Path) -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Yield number, picture and labels."""
    for row in (folder / "fields.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(row)
        yield told["id"], folder / told["image"], told["fields"]


def score_document(
    picture: str,
    labels: Mapping[str, str],
    faults: Mapping[tuple[str, str], str],
    segments: Sequence[Segment],
    material: Material,
) -> list[Outcome]:
    """Return the outcomes of a picture that was read; the first is that of its kind.

    Args:
        picture: Its number.
        labels: What somebody wrote down, by the names of the labels.
        faults: Labels that are known to be wrong, by picture and label, with the reason.
        segments: What it was taken for.
        material: What the first segment says.
    """
    came = ", ".join(f"{one.kind}{'' if one.settled else ' (unsettled)'}" for one in segments)
    kind = Outcome(
        picture=picture, field="kind", truth=KIND, came=came,
        right="right" if right_kind(segments) else "wrong",
    )  # fmt: skip
    own = {label: why for (number, label), why in faults.items() if number == picture}
    return [kind, *score_fields(picture, labels, own, material)]


def main(arguments: list[str]) -> int:
    """Read a folder, print the scores; the exit code tells only that it ran."""
    console = Console(width=160)
    if len(arguments) != 1:
        console.print("usage: python -m models.evaluation.licence_fields FOLDER")
        return 2
    folder, settings = Path(arguments[0]), Settings()
    reader, classifier, extractor = (
        open_reader(settings), open_classifier(settings), open_extractor(settings),
    )  # fmt: skip
    faults = label_faults(folder)
    found: list[Outcome] = []
    for picture, path, labels in rows_of(folder):
        document = read_document(path, reader, settings)
        segments = classifier.classify(document)
        material = extractor.extract(document, segments[0])
        found += score_document(picture, labels, faults, segments, material)
    print_outcomes(found, console)
    return 0


def print_outcomes(found: Sequence[Outcome], console: Console) -> None:
    """Print a table by field, then every miss, then what was not asked and why."""
    heads = ("right", "doubted right", "wrong", "not found", "not asked")
    table = Table(title="real licences", title_justify="left")
    for head in ("field", *heads):
        table.add_column(head, justify="left" if head == "field" else "right")
    for field in ("kind", *FIELDS):
        own = [one.right for one in found if one.field == field]
        table.add_row(field, *(str(own.count(head)) for head in heads))
    console.print(table)
    for head in heads[1:]:
        for one in found:
            if one.right == head:
                console.print(
                    f"{one.picture} {one.field} {head}: label {one.truth!r}, {one.came}",
                    soft_wrap=True, markup=False, highlight=False,
                )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
