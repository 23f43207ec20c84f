"""An archive's folder -> what changes whenever one of its issues does. Opens no file; cheap enough for every command."""

from pathlib import Path

ISSUE = "issue.json"


def stamps(root: Path) -> dict[str, str]:
    """Key -> modification time and size of the issue's issue.json; empty where there is no archive."""
    if not root.is_dir():
        return {}
    found = {}
    for folder in root.iterdir():
        if folder.name[:1].isdigit() and (path := folder / ISSUE).is_file():
            stat = path.stat()
            found[folder.name] = f"{stat.st_mtime_ns}-{stat.st_size}"
    return found
