# One record as a pair. May include base and json only.
noinst_LIBRARIES += librrpair.a
librrpair_a_SOURCES = \
	%D%/body.c %D%/body.h \
	%D%/bodyset.c %D%/bodyset.h \
	%D%/change.c %D%/change.h \
	%D%/check-body.c \
	%D%/check-fix.c \
	%D%/check-internal.h \
	%D%/check-json.c \
	%D%/check-links.c \
	%D%/check-members.c \
	%D%/check-rules.c \
	%D%/check-secret.c \
	%D%/check.c %D%/check.h \
	%D%/cookierows.c \
	%D%/disagree.c \
	%D%/dotted.c \
	%D%/editdiff.c %D%/editdiff.h \
	%D%/editform.c %D%/editform.h \
	%D%/editparse.c \
	%D%/editparts.h \
	%D%/export.c %D%/export.h \
	%D%/field.c %D%/field.h \
	%D%/fieldtable.c \
	%D%/get.c \
	%D%/gzip.c %D%/gzip.h \
	%D%/header.h \
	%D%/headerset.c \
	%D%/jwt.c \
	%D%/linkform.c \
	%D%/links.c %D%/links.h \
	%D%/maprows.c \
	%D%/mock.c %D%/mock.h \
	%D%/mockcheck.c %D%/mockcheck.h \
	%D%/mockclass.c %D%/mockclass.h \
	%D%/mockconvert.h \
	%D%/mockindex.c \
	%D%/mocklost.c \
	%D%/mockmake.c \
	%D%/mockplay.c \
	%D%/mockreport.c \
	%D%/mockstrip.h \
	%D%/pairtable.c %D%/pairtable.h \
	%D%/paramrows.c \
	%D%/params.c %D%/params.h \
	%D%/paramset.c \
	%D%/parts.c %D%/parts.h \
	%D%/plan.c %D%/plan.h \
	%D%/query-body.c \
	%D%/query-complete.c \
	%D%/query-eval.c \
	%D%/query-json.c \
	%D%/query-keywords.c %D%/query-ast.h \
	%D%/query-lex.c %D%/query-lex.h \
	%D%/query-parse.c %D%/query.h \
	%D%/query-print.c \
	%D%/query-run.c %D%/query-run.h \
	%D%/query-skim.c \
	%D%/query-test.c \
	%D%/query-text.c \
	%D%/query-value.c \
	%D%/query-xml.c %D%/query-xml.h \
	%D%/rawhttp.c \
	%D%/rrpair.c %D%/rrpair.h \
	%D%/secret.c %D%/secret.h \
	%D%/set.c %D%/set.h \
	%D%/sign.c %D%/sign.h \
	%D%/signature.c %D%/signature.h \
	%D%/signset.c \
	%D%/tableedit.c %D%/tableedit.h \
	%D%/template.c %D%/template.h \
	%D%/token.c %D%/token.h \
	%D%/unset.c \
	%D%/url.c %D%/url.h \
	%D%/urlset.c
librrpair_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
RRPAIR_LIBS = librrpair.a $(JSON_LIBS) $(ZLIB_LIBS)
