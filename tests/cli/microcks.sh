#!/bin/sh
# Repositories of Microcks with the commands: show, set, delete, check.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null 2>&1 || {
	echo '1..0 # SKIP python3 is not installed'
	exit 0
}
start 36
whole=$data/repository.json
fresh() {
	cat "$whole" >repo.json
}
change() { # OLD NEW: what the file must be, one text for another
	python3 -c 'import sys
text = open(sys.argv[1], encoding="utf-8").read()
assert text.count(sys.argv[2]) == 1, text.count(sys.argv[2])
sys.stdout.write(text.replace(sys.argv[2], sys.argv[3]))' \
		"$whole" "$1" "$2" >want.json
}
fresh
run 0 filter repo.json 'size > 0'
is "records are the elements, by kind" "1	-	service	REST	Tea shop	Tea shop	-
2	-	service	EVENT	Tea news	Tea news	-
3	-	resource	OPEN_API_SPEC	Tea shop	Tea shop-1.0.yaml	-
4	-	request	GET	Tea shop	/tea/{id}	-
5	-	request	GET	Tea shop	/tea/{id}	-
6	-	request	POST	Tea shop	/orders	-
7	-	response	GET	Tea shop	/tea/{id}	200
8	-	response	GET	Tea shop	/tea/{id}	404
9	-	response	POST	Tea shop	/orders	201
10	-	event	SEND	Tea news	brewed	-" "$(printf '%s\n' "$out" | cut -f1-7)"
run 0 filter repo.json 'status >= 400' --json
is "a record is named by its id" 66bb00000000000000010002 \
	"$(printf '%s' "$out" | sed 's/.*"uuid":"\([^"]*\)".*/\1/')"
run 0 show repo.json 7 --field 'response.header[Vary]'
is "a header is a field" Accept "$out"
run 0 show repo.json 4 --field 'param[id]'
is "so is a parameter" green "$out"
run 0 show repo.json 8 --body response
is "the content is the body" '{"error":"no such tea"}' "$out"
run 0 show repo.json 1 --field 'tag[domain]'
is "labels are tags" tea "$out"
run 0 set repo.json 7 'response.header[Vary]=Origin'
python3 -c 'import sys
text = open(sys.argv[1], encoding="utf-8").read()
at = text.index("\"Accept\"", text.index("\"responses\""))
sys.stdout.write(text[:at] + "\"Origin\"" + text[at + 8:])' "$whole" >want.json
same "one header changes its bytes alone" want.json repo.json
fresh
run 0 set repo.json 8 status=410
change '"status":"404"' '"status":"410"'
same "so does a status" want.json repo.json
run 1 set repo.json 8 status=ok
same "what is no status is refused" want.json repo.json
fresh
run 0 set repo.json 10 'request.body={"tea":"black"}'
change '"content":"{\"tea\":\"green\"}"' '"content":"{\"tea\":\"black\"}"'
same "content is escaped as text" want.json repo.json
fresh
run 0 set repo.json 6 'param[x]=1 2'
change '"queryParameters":null}], "responses"' \
	'"queryParameters":[{"name":"x","value":"1 2"}]}], "responses"'
same "a null becomes a list" want.json repo.json
run 0 unset repo.json 6 'request.header[Accept]'
is "a header goes with its element" '[{"name":"X-Trace","values":["a","b"]}]' \
	"$("$rredit" show repo.json 6 --field .headers)"
fresh
run 1 set repo.json 4 .foo=1
same "an error that the importer would refuse blocks" "$whole" repo.json
run 0 set repo.json 2 --force .foo=1
run 1 check repo.json
is "check says the path" \
	"repo.json:2: error: .services[1].foo: the importer knows no member foo of a Service (mock-member)" \
	"$(printf '%s\n' "$out" | grep error)"
fresh
run 0 delete repo.json 10
change "$(python3 -c 'import sys
t = open(sys.argv[1], encoding="utf-8").read()
at = t.index("[", t.index("eventMessages"))
print(t[at:t.rindex("]") + 1])' "$whole")" '[]'
same "the last element leaves an empty list" want.json repo.json
run 0 check repo.json
is "which is sound" "" "$(printf '%s\n' "$out" | grep -v mock-version)"
while read -r verdict text; do
	case $verdict in '#') continue ;; taken) want=0 ;; *) want=1 ;; esac
	printf '%s' "$text" >case.json
	run $want check case.json
