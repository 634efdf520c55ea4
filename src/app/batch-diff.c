/* Two records by field, or two snapshots by uuid. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"

#define DIFF_DEPTH_MAX 256	/* deeper values are compared as texts */

/* ---- two records ---- */

struct record_diff {
	const struct json_doc *a, *b;
	uint64_t found;
	bool quiet;		/* only count */
	struct buf key;
};

static void print_value(const struct json_doc *doc, uint32_t node)
{
	char shown[ERR_QUOTE_MAX];
	const struct json_node *n = &doc->nodes[node];

	fputs(err_quote(shown, doc->text + n->off, n->len), stdout);
}

/* "- PATH: old", "+ PATH: new" or "~ PATH: old -> new". */
static void tell(struct record_diff *d, uint32_t a, uint32_t b)
{
	struct buf path;

	d->found++;
	if (d->quiet)
		return;
	buf_init(&path);
	if (a != JSON_NONE)
		json_path_print(d->a, a, &path);
	else
		json_path_print(d->b, b, &path);
	printf("%c ", a == JSON_NONE ? '+' : b == JSON_NONE ? '-' : '~');
	out_visible(path.data, path.len, false);
	fputs(": ", stdout);
	if (a != JSON_NONE)
		print_value(d->a, a);
	if (a != JSON_NONE && b != JSON_NONE)
		fputs(" -> ", stdout);
	if (b != JSON_NONE)
		print_value(d->b, b);
	putchar('\n');
	buf_release(&path);
}

static bool same_bytes(const struct record_diff *d, uint32_t a, uint32_t b)
{
	const struct json_node *x = &d->a->nodes[a], *y = &d->b->nodes[b];

	return x->len == y->len && !memcmp(d->a->text + x->off,
					   d->b->text + y->off, x->len);
}

static void compare(struct record_diff *d, uint32_t a, uint32_t b);

static uint32_t counterpart(struct record_diff *d, const struct json_doc *from,
			    uint32_t node, const struct json_doc *to,
			    uint32_t object)
{
	buf_clear(&d->key);
	json_key(from, node, &d->key);
	return json_member(to, object, d->key.data, d->key.len);
}

static void compare_objects(struct record_diff *d, uint32_t a, uint32_t b)
{
	uint32_t node, other;

	for (node = json_first(d->a, a); node != JSON_NONE;
	     node = json_next(d->a, node)) {
		other = counterpart(d, d->a, node, d->b, b);
		if (other == JSON_NONE)
			tell(d, node, JSON_NONE);
		else
			compare(d, node, other);
	}
	for (node = json_first(d->b, b); node != JSON_NONE;
	     node = json_next(d->b, node))
		if (counterpart(d, d->b, node, d->a, a) == JSON_NONE)
			tell(d, JSON_NONE, node);
}

static void compare_arrays(struct record_diff *d, uint32_t a, uint32_t b)
{
	uint32_t x = json_first(d->a, a), y = json_first(d->b, b);

	while (x != JSON_NONE || y != JSON_NONE) {
		if (x != JSON_NONE && y != JSON_NONE)
			compare(d, x, y);
		else
			tell(d, x, y);
		x = x == JSON_NONE ? x : json_next(d->a, x);
		y = y == JSON_NONE ? y : json_next(d->b, y);
	}
}

static bool same_scalar(struct record_diff *d, uint32_t a, uint32_t b)
{
	if (d->a->nodes[a].type != JSON_STRING ||
	    d->b->nodes[b].type != JSON_STRING)
		return false;
	buf_clear(&d->key);
	json_string(d->a, a, &d->key);
	return json_string_is(d->b, b, d->key.data, d->key.len);
}

static void compare(struct record_diff *d, uint32_t a, uint32_t b)
{
	const struct json_node *x = &d->a->nodes[a], *y = &d->b->nodes[b];

	if (same_bytes(d, a, b))
		return;
	if (x->type == y->type && x->depth < DIFF_DEPTH_MAX) {
		if (x->type == JSON_OBJECT) {
			compare_objects(d, a, b);
			return;
		}
		if (x->type == JSON_ARRAY) {
			compare_arrays(d, a, b);
			return;
		}
	}
	if (!same_scalar(d, a, b))
		tell(d, a, b);
}

