/* The tables, and what in them came with later versions. */
#include "config.h"

#include <string.h>

#include "rrpair/mockcheck.h"
#include "rrpair/mockclass.h"

static const char *const service_types[] = {
	"SOAP_HTTP", "REST", "GENERIC_REST", "EVENT", "GENERIC_EVENT", "GRPC",
	"GRAPHQL", NULL
};
static const char *const resource_types[] = {
	"WSDL", "XSD", "JSON_SCHEMA", "SWAGGER", "RAML", "OPEN_API_SPEC",
	"OPEN_API_SCHEMA", "ASYNC_API_SPEC", "ASYNC_API_SCHEMA", "AVRO_SCHEMA",
	"PROTOBUF_SCHEMA", "PROTOBUF_DESCRIPTOR", "GRAPHQL_SCHEMA",
	"POSTMAN_COLLECTION", "SOAP_UI_PROJECT", "JSON_FRAGMENT", NULL
};
static const char *const binding_types[] = {
	"KAFKA", "MQTT", "WS", "AMQP", "AMQP1", "NATS", "GOOGLEPUBSUB", "SQS",
	"SNS", NULL
};
static const char *const locations[] = {
	"path", "query", "header", "cookie", "formData", "body", NULL
};

#define END { NULL, STRING, 0, NULL, NULL, NULL }
#define STR(name) { name, STRING, 0, NULL, NULL, NULL }
#define NAME(name) { name, STRING, REQUIRED, NULL, NULL, NULL }
#define BOOL(name) { name, BOOLEAN, NOT_NULL, NULL, NULL, NULL }
#define OF(name, type) { name, type, 0, NULL, NULL, NULL }
#define PICK(name, choices) { name, ENUM, 0, choices, NULL, NULL }
#define SUB(name, type, class) { name, type, 0, NULL, &(class), NULL }
#define STR_SINCE(name, since) { name, STRING, 0, NULL, NULL, since }
#define SUB_SINCE(name, type, class, since) \
	{ name, type, 0, NULL, &(class), since }

static const struct mock_member header_members[] = {
	NAME("name"),
	{ "values", STRINGS, REQUIRED | NOT_NULL | UNIQUE, NULL, NULL, NULL },
	END
};
static const struct mock_class header = { "Header", header_members };
static const struct mock_member parameter_members[] = {
	STR("name"), STR("value"), END
};
static const struct mock_class parameter = { "Parameter", parameter_members };
static const struct mock_member constraint_members[] = {
	STR("name"), PICK("in", locations), BOOL("required"), BOOL("recopy"),
	STR("mustMatchRegexp"), END
};
static const struct mock_class constraint = { "ParameterConstraint",
					 constraint_members };
static const struct mock_member callback_members[] = {
	STR("callbackUrlExpression"), STR("method"), OF("order", INTEGER),
	OF("defaultDelay", LONG), END
};
static const struct mock_class callback = { "CallbackInfo", callback_members };
static const struct mock_member trigger_members[] = {
	STR("serviceName"), STR("serviceVersion"), STR("operationName"), END
};
static const struct mock_class trigger = { "TriggerInfo", trigger_members };
static const struct mock_member binding_members[] = {
	PICK("type", binding_types), STR("keyType"), STR("destinationType"),
	STR("destinationName"), STR("method"), STR("qoS"), BOOL("persistent"),
	STR_SINCE("routingKey", "1.14"), END
};
static const struct mock_class binding = { "Binding", binding_members };
static const struct mock_member reply_members[] = {
	STR("addressLocation"), STR("channelAddress"),
	SUB("bindings", MAP_OF_OBJECTS, binding), END
};
static const struct mock_class reply = { "ReplyInfo", reply_members };
static const struct mock_member metadata_members[] = {
	OF("createdOn", DATE), OF("lastUpdate", DATE),
	OF("annotations", MAP_OF_STRINGS), OF("labels", MAP_OF_STRINGS), END
};
static const struct mock_class metadata = { "Metadata", metadata_members };
static const struct mock_member operation_members[] = {
	NAME("name"), STR("method"), STR("action"), STR("inputName"),
	STR("outputName"), SUB("bindings", MAP_OF_OBJECTS, binding),
	SUB_SINCE("callbackInfos", MAP_OF_OBJECTS, callback, "1.14"),
	SUB_SINCE("triggerInfos", OBJECTS, trigger, "1.14"),
	SUB_SINCE("reply", OBJECT, reply, "1.14"), BOOL("override"),
	STR("dispatcher"), STR("dispatcherRules"), OF("defaultDelay", LONG),
	STR_SINCE("defaultDelayStrategy", "1.13"),
	OF("resourcePaths", STRINGS),
	SUB("parameterConstraints", OBJECTS, constraint), END
};
static const struct mock_class operation = { "Operation", operation_members };
static const struct mock_member service_members[] = {
	STR("id"), NAME("name"), NAME("version"), STR("xmlNS"),
	PICK("type", service_types), SUB("metadata", OBJECT, metadata),
	STR("sourceArtifact"),
	{ "operations", OBJECTS, NOT_NULL, NULL, &operation, NULL }, END
};
static const struct mock_member resource_members[] = {
	STR("id"), NAME("name"), STR("path"), STR("content"),
	PICK("type", resource_types), STR("serviceId"), STR("sourceArtifact"),
	{ "mainArtifact", BOOLEAN, NOT_NULL, NULL, NULL, "1.11" },
	OF("operations", STRINGS), END
};
#define MESSAGE \
	NAME("name"), STR("content"), STR("operationId"), STR("testCaseId"), \
	STR("sourceArtifact"), SUB("headers", OBJECTS, header), STR("id")
