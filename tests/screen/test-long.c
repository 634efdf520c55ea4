/*
 * Records that are too long to be worked on while the screen waits: what is
 * shown before a job is done, and what becomes of its result when the user went
 * on meanwhile.
 */
#include "config.h"

#include "../unit/unit.h"
#include "app/session.h"
#include "base/codec.h"
#include "drive.h"

#define FILE_NAME "long.jsonl"
#define LINE "a line of a long body, the same as all others\n"
#define LONG_BODY ((size_t)800000)	/* no part of it is done at once */

/* Two long records whose bodies begin with "first" and "third", and between
 * them a short one. */
static void put_record(struct buf *out, int n, const char *word, size_t len)
{
	struct buf body;

	buf_init(&body);
	buf_addf(&body, "%s body\n", word);
	while (body.len < len)
		buf_adds(&body, LINE);
	buf_addf(out, "{\"msgType\":\"rrpair\",\"ts\":\"2026-03-02T10:00:0%d.5Z\""
		 ",\"l7protocol\":\"http\",\"uuid\":\"AAAAAAAAQACAAAAAAAAA%dA==\""
		 ",\"direction\":\"IN\",\"command\":\"GET\",\"location\":\"/%s\""
		 ",\"status\":\"200\",\"http\":{\"req\":{\"url\":\"/%s\",\"uri\""
		 ":\"/%s\",\"method\":\"GET\",\"host\":\"h.example.com\"},"
		 "\"res\":{\"statusCode\":200,\"statusMessage\":\"200 OK\","
		 "\"bodyBase64\":\"", n, n, word, word, word);
	base64_encode(out, body.data, body.len);
	buf_adds(out, "\"}}}\n");
	buf_release(&body);
}

static void start(struct drive *d, int cols)
{
	struct buf text;

	drive_start(d, cols, 24, NULL);
	buf_init(&text);
	put_record(&text, 1, "first", LONG_BODY);
	put_record(&text, 2, "second", 1);
	put_record(&text, 3, "third", LONG_BODY);
	drive_file(FILE_NAME, text.data);
	buf_release(&text);
	drive_open(d, FILE_NAME);
}

static struct session *session(struct drive *d)
{
	return d->app->sessions[0];
}

/* The decoded response body of the record at a position as it is now. */
static bool body_begins(struct drive *d, uint64_t pos, const char *with)
{
	row_id id = document_row(session(d)->doc, pos);
	const struct rrpair *pair = session_pair(session(d), id, NULL);
	struct body body;
	bool found;

	assert_non_null(pair);
	body_init(&body);
	assert_true(body_decode(&body, pair, BODY_RESPONSE, NULL));
	found = body.bytes.len >= strlen(with) &&
		!memcmp(body.bytes.data, with, strlen(with));
	body_release(&body);
	return found;
}

static void a_long_record_comes_when_it_is_read(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter");
	assert_true(drive_shows(&d, "reading the record"));
	assert_false(drive_shows(&d, "h.example.com"));
	drive_settle(&d);
	assert_false(drive_shows(&d, "reading the record"));
	assert_true(drive_shows(&d, "h.example.com"));
	assert_true(drive_shows(&d, "/first"));
	drive_end(&d);
}

static void keys_wait_for_the_record(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter 3 Tab");	/* the tab Response, its body */
	assert_true(drive_shows(&d, "reading the record"));
	drive_settle(&d);
	assert_true(drive_shows(&d, "first body"));
	drive_end(&d);
}

static void a_result_comes_after_the_view_was_left(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter Esc");
	drive_settle(&d);
	assert_true(drive_shows(&d, "/second"));	/* the list */
	drive_early(&d, "Enter b");
	drive_settle(&d);
	assert_true(drive_shows(&d, "first body"));
	drive_early(&d, "z Esc Esc");
	drive_settle(&d);
	assert_true(drive_shows(&d, "/second"));
	/* and when everything is left at once */
	drive_early(&d, "Enter b");
	drive_end(&d);
}

static void going_on_needs_no_waiting(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter }");
	assert_true(drive_shows(&d, "/second"));
	drive_early(&d, "}");
	assert_false(drive_shows(&d, "/second"));
	drive_early(&d, "{ } }");
	drive_settle(&d);
	assert_true(drive_shows(&d, "/third"));
	assert_false(drive_shows(&d, "/first"));
	drive_end(&d);
}

static void escape_forgets_what_was_typed(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter d d b Esc");
	drive_settle(&d);
	assert_true(drive_shows(&d, "/second"));
	assert_int_equal(document_count(session(&d)->doc), 3);
	assert_false(document_dirty(session(&d)->doc));
	drive_end(&d);
}

static void a_long_body_comes_when_it_is_decoded(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_keys(&d, "Enter");
	drive_early(&d, "b");
	assert_true(drive_shows(&d, "decoding the body"));
	drive_settle(&d);
	assert_true(drive_shows(&d, "first body"));
	drive_early(&d, "} }");
	assert_false(drive_shows(&d, "first body"));
	drive_settle(&d);
	assert_true(drive_shows(&d, "third body"));
	drive_end(&d);
}

