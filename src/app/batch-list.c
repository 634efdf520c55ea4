#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch-sync.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "store/lineindex.h"

/* Files up to this size are counted; of larger ones the metadata is believed,
 * which an edit leaves behind. */
#define COUNT_BYTES_MAX ((uint64_t)256 << 20)

#define LIST_COLUMNS 6

static int64_t count_pairs(const struct library_entry *e)
{
	struct columns_pools *pools;
	struct lineindex *ix;
	struct source *src;
	int64_t count = -1;

	if (e->bytes > COUNT_BYTES_MAX)
		return e->pairs;
	src = source_open(e->raw_path, NULL, NULL, NULL);
	if (!src)
		return e->pairs;
	pools = columns_pools_new();
	ix = lineindex_new(src, pools, NULL, NULL, NULL, NULL);
	if (ix) {
		count = (int64_t)lineindex_count(ix);
		lineindex_unref(ix);
	}
	columns_pools_unref(pools);
	source_unref(src);
	return count;
}

/* How a snapshot stands with the default remote, without asking it; NULL when
 * no remote is the default. */
struct sync_words {
	struct batch_sync sync;
	const struct remote_conf *remote;
	bool open;
};

/* A configuration that is wrong is no reason not to list. */
static void words_open(struct sync_words *w, struct batch *b)
{
	struct err err;

	w->open = batch_sync_load(b, &w->sync, &err);
	w->remote = w->open ? syncer_remote(&w->sync.syncer, NULL, &err)
			    : NULL;
}

static bool sync_of(struct sync_words *w, const struct library_entry *e,
		    enum sync_status *out)
{
	struct sync_env env;

	if (!w->remote)
		return false;
	env = syncer_env(&w->sync.syncer, w->remote, NULL, NULL);
	*out = sync_offline(&env, e->id, true);
	return true;
}

static void print_json(struct sync_words *w, const struct library_entry *e)
{
	enum sync_status sync;
	int64_t pairs = count_pairs(e);
	char when[RFC3339_MAX];
	struct out_object o;

	out_begin(&o);
	out_text(&o, "id", e->id);
	out_text(&o, "name", e->name);
	out_text(&o, "service", e->services);
	if (pairs >= 0)
		out_number(&o, "pairs", pairs);
	else
		out_null(&o, "pairs");
	out_number(&o, "bytes", (int64_t)e->bytes);
	if (e->mtime_ns) {
		rfc3339_format(when, e->mtime_ns, 0);
		out_text(&o, "changed", when);
	} else {
		out_null(&o, "changed");
	}
	if (sync_of(w, e, &sync))
		out_text(&o, "sync", sync_status_word(sync));
	else
		out_null(&o, "sync");
	out_end(&o);
}

/* ---- as a table ---- */

struct table_text {
	char **cells;		/* LIST_COLUMNS of each row, visible */
	size_t rows, cap;
};

static char *visible(const char *s)
{
	struct buf shown;

	buf_init(&shown);
	if (s && *s)
		utf8_visible(&shown, s, strlen(s), false);
	else
		buf_addc(&shown, '-');
	return buf_detach(&shown, NULL);
}

static void add_row(struct table_text *t, char *const cells[LIST_COLUMNS])
{
	t->cells = mem_room(t->cells, t->rows, &t->cap,
			    LIST_COLUMNS * sizeof(*t->cells));
	memcpy(t->cells + LIST_COLUMNS * t->rows++, cells,
	       LIST_COLUMNS * sizeof(*cells));
}

static void add_entry(struct table_text *t, struct sync_words *w,
		      const struct library_entry *e)
{
	enum sync_status sync;
	int64_t pairs = count_pairs(e);
	char when[RFC3339_MAX] = "-";
	char *cells[LIST_COLUMNS];
	const char *problem = library_problem_text(e->problems);

	if (!problem && sync_of(w, e, &sync))
		problem = sync_status_text(sync);
	if (e->mtime_ns)
		rfc3339_format(when, e->mtime_ns, 0);
	cells[0] = visible(e->id);
	cells[1] = visible(e->name);
	cells[2] = pairs < 0 ? mem_strdup("-") : mem_format("%" PRId64, pairs);
	cells[3] = mem_format("%" PRIu64, e->bytes);
	cells[4] = mem_strdup(when);
	cells[5] = mem_strdup(problem ? problem : "-");
	add_row(t, cells);
}

/* A terminal gets columns and a heading, a pipe tabs and nothing else. */
static void print_table(const struct table_text *t, bool terminal)
{
	size_t width[LIST_COLUMNS] = {0};
	size_t i, k, pad;

	for (i = 0; i < t->rows * LIST_COLUMNS; i++) {
		size_t w = utf8_columns(t->cells[i], strlen(t->cells[i]));

		if (w > width[i % LIST_COLUMNS])
			width[i % LIST_COLUMNS] = w;
	}
	for (i = terminal ? 0 : 1; i < t->rows; i++) {
		for (k = 0; k < LIST_COLUMNS; k++) {
			const char *s = t->cells[LIST_COLUMNS * i + k];

			fputs(s, stdout);
			if (k == LIST_COLUMNS - 1)
				break;
			if (!terminal) {
				putchar('\t');
				continue;
			}
			for (pad = utf8_columns(s, strlen(s));
			     pad < width[k] + 2; pad++)
				putchar(' ');
		}
		putchar('\n');
	}
}

static void print_plain(struct sync_words *w, const struct library_list *list,
			bool terminal)
{
	struct table_text t = {0};
	char *heading[LIST_COLUMNS];
	size_t i;

	heading[0] = mem_strdup(_("id"));
	heading[1] = mem_strdup(_("name"));
	heading[2] = mem_strdup(_("pairs"));
	heading[3] = mem_strdup(_("bytes"));
	heading[4] = mem_strdup(_("changed"));
	heading[5] = mem_strdup(_("state"));
	add_row(&t, heading);
	for (i = 0; i < list->count; i++)
		add_entry(&t, w, &list->entries[i]);
	print_table(&t, terminal);
	for (i = 0; i < t.rows * LIST_COLUMNS; i++)
		free(t.cells[i]);
	free(t.cells);
}

int batch_list(struct batch *b)
{
	struct sync_words words = {0};
	const char *store;
	struct library_list list;
	struct err err;
	size_t i;

	store = batch_store(b, &err);
	if (!store)
		return batch_fail(_("store"), &err);
	if (!library_scan(store, &list, &err))
		return batch_fail(store, &err);
	words_open(&words, b);
	if (batch_given(b, OPTION_JSON))
		for (i = 0; i < list.count; i++)
			print_json(&words, &list.entries[i]);
	else
		print_plain(&words, &list, b->terminal);
	if (words.open)
		batch_sync_close(&words.sync);
	library_list_release(&list);
	return 0;
}
