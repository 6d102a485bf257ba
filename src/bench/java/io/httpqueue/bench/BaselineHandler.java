package io.httpqueue.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequestHandler;

/** Sends one delivery of the baseline. An answer that is no success fails the job. */
public final class BaselineHandler implements JobRequestHandler<BaselineDelivery> {

  private final BaselineTables tables;
  private final CloseableHttpClient client;
  private final Map<UUID, String> urls;

  BaselineHandler(BaselineTables tables, CloseableHttpClient client, Map<UUID, String> urls) {
    this.tables = tables;
    this.client = client;
    this.urls = urls;
  }

  @Override
  @Job(name = "delivery")
  public void run(BaselineDelivery delivery) throws SQLException, IOException {
    HttpPost post = new HttpPost(urls.get(delivery.webhookId()));
    post.setHeader("webhook-id", delivery.eventId().toString());
    post.setHeader("HTTPQueue-Delivery", delivery.deliveryId().toString());
    post.setHeader("HTTPQueue-Attempt", "1");
    post.setEntity(
        new StringEntity(tables.payload(delivery.eventId()), ContentType.APPLICATION_JSON));
    tables.succeed(
        delivery.deliveryId(),
        client.execute(
            post,
            response -> {
              EntityUtils.consume(response.getEntity());
              if (response.getCode() != 200) {
                throw new IOException("answered " + response.getCode());
              }
              return response.getCode();
            }));
  }
}
