"""The real `keyring` over stores that keep, refuse, hang or fail in ways of their own."""

import threading
from collections.abc import Iterator

import keyring
import pytest
from keyring.backends import chainer, fail, null

from kmonitor.errors import StoreError
from kmonitor.store import key_store as key_store_module
from kmonitor.store.key_store import KeyStore
from kmonitor.store.keys import RecordKeys
from tests.kmonitor.store.house_help import StoreOfTheTests, key_store_of_tests


@pytest.fixture
def backend() -> Iterator[StoreOfTheTests]:
    with key_store_of_tests() as store:
        yield store


@pytest.mark.usefixtures("backend")
def test_what_is_put_comes_back_until_it_is_forgotten() -> None:
    store, keys = KeyStore(), RecordKeys.new()
    assert store.is_available()
    assert store.get(keys.key_id) is None
    store.put(keys)
    assert KeyStore().get(keys.key_id) == keys
    store.forget(keys.key_id)
    store.forget(keys.key_id)
    assert store.get(keys.key_id) is None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, chainer.ChainerBackend])
def test_a_store_that_keeps_nothing_is_none(backend: type) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(backend())
    try:
        assert not KeyStore().is_available()
    finally:
        keyring.set_keyring(before)


def test_a_store_in_plain_text_is_none(
    backend: StoreOfTheTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreOfTheTests, "__module__", "keyrings.alt.file")
    assert not KeyStore().is_available()


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert not KeyStore().is_available()
    assert KeyStore().get("any") is None


@pytest.mark.parametrize("text", ["", "junk", f"other:{'0' * 64}:{'0' * 64}", "a:b:c"])
def test_what_is_no_key_is_not_taken_for_one(backend: StoreOfTheTests, text: str) -> None:
    backend.kept["kmonitor record", "mine"] = text
    assert KeyStore().get("mine") is None


def test_a_store_that_forgets_in_silence_is_found_out(
    backend: StoreOfTheTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreOfTheTests, "set_password", lambda *_: None)
    with pytest.raises(StoreError, match="did not keep"):
        KeyStore().put(RecordKeys.new())


def test_a_failure_is_a_sentence_without_the_key(
    backend: StoreOfTheTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell_all(_self: object, _service: str, _name: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")

    monkeypatch.setattr(StoreOfTheTests, "set_password", tell_all)
    keys = RecordKeys.new()
    with pytest.raises(StoreError) as caught:
        KeyStore().put(keys)
    assert str(caught.value) == "This computer's key store cannot be written: RuntimeError."
    assert keys.record_key.hex() not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_store_that_hangs_is_not_waited_for(
    backend: StoreOfTheTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_store_module, "_ANSWERS_WITHIN_S", 0.05)
    answers = threading.Event()
    monkeypatch.setattr(StoreOfTheTests, "get_password", lambda *_: answers.wait(10) and None)
    with pytest.raises(StoreError, match="does not answer"):
        KeyStore().get("mine")
    answers.set()
