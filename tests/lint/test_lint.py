"""`make lint` is red where it should be: each test plants one fault in a small tree of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]

CLEAN = {
    "base/text.h": '#include <stddef.h>\n#include <cjson/cJSON.h>\n',
    "store/sql.h": '#include "store/store.h"\n#include <sqlite3.h>\n',
    "store/store.h": '#include "base/text.h"\n',
    "base/machine_clock.c": 'clock_gettime(CLOCK_REALTIME, &now);\n',
    "server/endpoint.c": '#include "server/operations/operations.h"\n#include "server/aws/error.h"\n',
    "server/aws/error.h": "\n",
    "store/rows.def": 'ROW(one)\n',
    "fixtures/fixture.h": '#include "store/store.h"\n',
    "server/request.h": '#include "base/text.h"\n',
    "server/http/daemon.c": '#include "server/request.h"\n#include <microhttpd.h>\n',
    "server/main.c": '#include "fixtures/fixture.h"\n#include "server/endpoint.h"\n',
    "server/endpoint.h": '#include "server/operations/operations.h"\n',
    "server/aws/sigv4.c": "#include <gnutls/gnutls.h>\n",
    "server/operations/operations.h": '#include "server/template/template.h"\n',
    "server/template/template.h": '#include <yaml.h>\n',
    "server/aws/pattern.c": '/* time(NULL) in a comment */ const char *s = "strcpy(a, b)";\n#include <pcre2.h>\n',
    "server/control/control.c": '#include "server/world.h"\n',
    "server/world.h": "\n",
    "tests/unit/test_sql.c": '#include "store/sql.h"\n#include <cmocka.h>\n',
    "tests/data.json": '{"a": 1}\n',
    "tests/test_data.py": "A = 1\n",
}

# what is planted (file, text), and what is said of it
IN_LAYERS = [
    ("base/a.c", '#include "store/store.h"\n', "base/a.c:1: may not include store/store.h"),
    ("base/a.c", '#include <store/store.h>\n', "base/a.c:1: may not include store/store.h"),
    ("base/a.c", '\n  #  include  "server/request.h"\n', "base/a.c:2: may not include server/request.h"),
    ("store/a.c", '#include "server/request.h"\n', "may not include server/request.h"),
    ("store/a.c", '#include "fixtures/fixture.h"\n', "may not include fixtures/fixture.h"),
    ("store/a.c", '#include <cjson/cJSON.h>\n', "may not include cjson/cJSON.h"),
    ("fixtures/a.c", '#include "server/request.h"\n', "may not include server/request.h"),
    ("fixtures/a.c", '#include "store/sql.h"\n', "may not include store/sql.h"),
    ("fixtures/a.c", '#include <sqlite3.h>\n', "may not include sqlite3.h"),
    ("server/a.c", '#include "store/sql.h"\n', "may not include store/sql.h"),
    ("server/a.c", '#include "store/rows.def"\n', "may not include store/rows.def"),
    ("server/a.c", '#include <microhttpd.h>\n', "may not include microhttpd.h"),
    ("server/a.c", '#include "server/template/template.h"\n', "may not include server/template/template.h"),
    ("server/http/a.h", '#include "server/endpoint.h"\n', "may not include server/endpoint.h"),
    ("server/aws/a.c", '#include "server/operations/operations.h"\n', "may not include server/operations/operations.h"),
    ("server/aws/a.c", '#include "server/main.h"\n', "may not include server/main.h"),
    ("server/aws/a.c", '#include <yaml.h>\n', "may not include yaml.h"),
    ("server/operations/a.c", '#include "server/request.h"\n', "may not include server/request.h"),
    ("server/operations/a.c", '#include "fixtures/fixture.h"\n', "may not include fixtures/fixture.h"),
    ("server/template/a.c", '#include "server/endpoint.h"\n', "may not include server/endpoint.h"),
    ("server/template/a.c", '#include "store/store.h"\n', "may not include store/store.h"),
    ("server/template/a.c", '#include <pcre2.h>\n', "may not include pcre2.h"),
    ("server/control/a.c", '#include "store/sql.h"\n', "may not include store/sql.h"),
    ("store/a.c", '#include <gnutls/crypto.h>\n', "may not include gnutls/crypto.h"),
    ("server/a.c", '#include "request.h"\n', '"request.h" is no file from the top folder on'),
    ("server/a.c", '#define FILE_NAME "a.h"\n#include FILE_NAME\n', "server/a.c:2: includes what only a macro names"),
    ("tools/a.c", "int a;\n", "no row of tests/lint/layers"),
    ("server/a.c", "now = time(NULL);\n", "may not call time: base/machine_clock.c reads the clock"),
    ("server/a.c", "gettimeofday (&now, NULL);\n", "may not call gettimeofday"),
    ("server/a.c", "clock_gettime(CLOCK_REALTIME, &now);\n", "may not call clock_gettime"),
    ("store/a.c", "clock_gettime( CLOCK_REALTIME, &now);\n", "may not call clock_gettime"),
    ("base/a.c", "localtime_r(&now, &parts);\n", "may not call localtime_r"),
    *[("base/a.c", f"{name}(a, b);\n", f"may not call {name}:")
      for name in ("strcpy", "stpcpy", "strcat", "sprintf", "vsprintf", "gets", "atoi", "strtok", "rand", "srandom",
                   "alloca", "system", "popen", "mktemp", "cJSON_Delete", "cJSON_CreateObject", "cJSON_Parse")],
]

IN_TREE = [
    # in two pieces, so that this file has none of them
    ("notes.md", "see /ro" + "ot/notes\n", "notes.md:1: a path of one machine"),
    ("notes.md", "\nsee /ho" + "me/somebody\n", "notes.md:2: a path of one machine"),
    ("lock.json", '{"resolved": "https://registry.np' + 'mjs.org/a.tgz"}\n', "lock.json:1: the host of a registry"),
    ("notes.md", "http://deb.deb" + "ian.org/debian\n", "the host of a registry"),
    ("notes.md", "<<<<<" + "<< HEAD\n", "a conflict that was not resolved"),
    ("a.json", '{"a": 1,\n}\n', "a.json:2: not JSON"),
    ("a.json", '{"a": 1, "a": 2}\n', 'the key "a" is there twice'),
    ("a.py", "def f(:\n", "a.py:1: not Python"),
    ("a.c", "int a; \n", "a.c:1: white space at the end of the line"),
    ("a.c", "\tint a;\n", "a.c:1: a tab"),
    ("a.c", "int a;", "the last line does not end"),
    ("a.sh", "#!/bin/sh\ntrue\n", "starts with #! but cannot be run"),
    ("a.o", "anything\n", "made by a tool"),
    ("program", "\x7fELF\x02\n", "made by a tool"),
    ("a.pyc", "anything\n", "made by a tool"),
]


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def lint(script, root):
    return subprocess.run([sys.executable, REPO / "tests/lint" / script, root], capture_output=True, text=True)


@pytest.mark.parametrize("script", ["layers", "tree"])
def test_clean_tree_is_green(tmp_path, script):
    plant(tmp_path, CLEAN)
    done = lint(script, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("script", ["layers", "tree"])
def test_no_file_at_all_is_red(tmp_path, script):
    assert lint(script, tmp_path).returncode == 1


@pytest.mark.parametrize("script,name,text,said",
                         [("layers", *row) for row in IN_LAYERS] + [("tree", *row) for row in IN_TREE])
def test_planted_fault_is_found(tmp_path, script, name, text, said):
    plant(tmp_path, CLEAN)
    plant(tmp_path, {name: text})
    done = lint(script, tmp_path)
    assert done.returncode == 1
    assert said in done.stdout
    assert done.stdout.count("\n") == 1, "and nothing else is"


ONE_VERSION = {
    "server/version.h": '#define VERSION "1.2.3"\n#define VERSION_DATE "2026-01-31" /* of its release */\n',
    "CHANGELOG.md": "# Changes\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n\n## [1.2.2] - 2026-01-30\n",
    "Dockerfile": 'FROM scratch\nLABEL org.opencontainers.image.version="1.2.3"\n',
}


def test_one_version_is_green(tmp_path):
    plant(tmp_path, ONE_VERSION)
    done = lint("version", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name,was,now,said", [
    ("CHANGELOG.md", "## [1.2.3]", "## [1.2.4]", "CHANGELOG.md:5: '## [1.2.4] - 2026-01-31', server/version.h says '## [1.2.3] -"),
    ("CHANGELOG.md", "2026-01-31", "2026-02-01", "CHANGELOG.md:5: "),
    ("CHANGELOG.md", "## [", "## ", "CHANGELOG.md:1: there is no line ## [1.2.3] - 2026-01-31"),
    ("Dockerfile", "1.2.3", "1.2.30", "Dockerfile:2: "),
    ("Dockerfile", "LABEL", "RUN", "Dockerfile:2: "),
])
def test_another_version_is_found(tmp_path, name, was, now, said):
    plant(tmp_path, ONE_VERSION)
    plant(tmp_path, {name: ONE_VERSION[name].replace(was, now)})
    done = lint("version", tmp_path)
    assert done.returncode == 1
    assert said in done.stdout


def test_built_file_in_git_is_found(tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not here")
    plant(tmp_path, CLEAN)
    plant(tmp_path, {".gitignore": "/generated/\n", "generated/a.txt": "a\n"})
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert lint("tree", tmp_path).returncode == 0
    subprocess.run(["git", "-C", tmp_path, "add", "-f", "generated/a.txt"], check=True)
    assert "generated/a.txt:1: ignored by .gitignore, yet committed" in lint("tree", tmp_path).stdout


# ---- what other programs check, under our settings ----

# each is one thing too much in this otherwise clean file
C_FILE = """int planted(int number);

