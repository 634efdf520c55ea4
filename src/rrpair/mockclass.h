/*
 * mockclass - the classes of a Microcks repository, as tables.
 *
 * Private to src/rrpair. From the published schema: what members an element
 * has, of which types, and since which version of the server. Pure data.
 */
#ifndef RREDIT_RRPAIR_MOCKCLASS_H
#define RREDIT_RRPAIR_MOCKCLASS_H

#include "rrpair/rrpair.h"

enum mock_type {
	STRING, BOOLEAN, LONG, INTEGER, DATE, ENUM, STRINGS, OBJECT, OBJECTS,
	MAP_OF_STRINGS, MAP_OF_OBJECTS
};
enum {
	REQUIRED = 1,	/* the schema asks for it */
	NOT_NULL = 2,	/* the schema takes no null */
	UNIQUE = 4,	/* a set: values that repeat collapse */
};

struct mock_class;
struct mock_member {
	const char *name;
	enum mock_type type;
	unsigned flags;
	const char *const *choices;	/* ENUM */
	const struct mock_class *class;	/* OBJECT, OBJECTS, MAP_OF_OBJECTS */
	const char *since;	/* first version that knows it; NULL: all */
};
struct mock_class {
	const char *name;
	const struct mock_member *members;
};

/* The class of an element; NULL: of none. */
const struct mock_class *mock_class_of(enum rrpair_proto proto);
/* The member of the class that has the key of this node, or NULL. */
const struct mock_member *mock_class_member(const struct mock_class *class,
					    const struct json_doc *doc,
					    uint32_t node);

#endif
