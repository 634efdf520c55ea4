# Files, records, snapshots on disk. May include base and json.
noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	%D%/backup.c %D%/backup.h \
	%D%/chunk.c %D%/chunk.h \
	%D%/columns.c %D%/columns.h \
	%D%/columns_avx2.c \
	%D%/columns_portable.c \
	%D%/columns_scan.h \
	%D%/columns_take.c \
	%D%/columns_walk.h \
	%D%/filecopy.c %D%/filecopy.h \
	%D%/filetree.c %D%/filetree.h \
	%D%/gzio.c %D%/gzio.h \
	%D%/intern.c %D%/intern.h \
	%D%/library-create.c \
	%D%/library-internal.h \
	%D%/library-meta.c \
	%D%/library-resolve.c \
	%D%/library-trash.c \
	%D%/library.c %D%/library.h \
	%D%/lineindex.c %D%/lineindex.h \
	%D%/repocolumns.c \
	%D%/repository.c %D%/repository.h \
	%D%/rowdiff.c \
	%D%/rows.c %D%/rows.h \
	%D%/rowstate.c %D%/rowstate.h \
	%D%/segments.c %D%/segments.h \
	%D%/source.c %D%/source.h \
	%D%/statedir.c %D%/statedir.h \
	%D%/tail.c %D%/tail.h
libstore_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
STORE_LIBS = libstore.a $(JSON_LIBS) $(ZLIB_LIBS)
