if HAVE_CMOCKA
EDIT_TESTS = test-document test-journal test-recover test-repository test-save \
	test-stepframe test-tail
check_PROGRAMS += $(EDIT_TESTS)
TESTS += $(EDIT_TESTS)

test_document_SOURCES = %D%/test-document.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_document_CFLAGS = $(UNIT_CFLAGS)
test_document_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_tail_SOURCES = %D%/test-tail.c %D%/hold.h %D%/prng.h %D%/scratch.h \
	%D%/unit.h
test_tail_CFLAGS = $(UNIT_CFLAGS)
test_tail_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_repository_SOURCES = %D%/test-repository.c %D%/prng.h %D%/scratch.h \
	%D%/unit.h
test_repository_CFLAGS = $(UNIT_CFLAGS)
test_repository_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_journal_SOURCES = %D%/test-journal.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_journal_CFLAGS = $(UNIT_CFLAGS)
test_journal_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)
test_journal_LDFLAGS = -Wl,--wrap=pwritev,--wrap=fdatasync,--wrap=ftruncate

test_save_SOURCES = %D%/test-save.c %D%/scratch.h %D%/unit.h
test_save_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
test_save_CFLAGS = $(UNIT_CFLAGS)
test_save_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_stepframe_SOURCES = %D%/test-stepframe.c %D%/prng.h %D%/scratch.h %D%/unit.h
test_stepframe_CFLAGS = $(UNIT_CFLAGS)
test_stepframe_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

test_recover_SOURCES = %D%/test-recover.c %D%/prng.h %D%/scratch.h \
	%D%/script.h %D%/unit.h
test_recover_CFLAGS = $(UNIT_CFLAGS)
test_recover_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)
test_recover_LDFLAGS = -Wl,--wrap=fsync,--wrap=fdatasync
endif
