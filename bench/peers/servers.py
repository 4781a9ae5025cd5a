"""The servers that are compared, each started from a directory of its own on free loopback ports."""

import grp
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = pathlib.Path(
    os.environ.get("POSTRIDER_PEERS") or os.path.join(os.environ.get("XDG_CACHE_HOME") or "/var/cache", "postrider-peers"))
POSTFIX = PEERS / "postfix"
# How to run Postrider: a packaged one, or options for the JVM, can be named instead of the checkout's launcher.
COMMAND = os.environ.get("POSTRIDER_COMMAND", str(ROOT / "postrider")).split()
SOURCE = POSTFIX / "usr/sbin/smtp-source"
SINK = POSTFIX / "usr/sbin/smtp-sink"
TOOL_ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": str(POSTFIX / "usr/lib/postfix")}
START_SECONDS = 90
CLASSES_TOLD = 12
SESSIONS = 20
LIMIT_SECONDS = 300


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_greeting(port, name, process, seconds=START_SECONDS):
    """Waits until the server on the port greets with its own name: a taken port would greet with another."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode} at its start")
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.settimeout(5)
                greeting = connection.recv(512).decode("latin-1")
                connection.sendall(b"QUIT\r\n")
            if name not in greeting:
                raise RuntimeError(f"port {port} is taken: {greeting!r} instead of {name}")
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{name} did not greet in {seconds} s")


def processes_below(root):
    """Process ids of a process and all its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path("/proc", entry, "stat").read_text().rsplit(") ", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry))
            except (OSError, IndexError):
                pass
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu_seconds(root):
    """CPU time of a process tree, children that have ended included."""
    total = 0
    for pid in processes_below(root):
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
            total += sum(int(field) for field in fields[11:15])
        except OSError:
            pass
    return total / os.sysconf("SC_CLK_TCK")


def pss_mib(root):
    """Memory of a process tree, shared pages divided among those who share them."""
    total = 0
    for pid in processes_below(root):
        try:
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return round(total / 1024, 1)


class Server:
    """A running server; mode is "accept" (take and keep) or "relay" (send on to the sink)."""

    def __init__(self, directory, mode, sink_port, preload=None):
        self.directory = pathlib.Path(directory)
        self.mode = mode
        self.sink_port = sink_port
        self.preload = preload or {}
        self.port = free_port()
        self.process = self.log = None

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log = open(self.directory / "out.log", "ab")
        self.process = self.launch()
        await_greeting(self.port, self.host, self.process)
        return self

    def further(self):
        """What a measurement adds to the configuration."""
        return ""

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                for pid in processes_below(self.process.pid):
                    os.kill(pid, signal.SIGKILL)
                self.process.wait()
        if self.log:
            self.log.close()

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def pss(self):
        return pss_mib(self.process.pid)


class Postfix(Server):
    """Postfix tuned for load and as durable as it comes: it syncs the queue file before its 250."""

    name = "postfix"
    host = "postfix.bench"
    further_services = ""

    def launch(self):
        base, library = self.directory.resolve(), POSTFIX / "usr/lib/postfix"
        for part in ("conf", "queue", "data"):
            (base / part).mkdir(exist_ok=True)
        self.make_queue(base / "queue")
        shutil.chown(base / "data", "postfix")
        imported = [f"LD_LIBRARY_PATH={library}", "MAIL_CONFIG", "TZ", "LANG=C"]
        imported += [f"{key}={value}" for key, value in self.preload.items()]
        (base / "conf/main.cf").write_text(MAIN_CF.format(
            base=base, peer=POSTFIX, imported=" ".join(imported), host=self.host, sink=self.sink_port,
            defer="smtp" if self.mode == "accept" else "") + self.further())
        (base / "conf/master.cf").write_text(MASTER_CF.format(port=self.port) + self.further_services)
        return subprocess.Popen(
            [library / "sbin/master", "-c", base / "conf", "-d"], env={**TOOL_ENVIRONMENT, **self.preload},
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)

    @staticmethod
    def make_queue(queue):
        for name in ("active bounce corrupt defer deferred flush hold incoming private saved trace").split():
            (queue / name).mkdir(mode=0o700, exist_ok=True)
            shutil.chown(queue / name, "postfix")
        (queue / "pid").mkdir(exist_ok=True)
        postdrop = grp.getgrnam("postdrop").gr_gid
        for name, mode in (("public", 0o710), ("maildrop", 0o1730)):
            (queue / name).mkdir(exist_ok=True)
            os.chown(queue / name, pwd.getpwnam("postfix").pw_uid, postdrop)
            os.chmod(queue / name, mode)


