#include "config.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/i18n.h"
#include "base/mem.h"
#include "json/scan.h"

/*
 * One loop reads the text: a key when an object is open, then a scalar or the
 * opening of a container, then everything that closes or separates. The loop
 * is compiled twice: `build` makes nodes, else a bit for each open container
 * is all that is remembered.
 */
#define ALWAYS_INLINE inline __attribute__((always_inline))

struct scanner {
	const char *text, *end;
	struct json_doc *doc;		/* NULL: validate only */
	uint32_t parent;		/* innermost open container, or JSON_NONE */
	unsigned depth;			/* containers that are open */
	bool in_object;
	const char *key, *key_end;	/* of the member that is being read */
	uint8_t key_flags;
	enum err_code code;
	const char *why, *at;		/* of the failure; why is untranslated */
	uint64_t objects[JSON_DEPTH_MAX / 64 + 1];	/* without nodes: a bit
							   a level */
};

static const char *fail(struct scanner *sc, const char *at, const char *why)
{
	sc->code = ERR_INPUT;
	sc->at = at;
	sc->why = why;
	return NULL;
}

static ALWAYS_INLINE bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static ALWAYS_INLINE const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static ALWAYS_INLINE bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

/* Is *p a byte that a string holds as it is and that says nothing more? */
static ALWAYS_INLINE bool is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first byte from p on that is not plain ASCII of a string. */
static ALWAYS_INLINE const char *skip_plain(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(0x20);

	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed: below 0x20 are the controls and all beyond ASCII. */
		__m128i odd = _mm_or_si128(_mm_cmplt_epi8(v, space),
				_mm_or_si128(_mm_cmpeq_epi8(v, quote),
					     _mm_cmpeq_epi8(v, backslash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(odd);

		if (mask)
			return p + __builtin_ctz(mask);
		p += 16;
	}
#endif
	while (p < end && is_plain(*p))
		p++;
	return p;
}

/* Bytes of the well-formed UTF-8 sequence at p, which starts beyond ASCII; 0
 * when there is none (Unicode 15, table 3-7). */
static size_t utf8_sequence(const char *s, const char *end)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t left = (size_t)(end - s);
	size_t need = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	unsigned low = 0x80, high = 0xBF;
	size_t i;

	if (p[0] < 0xC2 || p[0] > 0xF4 || left < need)
		return 0;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < need; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return need;
}

static const char *skip_beyond_ascii(const char *p, const char *end,
				     uint8_t *flags)
{
	do {
		size_t n = utf8_sequence(p, end);

		if (!n)
			*flags |= JSON_BAD_UTF8;
		p += n ? n : 1;
	} while (p < end && (*p & 0x80));
	return p;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The value of \uXXXX at p, or -1. */
static long unicode_escape(const char *p, const char *end)
{
	long v = 0;
	int i;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (i = 2; i < 6; i++) {
		int d = hex_digit(p[i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* p is at a backslash inside a string; past the escape, or NULL. */
static const char *skip_escape(struct scanner *sc, const char *p,
			       uint8_t *flags)
{
	long unit, low;

	if (p + 1 == sc->end)
		return p + 1;	/* the caller misses the closing quote */
	if (p[1] != 'u') {
		if (p[1] && strchr("\"\\/bfnrt", p[1]))
			return p + 2;
		return fail(sc, p, N_("unknown escape in a string"));
	}
	unit = unicode_escape(p, sc->end);
	if (unit < 0)
		return fail(sc, p, N_("\\u needs four hexadecimal digits"));
	if (unit < 0xD800 || unit > 0xDFFF)
		return p + 6;
	low = unit <= 0xDBFF ? unicode_escape(p + 6, sc->end) : -1;
	if (low >= 0xDC00 && low <= 0xDFFF)
		return p + 12;
	*flags |= JSON_LONE_SURROGATE;
	return p + 6;
}

/* What a string holds besides plain ASCII: past it, or NULL. */
static const char *skip_odd(struct scanner *sc, const char *p, uint8_t *flags)
{
	if (*p & 0x80)
		return skip_beyond_ascii(p, sc->end, flags);
	if (*p == '\\') {
		*flags |= JSON_ESCAPED;
		return skip_escape(sc, p, flags);
	}
	return fail(sc, p, N_("a control character in a string must be escaped"));
}

/* p is at the opening quote; past the closing one, or NULL. */
static ALWAYS_INLINE const char *scan_string(struct scanner *sc, const char *p,
					     uint8_t *flags)
{
	const char *start = p++;

	for (;;) {
		p = skip_plain(p, sc->end);
		if (p == sc->end)
			return fail(sc, start,
				    N_("a string has no closing quote"));
		if (*p == '"')
			return p + 1;
		p = skip_odd(sc, p, flags);
		if (!p)
			return NULL;
	}
}

static ALWAYS_INLINE const char *scan_digits(struct scanner *sc, const char *p)
{
	if (!is_digit(p, sc->end))
		return fail(sc, p, N_("expected a digit"));
	while (is_digit(p, sc->end))
		p++;
	return p;
}

static ALWAYS_INLINE const char *scan_number(struct scanner *sc, const char *p)
{
	if (*p == '-')
		p++;
	if (is_digit(p, sc->end) && *p == '0') {
		p++;
		if (is_digit(p, sc->end))
			return fail(sc, p - 1,
				    N_("a number must not begin with a zero"));
	} else {
		p = scan_digits(sc, p);
	}
	if (p && p < sc->end && *p == '.')
		p = scan_digits(sc, p + 1);
	if (p && p < sc->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < sc->end && (*p == '+' || *p == '-'))
			p++;
		p = scan_digits(sc, p);
	}
	return p;
}

static const char *scan_word(struct scanner *sc, const char *p,
			     const char *word, size_t len)
{
	if ((size_t)(sc->end - p) < len || memcmp(p, word, len))
		return fail(sc, p, N_("expected a value"));
	return p + len;
}

static ALWAYS_INLINE const char *scan_scalar(struct scanner *sc, const char *p,
					     enum json_type *type,
					     uint8_t *flags)
{
	switch (*p) {
	case '"':
		*type = JSON_STRING;
		return scan_string(sc, p, flags);
	case 't':
		*type = JSON_TRUE;
		return scan_word(sc, p, "true", 4);
	case 'f':
		*type = JSON_FALSE;
		return scan_word(sc, p, "false", 5);
	case 'n':
		*type = JSON_NULL;
		return scan_word(sc, p, "null", 4);
	default:
		*type = JSON_NUMBER;
		if (*p != '-' && !is_digit(p, sc->end))
			return fail(sc, p, N_("expected a value"));
		return scan_number(sc, p);
	}
}

static void grow_nodes(struct json_doc *doc)
{
	doc->cap = doc->cap ? doc->cap * 2 : 64;
	doc->nodes = mem_grow(doc->nodes, doc->cap, sizeof(*doc->nodes));
}

/* A node for the value that begins at p; its number, or JSON_NONE. */
static ALWAYS_INLINE uint32_t add_node(struct scanner *sc, const char *p,
				       enum json_type type)
{
	struct json_doc *doc = sc->doc;
	struct json_node *node;
	uint32_t id = doc->count;

	if (id == doc->cap) {
		if (id == JSON_NODES_MAX) {
			fail(sc, p, N_("more values than can be held"));
			sc->code = ERR_LIMIT;
			return JSON_NONE;
		}
		grow_nodes(doc);
	}
	node = &doc->nodes[id];
	node->off = (uint32_t)(p - sc->text);
	node->key_off = 0;
	node->key_len = 0;
	node->parent = sc->parent;
	node->next = id + 1;
	node->children = 0;
	node->type = type;
	node->flags = 0;
	node->depth = (uint16_t)sc->depth;
	if (sc->parent != JSON_NONE)
		doc->nodes[sc->parent].children++;
	if (sc->in_object) {
		node->key_off = (uint32_t)(sc->key - sc->text);
		node->key_len = (uint32_t)(sc->key_end - sc->key);
		node->flags = sc->key_flags;
	}
	doc->count = id + 1;
	return id;
}

/* A member's key and colon; up to its value, or NULL. */
static ALWAYS_INLINE const char *scan_key(struct scanner *sc, const char *p)
{
	uint8_t flags = 0;

	p = skip_blanks(p, sc->end);
	if (p == sc->end || *p != '"')
		return fail(sc, p, N_("expected a key in double quotes"));
	sc->key = p;
	p = scan_string(sc, p, &flags);
	if (!p)
		return NULL;
	sc->key_end = p;
	if (flags & JSON_ESCAPED)
		flags ^= JSON_ESCAPED | JSON_KEY_ESCAPED;
	sc->key_flags = flags;
	p = skip_blanks(p, sc->end);
	if (p == sc->end || *p != ':')
		return fail(sc, p, N_("expected a colon after the key"));
	return p + 1;
}

/* Go into the container that opens at p; past its bracket, or NULL. */
static ALWAYS_INLINE const char *open_container(struct scanner *sc,
						const char *p, bool build)
{
	bool object = *p == '{';

	if (sc->depth == JSON_DEPTH_MAX) {
		sc->code = ERR_LIMIT;
		sc->at = p;
		return NULL;
	}
	if (build) {
		uint32_t id = add_node(sc, p, object ? JSON_OBJECT : JSON_ARRAY);

		if (id == JSON_NONE)
			return NULL;
		sc->doc->flags |= sc->doc->nodes[id].flags;
		sc->parent = id;
	} else {
		uint64_t bit = (uint64_t)1 << (sc->depth % 64);

		if (object)
			sc->objects[sc->depth / 64] |= bit;
		else
			sc->objects[sc->depth / 64] &= ~bit;
	}
	sc->depth++;
	sc->in_object = object;
	return p + 1;
}

/* Leave the innermost container; end is past its bracket. */
static ALWAYS_INLINE void close_container(struct scanner *sc, const char *end,
					  bool build)
{
	sc->depth--;
	if (build) {
		struct json_node *nodes = sc->doc->nodes;
		struct json_node *node = &nodes[sc->parent];

		node->len = (uint32_t)(end - sc->text) - node->off;
		node->next = sc->doc->count;
		sc->parent = node->parent;
		sc->in_object = sc->depth > 0 &&
				nodes[sc->parent].type == JSON_OBJECT;
	} else if (sc->depth > 0) {
		unsigned level = sc->depth - 1;

		sc->in_object = sc->objects[level / 64] >> (level % 64) & 1;
	} else {
		sc->in_object = false;
	}
}

/* What follows a value: closing brackets, then a comma (past which it
 * returns) or, when nothing is open any more, the end. NULL on failure. */
static ALWAYS_INLINE const char *scan_after(struct scanner *sc, const char *p,
					    bool build)
{
	for (;;) {
		p = skip_blanks(p, sc->end);
		if (sc->depth == 0) {
			if (p == sc->end)
				return p;
			return fail(sc, p, N_("text after the end of the value"));
		}
		if (p < sc->end && *p == ',')
			return p + 1;
		if (p == sc->end || *p != (sc->in_object ? '}' : ']'))
			break;
		p++;
		close_container(sc, p, build);
	}
	if (sc->in_object)
		return fail(sc, p, N_("expected a comma or a closing brace"));
	return fail(sc, p, N_("expected a comma or a closing bracket"));
}

/* A scalar, or the opening of a container (*opened); past it, or NULL. */
static ALWAYS_INLINE const char *scan_value(struct scanner *sc, const char *p,
					    bool build, bool *opened)
{
	enum json_type type = JSON_NULL;
	const char *start;
	uint8_t flags = 0;
	uint32_t id;

	p = skip_blanks(p, sc->end);
	if (p == sc->end)
		return fail(sc, p, N_("expected a value"));
	*opened = *p == '{' || *p == '[';
	if (*opened)
		return open_container(sc, p, build);
	start = p;
	p = scan_scalar(sc, p, &type, &flags);
	if (!p || !build)
		return p;
	id = add_node(sc, start, type);
	if (id == JSON_NONE)
		return NULL;
	sc->doc->nodes[id].len = (uint32_t)(p - start);
	sc->doc->nodes[id].flags |= flags;
	sc->doc->flags |= sc->doc->nodes[id].flags;
	return p;
}

static ALWAYS_INLINE bool scan_text(struct scanner *sc, bool build)
{
	const char *p = sc->text;
	bool opened;

	do {
		if (sc->in_object) {
			p = scan_key(sc, p);
			if (!p)
				return false;
		}
		p = scan_value(sc, p, build, &opened);
		if (!p)
			return false;
		if (opened) {
			p = skip_blanks(p, sc->end);
			if (p == sc->end ||
			    *p != (sc->in_object ? '}' : ']'))
				continue;
		}
		p = scan_after(sc, p, build);
		if (!p)
			return false;
	} while (sc->depth > 0);
	return true;
}

static bool refuse(const struct scanner *sc, struct err *err)
{
	if (!sc->why)
		err_set(err, sc->code, _("more than %d brackets are open at once"),
			JSON_DEPTH_MAX);
	else if (sc->at == sc->end && sc->text == sc->end)
		err_set(err, sc->code, _("%s, but the text is empty"), _(sc->why));
	else if (sc->at == sc->end)
		err_set(err, sc->code, _("%s, but the text ends here"), _(sc->why));
	else
		err_set(err, sc->code, "%s", _(sc->why));
	if (err)
		err->offset = (size_t)(sc->at - sc->text);
	return false;
}

/* Set up, and refuse what is no JSON from its first byte on. */
static bool begin(struct scanner *sc, const char *text, size_t len,
		  struct err *err)
{
	if (len > JSON_TEXT_MAX)
		return err_set(err, ERR_LIMIT,
			       _("the text has more than %zu bytes"),
			       JSON_TEXT_MAX);
	if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
		return err_set(err, ERR_INPUT,
			       _("the text begins with a byte order mark"));
	sc->text = text ? text : "";
	sc->end = sc->text + len;
	sc->doc = NULL;
	sc->parent = JSON_NONE;
	sc->depth = 0;
	sc->in_object = false;
	sc->why = NULL;
	return true;
}

void json_doc_init(struct json_doc *doc)
{
	memset(doc, 0, sizeof(*doc));
}

void json_doc_release(struct json_doc *doc)
{
	free(doc->nodes);
	json_doc_init(doc);
}

bool json_scan(struct json_doc *doc, const char *text, size_t len,
	       struct err *err)
{
	struct scanner sc;

	doc->count = 0;
	doc->flags = 0;
	if (!begin(&sc, text, len, err))
		return false;
	doc->text = sc.text;
	doc->len = len;
	sc.doc = doc;
	if (scan_text(&sc, true))
		return true;
	doc->count = 0;
	doc->flags = 0;
	return refuse(&sc, err);
}

bool json_valid(const char *text, size_t len, struct err *err)
{
	struct scanner sc;

	if (!begin(&sc, text, len, err))
		return false;
	return scan_text(&sc, false) || refuse(&sc, err);
}
