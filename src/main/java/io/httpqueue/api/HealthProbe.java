package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A program of its own that asks the server on this machine for its health: the health check of the
 * container image, which holds no other program that could. It speaks the few frames of HTTP/2 that
 * one call takes, since loading a gRPC library every few seconds would cost more than the server
 * does. Exit code 0 means SERVING. Given a number of seconds, it asks for that long until it is so.
 *
 * <p>Where clients must show a certificate, which it has none of, an answer that asks for one is
 * taken for health: the server listens and speaks TLS.
 */
public final class HealthProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final String PATH = "/grpc.health.v1.Health/Check";

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** A HealthCheckResponse with status SERVING, behind the head of a gRPC message. */
  private static final byte[] SERVING = {0, 0, 0, 0, 2, 8, 1};

  private final InetSocketAddress server;
  private final boolean tls;
  private final boolean clientCertificates;

  HealthProbe(InetSocketAddress server, boolean tls, boolean clientCertificates) {
    this.server = server;
    this.tls = tls;
    this.clientCertificates = clientCertificates;
  }

  public static void main(String[] args) throws InterruptedException {
    Duration wait = Duration.ofSeconds(args.length > 0 ? Long.parseLong(args[0]) : 0);
    Optional<String> problem = of(System.getenv()).problemAfter(wait);
    problem.ifPresent(System.err::println);
    System.exit(problem.isPresent() ? 1 : 0);
  }

  /** The probe of a server that was started with the same environment. */
  static HealthProbe of(Map<String, String> environment) {
    String address = environment.getOrDefault("HTTPQUEUE_API_ADDRESS", "");
    boolean everywhere = address.isBlank() || address.equals("0.0.0.0") || address.equals("*");
    return new HealthProbe(
        new InetSocketAddress(
            everywhere ? "127.0.0.1" : address,
            Integer.parseInt(environment.getOrDefault("GRPC_PORT", "50051"))),
        !environment.getOrDefault("HTTPQUEUE_TLS_CERT", "").isBlank(),
        !environment.getOrDefault("HTTPQUEUE_TLS_CLIENT_CA", "").isBlank());
  }

  /** Why the server is still not healthy after a time; empty as soon as it is. */
  Optional<String> problemAfter(Duration wait) throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      Optional<String> problem = problem();
      if (problem.isEmpty() || System.nanoTime() - begun >= wait.toNanos()) {
        return problem;
      }
      // The server is another process: it can be asked, and nothing here could be woken by it.
      Thread.sleep(PAUSE);
    }
  }

  /** Why the server is not healthy; empty if it is. */
  Optional<String> problem() {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(request());
      out.flush();
      return isServing(new DataInputStream(socket.getInputStream()))
          ? Optional.empty()
          : Optional.of("NOT_SERVING");
    } catch (SSLException e) {
      return clientCertificates ? Optional.empty() : Optional.of(e.toString());
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of(e.toString());
    }
  }

  private Socket connect() throws IOException, GeneralSecurityException {
    Socket socket = new Socket();
    socket.connect(server, (int) PATIENCE.toMillis());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    if (!tls) {
      return socket;
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    SSLSocket secured =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, server.getHostString(), server.getPort(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /** The server is on this machine, and its certificate is for the name that others call it by. */
  private static final class AnyCertificate implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private byte[] request() {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    // RFC 7541: numbers of the static table, and literals that are not indexed.
    headers.write(0x83); // :method POST
    headers.write(tls ? 0x87 : 0x86); // :scheme
    headers.write(0x04); // :path
    write(headers, PATH);
    headers.write(0x01); // :authority
    write(headers, "localhost");
    headers.writeBytes(new byte[] {0x0f, 0x10}); // content-type
    write(headers, "application/grpc");
    headers.write(0x00);
    write(headers, "te");
    write(headers, "trailers");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(request, SETTINGS, 0, 0, new byte[0]);
    frame(request, HEADERS, END_HEADERS, 1, headers.toByteArray());
    frame(request, DATA, END_STREAM, 1, new byte[5]);
    return request.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.write(text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.writeBytes(
        new byte[] {
          (byte) (payload.length >> 16),
          (byte) (payload.length >> 8),
          (byte) payload.length,
          (byte) type,
          (byte) flags
        });
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(payload);
  }

  private static boolean isServing(DataInputStream in) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new EOFException("the answer broke off");
      }
      if (type == DATA && stream == 1) {
        message.writeBytes(payload);
      }
      boolean ends = (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
      if (ends || type == RST_STREAM || type == GOAWAY) {
        return Arrays.equals(message.toByteArray(), SERVING);
      }
    }
  }
}
