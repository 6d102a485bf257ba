package io.httpqueue.api;

import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.Authentication;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/** Says at the start who can call, and refuses to start where that would be everybody. */
final class Exposure {

  private static final Logger log = LoggerFactory.getLogger(Exposure.class);
  private static final String DEVELOPMENT = "development";

  private final ListenAddress address;
  private final boolean encrypted;
  private final boolean development;
  private final Authentication authentication;
  private final ApiKeys keys;

  /**
   * @param encrypted whether it speaks TLS
   * @param environment as set by ENVIRONMENT
   * @throws UnsafeSettingsException if anybody in the network could do anything, outside
   *     development
   */
  Exposure(
      ListenAddress address,
      boolean encrypted,
      String environment,
      Authentication authentication,
      ApiKeys keys) {
    this.address = address;
    this.encrypted = encrypted;
    this.development = environment.equals(DEVELOPMENT);
    this.authentication = authentication;
    this.keys = keys;
    if (!authentication.isRequired() && !development && !address.isLoopback()) {
      throw new UnsafeSettingsException(
          "HTTPQUEUE_AUTH=off lets everybody who reaches the port do everything: outside"
              + " development"
              + " it needs HTTPQUEUE_API_ADDRESS=127.0.0.1 (ENVIRONMENT is %s, HTTPQUEUE_API_ADDRESS is %s)"
                  .formatted(environment, address));
    }
  }

  @EventListener(ApplicationReadyEvent.class)
  void tell() {
    if (!authentication.isRequired()) {
      tellOff();
    } else {
      if (!encrypted && !development && !address.isLoopback()) {
        log.warn(
            "API keys come in unencrypted: set HTTPQUEUE_TLS_CERT and HTTPQUEUE_TLS_KEY, unless a"
                + " proxy before this server speaks TLS");
      }
      if (!keys.existsUsable()) {
        log.info(
            "Calls need an API key, and there is none yet. To make one:"
                + " keys create --role admin --all-namespaces");
      }
    }
  }

  private void tellOff() {
    String told = "Calls are not authenticated (HTTPQUEUE_AUTH=off): {} can do everything";
    if (address.isLoopback()) {
      log.info(told, "every program on this machine");
    } else {
      log.warn(told, "everybody who reaches the port");
    }
  }
}
