package io.httpqueue.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Records of one size, kept in memory in pieces, so that adding one never moves the others. Not
 * thread-safe.
 */
final class Records {

  private static final int PER_PIECE = 1 << 14;

  private final int size;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private int count;

  Records(int size) {
    this.size = size;
  }

  /** Reads what {@link #write} wrote. */
  static Records read(Path file, int size) {
    try {
      Records records = new Records(size);
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
      while (all.remaining() >= size) {
        int length = Math.min(PER_PIECE * size, all.remaining());
        ByteBuffer piece = ByteBuffer.allocate(PER_PIECE * size);
        piece.put(0, all, all.position(), length);
        records.pieces.add(piece);
        records.count += length / size;
        all.position(all.position() + length);
      }
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int count() {
    return count;
  }

  /** Adds a record of zeros. Returns its index. */
  int add() {
    if (count == pieces.size() * PER_PIECE) {
      pieces.add(ByteBuffer.allocate(PER_PIECE * size));
    }
    return count++;
  }

  long getLong(int index, int field) {
    return piece(index).getLong(offset(index) + field);
  }

  void putLong(int index, int field, long value) {
    piece(index).putLong(offset(index) + field, value);
  }

  int getInt(int index, int field) {
    return piece(index).getInt(offset(index) + field);
  }

  void putInt(int index, int field, int value) {
    piece(index).putInt(offset(index) + field, value);
  }

  UUID getUuid(int index, int field) {
    return new UUID(getLong(index, field), getLong(index, field + Long.BYTES));
  }

  void putUuid(int index, int field, UUID value) {
    putLong(index, field, value.getMostSignificantBits());
    putLong(index, field + Long.BYTES, value.getLeastSignificantBits());
  }

  /** Writes all of them to a file, in place of what it held. */
  void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int piece = 0; piece < pieces.size(); piece++) {
        int used = Math.min(PER_PIECE, count - piece * PER_PIECE) * size;
        ByteBuffer bytes = pieces.get(piece).duplicate().clear().limit(used);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    }
  }

  private ByteBuffer piece(int index) {
    return pieces.get(index / PER_PIECE);
  }

  private int offset(int index) {
    return index % PER_PIECE * size;
  }
}
