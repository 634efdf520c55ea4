#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/locate.h"

/* While a path is parsed. */
struct parser {
	const char *s, *p, *end;
	struct json_path path;
	size_t cap;
	struct err *err;
};

static bool refuse(struct parser *ps, const char *at, const char *why)
{
	err_set(ps->err, ERR_USAGE, "%s", why);
	if (ps->err)
		ps->err->offset = (size_t)(at - ps->s);
	return false;
}

static struct json_step *add_step(struct parser *ps)
{
	struct json_step *step;

	ps->path.steps = mem_room(ps->path.steps, ps->path.count, &ps->cap,
				  sizeof(*ps->path.steps));
	step = &ps->path.steps[ps->path.count++];
	memset(step, 0, sizeof(*step));
	return step;
}

static bool parse_plain(struct parser *ps)
{
	const char *start = ps->p;
	struct json_step *step;

	while (ps->p < ps->end && *ps->p != '.' && *ps->p != '[')
		ps->p++;
	if (ps->p == start)
		return refuse(ps, start, _("expected a key after the dot"));
	step = add_step(ps);
	step->key_len = (size_t)(ps->p - start);
	step->key = mem_dup(start, step->key_len);
	return true;
}

static bool parse_quoted(struct parser *ps)
{
	const char *start = ps->p++;
	struct json_step *step;
	struct buf key;
	struct err err;
	size_t len;

	while (ps->p < ps->end && *ps->p != '"')
		ps->p += *ps->p == '\\' && ps->end - ps->p > 1 ? 2 : 1;
	if (ps->p == ps->end)
		return refuse(ps, start, _("a quoted key has no closing quote"));
	len = (size_t)(++ps->p - start);
	if (!json_valid(start, len, &err))
		return refuse(ps, start + err.offset, err.msg);
	buf_init(&key);
	json_decode_span(start, len, &key);
	step = add_step(ps);
	step->key = buf_detach(&key, &step->key_len);
	return true;
}

static bool parse_index(struct parser *ps)
{
	const char *start = ps->p++;
	uint64_t index = 0;
	const char *digits = ps->p;

	for (; ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9'; ps->p++)
		if (index < JSON_NONE)
			index = index * 10 + (uint64_t)(*ps->p - '0');
	if (ps->p == digits || ps->p == ps->end || *ps->p != ']')
		return refuse(ps, start,
			      _("expected a number in brackets, as in [0]"));
	if (index >= JSON_NONE)
		return refuse(ps, start, _("the number in brackets is too large"));
	ps->p++;
	add_step(ps)->index = (uint32_t)index;
	return true;
}

static bool parse_steps(struct parser *ps)
{
	while (ps->p < ps->end) {
		bool ok;

		if (*ps->p == '[') {
			ok = parse_index(ps);
		} else if (*ps->p != '.') {
			return refuse(ps, ps->p, _("expected a dot or a bracket"));
		} else if (++ps->p < ps->end && *ps->p == '[') {
			/* .[0] at the top, and .a.[0] as jq takes it */
			ok = parse_index(ps);
		} else if (ps->p < ps->end && *ps->p == '"') {
			ok = parse_quoted(ps);
		} else {
			ok = parse_plain(ps);
		}
		if (!ok)
			return false;
	}
	return true;
}

bool json_path_parse(struct json_path *path, const char *s, size_t len,
		     struct err *err)
{
	struct parser ps = { .s = s, .p = s, .end = s + len, .err = err };

	if (len == 0 || *s != '.')
		return refuse(&ps, s, _("a path begins with a dot"));
	if (len > 1 && !parse_steps(&ps)) {
		json_path_release(&ps.path);
		return false;
	}
	*path = ps.path;
	return true;
}

void json_path_release(struct json_path *path)
{
	size_t i;

	for (i = 0; i < path->count; i++)
		free(path->steps[i].key);
	free(path->steps);
	path->steps = NULL;
	path->count = 0;
}

/* May a key stand in a path without quotes? Stricter than what the parser
 * takes, so that a path is safe in FIELD=VALUE and in a shell. */
static bool is_plain_key(const char *key, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = key[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return len > 0;
}

static void print_step(const struct json_doc *doc, uint32_t node, bool top,
		       struct buf *out)
{
	struct buf key;

	if (!doc->nodes[node].key_len) {
		buf_addf(out, top ? ".[%u]" : "[%u]", json_index_of(doc, node));
		return;
	}
	buf_init(&key);
	json_key(doc, node, &key);
	buf_addc(out, '.');
	if (is_plain_key(key.data, key.len))
		buf_add(out, key.data, key.len);
	else
		json_encode(out, key.data, key.len);
	buf_release(&key);
}

void json_path_print(const struct json_doc *doc, uint32_t node, struct buf *out)
{
	unsigned depth = doc->nodes[node].depth;
	uint32_t *steps;
	unsigned i;

	if (depth == 0) {
		buf_addc(out, '.');
		return;
	}
	steps = mem_zalloc(depth, sizeof(*steps));
	for (i = depth; i-- > 0; node = doc->nodes[node].parent)
		steps[i] = node;
	for (i = 0; i < depth; i++)
		print_step(doc, steps[i], i == 0, out);
	free(steps);
}
