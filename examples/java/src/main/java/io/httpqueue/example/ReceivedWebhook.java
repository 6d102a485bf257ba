package io.httpqueue.example;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.sun.net.httpserver.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One request to the receiver, and how it reads on a terminal. */
final class ReceivedWebhook {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final Gson JSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .create();
  private static final int SHOWN_CHARACTERS = 4_000;

  /** Shown in the lines above the headers, or the same on every request. */
  private static final Set<String> NOT_LISTED =
      Set.of(
          "httpqueue-event",
          "httpqueue-namespace",
          "httpqueue-delivery",
          "httpqueue-attempt",
          "webhook-id",
          "accept-encoding",
          "connection",
          "content-length",
          "host");

  private final LocalTime arrived;
  private final String method;
  private final String path;
  private final Headers headers;
  private final byte[] body;

  ReceivedWebhook(LocalTime arrived, String method, String path, Headers headers, byte[] body) {
    this.arrived = arrived;
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
  }

  /** The same on every attempt of one message; null if the request has none. */
  String id() {
    return headers.getFirst("webhook-id");
  }

  String path() {
    return path;
  }

  String header(String name, String otherwise) {
    String value = headers.getFirst(name);
    return value == null ? otherwise : value;
  }

  /** Several lines, the last one empty. */
  String describe(int status, boolean repeat) {
    var text = new StringBuilder();
    text.append(
        "%s  %s %s  event %s  attempt %s  -> %d%n"
            .formatted(
                TIME.format(arrived),
                method,
                path,
                header("HTTPQueue-Event", "(none)"),
                header("HTTPQueue-Attempt", "(none)"),
                status));
    line(text, "namespace", header("HTTPQueue-Namespace", "(none)"));
    line(text, "delivery", header("HTTPQueue-Delivery", "(none)"));
    line(
        text,
        "webhook-id",
        header("webhook-id", "(none)") + (repeat ? "  (a repeat: taken before)" : ""));
    otherHeaders().forEach((name, value) -> line(text, name, value));
    body(text);
    return printable(text.toString());
  }

  private TreeMap<String, String> otherHeaders() {
    var others = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, values) -> others.put(name, String.join(", ", values)));
    others.keySet().removeIf(name -> NOT_LISTED.contains(name.toLowerCase(java.util.Locale.ROOT)));
    return others;
  }

  private void body(StringBuilder text) {
    String characters;
    try {
      characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      line(text, "body", body.length + " bytes, NOT UTF-8");
      return;
    }
    try {
      JsonElement parsed = JSON.fromJson(characters, JsonElement.class);
      if (parsed == null) {
        line(text, "body", "empty");
        return;
      }
      line(text, "body", body.length + " bytes, valid JSON");
      characters = JSON.toJson(parsed);
    } catch (JsonParseException e) {
      line(text, "body", body.length + " bytes, NOT valid JSON");
    }
    String shown =
        characters.length() <= SHOWN_CHARACTERS
            ? characters
            : characters.substring(0, SHOWN_CHARACTERS) + "…";
    text.append(
        shown
            .lines()
            .map(line -> "    " + line + System.lineSeparator())
            .collect(Collectors.joining()));
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-17s %s%n".formatted(name, value));
  }

  /** What a stranger sent must not steer the terminal. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\r\n\t]]", "?");
  }
}
