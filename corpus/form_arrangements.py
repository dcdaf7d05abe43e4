"""Arrangements without rules: common colons, stacks, blanks, boxes, two languages, booklets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from corpus.arrangements import Block, Layout, Page, Plan, certificate_manner
from corpus.chance import chance
from corpus.entries import BOXED, Entry

MANY = 16
"""From so many entries on, a form is set closer."""


def aligned(plan: Plan) -> list[Block]:
    """Return lines whose labels end at a common colon."""
    rng = plan.rng
    entries = plan.entries
    widest = max(len(entry.label) for entry in entries) * 12.5
    rows = [[entry.label, entry.value] for entry in entries]
    return [{"lines": rows, "label": min(widest, 230), "align": "right",
             "indent": rng.choice((0, 16, 40)),
             "leading": rng.choice((1.6, 1.9, 2.2)) if len(rows) < MANY else 1.6}]  # fmt: skip


def stacked(plan: Plan) -> list[Block]:
    """Return labels with their values below them, one to three beside each other."""
    rng = plan.rng
    rows = [[entry.label, entry.value] for entry in plan.entries]
    return [{"stacks": rows, "across": rng.choice((1, 2, 2, 3)), "small": chance(rng, 0.6),
             "ruled": rng.choice(("none", "none", "below", "box"))}]  # fmt: skip


def blanks(plan: Plan) -> list[Block]:
    """Return a printed form with blanks that were filled in by hand."""
    rng = plan.rng
    hand = {"ink": rng.choice(("blue", "black", "pen")), "large": rng.uniform(1.0, 1.3),
            "wild": rng.uniform(0.5, 3.0)}  # fmt: skip
    return [_blank_or_boxes(entry, hand, boxes=False) for entry in plan.entries]


def boxes(plan: Plan) -> list[Block]:
    """Return lines on which codes are written one character a box."""
    rng = plan.rng
    hand = {"ink": rng.choice(("blue", "black", "type", "type")), "large": 1.0, "wild": 0.6}
    return [_blank_or_boxes(entry, hand, boxes=True) for entry in plan.entries]


def _blank_or_boxes(entry: Entry, hand: Mapping[str, object], *, boxes: bool) -> Block:
    if boxes and (entry.name in BOXED or entry.rule.get("boxed")):
        return {"boxed": entry.value, "label": entry.label, **hand}
    return {"blank": entry.value, "label": entry.label, **hand}


def bilingual(plan: Plan) -> list[Block]:
    """Return labels in Chinese with small English ones below or beside them."""
    rng = plan.rng
    manner = rng.choice(("rows", "grid", "lines", "below"))
    entries = plan.entries
    if manner == "lines":
        rows = [[f"{one.label} _s_{one.english(rng)}_s_", one.value] for one in entries]
        return [{"lines": rows, "leading": rng.choice((1.8, 2.1)), "loose": True}]
    if manner == "below":
        rows = [[f"{one.label} _s_{one.english(rng)}_s_", one.value] for one in entries]
        return [{"stacks": rows, "across": rng.choice((1, 2)), "small": False, "ruled": "below"}]
    cells = [(f"h|{one.label}\n_s_{one.english(rng)}_s_", one) for one in entries]
    if manner == "rows":
        table = [[label, f"l|{one.value}"] for label, one in cells]
        return [{"grid": table, "cols": [1.3, rng.choice((2.4, 3))], "row": 30}]
    table = []
    waiting: tuple[str, Entry] | None = None
    for label, one in cells:
        if one.long:
            table += [[waiting[0], f"c3l|{waiting[1].value}"]] if waiting else []
            table.append([label, f"c3l|{one.value}"])
            waiting = None
        elif waiting:
            table.append([waiting[0], f"l|{waiting[1].value}", label, f"l|{one.value}"])
            waiting = None
        else:
            waiting = (label, one)
    table += [[waiting[0], f"c3l|{waiting[1].value}"]] if waiting else []
    return [{"grid": table, "cols": [1.9, 2.8, 1.9, 2.8], "row": 30}]


_ELECTRONIC = (
    "（电子证照）",
    "电子证照",
    "（电子证书）",
    "本证照为电子证照，与纸质证照具有同等法律效力",
)
_BARE = frozenset(("holder_name", "holder_person", "project_name", "contractor_name"))


def electronic(plan: Plan) -> list[Block]:
    """Return an electronic certificate: centred entries, some without a label, and a code."""
    rng = plan.rng
    entries = plan.entries
    blocks: list[Block] = [
        {"qr": [rng.choice((0.08, 0.78)), 0.06, 62]},
        {"centre": rng.choice(_ELECTRONIC), "size": 9},
    ]
    bare = next((one for one in entries if one.name in _BARE), None) if chance(rng, 0.6) else None
    if bare is not None:
        blocks += [{"gap": 10}, {"centre": f"**{bare.value}**", "size": 15}, {"gap": 6}]
    rest = [one for one in entries if one is not bare]
    joint = rng.choice(("：", "：", "　", "  "))
    if chance(rng, 0.5):
        blocks += [{"centre": f"{one.label}{joint}{one.value}"} for one in rest]
    else:
        rows = [[one.label, one.value] for one in rest]
        blocks.append({"lines": rows, "label": 130, "align": "right", "indent": 40,
                       "leading": 2.0 if len(rows) < MANY else 1.6})  # fmt: skip
    notes = (
        "扫描二维码可核验证照信息",
        "证照状态：有效",
        "请登录政务服务网核验",
        "本证照由系统自动生成，任何涂改无效",
    )
    return [*blocks, {"gap": 8}, {"centre": rng.choice(notes), "size": 8}]


# --- pages ---------------------------------------------------------------------------------------


_WORDY = ("construction-contract", "supervision-contract", "hazardous-works-list")
"""Kinds with much below their entries: a small booklet does not hold them."""


def booklet_lines(plan: Plan) -> list[Block]:
    """Return lines or a table for one page of an opened booklet."""
    rng = plan.rng
    rows = [[entry.label, entry.value] for entry in plan.entries]
    close = len(rows) >= MANY
    if chance(rng, 0.3) and not close:
        table = [[label, f"l|{value}"] for label, value in rows]
        return [{"grid": table, "cols": [1, 2.2], "row": 26}]
    width = max(len(label) for label, _ in rows) * 11.5
    return [{"lines": rows, "label": min(width, 140), "leading": 1.5 if close else 2.0,
             "align": rng.choice(("left", "right"))}]  # fmt: skip


def booklet_manner(plan: Plan) -> Layout:
    """Return two pages side by side, with the fold between them."""
    many = len(plan.entries) >= MANY or plan.kind in _WORDY
    layout = certificate_manner(plan, page="a3-wide" if many else "a4-wide")
    layout["sizes"] = [10.5, 11] if len(plan.entries) > MANY // 2 else [11, 12, 13]
    layout["leading"] = [1.3, 1.5]
    layout["on_page"].append({"spine": plan.rng.choice(("line", "fold", "none"))})
    return layout


_NOT_IN_SPREADS = ("page", "keep", "at")


def spread(page: Page, rng: random.Random) -> list[Block]:
    """Return the two pages of an opened booklet on one wide page; what follows comes after."""
    cut = next(
        (at for at, block in enumerate(page.foot) if "page" in block and _is_annex(page.foot, at)),
        len(page.foot),
    )
    foot = [one for one in page.foot[:cut] if not any(name in one for name in _NOT_IN_SPREADS)]
    opening, inner = [*page.head, {"gap": rng.choice((10, 40))}], page.body
    sides = rng.choice(
        ([[*opening, *foot], inner], [[*opening, *inner], foot], [inner, [*opening, *foot]])
    )
    return [{"spread": sides}, *page.foot[cut:]]


def _is_annex(foot: Sequence[Block], at: int) -> bool:
    return any("title" in block for block in foot[at:])
