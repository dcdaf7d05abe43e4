"""The sheet in a photo, in light that would mislead."""

from __future__ import annotations

import cv2
import numpy as np

from preaudit.read.paper import find_paper
from preaudit.sheet import Pixels


def photo(form: Pixels, desk: int) -> Pixels:
    """Return the form lying on a desk of that brightness."""
    height, width = form.shape[:2]
    wide, high = width + 240, height + 240
    picture = np.full((high, wide, 3), desk, dtype=np.uint8)
    picture[120 : 120 + height, 120 : 120 + width] = (form * 0.9).astype(np.uint8)
    return picture


def shaded(picture: Pixels, *, share: float, left: float) -> Pixels:
    """Return the picture with a hard shadow over that share of its width."""
    shadow = np.ones(picture.shape[:2], dtype=np.float32)
    shadow[:, : round(share * picture.shape[1])] = left
    shadow = cv2.GaussianBlur(shadow, (0, 0), 8)
    return (picture * shadow[:, :, None]).astype(np.uint8)


def test_a_sheet_half_in_shadow_is_found_whole(form: Pixels) -> None:
    """The edge of a shadow that crosses the sheet is not taken for the edge of the sheet."""
    corners = find_paper(shaded(photo(form, 60), share=0.45, left=0.5))
    assert corners is not None
    height, width = form.shape[:2]
    true = np.array([[0, 0], [width, 0], [width, height], [0, height]]) + 120
    assert np.abs(corners - true).max() < 15


def test_a_page_that_fills_the_picture_is_not_cut_at_a_shadow(form: Pixels) -> None:
    """Where print goes on past a bright part of the page, that part is not the sheet."""
    assert find_paper(shaded(form, share=0.3, left=0.5)) is None
