if HAVE_CMOCKA
check_PROGRAMS += test-check
TESTS += test-check
test_check_SOURCES = %D%/test-check.c %D%/unit.h
test_check_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DDEMO_DATA='"$(abs_top_srcdir)/demo"'
test_check_CFLAGS = $(UNIT_CFLAGS)
test_check_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
endif
