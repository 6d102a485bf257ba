package io.httpqueue.api;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A whole server with a database of its own, and a channel to its port. */
final class ApiServer implements AutoCloseable {

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final TestServer server;
  private final ManagedChannel channel;

  ApiServer(String... settings) {
    server = TestServer.start(database, settings);
    int port = server.part(GrpcServerProperties.class).getPort();
    channel = ManagedChannelBuilder.forAddress("localhost", port).usePlaintext().build();
  }

  TestDatabase database() {
    return database;
  }

  JdbcClient jdbc() {
    return database.jdbc();
  }

  TestServer server() {
    return server;
  }

  ManagedChannel channel() {
    return channel;
  }

  WebhookServiceGrpc.WebhookServiceBlockingStub stub() {
    return WebhookServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Registers a webhook that nothing is sent to: nothing listens there. */
  String register(String namespace, String... events) {
    return stub()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addAllEvents(List.of(events))
                .setUrl("http://127.0.0.1:1/")
                .build())
        .getWebhookId();
  }

  /** Calls a method by its full name with a request of bytes. */
  byte[] call(String method, byte[] request) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ClientCalls.blockingUnaryCall(
        channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), request);
  }

  /** The google.rpc.Status of an answer. */
  static com.google.rpc.Status details(StatusRuntimeException failure) {
    return Objects.requireNonNull(StatusProto.fromThrowable(failure));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    database.close();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
