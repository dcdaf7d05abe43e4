"""The graph ships what clauses mean in our own words, never the sentences of the law."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph

LAWS = Path(__file__).parents[4] / "shared" / "laws"
RUN_CHARACTERS = 20
"""So many characters of the law in one run are a sentence of it; names and terms are shorter."""


def plain(text: str) -> str:
    """Return the text without spaces, in one form of each bracket, comma and digit."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def runs_in(text: str) -> set[str]:
    """Return every run of `RUN_CHARACTERS` characters of a plain text."""
    return {text[at : at + RUN_CHARACTERS] for at in range(len(text) - RUN_CHARACTERS + 1)}


def copied(summaries: Mapping[str, str], laws: Iterable[str]) -> list[str]:
    """Return the summaries that have a run of some law word for word, with its first run."""
    told = {name: plain(summary) for name, summary in summaries.items()}
    wanted = set[str]().union(*(runs_in(summary) for summary in told.values()))
    found = set[str]().union(*(runs_in(plain(law)) & wanted for law in laws))
    return [
        f"{name}: “{summary[at : at + RUN_CHARACTERS]}”"
        for name, summary in sorted(told.items())
        if (at := first_run(summary, found)) is not None
    ]


def first_run(summary: str, found: set[str]) -> int | None:
    """Return where the first of the runs stands in a summary, None where none does."""
    places = range(len(summary) - RUN_CHARACTERS + 1)
    return next((at for at in places if summary[at : at + RUN_CHARACTERS] in found), None)


def summaries_of(graph: Graph) -> dict[str, str]:
    """Return the Chinese summary of each clause of each version, by its name."""
    return {
        f"{law.id}@{version.version}#{clause.id}": clause.summary.zh
        for law in graph.regulations.values()
        for version in law.versions
        for clause in version.clauses
    }


@pytest.mark.shared
def test_no_summary_copies_a_sentence_of_a_law() -> None:
    """No summary has twenty characters or more of any law text in one run."""
    if not LAWS.is_dir():
        pytest.skip("the corpus of law texts is not here")
    laws = (path.read_text(encoding="utf-8") for path in sorted(LAWS.rglob("*.md")))
    told = copied(summaries_of(load_graph()), laws)
    assert not told, "say these clauses in our own words:\n" + "\n".join(told)


def test_a_copied_sentence_is_told_by_its_first_run() -> None:
    """Spaces and the width of commas hide nothing; nineteen characters are no sentence."""
    sentence = "甲乙丙丁戊，己庚辛壬癸子丑寅卯辰巳午未申"
    law = f"第一条 {sentence[:9]}\n{sentence[9:]}酉戌亥。"
    summaries = {"a": f"要点：{sentence.replace('，', ',')}", "b": sentence[:19]}
    assert copied(summaries, [law]) == [f"a: “{sentence.replace('，', ',')}”"]
