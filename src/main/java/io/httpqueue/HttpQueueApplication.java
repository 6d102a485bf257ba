package io.httpqueue;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts one HTTPQueue server. */
@SpringBootApplication(proxyBeanMethods = false)
public class HttpQueueApplication {

  public static void main(String[] args) {
    SpringApplication.run(HttpQueueApplication.class, args);
  }
}
