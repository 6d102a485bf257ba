package io.httpqueue.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a directory to one server at a time. The system frees it when the server is killed. */
record DirectoryLock(FileChannel file) implements AutoCloseable {

  /**
   * @throws PostgresStartException if another server holds it, or it cannot be written
   */
  static DirectoryLock acquire(Path directory) {
    Path path = directory.resolve("lock");
    try {
      Files.createDirectories(directory);
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(file) == null) {
        file.close();
        throw new PostgresStartException(
            "%s is in use by another HTTPQueue server (process %s); stop it, or set DATABASE_URL or HTTPQUEUE_DATABASE_EMBEDDED_DIRECTORY"
                .formatted(directory, Files.readString(path).strip()));
      }
      file.truncate(0);
      file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
      return new DirectoryLock(file);
    } catch (IOException e) {
      throw new PostgresStartException("%s cannot be used: %s".formatted(directory, e), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
