"""Clauses are bound to the words of the law, or it is said why not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_laws import FLAT, FRONT, INSERTED, OLDER, PLAIN, SECTIONS

from rules_kg.schema import Clause, Rank, Regulation, Version, Words
from rules_kg.texts import Binding, LawText, bind, parse_law, place_named, place_of

NEW, OLD = date(2019, 4, 23), date(2011, 1, 1)


def words(text: str) -> Words:
    """Return a text in both languages."""
    return Words(zh=text, en=text)


def clause(name: str, **changes: object) -> Clause:
    """Return a clause whose id gives its numbers."""
    parts = name.split(".")
    numbers = [int(one) for one in parts] if all(map(str.isdigit, parts)) else []
    given = dict(zip(("article", "paragraph", "item"), numbers, strict=False))
    made = Clause(id=name, summary=words("要点"), verified=True, **given)
    return replace(made, **changes)  # type: ignore[arg-type]


def version(day: date, *clauses: Clause) -> Version:
    """Return a version."""
    return Version(version=day, valid_from=day, clauses=list(clauses))


def regulation(*versions: Version, name: str = "build", title: str = "建造法") -> Regulation:
    """Return a regulation."""
    return Regulation(id=name, title=words(title), level=Rank.LAW, versions=list(versions))


def law(text: str, *, name: str = "x.md") -> LawText:
    """Return a text, split."""
    return parse_law(text.encode(), name=name)


def said(text: LawText, binding: Binding) -> dict[str, str]:
    """Return what each bound clause says."""
    return {one.clause: one.span.of(text.data).decode() for one in binding.bound}


def why(binding: Binding) -> dict[str, str]:
    """Return why clauses are unbound."""
    return {one.clause: one.reason for one in binding.unbound}


def test_clauses_are_bound_to_their_words() -> None:
    """Article, paragraph and item each have their own span and its digest."""
    text = law(PLAIN)
    graph = regulation(version(NEW, clause("1"), clause("2.2"), clause("8.1.3"), clause("8.2")))
    binding = bind([text], [graph])
    found = said(text, binding)
    assert found["build@2019-04-23#1"] == "为了试验，制定本法。"
    assert found["build@2019-04-23#2.2"] == "没有搭建的不是造物。"
    assert found["build@2019-04-23#8.1.3"] == "（三）有钱。"
    assert found["build@2019-04-23#8.2"].endswith("(2)不同意的理由。")
    item = next(one for one in binding.bound if one.clause.endswith("#8.1.3"))
    assert item.lead is not None
    assert item.lead.of(text.data).decode() == "开工应当具备下列条件："
    assert all(
        one.sha256 == hashlib.sha256(one.span.of(text.data)).hexdigest() for one in binding.bound
    )
    assert binding.matched == {text.sha256: "build@2019-04-23"}
    assert not binding.unbound


def test_each_version_has_its_own_text() -> None:
    """A clause is bound to the text of its date, and to none where the date differs."""
    old, new = law(OLDER, name="old.md"), law(PLAIN)
    graph = regulation(
        version(OLD, clause("8.1.2")), version(NEW, clause("8.1.2")), version(date(2024, 1, 1))
    )
    binding = bind([new, old], [graph])
    assert {one.clause: one.text for one in binding.bound} == {
        "build@2011-01-01#8.1.2": old.sha256,
        "build@2019-04-23#8.1.2": new.sha256,
    }
    assert binding.textless == ("build@2024-01-01",)
    other = bind([old], [regulation(version(NEW, clause("8.1.2")))])
    assert other.unmatched == {old.sha256: "build: the graph has 2019-04-23, not 2011-01-01"}
    assert not other.bound


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (PLAIN, "9", "the text has no 第九条"),
        (PLAIN, "8.3", "第八条 has 2 paragraphs, not 3"),
        (PLAIN, "8.1.4", "第八条第一款 has no item 4"),
        (PLAIN, "8.0", "第八条 has 2 paragraphs, not 0"),
        (PLAIN, "0", "the clause names no article by number"),
        (PLAIN, "12345", "the clause names no article by number"),
        (PLAIN, "annex", "the clause names no article by number"),
        (FRONT + "第一条 甲。\n\n第一条 乙。", "1", "第一条 stands in the text more than once"),
        (FRONT + "第一条 甲。\n乙。", "1.1", "第一条: line 6 may begin a paragraph"),
        (FLAT, "1.1.2", "第一条: the source runs paragraphs and items together"),
        (FLAT, "2.1", "第二条: the source runs paragraphs and items together"),
        (FLAT, "3.1.1", "第三条: the source runs paragraphs and items together"),
        (OLDER.replace("2011-01-01", "2019-04-23"), "1", "the excerpt has no 第一条"),
    ],
)
def test_what_would_have_to_be_guessed_is_unbound(text: str, name: str, reason: str) -> None:
    """Numbers that the text does not have, or has doubtfully, leave the clause unbound."""
    binding = bind([law(text)], [regulation(version(NEW, clause(name)))])
    assert not binding.bound
    assert why(binding)[f"build@2019-04-23#{name}"].startswith(reason)


def test_a_source_without_line_breaks_still_gives_certain_items() -> None:
    """Whole articles, and items that the next item ends, need no line breaks."""
    text = law(FLAT)
    bare = clause("2b", article=2, item=2)
    binding = bind([text], [regulation(version(NEW, clause("1.1.1"), clause("2"), bare))])
    assert said(text, binding) == {
        "build@2019-04-23#1.1.1": "（一）不喊；",
        "build@2019-04-23#2": "丙提交下列材料：（一）表；（二）图。",
        "build@2019-04-23#2b": "（二）图。",
    }


def test_an_item_without_a_paragraph_needs_a_single_list() -> None:
    """第八条第（二）项 is clear where the article has one list, and not where it has two."""
    eight = clause("8b", article=8, item=2)
    assert "第八条 has 2 lists" in str(why(bind([law(PLAIN)], [regulation(version(NEW, eight))])))
    one = clause("1b", article=1, item=2)
    assert "第一条 has no lists" in str(why(bind([law(PLAIN)], [regulation(version(NEW, one))])))
    old = bind([law(OLDER)], [regulation(version(OLD, eight))])
    assert list(said(law(OLDER), old).values()) == ["（二）有图。"]


def test_an_item_of_a_list_without_introduction_has_no_lead() -> None:
    """Nothing is put before an item that nothing introduces."""
    text = law(FRONT + "第一条\n\n（一）子；\n\n（二）丑。\n")
    (bound,) = bind([text], [regulation(version(NEW, clause("1.1.2")))]).bound
    assert bound.lead is None


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("第八条", (8, None, None)),
        ("第八条第二款", (8, 2, None)),
        ("第八条第一款第（三）项", (8, 1, 3)),
        ("第八条第三项", (8, None, 3)),
        ("第五条第（一）至（二）项", (None, None, None)),
        ("第百百条", (None, None, None)),
        ("附件一", (None, None, None)),
    ],
)
def test_a_label_that_names_one_place_counts(
    label: str, place: tuple[int | None, int | None, int | None]
) -> None:
    """A clause whose id spans versions may name its article in its label."""
    assert place_named(clause("licence", label=label)) == place


def test_titles_are_compared_without_marks_and_state() -> None:
    """Brackets, blanks, widths and 中华人民共和国 do not tell titles apart."""
    text = law(PLAIN.replace("建造法", "中华人民共和国建造法（一）"))
    binding = bind([text], [regulation(version(NEW, clause("1")), title="《建造法(一)》")])
    assert len(binding.bound) == 1


def test_a_title_of_two_regulations_is_nobodys() -> None:
    """Where two regulations have one title, no text is given to either."""
    text = law(PLAIN)
    twins = [regulation(version(NEW, clause("1")), name=name) for name in ("a", "b")]
    assert bind([text], twins).unmatched == {text.sha256: "a and b have one title"}


def test_texts_of_no_regulation_are_kept_with_the_reason() -> None:
    """An unknown title or an unknown date is told."""
    stranger = law(SECTIONS)
    undated = law(FRONT.replace("2019-04-23", "?") + "第一条 甲。")
    binding = bind([stranger, undated], [regulation(version(NEW))])
    assert binding.unmatched == {
        stranger.sha256: "no regulation of the graph has this title",
        undated.sha256: "build: the text does not tell its date",
    }


def test_two_texts_of_one_version_contradict() -> None:
    """Neither of two differing texts is believed; an excerpt gives way to a whole text."""
    one, other = law(PLAIN, name="a.md"), law(PLAIN + "\n", name="b.md")
    graph = [regulation(version(NEW, clause("1")))]
    torn = bind([one, other], graph)
    assert not torn.bound
    assert torn.textless == ("build@2019-04-23",)
    assert set(torn.unmatched.values()) == {"two texts of one version differ: a.md, b.md; keep one"}
    part = law(OLDER.replace("2011-01-01", "2019-04-23"))
    settled = bind([part, one, one], graph)
    assert [bound.text for bound in settled.bound] == [one.sha256]
    assert settled.unmatched == {part.sha256: "an excerpt; the whole text is there too"}


def test_records_that_name_different_places_are_not_chosen_between() -> None:
    """A corrected clause stays unbound: a report of an earlier day may mean the old place."""
    wrong = clause("8", article=2, superseded_at=date(2026, 1, 1))
    both = version(NEW, wrong, clause("8", recorded_at=date(2026, 1, 1)))
    assert "different places" in str(why(bind([law(PLAIN)], [regulation(both)])))
    again = [version(NEW, clause("8")), version(NEW, clause("8", verified=False))]
    assert len(bind([law(PLAIN)], [regulation(*again)]).bound) == 1


def test_an_inserted_article_is_found_by_its_suffix() -> None:
    """Article 10 of the graph is never 第十条之一."""
    text = law(INSERTED)
    binding = bind([text], [regulation(version(NEW, clause("10")))])
    assert said(text, binding) == {"build@2019-04-23#10": "甲。"}
    span, _ = place_of(text, (10, None, None), suffix=1)
    assert span.of(text.data).decode() == "乙。"
    with pytest.raises(LookupError, match="the text has no 第十一条之一"):
        place_of(text, (11, None, None), suffix=1)


@given(st.permutations([PLAIN, OLDER, FLAT, SECTIONS, INSERTED]))
def test_the_order_of_texts_changes_nothing(order: Sequence[str]) -> None:
    """Binding is a function of what is there."""
    graph = [regulation(version(OLD, clause("8")), version(NEW, clause("8.1.1")))]
    texts = [law(one, name=f"{len(one)}.md") for one in order]
    assert bind(texts, graph) == bind(sorted(texts, key=lambda one: one.sha256), graph)
