"""Talks to orq's daemon for the modules beside it. Nothing is spooled: what it answered is stored."""
import http.client
import json
import os
import socket
import subprocess
import sys
import urllib.parse
import uuid


class OrqError(Exception):
    """What the daemon, or the way to it, refused."""


def _own_socket():
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if not runtime.startswith("/"):
        runtime = f"/run/user/{os.getuid()}"
        if not os.path.exists(runtime):
            runtime = os.environ.get("XDG_STATE_HOME", "")
            if not runtime.startswith("/"):
                runtime = os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".local", "state")
    return os.path.join(runtime, "orq", "orq.sock")


def socket_path():
    """Where orqctl would look: the user's own daemon, else the machine's where that serves this user."""
    named = os.environ.get("ORQ_SOCKET")
    if named:
        return named
    own = _own_socket()
    try:
        is_served = not os.path.exists(own) and os.stat("/run/orq").st_uid == os.getuid()
    except OSError:
        is_served = False
    return "/run/orq/orq.sock" if is_served else own


class _UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(socket_path())


def call(method, path, body=None, query=None):
    """The answer of one call. Raises OrqError."""
    if query:
        path += "?" + urllib.parse.urlencode(query)
    payload = None if body is None else json.dumps(body).encode("utf-8")
    connection = _UnixConnection("localhost", timeout=30)
    try:
        connection.request(method, path, payload, {"content-type": "application/json"} if payload else {})
        response = connection.getresponse()
        answer = json.loads(response.read().decode("utf-8"))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise OrqError(f"socket {socket_path()}: {error}") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise OrqError(answer.get("error", {}).get("message", f"status {response.status}"))
    return answer


def message(agent, text, priority=0, project=None, dependency=None, scope="agent"):
    """An enqueue's body, with a key, so that it may be sent twice."""
    body = {"agent": agent, "text": text, "priority": int(priority), "idempotencyKey": str(uuid.uuid4())}
    if project:
        body["project"] = project
    if dependency is not None:
        body["after"] = [dependency]
    if scope and scope != "agent":
        body["scope"] = scope
    return body


def enqueue(body):
    return call("POST", "/v1/messages", body)


def counts(agent=None):
    return call("GET", "/v1/counts", query={"agent": agent} if agent else None)


def orqctl(*words):
    """Runs the command; its exit code and what it said. Raises OrqError where it is not there."""
    command = [os.environ.get("ORQCTL", "orqctl"), *words]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise OrqError(str(error)) from error
    return ran.returncode, (ran.stdout + ran.stderr).strip()


def run(main, refused=lambda error: print(f"Error: {error}")):
    """Ends the program with what main returns, with 1 where orq refused."""
    try:
        code = main()
    except OrqError as error:
        refused(error)
        code = 1
    sys.exit(code)
