"""Password hashes: the true parameters, and the same work for nobody."""

from __future__ import annotations

import pytest

from app.crypto.passwords import hash_password, needs_rehash, password_matches
from app.crypto.tokens import fingerprint, new_first_password, new_token

WEAKER = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$"


def test_the_product_hashes_with_the_parameters_of_rfc_9106(true_passwords: None) -> None:
    encoded = hash_password("midori no kame")
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_matches("midori no kame", encoded)
    assert not needs_rehash(encoded)


def test_a_hash_of_weaker_parameters_is_to_be_made_anew(
    cheap_passwords: None, request: pytest.FixtureRequest
) -> None:
    weak = hash_password("midori no kame")
    assert not needs_rehash(weak)
    request.getfixturevalue("true_passwords")
    assert needs_rehash(weak)


def test_one_password_has_many_hashes_and_each_matches_it_alone(cheap_passwords: None) -> None:
    one, two = hash_password("みどりの亀"), hash_password("みどりの亀")
    assert one != two
    assert password_matches("みどりの亀", one)
    assert password_matches("みどりの亀", two)
    assert not password_matches("みどりの鶴", one)


@pytest.mark.parametrize("encoded", [None, "", "nonsense", "$argon2id$", WEAKER])
def test_nobody_and_nonsense_match_no_password(cheap_passwords: None, encoded: str | None) -> None:
    assert not password_matches("nobody has this password", encoded)
    assert not password_matches("", encoded)


def test_tokens_are_long_and_never_the_same() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) == 43
    assert len({new_first_password() for _ in range(100)}) == 100
    assert len(new_first_password()) == 20
    assert len(fingerprint(new_token())) == 64
