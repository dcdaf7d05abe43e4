"""Tables further than the plain grid: nested, headed, rolls of parties, units apart, old forms."""

from __future__ import annotations

import random
from collections.abc import Sequence

from corpus.arrangements import Block, Plan
from corpus.chance import chance
from corpus.entries import Entry, by_part, part_label
from corpus.extras import EXTRA, literal


def _parts(plan: Plan) -> list[tuple[str, list[Entry]]]:
    """Return the entries by part; a licence's legal representative belongs to its holder."""
    parts = dict(by_part(plan.entries))
    if "holder" in parts and all(one.name == "legal_representative" for one in parts["holder"]):
        return list(parts.items())
    if "holder" in parts and "developer" in parts:
        parts["holder"] += parts.pop("developer")
    return list(parts.items())


def nested(plan: Plan) -> list[Block]:
    """Return a table whose side cells name the party and whose rows name its attributes."""
    rng = plan.rng
    upright = chance(rng, 0.4)
    rows: list[list[str]] = []
    for part, entries in _parts(plan):
        pairs = _attribute_rows(entries, rng)
        label = part_label(part, rng)
        side = "\n".join(label) if upright and len(label) <= 2 * len(pairs) else label
        first, *rest = pairs
        rows += [[f"r{len(pairs)}h|{side}", *first], *rest]
    shares = [0.6 if upright else 1.3, rng.choice((1.3, 1.6)), 2.8, rng.choice((1.3, 1.6)), 2.8]
    return [{"grid": rows, "cols": shares, "row": rng.choice((22, 25, 28)),
             "rules": rng.choice(("black", "black", "grey"))}]  # fmt: skip


def _attribute_rows(entries: Sequence[Entry], rng: random.Random) -> list[list[str]]:
    """Return rows of attributes, two pairs a row where both are short."""
    rows: list[list[str]] = []
    waiting: list[str] = []
    for entry in entries:
        pair = [entry.attribute(rng), f"l|{entry.value}"]
        if entry.long or len(entries) < 3:  # noqa: PLR2004 (few entries have rows of their own)
            if waiting:
                rows.append([waiting[0], f"c3{waiting[1]}"])
                waiting = []
            rows.append([pair[0], f"c3{pair[1]}"])
        elif waiting:
            rows.append([*waiting, *pair])
            waiting = []
        else:
            waiting = pair
    if waiting:
        rows.append([waiting[0], f"c3{waiting[1]}"])
    return rows


def headed(plan: Plan) -> list[Block]:
    """Return a table of rows of headings, each with a row of values below it."""
    rng = plan.rng
    across = rng.choice((2, 3, 4))
    rows: list[list[str]] = []
    short: list[Entry] = []
    for entry in plan.entries:
        if entry.long:
            rows += _headed_rows(short, 12)
            short = []
            rows += _headed_rows([entry], 12)
        else:
            short.append(entry)
            if len(short) == across:
                rows += _headed_rows(short, 12)
                short = []
    rows += _headed_rows(short, 12)
    return [{"grid": rows, "cols": [1] * 12, "row": rng.choice((22, 25, 28))}]


def _headed_rows(entries: Sequence[Entry], across: int) -> list[list[str]]:
    if not entries:
        return []
    share = across // len(entries)
    labels = [f"c{share}h|{entry.label}" for entry in entries]
    return [labels, [f"c{share}m|{entry.value}" for entry in entries]]


_ROLL = {
    "developer": ("developer_name", "legal_representative", "developer_uscc"),
    "contractor": ("contractor_name", "project_manager", "project_manager_certificate_no"),
    "supervisor": ("supervisor_name", "chief_supervisor", "chief_supervisor_certificate_no"),
    "surveyor": ("surveyor_name", "", ""),
    "designer": ("designer_name", "", ""),
    "reviewer": ("drawing_reviewer_name", "", ""),
}
_ROLL_HEADS = (
    ("参建单位", "单位名称", "负责人", "编号"),
    ("责任主体", "名称", "项目负责人", "证书（代码）号"),
    ("单位类别", "单位全称", "姓名", "注册（证件）编号"),
    ("类别", "参建单位名称", "主要负责人", "号码"),
)


