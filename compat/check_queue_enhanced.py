#!/usr/bin/env python3
"""As check_queue.py, but prints the bare text of the message."""
import sys

import check_queue
import orq_client


def main():
    given = check_queue.parsed()
    agent = check_queue.agent_of(given.agent)
    if given.rebrief:
        orq_client.call("POST", "/v1/rebrief", {"agent": agent})
        return 0
    message = None if given.bootstrap else check_queue.next_message(agent)
    if message is not None:
        print(message["text"], flush=True)
        check_queue.seen(message)
    return 0


if __name__ == "__main__":
    orq_client.run(main, lambda error: print(f"Error: {error}", file=sys.stderr))
