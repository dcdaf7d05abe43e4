"""How typed values print, and that JSON keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from preaudit.fields import Area, Day, Listing, LongTerm, Money, Number, Text, Value, canonical

amounts = st.decimals(min_value=0, max_value=10**12, places=2)
values = st.one_of(
    st.builds(Text, text=st.text(max_size=20)),
    st.builds(Day, day=st.dates()),
    st.builds(LongTerm),
    st.builds(Money, yuan=amounts),
    st.builds(Area, m2=amounts),
    st.builds(Number, number=amounts),
    st.builds(Listing, items=st.lists(st.text(max_size=9), max_size=3).map(tuple)),
)
ADAPTER: TypeAdapter[Value] = TypeAdapter(Value)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Money(yuan=Decimal("229892440.70")), "229892440.7"),
        (Money(yuan=Decimal("1E+8")), "100000000"),
        (Area(m2=Decimal("67966.80")), "67966.8"),
        (Number(number=Decimal(690)), "690"),
        (Day(day=date(2024, 8, 26)), "2024-08-26"),
        (LongTerm(), "long-term"),
        (Listing(items=("建筑工程", "机电工程")), ["建筑工程", "机电工程"]),
    ],
)
def test_a_value_prints_as_truth_files_write_it(value: Value, printed: str | list[str]) -> None:
    """Plain decimals without trailing zeros, ISO dates, long-term."""
    assert canonical(value) == printed


@given(value=values)
def test_json_keeps_a_value_and_its_type(value: Value) -> None:
    """A report that is read again holds the same values."""
    assert ADAPTER.validate_json(ADAPTER.dump_json(value)) == value
