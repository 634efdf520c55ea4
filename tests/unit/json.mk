if HAVE_CMOCKA
JSON_TESTS = test-json-corpus test-json-format test-json-locate \
	test-json-scan test-json-splice test-json-splice-model \
	test-json-value
check_PROGRAMS += $(JSON_TESTS)
TESTS += $(JSON_TESTS)
SLOWJSON = %D%/slowjson.c %D%/slowjson.h %D%/prng.h %D%/unit.h
JSONGEN = %D%/jsongen.c %D%/jsongen.h $(SLOWJSON)
SPLICEBENCH = %D%/splicebench.c %D%/splicebench.h $(JSONGEN)
JSON_TEST_LIBS = $(JSON_LIBS) $(CMOCKA_LIBS)
test_json_corpus_SOURCES = %D%/test-json-corpus.c %D%/unit.h
test_json_corpus_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
test_json_corpus_CFLAGS = $(UNIT_CFLAGS)
test_json_corpus_LDADD = $(JSON_TEST_LIBS)
test_json_format_SOURCES = %D%/test-json-format.c $(JSONGEN)
test_json_format_CFLAGS = $(UNIT_CFLAGS)
test_json_format_LDADD = $(JSON_TEST_LIBS)
test_json_locate_SOURCES = %D%/test-json-locate.c $(JSONGEN)
test_json_locate_CFLAGS = $(UNIT_CFLAGS)
test_json_locate_LDADD = $(JSON_TEST_LIBS)
test_json_scan_SOURCES = %D%/test-json-scan.c $(SLOWJSON)
test_json_scan_CFLAGS = $(UNIT_CFLAGS)
test_json_scan_LDADD = $(JSON_TEST_LIBS)
test_json_splice_SOURCES = %D%/test-json-splice.c $(SPLICEBENCH)
test_json_splice_CFLAGS = $(UNIT_CFLAGS)
test_json_splice_LDADD = $(JSON_TEST_LIBS)
test_json_splice_model_SOURCES = %D%/test-json-splice-model.c $(SPLICEBENCH)
test_json_splice_model_CFLAGS = $(UNIT_CFLAGS)
test_json_splice_model_LDADD = $(JSON_TEST_LIBS)
test_json_value_SOURCES = %D%/test-json-value.c %D%/unit.h
test_json_value_CFLAGS = $(UNIT_CFLAGS)
test_json_value_LDADD = $(JSON_TEST_LIBS)
endif
