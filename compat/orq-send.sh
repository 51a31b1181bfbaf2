# For the scripts beside it: orq_send ADDRESS TEXT [OPTION]... succeeds when the daemon has the message, and sets $answer.
# A script that failed is run again: what failed is kept for no later daemon, which would make it two.
orq_send() {
  to=$1
  text=$2
  shift 2
  answer=$(printf '%s\n' "$text" | "${ORQCTL:-orqctl}" send "$to" - --no-spool --json "$@")
}
