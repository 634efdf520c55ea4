#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "json/locate.h"
#include "store/columns_scan.h"

void columns_decode(struct columns_walk *w, const char **s, size_t *len)
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

static void decode(struct columns_walk *w, struct columns_value *v)
{
	if (!v->plain)
		columns_decode(w, &v->s, &v->len);
}

/* Strings by their meaning, numbers and words by their spelling. */
static uint32_t intern_value(struct columns_walk *w, enum column which,
			     struct columns_value v)
{
	if (v.kind != '"' && v.kind != 's')
		return 0;
	if (v.kind == 's' && v.len == 4 && !memcmp(v.s, "null", 4))
		return 0;
	if (v.kind == '"')
		decode(w, &v);
	return columns_intern(w->cache, which, v.s, v.len);
}

static void set16(struct columns_walk *w, enum column which,
		  struct columns_value v)
{
	uint32_t id = intern_value(w, which, v);

	*columns_field(w->out, which) =
		id == INTERN_OVERFLOW ? INTERN_OVERFLOW16 : (uint16_t)id;
}

/* A duration is a number (protojson's int32), whatever its spelling. Fractions
 * are cut; exponents are honoured; what is out of range goes to its end. */
static uint32_t duration_of(struct columns_value v)
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

static void set_ts(struct columns_walk *w, struct columns_value v)
{
	int64_t ns;
	int digits;

	w->out->ts = COLUMNS_NO_TS;
	if (v.kind != '"')
		return;
	decode(w, &v);
	if (rfc3339_parse(v.s, v.len, &ns, &digits))
		w->out->ts = ns;
}

static void set_uuid(struct columns_walk *w, struct columns_value v)
{
	struct uuid u;

	w->out->flags &= ~(COLUMNS_NO_UUID | COLUMNS_BAD_UUID);
	w->out->uuid = 0;
	if (v.kind != '"') {
		w->out->flags |= COLUMNS_NO_UUID;
		return;
	}
	decode(w, &v);
	if (uuid_parse(&u, v.s, v.len))
		w->out->uuid = columns_uuid_hash(u.b);
	else
		w->out->flags |= COLUMNS_BAD_UUID;
}

static void set_location(struct columns_walk *w, struct columns_value v)
{
	struct columns *c = w->out;

	c->flags &= ~(COLUMNS_LOC_ESCAPED | COLUMNS_LOC_CUT);
	c->loc_off = 0;
	c->loc_len = 0;
	if (v.kind != '"')
		return;
	c->loc_off = (uint32_t)(v.s - w->text);
	if (!v.plain && memchr(v.s, '\\', v.len))
		c->flags |= COLUMNS_LOC_ESCAPED;
	if (v.len > UINT16_MAX) {
		c->flags |= COLUMNS_LOC_CUT;
		v.len = UINT16_MAX;
	}
	c->loc_len = (uint16_t)v.len;
}

static void set_direction(struct columns_walk *w, struct columns_value v)
{
	w->out->flags &= ~(COLUMNS_IN | COLUMNS_OUT);
	if (v.kind != '"')
		return;
	decode(w, &v);
	if (v.len == 2 && !memcmp(v.s, "IN", 2))
		w->out->flags |= COLUMNS_IN;
	if (v.len == 3 && !memcmp(v.s, "OUT", 3))
		w->out->flags |= COLUMNS_OUT;
}

static void set_flag(struct columns_walk *w, unsigned flag, bool on)
{
	w->out->flags &= (uint16_t)~flag;
	if (on)
		w->out->flags |= (uint16_t)flag;
}

static bool gzip_magic(struct columns_value v)
{
	/* 1f 8b 08 in base64. */
	return v.kind == '"' && v.len >= 4 && !memcmp(v.s, "H4sI", 4);
}

void columns_forget(struct columns_walk *w, enum columns_level level)
{
	if (level == COLUMNS_IN_HTTP || level == COLUMNS_IN_REQ) {
		w->host.kind = 0;
		set_flag(w, COLUMNS_GZIP_REQ, false);
	}
	if (level == COLUMNS_IN_HTTP || level == COLUMNS_IN_RES) {
		w->code.kind = 0;
		set_flag(w, COLUMNS_GZIP_RES, false);
	}
	if (level == COLUMNS_IN_NETINFO || level == COLUMNS_IN_UPSTREAM)
		w->hostname.kind = 0;
}

#define KEY(name) (!memcmp(key, name, sizeof(name) - 1))

static void top_member(struct columns_walk *w, const char *key, size_t len,
		       struct columns_value v)
{
	switch (len) {
	case 2:
		if (KEY("ts"))
			set_ts(w, v);
		break;
	case 4:
		if (KEY("uuid"))
			set_uuid(w, v);
		else if (KEY("tech"))
			set16(w, COLUMN_TECH, v);
		break;
	case 5:
		if (KEY("isTls"))
			set_flag(w, COLUMNS_TLS, v.kind == 's' && v.len == 4 &&
							 v.s[0] == 't');
		break;
	case 6:
		if (KEY("status"))
			w->status = v;
		break;
	case 7:
		if (KEY("command"))
			set16(w, COLUMN_COMMAND, v);
		else if (KEY("service"))
			set16(w, COLUMN_SERVICE, v);
		else if (KEY("cluster"))
			set16(w, COLUMN_CLUSTER, v);
		break;
	case 8:
		if (KEY("duration"))
			w->out->duration = duration_of(v);
		else if (KEY("location"))
			set_location(w, v);
		break;
	case 9:
		if (KEY("direction"))
			set_direction(w, v);
		else if (KEY("namespace"))
			set16(w, COLUMN_NAMESPACE, v);
		break;
	case 10:
		if (KEY("l7protocol"))
			set16(w, COLUMN_L7PROTOCOL, v);
		break;
	case 15:
		if (KEY("network_address"))
			w->address = v;
		break;
	}
}

#undef KEY
#define KEY(name) (len == sizeof(name) - 1 && !memcmp(key, name, len))

void columns_take(struct columns_walk *w, enum columns_level level,
		  const char *key, size_t len, struct columns_value v)
{
	if (level == COLUMNS_TOP)
		top_member(w, key, len, v);
	else if (level == COLUMNS_IN_REQ && KEY("host"))
		w->host = v;
	else if (level == COLUMNS_IN_REQ && KEY("bodyBase64"))
		set_flag(w, COLUMNS_GZIP_REQ, gzip_magic(v));
	else if (level == COLUMNS_IN_RES && KEY("bodyBase64"))
		set_flag(w, COLUMNS_GZIP_RES, gzip_magic(v));
	else if (level == COLUMNS_IN_RES && KEY("statusCode"))
		w->code = v;
	else if (level == COLUMNS_IN_UPSTREAM && KEY("hostname"))
		w->hostname = v;
}

static uint16_t leading_code(struct columns_value v)
{
	unsigned n = 0;
	size_t i;

	if (v.kind != '"' && v.kind != 's')
		return COLUMNS_NO_CODE;
	for (i = 0; i < v.len && v.s[i] >= '0' && v.s[i] <= '9'; i++)
		n = n < 10000 ? n * 10 + (unsigned)(v.s[i] - '0') : n;
	return i == 0 || n >= COLUMNS_NO_CODE ? COLUMNS_NO_CODE : (uint16_t)n;
}

void columns_finish(struct columns_walk *w)
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
