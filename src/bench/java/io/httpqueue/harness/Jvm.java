package io.httpqueue.harness;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands for more processes of the JDK and the class path that this one runs with. */
public final class Jvm {

  static final Charset CHARSET = StandardCharsets.UTF_8;

  private Jvm() {}

  /** The command that runs another main class of the harness. */
  public static List<String> command(Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(executable()));
    command.addAll(options);
    // grpc-java's Netty and JobRunr still use what the JDK warns about.
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** The command that runs a jar. */
  public static List<String> jar(String jar, List<String> options) {
    List<String> command = new ArrayList<>(List.of(executable()));
    command.addAll(options);
    command.addAll(List.of("-jar", jar));
    return command;
  }

  // The child's working directory is another one.
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(element -> Path.of(element).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String executable() {
    return ProcessHandle.current().info().command().orElseThrow();
  }
}
