# The upper half: merge, sync state, push and pull.
libremote_a_SOURCES += \
	%D%/merge.c %D%/merge.h \
	%D%/mergeindex.c %D%/mergeindex.h \
	%D%/mergeplan.h \
	%D%/mergetext.c %D%/mergetext.h \
	%D%/mergewrite.c
