"""The files of jobs in a table of their own, in parts: a note of progress writes the row of its job anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# As `PART_SIZE` of `app.jobs.vocabulary` was when this was written; what was cut here is read by that.
_PART_SIZE = 1024 * 1024

_JOB = sa.table(
    "job",
    sa.column("id", sa.Integer),
    sa.column("created_by", sa.Integer),
    sa.column("payload", sa.LargeBinary),
    sa.column("file_size", sa.Integer),
)
_PART = sa.table(
    "job_part",
    sa.column("job_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("created_by", sa.Integer),
    sa.column("data", sa.LargeBinary),
)


def upgrade() -> None:
    """Create the table of `app.jobs` and cut the files that lie in the jobs."""
    op.create_table(
        "job_part",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_part_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name="fk_job_part_created_by"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_part"),
    )
    op.add_column("job", sa.Column("file_size", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    jobs = connection.execute(sa.select(_JOB.c.id, _JOB.c.created_by).where(_JOB.c.payload != b"")).all()
    for job_id, created_by in jobs:
        payload = connection.scalars(sa.select(_JOB.c.payload).where(_JOB.c.id == job_id)).one()
        for number, begins in enumerate(range(0, len(payload), _PART_SIZE)):
            part = {
                "job_id": job_id,
                "number": number,
                "created_by": created_by,
                "data": payload[begins : begins + _PART_SIZE],
            }
            connection.execute(_PART.insert(), part)
        connection.execute(_JOB.update().where(_JOB.c.id == job_id).values(file_size=len(payload)))
    op.drop_column("job", "payload")


def downgrade() -> None:
    """Put the parts together again."""
    connection = op.get_bind()
    # To the embedded database an empty text is something else than no bytes.
    nothing = sa.text("X''" if connection.dialect.name == "sqlite" else "''")
    op.add_column("job", sa.Column("payload", sa.LargeBinary(), nullable=False, server_default=nothing))
    for job_id in connection.scalars(sa.select(_JOB.c.id).where(_JOB.c.file_size > 0)).all():
        parts = connection.scalars(
            sa.select(_PART.c.data).where(_PART.c.job_id == job_id).order_by(_PART.c.number)
        )
        connection.execute(_JOB.update().where(_JOB.c.id == job_id).values(payload=b"".join(parts)))
    op.drop_column("job", "file_size")
    op.drop_table("job_part")
