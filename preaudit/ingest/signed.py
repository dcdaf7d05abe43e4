"""A signature as the worker tells it, and as the report has it.

Certificates and names come from strangers, so every text is cut and every list has an end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from preaudit.geometry import Box
from preaudit.sheet import Signal
from preaudit.signature import (
    DigitalSignature,
    Extent,
    Integrity,
    Later,
    LaterKind,
    Permission,
    Reason,
    Remark,
    Signer,
    Standard,
    TimeSource,
    Trust,
)

SIGNATURES_MAX = 100
"""Of one file; what lies beyond is not looked at, and a problem says so."""
LATER_MAX = 40
PLACES_MAX = 200
LEFT_OUT_MAX = 20
_TEXT_MAX = 200
_PAGE_MAX = 1_000_000

_Text = Annotated[str, Field(max_length=_TEXT_MAX)]
_Share = Annotated[float, Field(ge=0.0, le=1.0)]
_Page = Annotated[int, Field(ge=1, le=_PAGE_MAX)]
Place = tuple[_Page, _Share, _Share, _Share, _Share]
"""Page, left, top, right, bottom."""

_ALTERED_CONFIDENCE = 0.95


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LaterRecord(_Told):
    """Something that was added after a signature."""

    kind: LaterKind
    page: _Page | None = None
    detail: _Text = ""


class Signed(_Told):
    """One signature of the file, with the fields of `DigitalSignature`."""

    event: Literal["signed"] = "signed"
    name: _Text
    standard: Standard
    signer_name: _Text = ""
    signer_organisation: _Text = ""
    signer_issuer: _Text = ""
    signer_serial: _Text = ""
    signer_from: datetime | None = None
    signer_until: datetime | None = None
    signed_at: datetime | None = None
    time_source: TimeSource = TimeSource.NONE
    extent: Extent = Extent.UNKNOWN
    left_out: Annotated[tuple[_Text, ...], Field(max_length=LEFT_OUT_MAX)] = ()
    integrity: Integrity
    reason: Reason = Reason.NONE
    later: Annotated[tuple[LaterRecord, ...], Field(max_length=LATER_MAX)] = ()
    trust: Trust = Trust.NOT_CHECKED
    algorithm: _Text = ""
    permission: Permission = Permission.UNSTATED
    seal_name: _Text = ""
    seal_owner: _Text = ""
    places: Annotated[tuple[Place, ...], Field(max_length=PLACES_MAX)] = ()
    remarks: Annotated[tuple[Remark, ...], Field(max_length=len(Remark))] = ()
    detail: _Text = ""


def cut(text: str) -> str:
    """Return a text as short as a record may hold."""
    return text if len(text) <= _TEXT_MAX else f"{text[: _TEXT_MAX - 1]}…"


def as_signature(told: Signed, sha256: str) -> DigitalSignature:
    """Return what a worker told as the signature of the file with this digest."""
    return DigitalSignature(
        sha256=sha256,
        name=told.name,
        standard=told.standard,
        signer=Signer(
            name=told.signer_name,
            organisation=told.signer_organisation,
            issuer=told.signer_issuer,
            serial=told.signer_serial,
            valid_from=told.signer_from,
            valid_until=told.signer_until,
        ),
        signed_at=told.signed_at,
        time_source=told.time_source,
        extent=told.extent,
        left_out=told.left_out,
        integrity=told.integrity,
        reason=told.reason,
        later=tuple(Later(kind=one.kind, page=one.page, detail=one.detail) for one in told.later),
        trust=told.trust,
        algorithm=told.algorithm,
        permission=told.permission,
        seal_name=told.seal_name,
        seal_owner=told.seal_owner,
        places=tuple(
            Box(page=page, left=left, top=top, right=right, bottom=bottom)
            for page, left, top, right, bottom in told.places
        ),
        remarks=told.remarks,
        detail=told.detail,
    )


def alarm(signature: DigitalSignature) -> Signal | None:
    """Return the signal of a signature that does not hold, or that leaves bytes out; else None.

    What was changed after an intact signature has signals of its own (`revisions`).
    """
    note = _alarming(signature)
    if note is None:
        return None
    place = signature.places[0] if signature.places else None
    who = f"“{signature.signer.name}”的" if signature.signer.name else ""
    return Signal(
        name="edited",
        sha256=signature.sha256,
        page=place.page if place else None,
        box=place,
        note=f"{who}数字签名{note}。",
        confidence=_ALTERED_CONFIDENCE,
    )


def _alarming(signature: DigitalSignature) -> str | None:
    if signature.integrity is Integrity.ALTERED:
        return "验证不通过：文件内容与签名时不一致"
    if signature.reason is Reason.COVERAGE:
        return "没有覆盖文件的全部字节，未覆盖的部分可被改动"
    return None
