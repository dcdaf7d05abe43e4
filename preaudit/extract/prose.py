"""Candidates from the wording of running text, and from numbers that tell what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from preaudit.extract.candidate import Candidate, Found, LabelEnds, SegmentTexts, candidate
from preaudit.extract.passage import Passage
from preaudit.extract.values.reading import Place, field_types, fields_of, read_value
from preaudit.fields import Text, canonical
from preaudit.folding import tidy

_NO_SUCH: Final = {
    "project_name": re.compile(
        r"^(?:该|本|此|上述|由|其|我|你|贵|事项|招标|为|全权|按|参保|所涉|[(#\d])"
        r"|公司|办理|递交|许可|申请|评标|完成|事项|范围内|合同|手续|平方米|授权|委托|日期|有效"
        r"|^(?!.*(?:[楼库房室厂园区院校馆站城府苑居庭墅塔桥段幢栋座]|中心|工程|项目|基地|公寓|大厦|广场|管网|道路|标段|一期|二期))"
    ),
}
"""What no value of a field says that is told from a sentence: the sentence was another one."""

_FIRM_END: Final = re.compile(r"[^,，。；;:、]{6}(?=(?:股份)?(?:有限)?(?:责任)?公司)")
_LEAD_OF_PLACE: Final = re.compile(
    r"[^省市县区]{0,12}?(?:位于|坐落于|地处|适用于|用于|限于|使用|于|在|为|是|地址|住所|地点)"
    r"(?=[\u4e00-\u9fff]{2,7}(?:省|市|自治区|县|区|州|盟))"
)
_LEAD_OF_NAME: Final = re.compile(
    r"(?:[^(]{0,3}\))?(?:[^(公]{0,10}?(?:企业|单位|公司|机构|方|者|人)(?:是|为|系)|[^(公]{0,6}?(?:注册在|受雇于|任职于"
    r"|受聘于|就职于|执业于|供职于)|(?:委?托|发包|承包|受托)方|[为是系]|许可|准许|准予|核准|第[一二三四五六七八九十]+条)*"
)
_LEAD: Final = re.compile(
    r"(?:第[一二三四五六七八九十]+条|该单位|该公司|专?用于|建设|参保项目|所涉项目|拟建工程为?|就|对)*"
)
"""What may stand before the name of a project in a sentence."""


class Wording(BaseModel):
    """One expression whose named groups are fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    confidence: float
    kinds: tuple[str, ...] = ()
    """Empty: every kind that carries its fields."""


class Party(BaseModel):
    """A party or person of running text: its fields, what it is called, and what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    number: str = ""
    """The field of its code or registration number."""
    nouns: str
    work: str = ""


class Template(BaseModel):
    """A wording for every party or person: {NAME}, {NUMBER}, {NOUNS} and {WORK} are its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    confidence: float


class CodeForm(BaseModel):
    """A number that tells by its form which field it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    text: str
    confidence: float
    kinds: tuple[str, ...] = ()


class Closing(BaseModel):
    """What the last date of a paper, and the name above it, mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    name: str = ""
    confidence: float


class ProseKnowledge(BaseModel):
    """`knowledge/prose.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    words: dict[str, str]
    patterns: tuple[Wording, ...]
    parties: tuple[Party, ...]
    party_templates: tuple[Template, ...]
    persons: tuple[Party, ...]
    person_templates: tuple[Template, ...]
    sole: tuple[Wording, ...]
    codes: tuple[CodeForm, ...]
    closing: dict[str, Closing]


@cache
def prose_knowledge() -> ProseKnowledge:
    """Return the knowledge of wordings."""
    text = files(__package__).joinpath("knowledge/prose.yaml").read_text(encoding="utf-8")
    return ProseKnowledge.model_validate(yaml.safe_load(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A compiled wording."""

    pattern: re.Pattern[str]
    confidence: float
    needs: tuple[str, ...] = ()
    """One of these words stands in every text that it can match; empty where that is not known."""


@cache
def expressions(kind: str) -> tuple[Expression, ...]:
    """Return the wordings of one kind of paper."""
    known = prose_knowledge()
    own = [
        Expression(pattern=re.compile(_filled(one.text)), confidence=one.confidence)
        for one in known.patterns
        if not one.kinds or kind in one.kinds
    ]
    carried = set(fields_of(kind))
    for parties, templates in (
        (known.parties, known.party_templates),
        (known.persons, known.person_templates),
    ):
        told = [one for one in parties if {one.name, one.number} & carried]
        own += [made for one in told for each in templates if (made := _of(one, each))]
    return tuple(own)


def _of(party: Party, template: Template) -> Expression | None:
    """Return a template with the words of one party; None where it asks for words it has not."""
    if "{WORK}" in template.text and not party.work:
        return None
    words = party.work if "{WORK}" in template.text else party.nouns
    number = f"(?P<{party.number}>" if party.number else "(?:"
    text = template.text.replace("{NAME}", f"(?P<{party.name}>").replace("{NUMBER}", number)
    text = text.replace("{NOUNS}", f"(?:{party.nouns})").replace("{WORK}", f"(?:{party.work})")
    return Expression(
        pattern=re.compile(_filled(text)),
        confidence=template.confidence,
        needs=tuple(word for word in words.split("|") if not re.search(r"[\\(\[?]", word)),
    )


