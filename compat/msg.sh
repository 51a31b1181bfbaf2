#!/bin/sh
# A worktree's msg.sh ROLE TEXT, and msg_ROLE.sh TEXT where a link to it is called so: orqctl send S:ROLE TEXT
here=$(dirname "$(readlink -f "$0")")
. "$here/orq-send.sh"
case $(basename "$0") in
msg_*.sh)
  role=$(basename "$0" .sh)
  role=${role#msg_}
  ;;
*)
  role=${1:-}
  [ $# -eq 0 ] || shift
  ;;
esac
if [ $# -lt 1 ]; then
  echo "Usage: $0 <role> <message>"
  exit 1
fi
. "$here/orq-session.sh"
to="$session:$role"
orq_send "$to" "$*" || exit 1
agent=$(printf '%s' "$answer" | sed 's/.*"agent":"\([^"]*\)".*/\1/')
echo "🎯 Resolved target: $to → $agent"
echo "Message logged and sent to $agent"
