"""No template names an endpoint of a slice above or beside its own.

A link upwards would tie the lower slice to the upper one as an import would; upper slices fill named slots of
`web` instead. Templates of `web` know no domain at all and name `static` only.
"""

from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.rules.templates import meaningful_tokens


def upward_endpoints(root: Path) -> list[Violation]:
    """Calls of `url_for` with an endpoint that the template's slice may not know."""
    house = House(root)
    found: list[Violation] = []
    for path in house.files(".html", ".txt", ".xml"):
        if "templates" not in path.parts:
            continue
        room = path.relative_to(house.app).parts[0]
        for line, endpoint in named_endpoints(path.read_text(encoding="utf-8")):
            if not may_name(house, room, endpoint):
                what = f"a template of {room} names {endpoint}"
                found.append(
                    Violation(house.place(path), line, what, "let the upper slice fill a slot of web")
                )
    return found


def may_name(house: House, room: str, endpoint: str) -> bool:
    """Whether a template of a room may name the endpoint."""
    blueprint, dot, _ = endpoint.partition(".")
    owner = owner_of(house, blueprint)
    if endpoint == "static" or (dot and owner in {"", room}):
        return True
    if room == "web" or not dot or room not in house.ranks:
        return False
    return house.ranks.get(owner, -1) > house.ranks[room]


def owner_of(house: House, blueprint: str) -> str:
    """The slice of a blueprint: it bears the slice's name, or that and the name of a part (`resources_hosts`)."""
    return next((room for room in house.ranks if blueprint.startswith(f"{room}_")), blueprint)


def named_endpoints(source: str) -> list[tuple[int, str]]:
    """Line and first argument of each `url_for` that is given a literal."""
    tokens = meaningful_tokens(source)
    return [
        (line, value.strip("\"'"))
        for (_, _, name), (_, _, bracket), (line, kind, value) in zip(
            tokens, tokens[1:], tokens[2:], strict=False
        )
        if name == "url_for" and bracket == "(" and kind == "string"
    ]
