"""Whatever is asked of forecasts: an answer or a clear refusal, and never a server error."""

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from winprob.serving.wire.problems import ProblemDocument

PATHS = st.sampled_from(
    [
        "/v1/forecast",
        "/v1/forecast/explained",
        "/v1/forecast/explained/deals",
        "/v1/forecast/change",
        "/v1/forecast/change/deals",
        "/v1/forecast/deals",
        "/forecast",
        "/forecast/explained",
        "/forecast/change",
        "/forecast/deals",
    ]
)
NAMES = st.sampled_from(
    ["by", "periods", "group", "as_of", "since", "language", "part", "currency", "limit", "period_start"]
)
VALUES = st.text(max_size=12) | st.sampled_from(
    [
        "", "\0", "0", "1", "-1", "1e3", "nan", "53", "week", "month", "quarter", "2024-12-27", "0001-01-01",
        "9999-12-31", "2024-12-27,9999-12-31", "2024-12-28,2024-12-27", "2024-06-30T00:00:00 08:00",
        "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "team", "owner_id", "currency", "stage",
        "won", "CNY", "en", "zh", "2024-10-01",
    ]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(path=PATHS, query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_any_query_is_answered_or_refused(
    forecasts: httpx.Client, path: str, query: list[tuple[str, str]]
) -> None:
    answer = forecasts.get(path, params=query)
    if answer.status_code != 200:
        assert answer.status_code == 422, answer.text
        assert ProblemDocument.model_validate_json(answer.content).errors


BODIES = st.dictionaries(
    st.sampled_from(["changes", "without_biggest", "by", "periods", "as_of", "group", "language", "x"]),
    st.none()
    | st.booleans()
    | st.integers()
    | VALUES
    | st.dictionaries(
        st.sampled_from(["OPP-00290", "OPP-1"]),
        st.dictionaries(
            st.sampled_from(["outcome", "amount", "stage", "expected_close", "competitors", "checkpoints"]),
            VALUES | st.sampled_from([0, -1, 10**400, "lost", "intent", ["Acme"], ["Acme", "Acme"], None]),
            max_size=3,
        ),
        max_size=2,
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(body=BODIES)
def test_any_supposition_is_answered_or_refused(forecasts: httpx.Client, body: dict[str, object]) -> None:
    answer = forecasts.post("/v1/forecast/what-if", json=body)
    if answer.status_code != 200:
        assert answer.status_code in (400, 422), answer.text
        assert ProblemDocument.model_validate_json(answer.content).errors
