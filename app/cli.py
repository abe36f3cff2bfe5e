"""The command `tsunagi`: attaches the commands of each slice, and turns known troubles into one plain line."""

from __future__ import annotations

import click

from app.areas import commands as areas
from app.config import SettingsError
from app.crypto.keys import KeyProblem
from app.db.engines import DatabaseUnusable
from app.jobs.commands import make_commands
from app.matching import commands as matching
from app.operations import commands as operations
from app.operations.handlers import DUTIES, HANDLERS, make_errands
from app.resources import commands as resources
from app.web.errors import Refused

COMMANDS = (
    *operations.COMMANDS,
    *areas.COMMANDS,
    *resources.COMMANDS,
    *matching.COMMANDS,
    *make_commands(HANDLERS, DUTIES, make_errands),
)


class _PlainTroubles(click.Group):
    """A group whose commands end with a message, not a traceback, when an operator can mend the cause."""

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(context)
        except (SettingsError, KeyProblem, DatabaseUnusable, Refused) as trouble:
            raise click.ClickException(str(trouble)) from trouble


@click.group(cls=_PlainTroubles, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """つなぎ (Tsunagi): a platform for participation support. Settings: environment variables, see app/config.py."""


for _command in COMMANDS:
    main.add_command(_command)


if __name__ == "__main__":
    main()
