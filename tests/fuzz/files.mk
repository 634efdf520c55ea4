# Fuzz targets. `make check` replays the inputs in corpus/NAME, one file each,
# without a fuzzer. To look for new ones, with clang:
#
#     make fuzz FUZZ=json FUZZ_LAYERS='base json' FUZZ_SECONDS=300
#
# (fuzz-conf: FUZZ=conf FUZZ_LAYERS=base FUZZ_FILES='src/app/conf.c
# src/ui/keymap.c'). What it finds lies in fuzz-work/; a finding belongs into corpus/NAME under a
# name that says what was wrong.
FUZZ_TARGETS = fuzz-check fuzz-codec fuzz-columns fuzz-conf fuzz-frame \
	fuzz-gzip fuzz-journal fuzz-json fuzz-library fuzz-patch fuzz-query \
	fuzz-remote fuzz-rrpair fuzz-utf8
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
EXTRA_DIST += %D%/corpus

FUZZ_REPLAY = %D%/replay.c %D%/fuzz.h
fuzz_json_SOURCES = %D%/fuzz-json.c $(FUZZ_REPLAY)
fuzz_json_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/json"'
fuzz_json_LDADD = $(JSON_LIBS)

fuzz_codec_SOURCES = %D%/fuzz-codec.c $(FUZZ_REPLAY)
fuzz_codec_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/codec"'
fuzz_codec_LDADD = $(BASE_LIBS)

fuzz_library_SOURCES = %D%/fuzz-library.c $(FUZZ_REPLAY)
fuzz_library_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/library"'
fuzz_library_LDADD = $(STORE_LIBS)

fuzz_journal_SOURCES = %D%/fuzz-journal.c $(FUZZ_REPLAY)
fuzz_journal_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/journal"'
fuzz_journal_LDADD = $(EDIT_LIBS)

fuzz_patch_SOURCES = %D%/fuzz-patch.c $(FUZZ_REPLAY)
fuzz_patch_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/patch"'
fuzz_patch_LDADD = $(BASE_LIBS)

fuzz_query_SOURCES = %D%/fuzz-query.c $(FUZZ_REPLAY)
fuzz_query_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/query"'
fuzz_query_LDADD = $(RRPAIR_LIBS)

fuzz_rrpair_SOURCES = %D%/fuzz-rrpair.c $(FUZZ_REPLAY)
fuzz_rrpair_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/rrpair"'
fuzz_rrpair_LDADD = $(RRPAIR_LIBS)

fuzz_utf8_SOURCES = %D%/fuzz-utf8.c $(FUZZ_REPLAY)
fuzz_utf8_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/utf8"'
fuzz_utf8_LDADD = $(BASE_LIBS)

fuzz_check_SOURCES = %D%/fuzz-check.c $(FUZZ_REPLAY)
fuzz_check_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/check"'
fuzz_check_LDADD = $(RRPAIR_LIBS)

fuzz_columns_SOURCES = %D%/fuzz-columns.c $(FUZZ_REPLAY)
fuzz_columns_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/columns"'
fuzz_columns_LDADD = $(STORE_LIBS)

fuzz_frame_SOURCES = %D%/fuzz-frame.c $(FUZZ_REPLAY)
fuzz_frame_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/frame"'
fuzz_frame_LDADD = $(EDIT_LIBS)

fuzz_conf_SOURCES = %D%/fuzz-conf.c $(FUZZ_REPLAY)
fuzz_conf_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/conf"'
fuzz_conf_LDADD = libapp.a $(UI_LIBS)

fuzz_gzip_SOURCES = %D%/fuzz-gzip.c $(FUZZ_REPLAY)
fuzz_gzip_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/gzip"'
fuzz_gzip_LDADD = $(STORE_LIBS) $(RRPAIR_LIBS)

fuzz_remote_SOURCES = %D%/fuzz-remote.c $(FUZZ_REPLAY)
fuzz_remote_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(abs_top_srcdir)/%D%/corpus/remote"'
fuzz_remote_LDADD = $(REMOTE_LIBS)

FUZZ = json
FUZZ_LAYERS = base json
FUZZ_FILES =	# besides the layers, as src/DIR/FILE.c
FUZZ_SECONDS = 60
.PHONY: fuzz
fuzz: config.h
	$(MKDIR_P) fuzz-work/$(FUZZ)
	sources=; for l in $(FUZZ_LAYERS); do \
		sources="$$sources $$(echo $(srcdir)/src/$$l/*.c)"; done; \
	for f in $(FUZZ_FILES); do sources="$$sources $(srcdir)/$$f"; done; \
	clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined $(DEFS) $(AM_CPPFLAGS) \
		$(CJSON_CFLAGS) $(UTF8PROC_CFLAGS) $(NETTLE_CFLAGS) \
		$(ZLIB_CFLAGS) $(PCRE2_CFLAGS) $(CURL_CFLAGS) $(EXPAT_CFLAGS) \
		-o fuzz-live-$(FUZZ) $(srcdir)/%D%/fuzz-$(FUZZ).c $$sources \
		$(CJSON_LIBS) $(UTF8PROC_LIBS) $(NETTLE_LIBS) $(ZLIB_LIBS) \
		$(PCRE2_LIBS) $(CURL_LIBS) $(EXPAT_LIBS) $(LIBS) -lm
	./fuzz-live-$(FUZZ) -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-rss_limit_mb=4096 -artifact_prefix=fuzz-work/ \
		fuzz-work/$(FUZZ) $(srcdir)/%D%/corpus/$(FUZZ)
CLEANFILES += \
	fuzz-live-check \
	fuzz-live-codec \
	fuzz-live-columns \
	fuzz-live-conf \
	fuzz-live-frame \
	fuzz-live-gzip \
	fuzz-live-journal \
	fuzz-live-json \
	fuzz-live-library \
	fuzz-live-patch \
	fuzz-live-query \
	fuzz-live-remote \
	fuzz-live-rrpair \
	fuzz-live-utf8
