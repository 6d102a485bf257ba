package io.httpqueue.outbound;

import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one sender. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboundSettings.class)
class OutboundConfiguration {

  @Bean
  NameLookup nameLookup() {
    return new NameLookup(InetAddress::getAllByName);
  }

  @Bean
  HttpSender httpSender(OutboundSettings settings, NameLookup names)
      throws NoSuchAlgorithmException {
    return new HttpSender(
        new Connections(settings, new ReceiverResolver(names), SSLContext.getDefault()));
  }
}
