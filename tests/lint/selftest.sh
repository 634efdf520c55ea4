#!/bin/sh
# Does lint.sh see what it is for? A small sound tree passes; each sample
# breaks one rule in it and must be found, by its file and by its message.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

sound_tree() {
	rm -rf src tests
	mkdir -p src/base src/json src/ui src/app tests/unit
	printf '%%D%%/err.c %%D%%/err.h\\\n\t%%D%%/x.c\n' >src/base/files.mk
	echo 'x = %D%/scan.c' >src/json/files.mk
	echo 'x = %D%/list.c %D%/term.c' >src/ui/files.mk
	echo 'x = %D%/app.c' >src/app/files.mk
	echo 'x = %D%/test-err.c' >tests/unit/base.mk
	echo 'x = src/main.c' >Makefile.am
	cat >src/base/err.h <<'EOF'
/* err - a header. */
#ifndef RREDIT_BASE_ERR_H
#define RREDIT_BASE_ERR_H
int err(void);
#endif
EOF
	cat >src/base/err.c <<'EOF'
#include "config.h"

#include <pthread.h>

#include "base/err.h"

/* system() in a comment, and "strcpy(" in one */
int err(void)
{
	return puts("system(x) /* no comment */") + xstrcpy(1);
}
EOF
	for f in json/scan ui/list app/app; do
		printf '#include "config.h"\n\n#include "base/err.h"\n' >src/$f.c
	done
	printf '#include "config.h"\n#include <curses.h>\n' >src/ui/term.c
	printf '#include "config.h"\n#include "ui/list.h"\n' >src/main.c
	printf '#include "config.h"\n#include "unit.h"\n' >tests/unit/test-err.c
}

verdict() { # NAME STATUS
	n=$((n + 1))
	if [ "$2" = 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' said
	fi
}

found() { # NAME FILE MESSAGE: lint must say both in one line
	"$here/lint.sh" . >said 2>&1
	grep "^# $2:" said | grep -qF -- "$3" && grep -q '^not ok' said
	verdict "$1" $?
	sound_tree
}

add() { # FILE TEXT
	printf '%b\n' "$2" >>"$1"
}

total=29
ctags --version 2>/dev/null | grep -q 'Universal Ctags' && total=30
echo 1..$total
sound_tree
"$here/lint.sh" . >said 2>&1
! grep -q '^not ok' said
verdict "a sound tree passes" $?

add src/json/scan.c '#include "ui/list.h"'
found "json includes ui" src/json/scan.c 'json may not include ui/list.h'
add src/ui/list.c '#include "json/scan.h"'
found "ui includes json" src/ui/list.c 'ui may not include json/scan.h'
add src/base/err.h '#include "json/scan.h"'
found "a header of base includes json" src/base/err.h 'base may not include'
add src/ui/list.c '#include "list.h"'
found "an include without its layer" src/ui/list.c 'include it as'
add src/ui/list.c '#include <ncursesw/curses.h>'
found "curses away from home" src/ui/list.c curses.h
add src/json/scan.c '#include <cjson/cJSON.h>'
found "cJSON away from home" src/json/scan.c cJSON.h
add src/ui/list.c '#include <pthread.h>'
found "threads away from home" src/ui/list.c pthread.h
add src/base/err.c '#include <libintl.h>'
found "libintl away from home" src/base/err.c libintl.h
add src/app/app.c '#include <curl/curl.h>'
found "curl away from home" src/app/app.c curl.h
mkdir src/junk; echo '#include "config.h"' >src/junk/a.c
found "a layer nobody knows" src/junk/a.c 'a layer that is unknown'
printf '#include <stdio.h>\n#include "config.h"\n' >src/base/x.c
found "config.h is second" src/base/x.c:1 'config.h is not included first'
echo 'int x;' >src/base/x.c
found "no include at all" src/base/x.c 'config.h is not included first'
sed -i 's/RREDIT_BASE_ERR_H/RREDIT_ERR_H/' src/base/err.h
found "a guard of another name" src/base/err.h 'the guard is not RREDIT_BASE_ERR_H'
echo 'int err(void);' >src/base/err.h
found "no guard" src/base/err.h 'no guard'
awk 'BEGIN { for (i = 0; i < 701; i++) print "" }' >>src/base/err.c
found "a long file" src/base/err.c 'more than 700'
add src/base/err.c "$(printf '\t/*%090d*/' 0)"
found "a long line" src/base/err.c '102 columns'
add src/base/err.c 'int y; '
found "a blank at the end" src/base/err.c:12 'blanks at the end'
add src/base/err.c 'int y;\r'
found "a carriage return" src/base/err.c 'blanks at the end'
add src/base/err.c '        int y;'
found "blanks for a tab" src/base/err.c 'instead of tabs'
add src/base/err.c '/* TO''DO: later */'
found "a note of work to do" src/base/err.c 'not done'
for call in 'strcpy(a, b)' 'x = atoi (s)' '(void)system("ls")'; do
	add src/base/err.c "$call;"
	found "a banned call: $call" src/base/err.c 'a banned function'
done
printf '/* a\n"b\n*/ gets(s);\n' >>src/base/err.c
found "a banned call after a comment" src/base/err.c 'a banned function'
add src/base/err.c 'typedef struct err err_t;'
found "a typedef of a struct" src/base/err.c 'typedef'
add tests/unit/test-err.c 'usleep(10);'
found "a test that sleeps" tests/unit/test-err.c 'sleeps'
echo '#include "config.h"' >src/base/new.c
found "a file in no list" src/base/new.c 'in no files.mk'
echo '#include "config.h"' >tests/unit/test-new.c
found "a test in no list" tests/unit/test-new.c 'in no files.mk'
if [ $total = 30 ]; then
	{
		printf 'int long_one(void)\n{\n'
		awk 'BEGIN { for (i = 0; i < 70; i++) print "\terr();" }'
		printf '}\n'
	} >>src/base/err.c
	found "a long function" src/base/err.c 'long_one() has 73 lines'
fi
