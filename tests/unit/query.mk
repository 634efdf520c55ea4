if HAVE_CMOCKA
check_PROGRAMS += test-query
TESTS += test-query
QUERYSET = %D%/queryset.c %D%/queryset.h $(SLOWJSON)
test_query_SOURCES = %D%/test-query.c $(QUERYSET)
test_query_CPPFLAGS = $(UNIT_CPPFLAGS)
test_query_CFLAGS = $(UNIT_CFLAGS)
test_query_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
endif
EXTRA_DIST += \
	tests/data/filters.jsonl \
	tests/data/filters.txt
