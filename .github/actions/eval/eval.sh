#!/usr/bin/env bash
# What the action was given comes in variables: nothing of it is ever read as shell.
set -euo pipefail

# Appends to the array that is named: each line of a text that has one, after a prefix.
each_line() {
  local -n into=$1
  local line
  while read -r line; do
    if [[ -n $line ]]; then into+=("$2$line"); fi
  done <<<"$3"
}

options=()
suites=()
each_line suites '' "$CALLTRAIL_SUITES"
each_line options --model= "${CALLTRAIL_MODELS:-}"
each_line options --exposure= "${CALLTRAIL_EXPOSURES:-}"
each_line options --trials= "${CALLTRAIL_TRIALS:-}"
each_line options --config= "${CALLTRAIL_CONFIG:-}"

case ${CALLTRAIL_GATE:-on} in
  on) options+=(--gate) ;;
  strict) options+=(--strict-gate) ;;
  off) ;;
  *)
    echo "gate: expected on, strict or off, found $CALLTRAIL_GATE" >&2
    exit 2
    ;;
esac

mkdir -p "$CALLTRAIL_REPORTS"
result=$CALLTRAIL_REPORTS/run.json
rm -f "$result"
options+=("--report=json=$result" "--report=html=$CALLTRAIL_REPORTS/run.html" "--report=junit=$CALLTRAIL_REPORTS/junit.xml")

read -r -a command <<<"$CALLTRAIL_COMMAND"
code=0
"${command[@]}" eval "${options[@]}" -- "${suites[@]}" || code=$?

verdict=''
if [[ -f $result ]]; then
  verdict=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).gate?.verdict ?? ""' "$result")
fi
printf 'verdict=%s\nexit-code=%s\n' "$verdict" "$code" >>"$GITHUB_OUTPUT"
exit "$code"
