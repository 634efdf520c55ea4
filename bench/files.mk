# The benchmark and the generator of its data. `make check` builds the programs,
# so that they keep up with what they measure.
check_PROGRAMS += bench/gen bench/measure bench/probe bench/remote bench/stall
bench_gen_SOURCES = \
	%D%/gen.c %D%/gen.h \
	%D%/genrecord.c \
	%D%/gentext.c
bench_gen_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
bench_gen_LDADD = $(BASE_LIBS) $(ZLIB_LIBS) -lm

bench_measure_SOURCES = %D%/measure.c
bench_measure_LDADD =

bench_probe_SOURCES = %D%/probe.c
bench_probe_LDADD = $(APP_LIBS)

bench_remote_SOURCES = %D%/remote.c
bench_remote_LDADD = $(REMOTE_LIBS)

bench_stall_SOURCES = \
	%D%/stall.c %D%/gen.h \
	%D%/gentext.c
bench_stall_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_stall_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
bench_stall_LDADD = $(APP_LIBS) $(ZLIB_LIBS) -lm

if HAVE_VTERM
check_PROGRAMS += bench/keys
bench_keys_SOURCES = \
	%D%/keys.c \
	tests/pty/keys.c tests/pty/ptyrun.h \
	tests/pty/screen.c
bench_keys_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_keys_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
bench_keys_LDADD = $(UI_LIBS) $(VTERM_LIBS)
endif

EXTRA_DIST += %D%/run %D%/remotes %D%/python-search.py

# Not part of `make check`: it wants a quiet machine and some minutes.
.PHONY: bench bench-quick bench-remotes bench-stall
bench: rredit $(check_PROGRAMS)
	@srcdir='$(srcdir)' $(SHELL) $(srcdir)/%D%/run
bench-quick: rredit $(check_PROGRAMS)
	@srcdir='$(srcdir)' BENCH_SIZE=100M BENCH_LARGE=400000000 \
		BENCH_TINY=1000000 $(SHELL) $(srcdir)/%D%/run
# Keys on records with a body of 10 MB, and of 2 MB.
bench-stall: bench/stall
	@bench/stall; bench/stall -b 1500000
# Push and pull of 1 GB beside curl and rclone.
bench-remotes: bench/remote
	@srcdir='$(srcdir)' $(SHELL) $(srcdir)/%D%/remotes
