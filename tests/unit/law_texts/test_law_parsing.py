"""A Markdown law becomes articles, paragraphs and items, every byte accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_laws import FLAT, FRONT, INSERTED, OLDER, PLAIN, SECTIONS

from rules_kg.numerals import chinese, number_of
from rules_kg.texts import Article, LawText, Part, Span, TextFault, corpus, parse_law, read_corpus


def law(text: str, *, name: str = "x.md") -> LawText:
    """Return a text, split."""
    return parse_law(text.encode(), name=name)


def words(text: LawText, span: Span) -> str:
    """Return what stands at a span."""
    return span.of(text.data).decode()


def article(text: LawText, number: int, suffix: int = 0) -> Article:
    """Return an article that must be there."""
    found = text.article(number, suffix)
    assert found is not None
    return found


def notes(text: str) -> list[tuple[int, str]]:
    """Return lines and messages of what is odd."""
    return [(one.line, one.message) for one in law(text).notes]


def test_front_matter_tells_title_and_date() -> None:
    """Title, date and source come from the front matter; articles keep their order."""
    text = law(PLAIN)
    assert (text.title, text.version, text.dated_by) == (
        "建造法",
        date(2019, 4, 23),
        "front matter",
    )
    assert [one.number for one in text.articles] == [1, 2, 8]
    assert text.excerpt == ""


def test_a_paragraph_holds_the_items_that_it_introduces() -> None:
    """Items and their sub-items belong to the sentence above; the next sentence is paragraph 2."""
    text = law(PLAIN)
    eight = article(text, 8)
    first, second = eight.paragraphs
    assert [one.number for one in first.items] == [1, 2, 3]
    assert words(text, first.lead) == "开工应当具备下列条件："
    assert words(text, first.items[0].span) == "（一）有地；"
    assert words(text, first.items[1].span) == "（二）有图，包括：\n\n1.平面图；\n\n2.立面图；"
    assert words(text, second.lead) == "机关应当在七日内答复，并说明："
    assert [one.number for one in second.items] == [1, 2]
    assert words(text, eight.span).startswith("第八条 开工")
    assert words(text, eight.body).endswith("(2)不同意的理由。")
    assert eight.irregular == ""


def test_an_article_knows_the_headings_above_it() -> None:
    """A new chapter ends the section of the one before."""
    text = law(PLAIN)
    assert article(text, 1).under == ("第一章 总则",)
    assert article(text, 8).under == ("第二章 许可", "第一节 条件")
    code = law(
        FRONT + "# 第一编 一\n# 第一分编 二\n## 第一章 三\n第一条 甲。\n# 第二编 四\n第二条 乙。\n"
    )
    assert article(code, 1).under == ("第一编 一", "第一分编 二", "第一章 三")
    assert article(code, 2).under == ("第二编 四",)
    assert article(law(FRONT + "## 附则\n第一条 甲。\n"), 1).under == ()


def test_what_follows_the_articles_is_no_article() -> None:
    """An annex belongs to no article, whatever it holds."""
    text = law(PLAIN + "第一条 样张。\n")
    annex = [one.text for one in text.segments if one.part is Part.ANNEX]
    assert annex == ["附件：表格（略）", "第一条 样张。"]


def test_missing_articles_are_noted_but_not_in_an_excerpt() -> None:
    """A gap is told with its line; an excerpt has gaps by nature."""
    assert (25, "第二条 is followed by 第八条: articles are missing") in notes(PLAIN)
    text = law(OLDER)
    assert text.excerpt == "第八条"
    assert not text.notes
    assert (
        "the first article is 第八条"
        in dict(notes(OLDER.replace("excerpt: 第八条\n", ""))).values()
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# 建造法（2011 修正，节选）\n\n第七条 甲。\n", "x.md"),
        ("# 建造法\n\n第七条 甲。\n", "建造法_节选.md"),
    ],
)
def test_an_excerpt_may_say_so_in_its_heading_or_name(text: str, name: str) -> None:
    """节选 marks an excerpt and is no part of the title."""
    found = law(text, name=name)
    assert found.title == "建造法"
    assert found.excerpt == "节选"
    assert found.version is None


def test_an_inserted_article_is_one_of_its_own() -> None:
    """第十条之一 is neither article 10 nor a paragraph of it."""
    text = law(INSERTED)
    assert words(text, article(text, 10).body) == "甲。"
    assert words(text, article(text, 10, 1).body) == "乙。"
    assert [one.place for one in text.articles] == ["10", "10-1", "11"]
    assert article(text, 10, 1).name == "第十条之一"


def test_line_ends_and_marks_of_order_change_nothing() -> None:
    """CRLF, a byte order mark and full-width blanks give the same articles."""
    odd = "\ufeff" + PLAIN.replace("\n", "\r\n").replace("第八条 ", "\u3000\u3000**第八条**\u3000")
    text = law(odd)
    assert [one.number for one in text.articles] == [1, 2, 8]
    assert article(text, 8).label == "第八条"
    assert words(text, article(text, 8).paragraphs[0].items[0].span) == "（一）有地；"
    assert text.title == "建造法"


def test_articles_may_be_headings() -> None:
    """A corpus may print 第…条 as a heading; the sentence stands below it or beside it."""
    text = law(FRONT + "## 第一章 总则\n\n### 第一条\n\n甲。\n\n#### **第二条** 乙。\n")
    assert [(one.label, words(text, one.body)) for one in text.articles] == [
        ("第一条", "甲。"),
        ("第二条", "乙。"),
    ]


def test_articles_need_no_blank_lines_between_them() -> None:
    """A label begins an article and an item an item, also right below another line."""
    text = law(FRONT + "第一条 甲：\n（一）子；\n（二）丑。\n后段。\n第二条\n乙。\n")
    one = article(text, 1)
    assert [len(part.items) for part in one.paragraphs] == [2, 0]
    assert words(text, article(text, 2).body) == "乙。"


def test_without_front_matter_the_heading_and_the_note_below_tell() -> None:
    """The title is the heading, the date that of the latest act that the note names."""
    text = law(PLAIN.removeprefix(FRONT))
    assert (text.title, text.version, text.dated_by) == ("建造法", date(2019, 4, 23), "head")
    unknown = FRONT.replace("2019-04-23", "unknown(见正文题注)")
    head = "（2020年2月30日公布）\n\n（2020年2月3日公布，自2021年1月1日起施行）\n\n"
    assert law(unknown + head + "第一条 甲。").version == date(2020, 2, 3)
    assert law(unknown + "第一条 甲。").version is None
    assert law(FRONT.replace("04-23", "13-23") + "第一条 甲。").version is None


def test_the_first_of_two_blocks_of_front_matter_counts() -> None:
    """A corpus may put its own block above that of its source; quotes around values go."""
    inner = '---\ntitle: "别的"\nsource: "数据库"\ntags:\n  - 法律\n---\n'
    text = law(FRONT + inner + "第一条 甲。\n")
    assert text.title == "建造法"
    assert text.front["source"] == "数据库"


def test_articles_may_be_numbered_as_sections() -> None:
    """Where no line begins with 第…条, 一、 begins an article."""
    text = law(SECTIONS)
    assert [one.number for one in text.articles] == [1, 2]
    assert words(text, article(text, 2).paragraphs[0].items[1].span) == "（二）小的。"
    assert article(text, 1).label == "一、"


def test_a_source_without_line_breaks_has_whole_articles_only() -> None:
    """Paragraphs are unknown; items of a list stand fast where their ends are certain."""
    text = law(FLAT)
    assert all(one.irregular for one in text.articles)
    first, second, third = (one.inline for one in text.articles)
    assert first is not None
    assert [words(text, one.span) for one in first.items] == ["（一）不喊；"]
    assert second is not None
    assert [words(text, one.span) for one in second.items] == ["（一）表；", "（二）图。"]
    assert words(text, second.lead) == "丙提交下列材料："
    assert third is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("第一条 甲：\n\n（一）子；\n\n说明。\n\n（二）丑。\n", "not numbered one after the other"),
        ("第一条 甲：\n\n（一）子；\n\n（一）丑。\n", "not numbered one after the other"),
        ("第一条 甲：\n\n（二）丑；\n\n（三）寅。\n", "not numbered one after the other"),
        ("第一条 甲做。\n乙也做。\n", "line 6 may begin a paragraph or go on with one"),
        ("第一条 甲：（一）子；（二）丑。\n\n乙。\n", "line 5 holds a list"),
    ],
)
def test_what_cannot_be_told_is_said(body: str, why: str) -> None:
    """An article whose inner order is doubtful says why; as a whole it stands."""
    text = law(FRONT + body)
    assert why in text.articles[0].irregular
    assert any(why in note.message for note in text.notes)


def test_wrapped_lines_are_one_paragraph() -> None:
    """A line that ends within a sentence goes on in the next."""
    text = law(FRONT + "第一条 甲应当\n守时。\n")
    assert [words(text, one.span) for one in text.articles[0].paragraphs] == ["甲应当\n守时。"]
    assert text.articles[0].irregular == ""


def test_numbered_lines_are_items_where_none_stands_above() -> None:
    """1. and 2. below a sentence are its items; 1.5 and years are text."""
    text = law(FRONT + "第一条 甲：\n\n1.子；\n\n2、丑。\n\n1.5米以上。\n\n1999年。\n")
    assert [len(one.items) for one in text.articles[0].paragraphs] == [2, 0, 0]


def test_an_article_may_begin_with_its_list() -> None:
    """A list without an introduction is a paragraph without a lead."""
    text = law(FRONT + "第一条\n\n（一）子；\n\n（二）丑。\n")
    (paragraph,) = text.articles[0].paragraphs
    assert paragraph.lead.start == paragraph.lead.end
    assert len(paragraph.items) == 2
    assert text.articles[0].inline is None


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("第一条\n\n第二条 乙。\n", 5, "第一条 has no text"),
        ("第一条 甲。\n\n# 题\n\n散句。\n", 9, "stands outside any article; not bound"),
        ("第一条 甲。\n\n<!-- 注 -->\n\n散句。\n", 9, "stands outside any article; not bound"),
        ("第一条 甲。\n\n第一条 乙。\n", 7, "第一条 stands in line 5 already; nothing can be"),
        ("第一条 甲。\n\n第三条 丙。\n\n第二条 乙。\n", 9, "第二条 stands after 第三条"),
        ("第一条 甲。\n\n第二条的规定不变。\n", 7, "begins with 第二条 and no blank after it"),
    ],
)
def test_odd_things_are_noted_with_their_line(body: str, line: int, message: str) -> None:
    """What a person should look at is told, and nothing is guessed."""
    assert any(at == line and said.startswith(message) for at, said in notes(FRONT + body))


def test_a_line_made_to_take_long_does_not() -> None:
    """Blanks without end in a line that might be an annex's cost no more than other text."""
    text = law(FRONT + "第一条 甲。\n\n附件" + " " * 1_000_000 + "乙\n")
    assert len(text.articles[0].paragraphs) == 2


