from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import ID_NUMBER, USCC, sample_report

from preaudit.render import report_json
from preaudit.render.safe_text import drop_unseen, mask, mask_text, safe


def test_no_identity_number_is_left() -> None:
    """The number is gone from fields, quotes, messages and lost readings, its ends stay."""
    text = report_json(safe(sample_report())).decode()
    assert ID_NUMBER not in text
    assert "99999919900101l237" not in text
    assert "999***********1237" in text


def test_other_numbers_stay() -> None:
    """Codes of enterprises and digests are not masked."""
    report = sample_report()
    shown = safe(report)
    assert USCC in report_json(shown).decode()
    assert shown.sources == report.sources


@pytest.mark.parametrize(
    "text",
    [
        "999999199001011237",
        "99999919900101123X",
        "999999 19900101 1237",
        "身份证999999199001011237号",
        "99999919981301195X",
    ],
)
def test_what_is_shaped_like_an_identity_number_is_masked(text: str) -> None:
    """A number is masked with gaps, inside a sentence, and when it is not a valid one."""
    hidden = mask_text(text)
    assert "19900101" not in hidden.replace(" ", "")
    assert "*" in hidden


@pytest.mark.parametrize(
    "text",
    [
        "914401015834176201",
        "2023-440101-47-03-628415",
        "a" * 23 + "999999199001011237" + "b" * 23,
        "99999919900101123712345",
    ],
)
def test_what_only_resembles_one_is_not_masked(text: str) -> None:
    """Credit codes, project codes, digests and longer numbers stay as they are."""
    assert mask_text(text) == text


@given(st.from_regex(r"[1-8][0-9]{16}[0-9X]", fullmatch=True), st.text(max_size=5))
def test_masking_keeps_the_length_and_hides_the_middle(number: str, around: str) -> None:
    """Whatever stands around a number, only its ends are left of it."""
    hidden = mask_text(f"{around} {number} {around}")
    assert number not in hidden
    assert mask(number) in hidden
    assert len(mask(number)) == len(number)


def test_an_identity_field_is_masked_whatever_its_shape() -> None:
    """A misread number of a field that holds identity numbers is masked wherever it is repeated."""
    sample = sample_report()
    card = sample.materials[3]
    misread = replace(card.fields[0], raw="9999991990O1011237", value=None, runners_up=())
    told = replace(
        sample.findings[4],
        message=replace(sample.findings[4].message, zh="号码为9999991990O1011237，请核对"),
    )
    report = replace(
        sample, materials=(replace(card, fields=(misread,)),), findings=(told,), problems=()
    )
    assert "1990O101" not in report_json(safe(report)).decode()


def test_unseen_characters_are_dropped() -> None:
    """Escape sequences and marks that turn the writing do not reach a terminal or a page."""
    assert drop_unseen("a\x1b[31mb\u202ec\u200bd\r\ne\ud800") == "a[31mbcd\ne"


def test_a_number_with_unseen_characters_inside_is_masked_too() -> None:
    """Dropping what is not seen does not bring a number together again."""
    sample = sample_report()
    told = replace(
        sample.findings[0],
        message=replace(sample.findings[0].message, zh="9999991990\u200b01011237"),
    )
    assert "01011237" not in report_json(safe(replace(sample, findings=(told,)))).decode()
