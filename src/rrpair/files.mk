# One record as a pair. May include base and json only.
noinst_LIBRARIES += librrpair.a
librrpair_a_SOURCES = \
	%D%/body.h \
	%D%/change.h \
	%D%/editform.h \
	%D%/export.h \
	%D%/field.h \
	%D%/gzip.h \
	%D%/rrpair.h \
	%D%/signature.h \
	%D%/table.h \
	%D%/template.h \
	%D%/token.h \
	%D%/url.c %D%/url.h
librrpair_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
RRPAIR_LIBS = librrpair.a $(JSON_LIBS) $(ZLIB_LIBS)
