"""How a command's help page shows its examples. Imports nothing, so that `digest --help` stays fast."""


def examples(*lines: str) -> str:
    """The epilog of a help page: command lines to copy, each kept on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
