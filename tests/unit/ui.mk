if HAVE_CMOCKA
check_PROGRAMS += test-style test-textkeys
TESTS += test-style test-textkeys
test_style_SOURCES = %D%/test-style.c %D%/unit.h
test_style_CFLAGS = $(UNIT_CFLAGS)
test_style_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_textkeys_SOURCES = %D%/test-textkeys.c %D%/unit.h
test_textkeys_CFLAGS = $(UNIT_CFLAGS)
test_textkeys_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
endif
