#!/bin/sh
# thousandeyes tests, create, history against a stand-in for the service.
servers=$(CDPATH='' cd -- "${srcdir:-.}/tests/servers" && pwd) || exit 99
source=$(CDPATH='' cd -- "${srcdir:-.}" && pwd) || exit 99
built=$(CDPATH='' cd -- "${builddir:-.}" && pwd) || exit 99
. "${srcdir:-.}/tests/cli/lib.sh"

command -v python3 >/dev/null 2>&1 || {
	echo '1..0 # SKIP python3 is not installed'
	exit 0
}
server=
TE_TOKEN=ada-token-0123456789
export TE_TOKEN
mkdir -p "$XDG_CONFIG_HOME/rredit"
conf=$XDG_CONFIG_HOME/rredit/rredit.conf

serve() { # ARG...: a new server, and remotes that lead to it
	[ -z "$server" ] || kill "$server"
	mkfifo "$work/ready"
	python3 "$servers/thousandeyes.py" "$@" >"$work/ready" &
	server=$!
	read -r word port <"$work/ready"
	rm "$work/ready"
	[ "$word" = ready ] || exit 99
	cat >"$conf" <<EOF
[remote "six"]
kind = thousandeyes
version = v6
user = ada@example.com
url = http://127.0.0.1:$port
token-env = TE_TOKEN

[remote "seven"]
kind = thousandeyes
version = v7
url = http://127.0.0.1:$port/v7/
token-env = TE_TOKEN
quota = 2/1h
EOF
}

control() { # JSON: turn a switch of the server; prints what it was asked
	python3 - "$port" "$1" <<'EOF'
import sys, urllib.request
print(urllib.request.urlopen("http://127.0.0.1:%s/control" % sys.argv[1],
                             sys.argv[2].encode()).read().decode())
EOF
}

make() { # STATUS ARG...: a snapshot that is right, with changes
	want=$1
	shift
	run "$want" thousandeyes create --test-id 817 --name 'it is' --hours 2 \
		"$@"
}

bye() {
	[ -z "$server" ] || kill "$server"
	rm -rf "$work"
}
trap bye EXIT

start 29
serve

run 0 thousandeyes tests --remote six
is 'version 6 lists tests' "817${tab}http-server${tab}checkout over HTTP
818${tab}page-load${tab}payments page
900${tab}http-server${tab}saved: outage of May${tab}saved event" "$out"
six=$out
run 0 thousandeyes tests --remote seven
is 'version 7 lists the same' "$six" "$out"
run 2 thousandeyes tests
is 'one of two remotes is to be named' \
	'rredit: several remotes of the kind thousandeyes: name one with --remote' \
	"$err"

