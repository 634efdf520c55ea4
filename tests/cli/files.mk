# The commands, from outside: a shell, a private home and store, exact output.
CLI_TESTS = \
	%D%/bulk.sh \
	%D%/edit.sh \
	%D%/microcks.sh \
	%D%/hostile.sh \
	%D%/read.sh \
	%D%/speedctl.sh \
	%D%/store.sh \
	%D%/sync.sh
TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS) %D%/lib.sh \
	tests/data/importer-cases.txt \
	tests/data/make-repository.py \
	tests/servers/speedctl.sh tests/servers/sync-matrix.sh \
	tests/data/shop.jsonl

# Push and pull against every kind of server that is installed.
.PHONY: check-sync
check-sync: rredit
	builddir=. $(SHELL) $(srcdir)/tests/servers/sync-matrix.sh
