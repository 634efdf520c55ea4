# Push and pull: transfers, kinds of remotes, synchronisation. May include base,
# json, store, rrpair.
noinst_LIBRARIES += libremote.a
libremote_a_SOURCES = \
	%D%/awscreds.c %D%/awscreds.h \
	%D%/claim.c %D%/claim.h \
	%D%/davlist.c %D%/davlist.h \
	%D%/directory.c \
	%D%/http-call.h \
	%D%/http-put.c \
	%D%/http.c \
	%D%/objects-kind.h \
	%D%/objects.c %D%/objects.h \
	%D%/remoteconf.c %D%/remoteconf.h \
	%D%/s3-call.h \
	%D%/s3-list.c \
	%D%/s3-multi.c \
	%D%/s3-sum.c \
	%D%/s3.c \
	%D%/secret.c %D%/secret.h \
	%D%/transfer-answer.c \
	%D%/transfer-curl.h \
	%D%/transfer-once.c \
	%D%/transfer.c %D%/transfer.h \
	%D%/weburl.c %D%/weburl.h \
	%D%/watch.c %D%/watch.h \
	%D%/xml.c %D%/xml.h
libremote_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(EXPAT_CFLAGS) \
	$(NETTLE_CFLAGS) $(ZLIB_CFLAGS)
REMOTE_LIBS = libremote.a librrpair.a $(STORE_LIBS) $(CURL_LIBS) $(EXPAT_LIBS)
