/* What servers answer when they are asked what they have, and where credentials
 * for buckets stand. */
#include "config.h"

#include "remote/awscreds.h"
#include "remote/davlist.h"
#include "remote/s3-call.h"
#include "remote/weburl.h"
#include "remote/xml.h"
#include "scratch.h"
#include "unit.h"

static const char multistatus[] =
	"<?xml version=\"1.0\"?>\n<D:multistatus xmlns:D=\"DAV:\">"
	"<D:response><D:href>/dav/a%20b/</D:href><D:propstat><D:prop>"
	"<D:resourcetype><D:collection/></D:resourcetype></D:prop>"
	"<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
	"<D:response><D:href>/dav/a%20b/x%26y.json</D:href><D:propstat><D:prop>"
	"<D:getcontentlength>12</D:getcontentlength><D:getetag>W/\"e\"</D:getetag>"
	"<D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified>"
	"<D:owner><D:href>/dav/a%20b/owner</D:href></D:owner>"
	"<D:resourcetype/></D:prop></D:propstat></D:response>"
	"<D:response><D:href>https://h:1/dav/a%20b/sub/</D:href><D:propstat>"
	"<D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop>"
	"</D:propstat></D:response>"
	"<D:response><D:href>/dav/elsewhere</D:href></D:response>"
	"<D:response><D:href>/dav/a%20b/deep/er</D:href></D:response>"
	"<D:response><D:href>/dav/a%20b/..%2F..%2Fetc</D:href></D:response>"
	"<D:response><D:href>/dav/a%20b/%0a</D:href></D:response>"
	"<D:response><D:href>/dav/a%20b/bad%zz</D:href></D:response>"
	"</D:multistatus>";

static void a_multistatus(void **state)
{
	struct objects_list l = {0};
	struct err err;

	assert_true(davlist_multistatus(&l, multistatus, strlen(multistatus),
					"https://h:1/dav/a%20b/", "a b", &err));
	assert_int_equal(l.count, 2);
	assert_int_equal(l.skipped, 1);
	assert_string_equal(l.entries[0].name, "a b/x&y.json");
	assert_int_equal(l.entries[0].size, 12);
	assert_false(l.entries[0].is_dir);
	assert_string_equal(l.entries[0].version, "\"e\"");
	assert_true(l.entries[0].mtime_ns == INT64_C(784111777000000000));
	assert_string_equal(l.entries[1].name, "a b/sub");
	assert_true(l.entries[1].is_dir);
	assert_null(l.entries[1].version);
	objects_list_release(&l);
	/* cut anywhere, it is refused, and nothing leaks or breaks */
	for (size_t len = 0; len < strlen(multistatus); len++) {
		assert_false(davlist_multistatus(&l, multistatus, len,
						 "http://h/dav/a%20b/", "a b",
						 &err));
		assert_int_equal(err.code, ERR_INPUT);
		objects_list_release(&l);
	}
	assert_false(davlist_multistatus(&l, "<html/>", 7, "http://h/", "",
					 &err));
	objects_list_release(&l);
}

static void a_page_with_links(void **state)
{
	static const char page[] =
		"<HTML><body><a href=\"?C=N\">Name</a> <a href=\"../\">up</a>"
		"<A class=x HREF=\"a%20b.json\">a</A><a href=\"./c/\">c</a>"
		"<a href=\"/files/d&amp;e\">d</a><a href=\"http://o/files/f\">f"
		"</a><a href=\"/other/g\">g</a><a href='h'>h</a><a name=\"i\">"
		"<a href=\"j/k\">k</a><a href=\"-rf\">r</a><a";
	struct objects_list l = {0};
	struct err err;

	assert_true(davlist_page(&l, page, strlen(page), "http://h/files/", "",
				 &err));
	assert_int_equal(l.count, 4);
	assert_string_equal(l.entries[0].name, "a b.json");
	assert_string_equal(l.entries[1].name, "c");
	assert_true(l.entries[1].is_dir);
	assert_string_equal(l.entries[2].name, "d&e");
	assert_string_equal(l.entries[3].name, "f");
	assert_true(l.entries[0].size == UINT64_MAX);
	assert_int_equal(l.skipped, 1);
	objects_list_release(&l);
	assert_false(davlist_page(&l, "{}", 2, "http://h/", "", &err));
}

