"""derive-model makes a description of the service model from whatever botocore is installed."""

import json
import pathlib
import subprocess
import sys

MODEL = pathlib.Path(__file__).resolve().parents[2] / "server" / "aws" / "model"
OURS = json.loads((MODEL / "config-2014-11-12.json").read_text(encoding="utf-8"))


def derive(path):
    subprocess.run([sys.executable, MODEL / "derive-model", path], check=True, timeout=60)
    return path.read_text(encoding="utf-8")


def test_the_installed_botocore(tmp_path):
    text = derive(tmp_path / "model.json")
    model = json.loads(text)
    assert model["targetPrefix"] == OURS["targetPrefix"]
    assert set(model["operations"]) <= set(OURS["operations"]), "an operation was lost"
    for shape in ("DescribeConformancePackStatusRequest", "DescribeConformancePackStatusResponse", "ConformancePackState"):
        assert model["shapes"][shape] == OURS["shapes"][shape]
    assert "documentation" not in text
    assert derive(tmp_path / "again.json") == text


def test_a_line_an_operation_and_a_shape():
    lines = (MODEL / "config-2014-11-12.json").read_text(encoding="utf-8").splitlines()
    for name in [*OURS["operations"], *OURS["shapes"]]:
        assert sum(line.startswith(f'"{name}": {{') for line in lines) == 1, name
    assert len(OURS["operations"]) == 97
