#!/bin/sh
# Another old name of send-monitored-message.sh
exec "$(dirname "$(readlink -f "$0")")/send-monitored-message.sh" "$@"
