"""Read the packaged data, from the wheel or the checkout, overridden by the workspace's own files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from digest.errors import WorkspaceError
from digest.model import TrendTexts, Workspace
from digest.storage.files import regular
from digest.storage.files.atomic import replace_file, replacing
from digest.text.words import SOURCE, catalogue_of

_PACKAGE = Path(__file__).parents[2]
_CHECKOUT = _PACKAGE.parent.parent
_TEMPLATES = (".j2", ".css", ".js")


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignTexts:
    """Texts in other languages: by path a trend's id and its texts, and lists of all trends' terms; and lists of phrases that show the subject."""

    trends: Mapping[str, tuple[str, str]]
    terms: Mapping[str, str]
    topics: tuple[str, ...]


def trend_texts(workspace: Workspace, language: str = SOURCE) -> TrendTexts:
    """The texts of the trend files: the packaged ones by name, the workspace's own by path; by id what they say in another language."""
    told = catalogue_of(language)
    elsewhere = told not in ("", SOURCE)
    words = sorted((_PACKAGE / "languages" / told / "trends").glob("*.md")) if elsewhere else []
    own_words = sorted((workspace.trends / told).glob("*.md")) if elsewhere else []
    return TrendTexts(
        packaged={path.name: path.read_text("utf-8") for path in sorted((_PACKAGE / "trends").glob("*.md"))},
        own={str(path): _own(path) for path in sorted(workspace.trends.glob("*.md"))},
        signed={str(path): _own(path) for path in sorted(workspace.baselines.glob("*/[0-9]*.md"))},
        language=told,
        words={path.stem: path.read_text("utf-8") for path in words},
        own_words={path.stem: _own(path) for path in own_words},
    )


def foreign_texts(workspace: Workspace) -> ForeignTexts:
    """The texts by which items in other languages are sorted. The workspace's own files come last."""
    own = sorted(workspace.trends.glob("*/*.md"))
    files = {
        str(path): (path.stem, path.read_text("utf-8")) for path in sorted(_PACKAGE.glob("languages/*/trends/*.md"))
    }
    return ForeignTexts(
        trends=files | {str(path): (path.stem, _own(path)) for path in own},
        terms={str(path): path.read_text("utf-8") for path in sorted(_PACKAGE.glob("languages/*/terms.yaml"))},
        topics=tuple(path.read_text("utf-8") for path in sorted(_PACKAGE.glob("languages/*/topic.txt"))),
    )


def template_texts(workspace: Workspace) -> dict[str, str]:
    """The templates by their path below `templates/`: the packaged ones, overridden file by file by the workspace's own."""
    return packaged_templates() | own_templates(workspace)


def packaged_templates() -> dict[str, str]:
    """The packaged templates. They are read once per process, and again where one was saved, as in a checkout."""
    root = _templates()
    return dict(_read(root, tuple((path, path.stat().st_mtime_ns) for path in _template_files(root))))


@lru_cache(maxsize=1)
def _read(root: Path, files: tuple[tuple[Path, int], ...]) -> Mapping[str, str]:
    return {str(path.relative_to(root)): path.read_text("utf-8") for path, _ in files}


def own_templates(workspace: Workspace) -> dict[str, str]:
    """The workspace's own templates; none in a checkout, where they are the packaged ones."""
    root = workspace.templates
    if root.resolve() == _templates().resolve():
        return {}
    return {str(path.relative_to(root)): _own(path) for path in _template_files(root)}


def templates_stamp(workspace: Workspace) -> str:
    """A text that changes whenever a template is saved, added or removed."""
    files = (path for root in (_templates(), workspace.templates) for path in _template_files(root))
    return " ".join(f"{path}:{path.stat().st_mtime_ns}" for path in files if path.exists())


def write_own(path: Path, text: str) -> None:
    """Write a workspace's own file, and create its folder if necessary.

    Raises:
        WorkspaceError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path.resolve(), text.encode())
    except OSError as error:
        raise WorkspaceError(
            str(path), f"cannot be written ({error.strerror})", "free disk space or repair the folder"
        ) from error


def _template_files(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.suffix in _TEMPLATES and not path.name.startswith(".")]


def model_bytes() -> bytes | None:
    """The trained classifier, or None if the package has none."""
    path = _PACKAGE / "classify" / "model.npz"
    return path.read_bytes() if path.exists() else None


def interest_bytes() -> bytes:
    """The model of what an editor picks."""
    return (_PACKAGE / "editorial" / "interest.npz").read_bytes()


def accuracy_text() -> str:
    """The classifier's measured accuracy, as `make accuracy` wrote it; empty if the package has none."""
    path = _PACKAGE / "classify" / "accuracy.json"
    return path.read_text("utf-8") if path.exists() else ""


def check_texts() -> str:
    """Texts with known labels, as JSON lines, on which a second reader of labels is checked."""
    return (_PACKAGE / "classify" / "check_texts.jsonl").read_text("utf-8")


def ordinary_words() -> frozenset[str]:
    """Words that cannot be part of a phrase that an issue counts."""
    lines = (_PACKAGE / "editorial" / "ordinary_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def fonts() -> tuple[bytes, bytes, bytes]:
    """The TrueType fonts of an issue's cover picture: regular, bold, and one with Hangul."""
    folder = _PACKAGE / "render" / "fonts"
    regular, bold, hangul = ((folder / f"{name}.ttf").read_bytes() for name in ("regular", "bold", "hangul"))
    return regular, bold, hangul


def sample_files() -> dict[str, str]:
    """The files of the sample workspace: the text of each by its path."""
    root = _PACKAGE / "sample"
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in sorted(root.rglob("*")) if path.is_file()}


def starter_config() -> str:
    """A commented feeds.yaml to begin with."""
    return _first(_PACKAGE / "_feeds.yaml", _CHECKOUT / "feeds.yaml").read_text("utf-8")


def write_private(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that only its owner may read, completely or not at all.

    Raises:
        WorkspaceError: it cannot be written.
    """
    try:
        with replacing(path, private=True) as file:
            file.writelines(chunks)
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be written ({error.strerror})", "choose another path") from error


def _templates() -> Path:
    return _first(_PACKAGE / "_templates", _CHECKOUT / "templates")


def _first(*places: Path) -> Path:
    """The first of these paths that exists: in a wheel, or in a checkout."""
    return next(place for place in places if place.exists())


def _own(path: Path) -> str:
    """A workspace's own file.

    Raises:
        WorkspaceError: it cannot be read.
    """
    try:
        return regular(path).read_text("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "save it as UTF-8 text, or remove it") from error
