# The whole screen without a terminal, against golden dumps.
if HAVE_CMOCKA
SCREEN_TESTS = test-ending test-groups test-long test-screens test-store \
	test-sync-screens
check_PROGRAMS += $(SCREEN_TESTS)
TESTS += $(SCREEN_TESTS)
SCREEN_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(srcdir)/%D% \
	-DSCREENS='"$(abs_top_srcdir)/%D%/golden"'
test_groups_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-groups.c tests/unit/prng.h
test_groups_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_groups_CFLAGS = $(UNIT_CFLAGS)
test_groups_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_ending_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-ending.c
test_ending_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_ending_CFLAGS = $(UNIT_CFLAGS)
test_ending_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_screens_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-screens.c
test_screens_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_screens_CFLAGS = $(UNIT_CFLAGS)
test_screens_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_store_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-store.c
test_store_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_store_CFLAGS = $(UNIT_CFLAGS)
test_store_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_sync_screens_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-sync-screens.c
test_sync_screens_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_sync_screens_CFLAGS = $(UNIT_CFLAGS)
test_sync_screens_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)
test_long_SOURCES = \
	%D%/drive.c %D%/drive.h \
	%D%/test-long.c
test_long_CPPFLAGS = $(SCREEN_CPPFLAGS)
test_long_CFLAGS = $(UNIT_CFLAGS)
test_long_LDADD = $(APP_LIBS) $(CMOCKA_LIBS)

# Write what is shown now into the dumps; look at the difference.
update-golden: $(SCREEN_TESTS)
	for t in $(SCREEN_TESTS); do \
		UPDATE_SCREENS=1 LC_ALL=C.UTF-8 TZ=UTC ./$$t || exit 1; \
	done
endif
EXTRA_DIST += %D%/golden
