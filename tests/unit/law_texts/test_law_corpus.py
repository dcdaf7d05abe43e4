"""The measuring corpus of law texts: every one is split, and the graph's clauses are in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph
from rules_kg.texts import Binding, Corpus, LawText, bind, read_corpus

LAWS = Path(__file__).parents[4] / "shared" / "laws"
WITHOUT_LINE_BREAKS = {"建设工程消防设计审查验收管理暂行规定"}
"""Texts whose source runs paragraphs together: what needs paragraphs cannot be bound."""

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The corpus; skips where it is not."""
    if not LAWS.is_dir():
        pytest.skip("the corpus of law texts is not here")
    return read_corpus(LAWS)


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph that ships."""
    return load_graph()


@pytest.fixture(scope="module")
def binding(corpus: Corpus, graph: Graph) -> Binding:
    """Return what the graph and the corpus have in common."""
    return bind(corpus.texts, graph.regulations.values())


def text_of(corpus: Corpus, title: str, day: date) -> LawText:
    """Return the text of a title and date."""
    return next(one for one in corpus.texts if (one.title, one.version) == (title, day))


def test_every_text_is_split(corpus: Corpus) -> None:
    """All files with front matter are laws with a title, whose articles follow one another."""
    assert len(corpus.texts) >= 66
    assert [fault.name for fault in corpus.faults if fault.name != "_index.md"] == []
    for text in corpus.texts:
        assert b"".join(one.span.of(text.data) for one in text.segments) == text.data
        assert text.title == text.front["title"]
        if not text.excerpt:
            assert [one.number for one in text.articles] == list(range(1, len(text.articles) + 1))
        flat = text.title in WITHOUT_LINE_BREAKS
        assert all(bool(one.irregular) is flat for one in text.articles)
        assert len(text.notes) == flat


def test_the_longest_code_has_all_its_articles(corpus: Corpus) -> None:
    """1242 articles, the last of them in the last chapter of book five."""
    code = text_of(corpus, "中华人民共和国生态环境法典", date(2026, 3, 12))
    last = code.articles[-1]
    assert (len(code.articles), last.label) == (1242, "第一千二百四十二条")
    assert last.under[0].startswith("第五编")


@pytest.mark.parametrize(
    ("day", "count", "days", "excerpt"),
    [(date(2019, 4, 23), 6, "七日内", False), (date(2011, 4, 22), 8, "十五日内", True)],
)
def test_the_conditions_of_the_permit_before_and_after(
    corpus: Corpus, day: date, count: int, days: str, *, excerpt: bool
) -> None:
    """第八条: six conditions and seven days since 2019-04-23, eight and fifteen before."""
    text = text_of(corpus, "中华人民共和国建筑法", day)
    eight = text.article(8)
    assert eight is not None
    conditions, deadline = eight.paragraphs
    assert [one.number for one in conditions.items] == list(range(1, count + 1))
    assert not deadline.items
    assert days in deadline.span.of(text.data).decode()
    assert bool(text.excerpt) is excerpt


def test_verified_clauses_stand_in_the_text_of_their_law(binding: Binding) -> None:
    """Nothing is said to be verified that the text of its version does not have."""
    flat = "the source runs paragraphs and items together"
    wrong = [one.clause for one in binding.unbound if one.verified and flat not in one.reason]
    assert wrong == []


def test_most_of_what_is_verified_is_bound(graph: Graph, binding: Binding) -> None:
    """Nearly every verified clause has a text to be quoted from."""
    verified = {
        f"{law.id}@{version.version}#{clause.id}"
        for law in graph.regulations.values()
        for version in law.versions
        for clause in version.clauses
        if clause.verified
    }
    bound = verified & {one.clause for one in binding.bound}
    assert len(bound) >= 0.99 * len(verified)
