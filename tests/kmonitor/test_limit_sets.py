"""Limit sets out of files: what is read, and each thing that is refused with file and field."""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kmonitor import limit_sets
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limits import FastFall, Judged, Level
from kmonitor.errors import SettingsError
from kmonitor.limit_sets import DEFAULT, SHIPPED
from tests.limit_files import HEAD, SiteLimits, rules

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return SiteLimits(tmp_path).write


def test_the_default_set_is_that_of_the_design():
    default = limit_sets.load_default()
    assert default.shown(Judged.SPO2) == (90, None)
    assert default.shown(Judged.PULSE_RATE) == (50, 120)
    assert default.shown(Judged.NIBP_SYSTOLIC) == (90, 160)
    assert default.shown(Judged.NIBP_DIASTOLIC) == (45, 105)
    assert default.shown(Judged.NIBP_MEAN) == (55, None)
    assert default.shown(Judged.RESPIRATORY_RATE) == (8, None), "the limit that is passed first"
    assert default.shown(Judged.ETCO2) == (None, 60)
    assert (default.fast_fall, default.several_lesser) == (None, None), "off by default"
    assert default.observation_every_s == 900


@pytest.mark.parametrize(
    ("condition", "levels"),
    [
        (Condition.SPO2_LOW, ["low 93 30", "medium 90 10", "high 85 5", "high 80 0"]),
        (Condition.PULSE_HIGH, ["medium 120 10", "high 140 10"]),
        (Condition.PULSE_LOW, ["medium 50 10", "high 40 10"]),
        (
            Condition.NIBP_SYSTOLIC_HIGH,
            ["low None 0 +30", "medium 150 0 +40", "medium 160 0", "high 180 0"],
        ),
        (Condition.NIBP_SYSTOLIC_LOW, ["medium 90 0", "high 80 0"]),
        (
            Condition.NIBP_DIASTOLIC_HIGH,
            ["low 95 0", "medium 95 0 +25", "medium 105 0", "high 110 0"],
        ),
        (Condition.NIBP_DIASTOLIC_LOW, ["medium 45 0", "high 40 0"]),
        (Condition.NIBP_MEAN_LOW, ["high 55 0"]),
        (Condition.RESPIRATORY_RATE_LOW, ["medium 8 30"]),
        (Condition.RESPIRATORY_RATE_HIGH, ["low 30 60"]),
        (Condition.APNOEA, ["high 1 30"]),
        (Condition.ETCO2_LOW, ["low 25 60"]),
        (Condition.ETCO2_HIGH, ["low 50 60", "medium 60 60"]),
        (Condition.SEDATION_DEEP, ["medium 4 0", "high 3 0"]),
    ],
)
def test_each_condition_of_the_default_set_has_the_levels_of_the_design(condition, levels):
    rule = next(each for each in limit_sets.load_default().rules if each.condition is condition)
    assert [in_words(level) for level in rule.levels] == levels


def in_words(level: Level) -> str:
    limit = "None" if level.limit is None else f"{level.limit:g}"
    rise = f" +{level.rise:g}" if level.rise is not None else ""
    return f"{level.priority} {limit} {level.delay_s:g}{rise}"


def test_a_low_baseline_of_the_pulse_lowers_the_limit():
    rule = next(
        each for each in limit_sets.load_default().rules if each.condition is Condition.PULSE_LOW
    )
    assert [(x.fraction_of_baseline, x.while_baseline_below) for x in rule.levels] == [
        (0.8, 60),
        (None, None),
    ]


def test_the_tighter_set_tells_spo2_sooner_and_the_wider_set_pressure_later():
    default, tighter, wider = (limit_sets.load(name) for name in SHIPPED)
    assert tighter.shown(Judged.SPO2) == (92, None)
    assert wider.shown(Judged.NIBP_SYSTOLIC) == (90, 170)
    assert wider.shown(Judged.NIBP_DIASTOLIC) == (45, 110)
    assert wider.shown(Judged.SPO2) == default.shown(Judged.SPO2)
    for judged in Judged:
        if judged is not Judged.SPO2:
            assert tighter.shown(judged) == default.shown(judged)
    assert len({each.sha256 for each in (default, tighter, wider)}) == len(SHIPPED)


def test_a_sites_own_file_goes_before_the_shipped_one(write, tmp_path):
    write(HEAD + rules(), DEFAULT)
    own = limit_sets.load(DEFAULT, tmp_path)
    assert (own.author, own.shown(Judged.SPO2)) == ("Dr A", (92, None))


