"""The words that need no window and no device: `calc`, `dose`, `sessions`, `show`."""

from __future__ import annotations

import sys

import click

from kmonitor.record_words import sessions, show

__all__ = ["calc", "dose", "sessions", "show"]


@click.command
@click.argument("words", metavar="NAME KEY=VALUE...", nargs=-1)
@click.option("--list", "is_list", is_flag=True, help="Every formula: arguments, units, source.")
@click.pass_context
def calc(context: click.Context, /, words: tuple[str, ...], is_list: bool) -> None:
    """Reckon one formula, or with - one formula a line from stdin."""
    from kmonitor.dosing.calc_lines import calc_line, list_lines
    from kmonitor.quantities import QuantityError

    if is_list:
        if words:
            raise click.UsageError("--list goes without a formula.")
        for line in list_lines():
            click.echo(line)
    elif words == ("-",):
        if not _calc_stdin():
            context.exit(2)
    elif not words:
        raise click.UsageError("calc needs a formula's name; see calc --list.")
    else:
        try:
            click.echo(calc_line(words))
        except QuantityError as error:
            raise click.UsageError(str(error)) from error


def _calc_stdin() -> bool:
    """Answer every line; a wrong one is named on stderr and the rest goes on."""
    from kmonitor.dosing.calc_lines import calc_line
    from kmonitor.quantities import QuantityError

    is_all_well = True
    for number, line in enumerate(sys.stdin.buffer, start=1):
        words = line.decode(errors="replace").split()
        if not words:
            continue
        try:
            click.echo(calc_line(words))
        except QuantityError as error:
            is_all_well = False
            click.echo(f"Line {number}: {error}", err=True)
    return is_all_well


@click.command
@click.option("--weight", required=True, help="80kg or 176lb.")
@click.option("--dose", required=True, help="0.5mg/kg.")
@click.option("--minutes", required=True, help="The planned time: 40.")
@click.option("--stock", required=True, help="The vial's strength: 50mg/mL.")
@click.option("--volume", required=True, help="The bag's or syringe's volume: 100mL.")
@click.option("--height", help="178cm or 70in.")
@click.option("--sex", type=click.Choice(["male", "female"], case_sensitive=False))
@click.option(
    "--basis",
    type=click.Choice(["actual", "ideal", "adjusted", "lean"], case_sensitive=False),
    default="actual",
    help="The weight that the dose is multiplied by.",
)
@click.option(
    "--protocol",
    type=click.Choice(["mood"], case_sensitive=False),
    default="mood",
    help="The drug library's limits.",
)
@click.option("--drop-factor", default="20gtt/mL", help="Of the gravity set.")
@click.option("--count-drug-volume", is_flag=True, help="Add the drawn volume to the container's.")
@click.pass_context
def dose(context: click.Context, /, protocol: str, **texts: str | bool | None) -> None:
    """Work out the whole dose card with its checks; a broken hard limit exits 1."""
    import json

    from kmonitor.dosing.card_json import card_as_json
    from kmonitor.dosing.dose_card import OrderError, dose_card
    from kmonitor.dosing.guards import LIBRARIES
    from kmonitor.dosing.order_texts import order_from_texts
    from kmonitor.quantities import QuantityError

    try:
        card = dose_card(order_from_texts(texts), LIBRARIES[protocol])
    except (QuantityError, OrderError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(card_as_json(card, protocol), ensure_ascii=False))
    if card.is_refused:
        context.exit(1)
