"""What the pages show is true: each block of README.md and docs/ is run, loaded or at least read by its language.

A kind of block that stands in no table here is red; one whose tool is missing is skipped, visibly.
"""

import json
import re
import shutil
import subprocess
import sys

import jsonschema
import pytest
import yaml

from support import control_document, pages
from support.server import BINARY

BLOCKS = [block for page in pages.PAGES for block in pages.blocks(page)]
SCHEMA = json.loads((pages.ROOT / "fixtures/fixture.schema.json").read_text(encoding="utf-8"))
MAKEFILE = (pages.ROOT / "Makefile").read_text(encoding="utf-8")
DOCKERFILE = (pages.ROOT / "Dockerfile").read_text(encoding="utf-8")


def page_name(page):
    return str(page.relative_to(pages.ROOT))


# ---- sessions ----


@pytest.mark.parametrize("page", pages.PAGES, ids=page_name)
def test_the_session(page, start_server, aws_cli, tmp_path):
    """With `make run` at 4566, and whatever else the page starts."""
    steps = pages.steps(page)
    if not any(step.command for step in steps):
        pytest.skip("it has no session")
    assert re.search(r"^run:.*\n\t\$\(BUILD\)/awsconfig-mock --fixture fixtures/demo\.json$", MAKEFILE, re.M)
    ports = {"4566": start_server(fixture=pages.ROOT / "fixtures/demo.json").port}
    for step in steps:
        arguments = pages.started(step)
        if arguments is not None:
            place = arguments.index("--port")
            assert step.output == f"ready http://127.0.0.1:{arguments[place + 1]}\n", step.block
            ports[arguments[place + 1]] = start_server(*arguments[:place], *arguments[place + 2 :]).port
    directory = tmp_path / "reader"
    directory.mkdir()
    session = pages.Session(directory, ports, aws_cli)
    for step, printed in session.run([step for step in steps if pages.started(step) is None]):
        assert pages.fits(step.output, printed), f"{step.block}: {step.command}\n{printed}\nis not\n{step.output}"


@pytest.mark.parametrize("page", pages.PAGES, ids=page_name)
def test_every_file_is_used(page):
    steps = pages.steps(page)
    for number, step in enumerate(steps):
        used = any(step.block.name in later.command for later in steps[number:])
        assert used or not step.is_file, f"{step.block}: no session uses {step.block.name}"


# ---- the other blocks, by kind ----


def check_world(block, start_server, tmp_path):
    """A fixture: by the schema, by `check`, and by a server that starts with it."""
    world = json.loads(block.text)
    jsonschema.Draft7Validator(SCHEMA).validate(world)
    path = tmp_path / "world.json"
    path.write_text(block.text, encoding="utf-8")
    subprocess.run([BINARY, "check", path], check=True)
    server = start_server(fixture=path)
    assert server.control("GET", "/health").json["packs"] == len(world.get("conformancePacks", []))


def run_python(block, start_server, tmp_path):
    server = start_server("--clock", "2026-01-01T00:00:00Z")
    path = tmp_path / "example.py"
    path.write_text(block.text.replace(pages.ADDRESS, server.url), encoding="utf-8")
    run = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


def read_yaml(block, *_):
    assert yaml.safe_load(block.text) is not None


def check_map(block, *_):
    """Lines that begin with a path of this tree; what goes on from there is indented."""
    for line in block.text.splitlines():
        if not line.startswith(" "):
            assert (pages.ROOT / line.split()[0]).exists(), f"{block}: there is no {line.split()[0]}"


def check_commands(block, *_):
    """What only a machine of its own can run: its targets, ports and folders are there."""
    subprocess.run(["bash", "-n", "-c", block.text], check=True)
    for line in block.text.splitlines():
        program, _, rest = line.partition("#")[0].strip().partition(" ")
        assert program in ("make", "docker"), f"{block}: {line}"
        for target in rest.split() if program == "make" else []:
            assert re.search(rf"^{re.escape(target)}:", MAKEFILE, re.M), f"{block}: make {target}"
        for port in re.findall(r"-p (?:\d+:)?(\d+)", rest):
            assert f"\nEXPOSE {port}\n" in DOCKERFILE
        for folder in re.findall(r"-v [^ ]*?:(/\w+)", rest):
            assert f"AWSCONFIG_MOCK_FIXTURES={folder}\n" in DOCKERFILE


def parse_with(tool, suffix, *arguments):
    """A check by a tool that reads the language, given the file's path."""

    def check(block, _, tmp_path):
        path = tmp_path / f"Example{suffix}"
        path.write_text(block.text, encoding="utf-8")
        if shutil.which(tool) is None:
            pytest.skip(f"{block}: there is no {tool} here to read it")
        run = subprocess.run([tool, *arguments, path], capture_output=True, text=True, timeout=60, cwd=tmp_path)
        assert (run.returncode, run.stdout) == (0, ""), f"{block}: {run.stdout}{run.stderr}"

    return check


