"""The words in which doubts and facts are told, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from preaudit.case import Material
from preaudit.check.answers import Ref
from preaudit.check.codes import masked
from preaudit.fields import Field, FieldState
from preaudit.findings import Bilingual
from rules_kg.graph import kind_title
from rules_kg.vocabulary import Vocabulary

_FLAWS = {
    "blank": "空白",
    "dark": "过暗",
    "blurred": "模糊",
    "cut_off": "残缺",
    "low_resolution": "分辨率过低",
    "not_read": "未能识别",
}

_RIVAL: Final = 0.25
"""A second reading less probable than this is none that a person need choose from."""


def both_ways(zh: str, en: str) -> Bilingual:
    """Return a sentence in both languages."""
    return Bilingual(zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Names things by the vocabulary's labels."""

    vocabulary: Vocabulary

    def kind(self, kind: str) -> Bilingual:
        """Return a kind's title."""
        title = kind_title(self.vocabulary, kind)
        return both_ways(title.zh, title.en)

    def field(self, name: str) -> Bilingual:
        """Return a field's label."""
        found = self.vocabulary.fields.get(name)
        return both_ways(found.zh if found else name, name.replace("_", " "))

    def field_type(self, name: str) -> str:
        """Return a field's type in the vocabulary; `text` for one that is not there."""
        found = self.vocabulary.fields.get(name)
        return found.type if found else "text"

    def _entry(self, material: Material, name: str) -> Bilingual:
        kind, field = self.kind(material.kind), self.field(name)
        number = f"（第{material.instance}份）" if material.instance > 1 else ""
        of_many = f" no. {material.instance}" if material.instance > 1 else ""
        return both_ways(f"{kind.zh}{number}的“{field.zh}”", f"{field.en} on {kind.en}{of_many}")

    def missing(self, material: Material, name: str) -> Bilingual:
        """Return that a paper does not show an entry."""
        entry = self._entry(material, name)
        return both_ways(f"未见{entry.zh}", f"there is no {entry.en}")

    def unclear(self, material: Material, field: Field) -> Bilingual:
        """Return that an entry cannot be read, can be read in two ways, or not surely enough."""
        entry = self._entry(material, field.name)
        if field.state is FieldState.AMBIGUOUS and any(
            one.confidence >= _RIVAL for one in field.runners_up
        ):
            return both_ways(f"{entry.zh}有两种读法", f"{entry.en} can be read in two ways")
        if field.state is FieldState.AMBIGUOUS:
            return both_ways(f"{entry.zh}识别把握不足", f"{entry.en} is not read surely enough")
        return both_ways(f"{entry.zh}无法辨认", f"{entry.en} cannot be read")

    def absent(self, kind: str) -> Bilingual:
        """Return that a paper is not in the case."""
        title = self.kind(kind)
        return both_ways(f"缺少{title.zh}", f"there is no {title.en}")

    def unread(self, file: str) -> Bilingual:
        """Return that a file could not be read."""
        return both_ways(f"文件“{file}”未能读取", f"the file {file!r} could not be read")

    def unsettled(self, material: Material) -> Bilingual:
        """Return that nobody knows yet which paper this is."""
        name, pages = material.source.name, _pages(material.segment.pages)
        return both_ways(
            f"文件“{name}”{pages.zh}的材料种类未能确定",
            f"which paper {name!r} {pages.en} is has not been settled",
        )

    def poor_pages(self, material: Material) -> Bilingual:
        """Return that pages of a paper cannot be relied on."""
        flaws = dict.fromkeys(flaw.value for one in material.qualities for flaw in one.flaws)
        kind = self.kind(material.kind)
        return both_ways(
            f"{kind.zh}有页面{'、'.join(_FLAWS.get(flaw, flaw) for flaw in flaws)}",
            f"pages of the {kind.en} are {', '.join(flaws).replace('_', ' ')}",
        )

    def place(self, ref: Ref) -> Bilingual:
        """Return where a fact stands and what it says, as `{where}` enumerates it."""
        kind = self.kind(ref.about.kind)
        page = ref.evidence[0].box.page if ref.evidence else None
        zh = f"《{kind.zh}》" + (f"第{page}页" if page else "")
        en = kind.en + (f" p. {page}" if page else "")
        shown = masked(ref.shown) if ref.personal else ref.shown
        if ref.about.field:
            label = self.field(ref.about.field)
            zh, en = f"{zh}{label.zh}", f"{en} {label.en}"
        if shown:
            zh, en = f"{zh}“{shown}”", f"{en} “{shown}”"
        return both_ways(zh, en)


def _pages(pages: tuple[int, ...]) -> Bilingual:
    if len(pages) == 1:
        return both_ways(f"第{pages[0]}页", f"page {pages[0]}")
    return both_ways(f"第{pages[0]}至{pages[-1]}页", f"pages {pages[0]} to {pages[-1]}")
