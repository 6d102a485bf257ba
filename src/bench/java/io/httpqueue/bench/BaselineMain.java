package io.httpqueue.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import io.httpqueue.harness.Logging;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;

/**
 * The design that HTTPQueue is compared with: each push stores its event and deliveries, and
 * enqueues one JobRunr job per delivery; the job sends it and stores the outcome. Started by the
 * harness with the settings of a server.
 */
final class BaselineMain {

  private static final int CONNECTIONS = 20;
  private static final int WORKERS = 64;

  private BaselineMain() {}

  public static void main(String[] args) throws Exception {
    Logging.warningsOnly();
    HikariDataSource dataSource = dataSource(URI.create(System.getenv("DATABASE_URL")));
    BaselineTables tables = new BaselineTables(dataSource);
    tables.create();
    Map<UUID, String> urls = new ConcurrentHashMap<>();
    BaselineHandler handler = new BaselineHandler(tables, client(), urls);
    JobRequestScheduler jobs =
        JobRunr.configure()
            .useJobActivator(activator(handler))
            .useStorageProvider(new PostgresStorageProvider(dataSource))
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andPollIntervalInSeconds(5)
                    .andWorkerCount(WORKERS))
            .initialize()
            .getJobRequestScheduler();
    Server server =
        Grpc.newServerBuilderForPort(
                Integer.parseInt(System.getenv("GRPC_PORT")), InsecureServerCredentials.create())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(new BaselineService(tables, jobs, urls))
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    server.awaitTermination();
  }

  private static HikariDataSource dataSource(URI url) {
    HikariDataSource dataSource = new HikariDataSource();
    dataSource.setJdbcUrl(
        "jdbc:postgresql://%s:%d%s?user=%s"
            .formatted(url.getHost(), url.getPort(), url.getPath(), url.getUserInfo()));
    dataSource.setMaximumPoolSize(CONNECTIONS);
    return dataSource;
  }

  private static CloseableHttpClient client() {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(WORKERS * 2)
                .setMaxConnPerRoute(WORKERS)
                .build())
        .disableAutomaticRetries()
        .build();
  }

  private static JobActivator activator(BaselineHandler handler) {
    return new JobActivator() {
      @Override
      public <T> T activateJob(Class<T> type) {
        return type.cast(handler);
      }
    };
  }
}
