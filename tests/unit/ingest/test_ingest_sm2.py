import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.ingest.sm2 import verify

KEY = bytes.fromhex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
RAW = bytes.fromhex(R + S)
DER = bytes.fromhex("3046022100" + R + "022100" + S)
MESSAGE = b"message digest"


@pytest.mark.parametrize("signature", [RAW, DER], ids=["raw", "der"])
def test_the_standards_own_example_verifies(signature: bytes) -> None:
    """The example of GB/T 32918.5 verifies, written as 64 bytes and as DER."""
    assert verify(public_key=KEY, signature=signature, data=MESSAGE)


def test_another_text_key_or_signer_does_not_verify() -> None:
    """Each of message, identity and signature counts."""
    assert not verify(public_key=KEY, signature=RAW, data=b"message digests")
    assert not verify(public_key=KEY, signature=RAW, data=MESSAGE, signer_id=b"ALICE123@YAHOO.COM")
    assert not verify(public_key=KEY, signature=RAW[32:] + RAW[:32], data=MESSAGE)
    off_the_curve = KEY[:-1] + bytes([KEY[-1] ^ 1])
    assert not verify(public_key=off_the_curve, signature=RAW, data=MESSAGE)


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, b"", b"\x30", b"\x30\x02\x02\x00"])
def test_numbers_out_of_range_do_not_verify(signature: bytes) -> None:
    """Zero, numbers beyond the order and broken DER are no signatures."""
    assert not verify(public_key=KEY, signature=signature, data=MESSAGE)


@given(key=st.binary(max_size=70), signature=st.binary(max_size=80))
def test_any_bytes_are_answered(key: bytes, signature: bytes) -> None:
    """Whatever a file holds as key and signature, the answer is yes or no."""
    assert verify(public_key=key, signature=signature, data=MESSAGE) is False
    assert verify(public_key=KEY, signature=signature, data=MESSAGE) in {True, False}
