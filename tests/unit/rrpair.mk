if HAVE_CMOCKA
RRPAIR_TESTS = test-body test-change test-editform test-export test-links test-pairtable \
	test-rrpair
check_PROGRAMS += $(RRPAIR_TESTS)
TESTS += $(RRPAIR_TESTS)
RRPAIR_TEST_LIBS = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
PAIRGEN = %D%/pairgen.c %D%/pairgen.h %D%/prng.h %D%/unit.h
test_body_SOURCES = %D%/test-body.c %D%/prng.h %D%/unit.h
test_body_CFLAGS = $(UNIT_CFLAGS)
test_body_LDADD = $(RRPAIR_TEST_LIBS)
test_change_SOURCES = %D%/test-change.c %D%/unit.h
test_change_CFLAGS = $(UNIT_CFLAGS)
test_change_LDADD = $(RRPAIR_TEST_LIBS)
test_editform_SOURCES = %D%/test-editform.c $(PAIRGEN)
test_editform_CFLAGS = $(UNIT_CFLAGS)
test_editform_LDADD = $(RRPAIR_TEST_LIBS)
test_export_SOURCES = %D%/test-export.c %D%/unit.h
test_export_CFLAGS = $(UNIT_CFLAGS)
test_export_LDADD = $(RRPAIR_TEST_LIBS)
test_links_SOURCES = %D%/test-links.c $(PAIRGEN)
test_links_CFLAGS = $(UNIT_CFLAGS)
test_links_LDADD = $(RRPAIR_TEST_LIBS)
test_pairtable_SOURCES = %D%/test-pairtable.c %D%/unit.h
test_pairtable_CFLAGS = $(UNIT_CFLAGS)
test_pairtable_LDADD = $(RRPAIR_TEST_LIBS)
test_rrpair_SOURCES = %D%/test-rrpair.c %D%/unit.h
test_rrpair_CFLAGS = $(UNIT_CFLAGS)
test_rrpair_LDADD = $(RRPAIR_TEST_LIBS)
endif
