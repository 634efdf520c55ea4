#!/bin/sh
# Commands that change records: every byte that was not edited stays.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 74

# The lines of the file but those named, as they are now and as they were.
untouched() { # NAME LINE...
	name=$1
	shift
	drop=
	for line; do
		drop="$drop${line}d;"
	done
	sed "$drop" "$data/shop.jsonl" >"$work/was"
	sed "$drop" "$raw" >"$work/now"
	same "$name" "$work/was" "$work/now"
}

# What differs in a line, a value a row.
changed() { # LINE
	sed -n "$1p" "$data/shop.jsonl" | tr ',' '\n' >"$work/was"
	sed -n "$1p" "$raw" | tr ',' '\n' >"$work/now"
	diff "$work/was" "$work/now" | grep '^[<>]'
}

# --- set ---
run 0 set shop 1 status=200
is "setting what is there changes nothing" "0 records changed" "$out"
same "not a byte" "$data/shop.jsonl" "$raw"
run 0 set shop 3 status=503 --dry-run
is "--dry-run tells what would change" 'record 3: .http.res.statusCode: 500 -> 503
record 3: .status: "500" -> "503"
record 3: .http.res.statusMessage: "500 Internal Server Error" -> "503 Service Unavailable"
1 record would change' "$out"
same "and changes nothing" "$data/shop.jsonl" "$raw"
run 0 set shop 3 status=503
is "set" "1 record changed" "$out"
is "linked facts follow" '< "status":"500"
> "status":"503"
< "statusCode":500
< "statusMessage":"500 Internal Server Error"
> "statusCode":503
> "statusMessage":"503 Service Unavailable"' "$(changed 4)"
untouched "no other line has changed" 4
run 0 backups shop
is "the old version is kept" 1 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
run 0 restore shop "${out%%"$tab"*}"
same "and comes back" "$data/shop.jsonl" "$raw"

run 0 set shop 2 response.body=short
is "a body goes back through its layers" short \
	"$("$rredit" show shop 2 --body response --raw | gzip -dc)"
untouched "alone" 2
fresh_store
printf '\001\000binary\n' >"$work/body"
run 0 set shop 4 response.body=@"$work/body"
"$rredit" show shop 4 --body response >"$work/have"
same "@FILE is the bytes of a file" "$work/body" "$work/have"
fresh_store
"$rredit" set shop 4 response.body=- <"$work/body" >"$work/out"
"$rredit" show shop 4 --body response >"$work/have"
same "- is standard input" "$work/body" "$work/have"
run 0 set shop 1 'tag[note]=@@home'
is "@@x is @x" @home "$("$rredit" show shop 1 --field 'tag[note]')"
run 0 set shop 1 '.http.res.extra:={"a":[1,2.50]}'
is ":= is exact JSON" '{"a":[1,2.50]}' \
	"$("$rredit" show shop 1 --field .http.res.extra)"
run 0 set shop 1 '.http.res.code=7'
is "a new value without := is a string" '"code":"7"' \
	"$(sed -n 1p "$raw" | grep -o '"code":[^,}]*')"
run 0 set shop 1 'response.header[Vary][2]=Cookie'
is "one value of a header" "Accept Cookie" "$("$rredit" show shop 1 \
	--field 'response.header[Vary]') $("$rredit" show shop 1 --field 'response.header[Vary][2]')"
run 0 set shop 1 'response.header[vary]=*'
is "all values become the one given" '"Vary":["*"]' \
	"$(sed -n 1p "$raw" | grep -o '"Vary":\[[^]]*\]')"
fresh_store
run 0 set shop 1-2 namespace=prod 'tag[x]=1' duration=5
is "several fields of a range" "2 records changed" "$out"
untouched "the rest stays" 1 2
fresh_store
run 0 set shop --where 'host CONTAINS shop' host=new.example.com
is "--where" "3 records changed" "$out"
is "reaches what matches" 3 \
	"$("$rredit" filter shop 'host IS new.example.com' --count)"
untouched "and nothing else" 1 2 4
fresh_store

# --- refusals ---
run 1 set shop 1 status=abc
is "a bad value is refused" \
	"rredit: shop: record 1: status: a number from 100 to 999" "$err"
run 1 set shop 1 .http.res.statusCode:='"x"'
is "a value keeps its type" "" "$out"
run 1 set shop 1 uuid=22222222-2222-4222-8222-222222222202
is "an edit that would add an error is refused" \
	"rredit: shop: record 2: uuid-duplicate: record 1 has the same uuid
rredit: shop: not changed: this would add 1 error (--force does it all the same)" \
	"$err"
run 1 set shop 2 .ts=yesterday
is "whatever the error" 1 "$(printf '%s\n' "$err" | grep -c 'would add 1 error')"
run 1 set shop 9 status=200
is "no such record" "" "$out"
run 1 set shop --where 'status IS 418' status=200
is "--where that matches nothing" "rredit: shop: --where matches no record" \
	"$err"
run 2 set shop status=200
is "which records?" "rredit: set: which records? PAIR or --where is missing" \
	"$(printf '%s\n' "$err" | sed -n 1p)"
run 2 set shop 1 colour=red
is "an unknown field" "" "$out"
run 3 set shop 1 response.body=@"$work/none"
is "a file that is not there" "" "$out"
run 1 set - 1 status=200
is "standard input cannot be changed" \
	"rredit: -: standard input cannot be changed" "$err"
