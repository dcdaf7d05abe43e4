"""Digital signatures that a file carries: who signed, when, over what, and whether it still holds.

What was found is told in words of this module's lists, never in prose: `render` has the sentences.
No signature is a verdict: an intact one proves that the signed bytes are those that the holder of
a key signed, and whose key that is only a trust list can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from preaudit.geometry import Box

_AT_EDGE = 0.02
"""Of a page's width or height: so near a slice lies to the edge of the paper."""


class Standard(StrEnum):
    """In which form a signature is written."""

    PADES = "pades"
    """A CMS signature in a PDF, with the attributes of ETSI EN 319 142."""
    PKCS7 = "pkcs7"
    """A CMS (PKCS #7) signature, in a PDF or an OFD."""
    X509_RSA = "x509_rsa"
    """A bare RSA value with certificates beside it, as old PDF files have."""
    TIMESTAMP = "timestamp"
    """A time stamp over the whole document (RFC 3161): it says when, not who."""
    SES_V1 = "ses_v1"
    """An electronic seal of GM/T 0031-2014."""
    SES_V4 = "ses_v4"
    """An electronic seal of GB/T 38540-2020."""
    OTHER = "other"


class TimeSource(StrEnum):
    """Where a time of signing comes from."""

    CLAIMED = "claimed"
    """The signer's own clock said so."""
    TIMESTAMP = "timestamp"
    """A time-stamping authority said so, in a token that verifies."""
    NONE = "none"


class Extent(StrEnum):
    """How much of the file a signature is over."""

    WHOLE = "whole"
    """All of the file (of a PDF: all but the signature itself)."""
    REVISION = "revision"
    """All that the file was when it was signed; something was appended since."""
    PARTS = "parts"
    """Something that was there when it was signed is left out."""
    UNKNOWN = "unknown"


class Integrity(StrEnum):
    """Whether what was signed is what is in the file."""

    INTACT = "intact"
    """The signature verifies, and what was added since, if anything, changes nothing shown."""
    CHANGED = "changed"
    """The signature verifies, but what the file shows was changed after signing (`later`)."""
    ALTERED = "altered"
    """The signature does not verify: what was signed is not what is in the file."""
    UNKNOWN = "unknown"
    """It could not be verified; `reason` says why."""


class Trust(StrEnum):
    """Whether the signer's certificate leads to one of the trust list."""

    NOT_CHECKED = "not_checked"
    """No trust list is configured, or the signature gives nothing to check."""
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


class Reason(StrEnum):
    """Why a signature is altered or unknown."""

    NONE = ""
    DIGEST = "digest"
    """What was signed has another digest than the signature says."""
    VALUE = "value"
    """The signature value is not by the key of the certificate that it names."""
    COVERAGE = "coverage"
    """The bytes that it claims to cover are not laid out as the format asks."""
    STRUCTURE = "structure"
    """The signature cannot be parsed."""
    ALGORITHM = "algorithm"
    """It uses an algorithm that is not known here."""
    CERTIFICATE = "certificate"
    """The signer's certificate is not there or cannot be read."""
    MISSING_PART = "missing_part"
    """Something that was signed is no longer in the file."""
    EMPTY = "empty"
    """There is a place for a signature, with nothing in it."""
    LIMIT = "limit"
    """It is too large or took too long."""


class Remark(StrEnum):
    """Something about a signature that a person should know; none makes it invalid by itself."""

    WEAK_ALGORITHM = "weak_algorithm"
    """Made with MD5, SHA-1 or a short key: others could have made the same."""
    CERTIFICATE_NOT_IN_FORCE = "certificate_not_in_force"
    """The certificate had expired, or was not yet valid, at the stated time of signing."""
    SELF_SIGNED = "self_signed"
    """The certificate vouches for itself."""
    SEAL_ALTERED = "seal_altered"
    """The electronic seal's own signature, by its maker, does not verify."""
    SEAL_OF_ANOTHER = "seal_of_another"
    """The certificate is not among those that may use the seal."""
    SEAL_NOT_IN_FORCE = "seal_not_in_force"
    """The seal had expired, or was not yet valid, at the stated time of signing."""
    CHANGES_FORBIDDEN = "changes_forbidden"
    """What was added since goes beyond what the signature allows."""
    TIMESTAMP_BROKEN = "timestamp_broken"
    """It carries a time stamp that does not verify; the time is the claimed one."""


class LaterKind(StrEnum):
    """What was added to a file after a signature."""

    SIGNATURE = "signature"
    """A further signature or time stamp, or a place for one."""
    PROOF = "proof"
    """Certificates and revocation lists, to verify the signature later."""
    FORM_FIELD = "form_field"
    """The value of a form field."""
    ANNOTATION = "annotation"
    PAGE_CONTENT = "page_content"
    PAGES = "pages"
    """Pages were added, removed or exchanged."""
    METADATA = "metadata"
    OTHER = "other"


class Permission(StrEnum):
    """What a certifying signature allows to be changed later (ISO 32000-1, 12.8.2.2)."""

    UNSTATED = "unstated"
    """It does not certify the document."""
    NOTHING = "nothing"
    FORMS = "forms"
    """Form fields may be filled in and signatures added."""
    ANNOTATIONS = "annotations"
    """Those, and annotations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Something that was added or changed after a signature."""

    kind: LaterKind
    page: int | None = None
    detail: str = ""
    """Which field or part, where it has a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose certificate made a signature, as the certificate says; nothing here is verified."""

    name: str
    organisation: str = ""
    issuer: str = ""
    """Name of the authority that issued the certificate."""
    serial: str = ""
    """The certificate's number, in capital hexadecimal digits."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


NOBODY = Signer(name="")
"""For a signature that does not say who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitalSignature:
    """One digital signature of a file."""

    sha256: str
    """Of the file."""
    name: str
    """What the file calls it: the form field of a PDF, the id in an OFD."""
    standard: Standard
    signer: Signer
    signed_at: datetime | None
    """Without a time zone where the file states none."""
    time_source: TimeSource
    extent: Extent
    left_out: tuple[str, ...] = ()
    """What was there at signing and is not covered: part names, or `bytes 100-200`."""
    integrity: Integrity
    reason: Reason = Reason.NONE
    later: tuple[Later, ...] = ()
    """What was added since."""
    trust: Trust = Trust.NOT_CHECKED
    algorithm: str = ""
    """Such as `SHA-256 with RSA 2048` or `SM3 with SM2`."""
    permission: Permission = Permission.UNSTATED
    seal_name: str = ""
    """Of an electronic seal: what the seal is called."""
    seal_owner: str = ""
    """Whom its certificate names."""
    places: tuple[Box, ...] = ()
    """Where it shows on pages, as they are in the file."""
    remarks: tuple[Remark, ...] = ()
    detail: str = ""
    """For experts: what exactly did not fit, in English."""

    @property
    def is_paging_seal(self) -> bool:
        """Whether it is laid over the edges of several pages, a slice on each (骑缝章)."""
        several = len({place.page for place in self.places}) > 1
        return several and all(_touches_edge(place) for place in self.places)


def _touches_edge(place: Box) -> bool:
    nearest = min(place.left, place.top, 1 - place.right, 1 - place.bottom)
    return nearest <= _AT_EDGE
