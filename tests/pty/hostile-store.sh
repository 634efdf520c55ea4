#!/bin/sh
# A store in $HOME/store where everything that a capture or a file system can
# hold is hostile: names of files, metadata, records.
#
# usage: hostile-store.sh HOSTILE.jsonl
set -e
store=$HOME/store
id=11111111-1111-4111-8111-111111111111
# title, clipboard, blinking, C1 as a byte and as UTF-8, reset, device control,
# status report, bidi, not UTF-8
name=$(printf 'a\033]0;PWNED\007\033]52;c;UFdORUQ=\007\033[5m\2335m\302\2335m\033c')
name=$name$(printf '\033P1;PWNED\033\\\033[6n\342\200\256gnp\377\376')
# the same in JSON: escaped, raw where JSON allows that
json='a\u001b]0;PWNED\u0007\u001b]52;c;UFdORUQ=\u0007\u001b[5m\u009b5m\u001bc'
json=$json$(printf '\302\2335m\342\200\256gnp\\u0000\\n日本語')

mkdir -p "$store/$id" "$store/22222222-plain" "$store/33333333-broken"
cat "$1" >"$store/$id/raw.jsonl"
cat >"$store/$id.json" <<END
{"id":"$id","meta":{"name":"1 $json","services":["$json","two"],
"serviceName":"$json","namespaces":[{"name":"$json","$json":"$json"}]},
"status":"$json","tags":{"$json":"$json","analyzer":"$json"},
"endpoint_regexes":["$json"],"reverseServices":["$json"],
"tokenConfigId":"$json","tokenizerConfig":{"name":"$json","id":"$json",
"generatorExpectedEnvironment":{"$json":"$json"}},"$json":{"$json":["$json"]}}
END
printf '{"id":"22222222-plain","meta":{"name":"2 plain"}}' \
	>"$store/22222222-plain.json"
cat "$1" "$1" "$1" >"$store/22222222-plain/raw.jsonl"
printf '{"meta":{"name":"3 \033[5m broken\233' >"$store/33333333-broken.json"
cat "$1" >"$store/33333333-broken/raw.jsonl"
# names of files that are the attack themselves
mkdir "$store/$name"
cat "$1" >"$store/$name/raw.jsonl"
printf '{"id":"%s","meta":{"name":"4 %s"}}' "$json" "$json" >"$store/$name.json"
printf '{}' >"$store/$(printf '5\n\033]0;PWNED\007').json"
mkdir "$HOME/$name"
cat "$1" >"$HOME/$name/$name.jsonl"
mkdir -p "$HOME/remote" "$XDG_CONFIG_HOME/rredit"
printf '[remote "team"]\nkind = directory\npath = %s/remote\n' "$HOME" \
	>"$XDG_CONFIG_HOME/rredit/rredit.conf"
touch -d 2024-03-02T00:00:00Z "$store"/*.json "$store"/*/raw.jsonl
# and what ThousandEyes may have answered
printf '[remote "te"]\nkind = thousandeyes\ntoken-env = NONE\n[sync]\ndefault = team\n' \
	>>"$XDG_CONFIG_HOME/rredit/rredit.conf"
mkdir -p -m 700 "$XDG_STATE_HOME/rredit" "$XDG_STATE_HOME/rredit/thousandeyes"
past=$(printf %s "$json" | sed "s/.u0000//")
printf '{"made":1717142400,"from":1717138800,"to":1717142400,"test":"%s","name":"2 %s","link":"%s","public":true}\n' \
	"$past" "$past" "$past" \
	>"$XDG_STATE_HOME/rredit/thousandeyes/history.jsonl"
