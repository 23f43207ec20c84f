"""An address -> shown in the person's browser, or a line that says where to look. Serves nothing."""

import webbrowser

import click


def show(address: str) -> None:
    """Open an address (http or file) in the browser that the system, or $BROWSER, names."""
    if not webbrowser.open(address):
        click.echo(f"digest: there is no browser to show it in; open {address}", err=True)
