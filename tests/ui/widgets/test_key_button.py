from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.theme import make_theme
from ui.widgets.key_button import HOLD_S, HoldButton, KeyButton


def test_a_key_has_a_name_a_letter_and_the_least_size_of_a_target(qtbot: QtBot) -> None:
    theme = make_theme("dark", 3.859)
    key = KeyButton(theme)
    qtbot.addWidget(key)
    key.show_key("Pause", letter="P", is_usable=True, is_strong=False)
    assert (key.accessibleName(), key.accessibleDescription()) == ("Pause", "Key P")
    assert key.minimumSizeHint().height() / 3.859 >= 15
    with qtbot.waitSignal(key.clicked):
        qtbot.mouseClick(key, Qt.MouseButton.LeftButton)


def hold_button(qtbot: QtBot) -> HoldButton:
    button = HoldButton(make_theme("dark", 3.859))
    qtbot.addWidget(button)
    button.resize(160, 60)
    button.show_key("Stop", letter="T", is_usable=True, is_strong=False)
    button.show()
    return button


def test_a_short_press_does_nothing(qtbot: QtBot) -> None:
    button = hold_button(qtbot)
    with qtbot.assertNotEmitted(button.held, wait=round(HOLD_S * 1500)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_holding_acts_once(qtbot: QtBot) -> None:
    button = hold_button(qtbot)
    with qtbot.waitSignal(button.held, timeout=3000):
        qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(button.held, wait=round(HOLD_S * 1500)):
        pass


def test_the_keyboard_holds_too(qtbot: QtBot) -> None:
    button = hold_button(qtbot)
    with qtbot.waitSignal(button.held, timeout=3000):
        qtbot.keyPress(button, Qt.Key.Key_Space)


def test_a_disabled_key_cannot_be_held(qtbot: QtBot) -> None:
    button = hold_button(qtbot)
    button.show_key("Stop", letter="T", is_usable=False, is_strong=False)
    with qtbot.assertNotEmitted(button.held, wait=round(HOLD_S * 1500)):
        button.begin_hold()
