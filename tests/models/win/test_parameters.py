from __future__ import annotations

import pytest
from pydantic import ValidationError

from winprob.models.win.parameters import GROUPS, Priors


@pytest.mark.parametrize("numbers", GROUPS.values(), ids=list(GROUPS))
def test_groups_cannot_be_changed_and_know_their_numbers(numbers: Priors) -> None:
    first = next(name for name, _ in numbers)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(numbers, first, 0.5)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(numbers).model_validate({"no_such_number": 1.0})
    with pytest.raises(ValidationError, match=first):
        type(numbers).model_validate({first: -1.0})
