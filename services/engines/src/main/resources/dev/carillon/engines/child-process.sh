# Runs a command that must not outlive the process at the other end of standard input.
# Arguments: the log file, then the command with its arguments.
# The first and only line on standard output is the command's process id; the exit code is the command's.
log=$1
shift
exec 3<&0

"$@" </dev/null >>"$log" 2>&1 3<&- &
child=$!

# This shell outlives a signal sent to the whole group. Only now: a handler set before would, for a moment, be the command's too,
# and swallow a signal meant for it.
trap : HUP INT QUIT TERM

# Nobody ever writes to standard input, so `read` returns only when the other end is gone, however it died.
# KILL also ends a command that is stopped (SIGSTOP) at that moment.
(
  trap '' HUP INT QUIT TERM
  read -r _ <&3
  kill -KILL "$child"
) >/dev/null 2>&1 &
watcher=$!

exec </dev/null 3<&-
echo "$child"
exec >/dev/null 2>&1

# A signal to this shell ends `wait` early; the command is gone only when its id is.
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" || break
done
kill -KILL "$watcher"
exit "$code"
