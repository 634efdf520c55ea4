#!/bin/sh
# push, pull, status, remotes: two stores and a shared directory.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 34

share=$work/share
other=$work/other
mkdir -p "$share" "$XDG_CONFIG_HOME/rredit"
conf=$XDG_CONFIG_HOME/rredit/rredit.conf
cat >"$conf" <<END
[remote "team"]
kind = directory
path = $share
END

there() { # the other store
	"$rredit" --store "$other" "$@" 2>"$work/err2" </dev/null
}

state() { # of the snapshot, here
	"$rredit" status --json $id | sed 's/.*"state":"\([^"]*\)".*/\1/'
}

# --- remotes ---
run 0 remotes
is "remotes" "team${tab}directory${tab}$share${tab}default" "$out"
run 0 remotes --json
is "remotes --json" '{"name":"team","kind":"directory","place":"'"$share"'","default":true,"readonly":false}' "$out"
run 0 remotes team --test
is "a remote is tested" "team: it works" "$(printf '%s\n' "$out" | sed -n 1p)"
run 2 remotes nobody
is "one that is not there is wrong usage" "" "$out"
run 2 push shop --remote nobody
is "so it is for push" "" "$out"

# --- push ---
run 0 status
is "never pushed" "$id${tab}team${tab}never pushed" "$out"
run 0 status --json
is "as JSON" '{"id":"'$id'","remote":"team","state":"never-pushed"}' "$out"
run 0 push shop --dry-run
is "--dry-run tells" "$id: would push: 4 records added, 0 removed, 0 changed" "$out"
is "and sends nothing" "" "$(ls "$share")"
run 0 push $id
is "push" 1 "$(printf '%s\n' "$out" | grep -c "4 records added, 0 removed, 0 changed; .* bytes sent to team")"
same "the same bytes are there" "$raw" "$share/$id/raw.jsonl"
same "and the metadata" "$RREDIT_STORE/$id.json" "$share/$id.json"
is "nothing of ours" "$id $id.json raw.jsonl" "$(echo $(ls "$share" "$share/$id" | grep -v : | sort))"
run 0 push $id
is "again: nothing" "$id: in sync with team" "$out"
run 0 list --json
is "list tells the sync state" 1 "$(printf '%s\n' "$out" | grep -c '"sync":"in-sync"')"

# --- pull elsewhere ---
out=$(there status)
is "the other store sees it" "$id${tab}team${tab}only there" "$(printf '%s\n' "$out" | cut -f1-3)"
out=$(there pull --new)
same "pull --new" "$raw" "$other/$id/raw.jsonl"
out=$(there pull $id)
is "again: nothing" "$id: nothing new on team" "$out"
run 3 pull 99999999-9999-4999-8999-999999999999
is "what is not there cannot be pulled" "" "$out"

# --- both sides ---
run 0 set shop 1 duration=111
is "changed here" changed-here "$(state)"
run 0 push shop
there set shop 2 duration=222 >/dev/null
cp "$other/$id/raw.jsonl" "$work/before"
cp "$share/$id/raw.jsonl" "$work/shared"
there push shop >/dev/null
is "a push over what moved on exits 1" 1 $?
same "changes nothing there" "$work/shared" "$share/$id/raw.jsonl"
same "and nothing here" "$work/before" "$other/$id/raw.jsonl"
out=$(there pull shop)
is "a pull merges" "111 222" "$(echo $(there show shop 1 --field duration) $(there show shop 2 --field duration))"
there push shop >/dev/null
is "then it can be pushed" 0 $?
run 0 pull shop
same "and pulled" "$other/$id/raw.jsonl" "$raw"

# --- a true conflict ---
run 0 set shop 3 duration=1
run 0 push shop
there set shop 3 duration=2 >/dev/null
cp "$other/$id/raw.jsonl" "$work/before"
there pull shop >/dev/null
is "a conflict exits 1" 1 $?
is "and is told" 1 "$(grep -c 'record 3 .*\.duration: *base [0-9]* *mine 2 *theirs 1' "$work/err2")"
same "nothing is changed" "$work/before" "$other/$id/raw.jsonl"
out=$(there pull shop --mine)
is "--mine" 2 "$(there show shop 3 --field duration)"
run 0 set shop 3 duration=5
run 0 push shop
out=$(there pull shop --theirs)
is "--theirs" 5 "$(there show shop 3 --field duration)"

# --- force, deletion ---
there set shop 4 duration=44 >/dev/null
there push shop >/dev/null
run 0 set shop 4 duration=55
run 1 push shop
run 0 push shop --force
is "--force overwrites" 55 "$(there pull shop --force >/dev/null; there show shop 4 --field duration)"
rm -r "${share:?}/$id" "$share/$id.json"
is "deleted there" gone-there "$(state)"
run 1 push shop
run 1 pull shop
run 0 push shop --force
same "--force puts it back" "$raw" "$share/$id/raw.jsonl"
