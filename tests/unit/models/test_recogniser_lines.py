"""Lines that the quick recogniser learns from."""

from __future__ import annotations

import numpy as np

from models.recogniser.characters import UNKNOWN, as_known, gb2312, is_han
from models.recogniser.faces import FACES
from models.recogniser.lines import HEIGHT_PX, WIDTHS_PX, Lines, fit

PRINTED = ("建设单位：青禾置业有限公司", "合同价格（万元）", "2024年3月5日", "滨河路18号")
KNOWN = tuple("建设单位：青禾置业有限公司合同价格（万元）年月日滨河路号0123456789")


FEW = tuple(face for face in FACES if face.package.startswith("fonts-wqy"))
"""Faces that set-up installs."""


def test_the_same_seed_makes_the_same_lines() -> None:
    """Texts and pixels alike; another seed makes others."""
    one, same, other = (
        [Lines(KNOWN, PRINTED, seed=seed, faces=FEW, seals=2).draw() for _ in range(6)]
        for seed in ("1", "1", "2")
    )
    assert [line.text for line in one] == [line.text for line in same]
    assert all(
        np.array_equal(line.pixels, again.pixels) for line, again in zip(one, same, strict=True)
    )
    assert [line.text for line in one] != [line.text for line in other]


def test_lines_say_nothing_but_what_is_known() -> None:
    """Characters of others come up, and what is to be said of them is that they are unknown."""
    lines = Lines(KNOWN, PRINTED, seed="3", faces=FEW, seals=2)
    said = "".join(lines.draw("dealt", "scan").text for _ in range(40))
    assert set(said) <= {*KNOWN, UNKNOWN}
    assert 0.02 < said.count(UNKNOWN) / len(said) < 0.2


def test_every_character_is_dealt_as_often_as_any_other() -> None:
    """In so many characters none is left out."""
    lines = Lines(KNOWN, PRINTED, seed="4", faces=FEW, seals=2)
    said = "".join(lines.draw("dealt", "scan").text for _ in range(60))
    assert {one for one in KNOWN if is_han(one)} <= set(said)


def test_batches_have_one_width() -> None:
    """All crops of a batch are as high as the network sees, and as wide as each other."""
    batch = next(Lines(KNOWN, PRINTED, seed="5", faces=FEW, seals=2).batches(800))
    assert batch.pixels.shape[1:3] in {(HEIGHT_PX, width) for width in WIDTHS_PX}
    assert batch.pixels.shape[0] == len(batch.texts) > 1
    assert batch.pixels.std() > 5


def test_crops_of_no_width_near_are_left_out() -> None:
    """A thread is not stretched to a line."""
    assert fit(np.zeros((48, 20, 3), dtype=np.uint8)) is None
    assert fit(np.zeros((24, 125, 3), dtype=np.uint8)) is not None


def test_the_characters_of_the_standard_are_all_there() -> None:
    """GB 2312 has 6,763 of them; a character of none is unknown."""
    assert len(gb2312()) == 6763
    assert as_known("青瀧", gb2312()) == "青" + UNKNOWN
