# The screen, and the commands without one. May include everything.
noinst_LIBRARIES += libapp.a
libapp_a_SOURCES = \
	%D%/act-bulk.c \
	%D%/act-copy.c \
	%D%/act-edit.c \
	%D%/act-move.c \
	%D%/actions.h \
	%D%/app-actions.c \
	%D%/app-ask.c \
	%D%/app-complete.c \
	%D%/app-draw.c \
	%D%/app-editor.c \
	%D%/app-history.c \
	%D%/app-hold.c \
	%D%/app-input.c \
	%D%/app-keys.c \
	%D%/app-loop.c \
	%D%/app-stack.c \
	%D%/app.h \
	%D%/batch-add.c \
	%D%/batch-bulk.c \
	%D%/batch-change.c \
	%D%/batch-check.c \
	%D%/batch-diff.c \
	%D%/batch-edit.c \
	%D%/batch-filter.c \
	%D%/batch-guard.c \
	%D%/batch-list.c \
	%D%/batch-match.c \
	%D%/batch-microcks.c \
	%D%/batch-out.c \
	%D%/batch-pull.c \
	%D%/batch-push.c \
	%D%/batch-remotes.c \
	%D%/batch-replace.c \
	%D%/batch-row.c \
	%D%/batch-run.h \
	%D%/batch-set.c \
	%D%/batch-show.c \
	%D%/batch-store.c \
	%D%/batch-sync.c %D%/batch-sync.h \
	%D%/batch-target.c \
	%D%/batch-te.c \
	%D%/batch-value.c \
	%D%/batch.c %D%/batch.h \
	%D%/body-edit.c \
	%D%/body-load.c \
	%D%/body-view.h \
	%D%/bulk.c %D%/bulk.h \
	%D%/changeline.c %D%/changeline.h \
	%D%/changes.c %D%/changes.h \
	%D%/command.c %D%/command.h \
	%D%/commands.c \
	%D%/complete.c %D%/complete.h \
	%D%/conf.c %D%/conf.h \
	%D%/confedit.c %D%/confedit.h \
	%D%/demo.c %D%/demo.h \
	%D%/fielddiff.c %D%/fielddiff.h \
	%D%/jsoncolour.c %D%/jsoncolour.h \
	%D%/filtering.c %D%/filtering.h \
	%D%/filters.c %D%/filters.h \
	%D%/fold.c %D%/fold.h \
	%D%/group.c %D%/group.h \
	%D%/histogram.c %D%/histogram.h \
	%D%/jsonfind.c %D%/jsonfind.h \
	%D%/jsontree-edit.c \
	%D%/jsontree.c %D%/jsontree.h \
	%D%/linediff.c %D%/linediff.h \
	%D%/listing.c %D%/listing.h \
	%D%/matching.c %D%/matching.h \
	%D%/nav.c %D%/nav.h \
	%D%/options.c %D%/options.h \
	%D%/order.c %D%/order.h \
	%D%/pairs-columns.c \
	%D%/pairs-edit.c \
	%D%/pairs-find.c \
	%D%/pairs-fold.c \
	%D%/pairs-tail.c \
	%D%/pairs.h \
	%D%/pair-draw.c \
	%D%/pair-record.c \
	%D%/pair.h \
	%D%/part-body.c \
	%D%/part-form.c \
	%D%/part-problems.c \
	%D%/part-raw.c \
	%D%/part-rows.c \
	%D%/part-signature.c \
	%D%/part-tokens.c \
	%D%/part-tree.c \
	%D%/preview.c %D%/preview.h \
	%D%/record.c %D%/record.h \
	%D%/recordtext.c %D%/recordtext.h \
	%D%/renewing.c %D%/renewing.h \
	%D%/repository-convert.c \
	%D%/repository-copy.c \
	%D%/repository-edit.c \
	%D%/repository-rows.c %D%/repository-rows.h \
	%D%/repository.c %D%/repository.h \
	%D%/replacing.c %D%/replacing.h \
	%D%/rowmap.c %D%/rowmap.h \
	%D%/scan.c %D%/scan.h \
	%D%/seen.c %D%/seen.h \
	%D%/session-check.c \
	%D%/session-copy.c \
	%D%/session-disk.c \
	%D%/session-record.c \
	%D%/session-recover.c \
	%D%/session-save.c \
	%D%/session.c %D%/session.h \
	%D%/shifting.c %D%/shifting.h \
	%D%/show.c %D%/show.h \
	%D%/state.h \
	%D%/store-edit.c \
	%D%/store-view.h \
	%D%/swapping.c %D%/swapping.h \
	%D%/syncer.c %D%/syncer.h \
	%D%/syncing.c %D%/syncing.h \
	%D%/syncing-ask.c \
	%D%/syncing-doc.c \
	%D%/syncmarks.c %D%/syncmarks.h \
	%D%/view-backups.c \
	%D%/view-body.c \
	%D%/view-changes.c \
	%D%/view-compare.c \
	%D%/view-conflicts.c \
	%D%/view-groups.c \
	%D%/view-help.c \
	%D%/view-histogram.c \
	%D%/view-jobs.c \
	%D%/view-messages.c \
	%D%/view-meta.c \
	%D%/view-pair.c \
	%D%/view-pairs.c \
	%D%/view-problems.c \
	%D%/view-remote.c \
	%D%/view-remotes.c \
	%D%/view-store.c \
	%D%/teform.h \
	%D%/tework.c \
	%D%/view-te.c \
	%D%/view-teform.c \
	%D%/view-trash.c \
	%D%/view.h \
	%D%/views.h
APP_LIBS = libapp.a $(REMOTE_LIBS) $(EDIT_LIBS) $(RRPAIR_LIBS) $(UI_LIBS)

bin_PROGRAMS += rredit
rredit_SOURCES = src/main.c
rredit_CFLAGS = $(AM_CFLAGS)
rredit_LDADD = $(APP_LIBS)
