"""Signs and verifies with dkimpy, for DkimInteropTest:  dkimpy_peer.py verify|sign|arc DIRECTORY

DIRECTORY has `keys` (a name, a blank and a TXT record in each line), and messages N.eml. `verify` and `arc` print a line for
each message: its number and, for each signature, pass or fail. `sign` also reads rsa.pem and ed25519.seed, and writes N.signed.
"""

import pathlib
import sys

import dkim

FORMS = [(a, b) for a in (b"simple", b"relaxed") for b in (b"simple", b"relaxed")]


def main(task, directory):
    keys = dict(line.split(" ", 1) for line in (directory / "keys").read_text().splitlines())

    def txt(name, timeout=5):
        text = name.decode() if isinstance(name, bytes) else name
        return keys[text.rstrip(".")].encode()

    for file in sorted(directory.glob("*.eml"), key=lambda path: int(path.stem)):
        number = int(file.stem)
        message = file.read_bytes()
        if task == "sign":
            sign(file, number, message)
        elif task == "arc":
            print(number, dkim.arc_verify(message, dnsfunc=txt)[0].decode())
        else:
            verifier = dkim.DKIM(message)
            count = sum(1 for name, _ in verifier.headers if name.lower() == b"dkim-signature")
            print(number, *(verdict(dkim.DKIM(message), index, txt) for index in range(count)))


def verdict(verifier, index, txt):
    try:
        return "pass" if verifier.verify(idx=index, dnsfunc=txt) else "fail"
    except dkim.DKIMException as problem:
        return "fail:" + str(problem).replace(" ", "_")


def sign(file, number, message):
    rsa = (file.parent / "rsa.pem").read_bytes()
    seed = (file.parent / "ed25519.seed").read_bytes()
    form = FORMS[number % len(FORMS)]
    fields = [
        dkim.DKIM(message).sign(b"r", b"example.net", rsa, canonicalize=form),
        dkim.DKIM(message, signature_algorithm=b"ed25519-sha256").sign(b"e", b"example.net", seed, canonicalize=form),
    ]
    file.with_suffix(".signed").write_bytes(b"".join(fields) + message)


main(sys.argv[1], pathlib.Path(sys.argv[2]))
