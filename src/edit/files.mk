# Documents: edits, undo, journal, save. May include base, json, store, rrpair.
noinst_LIBRARIES += libedit.a
libedit_a_SOURCES = \
	%D%/changes.c \
	%D%/disk.c \
	%D%/doc.h \
	%D%/docjournal.c \
	%D%/document.c %D%/document.h \
	%D%/edits.c \
	%D%/frame.h \
	%D%/framefound.c \
	%D%/frameio.h \
	%D%/framepast.c \
	%D%/frameplace.c \
	%D%/frameprint.c %D%/frameprint.h \
	%D%/frameread.c %D%/frameread.h \
	%D%/framewrite.c %D%/framewrite.h \
	%D%/idmap.c %D%/idmap.h \
	%D%/journal.c %D%/journal.h \
	%D%/journalfile.c %D%/journalfile.h \
	%D%/journalread.c \
	%D%/lock.c %D%/lock.h \
	%D%/recover.c %D%/recover.h \
	%D%/recovermatch.c %D%/recovermatch.h \
	%D%/rowmark.c %D%/rowmark.h \
	%D%/save.c %D%/save.h \
	%D%/savefile.c %D%/savefile.h \
	%D%/savesink.c %D%/savesink.h \
	%D%/saverepo.c \
	%D%/savewrite.c %D%/savewrite.h \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/step.c %D%/step.h \
	%D%/tailrows.c \
	%D%/stray.c \
	%D%/tables.c %D%/tables.h \
	%D%/undo.c
libedit_a_CFLAGS = $(AM_CFLAGS) $(NETTLE_CFLAGS) $(ZLIB_CFLAGS)
EDIT_LIBS = libedit.a $(STORE_LIBS)
