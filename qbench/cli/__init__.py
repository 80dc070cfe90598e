"""The command line. Commands import what they need when they run: `qbench --help` loads no heavy library."""

from __future__ import annotations

import difflib

import click

from qbench import __version__
from qbench.cli.check import check
from qbench.cli.doctor import doctor
from qbench.cli.ledger import list_claims
from qbench.cli.new import new
from qbench.cli.power import power
from qbench.cli.record import record
from qbench.cli.report import report
from qbench.cli.show import show
from qbench.cli.verify import verify


class _Group(click.Group):
    """A group that answers a misspelt command with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx=ctx) from error
            raise

    def invoke(self, ctx: click.Context) -> object:
        from qbench.evidence.store import StoreError

        try:
            return super().invoke(ctx)
        except StoreError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(3)
        except KeyboardInterrupt:
            click.echo("Interrupted: finished tasks are kept, run the same command again to continue.", err=True)
            ctx.exit(130)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing contradicts, 1 a contradiction or nothing decided, 2 wrong usage, 3 a task failed.",
)
@click.version_option(__version__, prog_name="qbench")
def main() -> None:
    """Decide published claims of quantum advantage: which hold, how surely, under which reading of the paper."""


for _command in (list_claims, verify, show, report, power, record, new, check, doctor):
    main.add_command(_command)
