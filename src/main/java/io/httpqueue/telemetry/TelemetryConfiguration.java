package io.httpqueue.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentSelectorBuilder;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.ViewBuilder;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Watches the exporters that OpenTelemetry configures itself. What cannot be sent is dropped: the
 * SDK holds 2048 spans at most, none are made while no collector takes them, and metrics are only
 * numbers.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TelemetrySettings.class)
class TelemetryConfiguration {

  private static final String CALLS = "rpc.server.call.duration";
  private static final Set<String> CALL_ATTRIBUTES =
      Set.of("rpc.system.name", "rpc.method", "rpc.response.status_code", "error.type");

  @Bean
  SpanGate spanGate() {
    return new SpanGate();
  }

  @Bean
  AutoConfigurationCustomizerProvider watchedExporters(TelemetrySettings settings, SpanGate gate) {
    CollectorWatch watch = new CollectorWatch(settings.endpoint());
    return customizer ->
        customizer
            .addSamplerCustomizer((sampler, _) -> new GatedSampler(sampler, gate))
            .addSpanExporterCustomizer(
                (exporter, _) -> new WatchedSpanExporter(exporter, watch, gate))
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
              return meters
                  .registerView(histograms().setMeterName(Meters.SCOPE).build(), view().build())
                  .registerView(histograms().setName("jvm.*").build(), view().build())
                  // A view has every attribute that it does not leave out: the callers' ports too.
                  .registerView(
                      histograms().setName(CALLS).build(),
                      view().setAttributeFilter(CALL_ATTRIBUTES).build());
            });
  }

  private static InstrumentSelectorBuilder histograms() {
    return InstrumentSelector.builder().setType(InstrumentType.HISTOGRAM);
  }

  private static ViewBuilder view() {
    return View.builder().setAggregation(Aggregation.base2ExponentialBucketHistogram());
  }

  @Bean
  FirstExport firstExport(OpenTelemetry telemetry) {
    return new FirstExport(telemetry);
  }
}
