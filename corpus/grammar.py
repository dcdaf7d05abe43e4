"""Layouts drawn from a grammar: entries, labels, order, pairing and arrangement, all from a seed.

content/grammar.yaml lists for each kind its entries in groups. A grammar family fixes only the
arrangement (grid, columns, lines, sentences); everything else is drawn per paper, so one family
gives hundreds of layouts, and a family can still be left out of training as a whole.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.chance import chance

Layout = dict[str, Any]
Block = dict[str, Any]

_LONG = frozenset(
    [
        "project_name",
        "site_address",
        "scale",
        "contract_scope",
        "developer_address",
        "holder_address",
        "business_scope",
        "authorised_matters",
        "qualification",
        "works_term",
        "term",
        "award_price",
        "contract_price_words",
        "ticked_use",
        "developer_uscc",
        "contractor_uscc",
        "supervisor_uscc",
        "real_estate_certificate_no",
        "land_planning_permit_no",
        "construction_planning_permit_no",
    ]
)
"""Entries whose values need a row of their own."""

_ORDINALS = "一二三四五六七八"
_TERMS = (
    "双方应遵循诚实信用原则，全面履行本合同约定的义务。",
    "一方需要变更本合同内容的，应当书面通知对方并协商一致。",
    "施工现场应当落实扬尘治理、围挡封闭、道路硬化等文明施工要求。",
    "材料、构配件进场应当按规定见证取样送检，不合格的不得使用。",
    "隐蔽工程覆盖前应当通知验收，未经验收不得进入下道工序。",
    "人工费用应当按月足额拨付至农民工工资专用账户。",
    "发生质量、安全事故的，应当立即采取措施并按规定报告。",
    "因不可抗力造成损失的，由双方按照法律规定分别承担。",
    "工程竣工资料应当真实、完整，并按城建档案管理规定移交。",
    "本合同未尽事宜，双方另行签订补充协议，补充协议与本合同具有同等效力。",
    "争议协商不成的，提交工程所在地有管辖权的人民法院解决。",
    "保修期限自工程竣工验收合格之日起计算，按国家有关规定执行。",
    "关键岗位人员应当到岗履职，未经同意不得擅自更换。",
    "工程款支付应当以经审核的进度报表为依据。",
)
_NOTES = ("1. 本宗地按出让合同约定的规划条件开发建设。", "2. 未设立抵押权、地役权。")
_HAZARDS = (
    ("深基坑工程", "开挖深度超过5m的土方开挖、支护、降水"),
    ("模板支撑体系", "搭设高度5m及以上的混凝土模板支撑"),
    ("起重吊装", "塔式起重机、施工升降机安装与拆卸"),
    ("脚手架工程", "搭设高度24m及以上的落地式脚手架"),
    ("幕墙安装工程", "建筑幕墙安装"),
    ("人工挖孔桩", "开挖深度16m以内"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A label and the markup of its value."""

    name: str
    label: str
    value: str

    @property
    def long(self) -> bool:
        """Whether the value needs a row of its own."""
        return self.name in _LONG