def test_what_is_off_by_default_can_be_switched_on_by_a_site(write):
    path = write(
        HEAD + "several_lesser = 3\nobservation_every_s = 600\n" + rules()
        + "[fast_fall]\npoints = 4\nwithin_s = 30\n"
    )  # fmt: skip
    own = limit_sets.load_file(path)
    assert (own.several_lesser, own.observation_every_s) == (3, 600)
    assert own.fast_fall == FastFall(points=4, within_s=30)


def test_a_file_is_read_from_anywhere_whatever_it_is_called(tmp_path):
    path = tmp_path / "night shift.toml"
    path.write_text(HEAD + rules(), encoding="utf-8")
    own = limit_sets.load_file(path)
    assert (own.name, own.dated) == ("own", date(2026, 11, 1))
    assert own.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_byte_order_mark_and_the_lines_of_windows_are_no_mistake(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + rules()).replace("\n", "\r\n").encode())
    assert limit_sets.load_file(path).title == "Own"


MEDIUM = '{priority = "medium", limit = %s}'


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        pytest.param(
            {"pulse_low": MEDIUM % 130, "pulse_high": ""}, "rule[2] level[1]: field limit",
            "is impossible", id="a low limit on the wrong side",
        ),
        pytest.param(
            {"pulse_low": MEDIUM % 90, "pulse_high": MEDIUM % 80},
            "rule[2] level[1]: field limit",
            "must lie below the high limit: 90, high 80", id="low above high",
        ),
        pytest.param(
            {"pulse_low": MEDIUM % 90, "pulse_high": MEDIUM % 90},
            "rule[2] level[1]: field limit",
            "must lie below the high limit: 90, high 90", id="low equal to high",
        ),
        pytest.param(
            {"pulse_low": '{priority = "low", limit = 99}, {priority = "medium", limit = 50}',
             "pulse_high": MEDIUM % 98},
            "rule[2] level[1]: field limit", "must lie below", id="a seen low above high",
        ),
        pytest.param(
            {"spo2_high": MEDIUM % 100}, "rule[7] level[1]: field limit",
            "is impossible", id="a limit that cannot be passed",
        ),
        pytest.param(
            {"sedation_deep": MEDIUM % 0}, "rule[7] level[1]: field limit",
            "is impossible", id="deeper than the scale goes",
        ),
        pytest.param(
            {"apnoea": MEDIUM % 4}, "rule[7] level[1]: field limit", "is impossible",
            id="no breath with a breath",
        ),
        pytest.param({"spo2_low": MEDIUM % 900}, "rule[1] level[1]: field limit",
                     "is impossible", id="an impossible number"),
        pytest.param({"spo2_low": MEDIUM % 0}, "rule[1] level[1]: field limit",
                     "is impossible", id="zero"),
        pytest.param({"spo2_low": MEDIUM % -90}, "rule[1] level[1]: field limit",
                     "is impossible", id="below zero"),
        pytest.param({"spo2_low": MEDIUM % 90.4}, "rule[1] level[1]: field limit",
                     "whole number", id="a part of a percent, which is not displayed"),
        pytest.param({"spo2_low": MEDIUM % "nan"}, "rule[1] level[1]: field limit",
                     "finite", id="not a number"),
        pytest.param({"spo2_low": MEDIUM % "-inf"}, "rule[1] level[1]: field limit",
                     "finite", id="infinite"),
        pytest.param({"spo2_low": MEDIUM % ("9" * 400)}, "rule[1] level[1]: field limit",
                     "finite", id="more digits than a number has"),
        pytest.param({"spo2_low": MEDIUM % "true"}, "rule[1] level[1]: field limit",
                     "must be a number", id="yes instead of a number"),
        pytest.param({"spo2_low": MEDIUM % '"90"'}, "rule[1] level[1]: field limit",
                     "must be a number", id="text instead of a number"),
        pytest.param({"spo2_low": '{priority = "medium"}'}, "rule[1] level[1]: field limit",
                     "is missing", id="no limit"),
        pytest.param({"spo2_low": '{priority = "urgent", limit = 90}'},
                     "rule[1] level[1]: field priority", "low, medium or high", id="priority"),
        pytest.param({"spo2_low": "{limit = 90}"}, "rule[1] level[1]: field priority",
                     "is missing", id="no priority"),
        pytest.param({"spo2_low": '{priority = "medium", limit = 90, fro_s = 3}'},
                     "rule[1] level[1]: field fro_s", "is not known", id="an unknown field"),
        pytest.param({"spo2_low": '{priority = "medium", limit = 90, for_s = 86400}'},
                     "rule[1] level[1]: field for_s", "between 0 and 120 s", id="a day of delay"),
        pytest.param({"spo2_low": '{priority = "medium", limit = 90, for_s = -1}'},
                     "rule[1] level[1]: field for_s", "between 0 and 120 s", id="before it was"),
        pytest.param({"nibp_systolic_high": '{priority = "medium", limit = 160, for_s = 10}'},
                     "rule[5] level[1]: field for_s", "judged at once", id="delay of a cuff"),
        pytest.param(
            {"spo2_low": '{priority = "medium", limit = 85}, {priority = "high", limit = 90}'},
            "rule[1]: field level", "further out", id="levels that are not ordered",
        ),
        pytest.param(
            {"spo2_low": '{priority = "medium", limit = 90}, {priority = "high", limit = 90}'},
            "rule[1]: field level", "further out", id="two levels at one limit",
        ),
        pytest.param(
            {"spo2_low": '{priority = "high", limit = 90}, {priority = "medium", limit = 85}'},
            "rule[1]: field level", "from low to high priority", id="the urgent one first",
        ),
        pytest.param(
            {"nibp_systolic_high": '{priority = "low", rise = 40}, {priority = "medium", rise = 30}'
                                   ', {priority = "medium", limit = 160}'},
            "rule[5]: field level", "a more urgent rise is larger", id="rises not ordered",
        ),
        pytest.param(
            {"nibp_systolic_high": '{priority = "medium", limit = 165, rise = 30}, '
                                   '{priority = "medium", limit = 160}'},
            "rule[5]: field level", "inside the one without", id="a rise that is never told",
        ),
        pytest.param({"nibp_systolic_high": '{priority = "medium", limit = 160, rise = -30}'},
                     "rule[5] level[1]: field rise", "must lie between 1 and 120", id="a fall"),
        pytest.param({"spo2_low": '{priority = "medium", limit = 90, rise = 5}'},
                     "rule[1] level[1]: field rise", "no baseline of spo2", id="no baseline"),
        pytest.param(
            {"pulse_low": '{priority = "medium", limit = 50, fraction_of_baseline = 8, '
                          'while_baseline_below = 60}'},
            "rule[2] level[1]: field fraction_of_baseline", "between 0.5 and 0.95", id="8 times",
        ),
        pytest.param(
            {"pulse_low": '{priority = "medium", limit = 50, fraction_of_baseline = 0.8}'},
            "rule[2] level[1]: field while_baseline_below", "is missing", id="without an end",
        ),
        pytest.param(
            {"pulse_low": '{priority = "medium", limit = 50, while_baseline_below = 60}'},
            "rule[2] level[1]: field while_baseline_below", "makes no sense", id="an end of what",
        ),
        pytest.param(
            {"pulse_low": '{priority = "medium", limit = 50, fraction_of_baseline = 0.8, '
                          'while_baseline_below = 200}'},
            "rule[2] level[1]: field while_baseline_below", "above the limit", id="raises it",
        ),
        pytest.param(
            {"pulse_high": '{priority = "medium", limit = 120, fraction_of_baseline = 0.8, '
                           'while_baseline_below = 60}'},
            "rule[3] level[1]: field fraction_of_baseline", "only for a low limit", id="upwards",
        ),
        pytest.param({"spo2_low": '{priority = "low", limit = 93}'}, "rule[1]: field level",
                     "medium or high level", id="a needed one that is never heard"),
        pytest.param({"nibp_systolic_high": '{priority = "high", rise = 40}'},
                     "rule[5]: field level", "a limit of its own", id="no baseline, no alarm"),
        pytest.param({"spo2_low": " "}, "rule[1]: field level", "list of tables", id="no levels"),
        pytest.param({"spo2_low": "4"}, "rule[1]: field level[1]", "a table", id="a bare number"),
        pytest.param({"spo2_lo": MEDIUM % 90}, "rule[7]: field condition",
                     "no known condition: spo2_lo", id="an unknown condition"),
        pytest.param({"no_data": MEDIUM % 90}, "rule[7]: field condition",
                     "no known condition: no_data", id="a condition without a limit"),
        *(
            pytest.param({name: ""}, "field rule", f"has no rule for {name}", id=f"no {name}")
            for name in ("spo2_low", "pulse_low", "pulse_high", "nibp_systolic_low",
                         "nibp_systolic_high", "nibp_diastolic_high")
        ),
    ],
)  # fmt: skip
def test_a_set_that_makes_no_sense_is_refused_with_file_and_field(write, changed, place, words):
    path = write(HEAD + rules(**changed))
    with pytest.raises(SettingsError, match=re.escape(words)) as refused:
        limit_sets.load_file(path)
    separator = " " if place.startswith("rule") else ": "
    assert str(refused.value).startswith(f"{path}{separator}{place}")
    assert str(refused.value).endswith(".")


