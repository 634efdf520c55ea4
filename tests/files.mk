# Tests speak TAP. Unit tests link their own layer and those below, no more.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	srcdir='$(srcdir)'; export srcdir; \
	builddir='.'; export builddir; \
	LC_ALL=C.UTF-8; export LC_ALL; TZ=UTC; export TZ;

UNIT_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/data"'
UNIT_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

include tests/check/files.mk
include tests/unit/base.mk
include tests/unit/check.mk
include tests/unit/ui.mk
include tests/unit/app.mk
include tests/cli/files.mk
include tests/pty/files.mk
include tests/screen/files.mk
include tests/unit/json.mk
include tests/unit/rrpair.mk
include tests/unit/query.mk
include tests/unit/store.mk
include tests/unit/edit.mk
include tests/unit/sync.mk
include tests/unit/remote.mk
include tests/fault/files.mk
include tests/servers/files.mk
include tests/unit/te.mk
include tests/servers/te.mk

# Held by scripts: the shape of the sources and what is said about them.
TESTS += \
	%D%/lint/docs.sh \
	%D%/lint/lint.sh \
	%D%/lint/manual.sh \
	%D%/lint/potfiles.sh \
	%D%/lint/selftest.sh \
	%D%/lint/tour.sh
EXTRA_DIST += \
	%D%/bare-root.sh \
	%D%/lint/catalogues.sh \
	%D%/lint/docs.sh \
	%D%/lint/lint.sh \
	%D%/lint/manual.sh \
	%D%/lint/potfiles.sh \
	%D%/lint/rules.awk \
	%D%/lint/selftest.sh \
	%D%/lint/tour.sh

# The program's tables as the manual shows them.
check_PROGRAMS += print-tables
print_tables_SOURCES = %D%/lint/print-tables.c
print_tables_LDADD = libapp.a $(RRPAIR_LIBS) $(UI_LIBS)
.PHONY: update-man
update-man: print-tables
	@srcdir='$(srcdir)' builddir=. $(SHELL) $(srcdir)/%D%/lint/manual.sh --update

# Apart from `make check`, because text comes before its translations.
.PHONY: check-catalogues
check-catalogues:
	@srcdir='$(srcdir)' $(SHELL) $(srcdir)/%D%/lint/catalogues.sh

include tests/fuzz/files.mk
