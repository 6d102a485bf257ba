package io.httpqueue.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls any method of the contract with one request that is made of a few values. */
final class MethodCalls {

  /**
   * How a call ended.
   *
   * @param status OK for a stream of answers that has begun, too
   * @param answers what came before the end, in protobuf's text form
   */
  record Ended(Status status, List<String> answers) {

    Status.Code code() {
      return status.getCode();
    }
  }

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private MethodCalls() {}

  /** A key as metadata. */
  static Metadata bearer(String key) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + key);
    return headers;
  }

  /** A request in which every field of one of these names, at whatever depth, has the value. */
  static DynamicMessage request(MethodDescriptor<?, ?> method, Map<String, String> values) {
    return fill(descriptor(method), values, 3);
  }

  private static DynamicMessage fill(Descriptor type, Map<String, String> values, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated()) {
        if (values.containsKey(field.getName())) {
          message.setField(field, values.get(field.getName()));
        }
      } else if (field.getType() == FieldDescriptor.Type.MESSAGE
          && !field.isMapField()
          && depth > 0) {
        DynamicMessage inner = fill(field.getMessageType(), values, depth - 1);
        if (!inner.getAllFields().isEmpty()) {
          if (field.isRepeated()) {
            message.addRepeatedField(field, inner);
          } else {
            message.setField(field, inner);
          }
        }
      }
    }
    return message.build();
  }

  private static Descriptor descriptor(MethodDescriptor<?, ?> method) {
    return schema(method).getInputType();
  }

  private static com.google.protobuf.Descriptors.MethodDescriptor schema(
      MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
        .getMethodDescriptor();
  }

  /**
   * Sends one request and waits for the end, or for the first of the answers that may never end.
   */
  static Ended call(
      Channel channel, MethodDescriptor<?, ?> method, Metadata headers, DynamicMessage request) {
    MethodDescriptor<DynamicMessage, DynamicMessage> dynamic =
        MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(method.getType())
            .setFullMethodName(method.getFullMethodName())
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(descriptor(method))))
            .setResponseMarshaller(
                ProtoUtils.marshaller(
                    DynamicMessage.getDefaultInstance(schema(method).getOutputType())))
            .build();
    ClientCall<DynamicMessage, DynamicMessage> call =
        channel.newCall(dynamic, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    CompletableFuture<Status> end = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(DynamicMessage message) {
            answers.add(message.toString());
            if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
              end.complete(Status.OK);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        headers);
    call.request(100);
    call.sendMessage(request);
    call.halfClose();
    try {
      return new Ended(end.get(20, TimeUnit.SECONDS), List.copyOf(answers));
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method.getFullMethodName() + " did not end", e);
    } finally {
      call.cancel("seen enough", null);
    }
  }
}
