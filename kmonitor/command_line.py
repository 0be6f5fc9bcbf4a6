"""One command line for all words: lazy imports, plain errors, exit statuses."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click
from click.core import ParameterSource

from kmonitor.bootstrap import SPARE, SUPERVISED, UNSUPERVISED
from kmonitor.errors import WorldError

NOT_DONE, INTERRUPTED = 1, 130
_SCENARIO = "hypertension"  # a demonstration has something to show


class Words(click.Group):
    """A group that imports the module of a word when that word is used."""

    def __init__(self, *, words: Mapping[str, str], **settings: Any) -> None:
        super().__init__(**settings)
        self._modules = words

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every word, in the order of the alphabet."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the word's module and take the command of the same name."""
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


class PositiveNumber(click.FloatRange):
    """A number above 0 that is neither infinite nor NaN, which click's own range lets pass."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or say that it is none."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


def group(words: Mapping[str, str], open_window: Callable[..., int]) -> click.Group:
    """Return the program's command: without a word the window, else the word."""

    def choose(context: click.Context, /, **options: Any) -> int:
        given = [name for name in options if _is_given(context, name)]
        if context.invoked_subcommand and given:
            raise click.UsageError(f"--{given[0]} belongs to the window and goes with no word.")
        if given and not options["demo"]:
            raise click.UsageError(f"--{given[0]} goes with --demo.")
        return 0 if context.invoked_subcommand else open_window(**options)

    return Words(
        name="kmonitor",
        words=words,
        callback=click.pass_context(choose),
        invoke_without_command=True,
        params=_window_options(),
        help="Bedside monitor for ketamine infusions. Without a word: the window.",
        epilog="Not a certified medical device; the monitor's own alarms stay the primary ones.",
    )


def _window_options() -> list[click.Parameter]:
    number = PositiveNumber()
    file = click.Path(dir_okay=False)
    return [
        click.Option(["--demo"], is_flag=True, help="Simulated monitors, a temporary record."),
        click.Option(["--speed"], type=number, default=1.0, help="The patient's time, times this."),
        click.Option(["--scenario"], default=_SCENARIO, help="What happens to the patient."),
        click.Option(["--seconds"], type=number, help="End after so many seconds of wall time."),
        *(
            click.Option([flag], is_flag=True, hidden=True, expose_value=False)
            for flag in (SUPERVISED, SPARE, UNSUPERVISED)
        ),
        click.Option(["--picture"], type=file, help="Write the window to this PNG at the end."),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version and end.",
        ),
    ]


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _print_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from kmonitor.version import version

        click.echo(f"kmonitor {version()}")
        context.exit()


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command; what a person or the world did wrong is one sentence and an exit status."""
    try:
        status = command.main(list(arguments), prog_name="kmonitor", standalone_mode=False)
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code)
    except WorldError as error:
        return _complain(str(error), NOT_DONE)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def _complain(sentence: str, status: int) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return status


@click.command
def test() -> None:
    """Install what tests need and run them (from a checkout; ARGS go to pytest)."""
    raise click.UsageError("The tests run from a checkout only: python main.py test.")
