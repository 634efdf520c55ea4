if HAVE_CMOCKA
STORE_TESTS = test-columns test-lineindex test-rows test-scanners
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)

test_scanners_SOURCES = %D%/test-scanners.c %D%/prng.h %D%/unit.h
test_scanners_CFLAGS = $(UNIT_CFLAGS)
test_scanners_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)
test_columns_SOURCES = %D%/test-columns.c %D%/prng.h %D%/unit.h
test_columns_CFLAGS = $(UNIT_CFLAGS)
test_columns_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_lineindex_SOURCES = %D%/test-lineindex.c %D%/prng.h %D%/scratch.h \
	%D%/unit.h
test_lineindex_CFLAGS = $(UNIT_CFLAGS)
test_lineindex_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_rows_SOURCES = %D%/test-rows.c %D%/unit.h
test_rows_CFLAGS = $(UNIT_CFLAGS)
test_rows_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-library test-library-change test-library-fault
TESTS += test-library test-library-change test-library-fault
test_library_fault_SOURCES = %D%/test-library-fault.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_fault_CFLAGS = $(UNIT_CFLAGS)
test_library_fault_LDFLAGS = -Wl,--wrap=fsync,--wrap=mkdir,--wrap=mkdirat \
	-Wl,--wrap=unlink,--wrap=unlinkat,--wrap=fchmod,--wrap=futimens \
	-Wl,--wrap=fstat,--wrap=read,--wrap=write,--wrap=copy_file_range \
	-Wl,--wrap=symlinkat,--wrap=open,--wrap=openat,--wrap=rename \
	-Wl,--wrap=renameat2
test_library_fault_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_library_change_SOURCES = %D%/test-library-change.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_change_CFLAGS = $(UNIT_CFLAGS) $(ZLIB_CFLAGS)
test_library_change_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-trash
TESTS += test-trash
test_trash_SOURCES = %D%/test-trash.c %D%/scratch.h %D%/unit.h
test_trash_CFLAGS = $(UNIT_CFLAGS)
test_trash_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

test_library_SOURCES = %D%/test-library.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_CFLAGS = $(UNIT_CFLAGS)
test_library_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-backup
TESTS += test-backup
test_backup_SOURCES = %D%/test-backup.c %D%/place.h %D%/scratch.h %D%/unit.h
test_backup_CFLAGS = $(UNIT_CFLAGS)
test_backup_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-library-corpus
TESTS += test-library-corpus
test_library_corpus_SOURCES = %D%/test-library-corpus.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_corpus_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTOP_SRCDIR='"$(abs_top_srcdir)"'
test_library_corpus_CFLAGS = $(UNIT_CFLAGS)
test_library_corpus_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += test-library-mount
TESTS += test-library-mount
test_library_mount_SOURCES = %D%/test-library-mount.c %D%/place.h \
	%D%/scratch.h %D%/unit.h
test_library_mount_CFLAGS = $(UNIT_CFLAGS)
test_library_mount_LDADD = $(STORE_LIBS) $(CMOCKA_LIBS)
endif
