"""Whether a certificate leads to one of the trust list. Nothing is fetched: no lists, no clock.

The moment that counts is the stated time of signing. Revocation is looked at only in what the file
itself carries (CRLs and OCSP answers of its /DSS).
"""

from __future__ import annotations

import base64
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from preaudit.ingest.certificates import aware
from preaudit.ingest.cms import SignatureValues
from preaudit.signature import Trust

_OTHERS_MAX = 50


class TrustList:
    """The certificates that the house trusts.

    Args:
        trusted: DER in base64, as a job carries them.
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        decoded = (base64.b64decode(one) for one in trusted)
        self._roots = [one for one in map(_certificate, decoded) if one is not None]
        self._is_set = bool(self._roots)

    def trust(
        self,
        certificate: x509.Certificate | None,
        *,
        others: Sequence[x509.Certificate],
        moment: datetime | None,
        crls: Sequence[bytes] = (),
        ocsps: Sequence[bytes] = (),
    ) -> Trust:
        """Return whether a certificate was trusted at a moment.

        Args:
            certificate: The signer's.
            others: Those that may stand between it and the list.
            moment: Of signing; without one, the last day of the certificate.
            crls: Revocation lists that the file carries, DER.
            ocsps: Answers about revocation that the file carries, DER.
        """
        if not self._is_set or certificate is None:
            return Trust.NOT_CHECKED
        try:
            when = aware(moment) if moment else certificate.not_valid_after - timedelta(seconds=1)
            context = ValidationContext(
                trust_roots=self._roots,
                other_certs=list(others[:_OTHERS_MAX]),
                moment=when,
                allow_fetching=False,
                crls=list(crls),
                ocsps=list(ocsps),
                revocation_mode="soft-fail",
                signature_validator=SignatureValues(),
            )
            validator = CertificateValidator(certificate, validation_context=context)
            _ran(validator.async_validate_path())
        except Exception:  # noqa: BLE001  # whatever a hostile chain raises, it was not proven
            return Trust.UNTRUSTED
        return Trust.TRUSTED


def _ran(waiting: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine to its end without an event loop, which would need a socket.

    As nothing is fetched it never has to wait.

    Raises:
        RuntimeError: It waits for something after all.
    """
    try:
        waiting.send(None)
    except StopIteration:
        return
    waiting.close()
    raise RuntimeError("a chain is to be validated without waiting")


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.Certificate.load(der)
        _ = certificate.subject.native, certificate.public_key.native
    except (ValueError, TypeError, KeyError):
        return None
    return certificate
