#!/bin/sh
# The old name of: orqctl send S:NAME TEXT
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
if [ $# -lt 2 ]; then
  echo "Usage: $0 <session:name|session:index> <message>"
  exit 1
fi
to=$1
shift
orq_send "$to" "$*" || exit 1
agent=$(printf '%s' "$answer" | sed 's/.*"agent":"\([^"]*\)".*/\1/')
echo "🎯 Resolved target: $to → $agent"
echo "Message logged and sent to $agent"
