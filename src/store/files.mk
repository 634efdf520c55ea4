# Files, records, snapshots on disk. May include base and json.
EXTRA_DIST += \
	%D%/backup.h \
	%D%/columns.h \
	%D%/gzio.h \
	%D%/intern.h \
	%D%/library.h \
	%D%/lineindex.h \
	%D%/rows.h \
	%D%/source.h \
	%D%/statedir.h
