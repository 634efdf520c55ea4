#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/check.h"

/*
 * The table. Order is that of enum check_id. Codes are for ever: scripts, the
 * configuration and the manual name them.
 */
static const struct check_rule rules[CHECK_COUNT] = {
	{ CHECK_NOT_JSON, "not-json", CHECK_ERROR,
	  N_("not JSON"),
	  N_("The line is not one JSON text, so neither the analyzer nor a "
	     "replay can read it. It is kept as it is and can be edited as "
	     "text; often it is a pretty-printed record spread over lines."),
	  NULL },
	{ CHECK_NOT_OBJECT, "not-object", CHECK_ERROR,
	  N_("not a JSON object"),
	  N_("An RRPair is a JSON object; this line holds another value."),
	  NULL },
	{ CHECK_UTF8, "utf8", CHECK_ERROR,
	  N_("not UTF-8"),
	  N_("JSON is UTF-8 (RFC 8259, section 8.1). A string holds bytes that "
	     "are not, or half a surrogate pair; binary content belongs into "
	     "a base64 member."),
	  NULL },
	{ CHECK_MSGTYPE, "msgtype", CHECK_ERROR,
	  N_("msgType is not \"rrpair\""),
	  N_("Every record of raw traffic has the msgType \"rrpair\"; others "
	     "are log events and not replayed."),
	  N_("set msgType to \"rrpair\"") },
	{ CHECK_UUID_SIZE, "uuid-size", CHECK_ERROR,
	  N_("uuid is not 16 bytes"),
	  N_("A uuid is the base64 of exactly 16 bytes."),
	  N_("give the record a fresh uuid") },
	{ CHECK_UUID_DUPLICATE, "uuid-duplicate", CHECK_ERROR,
	  N_("uuid occurs twice in the file"),
	  N_("A uuid names one record of a snapshot. Copies made by hand often "
	     "keep the uuid of their original."),
	  N_("give the record a fresh uuid") },
	{ CHECK_TS, "ts", CHECK_ERROR,
	  N_("ts is not an RFC 3339 time"),
	  N_("ts is the time of the request, as 2026-01-31T12:00:00.123456Z."),
	  NULL },
	{ CHECK_DIRECTION, "direction", CHECK_ERROR,
	  N_("direction is neither IN nor OUT"),
	  N_("IN becomes a test, OUT becomes a mock; anything else becomes "
	     "neither."),
	  N_("set direction from tags.proxyLocation") },
	{ CHECK_BASE64, "base64", CHECK_ERROR,
	  N_("not valid base64"),
	  N_("Bodies, signature values and replacement values are standard "
	     "base64 with padding (RFC 4648, section 4)."),
	  N_("mend blanks, line breaks, alphabet and padding") },
	{ CHECK_GZIP, "gzip", CHECK_ERROR,
	  N_("corrupt gzip body"),
	  N_("The body's bytes begin like gzip but do not inflate, so no "
	     "client can read them."),
	  NULL },
	{ CHECK_TYPE, "type", CHECK_ERROR,
	  N_("wrong JSON type"),
	  N_("The member has a type that the RRPair message does not allow "
	     "there."),
	  N_("convert the value where nothing is lost") },
	{ CHECK_HEADERS_TYPE, "headers-type", CHECK_ERROR,
	  N_("headers are not arrays of strings"),
	  N_("Headers and query parameters are an object of arrays of "
	     "strings, also for a single value."),
	  N_("put the value into an array, as a string") },
	{ CHECK_TAGS_TYPE, "tags-type", CHECK_ERROR,
	  N_("tag is not a string"),
	  N_("All values of tags are strings, numbers and flags too."),
	  N_("write the value as a string") },
	{ CHECK_PROTOCOL, "protocol", CHECK_ERROR,
	  N_("not exactly one protocol body"),
	  N_("A record holds the body of one protocol: http, postgres, "
	     "AmqpV091 or another."),
	  NULL },
	{ CHECK_HEADER_NAME, "header-name", CHECK_ERROR,
	  N_("header name with illegal bytes"),
	  N_("A header name is a token: letters, digits and "
	     "!#$%&'*+-.^_`|~ (RFC 9110, section 5.1)."),
	  NULL },
	{ CHECK_HEADER_VALUE, "header-value", CHECK_ERROR,
	  N_("line break in a header value"),
	  N_("CR, LF and NUL may not occur in a header value (RFC 9110, "
	     "section 5.5); they would end or split the header."),
	  N_("replace the line breaks with a blank") },

	{ CHECK_MOCK_FILE, "mock-file", CHECK_ERROR,
	  N_("not the lists of a Microcks repository"),
	  N_("The file is an object of the lists services, resources, "
	     "requests and responses, and perhaps eventMessages. The importer "
	     "refuses any other member and stores nothing, whatever it "
	     "answers."),
	  NULL },
	{ CHECK_MOCK_MEMBER, "mock-member", CHECK_ERROR,
	  N_("a member that the importer does not know"),
	  N_("One unknown member, and the importer of Microcks stores nothing "
	     "of the whole file, though it answers 201."),
	  N_("remove the member") },
	{ CHECK_MOCK_TYPE, "mock-type", CHECK_ERROR,
	  N_("a value that the importer cannot read"),
	  N_("The value is of a type that the importer of Microcks does not "
	     "take there; it stores nothing of the file then."),
	  NULL },
	{ CHECK_MOCK_ENUM, "mock-enum", CHECK_ERROR,
	  N_("not one of the words that are allowed"),
	  N_("The importer of Microcks knows a list of words for this member, "
	     "in capitals as they are; any other makes it store nothing."),
	  NULL },
	{ CHECK_METHOD_DIFFERS, "method-differs", CHECK_WARNING,
	  N_("command and method disagree"),
	  N_("command repeats http.req.method, unless an operation was "
	     "detected in its place."),
	  N_("set command to the method") },
	{ CHECK_PATH_DIFFERS, "path-differs", CHECK_WARNING,
	  N_("copies of the path disagree"),
	  N_("location, http.req.url and the path of http.req.uri are the "
	     "same path."),
	  N_("set the copy from http.req.url") },
	{ CHECK_QUERY_DIFFERS, "query-differs", CHECK_WARNING,
	  N_("query and queryParams disagree"),
	  N_("http.req.queryParams repeats the query of http.req.uri."),
	  N_("set queryParams from http.req.uri") },
	{ CHECK_HOST_DIFFERS, "host-differs", CHECK_WARNING,
	  N_("copies of the host disagree"),
	  N_("http.req.host, the Host header and network_address name the "
	     "same host; ports are not compared."),
	  N_("set the copy from http.req.host") },
	{ CHECK_STATUS_DIFFERS, "status-differs", CHECK_WARNING,
	  N_("copies of the status disagree"),
	  N_("status and http.res.statusMessage begin with "
	     "http.res.statusCode."),
	  N_("set the copy from http.res.statusCode") },
	{ CHECK_CONTENTTYPE_DIFFERS, "contenttype-differs", CHECK_WARNING,
	  N_("contentType and the Content-Type header disagree"),
	  N_("http.res.contentType repeats the Content-Type header of the "
	     "response."),
	  N_("set the copy from contentType") },
	{ CHECK_DIRECTION_DIFFERS, "direction-differs", CHECK_WARNING,
	  N_("direction and tags.proxyLocation disagree"),
	  N_("IN goes with \"in\", OUT with \"out\"; message streams are the "
	     "exception."),
	  N_("set tags.proxyLocation from direction") },
	{ CHECK_BODY_DIFFERS, "body-differs", CHECK_WARNING,
	  N_("copies of the body disagree"),
	  N_("body and bodyString repeat the decoded bodyBase64; which one a "
	     "push takes is not documented."),
	  N_("set the copy from bodyBase64") },
	{ CHECK_SIGNATURE_STALE, "signature-stale", CHECK_WARNING,
	  N_("signature does not match the request"),
	  N_("A mock answers requests whose signature equals its own; this "
	     "one no longer describes the recorded request."),
	  N_("compute the signature anew") },
	{ CHECK_SIGNATURE_DIFFERS, "signature-differs", CHECK_WARNING,
	  N_("signature and mutableSignature disagree"),
	  N_("mutableSignature holds the values of signature as plain text."),
	  N_("set mutableSignature from signature") },
	{ CHECK_ENCODING_DIFFERS, "encoding-differs", CHECK_WARNING,
	  N_("Content-Encoding and the edited body disagree"),
	  N_("After the edit the header says that the body is compressed and "
	     "the bytes are not, or the other way round."),
	  NULL },
	{ CHECK_UUID_MISSING, "uuid-missing", CHECK_WARNING,
	  N_("no uuid"),
	  N_("Without a uuid a record can be matched by its content only, in "
	     "merges and in recovery."),
	  N_("give the record a fresh uuid") },
	{ CHECK_DUPLICATE_KEY, "duplicate-key", CHECK_WARNING,
	  N_("key occurs twice in an object"),
	  N_("Readers differ in which of the two values they take."),
	  NULL },
	{ CHECK_METADATA, "metadata", CHECK_WARNING,
	  N_("snapshot metadata missing or broken"),
	  N_("Beside the directory of a snapshot lies its metadata, "
	     "<id>.json; without it a snapshot cannot be pushed."),
	  NULL },

	{ CHECK_MOCK_SHAPE, "mock-shape", CHECK_WARNING,
	  N_("not as the schema of repositories has it"),
	  N_("The importer takes the value, but not as it stands: it is "
	     "converted, left out or missing."),
	  NULL },
	{ CHECK_MOCK_REFERENCE, "mock-reference", CHECK_WARNING,
	  N_("refers to nothing in the file"),
	  N_("Operations, services, responses and replies are named by id. "
	     "Without the other end the record is stored and never found."),
	  NULL },
	{ CHECK_MOCK_ID, "mock-id", CHECK_WARNING,
	  N_("an id that will not do"),
	  N_("Ids of exports are 24 hexadecimal digits. A record without one "
	     "gets one on the server; a service with another can never be "
	     "exported again."),
	  NULL },
	{ CHECK_MOCK_DUPLICATE, "mock-duplicate", CHECK_WARNING,
	  N_("there twice"),
	  N_("An id names one record, a name and version one service, a name "
	     "one message of an operation. The importer does not look."),
	  NULL },
	{ CHECK_MOCK_TEMPLATE, "mock-template", CHECK_WARNING,
	  N_("{{ in recorded content"),
	  N_("A mock evaluates {{ }} in what it answers, so recorded content "
	     "with braces may come out changed."),
	  NULL },
	{ CHECK_MOCK_DISPATCH, "mock-dispatch", CHECK_WARNING,
	  N_("the mock cannot answer with it"),
	  N_("What a mock needs to match a request and pick a response is "
	     "missing or out of range."),
	  NULL },
	{ CHECK_MOCK_LOST, "mock-lost", CHECK_WARNING,
	  N_("imported, but lost afterwards"),
	  N_("The importer takes it, and no view, mock or later export shows "
	     "it again."),
	  NULL },
	{ CHECK_MOCK_SIZE, "mock-size", CHECK_WARNING,
	  N_("larger than servers take by default"),
	  N_("Servers refuse files over MAX_UPLOAD_FILE_SIZE, 2 MB unless "
	     "set. Split the repository by service: each part is complete."),
	  NULL },
	{ CHECK_MOCK_VERSION, "mock-version", CHECK_WARNING,
	  N_("a member of later versions"),
	  N_("Servers refuse members that they do not know yet. Those that "
	     "are null say nothing and can go."),
	  N_("remove such members where they are null") },
	{ CHECK_CONTENT_LENGTH, "content-length", CHECK_NOTE,
	  N_("Content-Length is not the length of the stored body"),
	  N_("Usual in captures: the header keeps the length on the wire "
	     "while the stored body is decoded or was edited."),
	  N_("set Content-Length to the stored length") },
	{ CHECK_DECODED, "decoded", CHECK_NOTE,
	  N_("body already decoded under a Content-Encoding header"),
	  N_("Usual in captures: the header says gzip, the stored bytes are "
	     "plain. Replays compress again."),
	  NULL },
	{ CHECK_JWT_EXPIRED, "jwt-expired", CHECK_NOTE,
	  N_("expired JWT"),
	  N_("The token's exp lies in the past. A replay may be refused "
	     "unless a transform signs it anew."),
	  NULL },
	{ CHECK_SECRET, "secret", CHECK_NOTE,
	  N_("looks like a secret"),
	  N_("The value has the shape of a live credential. Redact it before "
	     "the snapshot leaves this machine."),
	  NULL },
	{ CHECK_TS_UNSORTED, "ts-unsorted", CHECK_NOTE,
	  N_("earlier than the record before"),
	  N_("Records are in the order of their ts in most captures; "
	     "analysis sorts them anew."),
	  NULL },
};

const struct check_rule *check_rule(enum check_id id)
{
	return &rules[id];
}

bool check_rule_needs_file(const struct check_rule *rule)
{
	switch (rule->id) {
	case CHECK_UUID_DUPLICATE:
	case CHECK_TS_UNSORTED:
	case CHECK_MOCK_REFERENCE:
	case CHECK_MOCK_DUPLICATE:
	case CHECK_MOCK_VERSION:
	case CHECK_MOCK_SIZE:
		return true;
	default:
		return false;
	}
}

const struct check_rule *check_rule_by_code(const char *code)
{
	size_t i;

	for (i = 0; i < CHECK_COUNT; i++)
		if (!strcmp(rules[i].code, code))
			return &rules[i];
	return NULL;
}

const char *check_severity_name(enum check_severity severity)
{
	static const char *const names[] = { "note", "warning", "error" };

	return names[severity];
}
