/* Any text as base64, a UUID and a time: what is understood is written again
 * the same, or as the same value. */
#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "fuzz.h"

static void check_base64(const char *s, size_t len)
{
	struct buf bytes, again;
	size_t at = SIZE_MAX;

	buf_init(&bytes);
	buf_init(&again);
	if (base64_decode(&bytes, s, len, &at)) {
		base64_encode(&again, bytes.data, bytes.len);
		must(again.len == len && !memcmp(again.data, s, len));
		must(at == SIZE_MAX);
	} else {
		must(at <= len && bytes.len == 0);
	}
	buf_clear(&bytes);
	if (!base64url_decode(&bytes, s, len))
		must(bytes.len == 0);
	buf_release(&bytes);
	buf_release(&again);
}

static void check_uuid(const char *s, size_t len)
{
	char dashed[UUID_TEXT_MAX], base64[UUID_BASE64_MAX];
	struct uuid u, again;

	if (!uuid_parse(&u, s, len))
		return;
	uuid_dashed(dashed, &u);
	must(uuid_parse(&again, dashed, strlen(dashed)));
	must(!memcmp(&u, &again, sizeof(u)));
	uuid_base64(base64, &u);
	must(uuid_parse(&again, base64, strlen(base64)));
	must(!memcmp(&u, &again, sizeof(u)));
}

static void check_time(const char *s, size_t len)
{
	char text[RFC3339_MAX];
	int64_t ns, again;
	int digits;

	if (!rfc3339_parse(s, len, &ns, &digits))
		return;
	must(digits >= 0 && digits <= 9);
	rfc3339_format(text, ns, digits);
	must(rfc3339_parse(text, strlen(text), &again, &digits));
	must(ns == again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;

	check_base64(s, size);
	check_uuid(s, size);
	check_time(s, size);
	return 0;
}