def roll(plan: Plan) -> list[Block]:
    """Return the parties as a roll (role, name, person, number), the rest as rows above it."""
    rng = plan.rng
    by_name = {entry.name: entry for entry in plan.entries}
    heads = rng.choice(_ROLL_HEADS)
    listed = [role for role, names in _ROLL.items() if names[0] in by_name]
    if len(listed) < 2:  # noqa: PLR2004 (one party is no roll)
        return _numbered_rows(plan.entries, rng)
    taken: set[str] = set()
    rows = [[f"h|{head}" for head in heads]]
    for role in listed:
        names = [name if name in by_name else "" for name in _ROLL[role]]
        taken.update(names)
        values = [by_name[name].value if name else "／" for name in names]
        if not _ROLL[role][1] and chance(rng, 0.5):
            values[1] = literal("$person", rng)
        rows.append([part_label(role, rng), *(f"l|{value}" for value in values)])
    for entry in plan.entries:
        if entry.name.startswith(EXTRA) and entry.label.endswith(("单位", "机构")):
            taken.add(entry.name)
            rows.append([entry.label, f"l|{entry.value}", f"l|{literal('$person', rng)}",
                         rng.choice(("l|／", f"l|{literal('$mobile', rng)}"))])  # fmt: skip
    rest = [entry for entry in plan.entries if entry.name not in taken]
    table: Block = {"grid": rows, "cols": [1.2, 3.4, 1.3, 2.6], "row": rng.choice((24, 28))}
    above = _numbered_rows(rest, rng)
    return [*above, {"gap": 6}, table] if chance(rng, 0.7) else [table, {"gap": 6}, *above]


def _numbered_rows(entries: Sequence[Entry], rng: random.Random) -> list[Block]:
    """Return a table of number, item and content, as lists print them."""
    if not entries:
        return []
    head = rng.choice(
        (("序号", "项目", "内容"), ("序号", "事项", "登记内容"), ("No.", "栏目", "填写内容"))
    )
    rows = [[f"h|{word}" for word in head]]
    for number, entry in enumerate(entries, start=1):
        rows.append([str(number), entry.label, f"l|{entry.value}"])
    return [{"grid": rows, "cols": [0.6, 2, 5], "row": rng.choice((22, 26))}]


def unit_columns(plan: Plan) -> list[Block]:
    """Return a table that prints units in a column of their own."""
    rng = plan.rng
    head = rng.choice((("名称", "单位", "内容"), ("项目", "单位", "数值"), ()))
    rows = [[f"h|{word}" for word in head]] if head else []
    for entry in plan.entries:
        apart = entry.with_unit(rng)
        if apart is None:
            rows.append([f"c2h|{entry.label}", f"l|{entry.value}"])
        else:
            label, value, unit = apart
            rows.append([label, f"m|{unit}" if chance(rng, 0.5) else unit, f"l|{value}"])
    return [{"grid": rows, "cols": [2, 1, rng.choice((4, 5))], "row": rng.choice((22, 26, 30))}]


def old_form(plan: Plan) -> list[Block]:
    """Return a form as older ones were: older wordings, narrow rules, one table or lines."""
    rng = plan.rng
    rows: list[list[str]] = []
    waiting: list[str] = []
    for entry in plan.entries:
        pair = [_wide(entry.old_label(rng), rng), f"l|{entry.value}"]
        if entry.long:
            rows += [[waiting[0], f"c3{waiting[1]}"]] if waiting else []
            rows.append([pair[0], f"c3{pair[1]}"])
            waiting = []
        elif waiting:
            rows.append([*waiting, *pair])
            waiting = []
        else:
            waiting = pair
    rows += [[waiting[0], f"c3{waiting[1]}"]] if waiting else []
    if chance(rng, 0.3):
        flat = [
            [row[at], row[at + 1].partition("|")[2]] for row in rows for at in range(0, len(row), 2)
        ]
        return [{"lines": flat, "indent": 20, "leading": rng.choice((1.8, 2.1))}]
    return [{"grid": rows, "cols": [1.5, 3, 1.5, 3], "row": rng.choice((24, 30)), "pad": 3}]


def _wide(label: str, rng: random.Random) -> str:
    """Return a short label set wide, as typists did."""
    if len(label) == 2 and chance(rng, 0.5):  # noqa: PLR2004 (of two characters)
        return label[0] + "　　" + label[1]
    return label
