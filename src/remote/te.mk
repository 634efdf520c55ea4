# Snapshots of ThousandEyes tests.
libremote_a_SOURCES += \
	%D%/teanswer.c %D%/teanswer.h \
	%D%/teask.c %D%/teask.h \
	%D%/teclient.c %D%/teclient.h \
	%D%/tehistory.c %D%/tehistory.h
