"""What pages are drawn with: style sheets, Plotly, Swagger UI, and a few lines that start them."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

ASSETS = {
    "page.css": ("winprob.serving.pages", "static/page.css"),
    "draw.js": ("winprob.serving.pages", "static/draw.js"),
    "docs.js": ("winprob.serving.pages", "static/docs.js"),
    "plotly.min.js": ("plotly", "package_data/plotly.min.js"),
    "swagger-ui.css": ("fastapi_offline", "static/swagger-ui.css"),
    "swagger-ui-bundle.js": ("fastapi_offline", "static/swagger-ui-bundle.js"),
}
"""The files, each with the package that it comes with."""
KEPT = {"Cache-Control": "public, max-age=3600"}

router = APIRouter(prefix="/assets", include_in_schema=False)


@router.get("/{name}")
async def asset(name: str) -> Response:  # numpydoc ignore=PR01
    """Give a file that a page needs."""
    if name not in ASSETS:
        raise HTTPException(404)
    package, path = ASSETS[name]
    return FileResponse(str(files(package) / path), headers=KEPT)
