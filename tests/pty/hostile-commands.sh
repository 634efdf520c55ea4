#!/bin/sh
# Every command without a screen on hostile files, names and arguments, to the
# terminal and through a pipe: what appears is looked at by ptyrun (wire.c).
# usage: hostile-commands.sh RREDIT; the store of hostile-store.sh is in $HOME.
rredit=$(realpath "$1") || exit 1
cd "$HOME" || exit 1
export RREDIT_STORE="$HOME/store" EDITOR=true
evil=$(printf '\033]0;PWNED\007\033[5m\2335m\302\2335m\342\200\256\377')
id=11111111-1111-4111-8111-111111111111
json='{"msgType":"rrpair","x":"\u001b]0;PWNED\u0007"}'
printf '%s\n' "$json" >"$evil.json"
printf '[remote "%s"]\nkind = directory\npath = /%s\n' "$evil" "$evil" \
	>"$evil.conf"
rm -f wrong
cat >lines <<'END'
list
list --json
list --store $evil
show $id
show $id --json
show $id 1
show $id 2
show $id 3
show $id 4
show $id 5
show $id 1 --json
show $id 1 --field method
show $id 1 --field .$evil
show $id 1 --body request
show $id 1 --body response
show $id 4 --body request
show $evil
show $id $evil
show ./$evil.json 1
filter $id status=200
filter $id $evil
filter $id (status$evil
filter $id status=200 --json
filter $id status=200 --count
check $id
check $id --json
check $id --strict
check $evil ./$evil.json $id
set $id 1 method=$evil --dry-run
set $id 1 $evil=x
set $id 1 request.header[$evil]=$evil --dry-run
set $id --where $evil method=x
set $id 1 status=@$evil
set $id 1 .x:=$evil
unset $id 1 request.header[$evil]
unset $id 1 .$evil
replace $id (PWNED) $1$evil --dry-run
replace $id ($evil x
replace $id --in $evil a b
swap $id $evil x --dry-run
swap $id PWNED $evil --dry-run
shift $id $evil
shift $id 1h --dry-run
renew $id --dry-run
renew $evil
trim $id $evil
trim $id --from $evil --dry-run
edit $id 1
edit $id 4
add $id --template $evil
add $id --template ./$evil.json
copy $id 1
copy $id $evil
delete $id $evil
delete $id 9
create --name $evil
create --name ok --service $evil --raw ./$evil.json
create --name $evil --raw $evil
diff $id:1 $id:2
diff $id:1 $id:3
diff $id:1 ./$evil.json:1
diff $id 22222222-plain
diff $id $evil
backups $id
backups $evil
restore $id $evil
recover
recover $id
recover $evil
recover --list
push $id
push $id --remote $evil
push $id --config $evil.conf
push $evil
pull $id
pull $id --remote $evil --config $evil.conf
pull $evil
status
status $evil
status --config $evil.conf
remotes
remotes --config $evil.conf
remotes --config $evil
microcks $evil
thousandeyes $evil
$evil
--$evil
-$evil
list --log $evil/x
END
commands=$("$rredit" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for c in $commands; do
	grep -q "^$c" lines || echo "no line for the command $c" >>wrong
done
# The text with what $evil and $id stand for.
filled() {
	text=$1 done=
	while :; do
		case $text in
		*'$evil'*) done=$done${text%%\$evil*}$evil text=${text#*\$evil} ;;
		*'$id'*) done=$done${text%%\$id*}$id text=${text#*\$id} ;;
		*) break ;;
		esac
	done
	filled=$done$text
}
set -f
while read -r line; do
	echo "--- $line"
	set --
	for word in $line; do
		filled "$word"
		set -- "$@" "$filled"
	done
	"$rredit" "$@" </dev/null
	code=$?
	# a body goes into a pipe as it is, to be set again
	case $line in
	*--body*) ;;
	*) "$rredit" "$@" </dev/null 2>&1 | cat ;;
	esac
	# 0 to 3 are the program's answers; the rest is a crash
	[ $code -le 3 ] || echo "crashed with $code: $line" >>wrong
done <lines
echo the end of all