static void a_page_of_a_bucket(void **state)
{
	static const char xml[] =
		"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns="
		"\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>"
		"<IsTruncated>true</IsTruncated><NextContinuationToken>t=="
		"</NextContinuationToken>"
		"<Contents><Key>p/a+b%2Bc</Key><LastModified>"
		"1994-11-06T08:49:37.000Z</LastModified><ETag>&quot;e&quot;"
		"</ETag><Size>7</Size></Contents>"
		"<Contents><Key>p/folder/</Key><Size>0</Size></Contents>"
		"<Contents><Key>p/../x</Key><Size>0</Size></Contents>"
		"<Contents><Key>q/other</Key><Size>0</Size></Contents>"
		"<Contents><Key>p/%00</Key><Size>0</Size></Contents>"
		"<CommonPrefixes><Prefix>p/dir/</Prefix></CommonPrefixes>"
		"</ListBucketResult>";
	struct objects_list l = {0};
	struct s3_page page = {.out = &l, .prefix = "p/"};
	struct err err;

	assert_true(s3_read_page(&page, xml, strlen(xml), &err));
	assert_true(page.truncated);
	assert_string_equal(page.token, "t==");
	free(page.token);
	assert_int_equal(l.count, 2);
	assert_int_equal(l.skipped, 1);
	assert_string_equal(l.entries[0].name, "a b+c");
	assert_string_equal(l.entries[0].version, "e");
	assert_int_equal(l.entries[0].size, 7);
	assert_true(l.entries[0].mtime_ns == INT64_C(784111777000000000));
	assert_string_equal(l.entries[1].name, "dir");
	assert_true(l.entries[1].is_dir);
	objects_list_release(&l);
	page.token = NULL;
	assert_false(s3_read_page(&page, "<Error/>", 8, &err));
	objects_list_release(&l);
}

static void parts_of_an_upload(void **state)
{
	static const char xml[] =
		"<ListPartsResult><IsTruncated>true</IsTruncated>"
		"<NextPartNumberMarker>2</NextPartNumberMarker>"
		"<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag><Size>5"
		"</Size></Part><Part><PartNumber>2</PartNumber><ETag>b</ETag>"
		"<Size>x</Size></Part><Part><PartNumber>99999</PartNumber></Part>"
		"</ListPartsResult>";
	struct s3_parts parts = {0};
	struct err err;

	assert_true(s3_read_parts(&parts, xml, strlen(xml), &err));
	assert_int_equal(parts.count, 2);
	assert_true(parts.truncated);
	assert_int_equal(parts.next, 2);
	assert_string_equal(parts.all[0].etag, "a");
	assert_int_equal(parts.all[0].size, 5);
	assert_true(parts.all[1].size == UINT64_MAX);
	free(parts.all);
}

static void xml_has_limits(void **state)
{
	struct xml_walker none = {0};
	struct buf b;
	struct err err;

	buf_init(&b);
	for (unsigned i = 0; i < XML_DEPTH_MAX; i++)
		buf_adds(&b, "<a>");
	for (unsigned i = 0; i < XML_DEPTH_MAX; i++)
		buf_adds(&b, "</a>");
	assert_true(xml_walk(&none, b.data, b.len, &err));
	buf_clear(&b);
	for (unsigned i = 0; i < XML_DEPTH_MAX + 1; i++)
		buf_adds(&b, "<a>");
	assert_false(xml_walk(&none, b.data, b.len, &err));
	assert_non_null(strstr(err.msg, "too deep"));
	buf_clear(&b);
	buf_adds(&b, "<a>");
	for (size_t i = 0; i < XML_TEXT_MAX + 1; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "</a>");
	assert_false(xml_walk(&none, b.data, b.len, &err));
	assert_non_null(strstr(err.msg, "too long"));
	buf_clear(&b);
	buf_adds(&b, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
		     "<a>&x;</a>");
	assert_false(xml_walk(&none, b.data, b.len, &err));
	assert_non_null(strstr(err.msg, "document type"));
	assert_false(xml_walk(&none, "", 0, &err));
	buf_release(&b);
}

