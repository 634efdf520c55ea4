#!/bin/sh
# What lies where files are expected: nothing blocks, nothing is written through,
# nothing but visible text is printed.
. "${srcdir:-.}/tests/cli/lib.sh"
fresh_store
start 33
esc=$(printf '\033')

# Each in its time: what hangs is ended, and fails with 124.
real=$rredit
cat >"$work/soon" <<END
#!/bin/sh
exec timeout 10 "$real" "\$@"
END
chmod +x "$work/soon"
rredit=$work/soon

clean() { # NAME: no control bytes in what was printed
	if printf '%s%s' "$out" "$err" | LC_ALL=C tr -d '\n\t' |
		LC_ALL=C grep -q '[[:cntrl:]]'; then
		result "$1" "control bytes in: $(printf '%s%s' "$out" "$err" |
			cat -v)"
	else
		result "$1" ''
	fi
}

# --- sockets, FIFOs, devices, directories in place of files ---
mkfifo fifo
run 1 show "$work/fifo"
is "a FIFO is not waited for" "" "$out"
for device in /dev/zero /dev/tty /dev/full; do
	run 1 show $device
	is "$device is no file of records" "" "$out"
done
python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' \
	"$work/socket" 2>"$work/err" || mkfifo "$work/socket"
run 1 show "$work/socket"
is "nor is a socket" "" "$out"
run 1 --config "$work/fifo" "$data/shop.jsonl"
is "a configuration that is a FIFO" "" "$out"
run 1 --config /dev/zero "$data/shop.jsonl"
is "or never ends" "" "$out"
head -c 2000000 /dev/urandom >conf
run 1 --config "$work/conf" "$data/shop.jsonl"
clean "or is noise"
printf '[ui]\ncolour = \033[31m\n' >conf
run 1 --config "$work/conf" "$data/shop.jsonl"
clean "a bad value is quoted"

# --- in the store ---
rm "$raw" && mkfifo "$raw"
run 1 show $id
is "a FIFO for traffic" "" "$out"
run 0 list
clean "the list does not wait for it"
rm "$raw" && ln -s /etc/passwd "$raw"
run 1 set $id 1 status=404
is "a link out of the store is not written through" "" "$out"
rm "$raw" && ln -s raw.jsonl "$raw"
run 3 show $id
is "a link to itself" "" "$out"
rm "$raw" && : >"$raw"
rm "$RREDIT_STORE/$id.json" && mkfifo "$RREDIT_STORE/$id.json"
run 0 list
clean "a FIFO for metadata"
rm "$RREDIT_STORE/$id.json"
printf '{"id":"%s","meta":{"name":"a%s]0;x\\u001b[31m\\u202e"}}' $id "$esc" \
	>"$RREDIT_STORE/$id.json"
run 0 list
clean "a name with control bytes is shown, not obeyed"
printf '{"id":"../../x","meta":{"name":"two"}}' >"$RREDIT_STORE/$id.json"
run 0 list
clean "an id in the metadata that is none"
is "and nothing outside is made" "" "$(ls -d "$work/x" "$RREDIT_STORE/../x" \
	2>/dev/null)"
mkdir "$RREDIT_STORE/$(printf 'a\033[31mb')" "$RREDIT_STORE/not an id" \
	"$RREDIT_STORE/-rf"
: >"$RREDIT_STORE/-rf.json"
run 0 list
clean "directories that are no ids are listed"
run 3 show ..
is "'..' is no snapshot" "" "$out"
run 3 show "$RREDIT_STORE/../../nowhere"
is "nor is what lies outside" "" "$out"
head -c 3000000 /dev/zero | tr '\0' '[' >"$RREDIT_STORE/$id.json"
run 0 list
clean "metadata that is nested too deep"

# --- sizes ---
head -c 40000000 /dev/zero | gzip -9 >bomb.jsonl.gz
run 1 check "$work/bomb.jsonl.gz"
clean "a gzip file of nothing but zeroes is one bad record"
head -c 1000 bomb.jsonl.gz >cut.jsonl.gz
run 1 check "$work/cut.jsonl.gz"
clean "a gzip file that is cut says so"
truncate -s 1100M sparse.jsonl
rredit=$work/small
cat >"$rredit" <<END
#!/bin/sh
ulimit -v 800000
exec timeout 20 "$real" "\$@"
END
chmod +x "$rredit"
if "$rredit" --version >"$work/out" 2>&1; then
run 1 show "$work/sparse.jsonl" 2
clean "a sparse file of more than a gigabyte is one record, in less memory than that"
run 1 show "$work/sparse.jsonl" 1
is "which is too long to be shown" 1 "$(printf '%s\n' "$err" |
	grep -c 'too large\|too long\|more than')"
else	# a sanitizer takes more for itself
result "a sparse file # SKIP memory cannot be limited here" ''
result "its record # SKIP memory cannot be limited here" ''
fi
rredit=$work/soon

# --- rredit's own files ---
fresh_store
state=$XDG_STATE_HOME/rredit
run 0 set $id 1 status=404
mkdir -p "$state/journal"
mkfifo "$state/journal/fifo"
ln -s /dev/zero "$state/journal/zero"
head -c 100000 /dev/urandom >"$state/journal/noise"
printf 'rredit journal 1\n\377\377\377\377' >"$state/journal/header"
mkdir "$state/journal/directory"
run 0 recover --list
clean "journals that are none"
run 0 set $id 1 status=405
is "stop nobody" "" "$err"
rm -rf "$state/journal" && : >"$state/journal"
run 0 set $id 1 status=406
is "a file where the journals should be" 406 "$("$rredit" show $id 1 --field \
	status)"
rm -rf "$state/lock" && mkfifo "$state/lock"
run 1 set $id 1 status=407
is "without a place for locks nothing is written" 406 "$("$rredit" show $id 1 \
	--field status)"
rm -rf "$state" && ln -s /dev/null "$state"
run 1 set $id 1 status=408
is "nor with a device for a state directory" 406 "$("$rredit" show $id 1 \
	--field status)"
rm -rf "$state" && mkdir -p "$state/trash/../trash/$(printf 'k\033')"
run 0 set $id 1 status=409
ln -s /etc "$state/backup/out" 2>/dev/null
run 0 backups $id
clean "a link among the backups"
run 1 restore $id ../out/passwd
is "names of backups lead nowhere" 409 "$("$rredit" show $id 1 --field status)"
run 1 restore $id "$(printf '20260102T030405.678Z\033[31m')"
clean "and are quoted"
