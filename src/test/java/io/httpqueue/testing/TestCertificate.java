package io.httpqueue.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * A fresh self-signed certificate of a receiver.
 *
 * @param pem the certificate's file
 * @param server what a receiver speaks TLS with
 */
public record TestCertificate(Path pem, SSLContext server) {

  /**
   * Makes one in a directory of the test's.
   *
   * @param names as {@code ip:127.0.0.1} or {@code dns:receiver.example}, separated by commas
   */
  public static TestCertificate of(String names, Path directory) throws IOException {
    IssuedCertificate issued =
        IssuedCertificate.selfSigned(IssuedCertificate.Wish.of("receiver").withNames(names));
    Path pem = Files.createTempFile(directory, "certificate", ".pem");
    Files.writeString(pem, issued.chainPem());
    return new TestCertificate(pem, issued.server());
  }
}
