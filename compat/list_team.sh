#!/bin/sh
# The old list of a session's windows, one line each
. "$(dirname "$(readlink -f "$0")")/orq-session.sh"
tmux list-windows -t "$session" -F '#{window_index}: #{window_name}'
