"""A case folder: papers bound into files, under the names applicants give them, with truth."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from corpus.chance import chance
from corpus.paper import Paper
from corpus.truth import Bound, CaseTruth, Defect, FileTruth, case_json
from corpus.values import kind_names
from corpus.world import World

_SHORT_NAMES = {
    "application-form": ("施工许可证申请表", "申请表"),
    "business-licence": ("营业执照", "营业执照副本"),
    "real-estate-certificate": ("不动产权证", "土地证"),
    "land-planning-permit": ("地规证", "用地规划许可证"),
    "construction-planning-permit": ("工规证", "规划许可证"),
    "award-notice": ("中标通知书",),
    "construction-contract": ("施工合同", "合同"),
    "supervision-contract": ("监理合同",),
    "drawing-review-certificate": ("图审合格书", "审图合格证"),
    "contractor-qualification": ("资质证书", "施工企业资质"),
    "safety-licence": ("安许证", "安全生产许可证"),
    "constructor-certificate": ("建造师证", "项目经理证"),
    "safety-assessment-certificate": ("B证", "安全考核证"),
    "supervisor-certificate": ("总监证", "监理工程师证"),
    "quality-safety-registration": ("质安监登记", "质量安全监督登记表"),
    "hazardous-works-list": ("危大工程清单", "危大清单"),
    "funds-commitment": ("资金承诺书", "资金证明"),
    "wage-account-proof": ("工资专户", "农民工工资专户证明"),
    "injury-insurance-proof": ("工伤保险", "工伤参保证明"),
    "identity-card": ("身份证", "经办人身份证"),
    "power-of-attorney": ("委托书", "授权委托书"),
    "other": ("其他", "补充材料", "附件"),
}
_JURISDICTIONS = {"厦门市": "fujian-xiamen"}
"""Places with rules of their own."""
_TITLES_IN_A_NAME = 2
_PAPERS_IN_A_FILE = 3
_ALONE_SUFFIXES = {".jpg", ".tif", ".ofd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A paper as it is handed in; `named_as` is the kind its file name falsely claims."""

    paper: Paper
    named_as: str | None = None


def write_case(
    folder: Path,
    world: World,
    papers: Sequence[Handed],
    defects: Sequence[Defect],
    *,
    rng: random.Random,
    declaration: bool = False,
) -> CaseTruth:
    """Write the files and truth.json of a case into the folder and return the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[FileTruth] = []
    names = _Namer(rng=rng, world=world)
    for group in _groups(list(papers), rng):
        name, data, bound = _bind(group, names)
        (folder / name).write_bytes(data)
        files.append(FileTruth(path=name, size_bytes=len(data), bound=bound))
    truth = CaseTruth(
        case_id=folder.name,
        as_of=world.days["as_of"].isoformat(),
        attributes=attributes_of(world),
        files=tuple(files),
        defects=tuple(defects),
    )
    (folder / "truth.json").write_text(
        json.dumps(case_json(truth), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    if declaration:
        declared: dict[str, Any] = {
            "item": "construction-permit",
            "as_of": truth.as_of,
            "attributes": dict(truth.attributes),
        }
        jurisdiction = _JURISDICTIONS.get(world.works.place.city)
        if jurisdiction:
            declared["jurisdiction"] = jurisdiction
        (folder / "case.json").write_text(
            json.dumps(declared, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return truth


def attributes_of(world: World) -> Mapping[str, Any]:
    """Return use, funding, tender and place of the works."""
    return {
        "use": world.works.use,
        "funding": world.funding,
        "tender": world.tender,
        "region": world.works.place.region,
    }


def _groups(papers: list[Handed], rng: random.Random) -> list[list[Handed]]:
    """Return the papers in runs; a run becomes one file."""
    groups: list[list[Handed]] = []
    for handed in papers:
        alone = handed.paper.suffix in _ALONE_SUFFIXES or handed.named_as or _is_sealed_file(handed)
        open_run = groups and not (
            groups[-1][0].paper.suffix in _ALONE_SUFFIXES
            or groups[-1][0].named_as
            or _is_sealed_file(groups[-1][0])
        )
        if not alone and open_run and len(groups[-1]) < _PAPERS_IN_A_FILE and chance(rng, 0.27):
            groups[-1].append(handed)
        else:
            groups.append([handed])
    return groups


def _is_sealed_file(handed: Handed) -> bool:
    """Tell whether the file must stay byte for byte as it is (its structure is evidence)."""
    return handed.paper.data.count(b"%%EOF") > 1


class _Namer:
    """Gives files the names applicants give: numbered, plain, or a camera's."""

    def __init__(self, *, rng: random.Random, world: World) -> None:
        self._rng, self._world = rng, world
        self._number = 0
        self._manner = rng.choice(("dotted", "padded", "plain"))
        self._taken: set[str] = set()

    def name(self, kinds: Sequence[str], suffix: str, *, photo: bool) -> str:
        """Return a fresh file name for papers of these kinds."""
        self._number += 1
        name = (
            self._camera(suffix)
            if photo and chance(self._rng, 0.6)
            else self._titled(kinds, suffix)
        )
        while name in self._taken:
            name = name.removesuffix(suffix) + f"（{self._number}）" + suffix
        self._taken.add(name)
        return name

    def _camera(self, suffix: str) -> str:
        day = self._world.days["as_of"]
        return f"IMG_{day:%Y%m%d}_{self._rng.randrange(90000, 199999)}{suffix}"

    def _titled(self, kinds: Sequence[str], suffix: str) -> str:
        titles = [
            self._rng.choice(
                (kind_names()[kind].replace("(", "（").replace(")", "）"), *_SHORT_NAMES[kind])
            )
            for kind in kinds
        ]
        many = len(titles) > _TITLES_IN_A_NAME or (len(titles) > 1 and chance(self._rng, 0.2))
        title = titles[0] + "等材料" if many else "、".join(titles)
        if len(kinds) == 1 and chance(self._rng, 0.1):
            title = self._rng.choice(("扫描件", "新建文档", "资料", "附件"))
        title += self._rng.choice(("", "", "", "（扫描件）", "-盖章版", "（1）"))
        number = {"dotted": f"{self._number}.", "padded": f"{self._number:02d} ", "plain": ""}[
            self._manner
        ]
        return f"{number}{title}{suffix}"


def _bind(group: Sequence[Handed], names: _Namer) -> tuple[str, bytes, tuple[Bound, ...]]:
    first = group[0]
    kinds = [handed.named_as or handed.paper.kind for handed in group]
    photo = first.paper.channel == "photo"
    name = names.name(kinds, first.paper.suffix, photo=photo and first.named_as is None)
    bound: list[Bound] = []
    page = 1
    for handed in group:
        bound.append(Bound(paper=handed.paper, first_page=page, named_as=handed.named_as))
        page += handed.paper.page_count
    data = first.paper.data if len(group) == 1 else join_pdfs([one.paper.data for one in group])
    return name, data, tuple(bound)


def join_pdfs(parts: Sequence[bytes]) -> bytes:
    """Return one PDF with the pages of all parts in order; the same parts give the same bytes."""
    with pikepdf.Pdf.new() as whole:
        for part in parts:
            with pikepdf.Pdf.open(io.BytesIO(part)) as source:
                whole.pages.extend(source.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, compress_streams=True)
        return out.getvalue()
