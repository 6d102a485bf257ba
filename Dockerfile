# The image of HTTPQueue: make image builds it. docs/operations.md says how to run it.

# From source, with the Maven wrapper.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /source
COPY mvnw pom.xml ./
COPY build-tools build-tools
COPY proto proto
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -q -B -ntp package -Dmaven.test.skip=true \
    && java -Djarmode=tools -jar target/httpqueue.jar extract --layers --destination /layers \
    # The binaries of the embedded Postgres, which is for trying out: most of the size, and never used in a container.
    && mkdir /postgres && mv /layers/dependencies/lib/embedded-postgres-binaries-*.jar /postgres/

FROM eclipse-temurin:25-jre AS runtime
WORKDIR /opt/httpqueue
# Libraries change less often than we do: a layer of their own.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/application/ ./
COPY deploy/image/java-options deploy/image/jit-options ./
# A number, so that Kubernetes can see that it is not root. It owns nothing here.
USER 10001:10001

# Runs the server once, on a Postgres of its own, to learn what it loads: a start then takes about half of the processor time.
FROM runtime AS training
COPY --from=build /postgres/ /postgres/
COPY deploy/image/train /train
# Postgres wants a user that has a name.
USER nobody
RUN /train /tmp/httpqueue.aot

FROM runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="HTTPQueue" \
      org.opencontainers.image.description="Takes events over gRPC and delivers them over HTTP, with Postgres as the only thing it needs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=training /tmp/httpqueue.aot ./
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx16m", "-cp", "httpqueue.jar", "io.httpqueue.api.HealthProbe"]
# The JVM ends by itself on SIGTERM, and has no children to reap: nothing has to stand between.
ENTRYPOINT ["java", "@java-options", "@jit-options", "-jar", "httpqueue.jar"]