run 1 -R set shop 1 status=500
is "--read-only" "rredit: shop: not changed, because of --read-only" "$err"
same "none of these has changed a byte" "$data/shop.jsonl" "$raw"
run 0 set shop 2 .ts=yesterday --force
is "--force insists" yesterday "$("$rredit" show shop 2 --field ts)"
run 0 set shop 2 status=404
is "an error that was there before blocks nothing" "1 record changed" "$out"
fresh_store
run 0 set shop 1 'request.header[Authorization]=AKIAIOSFODNN7EXAMPLE'
is "what looks like a secret is said" 1 \
	"$(printf '%s\n' "$err" | grep -c 'looks like a secret')"
fresh_store

# --- unset ---
run 0 unset shop 1 'response.header[Vary]' 'param[user]'
is "unset" "1 record changed" "$out"
is "a parameter goes, from the url too" /cart \
	"$("$rredit" show shop 1 --field url)"
run 1 show shop 1 --field 'response.header[Vary]'
is "and a header with all its values" "" "$out"
untouched "the rest stays" 1
run 1 unset shop 1 'tag[none]'
is "what is not there cannot go" "" "$out"
fresh_store

# --- replace ---
run 0 replace shop 'shop\.example\.com' store.example.org
is "replace" "3 records changed" "$out"
is "headers, host, netinfo and signature" \
	"0 $(printf store.example.org | base64)" \
	"$("$rredit" filter shop 'text CONTAINS shop.example.com' --count) $("$rredit" show shop 1 --field '.signature."http:host"')"
untouched "nothing else" 1 2 4
fresh_store
run 0 replace shop --in response.body '"sku":"(\w+)"' '"id":"$1-1"'
is "in one field, decoded" '{"items":[{"id":"pen-1","n":2}],"total":3.50}' \
	"$("$rredit" show shop 2 --body response)"
untouched "alone" 2
fresh_store
run 0 replace shop pen ink
is "request bodies take their signature along" '{"n":2,"sku":"ink"}' \
	"$("$rredit" show shop 2 --field '.signature."http:requestBodyJSON"' | base64 -d)"
run 0 check shop
is "and the records stay sound" "" \
	"$(printf '%s\n' "$out" | grep -E 'error|warning')"
fresh_store
run 0 replace shop --where 'status IS 500' shop depot --dry-run
is "--dry-run of replace" "1 record would change" \
	"$(printf '%s\n' "$out" | sed -n '$p')"
same "changes nothing" "$data/shop.jsonl" "$raw"
run 2 replace shop '(' x
is "a pattern that is none" "" "$out"
run 2 replace shop a '$1'
is "a group that is none" "rredit: replace: the replacement names group 1 of 0" \
	"$err"

# --- copy, delete, add ---
run 0 copy shop 2
is "copy" "1 record copied" "$out"
sed -n '3p' "$raw" | sed 's/"uuid":"[^"]*"/"uuid":"U"/; s/"instance":"[^"]*"/"instance":"I"/' >"$work/have"
sed -n '2p' "$data/shop.jsonl" | sed 's/"uuid":"[^"]*"/"uuid":"U"/; s/"instance":"[^"]*"/"instance":"I"/' >"$work/want"
same "stands behind, equal but for uuid and instance" "$work/want" "$work/have"
is "which is the next free one" 2 \
	"$("$rredit" show shop 3 --field .signature.instance | base64 -d)"
run 0 check shop
is "the uuid is its own" "" "$(printf '%s\n' "$out" | grep -E 'error|warning')"
run 0 delete shop 3
same "delete takes it away again" "$data/shop.jsonl" "$raw"
run 0 delete shop 1 3-4 --dry-run
is "delete --dry-run" "3 records would be deleted" "$out"
run 0 delete shop --where 'host CONTAINS shop'
sed -n '$p' "$data/shop.jsonl" >"$work/want"
printf '%s' "$(cat "$work/want")" >"$work/want"
sed '/^$/d' "$raw" >"$work/have"
same "delete --where leaves the others" "$work/want" "$work/have"
run 2 delete shop
is "delete what?" "" "$out"
fresh_store
for template in inbound outbound; do
	run 0 add shop --template $template
done
is "add" "record 6 added" "$out"
run 0 check shop
is "templates are sound" "" "$(printf '%s\n' "$out" | grep -E 'error|warning')"
head -c "$(wc -c <"$data/shop.jsonl")" "$raw" >"$work/have"
same "what was there stays" "$data/shop.jsonl" "$work/have"
fresh_store
sed -n 2p "$raw" >"$work/one.json"
run 0 add shop --template "$work/one.json"
is "a template from a file gets a uuid of its own" 5 \
	"$("$rredit" filter shop 'uuid NOT ""' --count)"
is "and it is not that of the file" 1 \
	"$("$rredit" filter shop 'uuid IS 22222222-2222-4222-8222-222222222202' --count)"
printf '{"msgType":"other"}\n' >"$work/bad.json"
run 1 add shop --template "$work/bad.json"
is "a template with errors is refused" "" "$out"

# --- edit ---
fresh_store
EDITOR='sed -i s/pen/ink/'
export EDITOR
run 0 edit shop 2
is "edit opens the record decoded" ink \
	"$("$rredit" show shop 2 --field response.body | grep -o ink)"
untouched "and changes it alone" 2
fresh_store
EDITOR=true
run 0 edit shop 2
same "an editor that changes nothing changes nothing" "$data/shop.jsonl" "$raw"
EDITOR='sed -i 1s/./broken/'
run 1 edit shop 2
is "what cannot be read is kept" 1 \
	"$(printf '%s\n' "$err" | grep -c 'what you wrote is in')"
EDITOR=false
run 3 edit shop 2
is "an editor that fails" "rredit: shop: record 2: the editor failed (false)" \
	"$err"
same "none of these has changed a byte" "$data/shop.jsonl" "$raw"
unset EDITOR
