"""The API's description: valid, complete, and true; its examples are played again, not believed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis

from api.problems import Kind
from domain.commands import COMMANDS
from tests.api import examples
from tests.api.house import House
from workflows.triggers import Trigger

OPERATIONS = ("/healthz", "/readyz", "/metrics")


@pytest.fixture(scope="module")
def document(one_house: House) -> dict[str, Any]:
    """The document, as it is served."""
    answer = one_house.get("/openapi.json", None)
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body that goes in or comes out: where, as what, its schema and examples."""
    for name, operation in operations(document):
        if "requestBody" in operation:
            for media_type, content in operation["requestBody"]["content"].items():
                yield f"{name} takes", media_type, content
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                yield f"{name} answers {status}", media_type, content


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": document["components"]}, validate_formats=True
    )


def test_it_is_a_valid_openapi_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema)
        assert schema.get("description") or "enum" in schema or name == "JsonValue", name


def test_the_readme_names_every_route_and_no_other(document: dict[str, Any]) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text()
    listed, _, _ = text.partition("\n## The API\n")[2].partition("\n\n- ")
    named = set(re.findall(r"`((?:GET|POST|DELETE) [^`]+)`", listed))
    served = {
        re.sub(r"\{[a-z]+_id\}", "{id}", re.sub(r"/statistics/[a-z-]+", "/statistics/{name}", name))
        for name in (name.replace("/api/v1", "") for name, _ in operations(document))
        if not name.endswith(OPERATIONS)
    }
    assert named == served


def test_an_invalid_document_would_be_seen(document: dict[str, Any]) -> None:
    broken = json.loads(json.dumps(document))
    broken["paths"]["/api/v1/queue"]["get"]["responses"] = "none"
    with pytest.raises(Exception, match="is not"):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    seen = 0
    for where, media_type, content in contents(document):
        if "json" in media_type:
            check = validator(document, content["schema"])
            for name, example in content.get("examples", {}).items():
                errors = [error.message for error in check.iter_errors(example["value"])]
                assert errors == [], f"{where}, {name}"
                seen += 1
    assert seen > 150


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    for where, media_type, content in contents(document):
        if not any(path in where for path in OPERATIONS) or "problem" in media_type:
            assert content.get("examples"), f"{where} {media_type}"


def test_every_trigger_has_its_example_that_it_accepts(document: dict[str, Any]) -> None:
    act = document["paths"]["/api/v1/cases/{case_id}/actions/{trigger}"]["post"]
    content = act["requestBody"]["content"]["application/json"]
    assert set(content["examples"]) == {trigger.value for trigger in Trigger if trigger is not Trigger.DETECT}
    for trigger, command in COMMANDS.items():
        if trigger is not Trigger.DETECT:
            example = content["examples"][trigger.value]["value"]
            command.model_validate_json(json.dumps(example))
            validator(document, {"$ref": f"#/components/schemas/{command.__name__}"}).validate(example)
    parameters = {parameter["name"]: parameter for parameter in act["parameters"]}
    assert parameters["trigger"]["schema"]["enum"] == list(content["examples"])
    assert parameters["If-Match"]["required"] is True
    assert parameters["Idempotency-Key"]["required"] is False


def test_every_route_tells_its_errors_as_problems(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        statuses = set(operation["responses"])
        problems = {status for status in statuses if not status.startswith("2")}
        for status in problems:
            assert set(operation["responses"][status]["content"]) == {"application/problem+json"}, (
                name,
                status,
            )
        expected = (
            {"405", "500"}
            if any(name.endswith(path) for path in OPERATIONS)
            else {"401", "403", "405", "413", "429", "500", "503"}
        )
        of_one = ("{case_id}", "{export_id}", "{session_id}")
        by_name = any(one in name for one in of_one) or name.endswith("/accesses")
        expected |= {"404"} if by_name else set()
        expected |= {"400", "415", "422"} if name.startswith("POST") else set()
        if not name.endswith("/exports"):
            expected |= {"409"} if name.startswith("POST") or name.endswith("/content") else set()
        expected |= {"412", "428"} if "{trigger}" in name else set()
        expected |= {"422"} if any(p["in"] == "query" for p in operation.get("parameters", ())) else set()
        expected |= {"503"} if "readyz" in name else set()
        assert problems == expected, name
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        assert bool(operation.get("security")) is not name.endswith(OPERATIONS), name


def test_every_operation_tells_the_headers_of_every_request_and_answer(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        sent = {p["name"]: p["description"] for p in operation["parameters"] if p["in"] == "header"}
        assert {"Accept-Language", "X-Request-Id"} <= set(sent), name
        assert "UUID" in sent["X-Request-Id"]
        for status, response in operation["responses"].items():
            assert {"X-Request-Id", "Content-Language"} <= set(response["headers"]), (name, status)
        assert "Allow" in operation["responses"]["405"]["headers"], name


def test_a_documented_problem_is_shown_as_it_is_sent(document: dict[str, Any]) -> None:
    """With the members that its kind has, and where a parameter is wrong, the parameter."""
    members = {"invalid": {"errors"}, "refused": {"trigger", "reason", "allowed"}, "stale": {"current_version"},
               "too-large": {"max_body_bytes"}, "malformed-json": {"line", "column"}, "malformed-header": {"header"},
               "not-ready": {"checks", "data"}}  # fmt: skip
    shown = set()
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            examples_of = response.get("content", {}).get("application/problem+json", {}).get("examples", {})
            for code, example in examples_of.items():
                problem = example["value"]
                assert (problem["type"], str(problem["status"])) == (f"urn:filrouge:problem:{code}", status)
                assert set(problem) == {"type", "title", "status", "detail", "instance"} | members.get(
                    code, set()
                )
                if code == "invalid":
                    places = {error["in"] for error in problem["errors"]}
                    assert places == ({"body"} if "requestBody" in operation else {"query"}), name
                shown.add(code)
    assert shown == {kind.code for kind in Kind} - {"malformed-request"}


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_nothing_is_loaded_from_elsewhere(one_house: House) -> None:
    """No page of a documentation tool, whose scripts come from other people's servers."""
    for path in ("/docs", "/redoc", "/api/v1/docs", "/api/v1/redoc", "/openapi.json"):
        assert one_house.client.get(path).status_code == 404
    assert "http://" not in one_house.get("/openapi.json", None).text
    assert "https://" not in one_house.get("/openapi.json", None).text


def test_the_examples_are_what_the_api_answers() -> None:
    """The story is played again; what differs is written anew by `python -m tests.api.examples`."""
    played = examples.play()
    stored = {path.stem: path.read_text(encoding="utf-8") for path in examples.FOLDER.glob("*.json")}
    assert set(played) == set(stored)
    rules = "workflow"  # of these only the shape is an example: they change with every rule, and are checked elsewhere
    assert {name: text for name, text in stored.items() if name != rules} == {
        name: examples.written(example) for name, example in played.items() if name != rules
    }
