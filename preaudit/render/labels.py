"""What a person calls the ids of a report: labels from the vocabulary, in Chinese and English."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml

from preaudit.case import Material
from preaudit.errors import Stage
from preaudit.fields import FieldState
from preaudit.findings import Bilingual, Citation, Outcome, Severity, Verdict

_CONTENT = "content"
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
UNVERIFIED = "【未核实】"
QUOTED = Bilingual(zh="原文", en="Wording")
SUMMARY = Bilingual(zh="要点", en="Summary")
"""In our own words, where no text was imported."""
_FIRST_ITEM = re.compile(r"[（(]?[一1][）).、]")

VERDICTS = {
    Verdict.FAIL: Bilingual(zh="不通过", en="Fails"),
    Verdict.UNDETERMINED: Bilingual(zh="待人工核实", en="Needs a person"),
    Verdict.PASS: Bilingual(zh="通过", en="Passes"),
    Verdict.NOT_APPLICABLE: Bilingual(zh="不适用", en="Not applicable"),
}
OUTCOMES = {
    Outcome.CORRECT: Bilingual(zh="补正", en="To correct"),
    Outcome.COMMITMENT: Bilingual(zh="可告知承诺", en="By commitment"),
    Outcome.DEFERRABLE: Bilingual(zh="可容缺", en="May follow later"),
    Outcome.ADVICE: Bilingual(zh="提示", en="Advice"),
}
SEVERITIES = {
    Severity.SUBSTANCE: Bilingual(zh="实质", en="Substance"),
    Severity.FORM: Bilingual(zh="形式", en="Form"),
    Severity.DEFERRABLE: Bilingual(zh="容缺", en="Deferrable"),
    Severity.ADVICE: Bilingual(zh="提示", en="Advice"),
}
STATES = {
    FieldState.FOUND: Bilingual(zh="已识别", en="Found"),
    FieldState.MISSING: Bilingual(zh="未填写", en="Not there"),
    FieldState.UNREADABLE: Bilingual(zh="无法辨认", en="Unreadable"),
    FieldState.AMBIGUOUS: Bilingual(zh="读法不一", en="Ambiguous"),
}
STAGES = {
    Stage.INGEST: Bilingual(zh="打开文件", en="Opening"),
    Stage.READ: Bilingual(zh="识读", en="Reading"),
    Stage.CLASSIFY: Bilingual(zh="分类", en="Classifying"),
    Stage.EXTRACT: Bilingual(zh="提取", en="Extracting"),
    Stage.CHECK: Bilingual(zh="核查", en="Checking"),
    Stage.RENDER: Bilingual(zh="输出", en="Writing"),
}
FLAWS = {
    "blank": Bilingual(zh="空白页", en="blank page"),
    "dark": Bilingual(zh="过暗", en="too dark"),
    "blurred": Bilingual(zh="模糊", en="blurred"),
    "cut_off": Bilingual(zh="内容被裁切", en="cut off"),
    "low_resolution": Bilingual(zh="分辨率过低", en="resolution too low"),
    "not_read": Bilingual(zh="未能识读", en="could not be read"),
}


def kind_label(kind: str) -> Bilingual:
    """Return the label of a kind of material; the id itself when the vocabulary lacks it."""
    return _label("kinds", kind)


def field_label(field: str) -> Bilingual:
    """Return the label of a field; the id itself when the vocabulary lacks it."""
    return _label("fields", field)


def mark_label(mark: str) -> Bilingual:
    """Return the label of a mark; the id itself when the vocabulary lacks it."""
    return _label("marks", mark)


def role_label(role: str) -> Bilingual:
    """Return the label of a role; the id itself when the vocabulary lacks it."""
    return _label("roles", role)


def item_label(item: str) -> Bilingual:
    """Return the title of what is applied for; the id itself when the graph lacks it."""
    return _titled("items", item)


def place_label(jurisdiction: str) -> Bilingual:
    """Return the name of a place; the id itself when the graph lacks it."""
    return _titled("jurisdictions", jurisdiction)


def cited(citation: Citation) -> str:
    """Return a clause as it is cited, marked when nobody compared it with the official text."""
    return citation.title if citation.verified else f"{citation.title}{UNVERIFIED}"


def quoted_lines(citation: Citation) -> tuple[str, ...]:
    """Return a clause word for word, line by line; nothing unless the words were verified.

    Between the sentence that introduces a list and an item further down stands ……. Line breaks are
    the page's, and the marks of links that a source has are left out.
    """
    if not citation.quote_verified:
        return ()
    lead, quote = _lines(citation.quote_lead), _lines(citation.quote)
    skips = bool(lead) and not _FIRST_ITEM.match(citation.quote)
    return (*lead, *(("……",) if skips else ()), *quote)


def _lines(text: str) -> tuple[str, ...]:
    plain = text.replace("[[", "").replace("]]", "")
    return tuple(line.strip() for line in plain.splitlines() if line.strip())


def material_name(material: Material) -> str:
    """Return what people call a material, numbered from the second of its kind on."""
    label = kind_label(material.kind).zh
    return label if material.instance == 1 else f"{label}（第 {material.instance} 份）"


def _label(group: str, name: str) -> Bilingual:
    entry: dict[str, Any] = _vocabulary().get(group, {}).get(name, {})
    readable = name.replace("_", " ").replace("-", " ")
    return Bilingual(zh=str(entry.get("zh", name)), en=str(entry.get("en", readable)))


@cache
def _titled(folder: str, name: str) -> Bilingual:
    # The name comes from a report: it must not lead out of the folder.
    place = resources.files("rules_kg") / _CONTENT / folder / f"{name}.yaml"
    if not _ID.fullmatch(name) or not place.is_file():
        return Bilingual(zh=name, en=name)
    title = yaml.safe_load(place.read_text(encoding="utf-8"))["title"]
    return Bilingual(zh=title["zh"], en=title["en"])


@cache
def _vocabulary() -> dict[str, Any]:
    """Return the names of `vocabulary.yaml` with those that the files of `vocabulary/` add."""
    root = resources.files("rules_kg") / _CONTENT
    more = (one for one in (root / "vocabulary").iterdir() if one.name.endswith(".yaml"))
    found: dict[str, Any] = {}
    for place in (root / "vocabulary.yaml", *more):
        for group, names in yaml.safe_load(place.read_text(encoding="utf-8")).items():
            if isinstance(names, dict):
                found.setdefault(group, {}).update(names)
    return found
