"""The network: convolutions over characters and a small LayoutLM over stretches of text.

A label mostly stands right before its value; the convolutions learn that from few papers. What is
farther away (a label above, the head of a column, the role in a merged cell) is left to attention
between stretches, which is biased by how two boxes lie to one another (as in LayoutLMv2, Xu et al.
2021, with a handful of geometric relations in the place of learned distances). So the whole page is
seen at once, and layouts that were never seen are read by the same relations.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from transformers import LayoutLMConfig, LayoutLMModel

from preaudit.tokens import GRID, PAD

RELATIONS = 13
"""How many geometric relations `relations` gives."""
_COARSE = 20
"""Thousandths of the page that one learned position stands for."""
_MOST_STRETCHES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a network is."""

    characters: int
    """Token ids, those below the characters' included."""
    kinds: int
    """Kinds of paper that it is told; 1 where it is told nothing."""
    hidden: int
    dilations: tuple[int, ...]
    """Of the convolutions before attention."""
    layers: int
    heads: int


class Trunk(torch.nn.Module):
    """Sees a page: hidden states of its tokens and of its stretches."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.characters = torch.nn.Embedding(size.characters, size.hidden, padding_idx=PAD)
        self.nearby = torch.nn.ModuleList(
            nearby(size.hidden, dilation) for dilation in size.dilations
        )
        self.weight = torch.nn.Linear(size.hidden, 1)
        self.page = LayoutLMModel(
            LayoutLMConfig(
                vocab_size=1,
                hidden_size=size.hidden,
                num_hidden_layers=size.layers,
                num_attention_heads=size.heads,
                intermediate_size=3 * size.hidden,
                max_position_embeddings=_MOST_STRETCHES,
                type_vocab_size=size.kinds,
                max_2d_position_embeddings=GRID // _COARSE + 1,
                pad_token_id=0,
                attn_implementation="eager",
            )
        )
        self.page.pooler = None
        self.relations = torch.nn.ModuleList(
            torch.nn.Linear(RELATIONS, size.heads) for _ in range(size.layers)
        )

    def forward(
        self,
        tokens: torch.Tensor,
        stretches: torch.Tensor,
        boxes: torch.Tensor,
        frames: torch.Tensor,
        kinds: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return states of tokens (b, n, h) and stretches (b, s, h), and membership (b, s, n)."""
        seen = self.characters(tokens)
        for layer in self.nearby:
            seen = seen + layer(seen.transpose(1, 2)).transpose(1, 2)
        ranks = torch.arange(boxes.shape[1], device=tokens.device)
        inside = (stretches.unsqueeze(1) == ranks[None, :, None]) & (tokens != PAD).unsqueeze(1)
        inside = inside.to(seen.dtype)
        weights = torch.exp(3 * torch.tanh(self.weight(seen)))
        summed = inside @ (weights * seen) / (inside @ weights + 1e-6)
        hidden = self.page.embeddings(
            inputs_embeds=summed,
            bbox=boxes // _COARSE,
            token_type_ids=kinds.unsqueeze(1).expand(-1, boxes.shape[1]),
            position_ids=ranks.clamp(max=_MOST_STRETCHES - 1).unsqueeze(0),
        )
        absent = (inside.sum(2) == 0)[:, None, None, :].to(seen.dtype) * -1e4
        related = relations(boxes, frames)
        for layer, bias in zip(self.page.encoder.layer, self.relations, strict=True):
            hidden = layer(hidden, bias(related).permute(0, 3, 1, 2) + absent)
        return seen, hidden, inside


class Network(torch.nn.Module):
    """Labels each character of a page of a known kind."""

    def __init__(self, size: Size, labels: int) -> None:
        super().__init__()
        self.trunk = Trunk(size)
        self.together = torch.nn.ModuleList(nearby(size.hidden, dilation) for dilation in (1, 2))
        self.labels = torch.nn.Linear(size.hidden, labels)

    def forward(
        self,
        tokens: torch.Tensor,
        stretches: torch.Tensor,
        boxes: torch.Tensor,
        frames: torch.Tensor,
        kinds: torch.Tensor,
    ) -> torch.Tensor:
        """Return label scores, shape (batch, tokens, labels)."""
        seen, stretch, inside = self.trunk(tokens, stretches, boxes, frames, kinds)
        hidden = seen + inside.transpose(1, 2) @ stretch
        for layer in self.together:
            hidden = hidden + layer(hidden.transpose(1, 2)).transpose(1, 2)
        scores: torch.Tensor = self.labels(hidden)
        return scores


