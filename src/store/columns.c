#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "json/locate.h"
#include "store/columns.h"
#include "store/columns_scan.h"

#define POOL16_MAX (INTERN_OVERFLOW16 - 1)
#define POOL_HOST_MAX ((uint32_t)1 << 20)

struct columns_pools *columns_pools_new(void)
{
	struct columns_pools *p = mem_zalloc(1, sizeof(*p));

	p->refs = 1;
	for (int i = 0; i < COLUMN_POOLS; i++)
		p->pool[i] = intern_new(i == COLUMN_HOST ? POOL_HOST_MAX
							 : POOL16_MAX);
	return p;
}

struct columns_pools *columns_pools_ref(struct columns_pools *p)
{
	atomic_fetch_add(&p->refs, 1);
	return p;
}

void columns_pools_unref(struct columns_pools *p)
{
	if (!p || atomic_fetch_sub(&p->refs, 1) > 1)
		return;
	for (int i = 0; i < COLUMN_POOLS; i++)
		intern_free(p->pool[i]);
	free(p);
}

static uint16_t *field16(struct columns *c, enum column which)
{
	switch (which) {
	case COLUMN_STATUS:
		return &c->status;
	case COLUMN_COMMAND:
		return &c->command;
	case COLUMN_SERVICE:
		return &c->service;
	case COLUMN_L7PROTOCOL:
		return &c->l7protocol;
	case COLUMN_TECH:
		return &c->tech;
	case COLUMN_CLUSTER:
		return &c->cluster;
	case COLUMN_NAMESPACE:
		return &c->namespace_;
	case COLUMN_HOST:
	case COLUMN_POOLS:
		break;
	}
	return NULL;
}

uint32_t columns_id(const struct columns *c, enum column which)
{
	uint16_t id;

	if (which == COLUMN_HOST)
		return c->host;
	id = *field16((struct columns *)c, which);
	return id == INTERN_OVERFLOW16 ? INTERN_OVERFLOW : id;
}

const char *columns_text(const struct columns_pools *p, const struct columns *c,
			 enum column which, size_t *len, bool *overflow)
{
	uint32_t id = columns_id(c, which);

	if (overflow)
		*overflow = id == INTERN_OVERFLOW;
	return intern_text(p->pool[which], id, len);
}

void columns_cache_init(struct columns_cache *cache,
			struct columns_pools *pools)
{
	memset(cache, 0, sizeof(*cache));
	cache->pools = pools;
}

static uint64_t mix(uint64_t h)
{
	h *= 0x9E3779B97F4A7C15u;
	return h ^ h >> 32;
}

static uint32_t cached_id(struct columns_cache *cache, enum column which,
			  const char *s, size_t len)
{
	uint64_t a = 0, b = 0;
	size_t half = len < 8 ? len : 8;
	unsigned at;
	uint32_t id;

	/* Both ends and the length tell what occurs apart well enough. */
	memcpy(&a, s, half);
	memcpy(&b, s + len - half, half);
	at = mix(mix(a + len) + b + (unsigned)which) % COLUMNS_CACHE;
	if (cache->slot[at].text && cache->slot[at].pool == (unsigned)which &&
	    cache->slot[at].len == len &&
	    !memcmp(cache->slot[at].text, s, len))
		return cache->slot[at].id;
	id = intern_add(cache->pools->pool[which], s, len);
	if (id != INTERN_OVERFLOW) {
		size_t n;

		cache->slot[at].text =
			intern_text(cache->pools->pool[which], id, &n);
		cache->slot[at].len = (uint32_t)n;
		cache->slot[at].id = id;
		cache->slot[at].pool = which;
	}
	return id;
}

uint32_t columns_uuid_hash(const uint8_t uuid[16])
{
	uint64_t a, b;
	uint32_t h;

	memcpy(&a, uuid, 8);
	memcpy(&b, uuid + 8, 8);
	h = (uint32_t)mix(mix(a) + b);
	return h ? h : 1;
}

