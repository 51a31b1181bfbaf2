#!/usr/bin/env python3
"""The old messenger over orq's daemon: whether an agent gets its mail by hooks or as keystrokes is the daemon's to know."""
import argparse

import enqueue_message as queue
import orq_client


class TmuxMessenger:
    def __init__(self, orchestrator_path=None, use_hooks=True):
        self.orchestrator_path = orchestrator_path
        self.use_hooks = use_hooks

    def send_message(self, target, message, priority=0, project_name=None):
        """True when the daemon has it."""
        try:
            queue.enqueue_message(target, message, priority, project_name)
        except orq_client.OrqError:
            return False
        return True

    def send_batch(self, messages):
        """True when the daemon has all of them, else it has none."""
        try:
            queue.enqueue_batch([
                {"agent_id": each.get("target", each.get("agent_id")), **each} for each in messages
            ])
        except orq_client.OrqError:
            return False
        return True

    def send_command(self, target, command, priority=0, project_name=None):
        return self.send_message(target, f"Please run: {command}", priority, project_name)

    def send_briefing(self, target, briefing, project_name=None):
        return self.send_message(target, briefing, 50, project_name)

    def get_queue_stats(self, agent_id=None):
        try:
            return queue.get_queue_status(agent_id)
        except orq_client.OrqError as error:
            return {"error": str(error)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("message")
    parser.add_argument("--no-hooks", action="store_true")
    given = parser.parse_args()
    messenger = TmuxMessenger(use_hooks=not given.no_hooks)
    sent = messenger.send_message(given.target, given.message)
    mode = "hooks" if messenger.use_hooks else "push"
    print(f"Message {'sent' if sent else 'failed'} (mode={mode})")
    print(f"Queue stats: {messenger.get_queue_stats()}")
    return 0 if sent else 1


if __name__ == "__main__":
    orq_client.run(main)
