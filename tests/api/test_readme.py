"""What README.md shows is true: its console sessions, its Python, its fixture, its list of operations."""

import json
import pathlib
import re
import subprocess

from support import oracle

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:4566"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.S | re.M)


def commands_and_outputs():
    """The console blocks as (command, output), in order."""
    steps = []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line)
    return [(command, "\n".join(output)) for command, output in steps]


def test_the_first_session(start_server, aws_cli):
    server = start_server(fixture=ROOT / "fixtures" / "demo.json")
    script = f"shopt -s expand_aliases\naws() {{ {aws_cli} \"$@\"; }}\n"
    for number, (command, _) in enumerate(commands_and_outputs()):
        script += f"{command.replace(ADDRESS, server.url)}\necho\necho '--- {number}'\n"
    run = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    printed = re.split(r"\n?--- \d+\n", run.stdout)
    for (command, output), text in zip(commands_and_outputs(), printed):
        assert text.rstrip("\n") == output.rstrip("\n"), command


def test_the_python(server):
    [code] = blocks("python")
    exec(compile(code.replace(ADDRESS, server.url), "README.md", "exec"), {})  # pylint: disable=exec-used


def test_the_fixture(start_server):
    [text] = blocks("json")
    fixture = json.loads(text)
    fixture["faults"] = []  # they would hit the question below
    server = start_server(fixture=fixture)
    assert server.control("GET", "/health").json["packs"] == 2


def test_the_list_of_operations(server):
    answers = {row["operation"]: row["answer"] for row in server.control("GET", "/operations").json["operations"]}
    listed = re.search(r"<!-- stateful -->(.*?)<!-- /stateful -->", README).group(1).split(", ")
    assert sorted(listed) == sorted(name for name, answer in answers.items() if answer == "stateful")
    assert int(re.search(r"<!-- operations -->(\d+)<!--", README).group(1)) == len(answers)
    assert set(listed) == oracle_operations()


def oracle_operations():
    rows = (ROOT / "server" / "operations" / "operations.def").read_text(encoding="utf-8")
    return set(re.findall(r"^X\((\w+),", rows, re.M))
