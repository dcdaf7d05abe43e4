"""A small difference in a doubtful reading is unknown; every other difference is one."""

from __future__ import annotations

import pytest

from preaudit.check.answers import Answer, Element, Many, Ref
from preaudit.check.functions import VALUE_FUNCTIONS
from preaudit.check.lists import agreement
from preaudit.check.slips import may_be_slip
from preaudit.document import Origin
from preaudit.fields import Evidence
from preaudit.findings import About
from preaudit.geometry import Box


def read(text: str, sureness: float) -> Answer:
    """A text whose least sure character was read with this confidence."""
    evidence = Evidence(
        sha256="00",
        box=Box(page=1, left=0.1, top=0.1, right=0.3, bottom=0.12),
        quote=text,
        confidence=sureness,
        origin=Origin.OCR,
    )
    about = About(kind="application-form", field="developer_name", material=None)
    return Answer(value=text, because=(Ref(about=about, evidence=(evidence,)),))


@pytest.mark.parametrize(
    ("left", "right", "sureness", "slip"),
    [
        ("江北澈枫置业有限公司", "江北澈机置业有限公司", 0.4, True),
        ("江北澈枫置业有限公司", "江北澈置业有限公司", 0.4, True),
        ("江北澈枫置业有限公司", "江北澈机置业有限公司", 0.97, False),
        ("江北澈枫置业有限公司", "南川昱和建设集团有限公司", 0.4, False),
        ("柏云岚", "柏云", 0.5, True),
        ("柏云岚", "季川", 0.5, False),
        ("于清禾", "于清禾别", 1.0, True),
        ("南川昱和建设有限公司", "南川昱和建设集团有限公司", 1.0, False),
    ],
)
def test_only_a_small_difference_in_doubt_may_be_a_slip(
    left: str, right: str, sureness: float, *, slip: bool
) -> None:
    """Both the size of the difference and the doubt of the reader count."""
    assert may_be_slip(read(left, 1.0), read(right, sureness)) is slip
    assert may_be_slip(read(right, sureness), read(left, 1.0)) is slip


def agreed(*answers: Answer) -> bool | None:
    """What `agree` makes of these names; None when it cannot tell."""
    many = Many(elements=tuple(Element(answer=one) for one in answers))
    found = agreement(many, VALUE_FUNCTIONS["same_name"])
    return bool(found.value) if found.known else None


def test_a_doubtful_name_does_not_contradict_the_others() -> None:
    """Two clear papers and one doubtful near miss: nobody can say."""
    name, misread = "江北澈枫置业有限公司", "江北澈机置业有限公司"

    assert agreed(read(name, 1.0), read(name, 1.0), read(misread, 0.4)) is None


def test_a_clear_contradiction_stands_beside_a_doubtful_one() -> None:
    """What is clearly different is reported even where another paper is doubtful."""
    name, misread, other = "江北澈枫置业有限公司", "江北澈机置业有限公司", "南川昱和建设有限公司"

    assert agreed(read(name, 1.0), read(misread, 0.4), read(other, 1.0)) is False
