package io.httpqueue.event;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON Schema that payloads are checked against. A schema comes from a caller, and so does the
 * payload: nothing is fetched, regular expressions take linear time, and a check has a bounded
 * number of steps. Thread-safe.
 */
public final class PayloadSchema {

  private static final Logger log = LoggerFactory.getLogger(PayloadSchema.class);

  /** As many as a payload of 1 MiB can have values, a few times over: some tenths of a second. */
  private static final long MAX_STEPS = 1_000_000;

  private static final int MAX_EVALUATION_DEPTH = 1_000;
  private static final int MAX_SCHEMA_DEPTH = 100;
  private static final int MAX_PAYLOAD_DEPTH = 500;
  private static final int MAX_VIOLATIONS = 20;
  private static final int MAX_POINTER_LENGTH = 200;

  private static final JsonMapper SCHEMAS = mapper(MAX_SCHEMA_DEPTH);
  private static final JsonMapper PAYLOADS = mapper(MAX_PAYLOAD_DEPTH);
  private static final ExecutionConfig LIMITS =
      ExecutionConfig.builder()
          .maxEvaluationSteps(MAX_STEPS)
          .maxEvaluationDepth(MAX_EVALUATION_DEPTH)
          .build();

  private final Schema schema;

  private PayloadSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Reads a schema: of 2020-12, or the draft that its {@code $schema} names.
   *
   * @throws InvalidPayloadSchemaException if it is not JSON or no schema, if it refers to what it
   *     does not hold itself, or has a regular expression that cannot be run in linear time
   */
  public static PayloadSchema compile(String json) throws InvalidPayloadSchemaException {
    JsonNode node = parse(json);
    checkAgainstMetaSchema(node);
    try {
      Schema schema = registry().getSchema(node);
      schema.initializeValidators();
      return new PayloadSchema(schema);
    } catch (PatternSyntaxException e) {
      throw new InvalidPayloadSchemaException(
          "has a regular expression that cannot be used (RE2 syntax, without look-around and"
              + " back-references): "
              + e.getDescription());
    } catch (RuntimeException | StackOverflowError e) {
      log.debug("A schema was refused: {}", e.toString());
      throw new InvalidPayloadSchemaException(
          "cannot be used: it must be of a known draft, and refer to nothing outside of itself");
    }
  }

  private static JsonNode parse(String json) throws InvalidPayloadSchemaException {
    JsonNode node;
    try {
      node = SCHEMAS.readTree(json);
    } catch (JacksonException e) {
      throw new InvalidPayloadSchemaException("is not valid JSON of at most 100 levels");
    }
    if (!node.isObject() && !node.isBoolean()) {
      throw new InvalidPayloadSchemaException("must be a JSON object");
    }
    return node;
  }

  private static void checkAgainstMetaSchema(JsonNode node) throws InvalidPayloadSchemaException {
    JsonNode named = node.path("$schema");
    String draft = named.isString() ? named.asString() : "";
    SpecificationVersion version =
        draft.isEmpty()
            ? SpecificationVersion.DRAFT_2020_12
            : SpecificationVersion.fromDialectId(draft)
                .orElseThrow(
                    () ->
                        new InvalidPayloadSchemaException(
                            "names a $schema that is not known: must be one of the drafts 4, 6, 7,"
                                + " 2019-09 and 2020-12"));
    List<String> problems =
        new PayloadSchema(registry().getSchema(SchemaLocation.of(version.getDialectId())))
            .violations(node);
    if (!problems.isEmpty()) {
      throw new InvalidPayloadSchemaException("is no JSON Schema: " + String.join("; ", problems));
    }
  }

  /**
   * How a payload breaks the schema, at most 20 ways of it, in words that hold no value of the
   * payload. One that cannot be checked within the limits breaks it.
   *
   * @param payload JSON in UTF-8
   */
  List<String> violations(byte[] payload) {
    try {
      return violations(PAYLOADS.readTree(payload));
    } catch (JacksonException e) {
      return List.of("(root): cannot be read");
    }
  }

  private List<String> violations(JsonNode payload) {
    ExecutionContext context = schema.createExecutionContext();
    context.setExecutionConfig(LIMITS);
    context.setErrors(new FirstErrors());
    try {
      schema.validate(context, payload);
    } catch (RuntimeException | StackOverflowError e) {
      log.debug("A payload could not be checked against its schema: {}", e.toString());
      return List.of("(root): cannot be checked against the schema within its limits");
    }
    return context.getErrors().stream().map(PayloadSchema::describe).distinct().toList();
  }

  /** The library's own messages may hold values. */
  private static String describe(Error error) {
    String pointer = error.getInstanceLocation().toString();
    String where =
        pointer.isEmpty()
            ? "(root)"
            : pointer.length() <= MAX_POINTER_LENGTH
                ? pointer
                : pointer.substring(0, MAX_POINTER_LENGTH) + "…";
    String missing =
        "required".equals(error.getKeyword()) && error.getProperty() != null
            ? " (" + error.getProperty() + " is missing)"
            : "";
    return "%s: breaks %s%s".formatted(where, error.getEvaluationPath(), missing);
  }

  private static SchemaRegistry registry() {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        builder ->
            builder
                // The drafts are in the library's own jar; it would read other resources as well.
                .schemaLoader(loader -> loader.allow(iri -> isDraft(iri.toString())))
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .pathType(PathType.JSON_POINTER)
                        .preloadSchema(true)
                        .regularExpressionFactory(new LinearTime())
                        .build()));
  }

  private static boolean isDraft(String iri) {
    return iri.startsWith("https://json-schema.org/draft/")
        || iri.startsWith("http://json-schema.org/draft-");
  }

  private static JsonMapper mapper(int maxDepth) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNameLength(1 << 20)
                        .maxNumberLength(1_000)
                        .build())
                .build())
        .build();
  }

  /** Keeps as many as are told; a payload may break its schema in each of its values. */
  private static final class FirstErrors extends ArrayList<Error> {

    private static final long serialVersionUID = 1;

    @Override
    public boolean add(Error error) {
      return size() < MAX_VIOLATIONS && super.add(error);
    }

    @Override
    public boolean addAll(java.util.Collection<? extends Error> errors) {
      boolean changed = false;
      for (Error error : errors) {
        changed |= add(error);
      }
      return changed;
    }
  }

  /** RE2, which has no expressions that take for ever. */
  private static final class LinearTime implements RegularExpressionFactory {

    @Override
    public RegularExpression getRegularExpression(String regex) {
      Pattern pattern = Pattern.compile(regex);
      return value -> pattern.matcher(value).find();
    }
  }
}