def test_a_condition_stands_only_once(write):
    again = '[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="medium", limit=95}]\n'
    with pytest.raises(SettingsError, match=r"rule\[7\]: field condition stands there twice"):
        limit_sets.load_file(write(HEAD + rules() + again))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        pytest.param(HEAD.replace('author = "Dr A"\n', ""), "field author is missing", id="author"),
        pytest.param(HEAD.replace('"Dr A"', '" "'), "field author must be text", id="blank author"),
        pytest.param(HEAD.replace("dated = 2026-11-01\n", ""), "field dated is missing", id="date"),
        pytest.param(HEAD.replace("2026-11-01", '"today"'), "field dated must be a date", id="day"),
        pytest.param(HEAD.replace("2026-11-01", "2026-11-01T08:00:00"), "field dated", id="hour"),
        pytest.param(HEAD.replace("schema = 1\n", ""), "field schema is missing", id="no schema"),
        pytest.param(HEAD.replace("schema = 1", "schema = 9"), "field schema must be 1", id="9"),
        pytest.param(HEAD.replace("version = 2", "version = 1.5"), "field version", id="half"),
        pytest.param(HEAD.replace('"Own"', '"' + "x" * 61 + '"'), "field title", id="a long title"),
        pytest.param(HEAD.replace('"Own"', '"a\\nb"'), "field title must be one line", id="lines"),
        pytest.param(HEAD + "speed = 3\n", "field speed is not known", id="unknown field"),
        pytest.param(HEAD + "several_lesser = 1\n", "field several_lesser must lie", id="one"),
        pytest.param(HEAD + "several_lesser = 2.5\n", "whole number", id="and a half"),
        pytest.param(HEAD + "observation_every_s = 5\n", "field observation_every_s", id="5 s"),
        pytest.param(HEAD + "fast_fall = 4\n", "field fast_fall must be a table", id="a number"),
        pytest.param(
            HEAD + "fast_fall = {points = 4}\n", "fast_fall: field within_s is missing", id="window"
        ),
        pytest.param(
            HEAD + "fast_fall = {points = 4, within_s = 30, x = 1}\n", "field x", id="unknown there"
        ),
    ],
)
def test_a_wrong_head_is_refused_with_file_and_field(write, head, words):
    path = write(head + rules())
    with pytest.raises(SettingsError, match=re.escape(words)) as refused:
        limit_sets.load_file(path)
    assert str(path) in str(refused.value)


