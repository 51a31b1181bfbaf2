#!/usr/bin/env python3
"""The old scheduler's commands over orq's schedules. It runs nothing itself: the daemon does."""
import argparse

import orq_client

SHORTEST_MINUTES = 1


def add(session, role, window, minutes, note):
    """A check-in that comes again every so many minutes; its id."""
    if minutes < SHORTEST_MINUTES:
        raise orq_client.OrqError(f"interval {minutes}: is less than {SHORTEST_MINUTES} minute")
    body = {
        "agent": f"{session}:{window}",
        "text": f"SCHEDULED CHECK-IN: {note}",
        "everyMs": minutes * 60_000,
        # What has a name is stored once: the old scheduler kept one for each note.
        "name": f"{role}: {session}:{window} every {minutes} min: {note}"[:200],
    }
    return orq_client.call("POST", "/v1/schedules", body)["id"]


def lines():
    """The table of old, one line a schedule."""
    known = orq_client.call("GET", "/v1/schedules")["schedules"]
    if not known:
        return ["No scheduled tasks"]
    rows = ["ID | Session | Role | Window | Next run (ms) | Interval (min) | Note"]
    for each in known:
        session, _, window = each["agent"].rpartition(":")
        role = (each["name"] or "-").split(":")[0]
        minutes = "-" if each["everyMs"] is None else each["everyMs"] // 60_000
        note = each["text"].replace("\n", " ")
        rows.append(" | ".join(str(cell) for cell in (each["id"], session, role, window, each["nextAtMs"], minutes, note)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--add", nargs=5, metavar=("SESSION", "ROLE", "WINDOW", "MINUTES", "NOTE"))
    what.add_argument("--list", action="store_true")
    what.add_argument("--remove", type=int, metavar="ID")
    given = parser.parse_args()
    if given.add:
        session, role, window, minutes, note = given.add
        if not minutes.isdigit():
            parser.error(f"argument --add: invalid minutes: {minutes!r}")
        print(f"Task {add(session, role, window, int(minutes), note)} added successfully")
    elif given.list:
        print("\n".join(lines()))
    else:
        orq_client.call("POST", "/v1/schedules/remove", {"id": given.remove})
        print(f"Task {given.remove} removed")
    return 0


if __name__ == "__main__":
    orq_client.run(main)
