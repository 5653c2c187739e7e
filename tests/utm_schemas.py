"""Holds answers of the UTM interfaces against their published descriptions."""

import json
import re
import sys


def interface(folder, name):
    """What the published description says; None where it is not on this machine."""
    file = folder / name
    if not file.exists():
        return None
    import yaml
    return yaml.safe_load(file.read_text())


class Schemas:
    """Holds every answer against the published descriptions."""

    def __init__(self, folder):
        self.descriptions = [(name, below, interface(folder, name)) for name, below in
                             [("f3548-21.yaml", ""), ("interuss-aux.yaml", ""), ("f3411-19.yaml", ""), ("f3411-22a.yaml", "/rid/v2")]]
        self.complete = all(description for _, _, description in self.descriptions)
        if not self.complete:
            print(f"SKIPPED: answers are not held against the interfaces' descriptions, which are not in {folder}", file=sys.stderr)
            return
        import jsonschema
        self.jsonschema = jsonschema
        # F3548's pattern of a UUID has each backslash twice, so that nothing fits it.
        self.descriptions = [(name, below, json.loads(json.dumps(d, default=str).replace(r"\\\\-", "-"))) for name, below, d in self.descriptions]
        # F3411-19 requires members that it does not describe.
        for _, _, description in self.descriptions:
            for schema in description["components"]["schemas"].values():
                if "properties" in schema:
                    schema["required"] = [m for m in schema.get("required", []) if m in schema["properties"]]
                    if not schema["required"]:
                        del schema["required"]

    def operation(self, method, path):
        for _, below, description in self.descriptions:
            for template, operations in description["paths"].items():
                if re.fullmatch(below + re.sub(r"\{[^}]*\}", "[^/]+", template), path) and method.lower() in operations:
                    return description, operations[method.lower()]
        raise AssertionError(f"no such route in the descriptions: {method} {path}")

    def check(self, method, target, status, content):
        if not self.complete:
            return
        path = target.split("?")[0]
        description, operation = self.operation(method, path)
        responses = operation["responses"]
        if str(status) not in responses:
            raise AssertionError(f"{method} {path} is answered with {status}, which the description does not have; {content[:300]}")
        media = responses[str(status)].get("content", {}).get("application/json")
        # What F3411-19 requires of a subscription without saying what it is: "url".
        if media:
            self.jsonschema.Draft4Validator(media["schema"], resolver=self.jsonschema.RefResolver("", description)).validate(json.loads(content))
