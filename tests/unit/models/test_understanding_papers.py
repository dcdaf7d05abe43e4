"""Papers as they are learned from: their truth and their channels."""

from __future__ import annotations

from corpus.paper import Paper, Part, Spot
from models.understanding.papers import (
    NATIVE,
    PHOTO,
    SCANS,
    PrintedValue,
    ReadPaper,
    _group,
    drawn_channels,
    printed_values,
)
from preaudit.document import Document
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Source


def a_spot(value: str, page: int, *, normalised: str | list[str] = "") -> Spot:
    """A place where a value is printed."""
    part = Part(text=value, page=page, box=(0.1, 0.2, 0.3, 0.22))
    return Spot(value=value, normalised=normalised or value, parts=(part,))


def test_main_places_come_before_repeated_ones() -> None:
    """Every field is told once before any is told again, on pages of the whole file."""
    paper = Paper(
        kind="award-notice", family="x", data=b"", page_count=2,
        spots={
            "project_name": (a_spot("甲", 1), a_spot("甲工程", 2)),
            "contract_scope": (a_spot("土建", 2, normalised=["土建"]),),
        },
    )  # fmt: skip
    values = list(printed_values(paper, first_page=5))

    assert [value.field for value in values] == ["project_name", "contract_scope", "project_name"]
    assert [value.pieces[0][1].page for value in values] == [5, 6, 6]
    assert values[1].normalised == ("土建",)


def test_the_main_place_is_the_truth() -> None:
    """Where a value is printed in two ways the main one is asked for."""
    box = Box(page=1, left=0.1, top=0.1, right=0.2, bottom=0.2)
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=1
    )
    paper = ReadPaper(
        kind="award-notice", family="x", channel="native", seed=1,
        document=Document(source=source, pages=()),
        values=tuple(
            PrintedValue(field="project_name", normalised=text, pieces=((text, box),))
            for text in ("甲", "甲工程")
        ),
        unprinted=frozenset(),
    )  # fmt: skip

    assert paper.truth() == {"project_name": "甲"}


def test_channels_are_drawn_within_their_group() -> None:
    """The same seed draws the same channels, and each group is one of the three it is named for."""
    scans = drawn_channels("scan", 60, seed=4)

    assert drawn_channels("native", 2, seed=4) == ["native", "native"]
    assert scans == drawn_channels("scan", 60, seed=4) != drawn_channels("scan", 60, seed=5)
    assert set(scans) == set(SCANS)
    for group in (NATIVE, "scan", PHOTO):
        assert {_group(one) for one in drawn_channels(group, 40, seed=4)} == {group}