static const char *string_end(const char *p, const char *end)
{
	for (;;) {
		const char *q = memchr(p, '"', (size_t)(end - p));
		const char *b = q;

		if (!q)
			return NULL;
		/* p is never inside a run of backslashes, so none is counted
		 * twice. */
		while (b > p && b[-1] == '\\')
			b--;
		if ((q - b) % 2 == 0)
			return q;
		p = q + 1;
	}
}

static const char *skip(const char *p, const char *end)
{
	size_t depth = 1;

	while (p < end) {
		switch (*p++) {
		case '"':
			p = string_end(p, end);
			if (!p)
				return NULL;
			p++;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return p;
			break;
		}
	}
	return NULL;
}

static const struct columns_ops portable_ops = { string_end, skip };
static _Atomic bool force_portable;

static const struct columns_ops *pick_ops(void)
{
	const struct columns_ops *ops = columns_ops_avx2();

	return ops && !force_portable ? ops : &portable_ops;
}

const char *columns_scanner(void)
{
	return pick_ops() == &portable_ops ? "portable" : "avx2";
}

void columns_force_portable(bool portable)
{
	force_portable = portable;
}

/* Objects that are walked; every other value is skipped whole. */
enum level { TOP, HTTP, REQ, RES, NETINFO, UPSTREAM };

/* A value: its bytes; quoted when it is a string (quotes not included). */
struct value {
	const char *s;
	size_t len;
	char kind;	/* '"', '{', '[', or 's' for what stands bare */
};

