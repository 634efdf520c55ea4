if HAVE_CMOCKA
check_PROGRAMS += test-check test-demo
TESTS += test-check test-demo
test_check_SOURCES = %D%/test-check.c %D%/unit.h
test_check_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DDEMO_DATA='"$(abs_top_srcdir)/demo"'
test_check_CFLAGS = $(UNIT_CFLAGS)
test_check_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
test_demo_SOURCES = %D%/test-demo.c %D%/unit.h
test_demo_CPPFLAGS = $(test_check_CPPFLAGS)
test_demo_CFLAGS = $(UNIT_CFLAGS)
test_demo_LDADD = $(RRPAIR_LIBS) $(CMOCKA_LIBS)
endif
