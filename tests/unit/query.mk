if HAVE_CMOCKA
check_PROGRAMS += test-query test-skim
TESTS += test-query test-skim
QUERYSET = %D%/queryset.c %D%/queryset.h $(SLOWJSON)
test_query_SOURCES = %D%/test-query.c $(QUERYSET)
test_query_CPPFLAGS = $(UNIT_CPPFLAGS)
test_query_CFLAGS = $(UNIT_CFLAGS)
test_query_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
test_skim_SOURCES = %D%/test-skim.c %D%/prng.h %D%/unit.h
test_skim_CFLAGS = $(UNIT_CFLAGS)
test_skim_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
endif
EXTRA_DIST += \
	tests/data/filters.jsonl \
	tests/data/filters.txt