KINDS = {
    "console": None,  # see test_the_session
    "json": check_world,
    "python": run_python,
    "sh": check_commands,
    "text": check_map,
    "yaml": read_yaml,
    "hcl": parse_with("terraform", ".tf", "fmt", "-check"),
    "go": parse_with("gofmt", ".go", "-l"),
    "java": parse_with("javac", ".java", "-proc:none", "-XDshould-stop.ifNoError=PARSE"),
    "js": parse_with("node", ".mjs", "--check"),
}


def test_every_kind_of_block_is_known():
    unknown = [f"{block}: {block.kind!r}" for block in BLOCKS if block.kind not in KINDS]
    assert not unknown
    assert {"console", "json", "python"} <= {block.kind for block in BLOCKS}


@pytest.mark.parametrize("page", pages.PAGES, ids=page_name)
def test_no_block_hides_in_an_indent(page):
    lines = pages.prose(page)
    hidden = [
        f"{page_name(page)}:{number + 2}"
        for number, (before, line) in enumerate(zip(lines, lines[1:]))
        if not before.strip() and line.startswith("    ")
    ]
    assert not hidden


@pytest.mark.parametrize("block", [block for block in BLOCKS if KINDS.get(block.kind) and not block.name], ids=str)
def test_the_block(block, start_server, tmp_path):
    KINDS[block.kind](block, start_server, tmp_path)


# ---- what pages say beside their blocks ----


@pytest.mark.parametrize("page", pages.PAGES, ids=page_name)
def test_links_lead_somewhere(page):
    assert not pages.broken_links(page)


def test_the_list_of_operations(server):
    readme = (pages.ROOT / "README.md").read_text(encoding="utf-8")
    answers = {row["operation"]: row["answer"] for row in server.control("GET", "/operations").json["operations"]}
    listed = re.search(r"<!-- stateful -->(.*?)<!-- /stateful -->", readme).group(1).split(", ")
    assert sorted(listed) == sorted(name for name, answer in answers.items() if answer == "stateful")
    assert int(re.search(r"<!-- operations -->(\d+)<!--", readme).group(1)) == len(answers)
    rows = (pages.ROOT / "server/operations/operations.def").read_text(encoding="utf-8")
    assert set(listed) == set(re.findall(r"^X\((\w+),", rows, re.M))


def keys_of(node):
    """The keys of fixtures: all properties of the schema, wherever they are."""
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, dict):
        return set()
    return set(node.get("properties", {})).union(*map(keys_of, node.values()))


def test_every_key_of_a_fixture_is_described():
    """And no key that there is none of: in the tables' first columns are keys, and states."""
    rows = [line for line in pages.prose(pages.ROOT / "docs/fixtures.md") if line.startswith("|")]
    described = [set(re.findall(r'`"?([$\w]+)[`"]', text)) for text in ("".join(rows), *(row.split("|")[1] for row in rows))]
    assert keys_of(SCHEMA) <= described[0]
    assert set().union(*described[1:]) <= keys_of(SCHEMA) | set(SCHEMA["definitions"]["state"]["enum"])


def called(page):
    """What a page's session asks of the control API: {(method, path in the document)}."""
    found = set()
    for step in pages.steps(page):
        for line in step.command.splitlines():
            for target in re.findall(r"curl .*?http://127\.0\.0\.1:\d+(/_mock[^\s'\"]*)", line):
                method = re.search(r"-X (\w+)", line)
                found.add((method[1].lower() if method else "get", control_document.path_of(target)))
    return found


def test_every_route_is_shown():
    routes = {(method, path) for method, path, _ in control_document.operations()}
    assert routes <= called(pages.ROOT / "docs/control-api.md")


# ---- the walker itself ----


@pytest.mark.parametrize(
    "output, printed, fit",
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("", "", True),
        ("", "a\n", False),
        ("a…c\n", "abbbc\n", True),
        ("a…c\n", "ab\nc\n", False),
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a\n…\n", "b\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_fits(output, printed, fit):
    assert pages.fits(output, printed) is fit


def test_an_output_that_may_be_anything_is_none():
    with pytest.raises(AssertionError):
        pages.fits("…\n", "a\n")


def test_a_page_is_taken_apart(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A b\n\n```json w.json\n{}\n```\n```console\n$ a \\\n> b\nc\n$ d\n```\n[x](#a-b) [y](#c)\n")
    first, second, third = pages.steps(page)
    assert (first.is_file, first.block.name, first.block.text) == (True, "w.json", "{}\n")
    assert (second.command, second.output, third.command, third.output) == ("a \\\nb", "c\n", "d", "")
    assert pages.broken_links(page) == ["#c"]
