package io.httpqueue.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link ScriptedReceiver} does with one request.
 *
 * @param delay before the answer starts
 * @param held no answer before {@link ScriptedReceiver#release()}
 * @param broken the connection is closed and there is no answer
 */
public record Answer(
    int status,
    Map<String, String> headers,
    byte[] body,
    Duration delay,
    boolean held,
    boolean broken) {

  public static Answer status(int status) {
    return new Answer(status, Map.of(), new byte[0], Duration.ZERO, false, false);
  }

  /** Nothing, until the receiver is released; then 200. */
  public static Answer hang() {
    return status(200).whenReleased();
  }

  /** The connection is closed in place of an answer. */
  public static Answer breakConnection() {
    return new Answer(200, Map.of(), new byte[0], Duration.ZERO, false, true);
  }

  public Answer withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, more, body, delay, held, broken);
  }

  public Answer withBody(String text) {
    return withBody(text.getBytes(StandardCharsets.UTF_8));
  }

  public Answer withBody(byte[] bytes) {
    return new Answer(status, headers, bytes, delay, held, broken);
  }

  public Answer after(Duration time) {
    return new Answer(status, headers, body, time, held, broken);
  }

  public Answer whenReleased() {
    return new Answer(status, headers, body, delay, true, broken);
  }
}
