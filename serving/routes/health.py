"""Whether the process lives, and whether it can score."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from winprob.serving.scores.answer import ModelName
from winprob.serving.service import TheService
from winprob.serving.wire.openapi import refusals

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process lives."""

    status: str = "alive"


class Ready(BaseModel):
    """The model is loaded."""

    status: str = "ready"
    model: ModelName


@router.get("/healthz")
async def alive() -> Alive:
    """Tell that the process lives, whether or not it can score."""
    return Alive()


@router.get("/readyz", responses=refusals(503))
async def ready(service: TheService) -> Ready:  # numpydoc ignore=PR01
    """Tell that the model is loaded and has scored."""
    return Ready(model=service.scorer.model)
