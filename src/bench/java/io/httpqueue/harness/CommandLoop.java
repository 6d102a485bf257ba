package io.httpqueue.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/**
 * The child's side of a {@link Conversation}: reads commands from the standard input, a line each,
 * and answers each one with a line. Ends with the input, so that a child never outlives the process
 * that started it.
 */
public final class CommandLoop {

  /** Carries out one command. */
  public interface Handler {

    /** Returns the answer, one line; what it throws is answered as an error. */
    String answer(String command, List<String> arguments) throws Exception;
  }

  private CommandLoop() {}

  // Whatever a command throws belongs to the parent, which fails with it.
  @SuppressWarnings("CatchingUnchecked")
  public static void run(Handler handler) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Jvm.CHARSET));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      List<String> words = List.of(line.split(" "));
      try {
        System.out.println(
            "ok " + handler.answer(words.getFirst(), words.subList(1, words.size())));
      } catch (Exception e) {
        e.printStackTrace();
        System.out.println("error " + e);
      }
      System.out.flush();
    }
  }
}
