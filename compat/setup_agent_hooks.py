#!/usr/bin/env python3
"""The old name of `orqctl hooks install` and `orqctl hooks check`."""
import argparse

import orq_client


def setup_agent_hooks(worktree_path, agent_id, orchestrator_path=None, db_path=None):
    """Puts the hooks into a worktree; whether they are in place. Raises orq_client.OrqError."""
    code, said = orq_client.orqctl("hooks", "install", str(worktree_path), "--agent", agent_id)
    if code != 0:
        raise orq_client.OrqError(said.partition("\n")[0])
    return verify_agent_hooks(worktree_path)


def verify_agent_hooks(worktree_path):
    return orq_client.orqctl("hooks", "check", str(worktree_path))[0] == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worktree_path")
    parser.add_argument("--agent-id", required=True)
    parser.add_argument("--orchestrator-path")
    parser.add_argument("--db-path")
    parser.add_argument("--verify-only", action="store_true")
    given = parser.parse_args()
    if given.verify_only:
        whole = verify_agent_hooks(given.worktree_path)
    else:
        whole = setup_agent_hooks(given.worktree_path, given.agent_id)
    print(f"Successfully set up hooks for {given.agent_id}" if whole else "Hook setup completed with warnings")
    return 0


if __name__ == "__main__":
    orq_client.run(main, lambda error: print(f"Error setting up hooks: {error}"))
