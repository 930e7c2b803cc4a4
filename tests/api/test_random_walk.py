"""A random walk through the life cycle, step by step against a small model of its rules.

Steps are drawn without looking at the world, so that any of them can be left out: a walk that finds a difference is
made shorter while it still finds one, and printed with its seed.

    AWSCONFIG_MOCK_WALK_STEPS=100000   so many steps in all, rather than 5,000
    AWSCONFIG_MOCK_WALK_SEED=7         the same walk again, rather than a new one
"""

import fnmatch
import os
import random
import re
import time
from dataclasses import dataclass, field, replace

import pytest

from support.lifecycle import DELETE, DESCRIBE, LIST_TAGS, PUT, TAG, TEMPLATE, UNTAG, progression, script
from support.server import STATUS
from support.worlds import FROZEN_AT_S, STATES, moving, pack, step, world

STEPS = int(os.environ.get("AWSCONFIG_MOCK_WALK_STEPS", "5000"))
SEED = os.environ.get("AWSCONFIG_MOCK_WALK_SEED")
SHRINK_S = 60

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
GONE = "DELETED"

# ---- the world of the walk ----

SCOPES = [("123456789012", "us-east-1"), ("123456789012", "eu-west-1"), ("210987654321", "us-east-1")]
NAMES = ["bad", "bad-2", "hang", "polled", "quick", "slow", "vanishing"]
QUOTA = 5

SCRIPTS = [
    script("create", step(FAILED, "once", afterSeconds=5), match="bad*", times=3),
    script("update", step(CREATING), step(FAILED, "no", afterSeconds=5), step(CREATED, afterSeconds=9), match="bad"),
    script("delete", step(DELETE_FAILED, "rules remain", afterSeconds=3), match="bad-?", times=40),
    script("create", match="hang"),
    script("delete", step(DELETE_FAILED, "by hand", manual=True), step(DELETING, afterPolls=1), step(GONE, afterSeconds=4), match="hang"),
    progression("polls 3", match="polled", region="us-east-1"),
    script("create", step(FAILED, "a", afterPolls=2), step(CREATING, afterSeconds=2), step(FAILED, "b", afterPolls=1),
           step(CREATED, manual=True), match="polled"),
    progression("immediate", match="q*", account="210987654321"),
    script("update", step(FAILED, "at once"), match="quick", times=20),
    script("create", step(CREATED, afterSeconds=0), step(DELETING, afterSeconds=0), step(GONE, afterSeconds=0), match="van*", times=10),
    script("create", step(CREATED, afterSeconds=1), step(DELETING, afterPolls=1), step(GONE, afterSeconds=1), match="vanishing"),
    progression("after 30s", match="slow"),
]
PACKS = [
    "quick",
    moving("slow", step(CREATING), step(FAILED, "x", afterSeconds=10), step(CREATED, afterSeconds=20)),
    pack("hang", ConformancePackState=DELETE_FAILED, ConformancePackStatusReason="why", region="eu-west-1"),
    moving("slow", step(CREATING), step(FAILED, "y", afterPolls=1), step(CREATED, at=FROZEN_AT_S + 60),
           step(DELETING, afterSeconds=5), region="eu-west-1"),
    moving("polled", step(CREATING), step(CREATED, afterPolls=2), step(DELETING, afterSeconds=10), step(GONE, manual=True),
           account="210987654321"),
]

# ---- the model ----

MAY_FOLLOW = {
    CREATING: {CREATED, FAILED},
    CREATED: {CREATING, DELETING},
    FAILED: {CREATING, CREATED, DELETING},
    DELETING: {DELETE_FAILED, GONE},
    DELETE_FAILED: {DELETING, CREATING, GONE},
}
KINDS = {"create": (CREATING, CREATED), "update": (CREATING, CREATED), "delete": (DELETING, GONE)}
KEPT = 50  # steps of a pack's past that a request leaves


