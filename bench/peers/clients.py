"""Clients that the security measurements share: sessions in clear and under TLS, each in a process of its own."""

import base64
import multiprocessing
import resource
import socket
import ssl
import statistics
import time

CONTENT_LINE = b"x" * 76 + b"\r\n"


def unverified():
    """TLS 1.3 alone, a new session each time, and no time spent on judging the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Session:
    """One SMTP session, with its commands and the replies to them."""

    def __init__(self, port, source=("127.0.0.1", 0), seconds=60):
        self.connection = socket.create_connection(("127.0.0.1", port), seconds, source_address=source)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def reply(self):
        while True:
            while b"\n" not in self.rest:
                more = self.connection.recv(8192)
                if not more:
                    raise ConnectionError("closed")
                self.rest += more
            line, self.rest = self.rest.split(b"\n", 1)
            if line[3:4] != b"-":
                return line.decode("latin-1")

    def expect(self, code):
        line = self.reply()
        if not line.startswith(code):
            raise ConnectionError(f"{line!r} instead of {code}")
        return line

    def ask(self, line, code):
        self.connection.sendall(line.encode() + b"\r\n")
        return self.expect(code)

    def start_tls(self, context):
        self.ask("EHLO client.test", "250")
        self.ask("STARTTLS", "220")
        self.connection = context.wrap_socket(self.connection, server_hostname="mx.bench.test")

    def log_in(self, user, password):
        """Again where the server is busy with others' passwords, as a client is told to by 454."""
        self.ask("EHLO client.test", "250")
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        while self.ask(f"AUTH PLAIN {secret}", ("235", "454")).startswith("454"):
            time.sleep(0.2)

    def send(self, content, sender="alice@bench.test"):
        """One message, its envelope in one packet; the seconds from the last dot to its reply."""
        self.connection.sendall(f"MAIL FROM:<{sender}>\r\nRCPT TO:<someone@sink.test>\r\nDATA\r\n".encode())
        self.expect("250")
        self.expect("250")
        self.expect("354")
        begin = time.monotonic()
        self.connection.sendall(content + b".\r\n")
        self.expect("250")
        return time.monotonic() - begin

    def close(self):
        self.connection.close()


def content(octets):
    header = b"From: <alice@bench.test>\r\nSubject: bench\r\n\r\n"
    return header + CONTENT_LINE * ((octets - len(header)) // len(CONTENT_LINE))


def in_processes(count, work, *arguments, meanwhile=lambda: None):
    """Runs work(*arguments) in so many processes at once, and gives all results and the CPU time of each.

    What is to be done meanwhile is done here, once all have been started.
    """
    queue = multiprocessing.Queue()

    def one():
        try:
            queue.put((work(*arguments), cpu_of_self()))
        except Exception as failure:  # told to the parent, which would else wait for ever
            queue.put((failure, 0))

    processes = [multiprocessing.Process(target=one) for _ in range(count)]
    for process in processes:
        process.start()
    meanwhile()
    answers = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    for answer, _ in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


def cpu_of_self():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def percentiles(seconds):
    """p50, p99 and the most, in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {"count": 0}
    return {"count": len(ordered), "p50_ms": round(statistics.median(ordered) * 1000, 2),
            "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 2),
            "max_ms": round(ordered[-1] * 1000, 2)}