/* Differences of two records' texts; those that are no JSON differ as a whole. */
static uint64_t diff_texts(const struct buf *a, const struct buf *b, bool quiet)
{
	struct record_diff d = {.quiet = quiet};
	struct json_doc x, y;

	json_doc_init(&x);
	json_doc_init(&y);
	buf_init(&d.key);
	d.a = &x;
	d.b = &y;
	if (json_scan(&x, a->data, a->len, NULL) &&
	    json_scan(&y, b->data, b->len, NULL))
		compare(&d, 0, 0);
	else if (a->len != b->len || memcmp(a->data, b->data, a->len))
		d.found = 1;
	buf_release(&d.key);
	json_doc_release(&x);
	json_doc_release(&y);
	return d.found;
}

/* ---- two snapshots ---- */

/* What names a record: its uuid, or for one without, its text. */
struct named {
	uint8_t name[SHA256_LEN];
	bool has_uuid;
	struct uuid uuid;
	char label[UUID_TEXT_MAX];	/* what is shown: uuid or id; "-" */
	row_id id;
	uint64_t number;
	bool met;
};

struct names {
	struct named *list;	/* in order */
	struct named **sorted;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	const struct named *const *x = a, *const *y = b;
	int order = memcmp((*x)->name, (*y)->name, SHA256_LEN);

	return order ? order : ((*x)->number > (*y)->number) -
			       ((*x)->number < (*y)->number);
}

/* A record of a repository is named by its list and its id. */
static bool name_of_repository(struct opened *o, struct named *n,
			       const struct rrpair *pair)
{
	enum repo_kind kind = document_kind(o->doc, n->id);
	uint32_t node = pair->text && kind != REPO_NONE
				? json_at(&pair->doc, 0, "id") : JSON_NONE;
	struct buf id;
	bool is;

	buf_init(&id);
	if (node != JSON_NONE && pair->doc.nodes[node].type == JSON_STRING)
		json_string(&pair->doc, node, &id);
	is = id.len > 0;
	if (is) {
		snprintf(n->label, sizeof(n->label), "%s", id.data);
		buf_addc(&id, (char)kind);
		sha256(n->name, id.data, id.len);
	}
	buf_release(&id);
	return is;
}

static bool read_names(struct opened *o, struct names *out, struct err *err)
{
	struct rrpair pair;
	struct buf text;
	bool ok = true;
	size_t i;

	out->count = document_count(o->doc);
	out->list = mem_zalloc(out->count, sizeof(*out->list));
	out->sorted = mem_zalloc(out->count, sizeof(*out->sorted));
	rrpair_init(&pair);
	buf_init(&text);
	for (i = 0; ok && i < out->count; i++) {
		struct named *n = &out->list[i];

		n->id = document_row(o->doc, i);
		n->number = i + 1;
		out->sorted[i] = n;
		buf_clear(&text);
		ok = document_text(o->doc, n->id, DOCUMENT_NOW, &text, err);
		n->has_uuid = ok && rrpair_parse(&pair, text.data, text.len,
						 NULL) &&
			      rrpair_uuid(&pair, &n->uuid);
		memcpy(n->label, "-", 2);
		if (n->has_uuid) {
			memcpy(n->name, n->uuid.b, sizeof(n->uuid.b));
			uuid_dashed(n->label, &n->uuid);
		} else if (!ok || !name_of_repository(o, n, &pair)) {
			sha256(n->name, text.data, text.len);
		}
	}
	if (out->count)
		qsort(out->sorted, out->count, sizeof(*out->sorted), by_name);
	buf_release(&text);
	rrpair_release(&pair);
	return ok;
}

static void release_names(struct names *n)
{
	free(n->list);
	free(n->sorted);
}

/* The first record of that name that was not met yet. */
static struct named *take_named(struct names *names, const struct named *like)
{
	size_t lo = 0, hi = names->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(names->sorted[mid]->name, like->name,
			   SHA256_LEN) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < names->count &&
	     !memcmp(names->sorted[lo]->name, like->name, SHA256_LEN); lo++)
		if (!names->sorted[lo]->met)
			return names->sorted[lo];
	return NULL;
}

