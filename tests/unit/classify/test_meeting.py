"""How a page follows the one before it."""

from __future__ import annotations

from preaudit.classify.look import look_at
from preaudit.classify.meeting import Meeting, meeting
from preaudit.classify.split import Run
from preaudit.document import Line, Origin, Page, Quality
from preaudit.geometry import Box

PROSE = "承包人应当按照合同约定完成全部工作，并对工程质量负责。"


def a_page(*rows: str, title: str = "", aspect: float = 1.414, number: int = 1) -> Page:
    """A page of rows, under a large title if there is one."""
    lines = [_line(text, 0.3 + 0.03 * at, 0.016, number) for at, text in enumerate(rows)]
    if title:
        lines.insert(0, _line(title, 0.12, 0.03, number))
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(
        number=number, aspect=aspect, lines=tuple(lines), cells=(), marks=(), quality=quality
    )


def _line(text: str, top: float, height: float, page: int) -> Line:
    half = 0.25 * height / 0.016 * len(text) / 20
    edges = tuple(0.5 - half + 2 * half * at / len(text) for at in range(len(text) + 1))
    box = Box(page=page, left=0.5 - half, top=top, right=0.5 + half, bottom=top + height)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


def met(*before: Page, page: Page, kind: str = "construction-contract") -> Meeting:
    """How a page meets the pages before it, which are of one kind."""
    return meeting(Run(looks=[look_at(one) for one in before], kind=kind), look_at(page), 0.5)


COVER = a_page("二〇二四年三月", title="建设工程施工合同")
BODY = a_page(*[PROSE] * 12, title="施工合同")
UNTITLED = a_page(*[PROSE] * 12)


def test_a_sparse_page_alone_may_be_a_cover() -> None:
    """Only the first page of a material can be its cover, and only if it says little."""
    assert met(COVER, page=BODY).lone
    assert not met(COVER, BODY, page=COVER).lone
    assert not met(BODY, page=COVER).lone


def test_titles_are_new_or_the_same() -> None:
    """A title of the same kind is no new one; a page without any has neither."""
    again, anew = met(COVER, page=BODY), met(COVER, page=a_page(PROSE, title="中标通知书"))
    assert (again.titled_again, again.titled_anew) == (True, False)
    assert (anew.titled_again, anew.titled_anew) == (False, True)
    untitled = met(COVER, page=UNTITLED)
    assert (untitled.titled_again, untitled.titled_anew) == (False, False)


def test_a_page_of_few_words_says_little() -> None:
    """One line tells less than a page of prose."""
    short, long = met(BODY, page=a_page("此页无正文")), met(BODY, page=UNTITLED)
    assert short.little > 0.8
    assert long.little < 0.1
    assert met(COVER, page=BODY).little_before > met(BODY, page=BODY).little_before


def test_paper_of_another_shape_tells() -> None:
    """A card lying on its side after an upright sheet is of another shape."""
    assert met(BODY, page=a_page(PROSE, aspect=0.7)).reshaped == 1.0
    assert met(BODY, page=UNTITLED).reshaped == 0.0


def test_the_back_of_a_sheet_is_passed_over() -> None:
    """An empty page between says nothing of shape or words; the page before it does."""
    back = a_page(aspect=0.7)
    assert met(BODY, back, page=UNTITLED).reshaped == 0.0
    assert met(BODY, back, page=UNTITLED).little_before < 0.1
