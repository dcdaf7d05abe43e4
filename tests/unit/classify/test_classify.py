from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from preaudit.classify import classify
from preaudit.classify.heading import title_hits
from preaudit.document import Document, Line, Origin, Page, Quality
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Source


def line(text: str, top: float, *, size: float = 1.0, left: float | None = None) -> Line:
    """Return a row of text, centred unless a left edge is given."""
    width = 0.02 * size
    start = 0.5 - width * len(text) / 2 if left is None else left
    edges = tuple(start + width * n for n in range(len(text) + 1))
    box = Box(page=1, left=start, top=top, right=edges[-1], bottom=top + 0.015 * size)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


def page(title: str, *rows: str, foot: str = "") -> Page:
    """Return a page with a large title, rows below it and a foot."""
    lines = [line(title, 0.1, size=1.8)] if title else []
    lines += [line(row, 0.2 + 0.03 * n, left=0.12) for n, row in enumerate(rows)]
    lines += [line(foot, 0.95, size=0.8)] if foot else []
    return Page(
        number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(),
        quality=Quality(flaws=(), dpi=None, mean_confidence=1.0),
    )  # fmt: skip


def file_of(pages: Sequence[Page]) -> Document:
    """Return a file of these pages, numbered in order."""
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1,
        pages=len(pages),
    )  # fmt: skip
    numbered = tuple(replace(one, number=n) for n, one in enumerate(pages, start=1))
    return Document(source=source, pages=numbered)


LICENCE = page("营业执照", "注册资本：3000万元", "成立日期：2013年1月1日", "经营范围：物业管理")
AWARD = page("中标通知书", "中标人：临江筑成建设有限公司", "中标价：100万元", "招标人（盖章）：")


def found(*pages: Page) -> list[tuple[str, tuple[int, ...]]]:
    """Return kind and pages of each segment of a file of these pages."""
    return [(one.kind, one.pages) for one in classify(file_of(pages))]


def test_a_heading_tells_the_kind() -> None:
    """A large centred title settles what a page is."""
    (segment,) = classify(file_of([LICENCE]))
    assert segment.kind == "business-licence"
    assert segment.settled


def test_two_certificates_back_to_back_are_two_materials() -> None:
    """A new title begins a new material, of another kind or of the same."""
    assert found(LICENCE, AWARD) == [("business-licence", (1,)), ("award-notice", (2,))]
    assert found(LICENCE, LICENCE) == [("business-licence", (1,)), ("business-licence", (2,))]


def test_a_contract_with_cover_and_numbered_pages_is_one_material() -> None:
    """Cover, agreement, terms and warranty of a contract stay together."""
    cover = page("建设工程施工合同", "工程名称：临江新苑")
    first = page(
        "第一部分 合同协议书", "发包人（全称）：甲", "承包人（全称）：乙", foot="第1页 共3页"
    )
    second = page("第三部分 专用合同条款", "1. 一般约定", foot="第2页 共3页")
    third = page("工程质量保修书", "一、工程质量保修范围和内容", foot="第3页 共3页")
    assert found(cover, first, second, third) == [("construction-contract", (1, 2, 3, 4))]


def test_page_numbers_that_begin_again_begin_another_contract() -> None:
    """After the last page of one contract, page 1 under the same title is a second one."""
    first = page("建设工程监理合同", "监理人：乙", foot="第1页 共2页")
    second = page("", "双方承诺", foot="第2页 共2页")
    expected = [("supervision-contract", (1, 2)), ("supervision-contract", (3, 4))]
    assert found(first, second, first, second) == expected


def test_a_cited_title_is_no_heading() -> None:
    """A contract that names the award notice among its documents stays a contract."""
    text = "本协议书与下列文件一起构成合同文件：（1）中标通知书（如果有）；（2）投标函"
    (segment,) = classify(file_of([page("建设工程施工合同", "发包人：甲", "承包人：乙", text)]))
    assert segment.kind == "construction-contract"


def test_an_application_for_a_permit_is_not_the_permit() -> None:
    """A form that applies for a certificate is none of the certificates."""
    kinds = [kind for kind, _ in found(page("《建设用地规划许可证》申请表", "申请单位："))]
    assert kinds == ["other"]


