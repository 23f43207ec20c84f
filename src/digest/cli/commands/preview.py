"""`digest preview [KEY]`: the mail in the browser, made again whenever a template is saved."""

import asyncio

import click


@click.command("preview")
@click.argument("key", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one.")
@click.option("--open", "opens", is_flag=True, help="Show it in the browser.")
@click.pass_context
def command(ctx: click.Context, key: str | None, port: int, opens: bool) -> int:
    """Show the mail of an issue (default: the latest) beside its text, for desktop and phone, in light and dark.

    The page follows while templates are edited. Nothing in the archive changes; `digest render` does that.
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
