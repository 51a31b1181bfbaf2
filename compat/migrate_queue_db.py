#!/usr/bin/env python3
"""The old name of `orqctl takeover`, which keeps a copy of the file and changes no byte of it."""
import argparse
import os

import orq_client


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db-path", default=os.environ.get("QUEUE_DB_PATH", "task_queue.db"))
    parser.add_argument("--backup", action="store_true", help="a copy is kept in any case")
    parser.add_argument("--add-hooks-tables", action="store_true", help="nothing is to be added")
    given = parser.parse_args()
    code, said = orq_client.orqctl("takeover", given.db_path)
    print(said)
    return 0 if code == 0 else 1


if __name__ == "__main__":
    orq_client.run(main)