def test_a_doubled_article_is_none() -> None:
    """Where two articles have one number, neither is taken."""
    assert law(FRONT + "第一条 甲。\n\n第一条 乙。\n").article(1) is None


def test_an_altered_text_is_noted() -> None:
    """The digest in the front matter is compared with what stands below it."""
    digest = hashlib.sha256("第一条 甲。".encode()).hexdigest()
    assert not notes(FRONT.replace("---\n", f"---\nsource_sha256: {digest}\n", 1) + "第一条 甲。")
    stated = FRONT.replace("---\n", f"---\nsource_sha256: {'0' * 64}\n", 1)
    assert any(
        "source_sha256 is 000000000000…" in said for _, said in notes(stated + "第一条 甲。")
    )


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 0, "no title"),
        ("# 说明\n\n没有条文。\n".encode(), 3, "no article"),
        ("第一条 甲。".encode(), 1, "no title"),
        ("---\ntitle: 甲\n第一条 甲。".encode(), 1, "that line 1 opens is not closed"),
        ("# 甲\n".encode() + b"\xff\xfe", 2, "not UTF-8"),
        (b"x" * 16_000_001, 0, "larger than 16 MB"),
        (b"\n" * 200_001, 200_000, "more than 200000 lines"),
        ("# 甲\n\n第九九九九九条 甲。".encode(), 3, "no article"),
        ("# 甲\n\n第十百条 甲。\n\n第一条之百百 乙。".encode(), 5, "no article"),
    ],
)
def test_what_is_no_law_is_refused_with_its_line(data: bytes, line: int, why: str) -> None:
    """A file that cannot be split says which line and why."""
    with pytest.raises(TextFault) as caught:
        parse_law(data, name="x.md")
    assert why in str(caught.value)
    assert (caught.value.name, caught.value.line) == ("x.md", line or caught.value.line)


