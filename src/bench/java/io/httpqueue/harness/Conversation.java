package io.httpqueue.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The parent's side of a {@link CommandLoop}. Thread-safe: one command at a time. */
public final class Conversation {

  private final ChildProcess child;
  private final BufferedWriter input;
  private final BufferedReader output;

  public Conversation(ChildProcess child) {
    this.child = child;
    this.input = child.input();
    this.output = child.output();
  }

  /** Sends a command and returns its answer. */
  public synchronized String ask(String command) {
    try {
      input.write(command);
      input.newLine();
      input.flush();
      String answer = output.readLine();
      if (answer == null || !answer.startsWith("ok ")) {
        throw new IllegalStateException(child + " answered '" + command + "' with: " + answer);
      }
      return answer.substring(3);
    } catch (IOException e) {
      throw new UncheckedIOException(child + " cannot be asked '" + command + "'", e);
    }
  }
}
