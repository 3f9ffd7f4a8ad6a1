"""Security headers."""

from flask import Response

from server.plumbing.headers import COMMON, DESK_POLICY, PHONE_POLICY, SITE_POLICY, secure


def test_every_answer_gets_the_common_headers_and_one_policy() -> None:
    response = secure(Response("x"), DESK_POLICY)
    assert {name: response.headers[name] for name in COMMON} == COMMON
    assert response.headers.getlist("Content-Security-Policy") == [DESK_POLICY]


def test_no_policy_lets_a_foreign_script_or_frame_in() -> None:
    for policy in (DESK_POLICY, PHONE_POLICY, SITE_POLICY):
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'self'"
        assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in rules.get("script-src", "").replace("wasm-unsafe-eval", "")
        assert "*" not in policy.replace("connect-src *", "")
