#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/locate.h"
#include "json/scan.h"
#include "json/value.h"

/* The largest integer that no other one is rounded to. */
#define EXACT_MAX 9007199254740991.0

static cJSON *node_of(const struct value *v)
{
	return (cJSON *)v;
}

static struct value *value_of(cJSON *node)
{
	return (struct value *)node;
}

static cJSON *made(cJSON *node)
{
	if (!node)
		mem_exhausted();
	return node;
}

static struct value *add(struct value *c, const char *key, cJSON *node)
{
	cJSON_bool ok;

	if (key)
		ok = cJSON_AddItemToObject(node_of(c), key, made(node));
	else
		ok = cJSON_AddItemToArray(node_of(c), made(node));
	if (!ok)
		mem_exhausted();
	return value_of(node);
}

struct value *value_object(void)
{
	return value_of(made(cJSON_CreateObject()));
}

struct value *value_array(void)
{
	return value_of(made(cJSON_CreateArray()));
}

void value_free(struct value *v)
{
	cJSON_Delete(node_of(v));
}

struct value *value_add_object(struct value *c, const char *key)
{
	return add(c, key, cJSON_CreateObject());
}

struct value *value_add_array(struct value *c, const char *key)
{
	return add(c, key, cJSON_CreateArray());
}

void value_add_string(struct value *c, const char *key, const char *bytes,
		      size_t len)
{
	struct buf text;

	buf_init(&text);
	json_encode(&text, bytes, len);
	add(c, key, cJSON_CreateRaw(text.data));
	buf_release(&text);
}

void value_add_text(struct value *c, const char *key, const char *s)
{
	if (s)
		value_add_string(c, key, s, strlen(s));
	else
		value_add_null(c, key);
}

void value_add_int(struct value *c, const char *key, int64_t n)
{
	char *text = mem_format("%lld", (long long)n);

	add(c, key, cJSON_CreateRaw(text));
	free(text);
}

void value_add_bool(struct value *c, const char *key, bool b)
{
	add(c, key, cJSON_CreateBool(b));
}

void value_add_null(struct value *c, const char *key)
{
	add(c, key, cJSON_CreateNull());
}

void value_add_json(struct value *c, const char *key, const char *text,
		    size_t len)
{
	char *copy = mem_dup(text, len);

	add(c, key, cJSON_CreateRaw(copy));
	free(copy);
}

void value_print(const struct value *v, struct buf *out)
{
	char *text = cJSON_PrintUnformatted(node_of(v));

	if (!text)
		mem_exhausted();
	buf_adds(out, text);
	cJSON_free(text);
}

/* Does a string or key of the document hold a NUL? */
static bool holds_nul(const struct json_doc *doc)
{
	struct buf bytes;
	bool found = false;
	uint32_t i;

	if (!(doc->flags & (JSON_ESCAPED | JSON_KEY_ESCAPED)))
		return false;
	buf_init(&bytes);
	for (i = 0; i < doc->count && !found; i++) {
		buf_clear(&bytes);
		json_key(doc, i, &bytes);
		json_string(doc, i, &bytes);
		found = memchr(bytes.data, '\0', bytes.len) != NULL;
	}
	buf_release(&bytes);
	return found;
}

struct value *value_parse(const char *text, size_t len, struct err *err)
{
	struct json_doc doc;
	cJSON *node = NULL;

	json_doc_init(&doc);
	/* cJSON takes more than JSON, so it is not asked whether this is. */
	if (!json_scan(&doc, text, len, err))
		goto out;
	if (doc.flags & JSON_LONE_SURROGATE) {
		err_set(err, ERR_INPUT,
			_("a string holds half of a surrogate pair"));
		goto out;
	}
	if (holds_nul(&doc)) {
		err_set(err, ERR_INPUT, _("a string holds a NUL"));
		goto out;
	}
	node = cJSON_ParseWithLength(text, len);
	if (!node)
		err_set(err, ERR_LIMIT, _("more than %d brackets are open at once"),
			CJSON_NESTING_LIMIT);
out:
	json_doc_release(&doc);
	return value_of(node);
}

static const struct value *member(const struct value *v, const char *key,
				  size_t len)
{
	const cJSON *found = NULL, *kid;

	if (!cJSON_IsObject(node_of(v)))
		return NULL;
	cJSON_ArrayForEach(kid, node_of(v))
		if (strlen(kid->string) == len && !memcmp(kid->string, key, len))
			found = kid;
	return (const struct value *)found;
}

const struct value *value_at(const struct value *v, const char *dotted)
{
	while (v && *dotted) {
		size_t len = strcspn(dotted, ".");

		v = member(v, dotted, len);
		dotted += len + (dotted[len] == '.');
	}
	return v;
}

size_t value_count(const struct value *v)
{
	return v ? (size_t)cJSON_GetArraySize(node_of(v)) : 0;
}

const struct value *value_first(const struct value *v)
{
	return v ? value_of(node_of(v)->child) : NULL;
}

const struct value *value_next(const struct value *v)
{
	return value_of(node_of(v)->next);
}

const char *value_key(const struct value *v)
{
	return node_of(v)->string;
}

bool value_is_object(const struct value *v)
{
	return cJSON_IsObject(node_of(v));
}

bool value_is_array(const struct value *v)
{
	return cJSON_IsArray(node_of(v));
}

const char *value_string(const struct value *v)
{
	return cJSON_GetStringValue(node_of(v));
}

bool value_int(const struct value *v, int64_t *n)
{
	double d;

	if (!cJSON_IsNumber(node_of(v)))
		return false;
	d = node_of(v)->valuedouble;
	if (!(d >= -EXACT_MAX && d <= EXACT_MAX) || d != floor(d))
		return false;
	*n = (int64_t)d;
	return true;
}

bool value_bool(const struct value *v, bool *b)
{
	if (!cJSON_IsBool(node_of(v)))
		return false;
	*b = cJSON_IsTrue(node_of(v));
	return true;
}
