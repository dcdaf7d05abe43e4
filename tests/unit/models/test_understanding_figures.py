"""Figures over families and channels, and what combined files are cut into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.understanding.folds import fold_of
from models.understanding.scores import (
    CHANNELS,
    family_of,
    guess_share,
    kind_accuracy,
    over_families,
    summary,
)
from models.understanding.scoring import FieldRow, KindRow
from models.understanding.segments import ReadFile, cut, files_of_fold
from preaudit.document import Document, Segment
from preaudit.sheet import MediaType, Source

KIND = KindRow(
    kind="award-notice", family="form", channel="native", seed=1, said=("award-notice",),
    settled=True, confidence=0.95,
)  # fmt: skip
FIELD = FieldRow(
    kind="award-notice", family="form", channel="native", seed=1, field="project_name",
    state="found", said="甲", true="甲", confidence=0.9, method="cell",
)  # fmt: skip


def test_each_family_counts_as_much_as_any_other() -> None:
    """Nine papers of one family do not drown the one of another."""
    rows = [*[KIND] * 9, replace(KIND, family="prose", said=("other",))]

    assert kind_accuracy(rows) == pytest.approx(0.5)
    assert over_families([], guess_share) == 0.0


def test_a_family_of_a_grammar_is_one_for_all_kinds() -> None:
    """A family written down belongs to its kind; a drawn arrangement serves many kinds."""
    drawn = replace(FIELD, family="g-grid")

    assert family_of(drawn) == family_of(replace(drawn, kind="safety-licence"))
    assert family_of(FIELD) != family_of(replace(FIELD, kind="safety-licence"))


def test_a_doubted_kind_is_guessed_right_but_not_told_right() -> None:
    """What is unsettled counts as a guess; what is settled and wrong counts as such."""
    doubted = replace(KIND, settled=False)
    mistaken = replace(KIND, said=("other",))

    assert (kind_accuracy([doubted]), guess_share([doubted])) == (0.0, 1.0)
    assert summary([mistaken], [])["settled_wrong"] == 1.0
    assert summary([doubted], [])["settled_wrong"] == 0.0


def test_figures_are_given_by_channel() -> None:
    """Scans do not hide behind native papers; what was not measured has no figures."""
    wrong = replace(FIELD, channel="scan", said="乙")
    figures = summary([KIND], [FIELD, wrong])

    assert [one for one in CHANNELS if one in figures] == ["native", "scan"]
    assert (figures["native"]["f1"], figures["scan"]["f1"]) == (1.0, 0.0)
    assert figures["scan"]["calibration_error"] == pytest.approx(0.9)


def test_cuts_and_kinds_of_a_combined_file_are_both_looked_at() -> None:
    """A file may be cut rightly and told wrongly, or the other way round."""
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=3
    )
    file = ReadFile(
        name="a", document=Document(source=source, pages=()),
        materials=(("award-notice", (1, 2)), ("other", (3,))),
    )  # fmt: skip

    def told(*parts: tuple[str, tuple[int, ...]]) -> tuple[Segment, ...]:
        return tuple(
            Segment(sha256="", pages=pages, kind=kind, confidence=0.9, runners_up=(), settled=True)
            for kind, pages in parts
        )

    (right,) = cut([file], lambda _: told(*file.materials))
    (mistaken,) = cut([file], lambda _: told(("other", (1, 2)), ("other", (3,))))
    (whole,) = cut([file], lambda _: told(("award-notice", (1, 2, 3))))

    assert (right.cut_right, right.right) == (True, True)
    assert (mistaken.cut_right, mistaken.right) == (True, False)
    assert (whole.cut_right, whole.right) == (False, False)


@pytest.mark.slow
def test_files_of_a_fold_hold_its_families_alone() -> None:
    """What is cut to measure a fold was never learned from in its layouts."""
    (file,) = files_of_fold(5, 1, 1)

    assert len(file.bound) > 1
    assert {fold_of(one.paper.kind, one.paper.family) for one in file.bound} == {1}
