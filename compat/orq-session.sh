# For the scripts beside it: sets $session to the tmux session that they run in, else to the old default; fails where there is neither.
if [ -n "${TMUX:-}" ]; then
  session=$(tmux display-message -p '#S') || session=
else
  session=${TMO_DEFAULT_SESSION:-}
fi
if [ -z "$session" ]; then
  echo "Error: not in a tmux session"
  exit 1
fi