@dataclass(frozen=True)
class Step:
    """One of after_ms, at_ms, polls and by_hand says what brings it; none of them that it comes with the one before."""

    state: str
    reason: str = None
    after_ms: int = None
    at_ms: int = None
    polls: int = 0
    by_hand: bool = False
    course: bool = False  # a request or a hand set the pack on a new course here; what follows belongs to that


def steps_of(transitions):
    return [Step(one["ConformancePackState"], one.get("ConformancePackStatusReason"),
                 round(one["afterSeconds"] * 1000) if "afterSeconds" in one else None,
                 round(one["at"] * 1000) if "at" in one else None,
                 one.get("afterPolls", 0), one.get("manual", False)) for one in transitions]


def success(how, state):
    word, _, amount = how.partition(" ")
    return [Step(state, after_ms=round(float(amount.rstrip("s")) * 1000) if word == "after" else None,
                 polls=int(amount) if word == "polls" else 0, by_hand=word == "manual")]


@dataclass
class Stand:
    """How a pack looks from `at` on, and the step that brought it there."""

    at: int
    step: Step
    requested: int
    completed: int = None

    def then(self, one, at):
        completed = max(at, self.requested or at)  # no success before its request, be the clock set back
        return Stand(at, one, at if one.state == CREATING else self.requested, completed if one.state == CREATED else self.completed)


@dataclass
class Pack:
    past: list  # of Stand: the last of them that is due counts, or else the first
    ahead: list = field(default_factory=list)  # of Step: the first of them waits for polls or a hand
    identity: str = None  # what follows is learned when it is first seen, and must stay
    stack: str = None
    tags: dict = field(default_factory=dict)
    former: list = field(default_factory=list)  # identities of this name's earlier lives

    def place(self, now):
        return max((place for place, stand in enumerate(self.past) if stand.at <= now), default=0)

    def stands(self, now):
        return self.past[self.place(now)]

    def state(self, now):
        return self.stands(now).step.state

    def forget(self, now):
        """What is ahead comes to nothing."""
        del self.past[self.place(now) + 1:]
        self.ahead = []

    def plan(self, steps, origin):
        """Times are known up to the first step that waits."""
        self.ahead = list(steps)
        while self.ahead and not self.ahead[0].polls and not self.ahead[0].by_hand:
            one, last = self.ahead.pop(0), self.past[-1]
            due = origin + one.after_ms if one.after_ms is not None else one.at_ms if one.at_ms is not None else last.at
            self.past.append(last.then(one, max(due, last.at)))

    def begin(self, state, steps, now):
        place = self.place(now)
        del self.past[:max(0, place - KEPT)]
        self.forget(now)
        self.past.append(self.past[-1].then(Step(state, course=True), now))
        self.plan(steps, now)

    def poll(self, now):
        if self.place(now) != len(self.past) - 1 or not self.ahead or not self.ahead[0].polls:
            return
        first = self.ahead[0]
        if first.polls > 1:
            self.ahead[0] = replace(first, polls=first.polls - 1)
        else:
            self.take(now, first.reason)

    def take(self, now, reason):
        """The next step comes now, whatever it waited for; those behind it go by the new time."""
        first, *later = self.following(now)
        self.forget(now)
        self.past.append(self.past[-1].then(replace(first, reason=reason), now))
        self.plan(later, now)

    def following(self, now):
        """What is ahead on this course. After the clock was set back that may have been reached before; but what was
        asked for later has not happened for who sets the pack on its way by hand."""
        known = [stand.step for stand in self.past[self.place(now) + 1:]]
        courses = [place for place, one in enumerate(known) if one.course]
        return known[:courses[0]] if courses else known + self.ahead

    def move(self, state, reason, force, now):
        """By hand; whether it may."""
        before = self.state(now)
        if not force and state not in MAY_FOLLOW[before]:
            return False
        following = self.following(now)
        if following and following[0].state == state != before:
            self.take(now, reason or following[0].reason)
        else:
            self.forget(now)
            self.past.append(self.past[-1].then(Step(state, reason, course=True), now))
        return True


