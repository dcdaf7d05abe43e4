"""A hand-made report with some of everything, about an invented case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw

from preaudit.case import Case, Material, PageLabel, SigningPlace
from preaudit.document import Flaw, Mark, MarkKind, Origin, Quality, Segment
from preaudit.errors import Stage
from preaudit.fields import (
    Day,
    Evidence,
    Field,
    FieldState,
    Listing,
    LongTerm,
    Money,
    RunnerUp,
    Text,
    Value,
)
from preaudit.findings import (
    About,
    Bilingual,
    Citation,
    Finding,
    Outcome,
    Severity,
    Trace,
    Verdict,
)
from preaudit.geometry import Box
from preaudit.report import (
    SCHEMA_VERSION,
    Coverage,
    NotChecked,
    Problem,
    Provenance,
    Report,
)
from preaudit.sheet import MediaType, Signal, Source
from preaudit.signature import (
    DigitalSignature,
    Extent,
    Integrity,
    Later,
    LaterKind,
    Reason,
    Remark,
    Signer,
    Standard,
    TimeSource,
)

SCRIPT = "<script>document.title='taken'</script>"
ID_NUMBER = "999999199001011237"
USCC = "91110000MA0000000X"
DEVELOPER = "星桥市云泽置业有限公司"


def digest(name: str) -> str:
    """Return a digest that stands for a file of this name."""
    return hashlib.sha256(name.encode()).hexdigest()


def source(name: str, pages: int) -> Source:
    """Return a file of the case."""
    return Source(
        name=name,
        sha256=digest(name),
        sm3=digest(f"sm3 {name}"),
        media_type=MediaType.PDF,
        size_bytes=120_000,
        pages=pages,
    )


FORM = source("01 申请表.pdf", 2)
LICENCE = source("02 营业执照.pdf", 1)
CONTRACT = source("合同 <b>扫描件</b>.pdf", 3)
CARD = source("IMG_0042.jpg", 1)
PLACE = Box(page=1, left=0.2, top=0.3, right=0.6, bottom=0.33)


def evidence(file: Source, page: int, quote: str, *, top: float = 0.3) -> Evidence:
    """Return a place on a page of a file."""
    box = Box(page=page, left=0.2, top=top, right=0.6, bottom=top + 0.03)
    return Evidence(sha256=file.sha256, box=box, quote=quote, confidence=0.97, origin=Origin.OCR)


def found(name: str, raw: str, value: Value, where: Evidence, confidence: float = 0.97) -> Field:
    """Return a field that was found."""
    return Field(
        name=name,
        state=FieldState.FOUND,
        raw=raw,
        value=value,
        evidence=(where,),
        confidence=confidence,
        method="cell",
    )


def material(file: Source, kind: str, pages: tuple[int, ...], *fields: Field) -> Material:
    """Return a material with these fields and nothing else on it."""
    segment = Segment(
        sha256=file.sha256,
        pages=pages,
        kind=kind,
        confidence=0.98,
        runners_up=(("other", 0.02),),
        settled=True,
    )
    return Material(
        source=file,
        segment=segment,
        instance=1,
        fields=fields,
        marks=(),
        places=(),
        page_labels=(),
        qualities=tuple(Quality(flaws=(), dpi=150.0, mean_confidence=0.96) for _ in pages),
    )


def citation(clause: str, title: str, *, verified: bool = True) -> Citation:
    """Return a clause to rest on."""
    return Citation(
        clause=clause, title=title, text=f"{title}的要求，摘自条文。", verified=verified
    )


def finding(check: str, verdict: Verdict, **changes: object) -> Finding:
    """Return a finding of this check, with a plausible default for all else."""
    quiet = verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}
    values: dict[str, object] = {
        "id": check,
        "check": check,
        "rule": f"{check}@1",
        "verdict": verdict,
        "severity": Severity.FORM,
        "outcome": Outcome.CORRECT,
        "title": Bilingual(zh=f"核对 {check}", en=f"Check of {check}"),
        "message": Bilingual(zh=f"{check} 的结论", en=f"Result of {check}"),
        "remedy": Bilingual(zh="", en="")
        if quiet
        else Bilingual(zh=f"请处理 {check}", en=f"Settle {check}"),
        "citations": (citation("construction-law@2019-04-23#8", "《中华人民共和国建筑法》第八条"),),
        "about": (About(kind="application-form", field=None, material="application-form#1"),),
        "evidence": (),
        "trace": Trace(expression=check, result="true"),
        "confidence": 0.95,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]  # a builder of all fields


def _findings() -> tuple[Finding, ...]:
    return (
        finding(
            "completeness.safety-licence",
            Verdict.FAIL,
            title=Bilingual(zh="安全生产许可证", en="Work safety licence"),
            message=Bilingual(
                zh="案卷中没有安全生产许可证。", en="The case has no work safety licence."
            ),
            remedy=Bilingual(
                zh="请补交施工单位在有效期内的安全生产许可证。",
                en="Hand in the contractor's work safety licence.",
            ),
            about=(About(kind="safety-licence", field=None, material=None),),
        ),
        finding(
            "agreement.developer_name",
            Verdict.FAIL,
            title=Bilingual(zh="建设单位名称一致", en="One name of the developer"),
            message=Bilingual(
                zh=f"申请表写“{DEVELOPER}”，合同写“星桥市云泽置地有限公司”。",
                en="Form and contract name different developers.",
            ),
            severity=Severity.SUBSTANCE,
            citations=(
                citation("construction-law@2019-04-23#8", "《中华人民共和国建筑法》第八条"),
                citation(
                    "permit-measures@2021-03-30#6", "《施工许可管理办法》第六条", verified=False
                ),
            ),
            about=(
                About(
                    kind="application-form", field="developer_name", material="application-form#1"
                ),
                About(
                    kind="construction-contract",
                    field="developer_name",
                    material="construction-contract#1",
                ),
            ),
            evidence=(
                evidence(FORM, 1, DEVELOPER),
                evidence(CONTRACT, 1, "星桥市云泽置地有限公司", top=0.5),
            ),
            trace=Trace(
                expression="same_name(form.developer_name, contract.developer_name)",
                result="false",
                steps=(
                    Trace(expression="form.developer_name", result=DEVELOPER),
                    Trace(expression="contract.developer_name", result="星桥市云泽置地有限公司"),
                ),
            ),
        ),
        finding(
            "completeness.wage-account-proof",
            Verdict.FAIL,
            severity=Severity.DEFERRABLE,
            outcome=Outcome.DEFERRABLE,
        ),
        finding(
            "time.expires_during_works",
            Verdict.FAIL,
            severity=Severity.ADVICE,
            outcome=Outcome.ADVICE,
            evidence=(evidence(LICENCE, 1, SCRIPT),),
        ),
        finding(
            "codes.id_checksum",
            Verdict.UNDETERMINED,
            title=Bilingual(zh="身份证号校验", en="Identity number"),
            message=Bilingual(
                zh=f"号码 {ID_NUMBER} 看不清，不能校验。", en=f"{ID_NUMBER} cannot be read well."
            ),
            evidence=(evidence(CARD, 1, f"公民身份号码 {ID_NUMBER}"),),
            trace=Trace(
                expression="checksum_ok(card.id_number)", result="unknown", reason="读法不一"
            ),
        ),
        finding("codes.uscc_checksum", Verdict.PASS),
        finding("seals.attorney", Verdict.NOT_APPLICABLE),
    )


def _materials() -> tuple[Material, ...]:
    form = material(
        FORM,
        "application-form",
        (1, 2),
        found("developer_name", DEVELOPER, Text(text=DEVELOPER), evidence(FORM, 1, DEVELOPER)),
        found(
            "contract_price",
            "21941.04万元",
            Money(yuan=Decimal("219410400.00")),
            evidence(FORM, 2, "21941.04万元"),
            0.62,
        ),
        found(
            "application_date",
            "2025年6月1日",
            Day(day=date(2025, 6, 1)),
            evidence(FORM, 2, "2025年"),
        ),
        Field(
            name="surveyor_name",
            state=FieldState.MISSING,
            raw="",
            value=None,
            evidence=(evidence(FORM, 2, "勘察单位"),),
            confidence=0.9,
            method="cell",
            reason="有栏目，未填写",
        ),
    )
    licence = material(
        LICENCE,
        "business-licence",
        (1,),
        found("holder_uscc", USCC, Text(text=USCC), evidence(LICENCE, 1, USCC)),
        found("holder_name", SCRIPT, Text(text=SCRIPT), evidence(LICENCE, 1, SCRIPT)),
        found("valid_until", "长期", LongTerm(), evidence(LICENCE, 1, "长期")),
    )
    contract = _signed(material(CONTRACT, "construction-contract", (1, 2, 3)))
    card = material(
        CARD,
        "identity-card",
        (1,),
        Field(
            name="id_number",
            state=FieldState.AMBIGUOUS,
            raw=ID_NUMBER,
            value=Text(text=ID_NUMBER),
            evidence=(evidence(CARD, 1, f"公民身份号码 {ID_NUMBER}"),),
            confidence=0.4,
            method="pattern",
            reason="两种读法",
            runners_up=(RunnerUp(raw="99999919900101l237", confidence=0.39, method="tagger"),),
        ),
        found(
            "speciality", "建筑工程", Listing(items=("建筑工程",)), evidence(CARD, 1, "建筑工程")
        ),
    )
    return (form, licence, contract, card)


def _signed(contract: Material) -> Material:
    seal = Mark(
        kind=MarkKind.SEAL,
        box=Box(page=3, left=0.6, top=0.7, right=0.8, bottom=0.84),
        text=DEVELOPER,
        text_confidence=0.8,
        shape="round",
        colour="red",
        confidence=0.93,
    )
    where = Box(page=3, left=0.5, top=0.7, right=0.6, bottom=0.73)
    return Material(
        source=contract.source,
        segment=contract.segment,
        instance=1,
        fields=(),
        marks=(seal,),
        places=(
            SigningPlace(
                role="developer",
                wants="seal",
                label="发包人（盖章）",
                box=where,
                filled_by=(0,),
                certain=True,
            ),
            SigningPlace(
                role="contractor",
                wants="seal",
                label="承包人（盖章）",
                box=where,
                filled_by=(),
                certain=True,
            ),
        ),
        page_labels=(PageLabel(page=1, number=1, total=3, box=where),),
        qualities=(
            *contract.qualities[:2],
            Quality(flaws=(Flaw.DARK,), dpi=90.0, mean_confidence=0.5),
        ),
    )


def _signatures() -> tuple[DigitalSignature, ...]:
    sound = DigitalSignature(
        sha256=LICENCE.sha256,
        name="Signature1",
        standard=Standard.PADES,
        signer=Signer(name="云溪区行政审批局", issuer="星桥测试 CA", serial="0A1B"),
        signed_at=datetime(2025, 5, 1, 9, 30, tzinfo=UTC),
        time_source=TimeSource.TIMESTAMP,
        extent=Extent.REVISION,
        integrity=Integrity.CHANGED,
        later=(
            Later(kind=LaterKind.ANNOTATION, page=1),
            Later(kind=LaterKind.FORM_FIELD, detail=ID_NUMBER),
        ),
        algorithm="SHA-256 with RSA 2048",
        places=(Box(page=1, left=0.6, top=0.7, right=0.8, bottom=0.8),),
        remarks=(Remark.SELF_SIGNED,),
    )
    broken = replace(
        sound,
        name="s2",
        standard=Standard.SES_V4,
        seal_name="<b>合同专用章</b>",
        integrity=Integrity.ALTERED,
        reason=Reason.DIGEST,
        later=(),
        places=(),
        signed_at=None,
    )
    return sound, broken


def sample_report() -> Report:
    """Return the report."""
    findings = _findings()
    open_checks = (
        NotChecked(
            check="codes.id_checksum",
            reason=Bilingual(zh="号码读法不一。", en="Two readings of the number."),
        ),
        NotChecked(
            check="fitness.manager_busy",
            reason=Bilingual(zh="需要其他案件的数据。", en="Needs the data of other cases."),
        ),
    )
    return Report(
        schema_version=SCHEMA_VERSION,
        case=Case(
            item="construction-permit",
            as_of=date(2025, 6, 3),
            jurisdiction="cn",
            attributes={"use": "residential"},
        ),
        sources=(FORM, LICENCE, CONTRACT, CARD),
        materials=_materials(),
        signals=(
            Signal(
                name="edited",
                sha256=LICENCE.sha256,
                page=None,
                box=None,
                note="文件在签名后被修改。",
                confidence=0.8,
            ),
        ),
        findings=findings,
        coverage=Coverage(
            checked=tuple(
                one.check for one in findings if one.verdict in {Verdict.PASS, Verdict.FAIL}
            ),
            not_checked=open_checks,
        ),
        signatures=_signatures(),
        problems=(
            Problem(
                stage=Stage.INGEST,
                code="encrypted_pdf",
                message=Bilingual(
                    zh="文件有密码，无法打开。", en="The file is locked with a password."
                ),
                remedy=Bilingual(
                    zh="请提交没有密码的文件。", en="Hand in the file without a password."
                ),
                file="图审合格书（加密）.pdf",
            ),
        ),
        provenance=Provenance(
            preaudit="0.1.0",
            graph=digest("graph"),
            weights=(("tagger", digest("tagger")),),
            engines=(("onnxruntime", "1.31.1"),),
        ),
    )


@dataclass(frozen=True)
class DrawnImages:
    """Page images drawn on demand: white pages with a grey bar."""

    width_px: int = 300
    asked: list[tuple[str, int]] = field(default_factory=list)
    absent: frozenset[str] = frozenset()

    def jpeg(self, sha256: str, page: int) -> bytes | None:
        """Return a drawn page; None for files named absent."""
        self.asked.append((sha256, page))
        if sha256 in self.absent:
            return None
        image = Image.new("RGB", (self.width_px, round(self.width_px * 1.414)), "white")
        ImageDraw.Draw(image).rectangle((20, 20, 200, 40), fill="grey")
        buffer = BytesIO()
        image.save(buffer, "JPEG")
        return buffer.getvalue()
