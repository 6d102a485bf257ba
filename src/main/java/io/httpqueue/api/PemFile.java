package io.httpqueue.api;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of a certificate or a key, which is read anew when it changes. */
record PemFile(Path path) {

  private static final int MAX_BYTES = 1024 * 1024;

  /**
   * Spring binds the setting through this method.
   *
   * @return null if the text is blank: not set
   */
  public static @Nullable PemFile from(String text) {
    return text.isBlank() ? null : new PemFile(Path.of(text.strip()).toAbsolutePath());
  }

  /**
   * @throws TlsFileException if it cannot be read
   */
  byte[] read() {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new TlsFileException(path + " is too large for a PEM file");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new TlsFileException(path + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /**
   * @param content of this file
   * @return at least one
   * @throws TlsFileException if there is none
   */
  List<X509Certificate> certificates(byte[] content) {
    try {
      X509Certificate[] found =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(content));
      if (found.length > 0) {
        return List.of(found);
      }
    } catch (GeneralSecurityException e) {
      // Told below.
    }
    throw new TlsFileException(path + " holds no certificate (-----BEGIN CERTIFICATE-----)");
  }

  /**
   * @param content of this file
   * @throws TlsFileException if there is none
   */
  // The parser throws all kinds for text that is no PEM.
  @SuppressWarnings("CatchingUnchecked")
  PrivateKey privateKey(byte[] content) {
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(content));
    } catch (Exception e) {
      throw new TlsFileException(
          path + " holds no RSA or EC key in PKCS #8, not encrypted (-----BEGIN PRIVATE KEY-----)");
    }
  }
}