class Model:
    def __init__(self, default, empty=False):
        self.default = default
        self.now = FROZEN_AT_S * 1000
        self.scripts = [] if empty else [dict(one, left=one.get("times")) for one in unrolled(SCRIPTS)]
        self.packs = {scope: {} for scope in SCOPES}
        for one in [] if empty else PACKS:
            self._load(pack(one) if isinstance(one, str) else one)

    def _load(self, given):
        steps = steps_of(given.get("transitions", []))
        first = steps.pop(0) if steps else Step(given.get("ConformancePackState", CREATED), given.get("ConformancePackStatusReason"))
        stand = Stand(self.now, first, self.now, self.now if first.state == CREATED else None)
        loaded = Pack([stand])
        loaded.plan(steps, self.now)
        scope = given.get("account", SCOPES[0][0]), given.get("region", SCOPES[0][1])
        self.packs[scope][given["ConformancePackName"]] = loaded

    def seen(self, scope):
        """{name: pack} of those that are not gone, in order."""
        return {name: self.packs[scope][name] for name in sorted(self.packs[scope]) if self.packs[scope][name].state(self.now) != GONE}

    def _steps_for(self, kind, scope, name):
        for one in self.scripts:
            if (one["on"] == kind and fnmatch.fnmatchcase(name, one.get("match", "*")) and one["left"] != 0
                    and one.get("account", scope[0]) == scope[0] and one.get("region", scope[1]) == scope[1]):
                one["left"] = one["left"] and one["left"] - 1
                if "progression" in one:
                    return success(one["progression"], KINDS[kind][1])
                steps = steps_of(one["transitions"])
                return steps[1:] if steps and steps[0] == Step(KINDS[kind][0]) else steps
        return success(self.default, KINDS[kind][1])

    def put(self, scope, name, tags):
        """The error, or None."""
        found = self.seen(scope).get(name)
        if found is None:
            if len(self.seen(scope)) >= QUOTA:
                return "MaxNumberOfConformancePacksExceededException"
            gone = self.packs[scope].get(name)
            former = [*gone.former, gone.identity] if gone else []
            found = self.packs[scope][name] = Pack([Stand(self.now, Step(CREATING), self.now)], tags=tags, former=former)
            found.plan(self._steps_for("create", scope, name), self.now)
        elif found.state(self.now) in (CREATING, DELETING):
            return "ResourceInUseException"
        else:
            found.begin(CREATING, self._steps_for("update", scope, name), self.now)
        return None

    def delete(self, scope, name):
        found = self.seen(scope).get(name)
        if found is None:
            return "NoSuchConformancePackException"
        if found.state(self.now) in (CREATING, DELETING):
            return "ResourceInUseException"
        found.begin(DELETING, self._steps_for("delete", scope, name), self.now)
        return None


def unrolled(scripts):
    """A progression without `on` is one of each kind."""
    for one in scripts:
        yield from [one] if "on" in one else [{**one, "on": kind} for kind in KINDS]


# ---- steps, on both ----


class Difference(AssertionError):
    pass


def same(what, server, model):
    if server != model:
        raise Difference(f"{what}\n  server: {server}\n  model:  {model}")


def arn(scope, name, identity):
    return f"arn:aws:config:{scope[1]}:{scope[0]}:conformance-pack/{name}/{identity}"


