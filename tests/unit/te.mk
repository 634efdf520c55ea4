if HAVE_CMOCKA
check_PROGRAMS += test-te
TESTS += test-te
test_te_SOURCES = %D%/test-te.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_te_CFLAGS = $(UNIT_CFLAGS)
test_te_LDADD = $(REMOTE_LIBS) $(CMOCKA_LIBS)
endif
