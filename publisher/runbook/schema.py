"""The JSON Schema of announce.toml, for editors: made of the models that read it, so that neither can forget a key.

An editor sees the forms of values. Whether a zone, a folder or a service is there, only reading the file tells.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from publisher.adapter import registry
from publisher.settings.schema import GateTable, LintTable, Preset, Publisher, ServiceTable, WindowTable

_PLACE = "#/$defs/{model}"
_TABLES = (Publisher, WindowTable, ServiceTable, Preset, LintTable, GateTable)


def schema() -> dict[str, Any]:
    """As JSON Schema 2020-12; channels of other packages' types may have any keys."""
    types = {name: registry.settings_for(name) for name in registry.TYPES}
    tables: list[type[BaseModel]] = [*_TABLES, *types.values()]
    places, made = models_json_schema(
        [(table, "validation") for table in tables], ref_template=_PLACE, schema_generator=_OfToml
    )
    forms: dict[str, Any] = made["$defs"]
    for name, model in types.items():
        forms[model.__name__]["properties"]["type"] = {"const": name}
    at = {model: places[model, "validation"] for model in tables}
    channels = [*(at[model] for model in types.values()), _another(list(types))]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "announce.toml",
        "type": "object",
        "additionalProperties": False,
        "required": ["publisher"],
        "properties": {
            "publisher": at[Publisher],
            "windows": {"type": "array", "items": at[WindowTable]},
            "services": _named(at[ServiceTable]),
            "presets": _named(at[Preset]),
            "lint": at[LintTable],
            "gate": at[GateTable],
            "channels": _named({"oneOf": channels}),
        },
        "$defs": forms,
    }


def _named(form: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": form}


def _another(types: list[str]) -> dict[str, Any]:
    """A channel of another package's type."""
    kind = {"type": "string", "not": {"enum": types}}
    return {"type": "object", "required": ["type"], "properties": {"type": kind}}


class _OfToml(GenerateJsonSchema):
    """TOML has no null: a key is left out instead. What the code says of a key is what an editor shows."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        """The form that a value has where there is one."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        """Without a default that cannot be written."""
        made = super().default_schema(schema)
        if "null" in json.dumps(made.get("default")):
            made.pop("default", None)
        return made

    def model_schema(self, schema: Any) -> dict[str, Any]:
        """With a sentence for each key that has one."""
        made, model = super().model_schema(schema), schema["cls"]
        sentences = {key: text for base in reversed(model.__mro__) for key, text in _sentences(base).items()}
        for name, field in model.model_fields.items():
            place = made["properties"][field.alias or name]
            place.pop("title", None)
            if name in sentences:
                place["description"] = sentences[name]
        return made


def _sentences(model: type) -> dict[str, str]:
    """The docstrings below the keys of a model's class."""
    if not issubclass(model, BaseModel) or model is BaseModel:
        return {}
    [body] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    statements = body.body if isinstance(body, ast.ClassDef) else []
    return {
        key.target.id: inspect.cleandoc(said.value.value).replace("\n", " ")
        for key, said in pairwise(statements)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(said, ast.Expr)
        and isinstance(said.value, ast.Constant)
        and isinstance(said.value.value, str)
    }
