"""The model's card: what it is, what it learned from, how good it proved to be, and what it is not for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from winprob.features.playbook import Playbook
from winprob.models.bundle.card import Card
from winprob.models.bundle.manifest import Manifest
from winprob.models.present.card_markdown import markdown
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.preference import preferences

MARKDOWN = "text/markdown"

VARY = {"Vary": "Accept, Accept-Language"}

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
    card : Card
        What the test says that the model knows: measures with 95 % intervals, also by stage, region and band
        of the amount; predicted beside observed; what moves its probabilities; what it must not be used for.
    """

    name: str
    version: str
    manifest: Manifest
    playbook: Playbook
    card: Card


def prefers_markdown(accept: str | None) -> bool:
    """Tell whether a client would rather read a page than data.

    Parameters
    ----------
    accept : str, optional
        The header ``Accept``.

    Returns
    -------
    bool
        Only if it names Markdown, and gives JSON no more weight.

    Examples
    --------
    >>> prefers_markdown("text/markdown"), prefers_markdown("*/*"), prefers_markdown(None)
    (True, False, False)
    >>> prefers_markdown("application/json, text/markdown;q=0.5")
    False
    """
    weights = dict(preferences(accept))
    page = weights.get(MARKDOWN, 0.0)
    data = next(
        (weights[name] for name in ("application/json", "application/*", "*/*") if name in weights), 0.0
    )
    return page > 0 and page >= data


def _as_page(request: Request) -> bool:
    return prefers_markdown(request.headers.get("accept"))


PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The card: as JSON, or with `Accept: text/markdown` as a page to read, in Chinese or "
        "English as `Accept-Language` says.",
        "content": {MARKDOWN: {"schema": {"type": "string"}}},
    }
}


@router.get("/model", response_model=ModelCard, responses=PAGE | refusals(503))
async def model_card(  # numpydoc ignore=PR01
    service: TheService, page: Annotated[bool, Depends(_as_page)], language: AcceptedLanguage
) -> Response:
    """Show what the model knows and what it must not be used for.

    Data, metrics beside those of the rules, measures with intervals by stage, region and amount, and the
    codes that documents use. With the header ``Accept: text/markdown`` it is a page for people.
    """
    scorer = service.scorer
    bundle, name = scorer.served.bundle, scorer.model
    if page:
        text = markdown(bundle, name.version, language)
        return Response(text, media_type=MARKDOWN, headers=VARY | {"Content-Language": language})
    card = ModelCard(
        name=name.name,
        version=name.version,
        manifest=bundle.manifest,
        playbook=bundle.playbook,
        card=bundle.card,
    )
    return Response(card.model_dump_json(), media_type="application/json", headers=VARY)
