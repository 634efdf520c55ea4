#!/bin/sh
# Snapshots and their versions: create, backups, restore, recover, the demo.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 31
first() { # the first line of a text
	printf '%s\n' "$1" | sed -n 1p
}

# --- create ---
run 0 create --name 'two words' --service checkout --raw "$data/shop.jsonl"
new=$out
is "create prints an id" 36 ${#new}
same "the raw file is as it was given" "$data/shop.jsonl" \
	"$RREDIT_STORE/$new/raw.jsonl"
run 0 list --json
is "and has name and service" 1 "$(printf '%s\n' "$out" | grep -c '^{"id":"'"$new"'","name":"two words","service":"checkout","pairs":4,')"
run 0 create --name empty
is "without --raw there are no records" 0 \
	"$("$rredit" filter "$out" 'size >= 0' --count)"
run 0 add "$out"
is "the first one can be added" "record 1 added" "$out"
run 2 create
is "a name is needed" "rredit: create: --name is missing" "$(first "$err")"
run 3 create --name x --raw "$work/none"
is "and a file that is there" "" "$out"
run 0 create --name 'two words'
run 2 show 'two words'
is "a name that two have is ambiguous" "" "$out"
run 0 --store "$work/made/by/create" create --name x
is "the store is made when it is missing" 1 \
	"$("$rredit" --store "$work/made/by/create" list | wc -l | tr -d ' ')"

# --- backups, restore ---
run 0 backups shop
is "no backups yet" "" "$out"
run 0 set shop 1 status=404
run 0 set shop 1 status=405
run 0 backups shop
is "every save keeps one, the newest first" 404 "$(
	"$rredit" restore shop "$(first "$out" | cut -f1)" >"$work/out"
	"$rredit" show shop 1 --field status)"
run 0 backups shop
"$rredit" restore shop "$(printf '%s\n' "$out" | sed -n '$p' | cut -f1)" \
	>"$work/out"
same "the oldest is the file as it was" "$data/shop.jsonl" "$raw"
run 1 restore shop 20200101T000000.000Z
is "there is no such backup" "" "$out"
run 0 backups shop
rm "$raw"
run 0 restore shop "$(first "$out" | cut -f1)"
is "a file that is gone comes back" 404 \
	"$("$rredit" show shop 1 --field status)"
cp "$data/shop.jsonl" "$work/loose.jsonl"
run 0 set "$work/loose.jsonl" 1 status=404
rm "$work/loose.jsonl"
run 0 backups "$work/loose.jsonl"
run 1 -R restore "$work/loose.jsonl" "$(first "$out" | cut -f1)"
is "with --read-only it stays away" no "$([ -e "$work/loose.jsonl" ] || echo no)"
run 0 backups "$work/loose.jsonl"
run 0 restore "$work/loose.jsonl" "$(first "$out" | cut -f1)"
same "also outside the store" "$data/shop.jsonl" "$work/loose.jsonl"
run 3 backups "$work/never.jsonl"
is "what never was has no backups" "" "$out"
is "backups are their owner's alone" "" \
	"$(find "$XDG_STATE_HOME/rredit" ! -type d ! -perm 0600 -print)"
cp "$data/shop.jsonl" "$work/outside.jsonl"
mkdir "$RREDIT_STORE/link"
ln -s "$work/outside.jsonl" "$RREDIT_STORE/link/raw.jsonl"
run 1 set link 1 status=404
same "nothing is written through a link out of the store" \
	"$data/shop.jsonl" "$work/outside.jsonl"
rm -r "$RREDIT_STORE/link"
mode=$(ls -ld "$XDG_STATE_HOME/rredit" | cut -c1-10)
is "what rredit keeps is private" drwx------ "$mode"
is "and nothing of it is in the store" "$id $id.json" \
	"$(ls "$RREDIT_STORE" | grep "$id" | tr '\n' ' ' | sed 's/ $//')"

# --- recover ---
run 0 recover --list
is "nothing to recover" "" "$out"
run 0 recover shop
is "recovers nothing" "" "$out"
run 2 recover --list --discard
is "--list or --discard" "rredit: recover: --list and --discard exclude each other" \
	"$(first "$err")"

# --- odd files ---
printf '\357\273\277{"a":1}\r\n\r\nnot json\r\n{"b":2}' >"$work/odd.jsonl"
cp "$work/odd.jsonl" "$work/odd.was"
run 0 set "$work/odd.jsonl" 3 .b:=2.50
printf '\357\273\277{"a":1}\r\n\r\nnot json\r\n{"b":2.50}' >"$work/want"
same "mark, line ends, blank and broken lines stay" "$work/want" \
	"$work/odd.jsonl"
: >"$work/empty.jsonl"
run 0 filter "$work/empty.jsonl" 'size >= 0' --count
is "an empty file has no records" 0 "$out"
run 1 set "$work/empty.jsonl" 1 .a=1
is "and none to change" "" "$out"
gzip -c "$data/shop.jsonl" >"$work/pairs.gz"
run 0 set "$work/pairs.gz" 1 status=404
is "a compressed file stays compressed" 404 \
	"$(gzip -dc "$work/pairs.gz" | sed -n 1p | sed 's/.*"statusCode":\([0-9]*\).*/\1/')"

# --- the demo ---
RREDIT_DEMO=$demo
export RREDIT_DEMO
run 0 --demo list
is "--demo has a store of its own" \
	"$(ls "$demo" | grep -c json)" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
run 0 --demo set shop-checkout 1 status=418
is "commands go on with the copy" 418 \
	"$("$rredit" --demo show shop-checkout 1 --field status)"
unset RREDIT_DEMO
RREDIT_DATADIR=$work/share
export RREDIT_DATADIR
mkdir -p "$RREDIT_DATADIR/demo" "$XDG_STATE_HOME-2"
cp -r "$RREDIT_STORE" "$RREDIT_DATADIR/demo/snapshots"
XDG_STATE_HOME=$XDG_STATE_HOME-2
run 0 --demo list
is "the samples are where RREDIT_DATADIR says" \
	"$(ls "$RREDIT_STORE" | grep -c json)" \
	"$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
