package io.httpqueue.api;

import io.httpqueue.api.v1.DeleteEventTypeRequest;
import io.httpqueue.api.v1.DeleteEventTypeResponse;
import io.httpqueue.api.v1.ListEventTypesRequest;
import io.httpqueue.api.v1.ListEventTypesResponse;
import io.httpqueue.api.v1.PutEventTypeRequest;
import io.httpqueue.api.v1.PutEventTypeResponse;
import io.httpqueue.event.EventType;
import io.httpqueue.event.EventTypes;
import io.httpqueue.event.InvalidPayloadSchemaException;
import io.httpqueue.event.PayloadSchema;
import io.httpqueue.event.SchemaMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/** Writes, lists and deletes event types on behalf of clients. Thread-safe. */
@Component
class EventTypeRegistrations {

  private static final int MAX_SCHEMA_BYTES = 64 * 1024;
  private static final int MAX_DESCRIPTION = 1024;

  private final EventTypes types;

  EventTypeRegistrations(EventTypes types) {
    this.types = types;
  }

  PutEventTypeResponse put(PutEventTypeRequest request) {
    EventType written = types.put(definition(request.getEventType()));
    return PutEventTypeResponse.newBuilder().setEventType(message(written)).build();
  }

  ListEventTypesResponse list(ListEventTypesRequest request) {
    PageToken token = new PageToken("ListEventTypes", request.getNamespace());
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    int pageSize = RequestRules.pageSize(request.getPageSize(), violations);
    String after = token.readName(request.getPageToken(), violations).orElse("");
    violations.throwIfAny();
    List<EventType> page = types.page(request.getNamespace(), after, pageSize + 1);
    ListEventTypesResponse.Builder response = ListEventTypesResponse.newBuilder();
    ResponseBudget budget = new ResponseBudget();
    for (EventType type : page) {
      io.httpqueue.api.v1.EventType message = message(type);
      if (response.getEventTypesCount() == pageSize || !budget.takes(message)) {
        response.setNextPageToken(
            token.after(response.getEventTypes(response.getEventTypesCount() - 1).getName()));
        break;
      }
      response.addEventTypes(message);
    }
    return response.build();
  }

  DeleteEventTypeResponse delete(DeleteEventTypeRequest request) {
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    NameRules.checkName("name", request.getName(), violations);
    violations.throwIfAny();
    if (!types.delete(request.getNamespace(), request.getName())) {
      throw new NotFoundException("event type", request.getName());
    }
    return DeleteEventTypeResponse.getDefaultInstance();
  }

  private static EventType.Definition definition(io.httpqueue.api.v1.EventType type) {
    Violations violations = new Violations();
    NameRules.checkName("event_type.namespace", type.getNamespace(), violations);
    NameRules.checkName("event_type.name", type.getName(), violations);
    SchemaMode mode = mode(type, violations);
    checkSchema(type.getJsonSchema(), mode, violations);
    checkDescription(type.getDescription(), violations);
    violations.throwIfAny();
    return new EventType.Definition(
        type.getNamespace(),
        type.getName(),
        type.getJsonSchema().isEmpty() ? null : type.getJsonSchema(),
        mode,
        type.getDescription());
  }

  private static SchemaMode mode(io.httpqueue.api.v1.EventType type, Violations violations) {
    return switch (type.getMode()) {
      case SCHEMA_MODE_UNSPECIFIED, SCHEMA_MODE_OFF -> SchemaMode.OFF;
      case SCHEMA_MODE_WARN -> SchemaMode.WARN;
      case SCHEMA_MODE_REJECT -> SchemaMode.REJECT;
      case UNRECOGNIZED -> {
        violations.add(
            "event_type.mode", "is %d, must be off, warn or reject".formatted(type.getModeValue()));
        yield SchemaMode.OFF;
      }
    };
  }

  private static void checkSchema(String schema, SchemaMode mode, Violations violations) {
    String field = "event_type.json_schema";
    int bytes = schema.getBytes(StandardCharsets.UTF_8).length;
    if (schema.isEmpty()) {
      if (mode != SchemaMode.OFF) {
        violations.add(field, "is required where the mode is not off");
      }
    } else if (bytes > MAX_SCHEMA_BYTES) {
      violations.add(field, "has %d bytes, must have at most 65536 (64 KiB)".formatted(bytes));
    } else {
      try {
        PayloadSchema.compile(schema);
      } catch (InvalidPayloadSchemaException e) {
        violations.add(field, e.problem());
      }
    }
  }

  private static void checkDescription(String description, Violations violations) {
    if (description.length() > MAX_DESCRIPTION) {
      violations.add(
          "event_type.description",
          "has %d characters, must have at most 1024".formatted(description.length()));
    } else if (RequestRules.hasNul(description)) {
      violations.add("event_type.description", "must not hold the character NUL");
    }
  }

  private static io.httpqueue.api.v1.EventType message(EventType type) {
    io.httpqueue.api.v1.EventType.Builder message =
        io.httpqueue.api.v1.EventType.newBuilder()
            .setNamespace(type.namespace())
            .setName(type.name())
            .setMode(mode(type.mode()))
            .setDescription(type.description())
            .setCreatedAt(type.createdAt().getEpochSecond())
            .setUpdatedAt(type.updatedAt().getEpochSecond());
    String schema = type.jsonSchema();
    if (schema != null) {
      message.setJsonSchema(schema);
    }
    return message.build();
  }

  private static io.httpqueue.api.v1.SchemaMode mode(SchemaMode mode) {
    return switch (mode) {
      case OFF -> io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_OFF;
      case WARN -> io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_WARN;
      case REJECT -> io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_REJECT;
    };
  }
}
