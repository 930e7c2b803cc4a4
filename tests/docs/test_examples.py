"""docs/examples, run: the programs against real servers, the containers' descriptions with a server in the place of each
container of the image, held against the Dockerfile and, where they are installed, the tools that read them."""

import importlib.util
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import pytest
import yaml

from support import oracle
from support.server import BINARY

EXAMPLES = oracle.ROOT / "docs/examples"
DOCKERFILE = (oracle.ROOT / "Dockerfile").read_text(encoding="utf-8")
TIMEOUT_S = 300

# What the image promises.
PROGRAM = "/usr/bin/awsconfig-mock"
PORT = int(re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)[1])
USER, GROUP = map(int, re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.M).groups())
HEALTH = json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.M)[1])
ENVIRONMENT = dict(pair.split("=", 1) for pair in re.search(r"^ENV (.*)$", DOCKERFILE, re.M)[1].split())
FIXTURES = ENVIRONMENT["AWSCONFIG_MOCK_FIXTURES"]


def load(name):
    return list(yaml.safe_load_all((EXAMPLES / name).read_text(encoding="utf-8")))


def quiet():
    """For pytest in a child: it leaves nothing in the tree."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": "-p no:cacheprovider", "AWSCONFIG_MOCK": BINARY}


def succeed(*command, **options):
    run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, **options)
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
    return run.stdout


@pytest.fixture
def play(start_server, tmp_path):
    """play(arguments, environment, {folder in the container: folder here}): the image's program as a container would
    start it, but on the loopback and a free port."""

    def start(arguments=(), environment=None, mounts=None):
        empty = tmp_path / "empty"
        empty.mkdir(exist_ok=True)
        assert set(mounts or {}) <= {FIXTURES}, "the image looks nowhere else"
        worlds = (mounts or {}).get(FIXTURES, empty)
        env = {**ENVIRONMENT, **(environment or {}), "AWSCONFIG_MOCK_FIXTURES": str(worlds)}
        assert env["AWSCONFIG_MOCK_HOST"] == "0.0.0.0", "nobody would reach it"
        return start_server(*arguments, "--host", "127.0.0.1", env=env)

    return start


def test_every_example_is_here():
    """What is added there is run here."""
    assert {path.name for path in EXAMPLES.iterdir()} == {
        "compose.yaml", "github-actions.yaml", "go", "kubernetes-job.yaml", "kubernetes.yaml", "node", "pytest",
        "testcontainers", "worlds",
    }


# ---- programs ----


@pytest.mark.parametrize("workers", [0, 2])
def test_pytest(workers):
    printed = succeed(sys.executable, "-m", "pytest", "-q", "-n", str(workers), EXAMPLES / "pytest", env=quiet())
    assert re.search(r"^5 passed in", printed, re.M)


def test_pytest_beside_a_running_server(server):
    for _ in range(2):  # the second run finds what the first has left
        succeed(sys.executable, "-m", "pytest", EXAMPLES / "pytest", env={**quiet(), "CONFIG_ENDPOINT": server.url})
    assert server.control("GET", "/worlds").json["worlds"]


def test_node(node, tmp_path):
    shutil.copytree(EXAMPLES / "node", tmp_path / "node")
    (tmp_path / "node/node_modules").symlink_to(oracle.ROOT / "tests/clients/node_modules")
    printed = succeed(node, "--test", cwd=tmp_path / "node", env=quiet())
    assert re.search(r"^# pass 4$", printed, re.M) or "pass 4" in printed, printed


def test_go(tmp_path):
    if "EXAMPLES_FROM_REGISTRIES" not in os.environ:
        pytest.skip("it takes modules of Go: make examples")
    wanted = re.search(r"^go 1\.(\d+)", (EXAMPLES / "go/go.mod").read_text(encoding="utf-8"), re.M)[1]
    found = re.search(r"go1\.(\d+)", succeed("go", "version")) if shutil.which("go") else None
    if found is None or int(found[1]) < int(wanted):
        pytest.skip(f"there is no go 1.{wanted} here")
    shutil.copytree(EXAMPLES / "go", tmp_path / "go")
    assert succeed("go", "vet", "./...", cwd=tmp_path / "go") == ""
    assert succeed("go", "test", "-count=1", "./...", cwd=tmp_path / "go", env=quiet()).startswith("ok")


@pytest.fixture
def engine():
    """Docker's API, by Podman; it runs nothing here."""
    if shutil.which("podman") is None or os.getuid() != 0:
        pytest.skip("it takes Podman, as root")
    with tempfile.TemporaryDirectory() as folder:  # a short name: Podman takes no longer one for its runroot
        socket = pathlib.Path(folder, "engine")
        store = ["--root", f"{folder}/store", "--runroot", f"{folder}/run", "--storage-driver", "vfs"]
        command = ["podman", *store, "--events-backend", "file", "system", "service", "--time", "0", f"unix://{socket}"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
            until = time.monotonic() + TIMEOUT_S
            while not socket.exists() and time.monotonic() < until:
                assert service.poll() is None, "Podman's service came to an end"
                time.sleep(0.05)
            yield f"unix://{socket}"
            service.terminate()


def test_testcontainers(start_server, engine, monkeypatch):
    """What it would start, by what it tells the engine; the server in its place has the same world and settings."""
    if importlib.util.find_spec("testcontainers") is None:
        pytest.skip("it takes testcontainers: make examples")
    monkeypatch.setenv("DOCKER_HOST", engine)
    path = EXAMPLES / "testcontainers/test_container.py"
    spec = importlib.util.spec_from_file_location("test_container", path)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    container = example.container()
    assert list(container.ports) in ([PORT], [f"{PORT}/tcp"], [str(PORT)])
    [(folder, mount)] = container.volumes.items()
    assert mount == {"bind": FIXTURES, "mode": "ro"}
    server = start_server("--fixture", folder, env=container.env)
    example.test_the_packs_of_the_world(server.url)


# ---- GitHub Actions ----


def test_the_workflow(play, tmp_path):
    text = (EXAMPLES / "github-actions.yaml").read_text(encoding="utf-8")
    [workflow] = load("github-actions.yaml")
    [job] = workflow["jobs"].values()
    [service] = job["services"].values()
    assert set(service) <= {"image", "credentials", "env", "ports", "volumes", "options"}
    assert service["ports"] == [f"{PORT}:{PORT}"]
    options = shlex.split(service["options"])
    assert not [one for one in options if one.startswith("--health")], "the image says it itself"
    if shutil.which("podman"):
        known = succeed("podman", "create", "--help")
        assert all(f" {one} " in known for one in options if one.startswith("--"))
    server = play(environment=service["env"])

    assert f"http://localhost:{PORT}" in text
    env = {**quiet(), **job["env"]}
    env = {name: value.replace(f"localhost:{PORT}", f"127.0.0.1:{server.port}") for name, value in env.items()}
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step)
        if "apt-get" in step.get("run", ""):
            wanted = re.findall(r"python3-\S+", step["run"])
            table = (oracle.ROOT / ".ci/deps").read_text(encoding="utf-8").split()
            assert wanted and set(wanted) <= set(table), "what the tests here have installed"
        elif "run" in step:
            succeed("bash", "-e", "-c", step["run"], cwd=oracle.ROOT, env=env)
    world = json.loads((EXAMPLES / "worlds/packs.json").read_text(encoding="utf-8"))
    assert set(server.states()) == {pack["ConformancePackName"] for pack in world["conformancePacks"]}


