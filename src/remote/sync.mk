# The upper half: merge, sync state, push and pull.
libremote_a_SOURCES += \
	%D%/merge.c %D%/merge.h \
	%D%/mergeindex.c %D%/mergeindex.h \
	%D%/mergeplan.h \
	%D%/mergetext.c %D%/mergetext.h \
	%D%/mergewrite.c \
	%D%/command.c %D%/command.h \
	%D%/normal.c %D%/normal.h \
	%D%/peer.c %D%/peer.h \
	%D%/prepush.c %D%/prepush.h \
	%D%/speedctl.c %D%/speedctl.h \
	%D%/sync.c %D%/sync.h \
	%D%/syncfetch.c \
	%D%/syncfiles.c %D%/syncfiles.h \
	%D%/syncmerge.c \
	%D%/syncplan.h \
	%D%/syncpull.c \
	%D%/syncpush.c \
	%D%/syncstate.c %D%/syncstate.h
