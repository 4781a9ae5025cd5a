"""Servers that sign what they relay with one key, and the proof that they did."""

import pathlib
import subprocess
import tempfile
import time

import servers

OPENDKIM = servers.PEERS / "opendkim"
DOMAIN, SELECTOR = "source.test", "bench"
SAMPLE_SECONDS = 20
# dkimpy is a package of Debian's own Python.
VERIFY = """\
import sys, dkim
record = b"v=DKIM1; k=rsa; p=" + sys.argv[1].encode()
sys.exit(0 if dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: record) else 1)
"""


def key_in(directory):
    key = pathlib.Path(directory) / "dkim.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key],
                   check=True, stderr=subprocess.DEVNULL)
    key.chmod(0o644)  # each server reads it as a user of its own
    return key


def public(key):
    text = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], check=True, capture_output=True, text=True).stdout
    return "".join(line for line in text.splitlines() if not line.startswith("-"))


class SigningPostrider(servers.Postrider):
    name = "postrider-signed"

    def further(self):
        return SIGNING_TOML.format(domain=DOMAIN, selector=SELECTOR, key=self.key)


class SigningPostfix(servers.Postfix):
    """Postfix with Debian's opendkim, whose CPU time and memory count as Postfix's.

    opendkim has no number of threads to set: libmilter gives each connection one of its own.
    """

    name = "postfix-opendkim"
    filter = None

    def launch(self):
        base = self.directory.resolve()
        self.socket = base / "milter" / "opendkim.sock"
        self.socket.parent.mkdir(exist_ok=True)
        self.socket.parent.chmod(0o777)
        (base / "opendkim.conf").write_text(
            OPENDKIM_CONF.format(socket=self.socket, domain=DOMAIN, selector=SELECTOR, key=self.key))
        self.filter = subprocess.Popen(
            [OPENDKIM / "usr/sbin/opendkim", "-f", "-x", base / "opendkim.conf"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        self.await_filter()
        return super().launch()

    def await_filter(self):
        deadline = time.monotonic() + servers.START_SECONDS
        while not self.socket.exists():
            if self.filter.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("opendkim did not start: " + (self.directory / "out.log").read_text())
            time.sleep(0.02)

    def further(self):
        return f"smtpd_milters = unix:{self.socket}\nmilter_default_action = tempfail\n"

    def stop(self):
        super().stop()
        if self.filter:
            self.filter.terminate()
            self.filter.wait(40)

    def cpu(self):
        return super().cpu() + servers.cpu_seconds(self.filter.pid)

    def pss(self):
        return round(super().pss() + servers.pss_mib(self.filter.pid), 1)


def keyed(kind, key):
    """Makes servers of a kind that know the key."""
    def make(*arguments, **words):
        server = kind(*arguments, **words)
        server.key = key
        return server
    return make


def sample(server, sink_port, octets):
    """One message as it reaches the sink."""
    with tempfile.TemporaryDirectory(prefix="sample-", dir=server.directory) as directory:
        pathlib.Path(directory).chmod(0o777)
        sink = servers.Sink(sink_port, 1, further=["-d", f"{directory}/%M."])
        try:
            servers.finish(servers.source(server.port, 1, octets, False, sessions=1))
            sink.wait(SAMPLE_SECONDS)
        finally:
            sink.stop()
        files = list(pathlib.Path(directory).iterdir())
        if len(files) != 1:
            raise RuntimeError(f"{len(files)} messages at the sink instead of one")
        return files[0].read_bytes()


def prove(server, sink_port, octets, key):
    """That a message bears one signature of the key which another implementation finds good, or none where none is wanted."""
    message = sample(server, sink_port, octets)
    signatures = message.split(b"\n\n", 1)[0].lower().count(b"dkim-signature:")
    signs = isinstance(server, (SigningPostrider, SigningPostfix))
    if signatures != (1 if signs else 0):
        raise RuntimeError(f"{server.name}: {signatures} signatures in\n{message[:2000].decode('latin-1')}")
    if signs and subprocess.run(["/usr/bin/python3", "-c", VERIFY, public(key)], input=message).returncode != 0:
        raise RuntimeError(f"{server.name}: a signature that is not good in\n{message[:2000].decode('latin-1')}")


SIGNING_TOML = """
[[dkim-key]]
domain = "{domain}"
selector = "{selector}"
key = "file:{key}"
"""

# What Debian's own file has, but for the log and the resolver that signing needs none of.
OPENDKIM_CONF = """\
Socket local:{socket}
UserID postfix
UMask 000
Syslog no
Mode s
Canonicalization relaxed/relaxed
SignatureAlgorithm rsa-sha256
OversignHeaders From
Domain {domain}
Selector {selector}
KeyFile {key}
RequireSafeKeys no
InternalHosts 127.0.0.1
"""
