#!/bin/sh
# Commands that only read: list, show, filter, check, diff; usage and status.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 60
size=$(wc -c <"$raw" | tr -d ' ')
first() { # the first line of a text
	printf '%s\n' "$1" | sed -n 1p
}

# --- help, usage ---
run 0 --version
is "--version names the program" rredit "${out%% *}"
run 0 --help
is "--help lists the commands" "  list         snapshots of the store" \
	"$(printf '%s\n' "$out" | grep '^  list ')"
run 0 set --help
is "a command has help of its own" "usage: rredit set TARGET PAIR|--where EXPR FIELD=VALUE... [--dry-run] [--force]
change fields; linked facts follow" "$out"
run 2 list extra
is "too many arguments are a usage error" "rredit: list: too many arguments
usage: rredit list [--json]" "$err"
run 2 show
is "a missing argument is one" "rredit: show: an argument is missing" \
	"$(first "$err")"
run 2 list --bogus
is "so is an unknown option" "rredit: --bogus: there is no such option" \
	"$(first "$err")"
run 2 lsit everything
is "and an unknown command" "rredit: lsit: there is no such command" \
	"$(first "$err")"
run 2 list --store
is "an option's value can be missing" "rredit: --store: needs a value" \
	"$(first "$err")"
run 0 list --store="$RREDIT_STORE"
is "options stand anywhere, with = too" "$id" "${out%%"$tab"*}"
"$rredit" list >/dev/full 2>"$work/err"
is "output that cannot be written is told" \
	"3 rredit: standard output: cannot write: No space left on device" \
	"$? $(cat "$work/err")"

# --- list ---
run 0 list
is "list" "$id${tab}shop${tab}4${tab}$size${tab}2024-03-02T00:00:00Z${tab}-" \
	"$out"
run 0 list --json
is "list --json" '{"id":"'$id'","name":"shop","service":"shop","pairs":4,"bytes":'"$size"',"changed":"2024-03-02T00:00:00Z","sync":null}' "$out"
run 3 list --store "$work/none"
is "no store is the system's no" "" "$out"

# --- targets ---
for target in shop $id 0a1b "$raw" "$RREDIT_STORE/$id" "$RREDIT_STORE/$id.json"
do
	run 0 filter "$target" GET --count
	is "a target: ${target#"$work"}" 3 "$out"
done
gzip -c "$raw" >"$work/pairs.jsonl.gz"
run 0 filter "$work/pairs.jsonl.gz" GET --count
is "a compressed file is a target" 3 "$out"
out=$("$rredit" filter - GET --count <"$raw")
is "standard input is a target" 3 "$out"
run 3 show nothing-of-that-name
is "no such target" "rredit: nothing-of-that-name: " \
	"$(printf '%s' "$err" | sed 's/\(name: \).*/\1/')"

# --- filter ---
run 0 filter shop 'status >= 500'
is "filter" "3${tab}2024-03-01T10:00:02.000Z${tab}IN${tab}GET${tab}shop.example.com${tab}/health${tab}500${tab}1200${tab}$(($(sed -n 4p "$raw" | wc -c) - 2))" "$out"
run 0 filter shop 'location IS /cart AND command IS POST' --json
is "filter --json" '{"record":2,"uuid":"22222222-2222-4222-8222-222222222202","ts":"2024-03-01T10:00:01.000Z","direction":"IN","command":"POST","host":"shop.example.com","location":"/cart","status":"201","duration":250,"size":'"$(($(sed -n 2p "$raw" | wc -c) - 1))"'}' "$out"
run 0 filter shop 'text CONTAINS "3.50"' --count
is "bodies are looked into" 1 "$out"
run 0 filter shop nothing-like-it
is "nothing found is fine" "" "$out"
run 0 filter shop nothing-like-it --count
is "and counts to 0" 0 "$out"
sed '/^$/d' "$raw" >"$work/want"
"$rredit" filter shop 'location CONTAINS ""' --lines >"$work/have"
same "--lines prints exact bytes, line ends too" "$work/want" "$work/have"
run 2 filter shop 'status IS'
is "a filter's error has a column" \
	"rredit: filter: column 10: a value is missing here" "$err"
run 0 filter shop 'a OR b AND c'
is "mixing AND and OR is said" \
	"rredit: filter: AND and OR are mixed without parentheses: AND binds first" \
	"$err"
run 2 filter shop GET --count --lines
is "--count or --lines" \
	"rredit: filter: --count, --lines and --json exclude each other" \
	"$(first "$err")"
run 0 filter shop problem --count
is "problems are looked for" 0 "$out"

