"""Tables: no relationship crosses slices, each column is classified, free text about a person is encrypted."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import registry

from tests.architecture.house import House, Violation
from tests.architecture.source import place_of, syntax

CLASSES = {"safe", "personal"}
FREE_TEXT_NAMES = {"note", "text", "wish"}
FREE_TEXT_ENDINGS = ("_note", "_text")


def crossing_relationships(tables: registry) -> list[Violation]:
    """Relationships whose target belongs to another slice."""
    remedy = "keep the foreign key, drop the relationship, ask the other slice's queries"
    return [
        Violation(
            *place_of(mapper.class_), f"{mapper.class_.__name__}.{link.key} → {link.mapper.class_}", remedy
        )
        for mapper in tables.mappers
        for link in mapper.relationships
        if slice_of(mapper.class_) != slice_of(link.mapper.class_)
    ]


def unclassified_columns(tables: registry) -> list[Violation]:
    """Columns without `info={"data": "safe"}` or `"personal"`: an allow-list, so that forgetting is found."""
    return [
        on_column(tables, column, "is not classified", "declare it with safe(…) or personal(…)")
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if column.info.get("data") not in CLASSES
    ]


def plain_free_text(tables: registry) -> list[Violation]:
    """Free text on a case outside `people` that is stored as anybody can read it."""
    return [
        on_column(tables, column, "is free text in the open", "use EncryptedText")
        for table in tables.metadata.sorted_tables
        if "case_id" in table.columns and "people" not in map(slice_of, classes_of(tables, table))
        for column in table.columns
        if is_free_text(column) and not is_encrypted(column)
    ]


def on_column(tables: registry, column: "sa.Column[object]", fault: str, remedy: str) -> Violation:
    """A violation at the class that maps the column's table, or at the bare table."""
    place, line = next((place_of(mapped) for mapped in classes_of(tables, column.table)), ("app", 0))
    return Violation(place, line, f"column {column.table.name}.{column.name} {fault}", remedy)


def classes_of(tables: registry, table: sa.FromClause) -> list[type]:
    """The classes mapped to a table."""
    return [mapper.class_ for mapper in tables.mappers if mapper.local_table is table]


def is_free_text(column: "sa.Column[object]") -> bool:
    """Whether people write whole sentences into the column."""
    named = column.name in FREE_TEXT_NAMES or column.name.endswith(FREE_TEXT_ENDINGS)
    return named or isinstance(column.type, sa.Text)


def is_encrypted(column: "sa.Column[object]") -> bool:
    """Whether the column's type is `EncryptedText` or made from it."""
    return any(kind.__name__ == "EncryptedText" for kind in type(column.type).__mro__)


def slice_of(mapped: type) -> str:
    """The slice that a mapped class belongs to."""
    return mapped.__module__.removeprefix("app.").partition(".")[0]


def unregistered_models(root: Path) -> list[Violation]:
    """Slices with models that `app/tables.py` does not import: their tables would be unknown to migrations."""
    house = House(root)
    registered = house.app / "tables.py"
    text = ""
    if registered.is_file():
        text = "\n".join(
            f"{getattr(node, 'module', '')} {alias.name}"
            for node in syntax(registered).body
            for alias in getattr(node, "names", [])
        )
    slices = {name for name, _ in house.modules_of("models")}
    return [
        Violation("app/tables.py", 0, f"app.{name}.models is not imported", "import it there")
        for name in sorted(slices)
        if f"app.{name}.models" not in text and f"app.{name} models" not in text
    ]
