"""What the parts of an answer share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """Part of an answer. Numbers are given in full precision."""

    model_config = ConfigDict(frozen=True)
