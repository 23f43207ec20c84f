"""The names of versions that feeds announce by a number alone."""

import pytest

from digest.editorial.versions import is_patch, is_version, named, product, same_project


@pytest.mark.parametrize(
    ("title", "url", "feed", "name"),
    [
        ("v0.27.1", "https://github.com/mill/stone/releases/tag/v0.27.1", "Release notes from stone", "stone v0.27.1"),
        ("v2", "https://github.com/mill/stone-mill/tree/v2", "Stone Mill releases", "Stone Mill v2"),
        (
            "Release 2026.8.18",
            "https://github.com/mill/servers/releases/tag/2026.8.18",
            "git",
            "mill/servers 2026.8.18",
        ),
        ("2.1.236", "https://mill.example/changelog#2-1-236", "Stone changelog", "Stone 2.1.236"),
        ("3.0.0-rc.1", "https://mill.example/3", "Releases", "3.0.0-rc.1"),
        ("Stone 2.0", "https://github.com/mill/stone/releases/tag/v2.0", "Stone releases", "Stone 2.0"),
    ],
)
def test_a_number_alone_gets_the_name_of_its_project(title: str, url: str, feed: str, name: str) -> None:
    assert named(title, url=url, feed=feed) == name


@pytest.mark.parametrize("title", ["v0.1.2", "1.0", "Release 2.4", "Version 3.1.0-beta.2", "b4521"])
def test_a_number_is_a_version(title: str) -> None:
    assert is_version(title)


@pytest.mark.parametrize("title", ["Stone 2.0", "2026", "42", "3.5 reasons to mill", ""])
def test_anything_else_is_a_title(title: str) -> None:
    assert not is_version(title)


def test_patches_and_what_comes_before_a_release_are_told_from_releases() -> None:
    assert [is_patch(f"Stone {number}") for number in ("2.0.1", "2.1.0-rc.3", "2.1.0", "2.1", "v3")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_project_is_the_same_however_it_is_spelled() -> None:
    assert same_project("stone-mill") == same_project("Stone Mill")
    assert product("Stone Mill release notes") == product("Release notes from Stone Mill") == "Stone Mill"
