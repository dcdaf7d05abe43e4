"""Networks on this machine's processor: OpenVINO, one core a run, pixels in and numbers out.

Preparation (colour order, mean and scale, layout) is part of the compiled network, so that a crop
goes in as the bytes it is. Where the processor multiplies in bfloat16 the network does too: half
the time, and the texts are the same but for lines of which neither precision is sure
(docs/adr/0005-fast-reading.md has the figures).
"""

from __future__ import annotations

import contextlib
import platform
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

Triple = tuple[float, float, float]
Rearranged = Callable[[Any, Any, Any], Any]
"""Takes a network, the runtime's operations and its constructor of networks."""

_PROCESSOR: Final = Path("/proc/cpuinfo")
_ROUNDING: Final = frozenset(
    {"avx2", "avx512f", "avx512_bf16", "avx_vnni", "amx_bf16", "asimd", "bf16", "sve"}
)
_HALF: Final = "BF16"
"""As the runtime calls processors that multiply in bfloat16."""


@cache
def runtime() -> Any:
    """Return the package `openvino`, which then tells nobody that it was imported.

    On import it would report its use to its makers through `openvino_telemetry`; where that package
    cannot be imported it goes without.
    """
    # This is how Python is told that a module cannot be imported.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino  # noqa: PLC0415 - takes a moment; only reading needs it

    return openvino


@cache
def _core() -> Any:
    return runtime().Core()


class Network:
    """One network, compiled; any number of threads may run it, each on one core."""

    def __init__(
        self,
        onnx: Path,
        *,
        shape: Sequence[int],
        mean: Triple,
        scale: Triple,
        threads: int,
        rearranged: Rearranged | None = None,
    ) -> None:
        """Compile the network.

        Args:
            onnx: The file, verified.
            shape: Of what goes in: 1, height, width, 3; -1 where any size will do.
            mean: Taken from red, green, blue as the network calls them (they are blue, green, red).
            scale: What is left is divided by it.
            threads: How many runs may go on at once.
            rearranged: Changes how the network computes, if anything is to be changed.
        """
        core = _core()
        model = core.read_model(onnx)
        if rearranged is not None:
            model = rearranged(model, runtime().opset13, runtime().Model)
        self._compiled: Any = core.compile_model(
            _prepared(model, shape, mean, scale),
            "CPU",
            {
                "NUM_STREAMS": threads,
                "INFERENCE_NUM_THREADS": threads,
                "INFERENCE_PRECISION_HINT": precision(),
                # Cores are shared with others; a run that is nailed to one waits for it.
                "ENABLE_CPU_PINNING": False,
            },
        )
        self._own = threading.local()

    def run(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return what the network says of one picture (height x width x 3, RGB).

        The numbers are only lent: this thread's next run overwrites them.
        """
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._compiled.create_infer_request()
        request.infer([pixels[np.newaxis]])
        return np.asarray(request.get_output_tensor(0).data)


@cache
def precision() -> str:
    """Return the precision that networks compute in here: `bf16` or `f32`."""
    able = _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if _HALF in able else "f32"


@cache
def arithmetic() -> str:
    """Return what the processor tells of its instructions that networks may be rounded by."""
    with contextlib.suppress(OSError):
        for line in _PROCESSOR.read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                told = set(line.partition(":")[2].split())
                return "+".join(sorted(told & _ROUNDING)) or platform.machine()
    return platform.machine()


def _prepared(model: Any, shape: Sequence[int], mean: Triple, scale: Triple) -> Any:
    """Return the network with preparation before it: RGB bytes in, as a picture lies in memory."""
    ov = runtime()
    layout, colours = ov.Layout, ov.preprocess.ColorFormat
    steps = ov.preprocess.PrePostProcessor(model)
    entry = steps.input()
    entry.tensor().set_element_type(ov.Type.u8).set_layout(layout("NHWC"))
    entry.tensor().set_color_format(colours.RGB)
    entry.preprocess().convert_element_type(ov.Type.f32).convert_color(colours.BGR)
    entry.preprocess().mean(list(mean)).scale(list(scale))
    entry.model().set_layout(layout("NCHW"))
    built = steps.build()
    built.reshape(ov.PartialShape(list(shape)))
    return built
