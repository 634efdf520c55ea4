# The ground floor: no knowledge of JSON, RRPairs or screens.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/atomicfile.c %D%/atomicfile.h \
	%D%/base64.c %D%/codec.h \
	%D%/buf.c %D%/buf.h \
	%D%/err.c %D%/err.h \
	%D%/fileread.c \
	%D%/find.c %D%/find.h \
	%D%/i18n.h \
	%D%/ini.c %D%/ini.h \
	%D%/job.c %D%/job.h %D%/lock.c \
	%D%/log.c %D%/log.h \
	%D%/mem.c %D%/mem.h \
	%D%/patch.c %D%/patch.h \
	%D%/path.c %D%/path.h \
	%D%/regex.c %D%/regex.h \
	%D%/rfc3339.c \
	%D%/sha256.c \
	%D%/utf8.c %D%/utf8.h %D%/utf8show.c \
	%D%/uuid.c \
	%D%/wake.c %D%/wake.h
libbase_a_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(NETTLE_CFLAGS) \
	$(PCRE2_CFLAGS)
BASE_LIBS = libbase.a $(UTF8PROC_LIBS) $(NETTLE_LIBS) $(PCRE2_LIBS)