make 0 --remote six --end '2024-02-29 13:00' --dry-run
is 'version 6 asks with from and to' \
	"POST http://127.0.0.1:$port/v6/snapshot.json
{\"displayName\":\"it is\",\"testId\":817,\"from\":\"2024-02-29T11:00:00\",\"to\":\"2024-02-29T13:00:00\",\"isPublic\":0}" \
	"$(printf '%s\n' "$out" | sed 2q)"
make 0 --remote seven --end 2024-03-01T01:00:00Z --public --aid 59 --dry-run
is 'version 7 asks with startDate and endDate' \
	"POST http://127.0.0.1:$port/v7/tests/817/snapshot?aid=59
{\"displayName\":\"it is\",\"startDate\":\"2024-02-29T23:00:00Z\",\"endDate\":\"2024-03-01T01:00:00Z\",\"isPublic\":true}" \
	"$(printf '%s\n' "$out" | sed 2q)"
is 'and nothing is sent' '' \
	"$(control '{}' | grep -o '"method":"POST"')"

make 0 --remote six --public
case $out in
https://*.share.thousandeyes.com/view/tests/\?roundId=*) out=link ;;
esac
is 'version 6 gives a link' link "$out"
make 0 --remote seven
case $out in
https://*.share.thousandeyes.com/view/tests/\?roundId=*) out=link ;;
esac
is 'version 7 gives a link' link "$out"
run 0 thousandeyes history
is 'the history has both, the newest first' \
	"817${tab}it is${tab}private
817${tab}it is${tab}public" \
	"$(printf '%s\n' "$out" | cut -f4-6)"
run 0 thousandeyes history --json
is 'a private one does not expire' 'null
"20' "$(printf '%s\n' "$out" | sed 's/.*"expires":\(...\).*/\1/; s/nul/null/')"
is 'the history is private' 600 \
	"$(stat -c %a "$XDG_STATE_HOME/rredit/thousandeyes/history.jsonl")"

make 0 --remote seven
is 'within the quota nothing is said' '' "$err"
make 0 --remote seven
is 'over it there is a warning' \
	'rredit: seven: warning: 2 snapshots were created in the last 3600 s; the quota is 2' \
	"$err"

run 1 thousandeyes create --remote seven --test-id 0 --name ' ' --hours 3 \
	--aid x --end '2199-01-01 00:00'
is 'all that is wrong is told at once' \
	'rredit: --test-id: a test is a number above 0
rredit: --name: a name is needed
rredit: --aid: an account group is a number
rredit: --hours: the span must be 1, 2, 4, 6, 12, 24 or 48 hours
rredit: --end: the end must not be in the future' "$err"
make 1 --remote six --end '2023-02-29 00:00'
is 'a day that is none' \
	'rredit: --end: 2023-02-29 00:00: not a time such as 2024-05-31 14:00:00 (UTC)' \
	"$err"
run 2 thousandeyes create --remote six --hours 2
is 'what is missing' 'rredit: --test-id, --name and --hours are needed' "$err"
run 2 thousandeyes snapshots
is 'an unknown verb' \
	'rredit: thousandeyes: not tests, create or history' \
	"$(printf '%s\n' "$err" | sed 1q)"

# What comes is not about our own count.
rm "$XDG_STATE_HOME/rredit/thousandeyes/history.jsonl"

refused() { # NAME STATUS MESSAGE ARG...
	name=$1 want=$2 message=$3
	shift 3
	make "$want" "$@"
	is "$name" "rredit: $message" "$err"
}
refused 'a test that is not there, 6' 1 \
	'six: snapshot: the request is refused (400): no such test' \
	--remote six --test-id 5
refused 'a test that is not there, 7' 3 \
	'seven: snapshot: there is no such test or address (404): testId: no such test' \
	--remote seven --test-id 5
refused 'an account group of others' 1 \
	'six: snapshot: the request is refused (400): aid: not a member of this account group' \
	--remote six --aid 7
control '{"maintenance":true}' >/dev/null
refused maintenance 3 \
	'six: snapshot: the service is under maintenance (503): maintenance mode' \
	--remote six
control '{"maintenance":false,"fail":true}' >/dev/null
refused 'a server that fails' 3 \
	'six: snapshot: the server failed (500): internal error, contact support' \
	--remote six
control '{"fail":false,"public":false}' >/dev/null
refused 'a region without public snapshots' 3 \
	'seven: snapshot: the user may not do this, or the region does not allow it (403): public snapshots are not available here' \
	--remote seven --public

posts=$(control '{}' | grep -o '"Authorization"' | wc -l)
TE_TOKEN=wrong-token-987
refused 'a wrong token' 3 \
	'seven: snapshot: the token is refused, or the account is locked (401): Invalid access token' \
	--remote seven
is 'is tried once' $((posts + 1)) \
	"$(control '{}' | grep -o '"Authorization"' | wc -l)"
TE_TOKEN=ada-token-0123456789

serve
sed "s/PORT/$port/" "$servers/thousandeyes.script" >"$work/screen.pty"
(cd "$built" && srcdir=$source ./ptyrun "$work/screen.pty") >"$work/screen" 2>&1
result 'the same on the screen' "$(grep -A40 '^not ok' "$work/screen")"

serve --quota-v6 1/3600
make 0 --remote six
refused 'the quota of the server' 1 \
	'six: snapshot: the quota of snapshots is used up, or this address is barred after wrong tokens (429): snapshot quota exceeded' \
	--remote six

serve --rate 1 --clock 1700000099
run 0 thousandeyes tests --remote six
run 0 thousandeyes tests --remote six
is 'over the limit per minute it waits for the next' "$six" "$out"

serve
make 0 --remote six --log "$work/log"
run 0 thousandeyes history --json
is 'the token is nowhere but in the request' '' \
	"$(grep -r "$TE_TOKEN" "$XDG_STATE_HOME" "$work/log" "$work/out" \
		"$work/err")"
