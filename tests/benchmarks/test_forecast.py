from __future__ import annotations

import numpy as np
from bundles import trained_bundle

from benchmarks.forecast import forecast_table, many_deals, plain_loop


def test_the_plain_loop_draws_what_the_table_forecasts() -> None:
    deals, chances = many_deals(trained_bundle(), 400, 3)
    found = forecast_table(deals, chances)
    groups = found[found["team"].notna()]
    assert groups["team"].tolist() == ["team 0", "team 1", "team 2"]
    plain = plain_loop(deals, chances[:, 0], 2_000)
    error = plain.std(axis=0) / np.sqrt(len(plain))
    assert (np.abs(plain.mean(axis=0) - groups["open_expected"]) < 4 * error).all()
    assert found.loc[found["team"].isna(), "deals"].tolist() == [400]
    assert (groups[["won", "new_expected"]] > 0).all(axis=None)
