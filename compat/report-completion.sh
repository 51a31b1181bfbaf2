#!/bin/sh
# The old name of: orqctl send S:0 REPORT --from ROLE, from within tmux
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
if [ $# -lt 2 ]; then
  echo "Usage: $0 <role> <message>"
  exit 1
fi
if [ -z "${TMUX:-}" ] || ! session=$(tmux display-message -p '#S'); then
  echo "Error: not in a tmux session"
  exit 1
fi
role=$1
shift
orq_send "$session:0" "TASK COMPLETION REPORT from $role: $*" --from "$role" || exit 1
echo "Completion reported successfully!"
