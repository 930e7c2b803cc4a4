"""The pages that people read, as what can be checked: their fenced blocks, sessions and links.

A fence says what it is and may name a file, as in ```json world.json. A block with a name is a file in the reader's
directory: a session further down must use it. A ```console block is a part of the page's one session: lines that begin
with "$ " are typed, lines with "> " go on with them, and what is between must be printed. There "…" stands for what
differs from time to time: within a line, or for whole lines where it stands alone.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass

from support import oracle
from support.server import BINARY

ROOT = oracle.ROOT
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ADDRESS = "http://127.0.0.1:4566"
TIMEOUT_S = 600  # each call of the AWS CLI takes a second, on a busy machine some

FENCE = re.compile(r"(?P<indent> *)(?P<ticks>```+|~~~+)(?P<info>.*)")
STARTS_SERVER = re.compile(r"awsconfig-mock (?P<arguments>--.*) &")
PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+")


@dataclass(frozen=True)
class Block:
    page: pathlib.Path
    line: int  # of its first fence
    kind: str  # the fence's first word; "" where it has none
    name: str  # the fence's second word: a file; "" where it has none
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page):
    """The fenced blocks of a page, in order."""
    found, begun, fence, lines = [], 0, None, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        match = FENCE.fullmatch(line)
        if fence is None and match:
            fence, begun, lines = match, number, []
        elif fence is not None and line.strip() == fence["ticks"]:
            kind, _, name = fence["info"].strip().partition(" ")
            text = "".join(one.removeprefix(fence["indent"]) + "\n" for one in lines)
            found.append(Block(page, begun, kind, name.strip(), text))
            fence = None
        elif fence is not None:
            lines.append(line)
    assert fence is None, f"{page}:{begun}: a block that does not end"
    return found


def prose(page):
    """The page without its blocks, line for line."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for block in blocks(page):
        end = block.line + block.text.count("\n") + 1
        lines[block.line - 1 : end] = [""] * (end - block.line + 1)
    return lines


# ---- sessions ----


@dataclass
class Step:
    """What is typed and what must then be printed; or a file that is there from here on."""

    block: Block
    command: str = ""
    output: str = ""

    @property
    def is_file(self):
        return bool(self.block.name)


def steps(page):
    """What happens on a page, from top to bottom."""
    found = []
    for block in blocks(page):
        if block.name:
            found.append(Step(block))
        elif block.kind == "console":
            found += _typed(block)
    return found


def _typed(block):
    found = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Step(block, line[2:]))
        elif line.startswith("> ") and found and not found[-1].output:
            found[-1].command += "\n" + line[2:]
        else:
            assert found, f"{block}: a session begins with what is typed"
            found[-1].output += line + "\n"
    return found


def started(step):
    """The arguments of the server that a step starts in the background; None where it starts none."""
    match = STARTS_SERVER.fullmatch(step.command)
    return shlex.split(match["arguments"]) if match else None


def as_pattern(output):
    """Of what may be printed."""
    assert output.strip("… \n") or not output.strip(), "an output that may be anything"
    lines = [
        r"(?:[^\n]*\n)*?" if line == "…" else r"[^\n]*?".join(map(re.escape, line.split("…"))) + r"\n"
        for line in output.rstrip("\n").split("\n")
    ]
    return re.compile("".join(lines))


def fits(output, printed):
    return as_pattern(output).fullmatch(printed.rstrip("\n") + "\n") is not None


class Session:
    """The reader's shell: in a directory of its own that has the clone's folders, with the pages' ports led to those of
    the servers that stand for them."""

    def __init__(self, directory, ports, aws):
        self.directory = directory
        self.ports = ports  # {the page's port: the server's}
        programs = directory / "bin"
        programs.mkdir()
        for name, path in {"awsconfig-mock": BINARY, "aws": aws, "python3": sys.executable}.items():
            (programs / name).symlink_to(path)
        for name in ("docs", "fixtures"):
            (directory / name).symlink_to(ROOT / name)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(directory),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": "UTC",
        }

    def outward(self, text):
        return PORT.sub(lambda match: str(self.ports.get(match[0], match[0])), text)

    def inward(self, text):
        back = {str(port): page for page, port in self.ports.items()}
        return PORT.sub(lambda match: back.get(match[0], match[0]), text)

    def run(self, page_steps):
        """[(step, what was printed)], of the steps that type something."""
        mark = f"--- {os.urandom(8).hex()}"
        script = "shopt -s expand_aliases\n"
        for step in page_steps:
            if step.is_file:
                script += f"cat >{shlex.quote(step.block.name)} <<'{mark}'\n{self.outward(step.block.text)}{mark}\n"
            else:
                script += f"{self.outward(step.command)}\nprintf '\\n%s\\n' '{mark}'\n"
        run = subprocess.run(
            ["bash", "-c", script],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        printed = self.inward(run.stdout).split(f"\n{mark}\n")
        typed = [step for step in page_steps if not step.is_file]
        assert len(printed) == len(typed) + 1 and not printed[-1], f"the shell came to an end:\n{run.stdout}"
        return list(zip(typed, printed))


# ---- links ----


def anchors(page):
    """As GitHub makes them of headings."""
    headings = [line.lstrip("#").strip() for line in prose(page) if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page):
    """The links to this tree that lead nowhere."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(prose(page))):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            found.append(target)
    return found
