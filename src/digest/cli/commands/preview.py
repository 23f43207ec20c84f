"""`digest preview [KEY]`: show the mail in the browser, rendered again whenever a template is saved."""

import asyncio

import click

from digest.cli.help import examples


@click.command("preview", epilog=examples("digest preview --open", "digest preview 2026-W48 --port 0"))
@click.argument("key", required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port to listen on; 0 picks a free one.",
)
@click.option("--open", "opens", is_flag=True, help="Open the preview in the browser.")
@click.pass_context
def command(ctx: click.Context, key: str | None, port: int, opens: bool) -> int:
    """Preview the mail of issue KEY (default: the latest) in a browser: desktop and phone, light and dark, and as text.

    The page reloads when a template is saved. The archive is not changed; `digest render` does that.
    """
    from digest.cli.context import opened
    from digest.cli.web_server import serve
    from digest.services.archive_index import latest
    from digest.services.compose import files
    from digest.storage.archive import ISSUE, to_json
    from digest.storage.files import resources
    from digest.web.preview import make_preview

    with opened(ctx, None, writes=False) as program:
        issue = program.archive.read(key or latest(program))
        app = make_preview(
            lambda: {ISSUE: to_json(issue), **files(program, issue)},
            stamp=lambda: resources.templates_stamp(program.workspace),
            page=lambda: resources.template_texts(program.workspace),
            base_url=program.config.delivery.base_url,
        )
        asyncio.run(serve(app, host="127.0.0.1", port=port, opens=opens))
    return 0
