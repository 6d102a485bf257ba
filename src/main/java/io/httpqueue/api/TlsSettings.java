package io.httpqueue.api;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * TLS of the gRPC server. The defaults stand in {@code application.yaml}.
 *
 * @param cert the server's certificate and those between it and its authority; null: no TLS
 * @param key of the certificate
 * @param clientCa who may have signed the certificate that each client must show; null: clients
 *     show none
 * @param reloadInterval how often the files are looked at
 */
@ConfigurationProperties("httpqueue.tls")
record TlsSettings(
    @Nullable PemFile cert,
    @Nullable PemFile key,
    @Nullable PemFile clientCa,
    @Range(from = "100ms", to = "1h") Duration reloadInterval) {

  TlsSettings {
    if ((cert == null) != (key == null)) {
      throw new IllegalArgumentException(
          "HTTPQUEUE_TLS_CERT and HTTPQUEUE_TLS_KEY are only good together: set both or none");
    }
    if (clientCa != null && cert == null) {
      throw new IllegalArgumentException(
          "HTTPQUEUE_TLS_CLIENT_CA needs HTTPQUEUE_TLS_CERT and HTTPQUEUE_TLS_KEY");
    }
  }
}
