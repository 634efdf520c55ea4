# Lossless JSON. May include base only.
noinst_LIBRARIES += libjson.a
libjson_a_SOURCES = \
	%D%/canonical.c \
	%D%/format.c %D%/format.h \
	%D%/locate.c %D%/locate.h \
	%D%/number.c \
	%D%/path.c \
	%D%/scan.c %D%/scan.h \
	%D%/spacing.c %D%/spacing.h \
	%D%/splice.c %D%/splice.h \
	%D%/string.c \
	%D%/value.c %D%/value.h
libjson_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
JSON_LIBS = libjson.a $(CJSON_LIBS) $(BASE_LIBS)
