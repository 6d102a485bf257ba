package io.httpqueue.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A fresh self-signed certificate of a receiver.
 *
 * @param pem the certificate's file
 * @param server what a receiver speaks TLS with
 */
public record TestCertificate(Path pem, SSLContext server) {

  private static final String PASSWORD = "password";

  /**
   * Makes one in a directory of the test's.
   *
   * @param names as {@code ip:127.0.0.1} or {@code dns:receiver.example}, separated by commas
   */
  public static TestCertificate of(String names, Path directory)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = Files.createTempDirectory(directory, "tls").resolve("store.p12");
    Path pem = store.resolveSibling("certificate.pem");
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            "receiver",
            "-keyalg",
            "EC",
            "-dname",
            "CN=receiver",
            "-ext",
            "san=" + names,
            "-storetype",
            "PKCS12",
            "-validity",
            "2"),
        store);
    keytool(List.of("-exportcert", "-rfc", "-alias", "receiver", "-file", pem.toString()), store);
    return new TestCertificate(pem, context(store));
  }

  private static void keytool(List<String> arguments, Path store)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.command().addAll(arguments);
    command.command().addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = command.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
  }

  private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
