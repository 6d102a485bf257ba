package io.httpqueue.api;

import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.httpqueue.roles.Roles;
import java.util.Collection;
import net.devh.boot.grpc.server.service.AnnotationGrpcServiceDiscoverer;
import net.devh.boot.grpc.server.service.GrpcServiceDefinition;
import org.springframework.stereotype.Component;

/** Finds what is served: a server that does not accept calls answers for its health alone. */
@Component
final class ServicesOfRoles extends AnnotationGrpcServiceDiscoverer {

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