done <"$data/importer-cases.txt"
is "every case gets the importer's verdict" "" ""
printf '\357\273\277' >case.json
printf '{"services":[],"resources":[],"requests":[],"responses":[]}' >>case.json
run 1 check case.json
is "a byte order mark is refused" \
	"case.json: error: a byte order mark stands before the text (not-json)" \
	"$out"
sed 's/"serviceId":"66bb00000000000000000001"/"serviceId":"nobody"/
	s/"responseId":"66bb00000000000000010002"/"responseId":"nobody"/' \
	"$whole" >repo.json
run 0 check repo.json
is "references are followed" 2 \
	"$(printf '%s\n' "$out" | grep -c mock-reference)"
sed 's/no such tea/{{no}} such tea/
	s/"name":"Tea news","version":"2"/"name":"Tea shop","version":"1.0"/' \
	"$whole" >repo.json
run 0 check repo.json
is "templates and doubles are warnings" "mock-duplicate
mock-template" "$(printf '%s\n' "$out" | sed -n 's/.*(\(mock-[dt].*\))/\1/p' |
	sort -u)"

fresh
run 0 microcks split repo.json .
is "a split is a file for each service" "./0001-Tea_shop-1.0.json
./0002-Tea_news-2.json" "$out"
run 0 check 0001-Tea_shop-1.0.json 0002-Tea_news-2.json
is "each is complete" "" "$(printf '%s\n' "$out" | grep -v mock-version)"
run 0 microcks merge whole.json 0001-Tea_shop-1.0.json 0002-Tea_news-2.json
same "merged again they are what was split" "$whole" whole.json
run 2 microcks merge dry.json 0001-Tea_shop-1.0.json --dry-run
is "no other verb pretends to" "rredit: microcks: --dry-run: there is no such option" \
	"$(printf '%s\n' "$err" | sed 1q)$([ ! -e dry.json ] || echo written)"
run 1 microcks merge whole.json repo.json
is "an existing file stays" \
	"rredit: whole.json: the file exists (--force replaces it)" "$err"
run 0 set repo.json 8 status=410
run 1 microcks merge other.json "$whole" repo.json
is "two elements of one id are an error" \
	"rredit: repo.json: record 8: another response has the id 66bb00000000000000010002" \
	"$err"
run 0 microcks strip repo.json
is "what is null and new goes" "0 1" \
	"$(grep -c callbackName repo.json) $(grep -c mainArtifact repo.json)"
run 0 microcks convert "$data/shop.jsonl" shop.json --service shop
run 0 check shop.json
is "traffic becomes a repository without errors" 0 \
	"$(printf '%s\n' "$out" | grep -c error)"

fresh
run 0 set repo.json 1 '.operations[0].name=GET /coffee/{id}'
sed 's|GET /tea/{id}|GET /coffee/{id}|g' "$whole" >want.json
same "an operation is renamed wherever it is named" want.json repo.json
fresh
run 0 set repo.json 1 .id=66bb0000000000000000000f
sed 's/66bb00000000000000000001/66bb0000000000000000000f/g' "$whole" >want.json
same "so is a service by its id" want.json repo.json
fresh
run 0 copy repo.json 4
run 0 filter repo.json 'size > 0'
is "a pair is copied as a pair" "4 4" \
	"$(printf '%s\n' "$out" | grep -c request) $(printf '%s\n' "$out" |
	grep -c response)"
run 0 check repo.json
is "with ids of its own" "" "$(printf '%s\n' "$out" | grep -v mock-version)"
fresh
run 0 copy repo.json 1
run 0 check repo.json
is "a service with all that is its own" "18 " \
	"$("$rredit" filter repo.json 'size > 0' --count) $(
	printf '%s\n' "$out" | grep -v mock-version)"

fresh
run 0 set repo.json 8 status=410
run 0 diff "$whole" repo.json
is "records are compared by id" "~ 66bb00000000000000010002" \
	"$(printf '%s\n' "$out" | cut -f1)"
run 0 filter repo.json 'location CONTAINS orders' --count
is "an operation is a location" 2 "$out"
run 0 filter repo.json 'resp_json[id] IS green' --count
is "filters look into content" 1 "$out"
