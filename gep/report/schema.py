"""The JSON of an account as a JSON Schema, so that other programs can rely on it.

The schema lies beside this file as ``account.schema.json``. Its version is the ``schema_version``
of the JSON: within a version fields may be added and none is taken away or changes its meaning, so
a reader should skip what it does not know. Version 1, of files that gep 0.1 wrote, lies there too
(``account.schema.1.json``): its warnings and notes are English texts.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Literal, get_args

from gep.account.account import SCHEMA_VERSION
from gep.account.evaluate import Status
from gep.account.ledger import LEDGER, Role
from gep.core.messages import Level
from gep.core.plugins import Group
from gep.core.tables import EVIDENCE
from gep.standards import LEVELS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES = {1: "account.schema.1.json", 2: "account.schema.json"}  # by version

_TEXT: dict[str, Any] = {"type": "string"}
_TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_NUMBER: dict[str, Any] = {"type": "number"}
_NUMBER_OR_NULL: dict[str, Any] = {"type": ["number", "null"]}
_BY: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {
        "type": ["number", "null"],
        "description": "null where nothing is known",
    },
}
_HASH: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_BY_HASH: dict[str, Any] = {
    "type": "object",
    "additionalProperties": _HASH,
}


def schema(*, strict: bool = False) -> dict[str, Any]:
    """The schema of :meth:`gep.account.account.Account.summary` and
    :meth:`gep.account.account.Account.to_json`.

    Parameters
    ----------
    strict : bool
        Refuse fields that the schema does not name. The published schema lets them pass.

    Returns
    -------
    dict
        A JSON Schema of draft 2020-12.

    Examples
    --------
    >>> schema()["properties"]["schema_version"]
    {'const': 2}
    """

    def record(
        about: str, properties: dict[str, Any], optional: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        out: dict[str, Any] = {
            "type": "object",
            "description": about,
            "properties": properties,
            "required": [k for k in properties if k not in optional],
        }
        return {**out, "additionalProperties": False} if strict else out

    def said(about: str, kind: dict[str, Any]) -> dict[str, Any]:
        return {**kind, "description": about}

    need = record("A figure that is lacking.", {"name": _TEXT, "unit": _TEXT})
    missing = record(
        "A component that could not be accounted.",
        {
            "indicator": _TEXT,
            "component": _TEXT,
            "needs": {"type": "array", "items": need},
            "ecosystems": said("Only these, where the rest is accounted.", _TEXTS),
            "items": said("Only these; empty where all lack it.", _TEXTS),
            "regions": said("Only these; empty where all lack it.", _TEXTS),
            "years": said(
                "Only these; empty where all lack it.",
                {"type": "array", "items": {"type": "integer"}},
            ),
            "inside": said("What holds it unseparated; empty where nothing does.", _TEXT),
        },
    )
    control = record(
        "A published figure beside the account's own; compared, never added.",
        {
            "name": said(
                "total, level:…, an indicator (several joined by +), or indicator.component.", _TEXT
            ),
            "ecosystem": _TEXT,
            "region": _TEXT,
            "year": _TEXT,
            "published": _NUMBER,
            "account": said("null where the account does not count it.", _NUMBER_OR_NULL),
            "difference": said("Account less published.", _NUMBER_OR_NULL),
            "unit": _TEXT,
            "rounding": said("Half of the last printed digit of the published figure.", _NUMBER),
            "rounding_inputs": said(
                "How far the printed digits of the inputs can move the account's figure.", _NUMBER
            ),
            "within_rounding": {"type": "boolean"},
            "source": _TEXT,
        },
        ("ecosystem", "region", "year"),
    )
    floor = record(
        "Negative quantities set to zero, as the standard says.",
        {
            "scale": said("What is summed before the floor is laid.", _TEXT),
            "quantity": said("What that took away; at most 0.", _NUMBER),
            "unit": _TEXT,
        },
    )
    plugin = record(
        "A service, a standard or a legend that another package brings.",
        {
            "group": {"enum": list(get_args(Group))},
            "id": _TEXT,
            "distribution": said("Its package; empty where it was registered by hand.", _TEXT),
            "version": said("Of the package.", _TEXT),
        },
    )
    problem = record(
        "Something that deserves a look, or how a figure was read: what it is, in both languages, "
        "and where.",
        {
            "code": said("Never changes; by it a program knows what is meant.", _TEXT),
            "level": {"enum": list(get_args(Level))},
            "en": said("What is wrong.", _TEXT),
            "zh": said("The same in Chinese.", _TEXT),
            "mend_en": said("How to mend it; empty where there is nothing to mend.", _TEXT),
            "mend_zh": said("The same in Chinese.", _TEXT),
            "file": _TEXT_OR_NULL,
            "sheet": said("Of a form.", _TEXT_OR_NULL),
            "cell": said("Of a form, such as B7.", _TEXT_OR_NULL),
            "line": said("Of a table.", {"type": ["integer", "null"]}),
            "column": said("Of a table, or which part of a figure.", _TEXT_OR_NULL),
            "layer": said("A map, as rasters.toml names it.", _TEXT_OR_NULL),
            "band": said("Of the file of a map.", {"type": ["integer", "null"]}),
            "key": said(
                "A name, the outer one first where names lie in one another.",
                {"type": ["array", "null"], "items": _TEXT},
            ),
            "labels": said(
                "Pairs of dimension and label that tell which figures are meant.",
                {
                    "type": ["array", "null"],
                    "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2},
                },
            ),
        },
    )
    top = record(
        "A gross ecosystem product account: totals, what is missing, checks and, in the full form, "
        "the ledger. Money is in `unit`, never scaled.",
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "software": said("What made it, with its version.", _TEXT),
            "title": _TEXT,
            "region": _TEXT,
            "years": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
            "price_year": said(
                "A year, or 'current': each year at its own prices.",
                {"type": "string", "pattern": "^(current|[0-9]{4})$"},
            ),
            "standard": _TEXT,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "unit": said(
                "The unit of every amount of money.", {"type": "string", "pattern": "^[A-Z]{3}/yr$"}
            ),
            "total_name": said(
                "GEP, or what the total is called where it holds more or something else.", _TEXT
            ),
            "total": said("Of the last year; null where nothing is known.", _NUMBER_OR_NULL),
            "left_out": said("What the total does not hold for lack of figures.", _TEXTS),
            "by_level": {**_BY, "propertyNames": {"enum": list(LEVELS)}},
            "by_indicator": said("By second-level indicator of the standard.", _BY),
            "by_region": _BY,
            "by_year": {**_BY, "propertyNames": {"pattern": "^[0-9]{4}$"}},
            "missing": {"type": "array", "items": missing},
            "outside": said("What is shown apart and is not in the total.", _BY),
            "synthetic": said("Whether the figures are made up.", {"type": "boolean"}),
            "floored": {"type": "object", "additionalProperties": floor},
            "negative": said("Negative values that the total holds, by component.", _BY),
            "controls": {"type": "array", "items": control},
            "warnings": {"type": "array", "items": problem},
            "notes": said("How figures were read.", {"type": "array", "items": problem}),
            "files": said("SHA-256 of each input file.", _BY_HASH),
            "plugins": said(
                "What of other packages the account rests on.",
                {"type": "array", "items": plugin},
            ),
            "digest": said("SHA-256 of what determines the numbers.", _HASH),
            "record": said("The same with citations, evidence and ranges.", _HASH),
            "written": said(
                "SHA-256 of the files written with summary.json: those it belongs to.", _BY_HASH
            ),
            "ledger": said(
                "One row a component, item, ecosystem, region and year; only in the full form.",
                {"type": "array", "items": _ledger(strict)},
            ),
        },
        ("ledger", "notes", "software", "written"),
    )
    return {
        "$schema": DIALECT,
        "$id": f"urn:gep-accounting:account:{SCHEMA_VERSION}",
        "title": "Gross ecosystem product account",
        **top,
    }


def _ledger(strict: bool) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {k: _TEXT for k in LEDGER}
    kinds |= {k: _NUMBER_OR_NULL for k in ("quantity", "price", "value", "value_outside")}
    kinds |= {
        "year": {"type": "integer"},
        "level": {"enum": list(LEVELS)},
        "role": {"enum": list(Role)},
        "status": {"enum": sorted({*Status} - {Status.ABSENT})},
        "evidence": {"enum": ["", *EVIDENCE]},
    }
    out: dict[str, Any] = {"type": "object", "properties": kinds, "required": list(LEDGER)}
    return {**out, "additionalProperties": False} if strict else out


def text() -> str:
    """The published schema as it stands in its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def published(version: Literal[1, 2] = SCHEMA_VERSION) -> dict[str, Any]:
    """The schema of a version as it ships, read from its file."""
    file = resources.files("gep.report").joinpath(FILES[version])
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
