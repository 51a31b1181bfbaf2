# For the scripts beside it: orq_send ADDRESS TEXT [OPTION]... succeeds when the daemon has the message, and sets $answer.
orq_send() {
  to=$1
  text=$2
  shift 2
  answer=$(printf '%s\n' "$text" | "${ORQCTL:-orqctl}" send "$to" - --json "$@") || return 1
  case $answer in
  *'"state":"spooled"'*)
    echo "kept for $to: it is sent when orq-daemon runs" >&2
    return 1
    ;;
  esac
}
