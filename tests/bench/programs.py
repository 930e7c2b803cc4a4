"""The programs that are measured, as processes, and what the kernel knows of them."""

import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLOWEST_START_S = 300


class Program:
    """Started and ready: it has printed the line that names its URL."""

    def __init__(self, command, cores=None, env=None, stderr=None):
        pinned = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWSCONFIG_MOCK_")}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            pinned + list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**kept, **(env or {})},
        )
        try:
            self.url = self._await_ready()
        except BaseException:
            self.process.kill()
            raise
        self.start_s = time.perf_counter() - began
        self.port = urllib.parse.urlsplit(self.url).port

    def _await_ready(self):
        line, until = b"", time.monotonic() + SLOWEST_START_S
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 4096) if readable else b""
            if not piece:
                raise SystemExit(f"bench: {self.process.args} is not ready: {line!r}")
            line += piece
        return line.decode().split()[1]

    @property
    def pid(self):
        return self.process.pid

    def cpu_s(self):
        """What it has used, user and kernel, threads that ended included."""
        return time.clock_gettime(~self.pid << 3 | 2)  # the clock that clock_getcpuclockid() names

    def memory_kb(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        return 0

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def server(build, *arguments, cores=None, wrapped_by=()):
    """The server, on a port of its own, as quiet as can be."""
    command = [*wrapped_by, build / "awsconfig-mock", "--port", "0", "--log-level", "error", *arguments]
    return Program(command, cores)


def limit(build, status, size, cores, threads):
    return Program([build / "tests/bench/limit", threads, status, size], cores)


def load(
    build,
    port,
    requests,
    *,
    cores=None,
    connections=16,
    seconds=None,
    count=None,
    status=200,
    one_shot=False,
    busy=False,
    first_round=0,
):
    """Runs tests/bench/load, see there: what it printed."""
    command = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
    command += [build / "tests/bench/load", "-p", port, "-f", requests]
    command += ["-c", connections, "-s", status, "-r", first_round]
    command += ["-t", seconds] if seconds else []
    command += ["-n", count] if count else []
    command += ["-x"] if one_shot else []
    command += ["-b"] if busy else []
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


class Moto(Program):
    """moto_server prints no such line: it is there when its port answers."""

    def __init__(self, port, cores=None):
        self._port = port
        super().__init__([shutil.which("moto_server"), "-p", port], cores, stderr=subprocess.DEVNULL)

    def _await_ready(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return f"http://127.0.0.1:{self._port}"
            except OSError:
                time.sleep(0.1)
        raise SystemExit("bench: moto_server is not ready")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
