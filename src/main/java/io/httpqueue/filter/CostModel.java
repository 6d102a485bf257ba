package io.httpqueue.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the values in an expression cost where a function looks through them, in steps of about 100
 * ns. Functions are charged for their arguments before they run.
 */
final class CostModel {

  private static final int CHARACTERS_PER_STEP = 32;

  /** Characters that pass one instruction of a regular expression in a step. */
  private static final int MATCHES_PER_STEP = 10;

  private static final String IN = "@in";
  private static final String MATCHES = "matches";

  /** What a function does with an argument. */
  private sealed interface Use {

    /** Reads it, if it is a text. */
    record Read() implements Use {}

    /** Compares it, whatever it is. */
    record Compared() implements Use {}

    /** Looks in it for a value: in a list one by one, in a map by its hash. */
    record Searched() implements Use {}

    /** Holds it against a regular expression of so many instructions. */
    record Matched(int instructions) implements Use {}
  }

  private final Map<Long, Use> uses = new HashMap<>();

  /**
   * @param maxInstructions how large a regular expression may be
   * @throws InvalidFilterException if one is larger, wrong or not known beforehand
   */
  CostModel(CelAbstractSyntaxTree expression, int maxInstructions) throws InvalidFilterException {
    List<CelNavigableExpr> calls =
        CelNavigableAst.fromAst(expression)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.CALL)
            .toList();
    for (CelNavigableExpr call : calls) {
      add(call.expr().call(), maxInstructions);
    }
  }

  private void add(CelCall call, int maxInstructions) throws InvalidFilterException {
    List<CelExpr> arguments = new ArrayList<>();
    call.target().ifPresent(arguments::add);
    arguments.addAll(call.args());
    switch (call.function()) {
      case "_==_", "_!=_" -> arguments.forEach(each -> uses.put(each.id(), new Use.Compared()));
      case IN -> {
        uses.put(arguments.getFirst().id(), new Use.Read());
        uses.put(arguments.getLast().id(), new Use.Searched());
      }
      case MATCHES ->
          uses.put(
              arguments.getFirst().id(),
              new Use.Matched(instructions(arguments.getLast(), maxInstructions)));
      default -> arguments.forEach(each -> uses.put(each.id(), new Use.Read()));
    }
  }

  private static int instructions(CelExpr pattern, int max) throws InvalidFilterException {
    if (pattern.getKind() != ExprKind.Kind.CONSTANT
        || pattern.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
      throw new InvalidFilterException(
          "the regular expression of matches() must be a text in quotes, so that its cost is"
              + " known");
    }
    try {
      int instructions = Pattern.compile(pattern.constant().stringValue()).programSize();
      if (instructions > max) {
        throw new InvalidFilterException(
            "the regular expression of matches() is too large: %d instructions, must have at most %d"
                .formatted(instructions, max));
      }
      return instructions;
    } catch (PatternSyntaxException e) {
      throw new InvalidFilterException(
          "the regular expression of matches() is wrong: " + e.getDescription());
    }
  }

  /** What it costs to have evaluated a part of the expression, and to use what came out of it. */
  long steps(long expressionId, Object value) {
    Use use = uses.get(expressionId);
    return switch (use) {
      case null -> 1;
      case Use.Read() -> 1 + characters(value) / CHARACTERS_PER_STEP;
      case Use.Compared() -> 1 + characters(value) / CHARACTERS_PER_STEP + JsonValues.weight(value);
      case Use.Searched() -> 1 + (value instanceof List<?> ? JsonValues.weight(value) : 0);
      case Use.Matched(int instructions) -> 1 + characters(value) * instructions / MATCHES_PER_STEP;
    };
  }

  private static long characters(Object value) {
    return value instanceof String text ? text.length() : 0;
  }
}