static const struct mock_member request_members[] = {
	MESSAGE, STR("responseId"), STR_SINCE("callbackName", "1.14"),
	SUB("queryParameters", OBJECTS, parameter), END
};
static const struct mock_member response_members[] = {
	MESSAGE, STR("status"), STR("mediaType"), STR("dispatchCriteria"),
	STR_SINCE("callbackName", "1.14"), BOOL("fault"), END
};
static const struct mock_member event_members[] = {
	MESSAGE, STR("mediaType"), STR("dispatchCriteria"),
	STR_SINCE("replyId", "1.14"), END
};

const struct mock_class *mock_class_of(enum rrpair_proto proto)
{
	static const struct mock_class classes[] = {
		{ "Service", service_members },
		{ "Resource", resource_members },
		{ "Request", request_members },
		{ "Response", response_members },
		{ "EventMessage", event_members },
	};

	switch (proto) {
	case PROTO_MOCK_SERVICE:
		return &classes[0];
	case PROTO_MOCK_RESOURCE:
		return &classes[1];
	case PROTO_MOCK_REQUEST:
		return &classes[2];
	case PROTO_MOCK_RESPONSE:
		return &classes[3];
	case PROTO_MOCK_EVENT:
		return &classes[4];
	default:
		return NULL;
	}
}

const struct mock_member *mock_class_member(const struct mock_class *class,
					const struct json_doc *doc,
					uint32_t node)
{
	for (const struct mock_member *m = class->members; m->name; m++)
		if (json_key_is(doc, node, m->name, strlen(m->name)))
			return m;
	return NULL;
}

/* ---- members of later versions ---- */

struct newer {
	const struct rrpair *pair;
	bool (*each)(void *arg, uint32_t node, const char *since);
	void *arg;
};

static bool newer_in(struct newer *w, uint32_t node, const struct mock_class *class);

static bool newer_all(struct newer *w, uint32_t list, const struct mock_class *class)
{
	const struct json_doc *doc = &w->pair->doc;

	if (doc->nodes[list].type < JSON_ARRAY)
		return true;
	for (uint32_t n = json_first(doc, list); n != JSON_NONE;
	     n = json_next(doc, n))
		if (!newer_in(w, n, class))
			return false;
	return true;
}

static bool newer_in(struct newer *w, uint32_t node, const struct mock_class *class)
{
	const struct json_doc *doc = &w->pair->doc;

	if (doc->nodes[node].type != JSON_OBJECT)
		return true;
	for (uint32_t n = json_first(doc, node); n != JSON_NONE;
	     n = json_next(doc, n)) {
		const struct mock_member *m = mock_class_member(class, doc, n);

		if (m && m->since && !w->each(w->arg, n, m->since))
			return false;
		if (m && m->class &&
		    !(m->type == OBJECT ? newer_in(w, n, m->class)
					: newer_all(w, n, m->class)))
			return false;
	}
	return true;
}

void mock_newer_members(const struct rrpair *pair,
			bool (*each)(void *arg, uint32_t node,
				     const char *since),
			void *arg)
{
	const struct mock_class *class = mock_class_of(pair->proto);
	struct newer w = { pair, each, arg };

	if (class)
		newer_in(&w, 0, class);
}
