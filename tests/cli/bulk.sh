#!/bin/sh
# Edits of many records: tokens, times, uuids, a window of time.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 28

# --- swap ---
run 0 swap shop example.com example.org --dry-run
is "a dry run tells where, and no values" "" \
	"$(printf '%s\n' "$out" | grep 'example.[co]')"
same "and changes nothing" "$data/shop.jsonl" "$raw"
printf 'default\n' >"$work/old"
printf 'spare\n' >"$work/new"
run 0 swap shop @"$work/old" @"$work/new"
is "swap takes the texts from files" "4 records changed" "$out"
is "without their line ends" 4 "$(grep -c '"namespace": *"spare"' "$raw")"
"$rredit" swap shop - default <"$work/new" >"$work/out"
is "or from standard input" "4 records changed" "$(cat "$work/out")"
same "there and back" "$data/shop.jsonl" "$raw"
run 0 swap shop default x --where 'direction IS OUT'
is "--where" "1 record changed" "$out"
fresh_store
run 2 swap shop "" x
is "an empty text is nowhere" \
	"rredit: swap: the text to look for is empty" "$err"
run 2 swap shop - -
run 3 swap shop @"$work/missing" x
run 0 swap shop 'no such text' x
is "nothing to swap" "0 records changed" "$out"
same "not a byte" "$data/shop.jsonl" "$raw"

# --- shift ---
run 0 shift shop +1h30m --dry-run
is "shift tells every time" \
	'record 1: .ts: "2024-03-01T10:00:00.000Z" -> "2024-03-01T11:30:00.000Z"' \
	"$(printf '%s\n' "$out" | head -n 1)"
run 0 shift shop -2d
is "an offset may be negative" 4 "$(grep -c '2024-02-28T10:00:0' "$raw")"
run 0 shift shop 2d
same "there and back" "$data/shop.jsonl" "$raw"
run 0 shift shop 2030-01-01T00:00:00Z --where 'ts >= "2024-03-01T10:00:02Z"'
is "the first is at that time" '2024-03-01T10:00:00.000Z 2024-03-01T10:00:01.000Z 2030-01-01T00:00:00.000Z 2030-01-01T00:00:01.000Z' \
	"$(grep -o '"ts":"[^"]*"' "$raw" | cut -d'"' -f4 | tr '\n' ' ' |
		sed 's/ $//')"
run 2 shift shop tomorrow
is "what is no offset" "rredit: shift: +1h30m, now, or a time like 2024-05-31T12:00:00Z was expected" \
	"$err"
fresh_store

# --- trim ---
run 0 trim shop 2024-03-01T10:00:01Z 2024-03-01T10:00:02Z --dry-run
is "trim counts" "2 records would be deleted" "$out"
same "a dry run deletes nothing" "$data/shop.jsonl" "$raw"
run 0 trim shop 2024-03-01T10:00:01Z -
is "an end may be open" "1 record deleted" "$out"
run 0 trim shop 2024-03-01 2024-03-02
is "all are within" "0 records deleted" "$out"
run 2 trim shop - -
is "both may not" "rredit: trim: both ends are open" "$err"
run 2 trim shop soon -
fresh_store

# --- renew ---
run 0 renew shop 2-3
is "renew" "2 records changed" "$out"
is "the others keep theirs" 2 "$(grep -cF -e 'IiIiIiIiQiKCIiIiIiIiAQ==' \
	-e 'IiIiIiIiQiKCIiIiIiIiBA==' "$raw")"
run 0 renew shop
is "all of them" "4 records changed" "$out"
is "every one another" 4 "$(grep -o '"uuid": *"[^"]*"' "$raw" | sort -u |
	wc -l | tr -d ' ')"
run 0 check shop
run 1 renew shop 99

# --- filters with names ---
fresh_store
run 0 filter shop @bad --count
is "a name of nothing is a word" 0 "$out"
is "reading makes no directory" no \
	"$([ -d "$XDG_STATE_HOME/rredit/history" ] && echo yes || echo no)"
mkdir -p "$XDG_STATE_HOME/rredit/history"
printf 'bad\tstatus >= 500\n' >"$XDG_STATE_HOME/rredit/history/filters"
run 0 filter shop '@bad' --count
is "a filter that was kept" 1 "$out"
run 0 delete shop --where 'NOT @bad' --dry-run
is "in every expression" "3 records would be deleted" "$out"
