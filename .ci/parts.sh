# Sourced by .ci/run and .ci/full: runs named parts one after the other, all of them even where one fails, and says at
# the end how each went. A part NAME is a function `part_NAME`, or a script.
# shellcheck shell=bash

# Tests and scripts read it: where it is set, a missing tool is a failure and not a reason to skip.
export CI=true
export RUST_BACKTRACE=0

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
readonly tools="$PWD/.ci/tools"
export PATH="$tools/cargo/bin:$tools/python/bin:$PATH"

summary=()
failed=0

# run_parts NAME…: sets `failed` to 1 if one of them fails.
#
# Not to be called in a condition, nor with `||`: the shell would ignore `set -e` in all parts.
run_parts() {
    local name
    for name in "$@"; do
        is_part "$name" || {
            # shellcheck disable=SC2154 # the list is the caller's
            echo "no part is called \`$name\`; there are: ${parts[*]}" >&2
            exit 2
        }
    done
    for name in "$@"; do
        run_part "$name"
    done
    print_summary
}

run_part() {
    local name="$1" start=$SECONDS result=ok status=0 took
    printf '\n==> %s\n' "$name"
    set +e
    (
        set -e
        if is_function "part_$name"; then "part_$name"; else "$name"; fi
    ) </dev/null
    status=$?
    set -e
    if ((status != 0)); then
        result="FAILED"
        failed=1
    fi
    took=$((SECONDS - start))
    summary+=("$(row "$name" "$result" "$took")")
    printf '<== %s: %s\n' "$name" "$result"
}

print_summary() {
    printf '\n%-24s %-8s %6s\n' part result time
    printf '%s\n' "${summary[@]}"
    row all "$(if ((failed)); then echo FAILED; else echo ok; fi)" "$SECONDS"
}

row() {
    printf '%-24s %-8s %3d:%02d\n' "$1" "$2" $(($3 / 60)) $(($3 % 60))
}

is_part() {
    is_function "part_$1" || [[ -f $1 && -x $1 ]]
}

is_function() {
    [[ $(type -t "$1") == function ]]
}
