"""What a report says of a digital signature, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from preaudit.findings import Bilingual
from preaudit.render.overview import page_runs
from preaudit.signature import (
    DigitalSignature,
    Extent,
    Integrity,
    Later,
    LaterKind,
    Permission,
    Reason,
    Remark,
    Standard,
    TimeSource,
    Trust,
)

INTEGRITIES = {
    Integrity.INTACT: Bilingual(zh="完好", en="intact"),
    Integrity.CHANGED: Bilingual(zh="签名后有改动", en="changed after signing"),
    Integrity.ALTERED: Bilingual(zh="验证不通过", en="does not verify"),
    Integrity.UNKNOWN: Bilingual(zh="未能验证", en="could not be verified"),
}
_STANDARDS = {
    Standard.PADES: Bilingual(zh="PDF 签名（PAdES）", en="PDF signature (PAdES)"),
    Standard.PKCS7: Bilingual(zh="PKCS#7 签名", en="PKCS #7 signature"),
    Standard.X509_RSA: Bilingual(zh="RSA 签名（旧式）", en="bare RSA signature"),
    Standard.TIMESTAMP: Bilingual(zh="文档时间戳", en="document time stamp"),
    Standard.SES_V1: Bilingual(zh="电子签章（GM/T 0031）", en="electronic seal (GM/T 0031)"),
    Standard.SES_V4: Bilingual(zh="电子签章（GB/T 38540）", en="electronic seal (GB/T 38540)"),
    Standard.OTHER: Bilingual(zh="其他签名", en="another kind of signature"),
}
_SEALS = frozenset({Standard.SES_V1, Standard.SES_V4})
_TRUST = {
    Trust.NOT_CHECKED: Bilingual(
        zh="未核对证书来源（没有配置信任列表）",
        en="where the certificate comes from was not checked (no trust list)",
    ),
    Trust.TRUSTED: Bilingual(zh="证书出自信任列表", en="the certificate leads to the trust list"),
    Trust.UNTRUSTED: Bilingual(
        zh="证书不出自信任列表", en="the certificate does not lead to the trust list"
    ),
}
_REASONS = {
    Reason.DIGEST: Bilingual(
        zh="被签名的内容与签名时不一致", en="what was signed is not what is in the file"
    ),
    Reason.VALUE: Bilingual(
        zh="签名值与所附证书不符", en="the signature value is not by the key of its certificate"
    ),
    Reason.COVERAGE: Bilingual(
        zh="签名所覆盖的字节范围不合规范，其中可能藏有未签名的内容",
        en="the byte ranges that it covers are not laid out as the standard asks: "
        "they may hide what was never signed",
    ),
    Reason.STRUCTURE: Bilingual(zh="签名数据不能解析", en="the signature cannot be parsed"),
    Reason.ALGORITHM: Bilingual(
        zh="本系统不支持所用的签名算法", en="it uses an algorithm that is not known here"
    ),
    Reason.CERTIFICATE: Bilingual(
        zh="签名证书缺失或不能读取", en="the signer's certificate is missing or unreadable"
    ),
    Reason.MISSING_PART: Bilingual(
        zh="被签名的部分内容已不在文件中", en="something that was signed is no longer in the file"
    ),
    Reason.EMPTY: Bilingual(
        zh="预留了签名位置，但尚未签名", en="a place for a signature, with nothing in it"
    ),
    Reason.LIMIT: Bilingual(
        zh="签名过大或验证用时过长", en="the signature is too large or took too long"
    ),
}
_REMARKS = {
    Remark.WEAK_ALGORITHM: Bilingual(
        zh="所用算法强度不足，可被伪造", en="its algorithm is weak and can be forged"
    ),
    Remark.CERTIFICATE_NOT_IN_FORCE: Bilingual(
        zh="所称签名时间不在证书有效期内",
        en="the certificate was not in force at the stated time of signing",
    ),
    Remark.SELF_SIGNED: Bilingual(
        zh="证书为自签名，不能证明签名人身份",
        en="the certificate vouches for itself and proves nobody's identity",
    ),
    Remark.SEAL_ALTERED: Bilingual(
        zh="印章数据未通过制章机构签名验证",
        en="the seal itself does not verify against its maker",
    ),
    Remark.SEAL_OF_ANOTHER: Bilingual(
        zh="签名证书不在该印章的授权证书之内",
        en="the certificate is not among those that may use the seal",
    ),
    Remark.SEAL_NOT_IN_FORCE: Bilingual(
        zh="所称签章时间不在印章有效期内",
        en="the seal was not in force at the stated time of signing",
    ),
    Remark.CHANGES_FORBIDDEN: Bilingual(
        zh="后来的改动超出了签名人许可的范围", en="later changes go beyond what the signer allowed"
    ),
    Remark.TIMESTAMP_BROKEN: Bilingual(
        zh="所附时间戳验证不通过，时间为自称",
        en="its time stamp does not verify; the time is only claimed",
    ),
}
_LATER = {
    LaterKind.SIGNATURE: Bilingual(zh="其他签名或时间戳", en="further signatures or time stamps"),
    LaterKind.PROOF: Bilingual(zh="长期验证资料", en="proofs for later verification"),
    LaterKind.FORM_FIELD: Bilingual(zh="表单内容", en="form fields"),
    LaterKind.ANNOTATION: Bilingual(zh="批注", en="annotations"),
    LaterKind.PAGE_CONTENT: Bilingual(zh="页面内容", en="page content"),
    LaterKind.PAGES: Bilingual(zh="页面增删", en="pages added or removed"),
    LaterKind.METADATA: Bilingual(zh="文档属性", en="metadata"),
    LaterKind.OTHER: Bilingual(zh="其他内容", en="something else"),
}
_PERMISSIONS = {
    Permission.NOTHING: Bilingual(
        zh="签名人声明此后不得改动", en="the signer allows no later change"
    ),
    Permission.FORMS: Bilingual(
        zh="签名人只许可此后填写表单和签名",
        en="the signer allows only forms to be filled in and signatures to be added",
    ),
    Permission.ANNOTATIONS: Bilingual(
        zh="签名人许可此后填写表单、签名和批注",
        en="the signer allows forms, signatures and annotations",
    ),
}


def who(signature: DigitalSignature) -> Bilingual:
    """Return who signed, as the certificate names them, with their organisation."""
    signer = signature.signer
    name = signature.seal_owner or signer.name or signer.organisation
    if not name:
        return Bilingual(zh="未署名", en="nobody named")
    body = signer.organisation
    if body and body != name:
        return Bilingual(zh=f"{name}（{body}）", en=f"{name} ({body})")
    return Bilingual(zh=name, en=name)


def when(signature: DigitalSignature) -> Bilingual:
    """Return the time of signing and where it comes from."""
    if signature.signed_at is None:
        return Bilingual(zh="未载明时间", en="no time stated")
    printed = shown_time(signature.signed_at)
    if signature.time_source is TimeSource.TIMESTAMP:
        return Bilingual(zh=f"{printed}（时间戳）", en=f"{printed} (time stamp)")
    return Bilingual(zh=f"{printed}（自称）", en=f"{printed} (claimed)")


def shown_time(time: datetime) -> str:
    """Return a time to the minute, with its zone where it has one."""
    zone = time.strftime("%z")
    return time.strftime("%Y-%m-%d %H:%M") + (f" {zone[:3]}:{zone[3:5]}" if zone else "")


def notes(signature: DigitalSignature) -> tuple[Bilingual, ...]:
    """Return all else there is to say, the gravest first."""
    return tuple(_notes(signature))


def _notes(signature: DigitalSignature) -> Iterator[Bilingual]:
    if signature.reason in _REASONS:
        yield _REASONS[signature.reason]
    if signature.standard in _SEALS and signature.places:
        yield _stands(signature)
    yield from (_REMARKS[remark] for remark in signature.remarks)
    if signature.later:
        yield _later(signature.later)
    if signature.extent is Extent.PARTS:
        yield _left_out(signature.left_out)
    if signature.permission in _PERMISSIONS:
        yield _PERMISSIONS[signature.permission]
    yield _TRUST[signature.trust]
    yield _made(signature)


def _stands(signature: DigitalSignature) -> Bilingual:
    """Return on which pages an electronic seal stands."""
    pages = page_runs(sorted({place.page for place in signature.places}))
    if signature.is_paging_seal:
        return Bilingual(zh=f"电子骑缝章：第 {pages} 页", en=f"electronic paging seal: p. {pages}")
    return Bilingual(zh=f"电子印章：第 {pages} 页", en=f"electronic seal: p. {pages}")


def _later(later: tuple[Later, ...]) -> Bilingual:
    pages: dict[LaterKind, list[int]] = {}
    for one in later:
        pages.setdefault(one.kind, []).extend([one.page] if one.page else [])
    zh = "、".join(_LATER[kind].zh + _pages_zh(on) for kind, on in pages.items())
    en = ", ".join(_LATER[kind].en + _pages_en(on) for kind, on in pages.items())
    return Bilingual(zh=f"此后文件中增加或改动了：{zh}", en=f"added or changed since: {en}")


def _pages_zh(pages: list[int]) -> str:
    return f"（第 {page_runs(pages)} 页）" if pages else ""


def _pages_en(pages: list[int]) -> str:
    return f" (p. {page_runs(pages)})" if pages else ""


def _left_out(parts: tuple[str, ...]) -> Bilingual:
    named = ", ".join(parts)
    return Bilingual(
        zh=f"未覆盖文件的全部内容{f'：{named}' if named else ''}",
        en=f"it does not cover all of the file{f': {named}' if named else ''}",
    )


def _made(signature: DigitalSignature) -> Bilingual:
    standard, signer = _STANDARDS[signature.standard], signature.signer
    by_zh = f"，颁发者 {signer.issuer}" if signer.issuer else ""
    by_en = f", issued by {signer.issuer}" if signer.issuer else ""
    number_zh = f"，证书号 {signer.serial}" if signer.serial else ""
    number_en = f", certificate {signer.serial}" if signer.serial else ""
    method = f"{signature.algorithm}" if signature.algorithm else ""
    return Bilingual(
        zh=f"{standard.zh}{f'，{method}' if method else ''}{by_zh}{number_zh}",
        en=f"{standard.en}{f', {method}' if method else ''}{by_en}{number_en}",
    )
