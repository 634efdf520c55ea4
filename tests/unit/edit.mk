if HAVE_CMOCKA
EDIT_TESTS = test-document test-journal
check_PROGRAMS += $(EDIT_TESTS)
TESTS += $(EDIT_TESTS)

test_document_SOURCES = %D%/test-document.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_document_CFLAGS = $(UNIT_CFLAGS)
test_document_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_journal_SOURCES = %D%/test-journal.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_journal_CFLAGS = $(UNIT_CFLAGS)
test_journal_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)
test_journal_LDFLAGS = -Wl,--wrap=pwritev,--wrap=fdatasync,--wrap=ftruncate
endif
