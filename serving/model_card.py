"""The model's card: what it is, what it learned from, and how good it proved to be."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from features.playbook import Playbook
from models.manifest import Manifest
from serving.openapi import refusals
from serving.service import TheService

router = APIRouter(prefix="/v1", tags=["model"])


class ModelCard(BaseModel):
    """What is served.

    Attributes
    ----------
    name, version : str
        As in every answer.
    manifest : Manifest
        Data, metrics beside those of the fixed rules, attributes, versions.
    playbook : Playbook
        The codes that documents can use: stages, check points, risk items, roles.
    """

    name: str
    version: str
    manifest: Manifest
    playbook: Playbook


@router.get("/model", responses=refusals(503))
async def model_card(service: TheService) -> ModelCard:  # numpydoc ignore=PR01
    """Show what is served: data, metrics beside those of the rules, and the codes that documents use."""
    desk = service.desk
    bundle = desk.served.bundle
    return ModelCard(
        name=desk.model.name, version=desk.model.version, manifest=bundle.manifest, playbook=bundle.playbook
    )
