if HAVE_CMOCKA
BASE_TESTS = test-atomicfile test-buf test-codec test-err test-find test-ini test-job \
	test-log test-patch test-path test-regex test-utf8
check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)

test_atomicfile_SOURCES = %D%/test-atomicfile.c %D%/scratch.h %D%/unit.h
test_atomicfile_CFLAGS = $(UNIT_CFLAGS)
test_atomicfile_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
test_atomicfile_LDFLAGS = -Wl,--wrap=fstat,--wrap=fchown,--wrap=fchmod \
	-Wl,--wrap=fsync,--wrap=rename,--wrap=read,--wrap=write,--wrap=close

test_buf_SOURCES = %D%/test-buf.c %D%/unit.h
test_buf_CFLAGS = $(UNIT_CFLAGS)
test_buf_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_codec_SOURCES = %D%/test-codec.c %D%/prng.h %D%/unit.h
test_codec_CFLAGS = $(UNIT_CFLAGS)
test_codec_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_err_SOURCES = %D%/test-err.c %D%/unit.h
test_err_CFLAGS = $(UNIT_CFLAGS)
test_err_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_find_SOURCES = %D%/test-find.c %D%/prng.h %D%/unit.h
test_find_CFLAGS = $(UNIT_CFLAGS)
test_find_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_ini_SOURCES = %D%/test-ini.c %D%/unit.h
test_ini_CFLAGS = $(UNIT_CFLAGS)
test_ini_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_job_SOURCES = %D%/test-job.c %D%/prng.h %D%/unit.h
test_job_CFLAGS = $(UNIT_CFLAGS)
test_job_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
test_job_LDFLAGS = -Wl,--wrap=eventfd

test_log_SOURCES = %D%/test-log.c %D%/scratch.h %D%/unit.h
test_log_CFLAGS = $(UNIT_CFLAGS)
test_log_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_patch_SOURCES = %D%/test-patch.c %D%/prng.h %D%/unit.h
test_patch_CFLAGS = $(UNIT_CFLAGS)
test_patch_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_path_SOURCES = %D%/test-path.c %D%/scratch.h %D%/unit.h
test_path_CFLAGS = $(UNIT_CFLAGS)
test_path_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_regex_SOURCES = %D%/test-regex.c %D%/unit.h
test_regex_CFLAGS = $(UNIT_CFLAGS)
test_regex_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

test_utf8_SOURCES = %D%/test-utf8.c %D%/prng.h %D%/unit.h
test_utf8_CFLAGS = $(UNIT_CFLAGS) $(UTF8PROC_CFLAGS)
test_utf8_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
endif
