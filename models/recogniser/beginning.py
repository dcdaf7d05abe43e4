"""Where training begins: what a new character's weights should be, guessed from what it looks like.

For the characters that the network knows, weights and looks go together: looks being what the last
layer sees where the character stands alone. That relation, fitted by least squares, gives weights
to characters of which only the looks are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.recogniser.characters import is_han
from models.recogniser.faces import EM_PX, FACES, Face, drawable, shows
from models.recogniser.graph import OFFSETS, SCORES, Graph
from models.recogniser.lines import HEIGHT_PX

_FACES: Final = tuple(
    next(face for face in FACES if face.file.startswith(name))
    for name in ("wqy-zenhei", "NotoSerifCJK-Regular", "uming")
)
_WIDE_PX: Final = 64
_TALL_PX: Final = 36
"""A character in its crop."""
_BATCH: Final = 64
_RIDGE: Final = 1e-3

Array = NDArray[np.float32]


def begin(network: Graph, characters: Sequence[str], *, known: int) -> None:
    """Give the classes from `known` on the weights that their looks promise.

    Args:
        network: Its first `known` classes have weights.
        characters: What the classes stand for.
        known: How many the network had.
    """
    scores, offsets = network.weight(SCORES), network.weight(OFFSETS)
    asked = [at for at, one in enumerate(characters) if is_han(one) or known <= at]
    looks = {at: look for at in asked if (look := _seen(characters[at])) is not None}
    places = sorted(looks)
    features = _features(network, np.concatenate([looks[at] for at in places]))
    counts = np.cumsum([len(looks[at]) for at in places])[:-1]
    means = np.stack([one.mean(axis=0) for one in np.split(features, counts)])
    has = np.array([at < known for at in places])
    with torch.no_grad():
        weights = np.vstack([scores.numpy(), offsets.numpy()[np.newaxis]])[:, places].T
        told = np.hstack([means, np.ones((len(means), 1))])
        square = told[has].T @ told[has]
        square += _RIDGE * np.trace(square) / len(square) * np.eye(len(square))
        guessed = told[~has] @ np.linalg.solve(square, told[has].T @ weights[has])
        new = torch.tensor([at for at, there in zip(places, has, strict=True) if not there])
        scores[:, new] = torch.from_numpy(guessed[:, :-1].T).float()
        offsets[new] = torch.from_numpy(guessed[:, -1]).float()


def _seen(character: str) -> NDArray[np.uint8] | None:
    """Return crops of a character alone; None where no face shows it."""
    crops = [_crop(character, face) for face in (*_FACES, *FACES[-1:]) if character in shows(face)]
    return np.stack(crops[: len(_FACES)]) if crops else None


def _crop(character: str, face: Face) -> NDArray[np.uint8]:
    canvas = Image.new("L", (_WIDE_PX * EM_PX // _TALL_PX, HEIGHT_PX * EM_PX // _TALL_PX), 255)
    ImageDraw.Draw(canvas).text(
        (canvas.width / 2, canvas.height * 0.81),
        character,
        font=drawable(face),
        fill=0,
        anchor="ms",
    )
    small = cv2.resize(np.asarray(canvas), (_WIDE_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _features(network: Graph, crops: NDArray[np.uint8]) -> Array:
    """Return what the last layer sees of each crop at the step that is most surely a character."""
    found: list[Any] = []
    nothing, offset = network.weight(SCORES)[:, 0], network.weight(OFFSETS)[0]
    with torch.no_grad():
        for at in range(0, len(crops), _BATCH):
            shown = torch.from_numpy(crops[at : at + _BATCH]).float()[:, None] / 127.5 - 1.0
            seen = network.features(shown.expand(-1, 3, -1, -1))
            step = (seen @ nothing + offset).argmin(dim=1)
            found.append(seen[torch.arange(len(seen)), step].numpy())
    return np.concatenate(found)
