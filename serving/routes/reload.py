"""Looking for another model or history now, for who does not want to wait."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends

from winprob.serving.follow.following import TheFollowing
from winprob.serving.follow.rejected import PartName
from winprob.serving.follow.status import Status
from winprob.serving.http.loopback import loopback_only
from winprob.serving.wire.openapi import refusals

router = APIRouter(prefix="/v1/models", tags=["model"])


class Reloaded(Status):
    """What came of a poll.

    Attributes
    ----------
    result : {"swapped", "unchanged", "rejected"}
        Whether something newer is served now, there was nothing newer, or something newer is not served.
    swapped : list of {"model", "history"}
        What is newer and served now; beside "rejected" it may be the other of the two.
    """

    result: Literal["swapped", "unchanged", "rejected"]
    swapped: list[PartName]


@router.post("/reload", responses=refusals(403, 503), dependencies=[Depends(loopback_only)])
async def reload(following: TheFollowing) -> Reloaded:  # numpydoc ignore=PR01
    """Look for another model and history now, and answer once they are served or rejected.

    Only for requests that this machine sends itself. What was rejected is tried again, and a folder is taken
    as it is. Of two at the same time the second waits for the first. Others are answered meanwhile.
    """
    poll = await following.reload()
    result: Literal["swapped", "unchanged", "rejected"] = (
        "rejected" if poll.rejected else "swapped" if poll.swapped else "unchanged"
    )
    told = dict(Status.of(poll.engines, poll.rejected))
    return Reloaded(result=result, swapped=list(poll.swapped), **told)
