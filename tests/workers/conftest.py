"""A database for the newsletters of a test."""

import pytest

from support.postgres import Cluster


@pytest.fixture
def database(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, which DIGEST_STORE names."""
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    url = postgres.database()
    monkeypatch.setenv("DIGEST_STORE", url)
    return url
