#!/usr/bin/env python3
"""The old look into the queue. An agent with orq's hooks gets its mail through them, so here is nothing for it; for any other the next message is handed out."""
import argparse
import json
import os

import orq_client


def agent_of(name):
    """The agent that is meant: the name, else what the old variables say."""
    if name and not name.startswith("#"):
        return name
    session = os.environ.get("TMUX_SESSION_NAME", "")
    window = os.environ.get("TMUX_WINDOW_INDEX", "")
    if session and window:
        return f"{session}:{window}"
    raise orq_client.OrqError("no agent: --agent names one")


def is_hooked(agent):
    """Whether a session of the agent is known, whose hooks carry its mail."""
    known = orq_client.call("GET", "/v1/agents")["agents"]
    return any(each["session"] and agent in (each["id"], *each["addresses"]) for each in known)


def next_message(agent):
    """What is leased to whoever asked; None where nothing is."""
    if is_hooked(agent):
        return None
    leased = orq_client.call("POST", "/v1/dequeue", {"agent": agent, "max": 1})["messages"]
    return leased[0] if leased else None


def seen(message):
    orq_client.call("POST", "/v1/ack", {"id": message["id"], "leaseToken": message["leaseToken"]})


def look(agent, rebrief):
    """Prints one line of JSON; what it printed counts as seen."""
    if rebrief:
        orq_client.call("POST", "/v1/rebrief", {"agent": agent})
        print(json.dumps({"status": "rebrief_queued", "agent_id": agent}))
        return
    message = next_message(agent)
    if message is None:
        print(json.dumps({"status": "empty"}))
        return
    answer = {
        "status": "delivered",
        "message": message["text"],
        "message_id": message["id"],
        "priority": message["priority"],
        "sequence_number": message["id"],
        "agent_id": message["agent"],
    }
    print(json.dumps(answer, ensure_ascii=False), flush=True)
    seen(message)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent")
    parser.add_argument("--bootstrap", action="store_true")
    parser.add_argument("--check-idle", action="store_true")
    parser.add_argument("--rebrief", action="store_true")
    parser.add_argument("--scope", choices=("agent", "project", "global"), default="agent")
    parser.add_argument("--no-validation", action="store_true")
    return parser.parse_args()


def main():
    given = parsed()
    if given.bootstrap:
        return 0
    look(agent_of(given.agent), given.rebrief)
    return 0


if __name__ == "__main__":
    orq_client.run(main, lambda error: print(json.dumps({"status": "error", "error": str(error)})))