@cache
def sole(kind: str) -> tuple[Expression, ...]:
    """Return the sorts of values of which one kind of paper has but one."""
    return tuple(
        Expression(pattern=re.compile(_filled(one.text)), confidence=one.confidence)
        for one in prose_knowledge().sole
        if kind in one.kinds
    )


@cache
def code_forms(kind: str) -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """Return (field, expression, confidence) of the numbers of one kind of paper."""
    return tuple(
        (one.field, re.compile(one.text), one.confidence)
        for one in prose_knowledge().codes
        if not one.kinds or kind in one.kinds
    )


def _filled(text: str) -> str:
    for _ in range(2):  # words may be made of words
        for name, expression in prose_knowledge().words.items():
            text = text.replace("{" + name + "}", f"(?:{expression})")
    return text


class ProseSource:
    """Wordings and number forms, in every passage and cell."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield what the running text of a segment says."""
        del labels
        every = [p for page in texts.pages for p in (*page.passages, *page.cells)]
        for passage in (*every, *texts.flow):
            if len(passage.text) < 3:  # noqa: PLR2004 - nothing to read
                continue
            yield from _by_wording(passage, texts)
            yield from _by_form(passage, texts)
        yield from _alone(every, texts)


def _alone(passages: Sequence[Passage], texts: SegmentTexts) -> Iterator[Found]:
    """Yield values that tell what they are because the paper has but one of the sort."""
    texted = [(passage, *_with_breaks(passage)) for passage in passages if len(passage.text) > 1]
    for expression in sole(texts.kind):
        found: dict[str, list[Found]] = {}
        for passage, marked, places in texted:
            for one in _matches(expression, passage, marked, places, texts):
                found.setdefault(one.field, []).append(one)
        for field, readings in found.items():
            told = {canonical(one.value) for one in readings if isinstance(one, Candidate)}
            alone = field_types().get(field) != "name" or _firms(passages) == 1
            if len(told) == 1 and alone:
                yield readings[0]


def _firms(passages: Sequence[Passage]) -> int:
    """Return how many firms are named, told apart by how their names end."""
    ends = (_FIRM_END.finditer(passage.text) for passage in passages)
    return len({match[0] for found in ends for match in found})


def _by_wording(passage: Passage, texts: SegmentTexts) -> Iterator[Found]:
    marked, places = _with_breaks(passage)
    for expression in expressions(texts.kind):
        if expression.needs and not any(word in marked for word in expression.needs):
            continue
        yield from _matches(expression, passage, marked, places, texts)


def _matches(
    expression: Expression, passage: Passage, marked: str, places: Sequence[int],
    texts: SegmentTexts,
) -> Iterator[Candidate]:  # fmt: skip
    for match in expression.pattern.finditer(marked):
        for field, printed in match.groupdict().items():
            if not printed or field not in texts.fields:
                continue
            span = places[match.start(field)], places[match.end(field) - 1] + 1
            yield from _group(passage, match, field, span, expression.confidence)


def _lead_of(field: str, text: str) -> int:
    """Return how much of a text stands before the value that an expression took it for."""
    sort = field_types().get(field)
    if field in _NO_SUCH:
        lead = _LEAD.match(text)
    elif field.endswith("address"):
        lead = _LEAD_OF_PLACE.match(text)
    else:
        lead = _LEAD_OF_NAME.match(text) if sort == "name" else None
    return lead.end() if lead and lead.end() < len(text) else 0


def _with_breaks(passage: Passage) -> tuple[str, list[int]]:
    """Return the text with a line feed before each paragraph, and where each character was."""
    marked: list[str] = []
    places: list[int] = []
    for at, char in enumerate(passage.text):
        if at in passage.stops and at:
            marked.append("\n")
            places.append(at)
        marked.append(char)
        places.append(at)
    return "".join(marked), places


def _group(
    passage: Passage, match: re.Match[str], field: str, span: tuple[int, int], confidence: float
) -> Iterator[Candidate]:
    start, end = span
    start += _lead_of(field, passage.text[start:end])
    if field in _NO_SUCH and _NO_SUCH[field].search(passage.text[start:end]):
        return
    unit = match.groupdict().get("unit") or ""
    near = passage.text[end : end + 2]
    unit = unit or ("万元" if near == "万元" else "元" if near.startswith("元") else "")
    area = next((u for u in ("万平方米", "万㎡") if passage.text.startswith(u, end)), "")
    for reading in read_value(field, passage.text[start:end], Place(whole=True, unit=unit or area)):
        if reading.quality >= 0.75:  # noqa: PLR2004 - a wording alone must hold a value that looks right
            yield candidate(reading, passage, start, "prose", confidence)


def _by_form(passage: Passage, texts: SegmentTexts) -> Iterator[Found]:
    for field, pattern, confidence in code_forms(texts.kind):
        if field not in texts.fields:
            continue
        marked, places = _with_breaks(passage)
        for match in pattern.finditer(marked):
            yield Candidate(
                field=field, value=Text(text=tidy(match[0])), passage=passage,
                start=places[match.start()], end=places[match.end() - 1] + 1, method="code",
                confidence=confidence,
            )  # fmt: skip
