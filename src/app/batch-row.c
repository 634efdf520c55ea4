/* One record as a line: the shape of `filter`. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/codec.h"

#define ROW_TEXTS 6

struct row_value {
	const char *name;	/* in JSON */
	enum rrpair_top top;
};

/* Those that are plain members; host and numbers are seen to apart. */
static const struct row_value row_values[ROW_TEXTS] = {
	{"ts", TOP_TS}, {"direction", TOP_DIRECTION}, {"command", TOP_COMMAND},
	{"host", TOP_NETWORK_ADDRESS}, {"location", TOP_LOCATION},
	{"status", TOP_STATUS},
};

/* The same host and status that filters see (rrpair/query.h). */
static uint32_t value_node(const struct rrpair *pair, enum rrpair_top top)
{
	uint32_t node = JSON_NONE;

	if (top == TOP_NETWORK_ADDRESS && pair->req != JSON_NONE)
		node = json_at(&pair->doc, pair->req, "host");
	if (node == JSON_NONE)
		node = pair->top[top];
	if (node == JSON_NONE && top == TOP_NETWORK_ADDRESS &&
	    pair->top[TOP_NETINFO] != JSON_NONE)
		node = json_at(&pair->doc, pair->top[TOP_NETINFO],
			       "upstream.hostname");
	if (node == JSON_NONE && top == TOP_STATUS && pair->res != JSON_NONE)
		node = json_at(&pair->doc, pair->res, "statusCode");
	return node;
}

/* Append the decoded value; false when there is none. */
static bool add_value(const struct rrpair *pair, enum rrpair_top top,
		      struct buf *out)
{
	uint32_t node = pair->text ? value_node(pair, top) : JSON_NONE;
	const struct json_node *n;

	if (node == JSON_NONE)
		return false;
	n = &pair->doc.nodes[node];
	if (n->type == JSON_STRING)
		json_string(&pair->doc, node, out);
	else
		buf_add(out, pair->text + n->off, n->len);
	return true;
}

static bool duration_of(const struct rrpair *pair, int64_t *v)
{
	uint32_t node;

	if (!pair->text)
		return false;
	node = pair->top[TOP_DURATION];
	*v = 0;
	return node == JSON_NONE || json_int64(&pair->doc, node, v);
}

static void print_json(const struct rrpair *pair, uint64_t number, size_t size)
{
	char dashed[UUID_TEXT_MAX];
	struct out_object o;
	struct uuid uuid;
	struct buf value;
	int64_t duration;
	size_t i;

	buf_init(&value);
	out_begin(&o);
	out_number(&o, "record", (int64_t)number);
	if (pair->text && rrpair_uuid(pair, &uuid)) {
		uuid_dashed(dashed, &uuid);
		out_text(&o, "uuid", dashed);
	} else {
		out_null(&o, "uuid");
	}
	for (i = 0; i < ROW_TEXTS; i++) {
		buf_clear(&value);
		if (add_value(pair, row_values[i].top, &value))
			out_string(&o, row_values[i].name, value.data,
				   value.len);
		else
			out_null(&o, row_values[i].name);
	}
	if (duration_of(pair, &duration))
		out_number(&o, "duration", duration);
	else
		out_null(&o, "duration");
	out_number(&o, "size", (int64_t)size);
	out_end(&o);
	buf_release(&value);
}

static void print_plain(const struct rrpair *pair, uint64_t number, size_t size)
{
	struct buf value;
	int64_t duration;
	size_t i;

	buf_init(&value);
	printf("%" PRIu64, number);
	for (i = 0; i < ROW_TEXTS; i++) {
		putchar('\t');
		buf_clear(&value);
		if (add_value(pair, row_values[i].top, &value) && value.len)
			out_visible(value.data, value.len, false);
		else
			putchar('-');
	}
	if (duration_of(pair, &duration))
		printf("\t%" PRId64, duration);
	else
		fputs("\t-", stdout);
	printf("\t%zu\n", size);
	buf_release(&value);
}

/* ---- records of a repository ---- */

#define MOCK_VALUES 5
static const char *const mock_names[MOCK_VALUES] = {
	"uuid", "command", "host", "location", "status",
};

static void read_mock(struct opened *o, row_id id, const struct rrpair *pair,
		      struct buf value[MOCK_VALUES])
{
	uint32_t node = pair->text ? json_at(&pair->doc, 0, "id") : JSON_NONE;

	for (size_t i = 0; i < MOCK_VALUES; i++)
		buf_init(&value[i]);
	if (node != JSON_NONE && pair->doc.nodes[node].type == JSON_STRING)
		json_string(&pair->doc, node, &value[0]);
	document_column_text(o->doc, id, COLUMN_COMMAND, &value[1]);
	document_column_text(o->doc, id, COLUMN_SERVICE, &value[2]);
	document_location(o->doc, id, BUF_MAX / 8, &value[3]);
	document_column_text(o->doc, id, COLUMN_STATUS, &value[4]);
}

static void print_mock_json(const struct buf *value, const char *kind,
			    uint64_t number, size_t size)
{
	struct out_object out;

	out_begin(&out);
	out_number(&out, "record", (int64_t)number);
	for (size_t i = 0; i < MOCK_VALUES; i++) {
		if (i == 1) {
			out_null(&out, "ts");
			out_text(&out, "direction", kind);
		}
		out_string(&out, mock_names[i],
			   value[i].len ? value[i].data : NULL, value[i].len);
	}
	out_null(&out, "duration");
	out_number(&out, "size", (int64_t)size);
	out_end(&out);
}

/* In the columns of traffic: the kind stands for the direction, the service for
 * the host; what a repository has none of is empty. */
static void print_mock(struct opened *o, row_id id, const struct rrpair *pair,
		       uint64_t number, size_t size, bool json)
{
	const char *kind = repo_kind_name(document_kind(o->doc, id));
	struct buf value[MOCK_VALUES];

	read_mock(o, id, pair, value);
	if (json) {
		print_mock_json(value, kind, number, size);
	} else {
		printf("%" PRIu64 "\t-\t%s", number, kind);
		for (size_t i = 1; i < MOCK_VALUES; i++) {
			putchar('\t');
			if (value[i].len)
				out_visible(value[i].data, value[i].len, false);
			else
				putchar('-');
		}
		printf("\t-\t%zu\n", size);
	}
	for (size_t i = 0; i < MOCK_VALUES; i++)
		buf_release(&value[i]);
}

bool batch_print_row(struct opened *o, row_id id, uint64_t number, bool json,
		     struct err *err)
{
	struct rrpair pair;
	struct buf text;
	bool ok;

	buf_init(&text);
	rrpair_init(&pair);
	ok = document_text(o->doc, id, DOCUMENT_NOW, &text, err);
	if (ok) {
		if (!rrpair_parse(&pair, text.data, text.len, NULL))
			pair.text = NULL;
		if (document_repository(o->doc))
			print_mock(o, id, &pair, number, text.len, json);
		else if (json)
			print_json(&pair, number, text.len);
		else
			print_plain(&pair, number, text.len);
	}
	rrpair_release(&pair);
	buf_release(&text);
	return ok;
}
