if HAVE_CMOCKA
APP_TESTS = test-bulk test-command test-conf test-diff test-jsonfind \
	test-passes test-rowmap
check_PROGRAMS += $(APP_TESTS)
TESTS += $(APP_TESTS)
test_bulk_SOURCES = %D%/test-bulk.c %D%/prng.h %D%/unit.h
test_bulk_CFLAGS = $(UNIT_CFLAGS)
test_bulk_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_command_SOURCES = %D%/test-command.c %D%/unit.h
test_command_CFLAGS = $(UNIT_CFLAGS)
test_command_LDADD = libapp.a $(UI_LIBS) $(CMOCKA_LIBS)
test_conf_SOURCES = %D%/test-conf.c %D%/unit.h
test_conf_CFLAGS = $(UNIT_CFLAGS)
test_conf_LDADD = libapp.a $(BASE_LIBS) $(CMOCKA_LIBS)
test_diff_SOURCES = %D%/test-diff.c %D%/unit.h
test_diff_CFLAGS = $(UNIT_CFLAGS)
test_diff_LDADD = libapp.a $(JSON_LIBS) $(CMOCKA_LIBS)
test_jsonfind_SOURCES = %D%/test-jsonfind.c %D%/jsongen.c %D%/jsongen.h \
	%D%/slowjson.c %D%/slowjson.h %D%/prng.h %D%/unit.h
test_jsonfind_CFLAGS = $(UNIT_CFLAGS)
test_jsonfind_LDADD = libapp.a $(JSON_LIBS) $(CMOCKA_LIBS)
test_passes_SOURCES = %D%/test-passes.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_passes_CFLAGS = $(UNIT_CFLAGS)
test_passes_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_rowmap_SOURCES = %D%/test-rowmap.c %D%/unit.h
test_rowmap_CFLAGS = $(UNIT_CFLAGS)
test_rowmap_LDADD = libapp.a $(BASE_LIBS) $(CMOCKA_LIBS)
endif
