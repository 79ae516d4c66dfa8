"""The file that MLflow runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import lightgbm
import numpy as np
import pandas as pd
import pytest

from winprob.training.track.registry import quiet_mlflow


@pytest.mark.filterwarnings("ignore:LightGBM binary classifier")  # shap's own
def test_contributions_are_answered_if_the_settings_say_so(tmp_path: Path) -> None:
    with quiet_mlflow():
        from benchmarks.plain_pyfunc import PlainModel
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(200, 2)), columns=["a", "b"])
    won = (rows["a"] > 0).astype(int)
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, won), 5)
    booster.save_model(tmp_path / "booster.txt")
    for explain, columns in ((False, ["probability"]), (True, ["probability", "a", "b"])):
        model = PlainModel()
        model.load_context(
            SimpleNamespace(
                artifacts={"booster": str(tmp_path / "booster.txt")}, model_config={"explain": explain}
            )
        )
        answer = model.predict(None, rows)
        assert list(answer) == columns
        np.testing.assert_array_equal(answer["probability"], booster.predict(rows))
    assert answer["a"].abs().mean() > answer["b"].abs().mean()
