package io.httpqueue.outbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of answers, 64 KiB of each at most. The library bounds the lines and their number
 * alone, which together make megabytes, for each of thousands of attempts.
 */
final class BoundedHeads implements HttpMessageParserFactory<ClassicHttpResponse> {

  private static final int LARGEST = 64 * 1024;
  private static final int MOST_HEADERS = 200;
  private static final int MOST_EMPTY_LINES = 10;

  // Not the client's own, which skips what is not HTTP and waits for what may come behind it.
  private final DefaultHttpResponseParserFactory parsers;

  /**
   * @param longestLine in bytes
   */
  BoundedHeads(int longestLine) {
    this.parsers =
        new DefaultHttpResponseParserFactory(
            Http1Config.custom()
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxLineLength(longestLine)
                .setMaxEmptyLineCount(MOST_EMPTY_LINES)
                .build());
  }

  /** The connection's own bounds are those of trailers, and are left aside. */
  @Override
  public HttpMessageParser<ClassicHttpResponse> create(@Nullable Http1Config ofConnection) {
    HttpMessageParser<ClassicHttpResponse> parser = parsers.create();
    return (buffer, in) -> parser.parse(buffer, new Bounded(in));
  }

  /** Ends with an exception. What the connection's buffer holds already is not counted. */
  private static final class Bounded extends FilterInputStream {

    private int left = LARGEST;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      throw new UnsupportedOperationException("the library reads into its buffer");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        throw new MessageConstraintException("the head has more than " + LARGEST + " bytes");
      }
      int count = super.read(buffer, offset, Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }
}
