package io.httpqueue.api;

import java.io.Serial;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.UTF8StreamJsonParser;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Parsers that take bytes for UTF-8 without a look at them. The usual ones guess the encoding from
 * the first four bytes, where a short payload once ended in an exception, and would read UTF-16.
 */
final class Utf8Json extends JsonFactory {

  @Serial private static final long serialVersionUID = 1L;

  Utf8Json(StreamReadConstraints constraints) {
    super(
        builder()
            .streamReadConstraints(constraints)
            // Most calls run on virtual threads, which come too late for a pool per thread.
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()));
  }

  @Override
  protected JsonParser _createParser(
      ObjectReadContext context, IOContext io, byte[] data, int offset, int length) {
    io.setEncoding(JsonEncoding.UTF8);
    return new UTF8StreamJsonParser(
        context,
        io,
        context.getStreamReadFeatures(_streamReadFeatures),
        context.getFormatReadFeatures(_formatReadFeatures),
        null,
        _byteSymbolCanonicalizer.makeChild(_factoryFeatures),
        data,
        offset,
        offset + length,
        0,
        false);
  }
}