int planted(int number)
{{
    {line}
    return number;
}}
"""
COMPILER_FAULTS = ["int unused;", "int list[number]; list[0] = 1; number = list[0];",
                   "unsigned other = 2; number += number < other;", "void *p = __builtin_alloca(8); number += p == 0;"]


@pytest.fixture
def small_house(tmp_path):
    for name in ("Makefile", ".clang-format", ".clang-tidy"):
        shutil.copy(REPO / name, tmp_path)
    plant(tmp_path, {f"{folder}/empty.h": "" for folder in ("base", "store", "fixtures", "server", "tests")})
    return tmp_path


def built(root, line, *arguments):
    plant(root, {"base/planted.c": C_FILE.format(line=line)})
    return subprocess.run(["make", "-s", "-C", root, f"BUILD={root}/out", *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_warning_is_an_error(small_house, compiler):
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not here")
    target = (f"CC={compiler}", f"{small_house}/out/base/planted.o")
    assert built(small_house, "number++;", *target).returncode == 0
    for line in COMPILER_FAULTS:
        assert "error:" in built(small_house, line, *target).stderr, line


def test_clang_tidy_finds_a_fault_and_a_fault_in_a_header(small_house):
    if not shutil.which("clang-tidy"):
        pytest.skip("clang-tidy is not here")
    target = f"{small_house}/out/lint/base/planted.tidy"
    assert built(small_house, "number++;", target).returncode == 0
    red = built(small_house, "int *p = 0; number = *p;", target)
    assert red.returncode != 0 and "clang-analyzer-core.NullDereference" in red.stdout
    assert built(small_house, "number++;", target).returncode == 0

    # a stamp does not outlive what it was made of
    plant(small_house, {"base/planted.h": "int planted(int);\n"})
    source = '#include "base/planted.h"\n\n' + C_FILE.split("\n", 2)[2].format(line="number++;")
    make = ["make", "-s", "-C", small_house, f"BUILD={small_house}/out", target]
    plant(small_house, {"base/planted.c": source})
    assert subprocess.run(make, capture_output=True).returncode == 0
    plant(small_house, {"base/planted.h": "int planted(int other);\n"})
    assert b"inconsistent-declaration" in subprocess.run(make, capture_output=True).stdout


def test_clang_format_finds_a_fault(small_house):
    if not shutil.which("clang-format"):
        pytest.skip("clang-format is not here")
    check = ["clang-format", "--dry-run", "-Werror", small_house / "base/planted.c"]
    plant(small_house, {"base/planted.c": C_FILE.format(line="number++;")})
    assert subprocess.run(check, capture_output=True).returncode == 0
    plant(small_house, {"base/planted.c": C_FILE.format(line="number ++ ;")})
    assert subprocess.run(check, capture_output=True).returncode != 0


def test_one_red_check_makes_the_run_red_and_all_are_run(tmp_path):
    plant(tmp_path, {**CLEAN, **ONE_VERSION})
    shutil.copytree(REPO / "tests/lint", tmp_path / "tests/lint", ignore=shutil.ignore_patterns("__pycache__"))
    programs = [tmp_path / "programs" / name for name in ("clang-format", "shellcheck", "make")]

    def run_where_programs_say(status):
        for program in programs:
            plant(tmp_path, {program: f"#!/bin/sh\nexit {status}\n"})
            program.chmod(0o755)
        return subprocess.run([tmp_path / "tests/lint/run"], capture_output=True, text=True,
                              env={"PATH": f"{tmp_path}/programs:/usr/bin:/bin"})

    done = run_where_programs_say(0)
    assert (done.returncode, done.stderr) == (0, "")
    plant(tmp_path, {"base/a.c": '#include "store/store.h"\n'})
    done = run_where_programs_say(0)
    assert (done.returncode, done.stderr) == (1, "lint: FAILED: who may include and call what\n")
    assert "lint: clang-tidy" in done.stdout
    assert run_where_programs_say(1).stderr.count("FAILED") == 5
