# The test commands, read by the script `carillon`: `test` and `test --all`.
# shellcheck shell=sh

# What `test --all` consists of, in turn. A part is the function part_NAME. It calls `absent` for what this machine cannot have, and returns 1
# if something that is there does not work.
parts="tests mysql vitess bench"
minutes=75

run_tests() {
  find_maven
  results=$clone/target/test
  begin=$(date +%s)
  failed_parts=
  ended=
  case "$*" in
    '') test_once ;;
    --all) bounded_to_minutes ;;
    *) refuse "test: unknown arguments: $* (expected: nothing, or --all)" ;;
  esac
}

test_once() {
  start_results
  maven_tests tests verify || failed_parts=tests
  close_results
}

# --- All ----------------------------------------------------------------------------------------------------------------

# Runs this command once more under a watch that ends it and all its children.
bounded_to_minutes() {
  if [ -n "${CARILLON_TEST_BOUND:-}" ]; then
    unset CARILLON_TEST_BOUND
    test_all
  elif command -v timeout >/dev/null; then
    say "all tests: at most $minutes minutes, as the user $(id -un); no part needs root today"
    CARILLON_TEST_BOUND=yes exec timeout -k 60 "${minutes}m" "$script" test --all
  else
    say "all tests: without a bound in time, because there is no program called timeout"
    test_all
  fi
}

test_all() {
  start_results
  trap 'ended=yes' TERM
  for part in $parts; do
    progress_line "--- $part"
    "part_$part" || failed_parts="$failed_parts $part"
    if [ -n "$ended" ]; then
      say "ENDED after $minutes minutes, in the part $part: all parts ($parts) have to be done by then"
      break
    fi
  done
  close_results
}

part_tests() {
  maven_tests tests -Dtest.without=mysql verify
}

# The store tests once more, on the MySQL that production may run on. Not TwoOwnersIT: MySQL has no idle_transaction_timeout, so an owner that was
# stopped within a transaction keeps its locks there.
part_mysql() {
  mysql=$clone/.engines/mysql-9
  if [ ! -x "$mysql/bin/mysqld" ] && ! fetch_mysql >"$results/mysql-fetch.log" 2>&1; then
    absent "MySQL 9: this machine's package sources do not give it, see $results/mysql-fetch.log"
    return 0
  fi
  store_tests mysql 'MySql*IT' -Dcarillon.mysql.dir="$mysql"
}

# And once more on a Vitess of two shards a keyspace, which Go builds when it is wanted for the first time: some ten minutes.
part_vitess() {
  if [ ! -x "$clone/.engines/mysql-9/bin/mysqld" ]; then
    absent "Vitess: there is no MySQL 9 for it"
  elif [ ! -x "$clone/.engines/vitess-24.0.4/vtcombo" ] && ! command -v go >/dev/null; then
    absent "Vitess: Go builds it and is not on the PATH"
  elif [ ! -x "$clone/.engines/vitess-24.0.4/vtcombo" ] && ! fetch_vitess >"$results/vitess-fetch.log" 2>&1; then
    absent "Vitess: Go's modules are not to be had, see $results/vitess-fetch.log"
  else
    store_tests vitess 'MySql*StoreIT,MySqlThreadReaderIT' -Dcarillon.vitess=true
  fi
}

# The sources only; the tests build them, and fail where that fails.
fetch_vitess() {
  work=$clone/target/vitess-fetch
  rm -rf "$work" && mkdir -p "$work" &&
    cp "$clone"/services/engines/src/main/resources/dev/carillon/engines/vitess/go.* "$work" &&
    (cd "$work" && go mod download) &&
    rm -rf "$work"
}

# The part, its tests, and what tells them where they run. Maven is content without tests.
store_tests() {
  maven_tests "$1" -Dformat.skip=true -pl services/message,services/sequence -am -Dtest="$2" -Dtest.without=none \
    -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix="on-$1" "$3" test &&
    find "$clone" -path "*/target/surefire-reports/TEST-*-on-$1.xml" | grep -q .
}

# The folder appears when it is complete. One chain: `set -e` says nothing in a condition.
fetch_mysql() {
  work=$clone/target/mysql-fetch
  scripts=$clone/services/engines/src/main/resources/dev/carillon/engines
  rm -rf "$work" "$mysql" &&
    mkdir -p "$clone/.engines" &&
    sh "$scripts/fetch-mysql.sh" "$work" "$scripts/fetch-package.sh" &&
    mv "$work/mysql" "$mysql" &&
    rm -rf "$work"
}

