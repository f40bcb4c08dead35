"""The JSON of an account and its published schema say the same, field by field."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gep import compute
from gep import opening as folders
from gep.account import SCHEMA_VERSION
from gep.commands import app
from gep.report import schema
from tests.conftest import TOML

jsonschema = pytest.importorskip("jsonschema", reason="needs the extra 'dev'")

EXAMPLES = ("garze_2010", "garze_2010_matrix", "gaotianyan_2014", "shenzhen_2020")


def validator(strict=False):
    return jsonschema.Draft202012Validator(schema.schema(strict=strict))


def test_the_published_file_is_the_schema():
    """After a change: python -c "from gep.report import schema;
    open('gep/report/account.schema.json', 'w').write(schema.text())".
    """
    path = Path(schema.__file__).with_name("account.schema.json")
    assert path.read_text("utf-8") == schema.text()
    assert schema.published() == schema.schema()
    jsonschema.Draft202012Validator.check_schema(schema.published())
    assert schema.published()["$id"] == f"urn:gep-accounting:account:{SCHEMA_VERSION}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_accounts_hold_what_the_schema_names_and_nothing_else(name):
    account = folders.read(f"examples/{name}")
    full = json.loads(account.to_json())
    validator(strict=True).validate(full)
    validator(strict=True).validate(json.loads(json.dumps(account.summary())))
    assert full["schema_version"] == SCHEMA_VERSION and len(full["ledger"]) == len(account.ledger)
    assert sum(r["value"] or 0 for r in full["ledger"]) == pytest.approx(
        full["total"], rel=1e-12
    )  # one year, every row in the total


def test_missing_components_validate(folder):
    account = folders.read(
        folder(
            "soil_retention,,retained_soil,,forest,,,100,t/a,s\n",
            toml=TOML.replace("catalogue", "garze2010"),
        )
    )
    full = json.loads(account.to_json())
    assert full["missing"] and full["total"] is None
    validator(strict=True).validate(full)


def test_a_file_of_version_1_is_still_known():
    """As gep 0.1 wrote it: texts where there are records of problems now."""
    old = json.loads(Path("tests/report/expected/account_version_1.json").read_text("utf-8"))
    assert old["schema_version"] == 1 and "has negative values" in old["warnings"][0]
    first = jsonschema.Draft202012Validator(schema.published(1))
    first.validate(old)
    assert not validator().is_valid(old)
    now = json.loads(folders.read("examples/gaotianyan_2014").to_json())
    assert now["notes"] and not first.is_valid(now)


def test_a_problem_says_itself_in_both_languages_with_its_place():
    account = compute(
        {"air_purification.so2.quantity": "-5 t SO2/yr"},
        {"air_purification.so2.treatment_cost": "1.2 元/kg SO2"},
        year=2020,
    )
    summary = account.summary()
    validator(strict=True).validate(json.loads(json.dumps(summary)))
    (warned,), (noted,) = summary["warnings"], summary["notes"]
    assert (warned["code"], warned["level"]) == ("quantity.negative", "warning")
    assert warned["en"] == "has negative values, -6000 in all; they are counted"
    assert warned["zh"] == "有负值，合计 -6000，仍计入"
    assert warned["labels"] == [["component", "air_purification.so2"]]
    assert warned["file"] is warned["key"] is None
    assert noted["key"] == ["air_purification.so2.treatment_cost"]
    assert (noted["level"], noted["column"]) == ("note", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", 1),
        ("total", "7"),
        ("years", []),
        ("price_year", "last"),
        ("unit", "CNY"),
        ("by_level", {"provisioning": 1}),
        ("files", {"a": "0"}),
        ("ledger", [{}]),
    ],
)
def test_the_schema_refuses_what_is_wrong(field, value):
    good = json.loads(folders.read("examples/gaotianyan_2014").to_json())
    assert validator().is_valid(good)
    assert not validator().is_valid({**good, field: value})
    assert (
        not validator().is_valid({k: v for k, v in good.items() if k != field}) or field == "ledger"
    )


def test_a_field_of_a_later_version_passes_the_published_schema_only():
    good = folders.read("examples/gaotianyan_2014").summary() | {"new": 1}
    assert validator().is_valid(good) and not validator(strict=True).is_valid(good)


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("json", ["account.json"]),
        ("md", ["account.md"]),
        ("all", ["account.docx", "account.json", "account.md", "account.xlsx", "index.html"]),
    ],
)
def test_the_command_writes_what_was_asked(form, names, tmp_path):
    done = CliRunner().invoke(
        app,
        [
            "report",
            "examples/gaotianyan_2014",
            "--out",
            str(tmp_path / "out"),
            "--format",
            form,
            "--lang",
            "zh",
        ],
    )
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    if "account.json" in names:
        validator(strict=True).validate(
            json.loads((tmp_path / "out" / "account.json").read_text("utf-8"))
        )


def test_the_command_tells_faults_and_writes_nothing(tmp_path):
    done = CliRunner().invoke(
        app, ["report", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 2 and not (tmp_path / "out").exists()
    assert (
        CliRunner()
        .invoke(
            app, ["report", "examples/gaotianyan_2014", "--out", str(tmp_path), "--format", "pdf"]
        )
        .exit_code
        == 2
    )
