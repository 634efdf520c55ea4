/*
 * columns_walk - the walk over a record, to be included by each scanner behind
 * its own string_end() and container_end(), so that these are inlined.
 *
 * Gives the including file `static bool walk(struct columns_walk *w)`. What
 * string_end() must say beside the end: whether the string certainly holds no
 * backslash.
 */
#ifndef RREDIT_STORE_COLUMNS_WALK_H
#define RREDIT_STORE_COLUMNS_WALK_H

#include <string.h>

#include "store/columns_scan.h"

static inline bool columns_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline void blanks(struct columns_walk *w)
{
	while (w->p < w->end && columns_is_blank(*w->p))
		w->p++;
}

/* What ends a number, true, false, null, or whatever else stands bare. */
static inline bool ends_bare(char c)
{
	switch (c) {
	case ',': case ']': case '}': case '"': case '{': case '[': case ':':
	case '\0':
		return true;
	}
	return columns_is_blank(c);
}

/* The value at p; p goes behind it. False when there is none. */
static inline bool take_value(struct columns_walk *w, struct columns_value *v)
{
	const char *from = w->p, *q;

	if (from >= w->end)
		return false;
	v->s = from;
	v->kind = *from;
	v->plain = false;
	if (*from == '"') {
		q = string_end(from + 1, w->end, &v->plain);
		if (!q)
			return false;
		v->s = from + 1;
		v->len = (size_t)(q - from - 1);
		w->p = q + 1;
		return true;
	}
	if (*from == '{' || *from == '[') {
		q = container_end(from + 1, w->end);
		if (!q)
			return false;
		v->len = (size_t)(q - from);
		w->p = q;
		return true;
	}
	for (q = from; q < w->end && !ends_bare(*q); q++)
		;
	v->kind = 's';
	v->len = (size_t)(q - from);
	w->p = q;
	return q > from;
}

#define COLUMNS_KEY(name) (len == sizeof(name) - 1 && !memcmp(key, name, len))

/* Which object to go into for this member, or -1. */
static inline int inner_level(enum columns_level level, const char *key,
			      size_t len)
{
	switch (level) {
	case COLUMNS_TOP:
		if (COLUMNS_KEY("http"))
			return COLUMNS_IN_HTTP;
		if (COLUMNS_KEY("netinfo"))
			return COLUMNS_IN_NETINFO;
		break;
	case COLUMNS_IN_HTTP:
		if (COLUMNS_KEY("req"))
			return COLUMNS_IN_REQ;
		if (COLUMNS_KEY("res"))
			return COLUMNS_IN_RES;
		break;
	case COLUMNS_IN_NETINFO:
		if (COLUMNS_KEY("upstream"))
			return COLUMNS_IN_UPSTREAM;
		break;
	case COLUMNS_IN_REQ:
	case COLUMNS_IN_RES:
	case COLUMNS_IN_UPSTREAM:
		break;
	}
	return -1;
}

#undef COLUMNS_KEY

static bool walk_object(struct columns_walk *w, enum columns_level level);

/* Go into the object at p, or skip what is there instead. */
static bool enter(struct columns_walk *w, enum columns_level level)
{
	struct columns_value v;

	columns_forget(w, level);
	if (level == COLUMNS_IN_HTTP)
		w->out->flags |= COLUMNS_HTTP;
	if (w->p < w->end && *w->p == '{') {
		w->p++;
		return walk_object(w, level);
	}
	return take_value(w, &v);
}

/* One member at p, which is behind its opening quote. */
static inline bool member(struct columns_walk *w, enum columns_level level)
{
	char decoded[32];
	const char *key = w->p;
	bool plain;
	const char *q = string_end(key, w->end, &plain);
	size_t len;
	struct columns_value v;
	int inner;

	if (!q)
		return false;
	len = (size_t)(q - key);
	w->p = q + 1;
	if (!plain && memchr(key, '\\', len)) {
		columns_decode(w, &key, &len);
		if (len > sizeof(decoded))
			len = 0;
		/* A value may be decoded next. */
		key = memcpy(decoded, key, len);
	}
	blanks(w);
	if (w->p >= w->end || *w->p != ':')
		return false;
	w->p++;
	blanks(w);
	inner = inner_level(level, key, len);
	if (inner >= 0)
		return enter(w, (enum columns_level)inner);
	if (!take_value(w, &v))
		return false;
	columns_take(w, level, key, len, v);
	return true;
}

/* p is behind the brace. */
static bool walk_object(struct columns_walk *w, enum columns_level level)
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

static bool walk(struct columns_walk *w)
{
	blanks(w);
	if (w->p >= w->end || *w->p != '{')
		return false;
	w->p++;
	if (!walk_object(w, COLUMNS_TOP))
		return false;
	blanks(w);
	return w->p == w->end;
}

#endif
