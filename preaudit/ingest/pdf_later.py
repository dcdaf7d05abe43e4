"""What was added to a PDF after one of its signatures.

Two looks are taken. What pages show, and what their text says, is compared with the signed revision
(`revisions`). And pyHanko goes through every object that was appended: further signatures, proofs
and filled-in fields explain themselves, anything else is suspect.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm

from preaudit.ingest.pdf_signed_fields import SignedField
from preaudit.ingest.revisions import Revisions
from preaudit.ingest.signed import LaterRecord, cut
from preaudit.signature import LaterKind, Permission

_PERMITTED = {
    Permission.NOTHING: MDPPerm.NO_CHANGES,
    Permission.FORMS: MDPPerm.FILL_FORMS,
    Permission.ANNOTATIONS: MDPPerm.ANNOTATE,
}
_HARMLESS = frozenset({LaterKind.SIGNATURE, LaterKind.PROOF, LaterKind.METADATA})
_FORBIDDEN = {
    Permission.UNSTATED: frozenset[LaterKind](),
    Permission.NOTHING: frozenset(LaterKind) - {LaterKind.PROOF, LaterKind.METADATA},
    Permission.FORMS: frozenset(LaterKind) - _HARMLESS - {LaterKind.FORM_FIELD},
    Permission.ANNOTATIONS: frozenset(LaterKind)
    - _HARMLESS
    - {LaterKind.FORM_FIELD, LaterKind.ANNOTATION},
}


class Appended:
    """What was appended to a file, asked once for each of its signatures."""

    def __init__(self, revisions: Revisions, fields: Sequence[SignedField]) -> None:
        logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
        self._revisions = revisions
        self._fields = fields
        self._reader: PdfFileReader | None = None

    def after(self, field: SignedField) -> tuple[LaterRecord, ...]:
        """Return what came after a signature, the gravest first, each kind of a page once."""
        shown = [LaterRecord(kind=one.kind, page=one.page) for one in self._shown(field)]
        told = list(self._told(field, explained=bool(shown)))
        found = dict.fromkeys([*shown, *told, *self._in_order(field)])
        if not found:
            found[LaterRecord(kind=LaterKind.METADATA)] = None
        return tuple(found)

    def _shown(self, field: SignedField) -> Iterator[LaterRecord]:
        end = self._revisions.end_near(field.end) or field.end
        for one in self._revisions.since(end):
            yield LaterRecord(kind=one.kind, page=one.page)

    def _in_order(self, field: SignedField) -> Iterator[LaterRecord]:
        for other in self._fields:
            if other.end > field.end:
                yield LaterRecord(kind=LaterKind.SIGNATURE, detail=cut(other.name))
        if self._revisions.adds_proof(field.end):
            yield LaterRecord(kind=LaterKind.PROOF)

    def _told(self, field: SignedField, *, explained: bool) -> Iterator[LaterRecord]:
        """Yield what pyHanko tells of the objects that were appended."""
        try:
            result = self._reviewed(field)
        except Exception as error:  # noqa: BLE001  # it raises anything over a broken structure
            if not explained:
                yield LaterRecord(kind=LaterKind.OTHER, detail=f"not compared: {_short(error)}")
            return
        if isinstance(result, SuspiciousModification):
            if not explained:
                yield LaterRecord(kind=LaterKind.OTHER, detail=cut(_short(result)))
            return
        signatures = {one.name for one in self._fields}
        for name in sorted(result.changed_form_fields - signatures):
            yield LaterRecord(kind=LaterKind.FORM_FIELD, detail=cut(name))
        known = result.changed_form_fields
        if result.modification_level is ModificationLevel.ANNOTATIONS and not explained:
            yield LaterRecord(kind=LaterKind.ANNOTATION)
        elif result.modification_level is ModificationLevel.FORM_FILLING and not known:
            yield LaterRecord(kind=LaterKind.FORM_FIELD)

    def _reviewed(self, field: SignedField) -> DiffResult | SuspiciousModification:
        reader = self._opened()
        return DEFAULT_DIFF_POLICY.review_file(
            reader, _revision_of(reader, field.end), doc_mdp=_PERMITTED.get(field.permission)
        )

    def _opened(self) -> PdfFileReader:
        if self._reader is None:
            reader = PdfFileReader(io.BytesIO(self._revisions.data), strict=False)
            if reader.encrypted:
                reader.decrypt(b"")
            self._reader = reader
        return self._reader


def _revision_of(reader: PdfFileReader, end: int) -> int:
    """Return the number of the last revision that lies before `end`.

    Raises:
        ValueError: There is none.
    """
    within = [
        number
        for number in range(reader.xrefs.total_revisions)
        if reader.xrefs.get_xref_container_info(number).end_location <= end
    ]
    if not within:
        raise ValueError("no revision is covered")
    return max(within)


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def is_change(later: Sequence[LaterRecord]) -> bool:
    """Tell whether more was added than further signatures, proofs and metadata."""
    return any(one.kind not in _HARMLESS for one in later)


def is_forbidden(later: Sequence[LaterRecord], permission: Permission) -> bool:
    """Tell whether what was added goes beyond what a signature allows."""
    return any(one.kind in _FORBIDDEN[permission] for one in later)
