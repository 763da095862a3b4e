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

# The cells of a matrix, and two uses in a job, have the same job and attempt.
unique=${GITHUB_JOB:-eval}-${GITHUB_RUN_ATTEMPT:-1}-$(od -An -N4 -tx1 /dev/urandom | tr -d ' ')
printf 'artifact=%s\n' "${CALLTRAIL_ARTIFACT:-calltrail-reports-$unique}" >>"$GITHUB_OUTPUT"

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

if [[ -n ${CALLTRAIL_COMMAND:-} ]]; then
  read -r -a command <<<"$CALLTRAIL_COMMAND"
else
  source=$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)
  command=(node "$source/dist/cli/main.js")
  if [[ ! -f ${command[1]} ]]; then
    # What is installed for it gets none of the keys of the step.
    kept=()
    for name in PATH HOME {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY NODE_EXTRA_CA_CERTS; do
      if [[ -v $name ]]; then kept+=("$name=${!name}"); fi
    done
    (cd "$source" && env -i "${kept[@]}" npm run build) >&2
  fi
fi
code=0
"${command[@]}" eval "${options[@]}" -- "${suites[@]}" || code=$?

verdict=''
if [[ -f $result ]]; then
  verdict=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).gate?.verdict ?? ""' "$result")
fi
printf 'verdict=%s\nexit-code=%s\n' "$verdict" "$code" >>"$GITHUB_OUTPUT"
exit "$code"