def nearby(width: int, dilation: int) -> torch.nn.Sequential:
    """Return a convolution over five characters that lie `dilation` apart."""
    return torch.nn.Sequential(
        torch.nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation),
        torch.nn.GELU(),
        torch.nn.Dropout(0.1),
    )


def relations(boxes: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
    """Return how each stretch lies to each other one, shape (b, s, s, RELATIONS), all in 0..1.

    Entry (i, j) is about j as seen from i.
    """
    own, frame = _Sides(boxes), _Sides(frames)
    count = boxes.shape[1]
    rank = torch.arange(count, device=boxes.device, dtype=torch.float32)
    ahead = (rank[:, None] - rank[None, :]).unsqueeze(0).expand(boxes.shape[0], -1, -1)
    row, column = own.row(), own.column()
    in_row, in_column = frame.row(), frame.column()
    left, above = frame.left_gap(), frame.top_gap()
    same = (frames.unsqueeze(2) == frames.unsqueeze(1)).all(3).to(torch.float32)
    return torch.stack(
        [
            row,
            column,
            row * own.is_left() * torch.exp(-own.left_gap().clamp(min=0) / 60),
            column * own.is_above() * torch.exp(-own.top_gap().clamp(min=0) / 30),
            same,
            in_row * (left.abs() < 6).to(torch.float32) * (1 - same),  # noqa: PLR2004 - neighbours
            in_column * (above.abs() < 6).to(torch.float32) * (1 - same),  # noqa: PLR2004
            in_row * frame.is_left(),
            in_column * frame.is_above(),
            torch.exp(-own.alignment() / 8),
            (ahead == 1).to(torch.float32),
            (ahead == -1).to(torch.float32),
            torch.exp(-ahead.abs() / 4),
        ],
        dim=3,
    )


class _Sides:
    """Boxes by side, to compare each with each."""

    def __init__(self, boxes: torch.Tensor) -> None:
        sides = boxes.to(torch.float32)
        self._left, self._top, self._right, self._bottom = (sides[..., at] for at in range(4))

    def row(self) -> torch.Tensor:
        """Share of the lower one's height that both have in common."""
        return _shared(self._top, self._bottom)

    def column(self) -> torch.Tensor:
        """Share of the narrower one's width that both have in common."""
        return _shared(self._left, self._right)

    def left_gap(self) -> torch.Tensor:
        """From j's right side to i's left side."""
        return self._left.unsqueeze(2) - self._right.unsqueeze(1)

    def top_gap(self) -> torch.Tensor:
        """From j's lower side to i's upper side."""
        return self._top.unsqueeze(2) - self._bottom.unsqueeze(1)

    def is_left(self) -> torch.Tensor:
        """Whether j begins left of i."""
        return (self._left.unsqueeze(1) < self._left.unsqueeze(2)).to(torch.float32)

    def is_above(self) -> torch.Tensor:
        """Whether j begins above i."""
        return (self._top.unsqueeze(1) < self._top.unsqueeze(2)).to(torch.float32)

    def alignment(self) -> torch.Tensor:
        """How far apart left sides are."""
        return (self._left.unsqueeze(1) - self._left.unsqueeze(2)).abs()


def _shared(low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    both = torch.minimum(high.unsqueeze(1), high.unsqueeze(2)) - torch.maximum(
        low.unsqueeze(1), low.unsqueeze(2)
    )
    size = high - low
    least = torch.minimum(size.unsqueeze(1), size.unsqueeze(2)).clamp(min=1)
    return (both / least).clamp(min=0, max=1)
