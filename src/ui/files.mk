# The widget toolkit: draws on a canvas of cells, knows no RRPairs and no JSON.
# Only term.c includes curses.
noinst_LIBRARIES += libui.a
libui_a_SOURCES = \
	%D%/canvas.c %D%/canvas.h \
	%D%/dialog.c %D%/dialog.h \
	%D%/event.h \
	%D%/form.c %D%/form.h \
	%D%/formdraw.c \
	%D%/handover.c %D%/handover.h \
	%D%/hexedit.c %D%/hexedit.h \
	%D%/input.c %D%/input.h \
	%D%/keymap.c %D%/keymap.h \
	%D%/list.c %D%/list.h \
	%D%/menu.c %D%/menu.h \
	%D%/pager.c %D%/pager.h \
	%D%/prompt.c %D%/prompt.h \
	%D%/promptdraw.c \
	%D%/split.c %D%/split.h \
	%D%/statusbar.c %D%/statusbar.h \
	%D%/style.c %D%/style.h \
	%D%/table.c %D%/table.h \
	%D%/tabledraw.c \
	%D%/tabs.c %D%/tabs.h \
	%D%/term.c %D%/term.h \
	%D%/termsize.c %D%/termsize.h \
	%D%/textbuf.c %D%/textbuf.h \
	%D%/textdraw.c \
	%D%/textedit.c %D%/textedit.h \
	%D%/textkeys.c %D%/textkeys.h \
	%D%/textmove.c \
	%D%/textrows.c %D%/textrows.h \
	%D%/tree.c %D%/tree.h \
	%D%/treedraw.c \
	%D%/wrap.c %D%/wrap.h
libui_a_CFLAGS = $(AM_CFLAGS) $(NCURSESW_CFLAGS)
UI_LIBS = libui.a $(BASE_LIBS) $(NCURSESW_LIBS)
