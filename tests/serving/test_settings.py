import pytest

from winprob.serving.settings import Settings


def test_the_registry_is_local_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert Settings().tracking_uri == "sqlite:///mlruns/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///elsewhere.db")
    assert Settings().tracking_uri == "sqlite:///elsewhere.db"


def test_the_champion_is_served_on_this_machine_only() -> None:
    settings = Settings()
    assert (settings.model, settings.host, settings.port) == ("models:/winprob@champion", "127.0.0.1", 8000)


def test_only_proxies_on_this_machine_are_believed_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert Settings().forwarded_allow_ips == "127.0.0.1,::1"
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.0/8")
    assert Settings().forwarded_allow_ips == "10.0.0.0/8"
