"""Whether the process lives, and whether it can score, with which model and history."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from winprob.serving.follow.following import TheFollowing
from winprob.serving.follow.status import Status
from winprob.serving.service import TheService
from winprob.serving.wire.openapi import refusals

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process lives."""

    status: str = "alive"


class Ready(Status):
    """The model is loaded, and the first page of the forecast is made."""

    status: str = "ready"


@router.get("/healthz")
async def alive() -> Alive:
    """Tell that the process lives, whether or not it can score."""
    return Alive()


@router.get("/readyz", responses=refusals(503))
async def ready(service: TheService, following: TheFollowing) -> Ready:  # numpydoc ignore=PR01
    """Tell that the model is loaded and has scored, since when, and what is newer but was rejected.

    Where there is a history, the forecast that is shown first is made by then.

    It stays ready while another model or history is loaded, and if that is rejected.
    """
    return Ready.of(service.ready_engines, following.rejected)
