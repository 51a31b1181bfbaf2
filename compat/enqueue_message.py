#!/usr/bin/env python3
"""The old name of `orqctl send`."""
import argparse

import orq_client


def enqueue_message(agent_id, message, priority=0, project_name=None, dependency_id=None, fifo_scope="agent"):
    """Stores one message; its id. Raises orq_client.OrqError."""
    dependency = None if dependency_id is None else {"id": int(dependency_id)}
    body = orq_client.message(agent_id, message, priority, project_name, dependency, fifo_scope)
    return orq_client.enqueue(body)["id"]


def enqueue_batch(messages):
    """Stores all or none. Each is a dict with the words of enqueue_message; their ids."""
    batch = [
        orq_client.message(
            each["agent_id"],
            each["message"],
            each.get("priority", 0),
            each.get("project_name"),
            None if each.get("dependency_id") is None else {"id": int(each["dependency_id"])},
            each.get("fifo_scope", "agent"),
        )
        for each in messages
    ]
    return [stored["id"] for stored in orq_client.enqueue(batch)] if batch else []


def enqueue_with_dependency_chain(agent_id, messages, priority=0, project_name=None):
    """Each message waits for the one before it; their ids."""
    batch = [
        orq_client.message(agent_id, text, priority, project_name, {"index": index - 1} if index else None)
        for index, text in enumerate(messages)
    ]
    return [stored["id"] for stored in orq_client.enqueue(batch)] if batch else []


def clear_agent_queue(agent_id):
    """Withdraws what waits for an agent; how many."""
    cleared = 0
    # Those that wait for others first: what they wait for would take them along.
    for state in ("blocked", "scheduled", "ready"):
        while True:
            found = orq_client.call("GET", "/v1/messages", query={"agent": agent_id, "state": state, "limit": 500})
            if not found["messages"]:
                break
            for each in found["messages"]:
                orq_client.call("POST", "/v1/cancel", {"id": each["id"]})
                cleared += 1
    return cleared


def get_queue_status(agent_id=None):
    """Counts in the old words."""
    counts = orq_client.counts(agent_id)
    status = {
        "total": sum(counts.values()),
        "pending": counts["ready"] + counts["scheduled"] + counts["blocked"],
        "pulled": counts["leased"],
        "delivered": counts["delivered"],
    }
    if agent_id is None:
        agents = orq_client.call("GET", "/v1/agents")["agents"]
        status["active_agents"] = sum(1 for agent in agents if agent["session"] is not None)
        return status
    waiting = [
        each["priority"]
        for each in orq_client.call("GET", "/v1/messages", query={"agent": agent_id, "limit": 1000})["messages"]
        if each["state"] in ("ready", "scheduled", "blocked")
    ]
    status["min_priority"] = min(waiting, default=None)
    status["max_priority"] = max(waiting, default=None)
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("agent_id")
    parser.add_argument("message")
    parser.add_argument("--priority", type=int, default=0)
    parser.add_argument("--project")
    parser.add_argument("--dependency", type=int)
    parser.add_argument("--scope", choices=("agent", "project", "global"), default="agent")
    given = parser.parse_args()
    stored = enqueue_message(
        given.agent_id, given.message, given.priority, given.project, given.dependency, given.scope
    )
    print(f"Enqueued message with ID: {stored}")
    return 0


if __name__ == "__main__":
    orq_client.run(main)
