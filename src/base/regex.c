#include "config.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/regex.h"

#define JIT_STACK_START (32 * 1024)

struct regex {
	pcre2_code *code;
	unsigned groups;
};

struct regex_run {
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static uint32_t options_of(unsigned flags)
{
	/* \C splits characters; nobody needs it and JIT cannot do it. */
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
			   PCRE2_NEVER_BACKSLASH_C;

	if (flags & REGEX_ICASE)
		options |= PCRE2_CASELESS;
	if (flags & REGEX_LITERAL) {
		options &= ~(uint32_t)PCRE2_NEVER_BACKSLASH_C;
		options |= PCRE2_LITERAL;
	}
	return options;
}

static bool compile_failed(int code, size_t offset, struct err *err)
{
	PCRE2_UCHAR text[200];

	pcre2_get_error_message(code, text, sizeof(text));
	err_set(err, ERR_USAGE, _("not a regular expression: %s"),
		(const char *)text);
	if (err)
		err->offset = offset;
	return false;
}

struct regex *regex_new(const char *pattern, size_t len, unsigned flags,
			struct err *err)
{
	struct regex *re;
	pcre2_code *code;
	PCRE2_SIZE offset = 0;
	uint32_t groups = 0;
	int why = 0;

	if (len > REGEX_PATTERN_MAX) {
		err_set(err, ERR_LIMIT,
			_("the regular expression is longer than %d bytes"),
			REGEX_PATTERN_MAX);
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)pattern, len, options_of(flags), &why,
			     &offset, NULL);
	if (!code) {
		compile_failed(why, offset, err);
		return NULL;
	}
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups > REGEX_GROUPS_MAX) {
		err_set(err, ERR_LIMIT,
			_("the regular expression has more than %d groups"),
			REGEX_GROUPS_MAX);
		pcre2_code_free(code);
		return NULL;
	}
	/* Without JIT (a hardened kernel, another processor) the interpreter
	 * does the same work. */
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	re = mem_zalloc(1, sizeof(*re));
	re->code = code;
	re->groups = groups;
	return re;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	free(re);
}

unsigned regex_groups(const struct regex *re)
{
	return re->groups;
}

/* PCRE2 gives NULL only when malloc did: die as the rest of the program. */
static void *needed(void *p)
{
	return p ? p : mem_zalloc(SIZE_MAX, 2);
}

struct regex_run *regex_run_new(void)
{
	struct regex_run *run = mem_zalloc(1, sizeof(*run));

	run->match = needed(pcre2_match_data_create(REGEX_GROUPS_MAX + 1, NULL));
	run->context = needed(pcre2_match_context_create(NULL));
	run->stack = needed(pcre2_jit_stack_create(JIT_STACK_START,
						   REGEX_STACK_MAX, NULL));
	pcre2_jit_stack_assign(run->context, NULL, run->stack);
	pcre2_set_match_limit(run->context, REGEX_MATCH_LIMIT);
	pcre2_set_depth_limit(run->context, REGEX_DEPTH_LIMIT);
	pcre2_set_heap_limit(run->context, REGEX_HEAP_LIMIT);
	return run;
}

void regex_run_free(struct regex_run *run)
{
	if (!run)
		return;
	pcre2_match_data_free(run->match);
	pcre2_match_context_free(run->context);
	pcre2_jit_stack_free(run->stack);
	free(run);
}

static enum regex_result find(struct regex_run *run, const struct regex *re,
			      const char *s, size_t len, size_t from,
			      uint32_t options)
{
	int rc = pcre2_match(re->code, (PCRE2_SPTR)s, len, from, options,
			     run->match, run->context);

	if (rc > 0)
		return REGEX_YES;
	switch (rc) {
	case PCRE2_ERROR_NOMATCH:
		return REGEX_NO;
	default:	/* a limit, or the stack of a compiled pattern */
		return REGEX_LIMIT;
	}
}

enum regex_result regex_find(struct regex_run *run, const struct regex *re,
			     const char *s, size_t len, size_t from,
			     struct regex_span *groups, size_t n)
{
	enum regex_result result = find(run, re, s, len, from, 0);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(run->match);
	size_t i;

