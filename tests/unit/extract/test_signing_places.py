from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from preaudit.case import Material
from preaudit.document import Origin, Page

_SPEC = importlib.util.spec_from_file_location(
    "signing_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pages)

Extracted = Callable[[str, Page], Material]


def test_each_seal_fills_the_nearest_place(extracted: Extracted) -> None:
    """Of two places on one page, each seal goes to the one it stands at."""
    lines = [
        pages.line_at("发包人：（公章）", 0.1, 0.2),
        pages.line_at("承包人：（公章）", 0.55, 0.2),
    ]
    marks = [pages.seal_at(0.6, 0.17, "乙公司"), pages.seal_at(0.15, 0.17, "甲公司")]
    places = extracted("construction-contract", pages.page_of(lines, (), marks)).places
    filled = {place.role: place.filled_by for place in places if place.wants == "seal"}
    assert filled == {"developer": (1,), "contractor": (0,)}


def test_a_place_without_a_mark_is_bare(extracted: Extracted) -> None:
    """A legible page with a signing place and no mark says that the place is bare."""
    page = pages.rows_page("承诺单位（盖章）：", "法定代表人（签字）：")
    places = extracted("funds-commitment", page).places
    wanted = [(place.role, place.wants, place.filled_by, place.certain) for place in places]
    assert wanted == [
        ("developer", "seal", (), True),
        ("legal-representative", "signature", (), True),
    ]


def test_a_certificate_has_a_place_for_its_authority(extracted: Extracted) -> None:
    """A certificate asks for the authority's seal though no words ask for it."""
    lines = [
        pages.line_at("发证机关：临江省住房和城乡建设厅", 0.5, 0.7),
        pages.line_at("2024年1月1日", 0.6, 0.74),
    ]
    marks = [pages.seal_at(0.6, 0.66)]
    places = extracted("safety-licence", pages.page_of(lines, (), marks)).places
    assert [(p.role, p.wants, p.filled_by) for p in places] == [("issuing-authority", "seal", (0,))]


def test_printed_page_numbers_are_read(extracted: Extracted) -> None:
    """第 2 页 共 7 页 at the foot gives number and total."""
    page = pages.page_of([pages.line_at("第2页 共7页", 0.4, 0.95)])
    labels = extracted("construction-contract", page).page_labels
    assert [(label.number, label.total) for label in labels] == [(2, 7)]


def test_a_bare_signing_place_under_a_seal_on_a_scan_is_not_certain(extracted: Extracted) -> None:
    """On a scan a seal over the place may hide the signature; on a drawn page it cannot."""

    def certain(origin: Origin) -> bool:
        line = pages.line_at("法定代表人（签字）：", 0.3, 0.7, origin=origin)
        page = pages.page_of([line], (), [pages.seal_at(0.4, 0.64)])
        (place,) = extracted("funds-commitment", page).places
        assert place.filled_by == ()
        return place.certain

    assert not certain(Origin.OCR)
    assert certain(Origin.EMBEDDED)


def test_a_name_behind_a_signing_label_on_a_scan_may_be_a_hand(extracted: Extracted) -> None:
    """A neat signature is read as print: then nobody can say that it is missing."""

    def certain(text: str) -> bool:
        line = pages.line_at(text, 0.2, 0.7, origin=Origin.OCR)
        (place,) = extracted("funds-commitment", pages.page_of([line])).places
        return place.certain

    assert not certain("法定代表人（签字）：林姣眉")
    assert certain("法定代表人（签字）：")
