#!/bin/sh
# A stand-in for speedctl: what its public documentation says it does, on a
# directory in place of the cloud.
#
# $FAKE_CLOUD	the directory; snapshots as in a store
# $FAKE_MODE	fail: every command does; hang: none ends; error: analyses fail;
#		slow: an analysis takes two looks
#
# Its store is $SPEEDSCALE_HOME/data/snapshots. A push asks before it overwrites;
# afterwards the metadata is rewritten, as analysis does.
store=$SPEEDSCALE_HOME/data/snapshots
cloud=$FAKE_CLOUD
mkdir -p "$cloud"
while [ "$1" = --context ]; do
	echo "$2" >"$cloud/.context"
	shift 2
done
printf '%s\n' "$*" >>"$cloud/.calls"

case ${FAKE_MODE-} in
fail)
	echo 'Error: invalid API key' >&2
	exit 1
	;;
hang)
	echo 'connecting...'
	exec sleep 1000
	;;
esac

status() { # ID STATUS DETAILS
	sed -e 's/"status":"[^"]*",\{0,1\}//' \
		-e 's/"processingDetails":"[^"]*",\{0,1\}//' \
		-e "s/^{/{\"status\":\"$2\",\"processingDetails\":\"$3\",/" \
		-e 's/,}/}/' "$cloud/$1.json" >"$cloud/.new" &&
		mv "$cloud/.new" "$cloud/$1.json"
}

# What analysis does: a copy of each body, another order, its marks.
analyse() { # ID
	n=$(cat "$cloud/.count" 2>/dev/null || echo 0)
	n=$((n + 1))
	echo $n >"$cloud/.count"
	sed -e 's/,"body":{"ok":true}//' \
		-e 's/"bodyBase64":"eyJvayI6dHJ1ZX0="/&,"body":{"ok":true}/' \
		"$cloud/$1/raw.jsonl" | sort >"$cloud/.new"
	mv "$cloud/.new" "$cloud/$1/raw.jsonl"
	sed -i -e 's/"analysis":"[^"]*",//' \
		-e "s/^{/{\"analysis\":\"$n\",/" "$cloud/$1.json"
	echo '{}' >"$cloud/$1/summary.json"
}

case "$1 $2" in
"version ")
	echo 'v2.5.900'
	;;
"config current-context")
	cat "$cloud/.context" 2>/dev/null || echo my-context
	;;
"check ")
	echo 'all good'
	;;
"get snapshot")
	[ -f "$cloud/$3.json" ] || {
		echo "Error: snapshot $3 not found" >&2
		exit 1
	}
	if [ -f "$cloud/.slow" ]; then
		rm "$cloud/.slow"
		sed 's/"status":"[^"]*"/"status":"In Processing"/' "$cloud/$3.json"
	else
		cat "$cloud/$3.json"
	fi
	;;
"pull snapshot")
	[ -f "$cloud/$3.json" ] || {
		echo "Error: snapshot $3 not found" >&2
		exit 1
	}
	mkdir -p "$store/$3"
	cp "$cloud/$3.json" "$store/$3.json"
	cp "$cloud/$3"/* "$store/$3/"
	echo "pulled $3"
	;;
"push snapshot")
	[ -f "$store/$3.json" ] || {
		echo "Error: no local snapshot $3" >&2
		exit 1
	}
	if [ -f "$cloud/$3.json" ] && [ "$4" != --force ]; then
		printf '\342\226\270 Snapshot already exists, overwrite? [Y/n]: '
		read -r answer || exit 1
		case $answer in
		[nN]*)
			echo 'aborted'
			exit 1
			;;
		esac
	fi
	mkdir -p "$cloud/$3"
	cp "$store/$3.json" "$cloud/$3.json"
	cp "$store/$3/raw.jsonl" "$cloud/$3/raw.jsonl"
	echo "uploading $3"
	analyse "$3"
	case ${FAKE_MODE-} in
	error)
		status "$3" Error 'no inbound traffic'
		;;
	*)
		status "$3" Complete 'No Errors'
		;;
	esac
	[ "${FAKE_MODE-}" = slow ] && : >"$cloud/.slow"
	echo "started analysis of $3"
	;;
"delete snapshot")
	rm -rf "${cloud:?}/$3" "$cloud/$3.json"
	;;
*)
	echo "Error: unknown command $*" >&2
	exit 1
	;;
esac
