"""A story is a list of chapters told in order. Each prints 'ok NAME' or 'FAIL NAME reason'; a chapter that fails does not stop the next."""
import json
import os
import subprocess
import sys
import time

URL = os.environ["DESK_URL"]
SCOPE = URL + "/.default"
chapters = []


def chapter(function):
    chapters.append(function)
    return function


def expect(seen, wanted, what):
    if seen != wanted:
        raise AssertionError(f"{what}: {seen!r}, not {wanted!r}")


def refused(kind, call, status, code, words=""):
    """The call raises `kind` with this status and code, and its message has these words."""
    try:
        call()
    except kind as error:
        expect(error.status_code, status, "status")
        expect(error.error.code, code, "code")
        if words not in error.error.message:
            raise AssertionError(f"'{words}' is not in '{error.error.message}'") from error
        return
    raise AssertionError(f"no {kind.__name__} came")


def cli(*words):
    """What the command line says of the same desk while the server runs."""
    done = subprocess.run([os.environ["PRORATA"], *words, "--output", "json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"prorata {' '.join(words)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def tell():
    failed = 0
    for each in chapters:
        name = each.__name__.replace("_", " ")
        try:
            each()
            print(f"ok {name}", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {name} {type(error).__name__}: {' '.join(str(error).split())[:400]}", flush=True)
    sys.exit(1 if failed else 0)


def by_and_by(read, wanted, what, seconds=30):
    until = time.time() + seconds
    seen = read()
    while seen != wanted and time.time() < until:
        time.sleep(0.2)
        seen = read()
    expect(seen, wanted, what)
