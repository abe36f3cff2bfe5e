"""The check runs every step, sums up at the end, and fails when one of them failed."""

import sys

import pytest

from scripts import check
from scripts.check import LINT, TESTS, Step


def step(title: str, code: str) -> Step:
    """A step that runs a line of Python."""
    return Step(title, (sys.executable, "-c", code))


def test_a_failed_step_fails_the_check_and_the_later_ones_still_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    status = check.check([step("first", "raise SystemExit(3)"), step("second", "print('it ran')")])
    printed = capfd.readouterr().out
    assert status == 1
    assert "it ran" in printed
    summary = printed.partition("── summary ──")[2]
    assert "FAILED  first" in summary
    assert "ok      second" in summary


def test_a_tool_that_is_missing_fails_the_check(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.check([Step("nothing", ("a-tool-that-is-not-there",))]) == 1
    assert "a-tool-that-is-not-there" in capfd.readouterr().out


def test_a_check_without_failure_succeeds(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.check([step("only", "pass")]) == 0
    assert "ok      only" in capfd.readouterr().out


@pytest.mark.parametrize(("arguments", "expected"), [([], [*LINT, TESTS]), (["--lint"], list(LINT))])
def test_lint_leaves_out_the_tests(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[Step]
) -> None:
    asked: list[Step] = []

    def note(step: Step) -> check.Result:
        asked.append(step)
        return check.Result(step.title, passed=True, seconds=0.0)

    monkeypatch.setattr(check, "run_step", note)
    assert check.main(arguments) == 0
    assert asked == expected
