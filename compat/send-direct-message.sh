#!/bin/sh
# The old name of: orqctl send S:W TEXT --priority 100
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
if [ $# -lt 2 ]; then
  echo "Usage: $0 <session:window> <message>"
  exit 1
fi
to=$1
shift
orq_send "$to" "$*" --priority 100 || exit 1
echo "✅ Direct message sent to $to"
