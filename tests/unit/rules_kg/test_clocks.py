"""Two clocks: what is in force on a day, as it was known on a day."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.check import judge
from preaudit.check.example_facts import example_facts
from rules_kg import Graph, RulesFault, load_graph
from rules_kg.clocks import Recorded, known_together, periods_meet, rivals, within
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
DAY, BEFORE, AFTER = date(2025, 1, 1), date(2026, 11, 30), date(2026, 12, 1)
TURN = "2026-12-01"
TURN_DAY = date.fromisoformat(TURN)
EDITS = (
    ("regulations/law.yaml",
     '- {id: "8", article: 8, summary: {zh: 六项条件。, en: Six conditions.}, verified: true}',
     ('- {id: "8", article: 8, summary: {zh: 五项条件。, en: Five.}, verified: false,'
     f" superseded_at: {TURN}}}\n"
     '      - {id: "8", article: 8, summary: {zh: 六项条件。, en: Six.}, verified: true,'
     f" recorded_at: {TURN}}}")),
    ("parameters/values.yaml", "- {from: 2024-01-01, value: 2000.5}",
     (f"- {{from: 2024-01-01, value: 2000.5, superseded_at: {TURN}}}\n"
     f"    - {{from: 2024-01-01, value: 3000, recorded_at: {TURN}}}")),
    ("jurisdictions/places.yaml", "    - rule: agreement.building_area\n",
     ("    - {rule: agreement.building_area, valid_from: 2022-01-01, outcome: deferrable,"
     f" superseded_at: {TURN}}}\n"
     f"    - rule: agreement.building_area\n      recorded_at: {TURN}\n")),
    ("rules/all.yaml", "- id: codes.id\n  version: 1\n", "- id: codes.id\n  version: 2\n"),
)  # fmt: skip


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a folder of rules in which a clause, a value, an overlay and a rule were corrected."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
    for file, old, new in EDITS:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    rules = folder / "rules" / "all.yaml"
    text = rules.read_text(encoding="utf-8")
    start = text.index("- id: codes.id")
    newer = text[start:].replace("recorded_at: 2026-11-22", f"recorded_at: {TURN}", 1)
    older = newer.replace("version: 2", "version: 1", 1).replace(
        f"recorded_at: {TURN}", f"recorded_at: 2026-11-22\n  superseded_at: {TURN}", 1
    )
    rules.write_text(text[:start] + newer, encoding="utf-8")
    (folder / "rules" / "older.yaml").write_text(older, encoding="utf-8")
    return folder


@pytest.fixture
def corrected(content: Path) -> Graph:
    """Return the graph with corrections."""
    return load_graph(content)


@pytest.mark.parametrize(
    ("known_at", "summary", "value", "outcome", "version"),
    [
        (BEFORE, "五项条件。", "2000.5", "deferrable", 1),
        (AFTER, "六项条件。", "3000", "correct", 2),
        (None, "六项条件。", "3000", "correct", 2),
    ],
)
def test_snapshot_is_as_it_was_known(
    corrected: Graph, known_at: date | None, summary: str, value: str, outcome: str, version: int
) -> None:
    """Clause, parameter, overlay and rule are those that were known; by default the latest."""
    snapshot = corrected.at(as_of=DAY, known_at=known_at)
    clause = snapshot.clause("building-law#8")
    assert clause is not None
    assert clause.clause.summary.zh == summary
    assert str(snapshot.parameter("largest_area", jurisdiction="cn")) == value
    rules = {one.rule.id: one for one in
             snapshot.applied(item="construction-permit", jurisdiction="town")}  # fmt: skip
    assert rules["agreement.building_area"].outcome == outcome
    assert rules["codes.id"].rule.text.version == version


def test_nothing_was_known_before_it_was_recorded(corrected: Graph) -> None:
    """Before the first rule was written down there are none; law without a day always was known."""
    snapshot = corrected.at(as_of=DAY, known_at=date(2020, 1, 1))
    assert snapshot.rules == ()
    assert snapshot.clause("building-law#8.1.2") is not None


def test_a_version_that_is_named_must_hold(corrected: Graph) -> None:
    """A citation of another version than the one in force means nothing on that day."""
    snapshot = corrected.at(as_of=DAY)
    assert snapshot.clause("building-law@2011-01-01#8") is None
    assert snapshot.clause("building-law@2019-04-23#8") is not None


def test_the_judge_judges_by_what_was_known(corrected: Graph) -> None:
    """One case gives two lawful findings: by the value of then, and by the corrected one."""
    papers = [{"form": {"building_area": 2500}}]
    example = Example(name="", expect="fail", papers=papers, as_of=DAY)
    facts = example_facts(example, (), corrected.vocabulary)

    def area(known_at: date | None) -> tuple[str, tuple[str, ...]]:
        found = judge(facts, corrected, known_at=known_at).findings
        (one,) = [one for one in found if one.check == "agreement.building_area"]
        return one.verdict.value, tuple(cited.text for cited in one.citations)

    assert area(BEFORE) == ("fail", ("五项条件。",))
    assert area(AFTER) == area(None) == ("pass", ("六项条件。",))
    assert judge(facts, corrected, known_at=date(2020, 1, 1)).findings == ()


def test_snapshots_of_one_day_are_made_once(corrected: Graph) -> None:
    """Asking twice gives the same object, with what was already worked out."""
    assert corrected.at(as_of=DAY) is corrected.at(as_of=DAY)


def test_records_known_together_may_not_hold_together(content: Path) -> None:
    """A correction that begins before the wrong record ends is refused with its line."""
    path = content / "rules" / "older.yaml"
    text = path.read_text(encoding="utf-8")
    later = text.replace(f"superseded_at: {TURN}", "superseded_at: 2026-12-02")
    path.write_text(later, encoding="utf-8")
    with pytest.raises(RulesFault, match="overlaps version 1"):
        load_graph(content)


DAYS = st.one_of(st.none(), st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 1, 9)))


@given(start=DAYS, end=DAYS, other_start=DAYS, other_end=DAYS)
def test_periods_meet_when_a_day_lies_in_both(
    start: date | None, end: date | None, other_start: date | None, other_end: date | None
) -> None:
    """Half-open periods with days in them meet exactly when some day lies in both."""
    around = [date(2019, 12, 31), *(date(2020, 1, day) for day in range(1, 11))]
    one = [day for day in around if within(day, start, end)]
    other = [day for day in around if within(day, other_start, other_end)]
    meet = periods_meet(start, end, other_start, other_end)
    if one and other:
        assert meet == bool(set(one) & set(other))


def test_only_records_known_together_are_rivals() -> None:
    """Of three records, those whose recorded periods follow one another are no rivals."""
    first = Recorded(superseded_at=TURN_DAY)
    second = Recorded(recorded_at=TURN_DAY)
    always = Recorded()
    assert not known_together(first, second)
    assert list(rivals((first, second, always))) == [(0, 2), (1, 2)]
    assert [one.known(None) for one in (first, second, always)] == [False, True, True]
