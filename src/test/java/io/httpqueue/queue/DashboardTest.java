package io.httpqueue.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DashboardTest {

  private static final List<String> PATHS =
      List.of(
          "/",
          "/dashboard",
          "/dashboard/overview",
          "/api/servers",
          "/api/problems",
          "/sse/jobstats");

  @Test
  void theDashboardIsServedOnLoopbackToThoseWhoKnowThePassword() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server =
            TestServer.start(
                database,
                "httpqueue.dashboard.enabled=true",
                "httpqueue.dashboard.port=0",
                "httpqueue.dashboard.username=me",
                "httpqueue.dashboard.password=correct horse")) {
      int port = server.part(Dashboard.class).port();
      for (String path : PATHS) {
        assertThat(status(port, path, null)).as(path).isEqualTo(401);
        assertThat(status(port, path, "me:correct horsf")).as(path).isEqualTo(401);
        assertThat(status(port, path, "you:correct horse")).as(path).isEqualTo(401);
      }
      assertThat(status(port, "/dashboard/overview", "me:correct horse")).isEqualTo(200);
      assertThat(status(port, "/api/servers", "me:correct horse")).isEqualTo(200);
      for (InetAddress address : addressesOfThisMachine()) {
        assertThatThrownBy(() -> new Socket(address, port).close())
            .isInstanceOf(ConnectException.class);
      }
    }
  }

  @Test
  void itIsOffUnlessItIsTurnedOnWithAPassword() {
    assertThat(new DashboardSettings(false, 8000, "httpqueue", "").enabled()).isFalse();
    assertThatThrownBy(() -> new DashboardSettings(true, 8000, "httpqueue", "short"))
        .hasMessageContaining("HTTPQUEUE_DASHBOARD_PASSWORD");
    assertThatThrownBy(() -> new DashboardSettings(true, 8000, " ", "long enough to be one"))
        .hasMessageContaining("HTTPQUEUE_DASHBOARD_USERNAME");
    assertThat(new DashboardSettings(true, 1, "me", "long enough to be one").toString())
        .doesNotContain("long enough");
  }

  private static List<InetAddress> addressesOfThisMachine() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .toList();
  }

  private static int status(int port, String path, @Nullable String credentials) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)));
    if (credentials != null) {
      String basic = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
      request.header("Authorization", "Basic " + basic);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }
}
