#include "config.h"

#include "rrpair/field.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"

/* Suggestions; any token is a method (RFC 9110 section 9.1). */
static const char *const methods[] = {
	"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", NULL
};
static const char *const directions[] = { "IN", "OUT", NULL };
static const char *const l7protocols[] = {
	"http", "https", "postgres", "amqp091", NULL
};

#define HTTP .protos = PROTO_HTTP
#define ANY .protos = PROTO_ANY
#define HTTP_AND(more) .protos = PROTO_HTTP | (more)
#define ANY_AND(more) .protos = PROTO_ANY | (more)

static const struct field_info table[] = {
	{ FIELD_METHOD, "method", N_("Method"),
	  N_("request method"), HTTP, .type = FIELD_CHOICE,
	  .choices = methods, .open_choice = true },
	{ FIELD_PATH, "path", N_("Path"),
	  N_("path of the request, without the query"), HTTP },
	{ FIELD_QUERY, "query", N_("Query"),
	  N_("query of the request, after the ?"), HTTP },
	{ FIELD_URL, "url", N_("URL"),
	  N_("path and query in one"), HTTP },
	{ FIELD_HOST, "host", N_("Host"),
	  N_("host that the request goes to"), HTTP },
	{ FIELD_STATUS, "status", N_("Status"),
	  N_("status code; the status text of other protocols"),
	  ANY_AND(PROTO_MOCK_RESPONSE),
	  .type = FIELD_NUMBER },
	{ FIELD_REASON, "reason", N_("Reason"),
	  N_("text after the status code"), HTTP },
	{ FIELD_CONTENTTYPE, "contenttype", N_("Content type"),
	  N_("media type of the response"),
	  HTTP_AND(PROTO_MOCK_RESPONSE | PROTO_MOCK_EVENT) },
	{ FIELD_DIRECTION, "direction", N_("Direction"),
	  N_("IN becomes a test, OUT becomes a mock"), ANY,
	  .type = FIELD_CHOICE, .choices = directions },
	{ FIELD_SERVICE, "service", N_("Service"),
	  N_("service that was captured"), ANY_AND(PROTO_MOCK_SERVICE) },
	{ FIELD_NAMESPACE, "namespace", N_("Namespace"),
	  N_("namespace of the service"), ANY },
	{ FIELD_CLUSTER, "cluster", N_("Cluster"),
	  N_("cluster of the service"), ANY },
	{ FIELD_UUID, "uuid", N_("UUID"),
	  N_("identity of the record, base64 or dashed"),
	  ANY_AND(PROTO_MOCKS) },
	{ FIELD_DURATION, "duration", N_("Duration"),
	  N_("time the response took, in milliseconds"), ANY,
	  .type = FIELD_NUMBER },
	{ FIELD_TS, "ts", N_("Time"),
	  N_("time of the request, RFC 3339"), ANY, .type = FIELD_TIME },
	{ FIELD_RESOURCE, "resource", N_("Resource"),
	  N_("workload that was captured"), ANY },
	{ FIELD_SESSION, "session", N_("Session"),
	  N_("session of the request, often a token"), ANY },
	{ FIELD_TECH, "tech", N_("Technology"),
	  N_("technology that was detected"), ANY },
	{ FIELD_COMMAND, "command", N_("Command"),
	  N_("method or detected operation, as lists show it"), ANY },
	{ FIELD_LOCATION, "location", N_("Location"),
	  N_("path, SQL text or queue, as lists show it"), ANY },
	{ FIELD_NETWORKADDR, "networkaddr", N_("Network address"),
	  N_("host and port on the network"), ANY },
	{ FIELD_L7PROTOCOL, "l7protocol", N_("Protocol"),
	  N_("protocol of the traffic"), ANY, .type = FIELD_CHOICE,
	  .choices = l7protocols, .open_choice = true },
	{ FIELD_TAG, "tag", N_("Tag"),
	  N_("one tag: tag[KEY]"), ANY_AND(PROTO_MOCK_SERVICE), .keyed = true },
	{ FIELD_REQUEST_HEADER, "request.header", N_("Request header"),
	  N_("one header of the request: request.header[NAME]"),
	  HTTP_AND(PROTO_MOCK_REQUEST | PROTO_MOCK_EVENT),
	  .keyed = true, .repeats = true },
	{ FIELD_RESPONSE_HEADER, "response.header", N_("Response header"),
	  N_("one header of the response: response.header[NAME]"),
	  HTTP_AND(PROTO_MOCK_RESPONSE),
	  .keyed = true, .repeats = true },
	{ FIELD_PARAM, "param", N_("Query parameter"),
	  N_("one parameter of the query: param[NAME]"),
	  HTTP_AND(PROTO_MOCK_REQUEST),
	  .keyed = true, .repeats = true },
	{ FIELD_REQUEST_BODY, "request.body", N_("Request body"),
	  N_("body of the request, decoded"),
	  HTTP_AND(PROTO_MOCK_REQUEST | PROTO_MOCK_EVENT |
		   PROTO_MOCK_RESOURCE), .type = FIELD_BYTES },
	{ FIELD_RESPONSE_BODY, "response.body", N_("Response body"),
	  N_("body of the response, decoded"),
	  HTTP_AND(PROTO_MOCK_RESPONSE), .type = FIELD_BYTES },
};

#define TABLE_LEN (sizeof(table) / sizeof(table[0]))

size_t field_info_count(void)
{
	return TABLE_LEN;
}

const struct field_info *field_info_at(size_t i)
{
	return i < TABLE_LEN ? &table[i] : NULL;
}

const struct field_info *field_info(enum field_id id)
{
	/* The table is in the order of the enum, which has FIELD_DOTTED first. */
	return id == FIELD_DOTTED ? NULL : field_info_at((size_t)id - 1);
}

const struct field_info *field_info_named(const char *name, size_t len)
{
	for (size_t i = 0; i < TABLE_LEN; i++)
		if (utf8_ascii_ieq(table[i].name, strlen(table[i].name),
				   name, len))
			return &table[i];
	return NULL;
}
