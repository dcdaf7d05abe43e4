"""Facts and the regulation graph to findings: pure, deterministic, three-valued."""

from preaudit.check.examples import ExampleResult, run_examples
from preaudit.check.judge import Judgement, judge

__all__ = ["ExampleResult", "Judgement", "judge", "run_examples"]
