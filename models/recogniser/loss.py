"""The loss of connectionist temporal classification together with the last layer.

There are thousands of classes, and a line holds a dozen. Torch's own loss makes its way through
all classes several times; here the scores are gone through once, and what the line's own classes
should have had is put right in place. The figures are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


class SpellingLoss(torch.autograd.Function):
    """Mean loss by character of a batch, given what the last layer sees."""

    @staticmethod
    def forward(
        ctx: Any,
        seen: torch.Tensor,
        weights: torch.Tensor,
        offsets: torch.Tensor,
        targets: Sequence[Sequence[int]],
    ) -> torch.Tensor:
        """Return the loss and keep the slopes.

        Args:
            ctx: Keeps what `backward` needs.
            seen: Lines x steps x features.
            weights: Features x classes.
            offsets: Of the classes.
            targets: The classes that each line spells; class 0 is none.
        """
        lines, steps, features = seen.shape
        flat, light = seen.reshape(-1, features).bfloat16(), weights.bfloat16()
        slopes = (flat @ light).float().add_(offsets).view(lines, steps, -1)
        slopes = torch.softmax(slopes, dim=2)
        own, spelled, lengths = _own_classes(targets)
        places = own[:, None, :].expand(lines, steps, -1)
        with torch.enable_grad():
            said = slopes.gather(2, places).clamp_min(1e-30).log().requires_grad_()
            losses = torch.nn.functional.ctc_loss(
                said.transpose(0, 1),
                spelled,
                torch.full((lines,), steps),
                lengths,
                reduction="none",
                zero_infinity=True,
            )
            (wrong,) = torch.autograd.grad(losses.sum(), said)
        # Beyond a line's own classes each place repeats class 0, whose slope must not be lost.
        beyond = torch.arange(own.shape[1])[None, :] >= _counts(targets)[:, None]
        wrong = torch.where(beyond[:, None, :], wrong[:, :, :1], wrong)
        slopes.scatter_(2, places, wrong)
        # By character, but a line of one is not worth as much as ten of a line.
        share = 1.0 / (lengths + 2.0) / lines
        # A line longer than its steps cannot be spelled and teaches nothing.
        slopes.mul_((share * (losses > 0))[:, None, None])
        down = slopes.view(-1, slopes.shape[2]).bfloat16()
        ctx.save_for_backward(
            (down @ light.T).view(seen.shape).to(seen.dtype),
            (flat.T @ down).float(),
            slopes.sum(dim=(0, 1)),
        )
        return (losses * share).sum()

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return the slopes."""
        return (*(outer[0].to(one.dtype) * one for one in ctx.saved_tensors), None)


def _counts(targets: Sequence[Sequence[int]]) -> torch.Tensor:
    return torch.tensor([len(set(line)) + 1 for line in targets])


def _own_classes(
    targets: Sequence[Sequence[int]],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the classes that occur in each line, its spelling among those, and its length."""
    own = [[0, *sorted(set(line))] for line in targets]
    widest = max(map(len, own))
    spelled = [
        classes.index(one) for classes, line in zip(own, targets, strict=True) for one in line
    ]
    return (
        torch.tensor([classes + [0] * (widest - len(classes)) for classes in own]),
        torch.tensor(spelled),
        torch.tensor([len(line) for line in targets]),
    )
