if HAVE_CMOCKA
SYNC_TESTS = test-merge test-sync
check_PROGRAMS += $(SYNC_TESTS)
TESTS += $(SYNC_TESTS)

test_merge_SOURCES = %D%/test-merge.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_merge_CFLAGS = $(UNIT_CFLAGS)
test_merge_LDADD = $(REMOTE_LIBS) $(CMOCKA_LIBS)

test_sync_SOURCES = %D%/test-sync.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_sync_CFLAGS = $(UNIT_CFLAGS)
test_sync_LDADD = $(REMOTE_LIBS) $(CMOCKA_LIBS)
endif
