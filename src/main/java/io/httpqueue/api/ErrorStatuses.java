package io.httpqueue.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.access.RateLimitedException;
import io.httpqueue.access.UnauthenticatedException;
import io.httpqueue.database.QueueFullException;
import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.TooFarBehindException;
import io.httpqueue.delivery.TooManyWatchesException;
import io.httpqueue.event.IdempotencyKeyReusedException;
import io.httpqueue.webhook.UnknownWebhookException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What each failure is answered with: the one place where it is decided. Nothing internal leaves
 * the server; what is unexpected is logged under an id that the answer names. Thread-safe.
 */
@Component
class ErrorStatuses {

  private static final Logger log = LoggerFactory.getLogger(ErrorStatuses.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final UuidV7 ids;
  private volatile boolean stopping;

  ErrorStatuses(UuidV7 ids) {
    this.ids = ids;
  }

  @EventListener(ContextClosedEvent.class)
  void stopping() {
    stopping = true;
  }

  /**
   * @param method full name of the gRPC method, for the log
   */
  StatusRuntimeException of(Throwable failure, String method) {
    Throwable cause = unwrap(failure);
    return switch (cause) {
      case InvalidRequestException invalid -> invalid(invalid);
      case NotFoundException missing ->
          notFound(missing.resource(), missing.id(), missing.getMessage());
      case UnknownWebhookException unknown ->
          notFound("webhook", unknown.id().toString(), unknown.getMessage());
      case IdempotencyKeyReusedException reused ->
          StatusProto.toStatusRuntimeException(
              status(
                  Code.ALREADY_EXISTS,
                  "idempotency_key was used within its window for another event: one that differs"
                      + " in name, payload, metadata or options",
                  resource("event", reused.first().toString())));
      case UnauthenticatedException stranger -> refused(Code.UNAUTHENTICATED, stranger);
      case PermissionDeniedException denied -> refused(Code.PERMISSION_DENIED, denied);
      case RateLimitedException limited ->
          retryable(Code.RESOURCE_EXHAUSTED, limited.getMessage(), limited.retryAfter());
      case QueueFullException _ ->
          retryable(Code.RESOURCE_EXHAUSTED, "too many events wait to be stored; try again", RETRY);
      case FailedPreconditionException failed -> failedPrecondition(failed);
      case TooFarBehindException behind ->
          StatusProto.toStatusRuntimeException(
              status(Code.OUT_OF_RANGE, behind.getMessage(), null));
      case TooManyWatchesException many ->
          retryable(Code.RESOURCE_EXHAUSTED, String.valueOf(many.getMessage()), RETRY);
      case StatusRuntimeException status -> ofStatus(status);
      case StatusException status -> status.getStatus().asRuntimeException(status.getTrailers());
      default -> ofOther(cause, method);
    };
  }

  private StatusRuntimeException ofOther(Throwable cause, String method) {
    if (DatabaseOutage.isCauseOf(cause)) {
      log.debug("{} was answered UNAVAILABLE", method, cause);
      return retryable(Code.UNAVAILABLE, "the database does not answer; try again", RETRY);
    }
    boolean stopped = stopping && cause instanceof IllegalStateException;
    if (stopped || cause instanceof CallInterruptedException) {
      return ofStop();
    }
    String id = ids.next().toString();
    log.error("{} failed; its caller was told of error {}", method, id, cause);
    return StatusProto.toStatusRuntimeException(
        status(Code.INTERNAL, "internal error " + id, null));
  }

  /** The answer to what the server cannot go on with because it stops. */
  StatusRuntimeException ofStop() {
    return retryable(Code.UNAVAILABLE, "the server is stopping; try again", RETRY);
  }

  /** What gRPC throws by itself: its text is for clients, but for bytes that cannot be parsed. */
  private static StatusRuntimeException ofStatus(StatusRuntimeException status) {
    if (status.getCause() instanceof InvalidProtocolBufferException) {
      return StatusProto.toStatusRuntimeException(
          status(
              Code.INVALID_ARGUMENT,
              "the message does not parse: it must be the method's request, with strings in UTF-8",
              null));
    }
    return status;
  }

  private static StatusRuntimeException invalid(InvalidRequestException invalid) {
    BadRequest.Builder details = BadRequest.newBuilder();
    for (FieldViolation violation : invalid.violations()) {
      details
          .addFieldViolationsBuilder()
          .setField(violation.field())
          .setDescription(violation.description());
    }
    return StatusProto.toStatusRuntimeException(
        status(Code.INVALID_ARGUMENT, invalid.getMessage(), details.build()));
  }

  private static StatusRuntimeException failedPrecondition(FailedPreconditionException failed) {
    PreconditionFailure details =
        PreconditionFailure.newBuilder()
            .addViolations(
                PreconditionFailure.Violation.newBuilder()
                    .setType(failed.type())
                    .setSubject(failed.subject())
                    .setDescription(failed.getMessage()))
            .build();
    return StatusProto.toStatusRuntimeException(
        status(Code.FAILED_PRECONDITION, failed.getMessage(), details));
  }

  private static StatusRuntimeException notFound(
      String type, String name, @Nullable String message) {
    return StatusProto.toStatusRuntimeException(
        status(Code.NOT_FOUND, message, resource(type, name)));
  }

  private static ResourceInfo resource(String type, String name) {
    return ResourceInfo.newBuilder().setResourceType(type).setResourceName(name).build();
  }

  private static StatusRuntimeException refused(Code code, RuntimeException reason) {
    return StatusProto.toStatusRuntimeException(status(code, reason.getMessage(), null));
  }

  private static StatusRuntimeException retryable(
      Code code, @Nullable String message, Duration after) {
    RetryInfo retry =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(after.toSeconds())
                    .setNanos(after.toNanosPart()))
            .build();
    return StatusProto.toStatusRuntimeException(status(code, message, retry));
  }

  private static Status status(Code code, @Nullable String message, @Nullable Message detail) {
    Status.Builder status = Status.newBuilder().setCode(code.getNumber());
    if (message != null) {
      status.setMessage(message);
    }
    if (detail != null) {
      status.addDetails(Any.pack(detail));
    }
    return status.build();
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException || cause instanceof ExecutionException) {
      Throwable inner = cause.getCause();
      if (inner == null) {
        return cause;
      }
      cause = inner;
    }
    return cause;
  }
}
