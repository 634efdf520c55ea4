if HAVE_CMOCKA
check_PROGRAMS += test-err
TESTS += test-err
test_err_SOURCES = %D%/test-err.c %D%/unit.h
test_err_CFLAGS = $(UNIT_CFLAGS)
test_err_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += test-ini
TESTS += test-ini
test_ini_SOURCES = %D%/test-ini.c %D%/unit.h
test_ini_CFLAGS = $(UNIT_CFLAGS)
test_ini_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
endif
