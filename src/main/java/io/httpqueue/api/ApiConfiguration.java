package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.httpqueue.roles.Roles;
import java.util.Collection;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import net.devh.boot.grpc.server.serverfactory.GrpcServerConfigurer;
import net.devh.boot.grpc.server.service.AnnotationGrpcServiceDiscoverer;
import net.devh.boot.grpc.server.service.GrpcService;
import net.devh.boot.grpc.server.service.GrpcServiceDefinition;
import net.devh.boot.grpc.server.service.GrpcServiceDiscoverer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The gRPC server. Its lifecycle is the starter's: it starts after and stops before everything
 * else.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiSettings.class)
class ApiConfiguration {

  @Bean
  GrpcServerProperties grpcServerProperties(ApiSettings settings) {
    GrpcServerProperties properties = new GrpcServerProperties();
    properties.setPort(settings.port());
    properties.setMaxInboundMessageSize(settings.maxMessageSize());
    properties.setShutdownGracePeriod(settings.shutdownGrace());
    properties.setEnableKeepAlive(true);
    properties.setKeepAliveTime(settings.keepAliveTime());
    properties.setPermitKeepAliveTime(settings.minClientKeepAliveTime());
    properties.setPermitKeepAliveWithoutCalls(true);
    return properties;
  }

  /** Calls block on Postgres, thousands at once. */
  @Bean
  GrpcServerConfigurer callsOnVirtualThreads() {
    return server -> server.executor(Thread::startVirtualThread);
  }

  /** A server that does not accept calls answers for its health alone. */
  @Bean
  GrpcServiceDiscoverer services(Roles roles) {
    return new ServicesOfRoles(roles);
  }

  private static final class ServicesOfRoles extends AnnotationGrpcServiceDiscoverer {

    private final Roles roles;

    ServicesOfRoles(Roles roles) {
      this.roles = roles;
    }

    @Override
    public Collection<GrpcServiceDefinition> findGrpcServices() {
      return super.findGrpcServices().stream()
          .filter(service -> roles.api() || isHealth(service.getDefinition()))
          .toList();
    }

    private static boolean isHealth(ServerServiceDefinition service) {
      return service.getServiceDescriptor().getName().equals(HealthGrpc.SERVICE_NAME);
    }
  }

  /** The starter serves v1alpha alone. */
  @Bean
  @GrpcService
  BindableService reflectionV1() {
    return ProtoReflectionServiceV1.newInstance();
  }
}