class Walk:
    """The server and the model, side by side."""

    def __init__(self, server, default):
        self.server, self.default = server, default
        self.remembered = 0
        self.reset("")

    def call(self, operation, scope, body):
        return self.server.post(operation, body, account=scope[0], region=scope[1])

    def reset(self, to):
        reply = self.server.control("POST", f"/reset{to}")
        same("reset", reply.status, 200)
        self.model = Model(self.default, empty=bool(to))

    def learn(self, known, scope, name, identity, stack=None):
        """What the server makes up must be new at first, and the same ever after."""
        if known.identity is None:
            same(f"{identity} is well-formed", bool(re.fullmatch("conformance-pack-[a-z0-9]{9}", identity)), True)
            same(f"{identity} is new", identity in known.former[self.remembered:], False)
            known.identity = identity
        if stack is not None and known.stack is None:
            known.stack = stack
            same("the stack's name", f":stack/awsconfigconforms-{name}-{identity}/" in stack, True)

    def put(self, scope, name, tags, good):
        body = {"ConformancePackName": name, "TemplateBody": TEMPLATE if good else "Resources: {}",
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        reply = self.call(PUT, scope, body)
        if not good:
            same("a bad template", reply.error, "ConformancePackTemplateValidationException")
            return
        same("error", reply.error, self.model.put(scope, name, dict(tags)))
        if reply.status == 200:
            known = self.model.packs[scope][name]
            self.learn(known, scope, name, reply.json["ConformancePackArn"].rpartition("/")[2])
            same("answer", reply.json, {"ConformancePackArn": arn(scope, name, known.identity)})

    def delete(self, scope, name):
        reply = self.call(DELETE, scope, {"ConformancePackName": name})
        same("error", reply.error, self.model.delete(scope, name))
        same("body", reply.body == b"", reply.status == 200)

    def _status(self, scope, name, known, shown):
        stand = known.stands(self.model.now)
        self.learn(known, scope, name, shown.get("ConformancePackId", ""), shown.get("StackArn", ""))
        expected = {
            "ConformancePackName": name,
            "ConformancePackId": known.identity,
            "ConformancePackArn": arn(scope, name, known.identity),
            "ConformancePackState": stand.step.state,
            "StackArn": known.stack,
            "ConformancePackStatusReason": stand.step.reason,
            "LastUpdateRequestedTime": stand.requested / 1000,
            "LastUpdateCompletedTime": stand.completed / 1000 if stand.completed is not None else None,
        }
        return {key: value for key, value in expected.items() if value is not None}

    def _pages(self, operation, key, scope, names, limit):
        """All pages; what each shows, and the sizes."""
        token, shown, sizes = None, [], []
        while True:
            body = {"ConformancePackNames": names, "Limit": limit, "NextToken": token}
            reply = self.call(operation, scope, body)
            if reply.status != 200:
                return reply.error, None
            shown += reply.json[key]
            sizes.append(len(reply.json[key]))
            token = reply.token
            if token is None:
                return shown, sizes

    @staticmethod
    def _sizes(count, limit):
        size = limit or 20
        return [min(size, count - start) for start in range(0, max(count, 1), size)]

    def status(self, scope, names, limit):
        seen = {name: one for name, one in self.model.seen(scope).items() if not names or name in names}
        shown, sizes = self._pages(STATUS, "ConformancePackStatusDetails", scope, names, limit)
        same("names", [one["ConformancePackName"] for one in shown], list(seen))
        same("pages", sizes, self._sizes(len(seen), limit))
        for details, (name, known) in zip(shown, seen.items()):
            same(name, details, self._status(scope, name, known, details))
            known.poll(self.model.now)

    def describe(self, scope, names, limit):
        seen = {name: one for name, one in self.model.seen(scope).items() if not names or name in names}
        shown, sizes = self._pages(DESCRIBE, "ConformancePackDetails", scope, names, limit)
        if set(names) - set(seen):
            same("error", shown, "NoSuchConformancePackException")
            return
        same("names", [one["ConformancePackName"] for one in shown], list(seen))
        same("pages", sizes, self._sizes(len(seen), limit))
        for details, (name, known) in zip(shown, seen.items()):
            self.learn(known, scope, name, details["ConformancePackId"])
            same(name, details, {
                "ConformancePackName": name,
                "ConformancePackArn": arn(scope, name, known.identity),
                "ConformancePackId": known.identity,
                "ConformancePackInputParameters": [],
                "LastUpdateRequestedTime": known.stands(self.model.now).requested / 1000,
            })

    def clock(self, milliseconds):
        self.server.advance(milliseconds / 1000)
        self.model.now += milliseconds

    def move(self, scope, name, state, reason, force):
        given = {"ConformancePackStatusReason": reason} if reason else {}
        reply = self.server.move(name, state, f"?account={scope[0]}&region={scope[1]}", force=force, **given)
        known = self.model.seen(scope).get(name)
        if known is None:
            same("status", reply.status, 404)
        else:
            same("status", reply.status, 200 if known.move(state, reason, force, self.model.now) else 409)

    def tag(self, scope, name, add, remove):
        known = self.model.packs[scope].get(name)
        if known is None or known.identity is None:
            return
        resource = {"ResourceArn": arn(scope, name, known.identity)}
        replies = []
        if add:
            replies.append(self.call(TAG, scope, {**resource, "Tags": [{"Key": key, "Value": value} for key, value in add.items()]}))
        if remove:
            replies.append(self.call(UNTAG, scope, {**resource, "TagKeys": remove}))
        replies.append(self.call(LIST_TAGS, scope, resource))
        if name not in self.model.seen(scope):
            same("errors", {reply.error for reply in replies}, {"ResourceNotFoundException"})
            return
        known.tags.update(add)
        for key in remove:
            known.tags.pop(key, None)
        same("errors", {reply.error for reply in replies}, {None})
        same("tags", replies[-1].json["Tags"], [{"Key": key, "Value": known.tags[key]} for key in sorted(known.tags)])

    def count(self):
        reply = self.server.control("GET", "/health")
        same("packs", reply.json["packs"], sum(len(self.model.seen(scope)) for scope in SCOPES))

    def restart(self):
        self.server.again()

    def export(self):
        """The world goes out and comes in again; its past stays behind, so that only the last life's id is new to it."""
        self.remembered = -1
        world_now = self.server.control("GET", "/state")
        same("status", world_now.status, 200)
        reply = self.server.control("PUT", "/state", world_now.json)
        same("status", (reply.status, reply.json), (200, reply.json))
        for scope in SCOPES:
            self.model.packs[scope] = self.model.seen(scope)

    def run(self, steps):
        """The number of the step that found a difference, and it; or None."""
        for number, (action, *arguments) in enumerate(steps):
            try:
                getattr(self, action)(*arguments)
            except AssertionError as difference:
                return number, difference
        return None


# ---- drawing steps ----

SECONDS = [0, 1, 1000, 1000, 1999, 2000, 2000, 3000, 4999, 5000, 9000, 10000, 29999, 30000, 61000]
LIMITS = [None, None, 0, 1, 2, 3, 20]
KEYS = ["a", "b", "C"]


def draw(rng, restarts=False, exports=False):
    """One step. What is asked for seldom makes sense: that is the point."""
    scope, name = rng.choice(SCOPES), rng.choice(NAMES)
    some = rng.sample([*NAMES, "ghost"], rng.randint(1, 3)) if rng.random() < 0.7 else []
    tags = {key: str(rng.randint(0, 9)) for key in KEYS if rng.random() < 0.3}
    actions = {
        "put": (26, lambda: (scope, name, tags, rng.random() < 0.97)),
        "delete": (13, lambda: (scope, name)),
        "status": (26, lambda: (scope, some, rng.choice(LIMITS))),
        "describe": (5, lambda: (scope, some if rng.random() < 0.5 else [], rng.choice(LIMITS))),
        # Back too; but what was exported has no past to go back to.
        "clock": (18, lambda: (rng.choice(SECONDS) if exports or rng.random() < 0.9 else -rng.choice(SECONDS),)),
        "move": (7, lambda: (scope, name, rng.choice([*STATES, GONE]), rng.choice([None, "by hand"]), rng.random() < 0.2)),
        "tag": (3, lambda: (scope, name, tags, [key for key in KEYS if rng.random() < 0.3])),
        "count": (1, lambda: ()),
        "reset": (0.1, lambda: (rng.choice(["", "", "", "?to=empty"]),)),
        "restart": (0.3 if restarts else 0, lambda: ()),
        "export": (1 if exports else 0, lambda: ()),
    }
    [action] = rng.choices(list(actions), [weight for weight, _ in actions.values()])
    return action, *actions[action][1]()


# ---- making it shorter ----


def shorter(steps, fails, until):
    """The steps without those that the difference does not need, as far as time allows."""
    for length in (30, 100, 300, 1000, 3000):
        if length < len(steps) and fails(steps[-length:]):
            steps = steps[-length:]
            break
    size = max(len(steps) // 2, 1)
    while True:
        start = 0
        while start < len(steps):
            if time.monotonic() > until:
                return steps
            fewer = steps[:start] + steps[start + size:]
            if fewer and fails(fewer):
                steps = fewer
            else:
                start += size
        if size == 1:
            return steps
        size = max(size // 2, 1)


def walk(server, default, count, **unusual):
    seed = int(SEED) if SEED else random.SystemRandom().randrange(10**9)
    print(f"AWSCONFIG_MOCK_WALK_SEED={seed}, {count} steps, --progression '{default}'")
    rng = random.Random(f"{seed} {default} {unusual}")
    steps = [draw(rng, **unusual) for _ in range(count)]
    found = Walk(server, default).run(steps)
    if found is None:
        return
    number, difference = found
    last = "\n".join(f"  {one}" for one in steps[max(0, number - 19):number + 1])
    needed = shorter(steps[:number + 1], lambda fewer: Walk(server, default).run(fewer) is not None, time.monotonic() + SHRINK_S)
    found = Walk(server, default).run(needed)
    least = "\n".join(f"  {one}" for one in needed)
    pytest.fail(f"seed {seed}, step {number} of {count}, --progression '{default}': {difference}\n\nthe last steps:\n{last}\n\n"
                f"it takes no more than these {len(needed)}, after a reset:\n{least}\n{found and found[1]}", pytrace=False)


FIXTURE = world(*PACKS, scripts=SCRIPTS)


@pytest.mark.parametrize("default", ["after 2s", "polls 2", "manual", "immediate"])
def test_walk(frozen_server, default):
    server = frozen_server("--progression", default, "--max-packs", QUOTA, fixture=FIXTURE)
    walk(server, default, STEPS // 4)


class Restarting:
    """A server with a database that is killed and started again, as a server that never ends."""

    def __init__(self, start):
        self.start = start
        self.server = start()

    def again(self):
        self.server.kill()
        self.server = self.start()

    def __getattr__(self, name):
        return getattr(self.server, name)


def test_walk_across_restarts(frozen_server, tmp_path):
    default = "after 2s"
    options = ("--database", tmp_path / "db", "--progression", default, "--max-packs", QUOTA)
    server = Restarting(lambda: frozen_server(*options, fixture=FIXTURE))
    walk(server, default, STEPS // 10, restarts=True)


@pytest.mark.parametrize("default", ["after 2s", "polls 2"])
def test_walk_across_exports(frozen_server, default):
    server = frozen_server("--progression", default, "--max-packs", QUOTA, fixture=FIXTURE)
    walk(server, default, STEPS // 10, exports=True)


# ---- the walk itself can find a difference ----


@pytest.mark.parametrize("wrong", [
    ("poll", lambda self, now: None),
    ("forget", lambda self, now: None),
    ("place", lambda self, now: len(self.past) - 1),
])
def test_a_wrong_model_is_found_out(frozen_server, monkeypatch, wrong):
    monkeypatch.setattr(Pack, *wrong)
    server = frozen_server("--progression", "polls 2", "--max-packs", QUOTA, fixture=FIXTURE)
    rng = random.Random(1)
    steps = [draw(rng) for _ in range(2000)]
    found = Walk(server, "polls 2").run(steps)
    assert found is not None
    needed = shorter(steps[:found[0] + 1], lambda fewer: Walk(server, "polls 2").run(fewer) is not None, time.monotonic() + 5)
    assert len(needed) < 15
