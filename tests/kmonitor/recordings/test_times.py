import pytest

from kmonitor.recordings.times import even_times, times_of


def placed(*texts: str) -> list[float | None]:
    return list(times_of(texts).at_s)


@pytest.mark.parametrize(
    "texts",
    [
        ("0", "1", "61.5"),
        ("1000.0", " 1001 ", "1061.5"),
        (" 09:25:02", " 09:25:03", " 09:26:03.5"),
        ("15/08/2019 11:01:00", "15/08/2019 11:01:01", "15/08/2019 11:02:01,5"),
        ("5.8.19 11:01:00", "5.8.19 11:01:01", "5.8.19 11:02:01.5"),
        ("2019-08-15T11:01:00Z", "2019-08-15T11:01:01Z", "2019-08-15T11:02:01.500Z"),
        ("2019-08-15 11:01:00+02:00", "2019-08-15 11:01:01+02:00", "2019-08-15 11:02:01.5+0200"),
        ("11:59:00 AM", "11:59:01 am", "12:00:01.5 PM"),
    ],
)
def test_whatever_a_time_looks_like_the_first_row_is_second_0(texts):
    assert placed(*texts) == pytest.approx([0, 1, 61.5])


def test_a_time_of_day_goes_on_past_midnight_more_than_once():
    assert placed("22:00", "23:59", "00:01", "13:00", "23:00", "01:00") == [
        0, 7140, 7260, 54000, 90000, 97200,
    ]  # fmt: skip


def test_dates_are_read_day_first_unless_that_cannot_be():
    assert placed("03/10/2019 23:59:59", "04/10/2019 00:00:00") == [0, 1]
    assert placed("10/03/2019 23:59:59", "10/13/2019 00:00:00") == [0, 9 * 86400 + 1]


def test_summer_time_ends_without_a_repeated_hour_where_zones_stand_there():
    assert placed("2026-10-25T02:59:59+02:00", "2026-10-25T02:00:00+01:00") == [0, 1]


def test_a_row_that_has_no_time_is_left_out():
    assert placed("0", "", "2", "Collection Halted", "4", "nan", "inf") == [
        0, None, 2, None, 4, None, None,
    ]  # fmt: skip
    assert placed("31/02/2019 10:00:00", "01/03/2019 10:00:00", "01/03/2019 10:99:00") == [
        None, 0, None,
    ]  # fmt: skip


@pytest.mark.parametrize("stray", ["3", "90000"])
def test_one_row_out_of_place_is_left_out_and_the_others_keep_theirs(stray):
    assert placed("10", "11", stray, "13", "14") == [0, 1, None, 3, 4]


def test_a_clock_that_was_set_back_loses_no_row_and_no_time():
    times = times_of(["100", "101", "102", "2", "3", "4", "5", "6"])
    assert list(times.at_s) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert times.set_back == 1


def test_rows_of_the_same_time_and_rows_behind_a_gap_stay_where_they_are():
    assert placed("0", "1", "1", "1", "600", "601") == [0, 1, 1, 1, 600, 601]


def test_no_time_at_all_is_no_time_for_any_row():
    assert placed("98", "a", "b") == [0, None, None]
    assert placed("a", "b") == [None, None]


def test_a_given_rate_sets_the_rows_that_far_apart():
    assert list(even_times(3, 4.0).at_s) == [0, 0.25, 0.5]
    assert even_times(3, 0.5).usual_step_s == 2
