package io.limpet.tcp.internal.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** How a process inside the namespace is driven: a name a line in, a verdict a line out. */
final class Answers {
  /** Runs what has a name. */
  interface Body {
    void run(String name) throws Exception;
  }

  private Answers() {}

  /** Says that it is ready, then answers until its input ends. */
  static void serve(Body body) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("OK");
    for (String name = in.readLine(); name != null; name = in.readLine()) {
      out.println(verdict(body, name));
    }
  }

  private static String verdict(Body body, String name) {
    long start = System.nanoTime();
    try {
      body.run(name);
      return "OK after " + (System.nanoTime() - start) / 1_000_000 + " ms";
    } catch (Throwable e) {
      StringBuilder text = new StringBuilder("FAILED ").append(e);
      for (StackTraceElement element : e.getStackTrace()) {
        if (element.getClassName().startsWith("io.limpet")) {
          text.append(" at ").append(element);
        }
      }
      if (e.getCause() != null) {
        text.append(" because of ").append(e.getCause());
      }
      return text.toString().replace('\n', ' ');
    }
  }
}
