"""Where the name of an organisation or a person ends in running text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_SUFFIX: Final = (
    "公司|集团|委员会|办公室|管委会|中心|银行|支行|分行|营业部|信用社|合作社|事务所|研究所|研究院|设计院|学院|大学|学校|中学|小学|幼儿园|医院|"
    "指挥部|人民政府|政府|总站|分局|总局|厅|局|院|厂|站|处|所|队|部|会|社|馆|署|办"
)
_BRANCH: Final = re.compile(
    r"[\u4e00-\u9fff()]{1,16}?(?:分公司|支行|分行|营业部|分局|分院|分理处|支队|项目部|分中心|储蓄所|营业室)"
)
_RUN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·&\-\u3014\u3015]+")
_ORGANISATION: Final = re.compile(
    r"^[\u4e00-\u9fffA-Za-z0-9()·&\-\u3014\u3015]{2,45}?(?:"
    + _SUFFIX
    + r")(?=$|[^\u4e00-\u9fffA-Za-z]|[与和及的为系于在已将作就向是])"
)
_FIRM: Final = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9()·&\-\u3014\u3015]{2,45}?(?:公司|事务所|银行)")
_DAY: Final = re.compile(
    r"(?:(?:19|20)\d{2}|[〇零○一二三四五六七八九]{4})年(?=[\d元一二三四五六七八九十])"
)
"""A date below a name is read along with it where they stand close."""
_TRAILING_NOTE: Final = re.compile(
    r"\((?:盖章|公章|签章|盖公章|单位公章|章|印章|盖单位章|签字|全称|以下简称[^()]*|加盖公章|甲方|乙方)\)$"
)
_PERSON: Final = re.compile(
    r"^[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})+|^[\u4e00-\u9fff]{2,4}"
)
_AFTER_PERSON: Final = re.compile(
    r"^(?:同志|先生|女士|等|\(|[,，。；;、:/)]|$|[0-9A-Z]|担任|为|系|\[|身份|电话|联系|性别|注册|证书)"
)
_SEAL_NOTE: Final = re.compile(r"\((?:(?:加?盖)?(?:单位|法人)?公?章|盖章?|公章?|签章?)\)?")
_WHOLE: Final = re.compile(f"(?:{_SUFFIX})\\)?$")
_AT_A_SEAL: Final = 0.85
_OPENING: Final = re.compile(
    r"^[:;,，。、]*(?:兹证明|兹有|特证明|致:?|由|经|证明(?!中心)|(?:发证|登记|核发|颁发|考核|签发|填发|批准)(?:机关|机构|单位|部门)|开户银行|开户行|经办机构|证明单位|证明机构)?[:,，]?"
)
_NOT_A_PERSON: Final = re.compile(
    r"负责人|经理|工程师|单位|公司|签字|签章|盖章|姓名|编号|日期|代表|身份|证|电话|联系|号码|公章|年月|建造|职务|职称|意见|事项|权限|期限|范围|委托|授权|机关|地址|住所|信息|变更|类型|手机|代理人|他人|情况|登记|备案|审查|许可|填写|选填"
)


def organisation(text: str, *, whole: bool) -> tuple[int, int, float] | None:
    """Return where an organisation's name stands at the beginning of a text, and how sure that is.

    Args:
        text: Folded and without blanks.
        whole: Whether the text is all there is in its place, such as a cell.
    """
    opening = _OPENING.match(text)
    lead = opening.end() if opening else 0
    body = _DAY.split(text[lead:], maxsplit=1)[0]
    run = _RUN.match(body)
    if not run or run.end() < 3:  # noqa: PLR2004 - shorter names do not exist
        return None
    bare = _without_note(run[0])
    if bare.startswith("(") and bare.count("(") > bare.count(")"):
        return None
    ends_well = is_organisation_whole(bare)
    filled = whole and run.end() == len(body) and len(bare) <= 50  # noqa: PLR2004 - a name, not a text
    if filled and ends_well:
        return lead, lead + len(bare), 1.0
    match = _FIRM.match(body) or _ORGANISATION.match(body)
    if not match:
        return (lead, lead + len(bare), 0.6) if filled else None
    end = match.end()
    branch = _BRANCH.match(body, end) if re.match(r"[\u4e00-\u9fff(]", body[end:]) else None
    if branch and not re.search(r"[与和及的]|公司.*公司", branch[0]):
        end = branch.end()
    return lead, lead + end, 0.95


def is_organisation_whole(text: str) -> bool:
    """Tell whether a folded text ends as names of organisations do."""
    return _WHOLE.search(text) is not None


def behind_seal_note(text: str, rows: tuple[int, ...]) -> tuple[int, float]:
    """Return where a name may begin behind (盖章), and how sure that makes what is read there.

    The rim of the seal is read along with the row of the note; where the next row holds a name of
    its own, what stands before it is the rim.

    Args:
        text: Folded and without blanks.
        rows: Where its printed rows begin.
    """
    note = _SEAL_NOTE.match(text)
    if note is None:
        return 0, 1.0
    for begin, end in pairwise((*rows[:2], rows[2] if len(rows) > 2 else len(text))):  # noqa: PLR2004
        if _FIRM.match(text[begin:end]):
            return begin, _AT_A_SEAL
    first = rows[0] if rows else len(text)
    if note.end() < first < len(text) and _FIRM.match(text[first:]):
        return first, _AT_A_SEAL
    return note.end(), _AT_A_SEAL


def _without_note(name: str) -> str:
    bare = _TRAILING_NOTE.sub("", name)
    while bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = bare[:-1]
    return bare


def person(text: str, *, whole: bool) -> tuple[int, int, float] | None:
    """Return where a person's name stands at the beginning of a text, and how sure that is."""
    lead = len(text) - len(text.lstrip(":;,，。、"))
    body = text[lead:]
    match = _PERSON.match(body)
    if not match or _NOT_A_PERSON.search(match[0]):
        return None
    name = re.sub(r"(?:同志|先生|女士)$", "", match[0])
    rest = body[len(name) :]
    if not _AFTER_PERSON.match(rest):
        shorter = _cut_before_verb(body)
        return (lead, lead + shorter, 0.8) if shorter else None
    if len(name) < 2:  # noqa: PLR2004 - family and given name
        return None
    return lead, lead + len(name), 1.0 if whole or rest else 0.95


def _cut_before_verb(body: str) -> int:
    """Return the length of a name of two to four characters that a verb follows at once."""
    found = re.match(
        r"([\u4e00-\u9fff]{2,4}?)(?:担任|作为|同志|先生|女士|身份证|为|系|是|代表|办理|前往|全权|的)",
        body,
    )
    return len(found[1]) if found and not _NOT_A_PERSON.search(found[1]) else 0
