"""Keys, certificates and signed PDF files for the tests of digital signatures."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, cms, core, keys, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from preaudit.ingest import sm2

START = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2035, 1, 1, tzinfo=UTC)
_GAP = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A key and its certificate."""

    certificate: x509.Certificate
    key: keys.PrivateKeyInfo
    private: Any


def _name(common: str) -> pyca.Name:
    return pyca.Name([
        pyca.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        pyca.NameAttribute(NameOID.ORGANIZATION_NAME, f"{common}（机构）"),
        pyca.NameAttribute(NameOID.COMMON_NAME, common),
    ])  # fmt: skip


@cache
def person(
    name: str, *, issuer: str = "", is_stamper: bool = False, bits: int = 0, until: datetime = END
) -> Person:
    """Return someone with an EC key (RSA where bits are given), certified by an issuer."""
    private = _key(bits)
    by = person(issuer) if issuer else None
    builder = (
        pyca.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer or name))
        .public_key(private.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") + 1)
        .not_valid_before(START)
        .not_valid_after(until)
        .add_extension(pyca.BasicConstraints(ca=not issuer, path_length=None), critical=True)
        .add_extension(_usage(is_authority=not issuer), critical=True)
    )
    if is_stamper:
        use = pyca.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(use, critical=True)
    made = builder.sign(by.private if by else private, hashes.SHA256())
    return Person(
        certificate=x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        key=keys.PrivateKeyInfo.load(
            private.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        private=private,
    )


def _key(bits: int) -> Any:
    if bits:
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return ec.generate_private_key(ec.SECP256R1())


def _usage(*, is_authority: bool) -> pyca.KeyUsage:
    return pyca.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority,
        crl_sign=is_authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def signer(who: Person, *, others: tuple[Person, ...] = ()) -> signers.SimpleSigner:
    """Return what pyHanko signs with."""
    store = SimpleCertificateStore()
    store.register_multiple([one.certificate for one in (who, *others)])
    return signers.SimpleSigner(
        signing_cert=who.certificate, signing_key=who.key, cert_registry=store
    )


def signed(  # noqa: PLR0913  # a signature has as many sides
    data: bytes,
    who: Person,
    *,
    field: str = "Signature1",
    box: tuple[int, int, int, int] | None = (20, 20, 120, 80),
    certify: fields.MDPPerm | None = None,
    digest: str = "sha256",
    stamped_by: Person | None = None,
    pades: bool = True,
    others: tuple[Person, ...] = (),
) -> bytes:
    """Return a PDF with one signature more."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    about = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        certify=certify is not None,
        docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS,
        subfilter=fields.SigSeedSubFilter.PADES if pades else None,
    )
    stamper = None
    if stamped_by is not None:
        store = SimpleCertificateStore()
        store.register_multiple([stamped_by.certificate])
        stamper = timestamps.DummyTimeStamper(
            stamped_by.certificate, stamped_by.key, certs_to_embed=store,
            fixed_dt=START + timedelta(days=40),
        )  # fmt: skip
    maker = signers.PdfSigner(
        about,
        signer=signer(who, others=others),
        timestamper=stamper,
        new_field_spec=fields.SigFieldSpec(field, box=box),
    )
    out = maker.sign_pdf(writer)
    return bytes(out.getvalue())


def gap(data: bytes, number: int = -1) -> tuple[int, int]:
    """Return where the value of a signature stands, its brackets included."""
    _, length, start, _ = (int(one) for one in _GAP.findall(data)[number])
    return length, start


def with_value(data: bytes, value: bytes) -> bytes:
    """Return a PDF whose last signature has this value instead."""
    start, end = gap(data)
    return data[: start + 1] + value.hex().encode().ljust(end - start - 2, b"0") + data[end - 1 :]


def covered(data: bytes) -> bytes:
    """Return what the last signature covers."""
    start, end = gap(data)
    return data[:start] + data[end:]


def sm2_key(secret: int) -> bytes:
    """Return the public point of a secret number."""
    x, y, z = sm2._times(secret, (sm2._GX, sm2._GY, 1))
    inverse = pow(z, -1, sm2._P)
    x, y = x * inverse**2 % sm2._P, y * inverse**3 % sm2._P
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def sm2_sign(secret: int, data: bytes, nonce: int = 0x1234567890ABCDEF1234567890ABCDEF) -> bytes:
    """Return an SM2 signature with SM3, DER."""
    point = sm2_key(secret)
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    identity = sm2._identity(x, y, sm2.DEFAULT_ID)
    digest = int.from_bytes(sm2.sm3(identity + data), "big")
    jumped = sm2._times(nonce, (sm2._GX, sm2._GY, 1))
    reached = jumped[0] * pow(jumped[2], -2, sm2._P) % sm2._P
    r = (digest + reached) % sm2._N
    s = pow(1 + secret, -1, sm2._N) * (nonce - r * secret) % sm2._N
    return bytes(algos.DSASignature({"r": r, "s": s}).dump())


def sm2_certificate(name: str, secret: int, *, issuer: str = "", by: int = 0) -> x509.Certificate:
    """Return a certificate for an SM2 key, signed with SM2."""
    algorithm = {"algorithm": sm2.SM2_WITH_SM3}
    key = keys.PublicKeyInfo({
        "algorithm": {
            "algorithm": "ec",
            "parameters": keys.ECDomainParameters(name="named", value=sm2.SM2_CURVE),
        },
        "public_key": keys.ECPointBitString(sm2_key(secret)),
    })  # fmt: skip
    constraints = x509.BasicConstraints({"ca": not issuer})
    body = x509.TbsCertificate({
        "version": "v3",
        "serial_number": secret % 100_000 + 1,
        "signature": algorithm,
        "issuer": x509.Name.build({"country_name": "CN", "common_name": issuer or name}),
        "validity": {
            "not_before": x509.Time(name="utc_time", value=START),
            "not_after": x509.Time(name="utc_time", value=END),
        },
        "subject": x509.Name.build({"country_name": "CN", "common_name": name}),
        "subject_public_key_info": key,
        "extensions": [
            {"extn_id": "basic_constraints", "critical": True, "extn_value": constraints},
        ],
    })  # fmt: skip
    return x509.Certificate({
        "tbs_certificate": body,
        "signature_algorithm": algorithm,
        "signature_value": sm2_sign(by or secret, body.dump()),
    })  # fmt: skip


def sm2_cms(data: bytes, certificate: x509.Certificate, secret: int) -> bytes:
    """Return a CMS signature over data with SM2 and SM3, as Chinese sealing programs make them."""
    attributes = cms.CMSAttributes([
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [sm2.sm3(data)]},
        {"type": "signing_time", "values": [cms.Time(name="utc_time", value=START)]},
    ])  # fmt: skip
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value={"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": sm2.SM3},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": sm2.SM2_WITH_SM3},
        "signature": core.OctetString(sm2_sign(secret, attributes.dump())),
    }
    content = cms.SignedData({
        "version": "v1",
        "digest_algorithms": [{"algorithm": sm2.SM3}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
        "signer_infos": [info],
    })  # fmt: skip
    return cms.ContentInfo({"content_type": "signed_data", "content": content}).dump(force=True)
