import pytest

from serving.settings import Settings


def test_the_registry_is_local_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert Settings().tracking_uri == "sqlite:///mlruns/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///elsewhere.db")
    assert Settings().tracking_uri == "sqlite:///elsewhere.db"


def test_the_champion_is_served_on_this_machine_only() -> None:
    settings = Settings()
    assert (settings.model, settings.host, settings.port) == ("models:/winprob@champion", "127.0.0.1", 8000)
