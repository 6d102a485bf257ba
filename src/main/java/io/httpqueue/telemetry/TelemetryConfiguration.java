package io.httpqueue.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.View;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Watches the exporters that OpenTelemetry configures itself. What cannot be sent is dropped: the
 * SDK holds 2048 spans at most, and metrics are only numbers.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TelemetrySettings.class)
class TelemetryConfiguration {

  @Bean
  AutoConfigurationCustomizerProvider watchedExporters(TelemetrySettings settings) {
    CollectorWatch watch = new CollectorWatch(settings.endpoint());
    return customizer ->
        customizer
            .addSpanExporterCustomizer((exporter, _) -> new WatchedSpanExporter(exporter, watch))
            .addMetricExporterCustomizer(
                (exporter, _) -> new WatchedMetricExporter(exporter, watch));
  }

  @Bean
  Scrape scrape(TelemetrySettings settings) {
    return new Scrape(settings.prometheus());
  }

  /** Exponential buckets resolve a microsecond and an hour alike, with no bounds to choose. */
  @Bean
  AutoConfigurationCustomizerProvider exponentialHistograms(Scrape scrape) {
    return customizer ->
        customizer.addMeterProviderCustomizer(
            (meters, _) -> {
              scrape.reader().ifPresent(meters::registerMetricReader);
              return meters.registerView(
                  InstrumentSelector.builder().setType(InstrumentType.HISTOGRAM).build(),
                  View.builder()
                      .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                      .build());
            });
  }

  @Bean
  FirstExport firstExport(OpenTelemetry telemetry) {
    return new FirstExport(telemetry);
  }
}
