"""Further identities of entries: whether they lie open follows from the entry, as with its own; see `exchange.identity`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.resources.exchange.identity import REFUGE
from app.resources.models import Resource
from app.resources.queries import imports as queries


def follow_secrecy(session: Session, *, places: Iterable[Resource], by: Actor) -> None:
    """Let the further identities of these entries be secret where the entries are, and open where they are open."""
    wanted = {place.id: place.is_refuge for place in places}
    if not wanted:
        return
    aliases = queries.list_aliases(session, wanted.keys(), scope=by.scope)
    names = {alias: _name(alias.identity, is_refuge=wanted[alias.resource_id]) for alias in aliases}
    turning = {alias: name for alias, name in names.items() if alias.identity != name}
    taken = queries.find_aliases(session, turning.values(), scope=by.scope)
    for alias, name in turning.items():
        if name not in taken:
            alias.identity = name
        elif name.startswith(REFUGE):
            # Files lead to another secret place by it; left open, it would be an answer to whoever guesses it.
            session.delete(alias)


def _name(identity: str, *, is_refuge: bool) -> str:
    bare = identity.removeprefix(REFUGE)
    return REFUGE + bare if is_refuge else bare
