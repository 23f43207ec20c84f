"""Render the sample's issue in Korean as tests expect it, into `tests/render/goldens/ko`. `make archive` runs it after archive/ is made.

python scripts/goldens.py
"""

from dataclasses import replace
from pathlib import Path

from digest.config import trend_files
from digest.editorial.editions import in_language, told
from digest.model import Workspace
from digest.render import render
from digest.storage.archive import Archive
from digest.storage.files import resources

ROOT = Path(__file__).parents[1]
GOLDENS = ROOT / "tests" / "render" / "goldens" / "ko"
NAMES = ("email.html", "email.txt", "issue.md", "index.html")
TITLE = "LLM 트렌드 주간"


def rendered() -> dict[str, str]:
    """The files of the sample's issue in Korean, by name."""
    place = Workspace(root=ROOT / "nowhere")  # without a workspace's own trends and templates
    own, trends = (trend_files.load(resources.trend_texts(place, language)) for language in ("en", "ko"))
    archive = Archive(ROOT / "archive")
    (key,) = archive.issue_keys()
    issue = archive.read(key)
    words = told(issue, "ko", TITLE, own=own, trends=trends, past=0)
    korean = in_language(replace(issue, editions=(words,)), "ko", TITLE, own=own, trends=trends)
    files = render(
        korean, templates=resources.packaged_templates(), baselines=trends, base_url="https://digest.example.org/ko"
    )
    return {name: files[name] for name in NAMES}


if __name__ == "__main__":
    GOLDENS.mkdir(parents=True, exist_ok=True)
    for name, text in rendered().items():
        (GOLDENS / name).write_text(text, "utf-8")
