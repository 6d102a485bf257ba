package io.httpqueue.bench;

import io.httpqueue.harness.Generator;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.PostgresMeter;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Receiver;
import java.util.List;

/** What all processes of a run have used so far. Differences of two readings count. */
record Meters(
    long serverCpuMicros,
    long postgresCpuMicros,
    long generatorCpuMicros,
    long receiverCpuMicros,
    PostgresMeter database) {

  static Meters read(
      List<HttpQueueServer> servers,
      PostgresServer postgres,
      String database,
      Generator generator,
      Receiver receiver) {
    return new Meters(
        servers.stream().mapToLong(server -> server.processes().cpuMicros()).sum(),
        postgres.processes().cpuMicros(),
        generator.processes().cpuMicros(),
        receiver.processes().cpuMicros(),
        PostgresMeter.read(postgres, database));
  }

  Meters since(Meters earlier) {
    return new Meters(
        serverCpuMicros - earlier.serverCpuMicros,
        postgresCpuMicros - earlier.postgresCpuMicros,
        generatorCpuMicros - earlier.generatorCpuMicros,
        receiverCpuMicros - earlier.receiverCpuMicros,
        database.since(earlier.database));
  }
}