static void typing_waits_for_the_body(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_early(&d, "Enter b e N e w Space M-Enter");
	drive_settle(&d);
	assert_true(body_begins(&d, 0, "New first body\n"));
	assert_true(drive_shows(&d, "New first body"));
	drive_keys(&d, "u");
	assert_true(body_begins(&d, 0, "first body\n"));
	assert_true(drive_shows(&d, "first body"));
	assert_false(drive_shows(&d, "New first body"));
	assert_false(document_dirty(session(&d)->doc));
	drive_end(&d);
}

static void keys_wait_while_an_edit_is_taken_over(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_keys(&d, "Enter b e N e w Space");
	drive_early(&d, "M-Enter");
	assert_true(drive_shows(&d, "taking it over"));
	assert_false(document_dirty(session(&d)->doc));
	drive_early(&d, "u ^R }");	/* undo, redo, the next record */
	drive_settle(&d);
	assert_true(drive_shows(&d, "second body"));
	assert_true(body_begins(&d, 0, "New first body\n"));
	assert_true(body_begins(&d, 1, "second body\n"));
	drive_end(&d);
}

static void taking_over_can_be_given_up(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_keys(&d, "Enter b e N e w Space");
	drive_early(&d, "M-Enter u Esc");
	assert_true(drive_shows(&d, "the edit goes on"));
	drive_settle(&d);
	assert_false(document_dirty(session(&d)->doc));
	assert_true(drive_shows(&d, "EDIT"));
	assert_true(drive_shows(&d, "New first body"));
	drive_keys(&d, "e r Space M-Enter");
	assert_true(body_begins(&d, 0, "New er first body\n"));
	drive_end(&d);
}

static void saving_waits_for_the_edit(void **state)
{
	struct drive d = {0};
	struct buf text;

	start(&d, 80);
	drive_keys(&d, "Enter b e N e w Space");
	drive_early(&d, "^S");
	drive_settle(&d);
	assert_false(document_dirty(session(&d)->doc));
	buf_init(&text);
	put_record(&text, 1, "New first", 0);
	assert_true(body_begins(&d, 0, "New first body\n"));
	buf_release(&text);
	drive_end(&d);
}

static void an_edit_of_a_record_that_changed_is_refused(void **state)
{
	struct drive d = {0};
	struct err err;
	row_id id;

	start(&d, 80);
	drive_keys(&d, "Enter b e N e w Space");
	drive_early(&d, "M-Enter");
	id = document_row(session(&d)->doc, 0);
	assert_true(document_set_text(session(&d)->doc, id, "{\"other\":1}", 11,
				      &err));
	drive_settle(&d);
	assert_true(drive_shows(&d, "changed meanwhile"));
	assert_true(drive_shows(&d, "New first body"));
	assert_true(drive_shows(&d, "EDIT"));
	assert_string_equal(session_text(session(&d), id, NULL)->data,
			    "{\"other\":1}");
	drive_end(&d);
}

static void a_record_that_changes_is_read_again(void **state)
{
	struct drive d = {0};
	struct err err;
	row_id id;

	start(&d, 80);
	drive_early(&d, "Enter");
	id = document_row(session(&d)->doc, 0);
	assert_true(document_set_text(session(&d)->doc, id, "{\"other\":1}", 11,
				      &err));
	drive_settle(&d);
	assert_false(drive_shows(&d, "/first"));
	drive_keys(&d, "9");
	assert_true(drive_shows(&d, "other"));
	drive_keys(&d, "u");
	drive_settle(&d);
	assert_true(drive_shows(&d, "msgType"));
	drive_end(&d);
}

static void the_list_shows_a_long_record_later(void **state)
{
	struct drive d = {0};

	start(&d, 160);
	assert_true(drive_shows(&d, "first body"));	/* in the preview */
	drive_early(&d, "j j");
	assert_true(drive_shows(&d, "reading the record"));
	drive_settle(&d);
	assert_true(drive_shows(&d, "third body"));
	drive_end(&d);
}

static void the_list_reads_an_edited_record_later(void **state)
{
	struct drive d = {0};

	start(&d, 80);
	drive_keys(&d, "Enter b e N e w Space M-Enter");
	drive_hold(&d);
	drive_early(&d, "Esc Esc");
	assert_true(drive_shows(&d, "/second"));
	assert_false(drive_shows(&d, "/first"));
	drive_let_go(&d);
	assert_true(drive_shows(&d, "/first"));
	drive_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_record_comes_when_it_is_read),
		cmocka_unit_test(keys_wait_for_the_record),
		cmocka_unit_test(a_result_comes_after_the_view_was_left),
		cmocka_unit_test(going_on_needs_no_waiting),
		cmocka_unit_test(escape_forgets_what_was_typed),
		cmocka_unit_test(a_long_body_comes_when_it_is_decoded),
		cmocka_unit_test(typing_waits_for_the_body),
		cmocka_unit_test(keys_wait_while_an_edit_is_taken_over),
		cmocka_unit_test(taking_over_can_be_given_up),
		cmocka_unit_test(saving_waits_for_the_edit),
		cmocka_unit_test(an_edit_of_a_record_that_changed_is_refused),
		cmocka_unit_test(a_record_that_changes_is_read_again),
		cmocka_unit_test(the_list_shows_a_long_record_later),
		cmocka_unit_test(the_list_reads_an_edited_record_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
