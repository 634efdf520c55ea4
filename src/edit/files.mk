# Documents: edits, undo, journal, save. May include base, json, store, rrpair.
EXTRA_DIST += \
	%D%/document.h \
	%D%/journal.h \
	%D%/lock.h \
	%D%/recover.h \
	%D%/save.h \
	%D%/snapshot.h \
	%D%/step.h
