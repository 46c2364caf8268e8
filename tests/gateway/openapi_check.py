"""The OpenAPI document against the rules of the Dutch API design rules that it can break, and what the API really answers
against the document. Used by log_in_check.py."""
import re

import jsonschema

VERBS = {"get", "put", "post", "delete"}


def rules_broken(document):
    found = []
    if not document["openapi"].startswith("3.1"):
        found.append("openapi is not 3.1")
    if not re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"]):
        found.append("info.version is no semantic version")
    ids = set()
    for path, operations in document["paths"].items():
        if path.endswith("/") or not re.fullmatch(r"(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z][A-Za-z0-9]*\}))+", path):
            found.append(f"{path}: is not kebab-case, or ends with a slash")
        for verb, operation in operations.items():
            where = f"{verb} {path}"
            if verb not in VERBS:
                found.append(f"{where}: no standard method")
            if operation["operationId"] in ids:
                found.append(f"{where}: its operationId is not its own")
            ids.add(operation["operationId"])
            named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
            if named != set(re.findall(r"\{(\w+)\}", path)):
                found.append(f"{where}: its path has other parameters")
            for parameter in operation["parameters"]:
                if parameter["in"] == "query" and not re.fullmatch(r"[a-z][A-Za-z0-9]*", parameter["name"]):
                    found.append(f"{where}: {parameter['name']} is not camelCase")
            if "application/problem+json" not in operation["responses"]["default"]["content"]:
                found.append(f"{where}: refuses in another form than a problem")
            if verb == "get" and "requestBody" in operation:
                found.append(f"{where}: a body")

    def references(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "$ref":
                    yield inner
                else:
                    yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    schemas = document["components"]["schemas"]
    for reference in set(references(document)):
        if reference.removeprefix("#/components/schemas/") not in schemas:
            found.append(f"{reference} leads nowhere")
    return found


class Described:
    def __init__(self, document):
        self.document = document
        self.checked = 0

    def operation(self, verb, path):
        segments = path.split("?")[0].split("/")
        for template, operations in self.document["paths"].items():
            parts = template.split("/")
            if len(parts) == len(segments) and all(a == b or a.startswith("{") for a, b in zip(parts, segments)) and verb.lower() in operations:
                return operations[verb.lower()]
        return None  # such a path there is not

    def check(self, verb, path, answer):
        operation = self.operation(verb, path)
        if operation is None:
            assert answer.status in (400, 404, 405), (verb, path)
            return
        self.check_json(verb, path, answer.status, answer.json)

    def check_json(self, verb, path, status, answer):
        operation = self.operation(verb, path)
        said = operation["responses"].get(str(status), operation["responses"]["default"])
        schema = next(iter(said["content"].values()))["schema"]
        whole = {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole).validate(answer)
        if status >= 400:
            assert "`" not in answer["title"] + answer.get("detail", ""), ("a screen knows no commands", answer)
        self.checked += 1
