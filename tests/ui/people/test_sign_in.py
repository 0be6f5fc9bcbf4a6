"""Sign-in at the bedside under real keys, against a real record."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.access import ALWAYS, Right
from kmonitor.clock import monotonic_s
from kmonitor.people import LOCKED, Person
from kmonitor.ports import SignInRefused
from tests.people_world import PINS, Bedside, Site, every_text, type_keys
from ui.people import sign_in_gate


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.house.close()


@pytest.fixture
def bed(qtbot: QtBot, site: Site) -> Iterator[Bedside]:
    made = Bedside(qtbot, site)
    yield made
    made.close()


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def said(bed: Bedside) -> str:
    return bed.panel.pin._says_wrong.text()


def ask(bed: Bedside, right: Right = Right.RUN_SESSION) -> list[str]:
    done: list[str] = []
    bed.gate.ask(right, lambda: done.append(bed.gate.person().name))
    return done


def test_what_was_asked_for_is_done_after_the_sign_in(bed: Bedside) -> None:
    done = ask(bed)
    assert done == []
    bed.sign_in("Ada Byron")
    assert done == ["Ada Byron"]
    assert bed.gate.panel is None
    assert not bed.gate.is_locked
    assert bed.site.kinds()[-1] == "signed_in"


def test_who_is_signed_in_is_not_asked_again(bed: Bedside) -> None:
    ask(bed)
    bed.sign_in("Ada Byron")
    assert ask(bed) == ["Ada Byron"]
    assert bed.gate.panel is None


def test_what_a_role_may_not_is_said_in_a_sentence(bed: Bedside) -> None:
    ask(bed)
    bed.sign_in("Ada Byron")
    assert ask(bed, Right.CHANGE_SETTINGS) == []
    assert bed.refused == ["A nurse may not change settings; that is for a technician."]
    assert bed.gate.panel is None


def test_somebody_who_signs_in_for_what_they_may_not_is_told_so(bed: Bedside) -> None:
    done = ask(bed, Right.MANAGE_PEOPLE)
    bed.sign_in("Ada Byron")
    assert done == []
    assert bed.refused == [
        "A nurse may not add people and change their role, access and PIN;"
        " that is for a technician."
    ]


def test_what_must_always_work_asks_nobody_and_is_done_by_locked(bed: Bedside) -> None:
    for right in ALWAYS:
        assert ask(bed, right) == [LOCKED.name], right
    assert bed.gate.panel is None


def test_a_wrong_pin_is_said_and_wiped_and_can_be_typed_anew(bed: Bedside, qtbot: QtBot) -> None:
    ask(bed)
    bed.wait_for_panel().ask_pin(bed.site.people["Ada Byron"])
    type_keys("9999\r")
    bed.wait_until_done()
    assert said(bed) == "This PIN is not right."
    assert bed.panel.pin.entry.count == 0
    assert focused() is bed.panel.pin.entry
    bed.sign_in("Ada Byron")
    assert not bed.gate.is_locked


def test_a_lockout_counts_down_and_lets_nobody_type(
    bed: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(bed)
    ada = bed.site.people["Ada Byron"]
    bed.wait_for_panel().ask_pin(ada)
    for _ in range(4):
        type_keys("9999\r")
        bed.wait_until_done()
    assert said(bed).startswith("This PIN is not right. Next try in 0:")
    assert not bed.panel.pin.entry.isEnabled()
    assert not bed.panel.pin.go.isEnabled()
    now = monotonic_s()
    bed.gate._held.take(ada.person_id, SignInRefused(reason="Wrong.", wait_s=12.0), now)
    monkeypatch.setattr(sign_in_gate, "monotonic_s", lambda: now)
    bed.gate.tick()
    assert said(bed) == "Wrong. Next try in 0:12."
    bed.panel.pin.back.click()
    bed.panel.choice._keys[0].click()
    assert said(bed) == "Wrong. Next try in 0:12."
    assert not bed.panel.pin.entry.isEnabled()
    monkeypatch.setattr(sign_in_gate, "monotonic_s", lambda: now + 13)
    bed.gate._idle.last_s = now + 13
    bed.gate.tick()
    assert said(bed) == "You can try again now."
    assert bed.panel.pin.entry.isEnabled()


def test_the_digits_stand_in_no_text_and_no_log(
    bed: Bedside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pin = PINS["Ada Byron"].decode()
    ask(bed)
    bed.wait_for_panel().ask_pin(bed.site.people["Ada Byron"])
    before = set(every_text(bed.panel))
    for number, digit in enumerate(pin, 1):
        type_keys(digit)
        new = set(every_text(bed.panel)) - before
        assert new == {f"{number} digit{'s' if number > 1 else ''} typed"}
    assert bed.panel.pin.entry.accessibleDescription() == "4 digits typed"
    entry = bed.panel.pin.entry
    type_keys("\r")
    assert entry._digits == bytearray(len(entry._digits))
    bed.wait_until_done()
    assert pin not in caplog.text


def test_the_pad_types_what_the_keyboard_types(bed: Bedside, qtbot: QtBot) -> None:
    ask(bed)
    panel = bed.wait_for_panel()
    panel.ask_pin(bed.site.people["Ada Byron"])
    keys = {key.text(): key for key in panel.pin._pad.findChildren(type(panel.pin.back))}
    for digit in "25889":
        QTest.mouseClick(keys[digit], Qt.MouseButton.LeftButton)
    QTest.mouseClick(keys["Delete"], Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.pin.entry, Qt.Key.Key_Backspace)
    type_keys("0")
    QTest.mouseClick(panel.pin.go, Qt.MouseButton.LeftButton)
    bed.wait_until_done()
    assert bed.gate.person().name == "Ada Byron"


def test_esc_goes_back_step_by_step_and_nothing_is_done(bed: Bedside) -> None:
    bed.page.setFocus()
    done = ask(bed)
    panel = bed.wait_for_panel()
    panel.ask_pin(bed.site.people["Ada Byron"])
    type_keys("25")
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert panel.choice.isVisible()
    assert panel.pin.entry.count == 0
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert bed.gate.panel is None
    assert focused() is bed.page
    bed.gate.switch()
    bed.sign_in("Ada Byron")
    assert done == []


def test_a_panel_that_nobody_touches_goes_and_nobody_else_does_what_was_asked(
    bed: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ask(bed)
    bed.wait_for_panel()
    now = monotonic_s()
    monkeypatch.setattr(sign_in_gate, "monotonic_s", lambda: now + 61)
    bed.gate.tick()
    assert bed.gate.panel is None
    bed.gate.switch()
    bed.sign_in("Ben Okafor")
    assert done == []


def test_nobody_touches_and_the_screen_locks_itself(
    qtbot: QtBot, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed = Bedside(qtbot, site, person=site.people["Ada Byron"])
    now = monotonic_s()
    monkeypatch.setattr(sign_in_gate, "monotonic_s", lambda: now + 299)
    bed.gate.tick()
    assert not bed.gate.is_locked
    monkeypatch.setattr(sign_in_gate, "monotonic_s", lambda: now + 301)
    with qtbot.waitSignal(bed.gate.person_changed):
        bed.gate.tick()
    bed.wait_until_done()
    assert bed.gate.person() == LOCKED
    assert site.bodies("signed_out")[-1][1] == '{"cause":"not touched for 5 min"}'
    ask(bed)
    assert bed.wait_for_panel().pin.isVisible(), "the last person's PIN is asked for at once"
    assert bed.panel.pin.person == site.people["Ada Byron"]
    bed.close()


@pytest.mark.parametrize("touch", ["key", "mouse"])
def test_a_touch_anywhere_keeps_it_open(qtbot: QtBot, site: Site, touch: str) -> None:
    bed = Bedside(qtbot, site, person=site.people["Ada Byron"])
    bed.gate._idle.last_s = 0.0
    if touch == "key":
        QTest.keyClick(bed.page, Qt.Key.Key_Shift)
    else:
        QTest.mouseClick(bed.page.spo2, Qt.MouseButton.LeftButton)
    bed.gate.tick()
    assert not bed.gate.is_locked
    bed.close()


def test_a_fast_switch_signs_the_one_before_out_and_monitoring_goes_on(
    qtbot: QtBot, site: Site
) -> None:
    bed = Bedside(qtbot, site, person=site.people["Ada Byron"])
    bed.gate.switch()
    panel = bed.wait_for_panel()
    assert panel.choice.isVisible()
    assert panel.choice.says.text() == "Ada Byron is signed in. Monitoring goes on."
    bed.sign_in("Ben Okafor")
    assert bed.gate.person().name == "Ben Okafor"
    assert site.kinds()[-2:] == ["signed_in", "signed_out"]
    assert site.bodies("signed_out")[-1][0] == site.people["Ada Byron"].person_id
    bed.close()


def test_signing_out_leaves_the_screen_locked(qtbot: QtBot, site: Site) -> None:
    bed = Bedside(qtbot, site, person=site.people["Ada Byron"])
    bed.gate.switch()
    bed.wait_for_panel().choice.out.click()
    bed.wait_until_done()
    assert bed.gate.is_locked
    assert bed.gate.panel is None
    assert site.kinds()[-1] == "signed_out"
    bed.close()


def test_the_end_of_the_program_signs_out(qtbot: QtBot, site: Site) -> None:
    bed = Bedside(qtbot, site, person=site.people["Ada Byron"])
    bed.close()
    assert site.bodies("signed_out")[-1][1] == '{"cause":"the program was closed"}'


@pytest.mark.parametrize("is_pin_asked", [False, True], ids=["from the list", "from the PIN"])
def test_emergency_access_needs_a_name_and_is_logged(bed: Bedside, is_pin_asked: bool) -> None:
    done = ask(bed)
    panel = bed.wait_for_panel()
    if is_pin_asked:
        panel.ask_pin(bed.site.people["Ada Byron"])
    next(key for key in (panel.pin.glass, panel.choice.glass) if key.isVisible()).click()
    assert not panel.glass.go.isEnabled()
    type_keys("Ines Paz\r")
    bed.wait_until_done()
    assert done == ["Ines Paz"]
    ((_author, body),) = bed.site.bodies("break_glass")
    assert "Ines Paz" in body
    assert "A patient needs help now" in body


def test_without_a_record_emergency_access_works_and_is_written_when_it_comes(
    bed: Bedside,
) -> None:
    bed.is_reachable = False
    done = ask(bed)
    panel = bed.wait_for_panel()
    assert "cannot be reached" in panel.choice.says.text()
    panel.choice.glass.click()
    type_keys("Ines Paz\r")
    assert done == ["Ines Paz"]
    assert bed.gate.person().person_id == LOCKED.person_id, "what is not known is not claimed"
    assert bed.site.bodies("break_glass") == []
    bed.is_reachable = True
    bed.gate.record_came()
    bed.wait_until_done()
    assert len(bed.site.bodies("break_glass")) == 1
    assert bed.gate.person().person_id != LOCKED.person_id


def test_a_computer_without_people_offers_the_first_person_and_emergency_access(
    qtbot: QtBot, tmp_path: Path
) -> None:
    site = Site(tmp_path, with_people=False)
    bed = Bedside(qtbot, site)
    ask(bed)
    panel = bed.wait_for_panel()
    assert panel.choice.says.text() == "Nobody has been added to this computer yet."
    assert panel.choice.glass.isVisible()
    with qtbot.waitSignal(bed.gate.first_person_asked):
        type_keys("\r")
    assert bed.gate.panel is None
    bed.close()
    site.house.close()


def test_without_sign_in_a_nurses_keys_work_and_settings_still_ask(bed: Bedside) -> None:
    bed.gate.set_asking(is_asking=False)
    assert ask(bed) == [LOCKED.name]
    assert ask(bed, Right.CHANGE_SETTINGS) == []
    bed.wait_for_panel()


def test_numbers_and_alarms_stay_in_view_and_a_new_alarm_is_shown(bed: Bedside) -> None:
    ask(bed)
    panel = bed.wait_for_panel()
    covered = QRect(panel.mapTo(bed.window, panel.rect().topLeft()), panel.size())
    page = bed.page
    for part in (page.identity, page.banner, page.spo2, page.pulse, page.nibp, page.infusion):
        assert part.isVisible()
        assert not covered.intersects(part.geometry()), part
    before = page.banner.model
    bed.course.cuff(190, 120)
    bed.course.run(5)
    bed.show()
    assert page.banner.model is not None
    assert page.banner.model != before
    assert "NIBP SYS HIGH 190" in page.banner.model.spoken
    assert bed.gate.is_locked


def test_the_letters_of_the_bedside_work_while_a_pin_is_asked_for(bed: Bedside) -> None:
    bed.course.cuff(190, 120)
    bed.course.run(5)
    bed.show()
    ask(bed)
    bed.wait_for_panel().ask_pin(bed.site.people["Ada Byron"])
    type_keys("2a5p")
    assert bed.pressed == ["acknowledge", "pause"]
    assert bed.panel.pin.entry.count == 2


class SlowAccounts:
    """The real accounts, whose answer waits until the test lets it come."""

    def __init__(self, site: Site) -> None:
        self._accounts = site.accounts
        self.may_answer = threading.Event()

    def people(self) -> object:
        return self._accounts.people()

    def sign_in(self, person_id: str, pin: bytearray) -> Person | SignInRefused:
        self.may_answer.wait(10)
        return self._accounts.sign_in(person_id, pin)

    def sign_out(self, person: Person, cause: str) -> None:
        self._accounts.sign_out(person, cause)


def test_the_screen_goes_on_while_a_pin_is_checked(bed: Bedside, qtbot: QtBot) -> None:
    slow = SlowAccounts(bed.site)
    bed.gate._accounts = lambda: slow  # type: ignore[assignment,return-value]
    ask(bed)
    bed.wait_for_panel().ask_pin(bed.site.people["Ada Byron"])
    type_keys("2580\r")
    frames = itertools.count()
    qtbot.waitUntil(lambda: next(frames) > 5, timeout=2000)
    bed.course.run(3)
    bed.show()
    assert said(bed) == "Checking"
    assert bed.gate.is_locked
    slow.may_answer.set()
    bed.wait_until_done()
    assert not bed.gate.is_locked


def test_a_second_press_while_a_pin_is_checked_checks_nothing(bed: Bedside) -> None:
    before = len(bed.site.kinds())
    ask(bed)
    bed.wait_for_panel().ask_pin(bed.site.people["Ada Byron"])
    type_keys("9999\r")
    QTest.keyClick(bed.panel.pin.entry, Qt.Key.Key_Return)
    bed.panel.pin.go.click()
    bed.wait_until_done()
    assert bed.site.kinds()[before:] == ["sign_in_refused"]
