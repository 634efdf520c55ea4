if HAVE_CMOCKA
STORE_TESTS = test-columns test-lineindex test-rows test-scanners
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)

test_scanners_SOURCES = %D%/test-scanners.c %D%/prng.h %D%/unit.h
test_scanners_CFLAGS = $(UNIT_CFLAGS)
test_scanners_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)
test_columns_SOURCES = %D%/test-columns.c %D%/prng.h %D%/unit.h
test_columns_CFLAGS = $(UNIT_CFLAGS)
test_columns_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_lineindex_SOURCES = %D%/test-lineindex.c %D%/prng.h %D%/scratch.h \
	%D%/unit.h
test_lineindex_CFLAGS = $(UNIT_CFLAGS)
test_lineindex_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_rows_SOURCES = %D%/test-rows.c %D%/unit.h
test_rows_CFLAGS = $(UNIT_CFLAGS)
test_rows_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-library test-library-change
TESTS += test-library test-library-change
test_library_change_SOURCES = %D%/test-library-change.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_change_CFLAGS = $(UNIT_CFLAGS) $(ZLIB_CFLAGS)
test_library_change_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_library_SOURCES = %D%/test-library.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_CFLAGS = $(UNIT_CFLAGS)
test_library_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)
endif
