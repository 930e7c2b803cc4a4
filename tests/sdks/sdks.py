"""The columns of the matrix: what each SDK wants to be there, and how it is fetched, built and run.

The commands are bash, run in the SDK's folder here; $OUT is its folder under build/sdks, where all goes that is fetched or
built. Fetching is the only one that may ask a registry, and is left out while the lock file is the one it was done with.
"""

import os
import pathlib
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("SDKS_BUILD", HERE.parents[1] / "build/sdks"))
OUTCOMES = BUILD / "outcomes.json"  # what prepare leaves behind: {name: [outcome, reason]}

READY, SKIPPED, FAILED = "ready", "skipped", "failed"


@dataclass(frozen=True)
class Sdk:
    name: str
    account: str  # its access key, and so a world that it has to itself
    folder: str
    run: str
    tools: tuple = ()  # (how it tells its version, the least that will do)
    locks: tuple = ()
    fetch: str = "true"
    build: str = "true"

    @property
    def out(self):
        return BUILD / self.name.replace(" ", "-")


PIP = ('/usr/bin/python3 -m venv --clear "$OUT/venv" && '
       '"$OUT/venv/bin/pip" install --quiet --no-cache-dir --require-hashes --only-binary :all: --requirement requirements.txt')
GO = 'export GOMODCACHE="$OUT/modules" GOCACHE="$OUT/cache" GOTOOLCHAIN=local GOFLAGS="-mod=readonly -modcacherw";'
# the settings that a home of its own would hide
CARGO = ('settings=${CARGO_HOME:-$HOME/.cargo}/config.toml; export CARGO_HOME="$OUT/home" CARGO_TARGET_DIR="$OUT/target";'
         'cargo() { command cargo ${settings:+--config "$settings"} "$@"; }; [ -f "$settings" ] || settings=;')

SDKS = [
    Sdk("boto3", "100000000001", "python",
        tools=(("/usr/bin/python3 --version", "3.10"), ("/usr/bin/python3 -c 'import ensurepip; print(1)'", "1")),
        locks=("requirements.txt",), fetch=PIP, run='"$OUT/venv/bin/python" scenario.py'),
    Sdk("AWS CLI v1", "100000000002", "cli",
        tools=(("/usr/bin/python3 --version", "3.10"), ("/usr/bin/python3 -c 'import ensurepip; print(1)'", "1")),
        locks=("requirements.txt",), fetch=PIP, run='./scenario.sh "$OUT/venv/bin/aws"'),
    Sdk("AWS CLI v2", "100000000003", "cli",
        tools=(("/usr/bin/aws --version", "2"),),
        run="./scenario.sh /usr/bin/aws"),
    Sdk("JavaScript v3", "100000000004", "javascript",
        tools=(("node --version", "20"), ("npm --version", "9")),
        locks=("package.json", "package-lock.json"),
        fetch='cp package.json package-lock.json .npmrc "$OUT" && npm ci --prefix "$OUT" --cache "$OUT/cache" --no-audit --no-fund'
              ' --loglevel=error',
        build='cp scenario.mjs "$OUT"', run='node "$OUT/scenario.mjs"'),
    Sdk("Go v2", "100000000005", "go",
        tools=(("go version", "1.24"),),
        locks=("go.mod", "go.sum"), fetch=f"{GO} go mod download",
        build=f'{GO} GOPROXY=off go build -o "$OUT/scenario" .', run='"$OUT/scenario"'),
    Sdk("Java v2", "100000000006", "java",
        tools=(("java -version", "17"), ("mvn --version", "3.6")),
        locks=("pom.xml", "jars.sha256"),
        fetch='rm -rf "$OUT/jars"; mvn -q -B -ntp --strict-checksums -Dmaven.repo.local="$OUT/repository"'
              ' org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies -DoutputDirectory="$OUT/jars"',
        # Maven keeps no lock file: these jars and no others
        build='(cd "$OUT/jars" && sha256sum -- *) | diff jars.sha256 - && mkdir -p "$OUT/classes" &&'
              ' javac -Xlint:all -Werror -cp "$OUT/jars/*" -d "$OUT/classes" Scenario.java',
        run='java -cp "$OUT/classes:$OUT/jars/*" Scenario'),
    Sdk("Rust", "100000000007", "rust",
        tools=(("cargo --version", "1.94"), ("rustc --version", "1.94")),
        locks=("Cargo.toml", "Cargo.lock"), fetch=f"{CARGO} cargo fetch --quiet --locked",
        build=f"{CARGO} cargo build --quiet --locked --offline", run='"$OUT/target/debug/scenario"'),
]


def bash(sdk, command, **environment):
    """The arguments of subprocess that run one of its commands."""
    return {
        "args": ["bash", "-euo", "pipefail", "-c", command],
        "cwd": HERE / sdk.folder,
        "env": {**os.environ, "OUT": str(sdk.out), **environment},
    }
