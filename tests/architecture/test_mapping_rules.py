"""Rules on mapped tables, proven on fixture models that say they live in slices."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from app import tables
from app.db.base import Base as HouseBase
from tests.architecture.house import assert_none
from tests.architecture.rules.mapping import crossing_relationships, plain_free_text, unclassified_columns

SAFE = {"data": "safe"}
PERSONAL = {"data": "personal"}


class Base(DeclarativeBase):
    """Home of the fixture models."""


class EncryptedText(TypeDecorator[str]):
    """Stands in for the type of the database kit; the rule knows it by name."""

    impl = sa.LargeBinary
    cache_ok = True


class Case(Base):
    """Relationships inside the slice and free text that is encrypted."""

    __module__ = "app.cases.models"
    __tablename__ = "case"
    id: Mapped[int] = mapped_column(primary_key=True, info=SAFE)
    case_id: Mapped[int] = mapped_column(info=SAFE)
    intake_note: Mapped[str] = mapped_column(EncryptedText, info=PERSONAL)
    plans: Mapped[list["Plan"]] = relationship(back_populates="case")


class Plan(Base):
    """Every fault that a table of a case can have."""

    __module__ = "app.cases.models"
    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True, info={"data": "whatever"})
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    wish: Mapped[str] = mapped_column(sa.String(400), info=PERSONAL)
    reply_text: Mapped[str] = mapped_column(sa.String(400), info=PERSONAL)
    goal: Mapped[str] = mapped_column(sa.Text, info=PERSONAL)
    case: Mapped[Case] = relationship(back_populates="plans")


class Person(Base):
    """People keep what identifies a person, in the open inside an encrypted file."""

    __module__ = "app.people.models"
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True, info=SAFE)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), info=SAFE)
    note: Mapped[str] = mapped_column(sa.Text, info=PERSONAL)
    case: Mapped[Case] = relationship()


class Town(Base):
    """Free text that is about no case."""

    __module__ = "app.areas.models"
    __tablename__ = "town"
    id: Mapped[int] = mapped_column(primary_key=True, info=SAFE)
    note: Mapped[str] = mapped_column(sa.Text, info=SAFE)


def test_a_relationship_into_another_slice_is_found() -> None:
    assert [violation.what.partition(" ")[0] for violation in crossing_relationships(Base.registry)] == [
        "Person.case"
    ]


def test_columns_without_a_known_class_are_found() -> None:
    found = {violation.what.split()[1] for violation in unclassified_columns(Base.registry)}
    assert found == {"plan.id", "plan.case_id"}


def test_free_text_on_a_case_has_to_be_encrypted_outside_people() -> None:
    found = {violation.what.split()[1] for violation in plain_free_text(Base.registry)}
    assert found == {"plan.wish", "plan.reply_text", "plan.goal"}


def test_the_tables_of_the_house_keep_the_rules() -> None:
    # The registry module maps every table by being imported.
    assert HouseBase.metadata is tables.METADATA
    assert_none(crossing_relationships(HouseBase.registry))
    assert_none(unclassified_columns(HouseBase.registry))
    assert_none(plain_free_text(HouseBase.registry))
