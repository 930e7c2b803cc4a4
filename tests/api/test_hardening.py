"""The program's file has the protection that compiler and linker offer, and the check of it sees what is missing."""

import shutil
import subprocess

import pytest

from support import oracle
from support.server import BINARY, SANITIZED

CHECK = oracle.ROOT / "tests/image/hardening"

PROGRAM = """
#include <stdio.h>
#ifdef BOTH
__asm__(".section .both,\\"awx\\",@progbits\\n.byte 0\\n.text");
#endif
int main(int argc, char *argv[])
{
    char text[64];
    snprintf(text, (size_t)argc * 60, "%s", argv[0]);
    return puts(text) < 0;
}
"""
FLAGS = "-O2 -fPIE -pie -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now,-z,noexecstack".split()

# what is given away, and what is said of it
GIVEN_AWAY = [
    (["-no-pie", "-fno-pie"], "no position-independent executable"),
    (["-Wl,-z,norelro"], "no RELRO"),
    (["-Wl,-z,lazy"], "bound lazily"),
    (["-Wl,-z,execstack"], "the stack can be executed"),
    (["-DBOTH"], "a segment can be written and executed"),
    (["-Wl,-rpath,/opt/lib"], "a path for libraries"),
    (["-fno-stack-protector"], "no stack protector"),
    (["-U_FORTIFY_SOURCE"], "nothing fortified"),
]


@pytest.fixture(autouse=True)
def _readelf():
    if shutil.which("readelf") is None:
        pytest.skip("there is no readelf here")


def check(program):
    done = subprocess.run([CHECK, program], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def test_the_program_is_hardened():
    if SANITIZED:
        pytest.skip("a build with sanitizers has their protection instead")
    assert check(BINARY) == (0, "")


@pytest.mark.parametrize("flags, said", GIVEN_AWAY)
def test_what_is_missing_is_seen(tmp_path, flags, said):
    source, program = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM, encoding="utf-8")
    compiler = shutil.which("cc") or pytest.skip("there is no C compiler here")
    subprocess.run([compiler, *FLAGS, "-o", program, source], check=True)
    assert check(program) == (0, "")
    subprocess.run([compiler, *FLAGS, *flags, "-o", program, source], check=True, stderr=subprocess.DEVNULL)
    status, text = check(program)
    assert status == 1 and said in text
