"""One million recipients that wait, in a whole server: the memory they take, and how soon a restarted server knows them."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import servers

OCTETS = 300
POLL_SECONDS = 0.02
KNOWN_SECONDS = 300
STALL_SECONDS = 60
CENSUS_EVERY = 100_000


class Full(servers.Postrider):
    """A server whose queue is asked for; its spool outlives it."""

    def summary(self):
        return json.loads(self.ask("/control/summary"))

    def memory(self):
        """PSS before the census, whose full collection makes it look better than it is."""
        pss = self.pss()
        return {"pss_mib": pss, **self.census(), "pss_after_collection_mib": self.pss(),
                "stress_level": self.metric("postrider_stress_level")}


def waiting(summary):
    return sum(summary[key] for key in ("scheduled", "ready", "attempting", "held"))


def say(*words):
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


def fill(server, total, recipients):
    """Sends them to a host that defers each, and waits until all are deferred."""
    sink = servers.Sink(server.sink_port, further=["-r", "rcpt"])
    try:
        begin, growth = time.monotonic(), []
        load = servers.source(server.port, total // recipients, OCTETS, True, to="nobody@later.test",
                              further=["-N", *(["-r", str(recipients)] if recipients > 1 else [])])
        sent, deferred = watched(server, load, total, growth)
    finally:
        sink.stop()
    return {"messages": total // recipients, "recipients": total, "sent_seconds": round(sent - begin, 1),
            "deferred_seconds": round(deferred - begin, 1), "growth": growth, **server.memory(),
            "spool_mib": round(server.metric("postrider_spool_octets") / 1024 / 1024, 1)}


def watched(server, load, total, growth):
    """The moments when all were sent, and when all were deferred."""
    sent, last, moved = None, None, time.monotonic()
    while True:
        ended, summary = load.poll(), without_sites(server.summary())
        if ended not in (None, 0):
            raise RuntimeError(f"smtp-source ended with {ended}; the server: {server.process.poll()}, {summary}")
        sent = sent or (time.monotonic() if ended == 0 else None)
        if waiting(summary) >= CENSUS_EVERY * (len(growth) + 1):
            growth.append({"recipients": waiting(summary), **server.census(), "pss_mib": server.pss()})
            say(summary, growth[-1]["live_heap_mib"], "MiB live", growth[-1]["pss_mib"], "MiB PSS")
        if sent and summary["scheduled"] >= total:
            return sent, time.monotonic()
        moved = moved if summary == last else time.monotonic()
        if time.monotonic() > moved + STALL_SECONDS:
            raise RuntimeError(f"nothing has moved for {STALL_SECONDS} s: {summary}")
        last = summary
        time.sleep(1)


def timed_start(server, total):
    """A new life of the server: seconds until it greets, until it is ready, and until it tells of all that wait."""
    begin = time.monotonic()
    server.start()
    took = {"greets": time.monotonic() - begin}
    for name, known in (("ready", lambda: server.ask("/health/ready")),
                        ("all_known", lambda: waiting(server.summary()) >= total)):
        await_answer(known)
        took[name] = time.monotonic() - begin
    return {f"{name}_seconds": round(seconds, 2) for name, seconds in took.items()} | {
        "cpu_seconds": round(server.cpu(), 1), **server.memory(), "summary": without_sites(server.summary())}


def await_answer(known):
    deadline = time.monotonic() + KNOWN_SECONDS
    while not answered(known):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no good answer in {KNOWN_SECONDS} s")
        time.sleep(POLL_SECONDS)


def answered(known):
    try:
        return known()
    except OSError:
        return False


def without_sites(summary):
    return {key: value for key, value in summary.items() if key != "sites"}


def stopped(server):
    begin = time.monotonic()
    server.stop()
    return round(time.monotonic() - begin, 1)


def lives(server, total):
    """Starts after a stop in order, and after a kill."""
    results = {"after_stop": timed_start(server, total)}
    say("after a stop", results["after_stop"])
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.stop()
    results["after_kill"] = timed_start(server, total)
    say("after a kill", results["after_kill"])
    results["stop_seconds"] = stopped(server)
    return results


def autopsy(server):
    """What is on the heap of a server that works no longer, or what it said at its end."""
    if server.process and server.process.poll() is None:
        return {"pss_mib": server.pss(), **server.census()}
    return {"ended": server.process and server.process.returncode,
            "log": (server.directory / "out.log").read_text(errors="replace").splitlines()[-20:]}


def measured(directory, total, recipients, heap):
    """One shape of queue. A directory that was filled before is not filled again."""
    server = Full(directory, "relay", servers.free_port())
    server.heap = heap
    told = pathlib.Path(directory) / "filled.json"
    try:
        if not told.exists():
            server.start()
            await_answer(lambda: server.ask("/health/ready"))
            if server.heap_in_force() != [f"-Xmx{heap}"]:
                raise RuntimeError(f"wanted a heap of {heap}, got {server.heap_in_force()}")
            filled = fill(server, total, recipients) | {"stop_seconds": stopped(server)}
            told.write_text(json.dumps(filled, indent=1))
            say("filled", filled)
        return {"heap": heap, "filled": json.loads(told.read_text()), **lives(server, total)}
    except (OSError, RuntimeError, subprocess.SubprocessError) as failure:
        return {"heap": heap, "recipients_a_message": recipients, "failure": repr(failure), **autopsy(server)}
    finally:
        server.stop()