def test_a_mistake_of_syntax_is_told_with_its_line(write):
    path = write(HEAD + "[[rule]\n")
    with pytest.raises(SettingsError, match=r"own\.toml: .*line 7"):
        limit_sets.load_file(path)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes((HEAD + rules()).replace("Dr A", "Dr Ä").encode("latin-1"))
    with pytest.raises(SettingsError, match=r"own\.toml: this is not UTF-8 text \(at line 5\)\."):
        limit_sets.load_file(path)


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "1" * 10_000], ids=["deep", "9"])
def test_what_the_parser_itself_cannot_take_is_refused(write, text):
    with pytest.raises(SettingsError, match=r"own\.toml"):
        limit_sets.load_file(write(text))


def test_a_set_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"limits/nowhere\.toml"):
        limit_sets.load("nowhere")
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        limit_sets.load_file(tmp_path / "nowhere.toml")


def test_the_name_of_a_set_is_that_of_its_file(write, tmp_path):
    write(HEAD + rules()).rename(tmp_path / "limits" / "other.toml")
    with pytest.raises(SettingsError, match="field name must be other"):
        limit_sets.load("other", tmp_path)


def test_a_level_that_only_lasts_longer_may_be_more_urgent(write):
    path = write(
        HEAD + rules(spo2_low='{priority = "medium", limit = 90, for_s = 10}, '
                              '{priority = "high", limit = 90, for_s = 60}')
    )  # fmt: skip
    levels = limit_sets.load_file(path).rules[0].levels
    assert [level.priority for level in levels] == [Priority.MEDIUM, Priority.HIGH]
