/* Answers of servers. The first byte chooses how the rest is read: listings of
 * three forms, parts, an element, headers, a date, remotes of a configuration.
 * Names that come out of listings are fit to be names, and lie where they were
 * asked for. */
#include "config.h"

#include <string.h>

#include "base/ini.h"
#include "base/path.h"
#include "fuzz.h"
#include "remote/awscreds.h"
#include "remote/davlist.h"
#include "remote/s3-call.h"

static void check_names(struct objects_list *l, const char *dir)
{
	for (size_t i = 0; i < l->count; i++) {
		const char *name = l->entries[i].name;

		if (*dir) {
			must(!strncmp(name, dir, strlen(dir)));
			must(name[strlen(dir)] == '/');
			name += strlen(dir) + 1;
		}
		while (name) {
			size_t part = strcspn(name, "/");

			must(path_safe_component(name, part));
			name = name[part] ? name + part + 1 : NULL;
		}
	}
	objects_list_release(l);
}

static void read_headers(const char *text, size_t len)
{
	struct transfer_answer a;
	char value[64], host[ERR_QUOTE_MAX];
	struct err err;

	transfer_answer_init(&a);
	buf_add(&a.headers, text, len);
	if (transfer_header(&a, "ETag", value, sizeof(value)))
		must(strlen(value) < sizeof(value));
	must(transfer_retry_after(&a) >= -1);
	transfer_date(&a);
	buf_add(&a.body, text, len);
	a.status = len ? (unsigned char)text[0] * 4 : 0;
	must(!transfer_refused(&a, "x", &err));
	transfer_answer_release(&a);
	buf_add(&a.body, text, len);
	must(strlen(transfer_host(host, a.body.data)) < sizeof(host));
	transfer_answer_release(&a);
}

static void read_remotes(const char *text, size_t len)
{
	struct remotes r;
	struct ini ini;
	struct err err = {0};

	if (!ini_parse(&ini, text, len, "keys", NULL))
		return;
	if (remotes_load(&r, &ini, NULL, &err)) {
		for (size_t i = 0; i < r.count; i++)
			free(remote_conf_place(&r.all[i]));
		remotes_release(&r);
	} else {
		must(err.code == ERR_INPUT);
	}
	ini_release(&ini);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct s3_page page = {.prefix = "p/"};
	struct objects_list l = {0};
	struct s3_parts parts = {0};
	struct buf b;
	size_t len;

	if (!size)
		return 0;
	len = size - 1;
	switch (data[0] % 8) {
	case 0:
		davlist_multistatus(&l, text, len, "http://h/d%20/", "a/b", NULL);
		check_names(&l, "a/b");
		break;
	case 1:
		davlist_page(&l, text, len, "http://h/d%20/", "", NULL);
		check_names(&l, "");
		break;
	case 2:
		page.out = &l;
		s3_read_page(&page, text, len, NULL);
		check_names(&l, "");
		free(page.token);
		break;
	case 3:
		s3_read_parts(&parts, text, len, NULL);
		for (size_t i = 0; i < parts.count; i++)
			must(parts.all[i].number >= 1 &&
			     parts.all[i].number <= S3_PARTS_MAX);
		free(parts.all);
		break;
	case 4:
		buf_init(&b);
		buf_add(&b, text, len);
		free(s3_element(&b, "UploadId"));
		transfer_parse_date(b.data);
		buf_release(&b);
		break;
	case 5:
		read_headers(text, len);
		break;
	case 6:
		read_remotes(text, len);
		break;
	default:
		free(awscreds_member(text, len, "default", "region"));
	}
	return 0;
}
