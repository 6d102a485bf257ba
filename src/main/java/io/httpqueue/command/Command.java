package io.httpqueue.command;

import java.io.PrintStream;
import java.util.List;

/** Something that the jar does in place of being a server. */
interface Command {

  /** What it is called by. */
  String name();

  /** How it is called, for people: one line for each way. */
  List<String> usage();

  /**
   * Does it, and returns once it is done.
   *
   * @param arguments those after the name, without settings
   * @param settings as {@code --httpqueue.database.url=…}, to be handed to Spring
   * @param terminal where it tells its user what became of it
   * @return the exit code of the process
   * @throws UsageException if it was called wrongly
   */
  int run(List<String> arguments, List<String> settings, Terminal terminal);

  /**
   * Where a command tells its user something.
   *
   * @param out what a program may want to read
   * @param err what is for people alone
   */
  record Terminal(PrintStream out, PrintStream err) {}
}
