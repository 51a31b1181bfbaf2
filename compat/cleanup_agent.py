#!/usr/bin/env python3
"""Gives back what an agent that is gone still held, and forgets the agent; its mail waits on under its name."""
import argparse
import json

import orq_client


def about(agent):
    """The agent as the registry has it, or None, and what waits for it."""
    known = orq_client.call("GET", "/v1/agents")["agents"]
    found = next((each for each in known if agent in (each["id"], *each["addresses"])), None)
    return found, orq_client.counts(agent)


def cleanup_agent(agent):
    """How many messages came back. One that lives is left alone."""
    found, _ = about(agent)
    if found is not None and found["session"]:
        raise orq_client.OrqError(f"agent {agent}: its session lives")
    held = orq_client.call("GET", "/v1/messages", query={"agent": agent, "state": "leased", "limit": 1000})
    for each in held["messages"]:
        orq_client.call("POST", "/v1/requeue", {"id": each["id"]})
    if found is not None:
        orq_client.call("POST", "/v1/agents/forget", {"agent": agent, "force": True})
    return len(held["messages"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--reason", default="session_end")
    parser.add_argument("--info", action="store_true")
    given = parser.parse_args()
    if given.info:
        found, messages = about(given.agent)
        print(json.dumps({"agent": found, "messages": messages}))
        return 0
    cleanup_agent(given.agent)
    print(f"Successfully cleaned up agent {given.agent}")
    return 0


if __name__ == "__main__":
    orq_client.run(main)