@cache
def _grammar() -> Any:
    text = (files("corpus") / "content" / "grammar.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def grammar_families(kind: str) -> tuple[str, ...]:
    """Return the grammar families that a kind can be set in."""
    return tuple(_ARRANGEMENTS) if kind in _grammar()["kinds"] else ()


def draw_layout(kind: str, family: str, rng: random.Random) -> Layout:
    """Return a layout of the family for the kind."""
    rules: Mapping[str, Any] = _grammar()["kinds"][kind]
    groups = [_entries(group, rng) for group in rules["groups"]]
    if not rules.get("fixed") and chance(rng, 0.6):
        groups = [_stirred(group, rng) for group in groups]
        if len(groups) > 2 and chance(rng, 0.5):  # noqa: PLR2004 (two groups keep their order)
            head, *rest = groups
            groups = [head, *rng.sample(rest, k=len(rest))]
    layout = _page_manner(family, rng)
    body = _ARRANGEMENTS[family](groups, rng)
    blocks = [
        _title(rules, rng),
        *body,
        *_closing(rules, rng, wide=layout.get("page") == "a4-wide"),
    ]
    layout["blocks"] = blocks
    if rules.get("numbers") and chance(rng, 0.85):
        layout["numbers"] = "第 {n} 页 共 {m} 页|第{n}页共{m}页|第{n}页/共{m}页"
    if "paging" in rules:
        layout["paging"] = rules["paging"]
    return layout


def _stirred(group: list[Entry], rng: random.Random) -> list[Entry]:
    """Return the entries in another order; the first stays in front."""
    if len(group) < 4:  # noqa: PLR2004 (short groups keep their order)
        return group
    head, *rest = group
    cut = rng.randrange(1, len(rest))
    return [head, *rest[cut:], *rest[:cut]]


def _entries(specs: Sequence[str], rng: random.Random) -> list[Entry]:
    entries: list[Entry] = []
    for spec in specs:
        names, _, labels = spec.partition("@")
        if names.endswith("~") and chance(rng, 0.4):
            continue
        chosen = rng.choice(names.rstrip("~").split("|"))
        entries += [_entry(name, labels, rng) for name in chosen.split("+")]
    return entries


def _entry(name: str, labels: str, rng: random.Random) -> Entry:
    rule = _grammar()["entries"][name]
    if "units" in rule and not labels and chance(rng, 0.35):
        label, brace, form = rng.choice(rule["units"]).partition("{")
        return Entry(name=name, label=label, value=brace + form or "{" + name + "}")
    label = rng.choice(labels.split("|") if labels else rule["labels"])
    return Entry(name=name, label=label, value=rng.choice(rule["say"]))


def _page_manner(family: str, rng: random.Random) -> Layout:
    layout: Layout = {"sizes": [10.5, 11, 12], "leading": [1.4, 1.8]}
    if family in ("g-wide", "g-card"):
        layout["page"] = "a4-wide" if family == "g-wide" else "a4"
        layout["top"] = 62
        decoration: list[Block] = []
        if chance(rng, 0.7):
            decoration.append({"tint": rng.choice(("cream", "mint", "pink", "sky"))})
        if chance(rng, 0.8):
            decoration.append({"frame": rng.choice(("red", "green", "gold", "blue", "brown"))})
        layout["on_page"] = decoration
        if chance(rng, 0.3):
            layout["label_ink"] = rng.choice(("red", "brown", "blue", "green"))
    return layout


def _title(rules: Mapping[str, Any], rng: random.Random) -> Block:
    title = rng.choice(rules["titles"])
    if len(title) <= 6 and chance(rng, 0.4):  # noqa: PLR2004 (short titles are set wide)
        title = rng.choice((" ", "　")).join(title)
    size = rng.choice((18, 20, 22, 24)) if len(title) < 18 else 16  # noqa: PLR2004 (long titles)
    return {"title": title, "size": size, "after": rng.choice((8, 14, 22))}


# --- arrangements --------------------------------------------------------------------------------


def _grid(groups: list[list[Entry]], rng: random.Random) -> list[Block]:
    """Return a ruled table; short entries share a row, groups may have a heading."""
    heading = rng.choice(("none", "none", "row", "side")) if len(groups) > 1 else "none"
    height = rng.choice((26, 30, 34))
    rows: list[list[str]] = []
    for number, group in enumerate(groups):
        pairs = _paired(group, rng)
        if heading == "row":
            rows.append([f"c4|{_ORDINALS[number]}、{_heading(group)}"])
        if heading == "side":
            first, *rest = pairs
            name = "\n".join(_heading(group))
            rows += [[f"r{len(pairs)}m|{name}", *first], *rest]
        else:
            rows += pairs
    side = [0.6] if heading == "side" else []
    shares = [*side, rng.choice((1.5, 1.8)), 3, rng.choice((1.5, 1.8)), 3]
    return [{"grid": rows, "cols": shares, "row": height}]


_HEADINGS = {
    "developer": "建设单位",
    "project": "工程概况",
    "building": "工程概况",
    "contract": "合同情况",
    "works": "合同情况",
    "contractor": "施工单位",
    "supervisor": "监理单位",
    "surveyor": "其他单位",
    "real": "证照编号",
    "land": "证照编号",
}


def _heading(group: Sequence[Entry]) -> str:
    """Return what a group of entries is about, told by its first entry."""
    return _HEADINGS.get(group[0].name.split("_")[0], "基本信息")


def _paired(group: Sequence[Entry], rng: random.Random) -> list[list[str]]:
    rows: list[list[str]] = []
    waiting: Entry | None = None
    pair_up = chance(rng, 0.75)
    for entry in group:
        if entry.long or not pair_up:
            if waiting is not None:
                rows.append(_full_row(waiting))
                waiting = None
            rows.append(_full_row(entry))
        elif waiting is None:
            waiting = entry
        else:
            rows.append([waiting.label, f"l|{waiting.value}", entry.label, f"l|{entry.value}"])
            waiting = None
    if waiting is not None:
        rows.append(_full_row(waiting))
    return rows


def _full_row(entry: Entry) -> list[str]:
    return [entry.label, f"c3l|{entry.value}"]


def _two_column_grid(groups: list[list[Entry]], rng: random.Random) -> list[Block]:
    """Return a table of labels and values, one entry a row."""
    rows = [[entry.label, f"l|{entry.value}"] for group in groups for entry in group]
    return [{"grid": rows, "cols": [1, rng.choice((2.2, 3, 3.6))], "row": rng.choice((24, 28, 36)),
             "rules": rng.choice(("black", "black", "grey", "red", "green"))}]  # fmt: skip


def _lines(groups: list[list[Entry]], rng: random.Random) -> list[Block]:
    """Return labelled lines without rules, the values underlined on some papers."""
    underlined = chance(rng, 0.3)
    blocks: list[Block] = []
    even = chance(rng, 0.6)
    for number, group in enumerate(groups):
        if len(groups) > 1 and chance(rng, 0.5):
            blocks.append({"h": f"{_ORDINALS[number]}、{_heading(group)}"})
        rows = [
            [entry.label, _underlined(entry.value) if underlined else entry.value]
            for entry in group
        ]
        width = max(len(entry.label) for entry in group) * 12.0 if even else 0
        blocks.append({"lines": rows, "indent": rng.choice((0, 10, 24)), "label": min(width, 200),
                       "leading": rng.choice((1.9, 2.1, 2.4))})  # fmt: skip
    return blocks


def _underlined(value: str) -> str:
    return f"_u_{value}_u_"


def _columns(groups: list[list[Entry]], rng: random.Random) -> list[Block]:
    """Return two columns of labelled lines side by side."""
    entries = [entry for group in groups for entry in group]
    half = (len(entries) + rng.choice((0, 1))) // 2
    pitch = 2.0 if len(entries) < 16 else 1.6  # noqa: PLR2004 (long forms are set closer)
    sides = [
        [{"lines": [[entry.label, entry.value] for entry in side], "leading": pitch}]
        for side in (entries[:half], entries[half:])
    ]
    return [{"columns": sides, "shares": [1.1, 1], "space": 24}]


def _sentences(groups: list[list[Entry]], rng: random.Random) -> list[Block]:
    """Return entries as clauses of running text."""
    joint, end = rng.choice((("：", "；"), ("为", "，"), ("：", "。"), ("：", "，")))
    blocks: list[Block] = []
    for number, group in enumerate(groups, start=1):
        clauses = [f"{entry.label}{joint}{entry.value}" for entry in group]
        if chance(rng, 0.5):
            numbered = [
                f"{number}.{index} {clause}；" for index, clause in enumerate(clauses, start=1)
            ]
            blocks.append({"items": numbered})
        else:
            blocks.append({"p": end.join(clauses) + "。"})
    return blocks


_ARRANGEMENTS: Mapping[str, Callable[[list[list[Entry]], random.Random], list[Block]]] = {
    "g-grid": _grid,
    "g-rows": _two_column_grid,
    "g-card": _lines,
    "g-lines": _lines,
    "g-wide": _columns,
    "g-prose": _sentences,
}


# --- what follows the entries --------------------------------------------------------------------


def _closing(rules: Mapping[str, Any], rng: random.Random, *, wide: bool) -> list[Block]:
    blocks: list[Block] = []
    if rules.get("hazards"):
        blocks += _hazards(rng)
    if "terms" in rules:
        count = rng.randrange(8, rules["terms"] + 1)
        terms = rng.sample(_TERMS, k=count)
        blocks.append({"h": rng.choice(("合同条款", "双方约定", "专用条款"))})
        blocks.append({"items": [f"{index}. {text}" for index, text in enumerate(terms, start=1)]})
        if chance(rng, 0.6):
            blocks.append({"page": "next"})
    if "said" in rules:
        blocks += [{"gap": 6}, {"p": rules["said"]}]
    blocks += [{"keep": 120 if wide else 170}, {"gap": rng.choice((20, 34))}]
    blocks += _signing(rules, rng)
    if "authority" in rules:
        blocks += _authority(rules, rng, wide=wide)
    for heading in rules.get("pages", ()):
        drawing: Block = {"plot": 300} if "图" in heading else {"items": list(_NOTES)}
        blocks += [{"page": "next"}, {"title": heading, "size": 18}, drawing]
    return blocks


def _hazards(rng: random.Random) -> list[Block]:
    rows = [["序号", "危大工程名称", "工程内容", "超规模"]]
    for index, (name, content) in enumerate(rng.sample(_HAZARDS, k=rng.randint(3, 6)), start=1):
        rows.append(
            [
                str(index),
                f"lm|{name}",
                f"l|{content}",
                f"m|{rng.choice(('<x>是 <o>否', '<o>是 <x>否'))}",
            ]
        )
    return [{"gap": 6}, {"grid": rows, "cols": [0.7, 2.2, 4, 1.8], "row": 27}]


def _signing(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    """Return the places where the parties sign, side by side or one below the other."""
    places: list[list[Block]] = []
    for spec in rules.get("signs", ()):
        role, _, signer = spec.partition("+")
        labels = rules.get("sign_labels", {}).get(
            role.rstrip("!"), [_ROLE_LABELS.get(role, "单位（盖章）")]
        )
        mark = f"<sign:{role[:-1]}>" if role.endswith("!") else f"<sp:14><seal:{role}>"
        place: list[Block] = [{"left": f"{rng.choice(labels)}：{mark}"}]
        if signer:
            words = rng.choice(("法定代表人（签字）", "法定代表人（签名）", "法定代表人或授权代表"))
            words = "技术负责人" if signer == "reviewer-engineer" else words
            place += [{"gap": rng.choice((22, 30))}, {"left": f"{words}：<sign:{signer}>"}]
        places.append(place)
    if not places:
        return []
    date = rules.get("date") if "authority" not in rules else None
    dated: list[Block] = (
        [{"gap": 26}, {"right": f"{rng.choice(('日期：', '', '时间：'))}" + "{" + date + "}"}]
        if date
        else []
    )
    if len(places) > 1 and chance(rng, 0.7):
        return [{"columns": places, "space": 20}, *dated]
    stacked: list[Block] = []
    for place in places:
        stacked += [*place, {"gap": 40}]
    return [*stacked[:-1], *dated]


_ROLE_LABELS = {"developer": "建设单位（盖章）", "contractor": "施工单位（盖章）",
                "supervisor": "监理单位（盖章）", "agency": "招标代理机构（盖章）"}  # fmt: skip


def _authority(rules: Mapping[str, Any], rng: random.Random, *, wide: bool) -> list[Block]:
    """Return the place of the authority's seal; its name is printed on most papers."""
    label = rng.choice(rules["authority"]["labels"])
    named = chance(rng, 0.75)
    value = "{issuing_authority}<seal:authority>" if named else "<sp:20><seal:authority>　"
    date_label = rng.choice(("发证日期", "日期", "签发日期", ""))
    blocks: list[Block] = []
    if chance(rng, 0.4) and "signs" not in rules:
        blocks.append({"qr": [0.12, 0.78 if not wide else 0.72, 66]})
    if chance(rng, 0.5):
        return [*blocks, {"right": f"{label}：{value}"}, {"gap": 8},
                {"right": (date_label + "：" if date_label else "") + "{issued_on}"}]  # fmt: skip
    rows = [[label, value], [date_label, "{issued_on}"]]
    return [*blocks, {"lines": rows, "indent": 380 if wide else 190, "leading": 2.3}]
