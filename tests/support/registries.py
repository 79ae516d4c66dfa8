"""What a registry says of its versions."""

from __future__ import annotations

from pathlib import Path

from winprob.training.track.registry import opened_registry
from winprob.training.track.tracking import Logged


def champion_of(name: str = "winprob") -> str:
    """Which version is champion; fails where there is none."""
    with opened_registry() as client:
        return str(client.get_model_version_by_alias(name, "champion").version)


def tags_of(version: str) -> dict[str, str]:
    """What is noted on a version."""
    with opened_registry() as client:
        return dict(client.get_model_version("winprob", version).tags)


def files_of(logged: Logged) -> Path:
    """Where the bundle of a version lies."""
    with opened_registry() as client:
        place = client.get_model_version_download_uri(logged.name, logged.version)
    return Path(place.removeprefix("file://")) / "data" / "bundle"
