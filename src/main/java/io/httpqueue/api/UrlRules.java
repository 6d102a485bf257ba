package io.httpqueue.api;

import static io.httpqueue.api.Violations.shown;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a webhook may point. Which addresses it may reach is decided when a request is sent. */
final class UrlRules {

  private static final int MAX_LENGTH = 2048;
  private static final int MAX_HOST_LENGTH = 253;
  private static final int MAX_PORT = 65_535;

  private UrlRules() {}

  /** The URL, if it is allowed; else a violation. */
  static Optional<URI> parse(String field, String value, Violations violations) {
    if (value.isEmpty()) {
      violations.add(field, "is required: an absolute http or https URL");
      return Optional.empty();
    }
    if (value.length() > MAX_LENGTH) {
      violations.add(field, "has %d characters, must have at most 2048".formatted(value.length()));
      return Optional.empty();
    }
    URI url;
    try {
      url = new URI(value);
    } catch (URISyntaxException e) {
      violations.add(
          field,
          "is not a URL (%s at character %d), must be an absolute http or https URL"
              .formatted(e.getReason(), e.getIndex() + 1));
      return Optional.empty();
    }
    String problem = problem(value, url);
    if (problem != null) {
      // A URL with user info may hold a password.
      violations.add(field, value.contains("@") ? problem : "is " + shown(value) + ": " + problem);
      return Optional.empty();
    }
    return Optional.of(url);
  }

  private static @Nullable String problem(String value, URI url) {
    String scheme = url.getScheme();
    if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
      return "must be an absolute URL that starts with http:// or https://";
    }
    if (url.getRawFragment() != null) {
      return "must have no fragment (#…)";
    }
    String authority = url.getRawAuthority();
    if (authority != null && authority.indexOf('@') >= 0) {
      return "must have no user info (user:password@)";
    }
    String host = url.getHost();
    if (host == null || host.length() > MAX_HOST_LENGTH || host.indexOf('%') >= 0) {
      return "must name a host: letters, digits, hyphens and dots, or an IP address";
    }
    // An empty port (http://host:/) is legal and means the default.
    if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
      return "must have a port from 1 to 65535";
    }
    if (!value.chars().allMatch(c -> c < 0x80)) {
      return "must be ASCII: percent-encode other characters";
    }
    return null;
  }
}
