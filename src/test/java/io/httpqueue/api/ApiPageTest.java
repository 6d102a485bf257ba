package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/api.md} to the comments of the contract. To write the page anew: {@code make
 * docs}.
 */
class ApiPageTest {

  private static final Path PAGE = Path.of("docs/api.md");

  /** Made by protoc together with the classes. */
  private static final Path CONTRACT = Path.of("target/contract.binpb");

  private static final String FOLDER = "httpqueue/v1/";

  private static final List<String> ORDER =
      List.of("webhook_service.proto", "webhook.proto", "event.proto", "delivery.proto");

  private static final String HEAD =
      """
      # The API

      The gRPC service `httpqueue.v1.WebhookService`. For existing clients RegisterWebhook, UnregisterWebhook, PushEvent,
      GetWebhookStatus and ListWebhooks are also served as `webhook.WebhookService`. The second column of a table of fields
      is the field's number.

      `ApiPageTest` makes this page from the comments in [proto/httpqueue/v1](../proto/httpqueue/v1), and fails where the
      two differ; `make docs` writes it anew.
      """;

  @Test
  void thePageSaysWhatTheContractSays() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("configuration-page"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() throws IOException {
    Map<String, FileDescriptorProto> files =
        FileDescriptorSet.parseFrom(Files.readAllBytes(CONTRACT)).getFileList().stream()
            .filter(file -> file.getName().startsWith(FOLDER))
            .collect(Collectors.toMap(FileDescriptorProto::getName, Function.identity()));
    assertThat(files.keySet())
        .as("a file of the contract that this test does not know")
        .containsExactlyInAnyOrderElementsOf(ORDER.stream().map(FOLDER::concat).toList());
    ApiPage page = new ApiPage(HEAD);
    ORDER.forEach(name -> page.add(Objects.requireNonNull(files.get(FOLDER + name))));
    return page.toString();
  }
}
