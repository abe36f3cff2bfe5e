"""The key file: made once, closed to others, and never guessed at when it is wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.crypto.keys import KeyProblem, Keyring, Purpose, load_key, make_key


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    """A key file with this content."""
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_key_is_random_and_closed_to_others(tmp_path: Path) -> None:
    one, two = make_key(tmp_path / "deep" / "one"), make_key(tmp_path / "two")
    assert one != two
    assert len(one.secret) == 32
    assert stat.S_IMODE((tmp_path / "deep" / "one").stat().st_mode) == 0o600
    assert load_key(tmp_path / "deep" / "one") == one


def test_an_existing_key_is_never_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path / "key", "precious")
    with pytest.raises(KeyProblem, match="not overwritten"):
        make_key(path)
    assert path.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "key", "00" * 32, mode)
    with pytest.raises(KeyProblem, match=f"chmod 600 {path}"):
        load_key(path)


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "鍵" * 32])
def test_a_key_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyProblem):
        load_key(write(tmp_path / "key", text))


def test_a_missing_key_says_how_the_first_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="tsunagi key make"):
        load_key(tmp_path / "missing")
    with pytest.raises(KeyProblem, match="cannot be read"):
        load_key(tmp_path)


def test_each_purpose_has_a_key_of_its_own_that_stays() -> None:
    keyring = Keyring(bytes(range(32)))
    keys = {keyring.derive(purpose) for purpose in Purpose}
    assert len(keys) == len(Purpose)
    assert keyring.secret not in keys
    # Written down: a change of the derivation would shut every database and break every log.
    assert keyring.derive(Purpose.DATABASE).hex() == DATABASE_KEY


DATABASE_KEY = "a8ba20934cf77452c056a23467eff5caf86f7c0d2cd1b932936f604725701449"


def test_a_digest_meets_equal_values_under_one_key_only() -> None:
    one, two = Keyring(bytes(32)), Keyring(bytes(range(32)))
    assert one.digest(Purpose.THROTTLE, "a") == one.digest(Purpose.THROTTLE, "a")
    assert one.digest(Purpose.THROTTLE, "a") != one.digest(Purpose.THROTTLE, "b")
    assert one.digest(Purpose.THROTTLE, "a") != two.digest(Purpose.THROTTLE, "a")


def test_the_secret_does_not_show_in_a_traceback() -> None:
    assert "1f" not in repr(Keyring(bytes([0x1F] * 32)))
    assert repr(Keyring(bytes(32))) == "Keyring()"
