if HAVE_CMOCKA
REMOTE_TESTS = test-claim test-objects test-remoteconf test-remotelist test-secret \
	test-transfer
check_PROGRAMS += $(REMOTE_TESTS)
TESTS += $(REMOTE_TESTS)
REMOTE_TEST_LIBS = $(REMOTE_LIBS) $(CMOCKA_LIBS)

test_claim_SOURCES = %D%/test-claim.c %D%/scratch.h %D%/unit.h
test_claim_CFLAGS = $(UNIT_CFLAGS)
test_claim_LDADD = $(REMOTE_TEST_LIBS)

test_objects_SOURCES = %D%/test-objects.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_objects_CFLAGS = $(UNIT_CFLAGS)
test_objects_LDADD = $(REMOTE_TEST_LIBS)

test_remoteconf_SOURCES = %D%/test-remoteconf.c %D%/scratch.h %D%/unit.h
test_remoteconf_CFLAGS = $(UNIT_CFLAGS)
test_remoteconf_LDADD = $(REMOTE_TEST_LIBS)

test_remotelist_SOURCES = %D%/test-remotelist.c %D%/scratch.h %D%/unit.h
test_remotelist_CFLAGS = $(UNIT_CFLAGS) $(NETTLE_CFLAGS)
test_remotelist_LDADD = $(REMOTE_TEST_LIBS)

test_secret_SOURCES = %D%/test-secret.c %D%/scratch.h %D%/unit.h
test_secret_CFLAGS = $(UNIT_CFLAGS)
test_secret_LDADD = $(REMOTE_TEST_LIBS)

test_transfer_SOURCES = %D%/test-transfer.c %D%/scratch.h %D%/unit.h
test_transfer_CFLAGS = $(UNIT_CFLAGS)
test_transfer_LDADD = $(REMOTE_TEST_LIBS)
endif
