"""The page that describes the service, drawn by Swagger UI from its OpenAPI description."""

from __future__ import annotations

from fastapi import APIRouter, Response

from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(root: Root) -> Response:  # numpydoc ignore=PR01
    """Describe every address, and let it be tried."""
    return page("docs.html", "en", root)
