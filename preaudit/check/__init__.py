"""Facts and the regulation graph to findings: pure, deterministic, three-valued."""

from preaudit.check.examples import ExampleResult, run_examples
from preaudit.check.judge import Judgement, judge
from preaudit.check.quoting import quoted

__all__ = ["ExampleResult", "Judgement", "judge", "quoted", "run_examples"]
