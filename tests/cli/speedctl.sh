#!/bin/sh
# The Speedscale cloud through its client: a stand-in for that.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 23

client=$(CDPATH='' cd -- "$data/../servers" && pwd)/speedctl.sh
FAKE_CLOUD=$work/cloud
export FAKE_CLOUD
other=$work/other
mkdir -p "$XDG_CONFIG_HOME/rredit" "$HOME/.speedscale"
echo 'current-context: mine' >"$HOME/.speedscale/config.yaml"
cat >"$XDG_CONFIG_HOME/rredit/rredit.conf" <<END
[remote "cloud"]
kind = speedctl
command = $client
context = mine
timeout = 2
END

there() { # the other store
	XDG_STATE_HOME=$work/state2 "$rredit" --store "$other" "$@" \
		2>"$work/err2" </dev/null
}

state() {
	"$rredit" status --json $id | sed 's/.*"state":"\([^"]*\)".*/\1/'
}

calls() { # COMMAND: how often it was given
	grep -c "^$1" "$FAKE_CLOUD/.calls"
}

run 0 push shop
is "a first push asks nothing" 1 "$(calls 'push snapshot')"
is "the context is named" mine "$(cat "$FAKE_CLOUD/.context")"
is "it is there" 5 "$(wc -l <"$FAKE_CLOUD/$id/raw.jsonl" | tr -d ' ')"
is "analysis does not make it another one" in-sync "$(state)"
run 0 push shop
is "again: nothing to push" "$id: in sync with cloud" "$out"
is "the client was not asked to" 1 "$(calls 'push snapshot')"
is "the user's home is left alone" config.yaml "$(ls "$HOME/.speedscale")"

# --- its question ---
cp "$FAKE_CLOUD/$id/raw.jsonl" "$work/before"
run 0 set shop 1 duration=111
run 1 push shop
is "without a terminal it is not answered" 1 "$(printf '%s\n' "$err" | grep -c 'it asks: .*overwrite')"
same "and nothing is changed there" "$work/before" "$FAKE_CLOUD/$id/raw.jsonl"
run 0 push shop --force
is "--force answers it" 1 "$(grep -c '"duration":111' "$FAKE_CLOUD/$id/raw.jsonl")"

# --- the other way ---
out=$(there pull $id)
is "pull elsewhere" 1 "$(grep -c '"duration":111' "$other/$id/raw.jsonl")"
there set shop --where 'duration != 111 AND size > 0' duration=222 >/dev/null
there push shop --force >/dev/null
is "both sides push" 3 "$(grep -c '"duration":222' "$FAKE_CLOUD/$id/raw.jsonl")"
is "what moved on is seen" changed-there "$(state)"
run 0 set shop 3 service=mine
run 1 push shop
is "and not overwritten" 0 "$(grep -c '"service":"mine"' "$FAKE_CLOUD/$id/raw.jsonl")"
run 0 pull shop
is "a pull merges" "1 3 1" "$(echo $(grep -c '"duration":111' "$raw") $(grep -c '"duration":222' "$raw") $(grep -c '"service":"mine"' "$raw"))"
run 0 push shop --force
is "and can be pushed" in-sync "$(state)"

# --- what goes wrong ---
run 0 set shop 1 duration=5
FAKE_MODE=error
export FAKE_MODE
run 3 push shop --force
is "an analysis that fails is told" 1 "$(printf '%s\n' "$err" | grep -c 'its analysis failed: no inbound traffic')"
FAKE_MODE=fail
run 3 status $id
is "so is a client that fails" 1 "$(printf '%s\n' "$err" | grep -c 'failed (1): Error: invalid API key')"
is "with no state known" '{"id":"'$id'","remote":"cloud","state":null}' "$("$rredit" status --json $id 2>/dev/null)"
FAKE_MODE=hang
run 3 push shop
is "one that hangs is ended" 1 "$(printf '%s\n' "$err" | grep -c 'it said nothing for 2 seconds')"
FAKE_MODE=slow
run 0 push shop --force
is "an analysis is waited for" in-sync "$(state)"
FAKE_MODE=
run 0 remotes cloud --test
is "version and context are shown" "version: v2.5.900
context: mine" "$(printf '%s\n' "$out" | sed -n '2,3p')"
sed -i 's/^command = .*/command = no-such-speedctl/' "$XDG_CONFIG_HOME/rredit/rredit.conf"
run 3 status $id
is "a client that is missing is told" 1 "$(printf '%s\n' "$err" | grep -c 'no-such-speedctl: there is no such program')"
