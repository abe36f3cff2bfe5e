"""The clock and the Japanese calendar."""

import threading
from datetime import UTC, date, datetime

import pytest

from app import clock
from app.clock import TOKYO


def test_now_is_aware_and_in_tokyo() -> None:
    assert clock.now().utcoffset() == datetime(2026, 1, 1, tzinfo=TOKYO).utcoffset()


def test_today_is_the_day_in_japan_even_when_utc_is_still_yesterday() -> None:
    with clock.frozen(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 4, 1)


def test_a_frozen_clock_stands_still_nests_and_starts_again() -> None:
    outer, inner = datetime(2026, 4, 1, 9, tzinfo=TOKYO), datetime(2030, 1, 1, tzinfo=TOKYO)
    with clock.frozen(outer):
        assert clock.now() == clock.now() == outer
        with clock.frozen(inner):
            assert clock.now() == inner
        assert clock.now() == outer
    assert clock.now() not in {outer, inner}


def test_the_clock_runs_again_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen(datetime(2000, 1, 1, tzinfo=TOKYO)):
        _ = 1 // 0
    assert clock.now().year > 2000


def test_a_thread_started_while_frozen_keeps_real_time() -> None:
    seen: list[datetime] = []
    with clock.frozen(datetime(2000, 1, 1, tzinfo=TOKYO)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0].year > 2000


def test_freezing_at_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 4, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 20), "令和8年11月20日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_a_first_year_of_an_era_is_written_gannen(day: date, written: str) -> None:
    assert clock.wareki(day) == written
    assert clock.parse_wareki(written) == day


def test_a_day_before_the_solar_calendar_has_no_wareki() -> None:
    with pytest.raises(ValueError, match="明治6年1月1日"):
        clock.wareki(date(1872, 12, 31))


@pytest.mark.parametrize(
    "written",
    ["令和8年11月20日", "令和８年１１月２０日", "R8.11.20", "r8/11/20", "令8-11-20", " 令和 8年 11月 20日 "],
)
def test_short_forms_and_full_width_are_read(written: str) -> None:
    assert clock.parse_wareki(written) == date(2026, 11, 20)


def test_a_year_beyond_the_end_of_its_era_counts_on_as_in_papers_written_before_the_change() -> None:
    assert clock.parse_wareki("平成32年3月31日") == date(2020, 3, 31)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026年11月20日", "令和8年11月20日"),
        ("令和8年2月30日", "2月30日"),
        ("令和0年5月1日", "元年"),
        ("令和元年4月30日", "2019年5月1日から"),
        ("明治5年12月2日", "旧暦"),
        ("R8.11/20", "R8.11.20"),
    ],
)
def test_what_is_no_wareki_is_told_in_japanese(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        clock.parse_wareki(written)
