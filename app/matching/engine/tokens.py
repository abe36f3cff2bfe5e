"""Names in an address, of which no need may be readable: whoever writes down addresses must not learn what is feared."""

from __future__ import annotations

from hashlib import blake2b


def token_of(name: str, *, need_id: str) -> str:
    """The name of a step or a limit in an address, another one for each version of each need.

    All names are known, so a hash without a key would be looked up in a table of them. The key is the random id of the
    need, which stands in no address and no log; with it a token ends when the next version of the need is written.
    """
    return blake2b(name.encode(), key=need_id.encode(), digest_size=6).hexdigest()