class Postrider(Server):
    name = "postrider"
    host = "postrider.bench"
    durability = "fsync"
    connections = "20000"
    heap = None  # such as "400m"; else what the launcher gives

    def launch(self):
        base, self.http = self.directory.resolve(), free_port()
        to = "hold" if self.mode == "accept" else f"smtp:127.0.0.1:{self.sink_port}"
        (base / "postrider.toml").write_text(POSTRIDER_TOML.format(
            host=self.host, port=self.port, http=self.http, to=to, durability=self.durability,
            connections=self.connections) + self.further())
        return subprocess.Popen(
            [*COMMAND, "serve", "--config", base / "postrider.toml"], env={**os.environ, **self.heap_option(), **self.preload},
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)

    def heap_option(self):
        options = os.environ.get("POSTRIDER_JAVA_OPTS", "")
        return {"POSTRIDER_JAVA_OPTS": f"{options} -Xmx{self.heap}".strip()} if self.heap else {}

    def heap_in_force(self):
        """The last -Xmx of the running JVM: a POSTRIDER_COMMAND without the launcher heeds no POSTRIDER_JAVA_OPTS."""
        words = pathlib.Path(f"/proc/{self.process.pid}/cmdline").read_bytes().decode().split("\0")
        return [word for word in words if word.startswith("-Xmx")][-1:]

    def ask(self, path):
        token = (self.directory / "data/control.token").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}{path}", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def metric(self, name):
        found = re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)", self.ask("/metrics"), re.MULTILINE)
        return float(found.group(1)) if found else None

    def jcmd(self, *words):
        tool = pathlib.Path(f"/proc/{self.process.pid}/exe").resolve().parent / "jcmd"
        return subprocess.run([tool, str(self.process.pid), *words], capture_output=True, text=True, timeout=120).stdout

    def census(self):
        """What lives on the heap, after a full collection."""
        lines = self.jcmd("GC.class_histogram").splitlines()
        total = next((line.split() for line in reversed(lines) if line.startswith("Total")), None)
        classes = [line.split()[1:4] for line in lines if re.match(r"\s*\d+: ", line)][:CLASSES_TOLD]
        return {"live_heap_mib": total and round(int(total[2]) / 1024 / 1024, 1),
                "classes": [f"{name} {int(count):,} of {int(octets) / 1024 / 1024:.1f} MiB" for count, octets, name in classes]}


class Sink:
    """smtp-sink, which ends after so many messages; with "accept" it is what the load tools alone can do."""

    name = "sink"
    host = "sink.bench"

    def __init__(self, port, messages=None, sessions=400, further=()):
        self.port = port
        count = ["-M", str(messages)] if messages else []
        self.process = subprocess.Popen(
            [SINK, "-u", "nobody", "-h", self.host, "-m", str(sessions), *count, *further, f"127.0.0.1:{port}", "400"], env=TOOL_ENVIRONMENT,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_greeting(port, self.host, self.process)

    def wait(self, seconds):
        self.process.wait(seconds)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def pss(self):
        return pss_mib(self.process.pid)


def source(port, messages, octets, reuse, sessions=SESSIONS, to="someone@sink.test", further=()):
    """smtp-source, which ends when the server has taken so many messages."""
    command = [SOURCE, "-s", str(sessions), "-m", str(messages), "-l", str(octets), "-f", "from@source.test", "-t", to]
    command += ["-d"] if reuse else []
    return subprocess.Popen([*command, *further, f"127.0.0.1:{port}"], env=TOOL_ENVIRONMENT)


def finish(process):
    code = process.wait(LIMIT_SECONDS)
    if code != 0:
        raise RuntimeError(f"smtp-source ended with {code}")


MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = {peer}/usr/sbin
daemon_directory = {peer}/usr/lib/postfix/sbin
shlib_directory = {peer}/usr/lib/postfix
meta_directory = {peer}/etc/postfix
mail_owner = postfix
setgid_group = postdrop
import_environment = {imported}
myhostname = {host}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
message_size_limit = 0
in_flow_delay = 0s
default_process_limit = 200
default_destination_concurrency_limit = 50
initial_destination_concurrency = 20
smtpd_client_connection_count_limit = 0
smtp_connection_cache_destinations = [127.0.0.1]:{sink}
relayhost = [127.0.0.1]:{sink}
transport_maps = inline:{{ {{ dead.test = smtp:[127.0.0.1]:9 }} }}
minimal_backoff_time = 1h
maximal_backoff_time = 4h
defer_transports = {defer}
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix  n  -  n  -      0  cleanup
qmgr      unix  n  -  n  300    1  qmgr
rewrite   unix  -  -  n  -      -  trivial-rewrite
bounce    unix  -  -  n  -      0  bounce
defer     unix  -  -  n  -      0  bounce
trace     unix  -  -  n  -      0  bounce
flush     unix  n  -  n  1000?  0  flush
proxymap  unix  -  -  n  -      -  proxymap
smtp      unix  -  -  n  -      -  smtp
error     unix  -  -  n  -      -  error
retry     unix  -  -  n  -      -  error
anvil     unix  -  -  n  -      1  anvil
scache    unix  -  -  n  -      1  scache
"""

POSTRIDER_TOML = """\
hostname = "{host}"
data-dir = "data"

[[listener]]
address = "127.0.0.1:{port}"
role = "relay"
durability = "{durability}"

[http]
address = "127.0.0.1:{http}"

[limits]
connections = {connections}
connections-per-address = "off"

[retry]
schedule = ["1h"]

[[route]]
recipient-domain = "dead.test"
to = "smtp:127.0.0.1:9"

[[route]]
recipient-domain = "*"
to = "{to}"

[log]
mail-log = "mail.log"
"""