# Every benchmark for a moment, each with the peers that are there.
part_bench() {
  log=$results/bench.log
  # Not by ensure_built, which would wait for the lock that this command holds.
  (is_built || build) || return 1
  { (run bench all --quick --data "$clone/target/bench-all") 2>&1 9>&- && printf '\ncarillon bench: success\n'; } | tee "$log" >&2
  sed -n 's/^ABSENT: //p' "$log" | sort -u >>"$results/absent"
  succeeded bench && passed=1 && return
  failed=1
  return 1
}

absent() {
  say "ABSENT: $*"
  printf '%s\n' "$*" >>"$results/absent"
}

# --- Maven --------------------------------------------------------------------------------------------------------------

# What Maven says goes to a file, what a test says to another one. The first argument names the part.
maven_tests() {
  part=$1
  shift
  { maven -fae "$@" 2>&1 && printf '\ncarillon %s: success\n' "$part"; } | tee "$results/$part.log" | test_progress >&2
  succeeded "$part" && return
  # What is not the failure of a test: a source that does not compile, a check that is no test, a JVM that ended.
  grep '^\[ERROR\]' "$results/$part.log" | grep -vE '<<< |^\[ERROR\] *$|To see the full|Re-run Maven|For more information|After correcting|mvn <args>|See dump files' | awk '!seen[$0]++' | head -n 60 >&2
  return 1
}

succeeded() {
  grep -q "^carillon $1: success" "$results/$1.log"
}

# One short line for each module, and one for each test that fails, as soon as it does. Read by the shell, which passes on every line at once.
test_progress() {
  while IFS= read -r line; do
    case $line in
      '[INFO] Building Carillon: '*) progress_line "$(printf '%s\n' "${line#*: }" | sed 's/ *0\.1\.0 */ /')" ;;
      '[ERROR] Tests run:'*) ;;
      '[ERROR] '*'<<< '*) progress_line "$line" ;;
    esac
  done
}

progress_line() {
  seconds=$(($(date +%s) - begin))
  printf '%3d:%02d  %s\n' $((seconds / 60)) $((seconds % 60)) "$*" >&2
}

# --- Results ------------------------------------------------------------------------------------------------------------

start_results() {
  lock
  find "$clone" -type d -path '*/target/surefire-reports' -prune -exec rm -r {} +
  rm -rf "$results"
  mkdir -p "$results"
  : >"$results/absent"
  passed=0
  failed=0
}

close_results() {
  print_failures >&2
  say "what passing tests printed is in */*/target/surefire-reports/*-output.txt, what Maven printed in $results"
  counts=$(find "$clone" -path '*/target/surefire-reports/TEST-*.xml' -exec sed -n 's/^<testsuite .* time="[^"]*" tests="\([0-9]*\)" errors="\([0-9]*\)" skipped="\([0-9]*\)" failures="\([0-9]*\)".*/\1 \2 \3 \4/p' {} + |
    awk -v p="$passed" -v f="$failed" -v s="$(wc -l <"$results/absent")" \
      '{ p += $1 - $2 - $3 - $4; f += $2 + $4; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }')
  # Maven is content without tests, and so it is when their reports cannot be read.
  case $counts in
    '0 passed'*) failed_parts="$failed_parts (no test passed)" ;;
    *', 0 failed,'*) ;;
    *) failed_parts=${failed_parts:-tests} ;;
  esac
  while IFS= read -r what; do say "ABSENT: $what"; done <"$results/absent"
  printf '\n%s\n' "$counts"
  unlock
  [ -n "$failed_parts$ended" ] || exit 0
  say "the checks failed, see above:" $failed_parts
  exit 1
}

# Everything that classes with a failing test printed, and classes whose JVM ended before their report.
print_failures() {
  find "$clone" -path '*/target/surefire-reports/*-output.txt' | sort | while IFS= read -r output; do
    class=$(basename "$output" -output.txt)
    reports=${output%/*}
    report=$reports/TEST-$class.xml
    if [ -f "$report" ] && ! grep -qE '<(failure|error)[ />]' "$report"; then continue; fi
    printf '\n===== %s printed:\n' "$class"
    cat "$output"
  done
  find "$clone" -path '*/target/surefire-reports/TEST-*.xml' -exec grep -lE '<(failure|error)[ />]' {} + | sort | while IFS= read -r report; do
    class=$(basename "$report" .xml)
    class=${class#TEST-}
    printf '\n===== %s failed:\n' "$class"
    cat "${report%/*}/$class.txt"
  done
}