struct walk {
	const char *text, *p, *end;
	const struct columns_ops *ops;
	struct columns_cache *cache;
	struct columns *out;
	struct value host, address, hostname, code, status;
	struct buf decoded;	/* initialised when a backslash is met */
	bool decoding;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void blanks(struct walk *w)
{
	while (w->p < w->end && is_blank(*w->p))
		w->p++;
}

/* The decoded bytes of a string without its quotes. Good until the next. */
static void decode(struct walk *w, const char **s, size_t *len)
{
	if (!memchr(*s, '\\', *len))
		return;
	if (!w->decoding)
		buf_init(&w->decoded);
	w->decoding = true;
	buf_clear(&w->decoded);
	json_decode_span(*s - 1, *len + 2, &w->decoded);
	*s = w->decoded.data;
	*len = w->decoded.len;
}

/* Strings by their meaning, numbers and words by their spelling. */
static uint32_t intern_value(struct walk *w, enum column which, struct value v)
{
	if (v.kind != '"' && v.kind != 's')
		return 0;
	if (v.kind == 's' && v.len == 4 && !memcmp(v.s, "null", 4))
		return 0;
	if (v.kind == '"')
		decode(w, &v.s, &v.len);
	return cached_id(w->cache, which, v.s, v.len);
}

static void set16(struct walk *w, enum column which, struct value v)
{
	uint32_t id = intern_value(w, which, v);

	*field16(w->out, which) =
		id == INTERN_OVERFLOW ? INTERN_OVERFLOW16 : (uint16_t)id;
}

/* A duration is a number (protojson's int32), whatever its spelling. Fractions
 * are cut; exponents are honoured; what is out of range goes to its end. */
static uint32_t duration_of(struct value v)
{
	double n = 0, scale = 1;
	size_t i = 0;
	int exp = 0, sign = 1;

	if (v.kind != 's')
		return 0;
	for (; i < v.len && v.s[i] >= '0' && v.s[i] <= '9'; i++)
		n = n * 10 + (v.s[i] - '0');
	if (i < v.len && v.s[i] == '.')
		for (i++; i < v.len && v.s[i] >= '0' && v.s[i] <= '9'; i++)
			n += (v.s[i] - '0') * (scale /= 10);
	if (i > 0 && i < v.len && (v.s[i] | 32) == 'e') {
		i++;
		if (i < v.len && (v.s[i] == '-' || v.s[i] == '+'))
			sign = v.s[i++] == '-' ? -1 : 1;
		for (; i < v.len && v.s[i] >= '0' && v.s[i] <= '9'; i++)
			exp = exp < 400 ? exp * 10 + (v.s[i] - '0') : exp;
		for (; exp > 0 && n > 0 && n < 1e10; exp--)
			n = sign > 0 ? n * 10 : n / 10;
	}
	return n >= UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void set_ts(struct walk *w, struct value v)
{
	int64_t ns;
	int digits;

	w->out->ts = COLUMNS_NO_TS;
	if (v.kind != '"')
		return;
	decode(w, &v.s, &v.len);
	if (rfc3339_parse(v.s, v.len, &ns, &digits))
		w->out->ts = ns;
}

static void set_uuid(struct walk *w, struct value v)
{
	struct uuid u;

	w->out->flags &= ~(COLUMNS_NO_UUID | COLUMNS_BAD_UUID);
	w->out->uuid = 0;
	if (v.kind != '"') {
		w->out->flags |= COLUMNS_NO_UUID;
		return;
	}
	decode(w, &v.s, &v.len);
	if (uuid_parse(&u, v.s, v.len))
		w->out->uuid = columns_uuid_hash(u.b);
	else
		w->out->flags |= COLUMNS_BAD_UUID;
}

static void set_location(struct walk *w, struct value v)
{
	struct columns *c = w->out;

	c->flags &= ~(COLUMNS_LOC_ESCAPED | COLUMNS_LOC_CUT);
	c->loc_off = 0;
	c->loc_len = 0;
	if (v.kind != '"')
		return;
	c->loc_off = (uint32_t)(v.s - w->text);
	if (memchr(v.s, '\\', v.len))
		c->flags |= COLUMNS_LOC_ESCAPED;
	if (v.len > UINT16_MAX) {
		c->flags |= COLUMNS_LOC_CUT;
		v.len = UINT16_MAX;
	}
	c->loc_len = (uint16_t)v.len;
}

static void set_direction(struct walk *w, struct value v)
{
	w->out->flags &= ~(COLUMNS_IN | COLUMNS_OUT);
	if (v.kind != '"')
		return;
	decode(w, &v.s, &v.len);
	if (v.len == 2 && !memcmp(v.s, "IN", 2))
		w->out->flags |= COLUMNS_IN;
	if (v.len == 3 && !memcmp(v.s, "OUT", 3))
		w->out->flags |= COLUMNS_OUT;
}

static void set_flag(struct walk *w, unsigned flag, bool on)
{
	w->out->flags &= (uint16_t)~flag;
	if (on)
		w->out->flags |= (uint16_t)flag;
}

static bool gzip_magic(struct value v)
{
	/* 1f 8b 08 in base64. */
	return v.kind == '"' && v.len >= 4 && !memcmp(v.s, "H4sI", 4);
}

static bool walk_object(struct walk *w, enum level level);

/* The value at p; p goes behind it. False when there is none. */
static bool take_value(struct walk *w, struct value *v)
{
	const char *from;

	if (w->p >= w->end)
		return false;
	from = w->p;
	v->kind = *from;
	if (*from == '"') {
		const char *q = w->ops->string_end(from + 1, w->end);

		if (!q)
			return false;
		*v = (struct value){ from + 1, (size_t)(q - from - 1), '"' };
		w->p = q + 1;
		return true;
	}
	if (*from == '{' || *from == '[') {
		const char *q = w->ops->skip(from + 1, w->end);

		if (!q)
			return false;
		*v = (struct value){ from, (size_t)(q - from), *from };
		w->p = q;
		return true;
	}
	while (w->p < w->end && !strchr(",]}\"{[:", *w->p) && !is_blank(*w->p))
		w->p++;
	*v = (struct value){ from, (size_t)(w->p - from), 's' };
	return w->p > from;
}

/* Go into the object at p, or skip what is there instead. */
static bool enter(struct walk *w, enum level level)
{
	struct value v;

	if (w->p < w->end && *w->p == '{') {
		w->p++;
		return walk_object(w, level);
	}
	return take_value(w, &v);
}

static void forget(struct walk *w, enum level level)
{
	if (level == HTTP || level == REQ) {
		w->host.kind = 0;
		set_flag(w, COLUMNS_GZIP_REQ, false);
	}
	if (level == HTTP || level == RES) {
		w->code.kind = 0;
		set_flag(w, COLUMNS_GZIP_RES, false);
	}
	if (level == NETINFO || level == UPSTREAM)
		w->hostname.kind = 0;
}

#define KEY(name) (klen == sizeof(name) - 1 && !memcmp(k, name, klen))

/* Which object to go into for this member, or -1. */
static int inner_level(enum level level, const char *k, size_t klen)
{
	switch (level) {
	case TOP:
		if (KEY("http"))
			return HTTP;
		if (KEY("netinfo"))
			return NETINFO;
		break;
	case HTTP:
		if (KEY("req"))
			return REQ;
		if (KEY("res"))
			return RES;
		break;
	case NETINFO:
		if (KEY("upstream"))
			return UPSTREAM;
		break;
	case REQ:
	case RES:
	case UPSTREAM:
		break;
	}
	return -1;
}

static void top_member(struct walk *w, const char *k, size_t klen,
		       struct value v)
{
	if (KEY("ts"))
		set_ts(w, v);
	else if (KEY("duration"))
		w->out->duration = duration_of(v);
	else if (KEY("uuid"))
		set_uuid(w, v);
	else if (KEY("direction"))
		set_direction(w, v);
	else if (KEY("location"))
		set_location(w, v);
	else if (KEY("network_address"))
		w->address = v;
	else if (KEY("isTls"))
		set_flag(w, COLUMNS_TLS,
			 v.kind == 's' && v.len == 4 && v.s[0] == 't');
	else if (KEY("status"))
		w->status = v;
	else if (KEY("command"))
		set16(w, COLUMN_COMMAND, v);
	else if (KEY("service"))
		set16(w, COLUMN_SERVICE, v);
	else if (KEY("l7protocol"))
		set16(w, COLUMN_L7PROTOCOL, v);
	else if (KEY("tech"))
		set16(w, COLUMN_TECH, v);
	else if (KEY("cluster"))
		set16(w, COLUMN_CLUSTER, v);
	else if (KEY("namespace"))
		set16(w, COLUMN_NAMESPACE, v);
}

static void inner_member(struct walk *w, enum level level, const char *k,
			 size_t klen, struct value v)
{
	if (level == REQ && KEY("host"))
		w->host = v;
	else if (level == REQ && KEY("bodyBase64"))
		set_flag(w, COLUMNS_GZIP_REQ, gzip_magic(v));
	else if (level == RES && KEY("bodyBase64"))
		set_flag(w, COLUMNS_GZIP_RES, gzip_magic(v));
	else if (level == RES && KEY("statusCode"))
		w->code = v;
	else if (level == UPSTREAM && KEY("hostname"))
		w->hostname = v;
}

/* One member at p, which is behind its opening quote. */
static bool member(struct walk *w, enum level level)
{
	char key[32];
	const char *k = w->p;
	const char *q = w->ops->string_end(k, w->end);
	size_t klen;
	struct value v;
	int inner;

	if (!q)
		return false;
	klen = (size_t)(q - k);
	w->p = q + 1;
	if (memchr(k, '\\', klen)) {
		decode(w, &k, &klen);
		if (klen > sizeof(key))
			klen = 0;
		k = memcpy(key, k, klen);	/* a value may be decoded next */
	}
	blanks(w);
	if (w->p >= w->end || *w->p != ':')
		return false;
	w->p++;
	blanks(w);
	inner = inner_level(level, k, klen);
	if (inner >= 0) {
		forget(w, (enum level)inner);
		if (inner == HTTP)
			w->out->flags |= COLUMNS_HTTP;
		return enter(w, (enum level)inner);
	}
	if (!take_value(w, &v))
		return false;
	if (level == TOP)
		top_member(w, k, klen, v);
	else
		inner_member(w, level, k, klen, v);
	return true;
}

/* p is behind the brace. */
static bool walk_object(struct walk *w, enum level level)
{
	blanks(w);
	if (w->p < w->end && *w->p == '}') {
		w->p++;
		return true;
	}
	while (w->p < w->end && *w->p == '"') {
		w->p++;
		if (!member(w, level))
			return false;
		blanks(w);
		if (w->p >= w->end)
			return false;
		if (*w->p == '}') {
			w->p++;
			return true;
		}
		if (*w->p++ != ',')
			return false;
		blanks(w);
	}
	return false;
}

static uint16_t leading_code(struct value v)
{
	unsigned n = 0;
	size_t i;

	if (v.kind != '"' && v.kind != 's')
		return COLUMNS_NO_CODE;
	for (i = 0; i < v.len && v.s[i] >= '0' && v.s[i] <= '9'; i++)
		n = n < 10000 ? n * 10 + (unsigned)(v.s[i] - '0') : n;
	return i == 0 || n >= COLUMNS_NO_CODE ? COLUMNS_NO_CODE : (uint16_t)n;
}

/* What depends on more than one member, whatever their order was. */
static void finish(struct walk *w)
{
	struct columns *c = w->out;

	set16(w, COLUMN_STATUS, w->status);
	c->code = leading_code(w->status);
	if (c->code == COLUMNS_NO_CODE)
		c->code = leading_code(w->code);
	c->host = intern_value(w, COLUMN_HOST, w->host);
	if (c->host)
		return;
	c->host = intern_value(w, COLUMN_HOST, w->address);
	if (!c->host)
		c->host = intern_value(w, COLUMN_HOST, w->hostname);
	if (c->host)
		c->flags |= COLUMNS_HOST_DERIVED;
}

#define EOL_FLAGS (COLUMNS_CRLF | COLUMNS_NO_EOL)

void columns_scan_cached(const char *text, size_t len,
			 struct columns_cache *cache, struct columns *out)
{
	struct walk w = {
		.text = text,
		.p = text,
		.end = text + len,
		.ops = pick_ops(),
		.cache = cache,
		.out = out,
	};
	bool closed = false;

	*out = (struct columns){
		.off = out->off,
		.len = (uint32_t)len,
		.ts = COLUMNS_NO_TS,
		.code = COLUMNS_NO_CODE,
		.flags = (out->flags & EOL_FLAGS) | COLUMNS_NO_UUID,
	};
	if (len > COLUMNS_SCAN_MAX) {
		out->flags |= COLUMNS_HUGE;
		return;
	}
	blanks(&w);
	if (w.p < w.end && *w.p == '{') {
		w.p++;
		closed = walk_object(&w, TOP);
	}
	blanks(&w);
	if (!closed || w.p != w.end)
		out->flags |= COLUMNS_BROKEN;
	finish(&w);
	if (w.decoding)
		buf_release(&w.decoded);
}

void columns_scan(const char *text, size_t len, struct columns_pools *pools,
		  struct columns *out)
{
	struct columns_cache *cache = mem_alloc(sizeof(*cache));
	char *padded = mem_alloc(len + COLUMNS_PAD);

	if (len)
		memcpy(padded, text, len);
	memset(padded + len, 0, COLUMNS_PAD);
	columns_cache_init(cache, pools);
	columns_scan_cached(padded, len, cache, out);
	free(padded);
	free(cache);
}