def test_a_remark_in_brackets_behind_a_title_makes_no_other_paper() -> None:
    """For which window, for which sort of works: the paper stays what it is called."""
    for title in ("授权委托书（窗口办件用）", "中标通知书（C1栋）"):
        (segment,) = classify(file_of([page(title, "单位：甲公司")]))
        assert segment.kind in ("power-of-attorney", "award-notice"), title
    (other,) = classify(file_of([page("安全生产考核合格证书（C2类）", "姓名：甲")]))
    assert other.kind != "safety-assessment-certificate"


def test_a_title_with_a_misread_character_is_known() -> None:
    """One wrong character in a long title does not hide it."""
    pages = page("施工图设汁文件审查合格书", "审查机构：丙", "勘察单位：丁")
    assert found(pages) == [("drawing-review-certificate", (1,))]


def test_a_title_set_in_wide_letters_is_known() -> None:
    """A heading that the reader gave letter by letter is put together again."""
    letters = [line(char, 0.1, size=2, left=0.3 + 0.1 * n) for n, char in enumerate("授权委托书")]
    base = page("", "委托单位：甲", "被委托人：乙")
    assert found(replace(base, lines=(*letters, *base.lines)))[0][0] == "power-of-attorney"


def test_front_and_back_of_a_card_are_one_material() -> None:
    """The two sides of an identity card on two pages belong together; a second front does not."""
    front = page("", "姓名周明远", "住址临江市", "公民身份号码999999199001010017")
    back = page("居民身份证", "签发机关临江市公安局", "有效期限2015.01.14-2035.01.14")
    assert found(front, back) == [("identity-card", (1, 2))]
    assert [kind for kind, _ in found(front, front)] == ["identity-card", "identity-card"]


def test_a_page_of_nothing_known_is_unsettled() -> None:
    """A page without any sign of a kind is left for a person."""
    (segment,) = classify(file_of([page("", "天气晴朗", "万里无云")]))
    assert (segment.kind, segment.settled) == ("other", False)


def test_an_unreadable_page_inside_a_material_stays_with_it() -> None:
    """A page with no text goes with the material before it."""
    assert found(AWARD, page("")) == [("award-notice", (1, 2))]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from([LICENCE, AWARD, page(""), page("", "甲乙丙")]), min_size=1, max_size=6
    )
)
def test_every_page_is_in_exactly_one_segment(pages: list[Page]) -> None:
    """Segments cover the file once, in order."""
    segments = classify(file_of(pages))
    covered = [number for one in segments for number in one.pages]
    assert covered == list(range(1, len(pages) + 1))


def test_words_before_a_title_say_more_about_it_and_words_behind_make_it_another() -> None:
    """A heading that ends in a title is that paper; one that goes on behind it is about it."""
    (mandate,) = title_hits(page("跨部门联办窗口授权委托书"))
    assert (mandate.kind, mandate.title) == ("power-of-attorney", "授权委托书")
    behind = title_hits(page("授权委托书样式填写要点汇编"))
    assert all(hit.score < mandate.score for hit in behind)


def test_form_that_names_itself_otherwise_is_other_whatever_labels_it_bears() -> None:
    """A heading that is another form's name outweighs labels which that form shares with ours."""
    form = page("临时用地使用申请表", "用地单位：", "用地位置：", "用地面积：", "土地用途：")
    (segment,) = classify(file_of([form]))
    assert segment.kind == "other"
    assert segment.runners_up[0][0] == "land-planning-permit"


def test_pages_of_an_unknown_form_stay_together() -> None:
    """Later pages without a title go on with the form, until a page bears a title of its own."""
    form = page("船舶停靠备案登记表", "船舶名称：", "停靠地点：")
    inside = page("", "注册资本：", "成立日期：")
    assert found(form, inside, AWARD) == [("other", (1, 2)), ("award-notice", (3,))]


def test_two_common_labels_do_not_settle_a_kind() -> None:
    """Without a title a page with two labels of a kind is at most a guess; with more it is sure."""
    few = page("", "用地位置：", "用地面积：", "船舶名称：")
    many = page("", "用地单位：", "用地位置：", "用地面积：", "批准用地文号：", "土地取得方式：")
    assert [one.settled for one in classify(file_of([few]))] == [False]
    assert [(one.kind, one.settled) for one in classify(file_of([many]))] == [
        ("land-planning-permit", True)
    ]
