package io.httpqueue.filter;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A condition on events: an expression in CEL over {@code payload}, {@code metadata}, {@code event}
 * and {@code namespace}, with CEL's standard functions and macros. Thread-safe.
 */
public final class EventFilter {

  /** Characters that an expression may have. */
  public static final int MAX_LENGTH = 4096;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 2_000;
  private static final int MAX_ITERATIONS = 10_000;
  private static final int MAX_REGEX_INSTRUCTIONS = 500;
  private static final int MAX_ISSUES = 3;
  private static final int MAX_REASON_LENGTH = 300;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          // CEL reserves `namespace`, among others, for languages that it is embedded in.
          .enableReservedIds(false)
          .maxExpressionCodePointSize(MAX_LENGTH)
          .maxParseRecursionDepth(MAX_DEPTH)
          .maxParseExpressionNodeCount(MAX_NODES)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .maxRegexProgramSize(MAX_REGEX_INSTRUCTIONS)
          // Whether 100 or 100.0 stands in a payload must not matter.
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("payload", SimpleType.DYN)
          .addVar("metadata", MapType.create(SimpleType.STRING, SimpleType.STRING))
          .addVar("event", SimpleType.STRING)
          .addVar("namespace", SimpleType.STRING)
          .build();

  // The planner would convert the whole payload each time an expression names it.
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

  private final CelRuntime.Program program;
  private final CostModel costs;

  private EventFilter(CelRuntime.Program program, CostModel costs) {
    this.program = program;
    this.costs = costs;
  }

  /**
   * Compiles an expression. Takes milliseconds.
   *
   * @throws InvalidFilterException if it is too long, does not parse, is wrong in its types, or
   *     says something else than true or false
   */
  public static EventFilter compile(String expression) throws InvalidFilterException {
    int length = expression.codePointCount(0, expression.length());
    if (length > MAX_LENGTH) {
      throw new InvalidFilterException(
          "has %d characters, must have at most %d".formatted(length, MAX_LENGTH));
    }
    CelAbstractSyntaxTree checked = check(expression);
    CelType type = checked.getResultType();
    if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
      throw new InvalidFilterException(
          "says something of type %s, must say true or false".formatted(type.name()));
    }
    CostModel costs = new CostModel(checked, MAX_REGEX_INSTRUCTIONS);
    try {
      return new EventFilter(RUNTIME.createProgram(checked), costs);
    } catch (CelEvaluationException e) {
      throw new InvalidFilterException("cannot be evaluated: " + shortened(e.getMessage()));
    }
  }

  private static CelAbstractSyntaxTree check(String expression) throws InvalidFilterException {
    CelValidationResult result = COMPILER.compile(expression);
    if (result.hasError()) {
      throw new InvalidFilterException(
          result.getErrors().stream()
              .limit(MAX_ISSUES)
              .map(EventFilter::describe)
              .collect(Collectors.joining("; ")));
    }
    try {
      return result.getAst();
    } catch (CelValidationException e) {
      throw new InvalidFilterException("cannot be compiled: " + shortened(e.getMessage()));
    }
  }

  private static String describe(CelIssue issue) {
    String reason = shortened(issue.getMessage());
    int line = issue.getSourceLocation().getLine();
    // Columns are counted from 0.
    int column = issue.getSourceLocation().getColumn() + 1;
    return line < 1 ? reason : "line %d, column %d: %s".formatted(line, column, reason);
  }

  private static String shortened(@Nullable String reason) {
    String text = reason == null ? "it is wrong" : reason.replace(" (in container '')", "");
    return text.length() <= MAX_REASON_LENGTH ? text : text.substring(0, MAX_REASON_LENGTH) + "…";
  }

  /**
   * Says whether an event meets the condition; never throws. Takes microseconds, at most some 10
   * ms.
   */
  public FilterResult test(FilterableEvent event) {
    EvaluationBudget budget = new EvaluationBudget(costs);
    try {
      Object said = program.trace(event.variables(), budget);
      if (!(said instanceof Boolean matches) || budget.isExhausted()) {
        return FilterResult.FAILED;
      }
      return matches ? FilterResult.MATCHES : FilterResult.DIFFERS;
    } catch (CelEvaluationException | RuntimeException e) {
      return FilterResult.FAILED;
    }
  }
}
