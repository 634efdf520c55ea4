# The rules of the house that a line of C can break. Reads C sources named by
# their paths from the top of the tree; prints FILE:LINE: MESSAGE for each
# breach. LC_ALL=C, so that a character is a byte.

BEGIN {
	# Who may include whom. app may include everything.
	may["base"] = "base"
	may["json"] = "base json"
	may["store"] = "base json store"
	may["rrpair"] = "base json rrpair"
	may["edit"] = "base json store rrpair edit"
	may["remote"] = "base json store rrpair remote"
	may["ui"] = "base ui"
	may["app"] = "base json store rrpair edit remote ui app"

	# System headers that have one home.
	home["curses.h"] = "^src/ui/term\\.c$"
	home["cJSON.h"] = "^src/json/value\\.c$"
	home["pthread.h"] = "^src/base/[a-z0-9_]*\\.c$"
	home["libintl.h"] = "^src/base/i18n\\.h$"
	home["pcre2.h"] = "^src/base/regex\\.c$"
	home["curl.h"] = "^src/remote/transfer-curl\\.h$"
	home["expat.h"] = "^src/remote/xml\\.c$"

	banned = "strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|" \
		"system|popen|mktemp|tmpnam|tempnam"
	sleeps = "sleep|usleep|nanosleep|clock_nanosleep"
	word = "(TO" "DO|FIX" "ME|XX" "X)"
	max_columns = 100
	max_lines = 700
}

function say(message) {
	print FILENAME ":" FNR ": " message
}

function start_file(    part) {
	end_file()
	previous = FILENAME
	in_comment = 0
	includes = 0
	directives = 0
	source = FILENAME ~ /^src\//
	header = FILENAME ~ /\.h$/
	split(FILENAME, part, "/")
	layer = source ? (part[3] == "" ? "app" : part[2]) : "tests"
	if (source && !(layer in may))
		say("a layer that is unknown to the rules: " layer)
	guard = FILENAME
	sub(/^src\//, "", guard)
	sub(/^tests\/.*\//, "tests/", guard)
	guard = toupper(guard)
	gsub(/[^A-Z0-9]/, "_", guard)
	guard = "RREDIT_" guard
}

function end_file() {
	if (previous == "")
		return
	if (previous ~ /^src\// && lines > max_lines)
		print previous ":" lines ": " lines " lines, more than " max_lines
	if (previous ~ /\.c$/ && !includes)
		print previous ":1: config.h is not included first"
	if (header && directives < 2)
		print previous ":1: no guard " guard
}

# The line without comments and the insides of literals.
function code(s,    out, mark) {
	out = ""
	while (s != "") {
		if (in_comment) {
			if (!match(s, /\*\//))
				return out
			in_comment = 0
			s = substr(s, RSTART + 2)
		} else if (match(s, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//)) {
			out = out substr(s, 1, RSTART - 1) " "
			mark = substr(s, RSTART, 2)
			s = substr(s, RSTART + RLENGTH)
			if (mark == "//")
				return out
			if (mark == "/*")
				in_comment = 1
		} else {
			return out s
		}
	}
	return out
}

function columns(s,    n, i, c) {
	gsub(/[\200-\277]/, "", s)
	n = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		n = c == "\t" ? n + 8 - n % 8 : n + 1
	}
	return n
}

function check_include(s,    name, from, base) {
	includes++
	name = s
	sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", name)
	sub(/[>"].*/, "", name)
	if (includes == 1 && !header && name != "config.h")
		say("config.h is not included first")
	base = name
	sub(/.*\//, "", base)
	if (base ~ /^n?curses(w)?\.h$/)
		base = "curses.h"
	if (base in home && source && FILENAME !~ home[base])
		say(base " has another home than this")
	if (!source || s !~ /"/ || name == "config.h")
		return
	from = name
	sub(/\/.*/, "", from)
	if (from == name)
		say("include it as \"layer/" name "\"")
	else if (index(" " may[layer] " ", " " from " ") == 0)
		say(layer " may not include " name)
}

function check_directive(s) {
	directives++
	if (!header)
		return
	if (directives == 1 && s !~ ("^#ifndef " guard "$"))
		say("the guard is not " guard)
	if (directives == 2 && s !~ ("^#define " guard "$"))
		say("the guard is not " guard)
}

FNR == 1 { start_file() }
{
	lines = FNR
	if (/[ \t\r]$/)
		say("blanks at the end of the line")
	if (/^ *\t* +\t/ || /^\t*        /)
		say("indented with blanks instead of tabs")
	if (length($0) > max_columns / 8 && columns($0) > max_columns)
		say(columns($0) " columns, more than " max_columns)
	if ($0 ~ ("(^|[^A-Za-z_])" word "([^A-Za-z_]|$)"))
		say("a note about work that is not done")

	was_comment = in_comment
	text = (in_comment || /["'\/]/) ? code($0) : $0
	if (!was_comment && /^[ \t]*#/) {
		if (/^[ \t]*#[ \t]*include/)
			check_include($0)
		check_directive($0)
	}
	if (match(text, "(^|[^A-Za-z0-9_.>])(" banned ")[ \t]*\\("))
		say("a banned function: " substr(text, RSTART, RLENGTH) ")")
	if (!source && match(text, "(^|[^A-Za-z0-9_.>])(" sleeps ")[ \t]*\\("))
		say("a test that sleeps")
	if (text ~ /typedef[ \t]+(struct|union)[ \t{]/)
		say("a typedef of a struct")
}
END { end_file() }