static void print_named(char sign, const struct named *n)
{
	printf("%c ", sign);
	out_visible(n->label, strlen(n->label), false);
	printf("\t%llu", (unsigned long long)n->number);
}

static bool diff_pair(struct opened *a, const struct named *x, struct opened *b,
		      const struct named *y, struct err *err)
{
	struct buf was, now;
	uint64_t n;
	bool ok;

	buf_init(&was);
	buf_init(&now);
	ok = document_text(a->doc, x->id, DOCUMENT_NOW, &was, err) &&
	     document_text(b->doc, y->id, DOCUMENT_NOW, &now, err);
	n = ok ? diff_texts(&was, &now, true) : 0;
	if (n) {
		print_named('~', x);
		printf(" -> %llu\t", (unsigned long long)y->number);
		printf(PLURAL("%llu value\n",
			      "%llu values\n", n),
		       (unsigned long long)n);
	}
	buf_release(&was);
	buf_release(&now);
	return ok;
}

static int diff_snapshots(struct opened *a, struct opened *b)
{
	struct names x = {0}, y = {0};
	struct err err;
	bool ok = read_names(a, &x, &err) && read_names(b, &y, &err);
	size_t i;

	for (i = 0; ok && i < x.count; i++) {
		struct named *other = take_named(&y, &x.list[i]);

		if (other) {
			other->met = true;
			ok = diff_pair(a, &x.list[i], b, other, &err);
		} else {
			print_named('-', &x.list[i]);
			putchar('\n');
		}
	}
	for (i = 0; ok && i < y.count; i++)
		if (!y.list[i].met) {
			print_named('+', &y.list[i]);
			putchar('\n');
		}
	release_names(&x);
	release_names(&y);
	return ok ? 0 : batch_fail("diff", &err);
}

/* ---- the command ---- */

struct side {
	char *target;
	const char *pair;	/* NULL: all of it */
	struct opened o;
	row_id id;
	struct buf text;
};

/* TARGET:PAIR, unless all of it is a TARGET (names may hold colons). */
static bool open_side(struct batch *b, const char *arg, struct side *s,
		      struct err *err)
{
	char *colon;
	struct rowlist rows;
	bool ok;

	s->target = mem_strdup(arg);
	colon = strrchr(s->target, ':');
	if (colon && batch_is_pair(colon + 1) && access(arg, F_OK)) {
		*colon = '\0';
		s->pair = colon + 1;
	}
	if (!batch_open(b, s->target, false, &s->o, err))
		return false;
	if (!s->pair)
		return true;
	memset(&rows, 0, sizeof(rows));
	ok = batch_add_pair(&s->o, s->pair, &rows, err);
	if (ok && rows.count != 1)
		ok = err_set(err, ERR_USAGE, _("one record on each side"));
	if (ok)
		s->id = rows.ids[0];
	ok = ok && document_text(s->o.doc, s->id, DOCUMENT_NOW, &s->text, err);
	rowlist_release(&rows);
	return ok;
}

int batch_diff(struct batch *b)
{
	struct side s[2] = {{0}, {0}};
	struct err err;
	int status = 0, i;

	for (i = 0; i < 2; i++)
		buf_init(&s[i].text);
	for (i = 0; !status && i < 2; i++)
		if (!open_side(b, b->options->args[i], &s[i], &err))
			status = batch_fail(b->options->args[i], &err);
	if (!status && !s[0].pair != !s[1].pair)
		status = batch_usage_error(b,
			_("two records, or two snapshots"));
	else if (!status && s[0].pair)
		diff_texts(&s[0].text, &s[1].text, false);
	else if (!status)
		status = diff_snapshots(&s[0].o, &s[1].o);
	for (i = 0; i < 2; i++) {
		buf_release(&s[i].text);
		if (s[i].o.doc)
			batch_close(&s[i].o);
		free(s[i].target);
	}
	return status;
}