# ---- compose ----


def test_compose(play, aws_cli):
    [compose] = load("compose.yaml")
    service, tests = compose["services"]["aws-config"], compose["services"]["tests"]
    assert (EXAMPLES / service["build"] / "Dockerfile").resolve() == oracle.ROOT / "Dockerfile"
    assert service["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    [volume] = service["volumes"]
    folder, target, mode = volume.split(":")
    assert mode == "ro"
    assert tests["depends_on"] == {"aws-config": {"condition": "service_healthy"}} and HEALTH
    server = play(environment=service["environment"], mounts={target: EXAMPLES / folder})
    command = tests["command"].replace(f"http://aws-config:{PORT}", server.url)
    assert server.url in command
    printed = succeed(aws_cli, *shlex.split(command), env={**os.environ, **tests["environment"]})
    assert re.findall(r"CREATE_\w+", printed) == ["CREATE_FAILED", "CREATE_COMPLETE"]


def test_compose_is_read_by_docker_compose():
    if shutil.which("docker-compose") is None:
        pytest.skip("there is no docker-compose here")
    succeed("docker-compose", "-f", EXAMPLES / "compose.yaml", "config", "--quiet")


# ---- Kubernetes ----


def pods():
    """(name of the example, the pod's template)."""
    for name in ("kubernetes.yaml", "kubernetes-job.yaml"):
        for thing in load(name):
            if "template" in thing.get("spec", {}):
                yield name, thing["spec"]["template"]["spec"]


def containers(pod):
    """Those of the image."""
    return [one for key in ("initContainers", "containers") for one in pod.get(key, []) if one["image"].endswith("/awsconfig-mock")]


@pytest.mark.parametrize("name, pod", pods())
def test_pods_have_no_rights(name, pod):
    assert len(containers(pod)) == 1
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (USER, GROUP)
    assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
    for container in containers(pod):
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize("name, pod", pods())
def test_pods_start_and_are_probed(play, tmp_path, name, pod):
    [container] = containers(pod)
    worlds = {thing["metadata"]["name"]: thing["data"] for thing in load(name) if thing["kind"] == "ConfigMap"}
    volumes = {one["name"]: worlds[one["configMap"]["name"]] for one in pod.get("volumes", [])}
    mounts = {}
    for mount in container.get("volumeMounts", []):
        mounts[mount["mountPath"]] = tmp_path / mount["name"]
        mounts[mount["mountPath"]].mkdir()
        for file, text in volumes[mount["name"]].items():
            (mounts[mount["mountPath"]] / file).write_text(text, encoding="utf-8")
    environment = {one["name"]: one["value"] for one in container.get("env", [])}
    server = play(container.get("args", []), environment, mounts)
    packs = [json.loads(text)["conformancePacks"] for volume in volumes.values() for text in volume.values()]
    assert len(server.states()) == sum(map(len, packs))
    ports = {one["name"]: one["containerPort"] for one in container.get("ports", [])}
    assert set(ports.values()) <= {PORT}
    probes = [probe for key, probe in container.items() if key.endswith("Probe")]
    assert probes
    for probe in probes:
        if "exec" in probe:
            assert probe["exec"]["command"] == HEALTH and HEALTH[0] == PROGRAM
            own = {**os.environ, **ENVIRONMENT, **environment, "AWSCONFIG_MOCK_PORT": str(server.port)}
            succeed(BINARY, *probe["exec"]["command"][1:], env=own)
        else:
            assert ports[probe["httpGet"]["port"]] == PORT
            reply = server.http("GET", probe["httpGet"]["path"])
            assert reply.status == 200


def test_a_service_leads_to_the_pods():
    things = {thing["kind"]: thing for thing in load("kubernetes.yaml")}
    service, deployment = things["Service"]["spec"], things["Deployment"]["spec"]
    assert service["selector"] == deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"]
    [port] = service["ports"]
    assert (port["port"], port["targetPort"]) == (PORT, "http")


NEWER = {("V1Container", "restartPolicy")}  # than the client's: side-cars, Kubernetes 1.29


def unknown_fields(value, kind, models, place):
    """What Kubernetes' own model of a kind does not know, or knows as another type."""
    inner = re.fullmatch(r"list\[(.*)\]|dict\(str, (.*)\)", kind)
    if inner:
        elements = value.items() if inner[2] else enumerate(value)
        for key, element in elements:
            yield from unknown_fields(element, inner[1] or inner[2], models, f"{place}.{key}")
    elif hasattr(models, kind):
        model = getattr(models, kind)
        attributes = {wire: name for name, wire in model.attribute_map.items()}
        for key, member in value.items():
            if key in attributes:
                yield from unknown_fields(member, model.openapi_types[attributes[key]], models, f"{place}.{key}")
            elif (kind, key) not in NEWER:
                yield f"{place}.{key}"
    elif not isinstance(value, {"str": str, "int": int, "bool": bool, "object": object}[kind]):
        yield f"{place}: {value!r} is no {kind}"


@pytest.mark.parametrize("name", ["kubernetes.yaml", "kubernetes-job.yaml"])
def test_kubernetes_knows_every_field(name):
    models = pytest.importorskip("kubernetes.client.models", reason="there is no python3-kubernetes here")
    for thing in load(name):
        kind = f"V1{thing['kind']}"
        assert not list(unknown_fields(thing, kind, models, kind))


def test_paths_are_those_of_this_tree():
    """What examples name of this tree is there."""
    for path in EXAMPLES.rglob("*.yaml"):
        for name in re.findall(r"docs/[\w./-]*\w", path.read_text(encoding="utf-8")):
            assert pathlib.Path(oracle.ROOT / name).exists(), f"{path.name}: {name}"
