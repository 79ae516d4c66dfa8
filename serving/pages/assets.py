"""What pages load: a style sheet, an icon, Swagger UI; and the page on which Swagger UI describes the API."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page

ASSETS = {
    "page.css": ("winprob.serving.pages", "static/page.css"),
    "icon.svg": ("winprob.serving.pages", "static/icon.svg"),
    "docs.js": ("winprob.serving.pages", "static/docs.js"),
    "swagger-ui.css": ("fastapi_offline", "static/swagger-ui.css"),
    "swagger-ui-bundle.js": ("fastapi_offline", "static/swagger-ui-bundle.js"),
}
"""The files, each with the package that it comes with."""
KEPT = {"Cache-Control": "public, max-age=3600"}

router = APIRouter(include_in_schema=False)


@router.get("/assets/{name}")
async def asset(name: str) -> Response:  # numpydoc ignore=PR01
    """Give a file that a page needs."""
    if name not in ASSETS:
        raise HTTPException(404)
    package, path = ASSETS[name]
    return FileResponse(str(files(package) / path), headers=KEPT)


@router.get("/docs")
async def docs(root: Root) -> Response:  # numpydoc ignore=PR01
    """Describe every address, and let it be tried."""
    return page("docs.html", "en", root)
