#!/bin/sh
# The old name of: orqctl send S:W TEXT
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
if [ $# -lt 2 ]; then
  echo "Usage: $0 <session:window> <message> [project]"
  exit 1
fi
if orq_send "$1" "$2" ${3:+--project "$3"}; then
  echo "✅ Message successfully delivered to $1"
else
  echo "❌ Failed to deliver message to $1"
  exit 1
fi
