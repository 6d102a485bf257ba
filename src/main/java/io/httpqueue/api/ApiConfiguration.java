package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.Authentication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import net.devh.boot.grpc.server.serverfactory.GrpcServerConfigurer;
import net.devh.boot.grpc.server.service.GrpcService;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The gRPC server. Its lifecycle is the starter's: it starts after and stops before everything
 * else.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ApiSettings.class, TlsSettings.class})
class ApiConfiguration {

  @Bean
  GrpcServerProperties grpcServerProperties(ApiSettings settings) {
    GrpcServerProperties properties = new GrpcServerProperties();
    properties.setAddress(settings.address().toString());
    properties.setPort(settings.port());
    properties.setMaxInboundMessageSize(settings.maxMessageSize());
    properties.setShutdownGracePeriod(settings.shutdownGrace());
    properties.setEnableKeepAlive(true);
    properties.setKeepAliveTime(settings.keepAliveTime());
    properties.setPermitKeepAliveTime(settings.minClientKeepAliveTime());
    properties.setPermitKeepAliveWithoutCalls(true);
    properties.setMaxInboundMetadataSize(settings.maxMetadataSize());
    properties.setMaxConnectionAge(settings.maxConnectionAge());
    properties.setMaxConnectionAgeGrace(settings.maxConnectionAgeGrace());
    return properties;
  }

  /** Which method it is that is called is found out on the connection's own thread. */
  @Bean
  GrpcServerConfigurer threadsOfCalls(PushThreads pushThreads) {
    return server -> server.executor(Runnable::run).callExecutor(pushThreads);
  }

  /** What the starter has no property for. It builds a server of the shaded Netty. */
  @Bean
  GrpcServerConfigurer boundsOfConnections(ApiSettings settings, Optional<TlsIdentity> tls) {
    return server -> {
      NettyServerBuilder netty = (NettyServerBuilder) server;
      netty.maxConcurrentCallsPerConnection(settings.maxConcurrentCalls());
      tls.ifPresent(identity -> netty.sslContext(sslContext(identity)));
    };
  }

  private static SslContext sslContext(TlsIdentity identity) {
    try {
      return identity.sslContext();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Bean
  @Conditional(TlsIsSet.class)
  TlsIdentity tlsIdentity(TlsSettings settings) throws GeneralSecurityException, IOException {
    return new TlsIdentity(settings);
  }

  /** Whether there is a certificate, which is to be known before there are beans. */
  static final class TlsIsSet implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().getProperty("httpqueue.tls.cert", "").isBlank();
    }
  }

  @Bean
  Exposure exposure(
      ApiSettings settings,
      Optional<TlsIdentity> tls,
      @Value("${httpqueue.telemetry.environment}") String environment,
      Authentication authentication,
      ApiKeys keys) {
    return new Exposure(settings.address(), tls.isPresent(), environment, authentication, keys);
  }

  /** The starter serves v1alpha alone. */
  @Bean
  @GrpcService
  BindableService reflectionV1() {
    return ProtoReflectionServiceV1.newInstance();
  }
}
