package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that were just made and that a lane on another server is to work on, with what their
 * events hold where that is short: the lane need not ask Postgres for either.
 *
 * @param contents by event; without those that were not at hand, or are long
 */
record HandOverMessage(List<NewDelivery> deliveries, Map<UUID, EventContent> contents) {

  /** Bytes: to read a longer one takes less than to send it through Postgres. */
  static final int LONGEST_CONTENT = 2 << 10;

  private static final int VERSION = 1;

  /** Bytes that a delivery takes: three ids, an int and two longs. */
  private static final int PER_DELIVERY = 3 * Long.BYTES * 2 + Integer.BYTES + 2 * Long.BYTES;

  /** Bytes that what an event holds takes beside its texts and its payload, at most. */
  private static final int PER_CONTENT = 2 * Long.BYTES + 3 * Short.BYTES + 1 + Integer.BYTES;

  private static final int HEADER = Integer.BYTES + 2 * Short.BYTES;

  /**
   * As one message, or several, without contents that do not fit in one.
   *
   * @param longest how many bytes one may have, at least 100
   */
  static List<byte[]> encode(
      List<NewDelivery> deliveries, Map<UUID, EventContent> contents, int longest) {
    List<byte[]> encoded = new ArrayList<>();
    HandOverMessage message = empty();
    int bytes = HEADER;
    for (NewDelivery delivery : deliveries) {
      EventContent content = contents.get(delivery.eventId());
      if (HEADER + PER_DELIVERY + bytes(content) > longest) {
        // A trace can be as long as its caller likes.
        content = null;
      }
      if (bytes + PER_DELIVERY + bytes(content) > longest) {
        encoded.add(message.encoded());
        message = empty();
        bytes = HEADER;
      }
      message.deliveries.add(delivery);
      bytes += PER_DELIVERY;
      if (content != null && message.contents.put(delivery.eventId(), content) == null) {
        bytes += bytes(content);
      }
    }
    if (!message.deliveries.isEmpty()) {
      encoded.add(message.encoded());
    }
    return encoded;
  }

  private static HandOverMessage empty() {
    return new HandOverMessage(new ArrayList<>(), new HashMap<>());
  }

  /** At most, since a character takes three bytes at most. */
  private static int bytes(@Nullable EventContent content) {
    if (content == null) {
      return 0;
    }
    String traceparent = content.traceparent();
    int characters =
        content.namespace().length()
            + content.name().length()
            + (traceparent == null ? 0 : traceparent.length());
    return PER_CONTENT + 3 * characters + content.payload().length;
  }

  private byte[] encoded() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void write(DataOutputStream out) throws IOException {
    long now = System.nanoTime();
    out.writeShort(deliveries.size());
    for (NewDelivery delivery : deliveries) {
      write(out, delivery.id());
      write(out, delivery.webhookId().value());
      write(out, delivery.eventId());
      out.writeInt(delivery.maxAttempts());
      out.writeLong(now - delivery.writtenNanos());
      out.writeLong(delivery.expiresAtNanos() - now);
    }
    out.writeShort(contents.size());
    for (Map.Entry<UUID, EventContent> entry : contents.entrySet()) {
      write(out, entry.getKey());
      write(out, entry.getValue());
    }
  }

  private static void write(DataOutputStream out, EventContent content) throws IOException {
    String traceparent = content.traceparent();
    out.writeUTF(content.namespace());
    out.writeUTF(content.name());
    out.writeBoolean(traceparent != null);
    if (traceparent != null) {
      out.writeUTF(traceparent);
    }
    out.writeInt(content.payload().length);
    out.write(content.payload());
  }

  private static void write(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  /**
   * Reads one of the messages.
   *
   * @throws IllegalArgumentException if another release wrote it, or it is not one
   */
  static HandOverMessage decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new IllegalArgumentException("version " + version + " is not known here");
      }
      return read(in);
    } catch (IOException e) {
      throw new IllegalArgumentException("it ends too early", e);
    }
  }

  private static HandOverMessage read(DataInputStream in) throws IOException {
    HandOverMessage message = empty();
    long now = System.nanoTime();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      message.deliveries.add(readDelivery(in, now));
    }
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      message.contents.put(readId(in), readContent(in));
    }
    return message;
  }

  private static NewDelivery readDelivery(DataInputStream in, long now) throws IOException {
    UUID id = readId(in);
    WebhookId webhook = new WebhookId(readId(in));
    UUID event = readId(in);
    int maxAttempts = in.readInt();
    long age = in.readLong();
    long timeLeft = in.readLong();
    return new NewDelivery(id, webhook, event, maxAttempts, now - age, now + timeLeft, null);
  }

  private static EventContent readContent(DataInputStream in) throws IOException {
    String namespace = in.readUTF();
    String name = in.readUTF();
    @Nullable String traceparent = in.readBoolean() ? in.readUTF() : null;
    int length = in.readInt();
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException();
    }
    return new EventContent(namespace, name, payload, traceparent);
  }

  private static UUID readId(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
