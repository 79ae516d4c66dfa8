"""Who is champion, and the trail of who was: when, by whom and why it changed."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from winprob.features.mistake import Mistake
from winprob.models.registry.access import reaching
from winprob.training.fit import Trained
from winprob.training.track.comparison import CHAMPION
from winprob.training.track.promotion import Decision, decide
from winprob.training.track.registry import (
    NAME,
    champion,
    champion_version,
    open_registry,
    opened_registry,
    quiet_mlflow,
    registered,
)
from winprob.training.track.registry_lock import registry_lock

if TYPE_CHECKING:
    from mlflow import MlflowClient

TRAIL = "champion."
"""Tags of the registered model begin with it: one for each change, numbered."""
STATUS, WHY, CAUTION = "promotion", "promotion.reason", "promotion.caution"
"""Tags of a version."""
LONGEST_WHY = 2000
"""Letters of a reason: a tag of MLflow holds 5,000."""


class Change(BaseModel):
    """A change of the champion.

    Attributes
    ----------
    version, before : str
        The champion since then, and the one before it, if there was one.
    at : datetime
        In UTC.
    by : str
        User and machine.
    why : str
    kind : {"promotion", "rollback"}
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    before: str | None
    at: datetime
    by: str
    why: str
    kind: Literal["promotion", "rollback"]


def changes(client: MlflowClient, name: str) -> list[Change]:
    """Read the trail of champions, the first change first."""
    for model in client.search_registered_models(f"name = '{name}'"):
        numbered = {
            int(key.removeprefix(TRAIL)): value for key, value in model.tags.items() if key.startswith(TRAIL)
        }
        return [Change.model_validate_json(numbered[number]) for number in sorted(numbered)]
    return []


def trail(name: str = NAME) -> list[Change]:
    """Read who was champion, the first change first.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    """
    with opened_registry() as client:
        return changes(client, name)


def promote(version: str, why: str, name: str = NAME) -> Change:
    """Make a version champion because a person says so.

    Parameters
    ----------
    version : str
        Version of the registered model.
    why : str
        For whoever asks later.
    name : str
        Name of the registered model.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such version or its files are gone, it is champion already, there is no reason, or the
        registry cannot be used.
    """
    why = _stated(why)
    with quiet_mlflow():
        import mlflow

        uri = mlflow.get_tracking_uri()
        with registry_lock(uri):
            with reaching(uri):
                client = open_registry()
                now = champion_version(client, name)
            registered(client, name, version)
            if version == now:
                raise Mistake(f"version: expected another one than the champion, found {version}")
            return _change(client, name, Decision(True, why), version, now, "promotion")


def rollback(why: str, name: str = NAME) -> Change:
    """Make the champion before the present one champion again; rolled back twice, the one before that.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there was none, there is no reason, or the registry cannot be used.
    """
    why = _stated(why)
    with opened_registry(locked=True) as client:
        now, before = champion_version(client, name), _before(changes(client, name))
        if before is None:
            raise Mistake(
                f"{name}: expected a champion before the present one to roll back to, found none; see "
                "winprob models, and name a version with winprob promote"
            )
        return _change(client, name, Decision(True, why), before, now, "rollback")


def promote_if_better(client: MlflowClient, trained: Trained, name: str, version: str) -> Decision:
    """Compare a version with the champion, until it has lost, or is champion instead of the one it beat."""
    while True:
        opponent = champion(client, name)
        decision = decide(trained, opponent)
        before = None if opponent is None else opponent.version
        if not decision.promoted:
            _note(client, name, version, "refused", decision)
            return decision
        if champion_version(client, name) == before:
            _change(client, name, decision, version, before, "promotion")
            if champion_version(client, name) == version:
                return decision


def _change(
    client: MlflowClient,
    name: str,
    decision: Decision,
    version: str,
    before: str | None,
    kind: Literal["promotion", "rollback"],
) -> Change:
    """Move the alias, and say so on both versions and in the trail."""
    change = Change(
        version=version,
        before=before,
        at=datetime.now(UTC),
        by=f"{getpass.getuser()}@{socket.gethostname()}",
        why=decision.reason[:LONGEST_WHY],
        kind=kind,
    )
    client.set_registered_model_alias(name, CHAMPION, version)
    if before is not None:
        client.set_model_version_tag(name, before, STATUS, f"former {CHAMPION}")
    _note(client, name, version, CHAMPION, decision)
    number = len(changes(client, name)) + 1
    client.set_registered_model_tag(name, f"{TRAIL}{number}", change.model_dump_json())
    return change


def _note(client: MlflowClient, name: str, version: str, status: str, decision: Decision) -> None:
    """Write a decision on a version."""
    tags = {STATUS: status, WHY: decision.reason[:LONGEST_WHY], CAUTION: decision.caution}
    for key, value in tags.items():
        if value:
            client.set_model_version_tag(name, version, key, value)


def _before(trail: Sequence[Change]) -> str | None:
    """The champion to roll back to: promotions stack up, and each rollback takes the last of them away."""
    stack: list[str | None] = []
    for change in trail:
        if change.kind == "promotion":
            stack.append(change.before)
        elif stack:
            stack.pop()
    return stack[-1] if stack else None


def _stated(why: str) -> str:
    if not why.strip():
        raise Mistake("why: expected a reason, found none; whoever comes later will ask for it")
    return why.strip()
