package io.httpqueue.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Postgres is. Read from libpq's form ({@code postgres://user:password@host:5432/name?…},
 * parts percent-encoded, {@code postgresql://} alike) or from JDBC's. Neither the text form nor any
 * message of this class holds the user or the password.
 *
 * @param jdbcUrl without user and password
 * @param display host, port and database, for people
 */
public record DatabaseUrl(
    String jdbcUrl, @Nullable String user, @Nullable String password, String display) {

  private static final String JDBC = "jdbc:postgresql://";

  /** Names or addresses with or without a port, separated by commas. */
  private static final Pattern HOSTS =
      Pattern.compile(
          "HOST(,HOST)*"
              .replace("HOST", "([\\w.-]+|\\[[\\p{XDigit}:.]+])(:PORT)?")
              .replace(
                  "PORT",
                  "([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])"));

  /**
   * Properties of the driver, in seconds: how long a connection that is opened may take, to be
   * accepted and in all. Without the second a Postgres that vanishes after it has accepted one is
   * waited for without an end, and a pool opens one at a time.
   */
  static final Map<String, String> OPENING_LIMITS =
      Map.of("connectTimeout", "5", "loginTimeout", "10");

  /** What libpq's URLs name differently from the JDBC driver. */
  private static final Map<String, String> JDBC_NAMES =
      Map.of(
          "application_name", "ApplicationName",
          "channel_binding", "channelBinding",
          "connect_timeout", "connectTimeout",
          "keepalives", "tcpKeepAlive",
          "target_session_attrs", "targetServerType");

  /**
   * Reads either form; Spring binds the setting through this method.
   *
   * @return null if the text is blank: the embedded Postgres
   * @throws IllegalArgumentException if it is neither; the message says what is allowed
   */
  public static @Nullable DatabaseUrl from(String text) {
    if (text.isBlank()) {
      return null;
    }
    int scheme = text.indexOf("://");
    return switch (scheme < 0 ? "" : text.substring(0, scheme)) {
      case "postgres", "postgresql" -> ofLibpq(text.substring(scheme + 3));
      case "jdbc:postgresql" -> of(text.substring(JDBC.length()), null, null);
      default -> throw wrong("has another form");
    };
  }

  private static DatabaseUrl ofLibpq(String rest) {
    int path = rest.indexOf('/');
    int query = rest.indexOf('?');
    int end = path >= 0 ? path : query >= 0 ? query : rest.length();
    String authority = rest.substring(0, end);
    int at = authority.lastIndexOf('@');
    String hosts = authority.substring(at + 1);
    String target = path >= 0 ? rest.substring(path) : "/" + rest.substring(end);
    if (at < 0) {
      return of(hosts + target, null, null);
    }
    String[] credentials = authority.substring(0, at).split(":", 2);
    return of(
        hosts + target,
        decode(credentials[0]),
        credentials.length == 2 ? decode(credentials[1]) : null);
  }

  private static DatabaseUrl of(String target, @Nullable String user, @Nullable String password) {
    int query = target.indexOf('?');
    String base = query < 0 ? target : target.substring(0, query);
    Properties parameters = new Properties();
    StringJoiner kept = new StringJoiner("&", "?", "").setEmptyValue("");
    String[] pairs = query < 0 ? new String[0] : target.substring(query + 1).split("&");
    Arrays.stream(pairs)
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .forEach(
            pair -> {
              String name = JDBC_NAMES.getOrDefault(decode(pair[0]), decode(pair[0]));
              String value = pair.length == 2 ? decode(pair[1]) : "";
              if (name.equals("user") || name.equals("password")) {
                parameters.setProperty(name, value);
              } else {
                kept.add(encode(name) + "=" + encode(value));
              }
            });
    int path = base.indexOf('/');
    String hosts = path < 0 ? base : base.substring(0, path);
    String database = path < 0 ? "" : decode(base.substring(path + 1));
    return new DatabaseUrl(
        JDBC + hosts + "/" + encode(database) + kept,
        user == null ? parameters.getProperty("user") : user,
        password == null ? parameters.getProperty("password") : password,
        display(hosts, database));
  }

  private static String display(String hosts, String database) {
    if (!HOSTS.matcher(hosts).matches()) {
      throw wrong("names no host and port that can be read");
    }
    if (database.isEmpty()) {
      throw wrong("names no database");
    }
    return hosts + "/" + database;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("has a '%' that starts no percent-encoded byte");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(
        "%s; allowed: postgres://user:password@host:5432/database?sslmode=… or %shost:5432/database?user=…"
            .formatted(problem, JDBC));
  }

  @Override
  public String toString() {
    return display;
  }
}
