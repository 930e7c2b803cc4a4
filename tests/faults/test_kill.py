"""kill -9 under parallel writes, again and again: every answered write is there afterwards, and nothing is half there.

Each client writes to packs of its own, and knows what it was answered: what it finds afterwards is that, or that with
the one write that nobody answered.
"""

import datetime
import http.client
import os
import random
import shutil
import sqlite3
import threading
import time
from dataclasses import dataclass, replace

from support import failing
from support.lifecycle import delete, describe, parameters, put, tag_list, tags_of
from support.server import Client
from support.worlds import FROZEN_AT, FROZEN_AT_S

CYCLES = int(os.environ.get("KILL_CYCLES", "8"))
CLIENTS = 3
PACKS = 5  # of each client
RULES = 3
ENDED = (http.client.HTTPException, OSError)


@dataclass(frozen=True)
class Pack:
    """What a pack was made of: everything of one put bears its number."""

    number: int
    arn: str = None
    tags: tuple = ()

    @property
    def bucket(self):
        return f"bucket-{self.number}"

    @property
    def rules(self):
        return [f"rule-{self.number}-{rule}" for rule in range(RULES)]

    @property
    def template(self):
        return "Parameters: {number: {Type: String}}\nResources:\n" + "".join(
            f"  Rule{index}:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: {rule}\n"
            "      Source: {Owner: AWS, SourceIdentifier: IAM_PASSWORD_POLICY}\n"
            for index, rule in enumerate(self.rules)
        )


class Writer(threading.Thread):
    """Writes until the server is gone. `known`: what it was answered; `doing`: the write that nobody answered."""

    def __init__(self, server, known, seed, name):
        super().__init__()
        self.server = Client(server.url)
        self.known = known
        self.random = random.Random(seed)
        self.prefix = name
        self.doing = None
        self.answered = 0
        self.fault = None

    def run(self):
        try:
            while True:
                self.write_once()
                self.answered += 1
        except ENDED:
            pass
        except AssertionError as error:
            self.fault = error

    def write_once(self):
        name = f"{self.prefix}-{self.random.randrange(PACKS)}"
        before = self.known.get(name)
        act = self.random.choice([self.put, self.put, self.tag, self.delete]) if before else self.put
        self.known[name] = act(name, before)
        self.doing = None

    def put(self, name, before):
        after = Pack(self.random.randrange(10**9), before and before.arn, before.tags if before else (("made", "1"),))
        self.doing = name, after
        reply = put(
            self.server,
            name,
            TemplateBody=after.template,
            DeliveryS3Bucket=after.bucket,
            ConformancePackInputParameters=parameters(number=str(after.number)),
            **({} if before else {"Tags": tag_list(**dict(after.tags))}),
        )
        assert reply.status == 200, reply
        return replace(after, arn=reply.json["ConformancePackArn"])

    def tag(self, name, before):
        value = str(self.random.randrange(10**9))
        after = replace(before, tags=(("made", "1"), ("one", value), ("two", value)))
        self.doing = name, after
        reply = self.server.post(
            "TagResource", {"ResourceArn": before.arn, "Tags": tag_list(one=value, two=value)}
        )
        assert reply.status == 200, reply
        return after

    def delete(self, name, _):
        self.doing = name, None
        reply = delete(self.server, name)
        assert reply.status == 200, reply


class Ticker(Writer):
    """Advances the clock, second by second."""

    def write_once(self):
        self.doing = "now", self.known["now"] + 1
        self.server.advance(1)
        self.known["now"] += 1
        self.doing = None


def read_pack(server, name):
    """What the server says of a pack, all of it agreeing."""
    statuses = server.status(name)
    shown = server.control("GET", f"/packs/{name}").json
    if not statuses:
        assert "error" in shown, shown
        return None
    [status], [description] = statuses, describe(server, name)
    pack = Pack(
        number=int(description["DeliveryS3Bucket"].removeprefix("bucket-")),
        arn=status["ConformancePackArn"],
        tags=tuple(sorted(tags_of(server, status["ConformancePackArn"]).items())),
    )
    assert description["ConformancePackArn"] == shown["ConformancePackArn"] == pack.arn
    assert description["ConformancePackId"] == status["ConformancePackId"] == pack.arn.rpartition("/")[2]
    assert status["ConformancePackState"] == "CREATE_COMPLETE"
    assert description["ConformancePackInputParameters"] == parameters(number=str(pack.number))
    rules = [f"{rule}-{status['ConformancePackId']}" for rule in pack.rules]
    assert [rule["ConfigRuleName"] for rule in shown["ConfigRules"]] == rules
    return pack


def is_same(pack, known):
    """A pack whose creation nobody answered has an ARN that nobody knows."""
    if pack is None or known is None:
        return pack is known
    return replace(pack, arn=None) == replace(known, arn=None) and known.arn in (None, pack.arn)


def settle(server, known, doing):
    """Holds what the server says against what was answered, and takes over which way the rest went."""
    now = datetime.datetime.fromisoformat(server.control("GET", "/clock").json["now"].replace("Z", "+00:00"))
    seconds = now.timestamp() - FROZEN_AT_S
    assert seconds in (known["now"], doing.get("now")), f"the clock is at {seconds} s, not {known['now']}"
    known["now"] = seconds
    for client in range(CLIENTS):
        for number in range(PACKS):
            name = f"client-{client}-{number}"
            pack = read_pack(server, name)
            expected = [known.get(name), doing.get(name, known.get(name))]
            assert any(is_same(pack, one) for one in expected), f"{name}: {pack}, of {expected}"
            known[name] = pack
    names = {pack["ConformancePackName"] for pack in server.control("GET", "/packs?limit=1000").json["packs"]}
    assert names == {name for name, pack in known.items() if isinstance(pack, Pack)}


def check_integrity(database, copy):
    """In a copy, as to look is to tidy up."""
    for file in database.parent.glob("world.db*"):
        shutil.copy(file, copy / file.name)
    connection = sqlite3.connect(copy / database.name)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def write_and_kill(server, known, seed):
    """The clients' writes of one cycle: what was under way, and how many were answered."""
    writers = [Writer(server, known, f"{seed} {client}", f"client-{client}") for client in range(CLIENTS)]
    writers.append(Ticker(server, known, seed, "now"))
    for writer in writers:
        writer.start()
    time.sleep(random.Random(seed).uniform(0.01, 0.2))
    server.kill()
    for writer in writers:
        writer.join()
    assert not [writer.fault for writer in writers if writer.fault]
    return dict(writer.doing for writer in writers if writer.doing), sum(writer.answered for writer in writers)


def test_parallel_writes(start_server, tmp_path):
    database = tmp_path / "world.db"
    copy = tmp_path / "copy"
    copy.mkdir()
    known, doing, answered = {"now": 0}, {}, 0
    for cycle in range(CYCLES + 1):
        server = start_server(
            "--database", database, "--clock", FROZEN_AT, "--progression", "immediate", "--max-packs", 1000
        )
        settle(server, known, doing)
        if cycle == CYCLES:
            break
        doing, count = write_and_kill(server, known, failing.SEED + cycle)
        answered += count
        check_integrity(database, copy)
    print(f"{CYCLES} cycles, {answered} answered writes")
    assert answered > CYCLES