static void names_in_urls(void **state)
{
	struct buf b, back;

	buf_init(&b);
	buf_init(&back);
	weburl_add_path(&b, "a/b c+\xc3\xa4%?#~");
	assert_string_equal(b.data, "a/b%20c%2B%C3%A4%25%3F%23~");
	assert_true(weburl_decode(&back, b.data, b.len));
	assert_string_equal(back.data, "a/b c+\xc3\xa4%?#~");
	buf_clear(&b);
	weburl_add_value(&b, "a/b=");
	assert_string_equal(b.data, "a%2Fb%3D");
	assert_false(weburl_decode(&back, "%0", 2));
	assert_false(weburl_decode(&back, "%00", 3));
	assert_false(weburl_decode(&back, "%gg", 3));
	buf_release(&b);
	buf_release(&back);
}

static void no_aws(void)
{
	static const char *const names[] = {
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION",
		"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_REGION",
		"AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

static void credentials_of_profiles(void **state)
{
	static const char creds[] =
		"# mine\n[default]\naws_access_key_id=AKID\n"
		"aws_secret_access_key = se/cret \r\n[ work ]\n"
		"aws_access_key_id = WORK\naws_secret_access_key=w\n"
		"  aws_session_token=nested\naws_session_token=tok==\n";
	static const char config[] =
		"[default]\nregion = eu-west-1\n[profile work]\n"
		"region=eu-north-1\ns3 =\n  region = nested\n";
	char *dir = scratch_new(), *a = scratch_path(dir, "creds");
	char *b = scratch_path(dir, "config");
	struct awscreds c;
	struct err err;

	no_aws();
	setenv("HOME", dir, 1);
	assert_false(awscreds_find(&c, NULL, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	scratch_write(a, creds, strlen(creds));
	scratch_write(b, config, strlen(config));
	setenv("AWS_SHARED_CREDENTIALS_FILE", a, 1);
	setenv("AWS_CONFIG_FILE", b, 1);
	assert_true(awscreds_find(&c, NULL, &err));
	assert_string_equal(c.key, "AKID");
	assert_string_equal(c.secret.text, "se/cret");
	assert_null(c.token.text);
	assert_string_equal(c.region, "eu-west-1");
	awscreds_release(&c);
	assert_true(awscreds_find(&c, "work", &err));
	assert_string_equal(c.key, "WORK");
	assert_string_equal(c.token.text, "tok==");
	assert_string_equal(c.region, "eu-north-1");
	awscreds_release(&c);
	assert_false(awscreds_find(&c, "none", &err));
	assert_non_null(strstr(err.msg, "profile none"));
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "env", 1);
	setenv("AWS_SESSION_TOKEN", "env-token", 1);
	setenv("AWS_REGION", "env-region", 1);
	assert_true(awscreds_find(&c, NULL, &err));
	assert_string_equal(c.key, "ENV");
	assert_string_equal(c.token.text, "env-token");
	assert_string_equal(c.region, "env-region");
	awscreds_release(&c);
	assert_true(awscreds_find(&c, "work", &err));
	assert_string_equal(c.key, "WORK");
	awscreds_release(&c);
	no_aws();
	free(a);
	free(b);
	scratch_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_multistatus),
		cmocka_unit_test(a_page_with_links),
		cmocka_unit_test(a_page_of_a_bucket),
		cmocka_unit_test(parts_of_an_upload),
		cmocka_unit_test(xml_has_limits),
		cmocka_unit_test(names_in_urls),
		cmocka_unit_test(credentials_of_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
