package io.httpqueue.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate, signed by itself, and its key as files.
 *
 * @param certificate PEM; also what trusts it
 * @param key PEM, PKCS #8
 */
public record PemIdentity(Path certificate, Path key) {

  private static final String PASSWORD = "password";
  private static final String ALIAS = "identity";

  /**
   * Makes a fresh one in a directory of the test's.
   *
   * @param names as {@code ip:127.0.0.1}, separated by commas
   */
  public static PemIdentity of(String names, Path directory) throws Exception {
    Path home = Files.createTempDirectory(directory, "identity");
    KeyStore store = store(names, home.resolve("store.p12"));
    PemIdentity identity =
        new PemIdentity(home.resolve("certificate.pem"), home.resolve("key.pem"));
    write(identity.certificate(), "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
    write(identity.key(), "PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    return identity;
  }

  private static KeyStore store(String names, Path file) throws Exception {
    ProcessBuilder keytool =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=identity",
                "-ext",
                "san=" + names,
                "-validity",
                "2",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
    Process process = keytool.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static void write(Path file, String what, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
  }
}