	if (result != REGEX_YES || !groups)
		return result;
	for (i = 0; i < n; i++) {
		bool there = i <= re->groups && at[2 * i] != PCRE2_UNSET;

		/* \K in a lookahead can put the end before the start. */
		groups[i].from = there ? at[2 * i] : (size_t)-1;
		groups[i].to = there && at[2 * i + 1] >= at[2 * i] ?
			       at[2 * i + 1] : groups[i].from;
	}
	return result;
}

/*
 * One step of a template at with[*at]: a group number, or -1 for the plain
 * byte *byte. False when it is not well formed.
 */
static bool template_step(const char *with, size_t len, size_t *at, int *group,
			  char *byte)
{
	size_t i = *at;
	int number = 0;

	*group = -1;
	*byte = with[i++];
	if (*byte == '$') {
		if (i == len)
			return false;
		if (with[i] >= '0' && with[i] <= '9') {
			*group = with[i++] - '0';
		} else if (with[i] == '{') {
			size_t digits = 0;

			for (i++; i < len && with[i] >= '0' && with[i] <= '9';
			     i++, digits++)
				if (number <= REGEX_GROUPS_MAX)
					number = number * 10 + (with[i] - '0');
			if (!digits || i == len || with[i++] != '}')
				return false;
			*group = number;
		} else if (with[i++] != '$') {
			return false;
		}
	}
	*at = i;
	return true;
}

bool regex_check_template(const struct regex *re, const char *with, size_t len,
			  struct err *err)
{
	size_t at = 0;
	int group;
	char byte;

	while (at < len) {
		size_t here = at;

		if (!template_step(with, len, &at, &group, &byte)) {
			err_set(err, ERR_USAGE,
				_("a lone $ in the replacement: write $$, $1 or ${10}"));
			if (err)
				err->offset = here;
			return false;
		}
		if (group > (int)re->groups) {
			err_set(err, ERR_USAGE,
				_("the replacement names group %d of %u"),
				group, re->groups);
			if (err)
				err->offset = here;
			return false;
		}
	}
	return true;
}

static void add_template(const struct regex *re, const PCRE2_SIZE *at,
			 const char *s, const char *with, size_t len,
			 struct buf *out)
{
	size_t i = 0;
	int group;
	char byte;

	while (i < len && template_step(with, len, &i, &group, &byte)) {
		if (group < 0)
			buf_addc(out, byte);
		else if ((unsigned)group <= re->groups &&
			 at[2 * group] != PCRE2_UNSET &&
			 at[2 * group + 1] >= at[2 * group])
			buf_add(out, s + at[2 * group],
				at[2 * group + 1] - at[2 * group]);
	}
}

enum regex_result regex_replace(struct regex_run *run, const struct regex *re,
				const char *s, size_t len, const char *with,
				size_t with_len, struct buf *out, size_t *count)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(run->match);
	enum regex_result result = REGEX_NO;
	size_t from = 0, kept = 0, n = 0;
	uint32_t options = 0;

	while (from <= len) {
		result = find(run, re, s, len, from, options);
		if (result == REGEX_LIMIT)
			break;
		if (result == REGEX_NO) {
			/* Nothing but an empty match was possible here: go on
			 * behind this character, as Perl does. */
			if (!options || from == len)
				break;
			options = 0;
			from++;
			while (from < len && ((unsigned char)s[from] & 0xC0) == 0x80)
				from++;
			continue;
		}
		if (at[0] < kept || at[1] < at[0])
			break;	/* \K moved it backwards: nothing sane follows */
		buf_add(out, s + kept, at[0] - kept);
		add_template(re, at, s, with, with_len, out);
		kept = from = at[1];
		options = at[0] == at[1] ?
			  PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0;
		n++;
	}
	buf_add(out, s + kept, len - kept);
	*count = n;
	if (result == REGEX_LIMIT)
		return REGEX_LIMIT;
	return n ? REGEX_YES : REGEX_NO;
}
