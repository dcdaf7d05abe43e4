"""Names of authorities that a seal has blurred, mended by the names that exist.

An authority's name stands under its own seal, so it is read worse than anything else. Its ending is
one of few words fixed by law; a slip or two in it can be told for sure. What was read stays as the
quote of the evidence.
"""

from __future__ import annotations

from typing import Final

from preaudit.folding import within_edits

_ENDINGS: Final = (
    "住房和城乡建设委员会", "住房和城乡建设厅", "住房和城乡建设局", "住房和城乡建设部",
    "自然资源和规划局", "市场监督管理局",
)  # fmt: skip
_PROVINCES: Final = (
    "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省",
    "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省",
    "广东省", "海南省", "四川省", "贵州省", "云南省", "陕西省", "甘肃省",
    "青海省",
)  # fmt: skip
_NATION: Final = "中华人民共和国"
_MOST_SLIPS: Final = 3


def mended_authority(name: str) -> str:
    """Return the name with slips in its ending and its province put right, else as it was."""
    for slips in range(1, _MOST_SLIPS + 1):
        for ending in _ENDINGS:
            head = _head(name, ending, slips)
            if head is not None:
                return _mended_head(head, ending) + ending
    for ending in _ENDINGS:
        if name.endswith(ending):
            return _mended_head(name.removesuffix(ending), ending) + ending
    return name


def _head(name: str, ending: str, slips: int) -> str | None:
    """Return what stands before a misread ending; None where the ending is another or is right."""
    if name.endswith(_ENDINGS) or name[-1:] != ending[-1]:
        return None
    for length in range(len(ending) + 1, len(ending) - slips - 1, -1):
        head, tail = name[:-length], name[-length:]
        if len(head) > 1 and head[-1] in "省市区县国州" and within_edits(tail, ending, slips):
            return head
    return None


def _mended_head(head: str, ending: str) -> str:
    if ending.endswith("部"):
        return _NATION if head.endswith("共和国") else head
    known = [one for one in _PROVINCES if len(one) == len(head) and within_edits(one, head, 1)]
    return known[0] if len(known) == 1 else head
