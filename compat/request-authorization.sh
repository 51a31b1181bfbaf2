#!/bin/sh
# The old name of: orqctl send S:TARGET_ROLE REQUEST --from ROLE --ttl 15m, with a copy to S:0
. "$(dirname "$(readlink -f "$0")")/orq-send.sh"
if [ $# -lt 3 ]; then
  echo "Usage: $0 <role> <message> <target_role>"
  exit 1
fi
. "$(dirname "$(readlink -f "$0")")/orq-session.sh"
role=$1
target=$3
if [ -r /proc/sys/kernel/random/uuid ]; then
  read -r request </proc/sys/kernel/random/uuid
else
  request=REQ-$(date +%s)
fi
text="AUTHORIZATION REQUEST from $role [$request]: $2
Reply to $role with 'Approved [$request]' or 'Denied [$request] reason'."
orq_send "$session:$target" "$text" --from "$role" --ttl 15m || exit 1
orq_send "$session:0" "Copy, for $target: $text" --from "$role" --ttl 15m || exit 1
echo "Request ID: $request"
echo "Target will be notified to respond within 15 minutes."
