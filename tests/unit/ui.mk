if HAVE_CMOCKA
UI_TESTS = test-canvas test-form test-frame test-input test-keymap \
	test-list test-prompt test-style test-table test-textbuf test-textedit \
	test-textkeys
check_PROGRAMS += $(UI_TESTS)
TESTS += $(UI_TESTS)
test_canvas_SOURCES = %D%/test-canvas.c %D%/unit.h %D%/screen.h
test_canvas_CFLAGS = $(UNIT_CFLAGS)
test_canvas_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_form_SOURCES = %D%/test-form.c %D%/unit.h %D%/screen.h
test_form_CFLAGS = $(UNIT_CFLAGS)
test_form_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_frame_SOURCES = %D%/test-frame.c %D%/unit.h %D%/screen.h
test_frame_CFLAGS = $(UNIT_CFLAGS)
test_frame_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_input_SOURCES = %D%/test-input.c %D%/unit.h
test_input_CFLAGS = $(UNIT_CFLAGS)
test_input_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_keymap_SOURCES = %D%/test-keymap.c %D%/unit.h
test_keymap_CFLAGS = $(UNIT_CFLAGS)
test_keymap_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_list_SOURCES = %D%/test-list.c %D%/unit.h %D%/screen.h
test_list_CFLAGS = $(UNIT_CFLAGS)
test_list_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_prompt_SOURCES = %D%/test-prompt.c %D%/unit.h %D%/screen.h
test_prompt_CFLAGS = $(UNIT_CFLAGS)
test_prompt_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_style_SOURCES = %D%/test-style.c %D%/unit.h
test_style_CFLAGS = $(UNIT_CFLAGS)
test_style_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_table_SOURCES = %D%/test-table.c %D%/unit.h %D%/screen.h
test_table_CFLAGS = $(UNIT_CFLAGS)
test_table_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_textbuf_SOURCES = %D%/test-textbuf.c %D%/unit.h %D%/screen.h
test_textbuf_CFLAGS = $(UNIT_CFLAGS)
test_textbuf_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_textedit_SOURCES = %D%/test-textedit.c %D%/unit.h %D%/screen.h
test_textedit_CFLAGS = $(UNIT_CFLAGS)
test_textedit_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
test_textkeys_SOURCES = %D%/test-textkeys.c %D%/unit.h
test_textkeys_CFLAGS = $(UNIT_CFLAGS)
test_textkeys_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)
endif