@given(st.integers(min_value=1, max_value=9999))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    """From 1 to 9999 what is written is read again, in Chinese and in digits."""
    assert number_of(chinese(number)) == number
    assert number_of(str(number)) == number


@pytest.mark.parametrize("number", [0, -1, 10000])
def test_only_numbers_of_articles_are_written(number: int) -> None:
    """What is no number of an article is not written as one."""
    with pytest.raises(ValueError, match="no number of an article"):
        chinese(number)


@pytest.mark.parametrize(
    "text", ["", "零", "0", "十百", "一二", "百", "零十", "12345", "甲", "二三百"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    """Digits in a row, units out of order and anything too large are no numbers."""
    assert number_of(text) is None


@pytest.mark.parametrize(("text", "number"), [("一十", 10), ("两百零五", 205), ("一千〇二", 1002)])
def test_other_ways_of_writing_are_read(text: str, number: int) -> None:
    """Another nought, 两 and a leading 一 are usual."""
    assert number_of(text) == number


_PIECES = [
    "第一条",
    "第二条 乙。",
    "第三条之一\u3000丙：",
    "第十条的规定。",
    "（一）子；",
    "(二)丑。",
    "（十百）",
    "1.甲；",
    "2、乙",
    "甲：（一）子；（二）丑。",
    "后段。",
    "# 题",
    "## 第一章 总则",
    "=====第二节=====",
    "<!-- 注 -->",
    "附件：图",
    "---",
    "title: 甲",
    "一、子。",
    " ",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "𠮷",
]


def _flat(spans: Sequence[Span]) -> list[int]:
    return [edge for span in spans for edge in (span.start, span.end)]


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_joined_segments_are_the_file(body: str) -> None:
    """Every byte is in exactly one segment, and the parts of an article lie within each other."""
    data = ("# 甲\n\n第一条 始。\n" + body).encode("utf-8", "replace")
    try:
        text = parse_law(data, name="x.md")
    except TextFault:
        return
    assert b"".join(one.span.of(data) for one in text.segments) == data
    edges = _flat([one.span for one in text.segments])
    assert edges == sorted(edges)
    assert edges[0] == 0
    assert edges[-1] == len(data)
    articles = _flat([one.span for one in text.articles])
    assert articles == sorted(articles)
    for one in text.articles:
        inner = [one.span.start, *_flat([part.span for part in one.paragraphs]), one.span.end]
        assert inner == sorted(inner)
        assert one.body.end == one.span.end == one.paragraphs[-1].span.end
        for part in (*one.paragraphs, *([one.inline] if one.inline else [])):
            items = [part.span.start, *_flat([item.span for item in part.items]), part.span.end]
            assert items == sorted(items)
            for item in part.items:
                item.span.of(data).decode()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that goes away while the folder is read is a fault of that file alone."""
    with pytest.raises(TextFault, match=r"gone\.md: cannot be read"):
        corpus._read(tmp_path / "gone.md", "gone.md")


def test_a_folder_gives_its_texts_and_the_files_that_are_none(tmp_path: Path) -> None:
    """Files below folders count; links that lead out and other files do not."""
    folder = tmp_path / "corpus"
    (folder / "local").mkdir(parents=True)
    (folder / "local" / "a.md").write_text(PLAIN, encoding="utf-8")
    (folder / "README.md").write_text("# 说明\n", encoding="utf-8")
    (folder / "b.txt").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "c.md").write_text(PLAIN, encoding="utf-8")
    (folder / "c.md").symlink_to(tmp_path / "c.md")
    (folder / "d.md").mkdir()
    found = read_corpus(folder)
    assert [one.name for one in found.texts] == ["local/a.md"]
    assert [str(one) for one in found.faults] == [
        "README.md:1: no article: no line begins with 第…条 or 一、"
    ]
    with pytest.raises(NotADirectoryError):
        read_corpus(tmp_path / "none")
