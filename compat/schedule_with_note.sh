#!/bin/sh
# The old name of: orqctl send S:W NOTE --delay Nm
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
minutes=${1:-3}
note=${2:-Standard check-in}
to=${3:-${TMO_DEFAULT_SESSION:-tmux-orc}:${TMO_DEFAULT_WINDOW:-0}}
case $minutes in
'' | *[!0-9]*)
  echo "Usage: $0 [minutes] [note] [session:window]"
  exit 1
  ;;
esac
orq_send "$to" "SCHEDULED CHECK-IN: $note" --delay "${minutes}m" || exit 1
id=$(printf '%s' "$answer" | sed 's/^{"id":\([0-9]*\),.*/\1/')
now=$(date +%s)
echo "Task $id added successfully"
echo "SCHEDULED TO RUN AT: $(date -d "@$((now + minutes * 60))" +%H:%M:%S) (in $minutes minutes from $(date -d "@$now" +%H:%M:%S))"