# --- show ---
run 0 show shop 1 --field status
is "show --field" 200 "$out"
run 0 show shop 1 --field 'response.header[Vary][2]'
is "the second value of a header" Origin "$out"
run 0 show shop 1-2 --field .http.res.statusCode
is "an exact path, of a range" "200
201" "$out"
run 0 show shop 22222222-2222-4222-8222-222222222204 --field host
is "a pair by its uuid" prices.example.com:8443 "$out"
run 0 show shop IiIiIiIiQiKCIiIiIiIiBA== --field host
is "in base64, too" prices.example.com:8443 "$out"
printf 'down for \033[31mrepair\007\n' >"$work/want"
"$rredit" show shop 3 --body response >"$work/have"
same "show --body gives the bytes, no newline added" "$work/want" "$work/have"
run 0 show shop 3 --field response.body
is "what a terminal would obey is escaped" 'down for ^[[31mrepair^G' "$out"
"$rredit" show shop 2 --body response --raw | gzip -dc >"$work/have"
printf '{"items":[{"sku":"pen","n":2}],"total":3.50}' >"$work/want"
same "--raw gives the body as it is stored" "$work/want" "$work/have"
"$rredit" show shop 4 --json >"$work/have"
sed -n '$p' "$raw" >"$work/want"
echo >>"$work/want"
same "show --json is the record in a line" "$work/want" "$work/have"
run 0 show shop 1
is "show tells the fields" "url: /cart?user=7" \
	"$(printf '%s\n' "$out" | grep '^url')"
is "and the body, with its layers" "response.body (base64 > JSON, 22):" \
	"$(printf '%s\n' "$out" | grep '^response.body')"
run 0 show shop
is "show of a snapshot counts its pairs" "pairs: 4" \
	"$(printf '%s\n' "$out" | grep '^pairs')"
run 1 show shop 1 --body request
is "no body is an error" \
	"rredit: shop: record 1: the request has no body" "$err"
run 1 show shop 5
is "so is a record that is not there" \
	"rredit: shop: 5: there are only 4 records" "$err"
run 1 show shop 33333333-3333-4333-8333-333333333333
is "and a uuid nobody has" \
	"rredit: shop: 33333333-3333-4333-8333-333333333333: no record has this uuid" \
	"$err"
run 2 show shop x1
is "x1 is no record" \
	"rredit: shop: x1: a record is a number, a range 3-7 or a uuid" "$err"
run 1 show shop 1 --field 'tag[none]'
is "a field that is not there" "" "$out"
run 2 show shop 1 --field colour
is "a field that does not exist" "rredit: --field: unknown field colour" \
	"$(printf '%s\n' "$err" | sed 's/;.*//')"

# --- check ---
run 0 check shop
is "the records are sound" "" \
	"$(printf '%s\n' "$out" | grep -E 'error|warning')"
printf '{"msgType":"rrpair"}\nbroken\n' >"$work/bad.jsonl"
run 1 check "$work/bad.jsonl"
is "what is not JSON is an error" 1 \
	"$(printf '%s\n' "$out" | grep -c 'bad.jsonl:2: error:.*(not-json)')"
run 1 check shop "$work/bad.jsonl" --json
is "check --json has the members of the contract" 1 \
	"$(printf '%s\n' "$out" | grep -c '^{"target":"'"$work"'/bad.jsonl","record":2,"uuid":null,"field":null,"code":"not-json","severity":"error","message":".*"}$')"
run 3 check "$work/none.jsonl" "$work/bad.jsonl"
is "a missing target does not hide the others" 1 \
	"$(printf '%s\n' "$out" | grep -c not-json)"
rm "$RREDIT_STORE/$id.json"
run 0 check "$RREDIT_STORE/$id"
is "missing metadata is a warning" 1 "$(printf '%s\n' "$out" | grep -c warning)"
run 1 check --strict "$RREDIT_STORE/$id"
is "which --strict takes for an error" 1 \
	"$(printf '%s\n' "$out" | grep -c warning)"
fresh_store

# --- diff ---
run 0 diff shop "$data/shop.jsonl"
is "equal snapshots have no differences" "" "$out"
run 0 set shop 4 duration=13 status=404
run 0 diff "$data/shop.jsonl:4" shop:4
is "diff of two records" '~ .duration: 12 -> 13
~ .status: "200" -> "404"
~ .http.res.statusCode: 200 -> 404
~ .http.res.statusMessage: "200 OK" -> "404 Not Found"' "$out"
run 0 delete shop 1
run 0 diff "$data/shop.jsonl" shop
is "diff of two snapshots, by uuid" \
	"- 22222222-2222-4222-8222-222222222201${tab}1
~ 22222222-2222-4222-8222-222222222204${tab}4 -> 3${tab}4 values" "$out"
run 2 diff shop shop:1
is "a snapshot and a record do not compare" \
	"rredit: diff: two records, or two snapshots" "$(first "$err")"
