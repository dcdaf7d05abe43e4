"""Amounts in words as cheques and contracts print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from corpus.money import in_words


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("100000000", "壹亿元整"),
        ("10050", "壹万零伍拾元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("1000.05", "壹仟元零伍分"),
        ("20.3", "贰拾元叁角"),
        ("30000001", "叁仟万零壹元整"),
        ("109060000.10", "壹亿零玖佰零陆万元壹角"),
        ("229892440.78", "贰亿贰仟玖佰捌拾玖万贰仟肆佰肆拾元柒角捌分"),
        ("0", "零元整"),
    ],
)
def test_amounts_are_put_in_words(yuan: str, words: str) -> None:
    """Gaps are bridged by one 零, and whole amounts end in 整."""
    assert in_words(Decimal(yuan)) == words
