package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rig of an ordinary user, in namespaces that it makes for itself. */
@Tag("kernel")
@Timeout(90)
class UserNamespaceTest {
  private static final List<String> NEEDED =
      List.of(
          "netty-", "jna-", "slf4j-", "logback-", "jackson-", "classes", "junit-", "opentest4j");

  @Test
  void anOrdinaryUserGetsRealKernelsByReexecution(@TempDir Path directory) throws Exception {
    OrdinaryUser.assumePossible();
    List<String> asNobody =
        OrdinaryUser.java(directory, name -> NEEDED.stream().anyMatch(name::contains));
    asNobody.add(Somebody.class.getName());
    Process process = new ProcessBuilder(asNobody).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    System.out.println(output);
    assumeTrue(!output.contains("reexec impossible"), "this machine allows no user namespaces");
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines())
        .anyMatch(line -> line.startsWith("outside IN_PROCESS this process may not make network"))
        .containsSubsequence(
            "inside VETH namespaces are at hand, /dev/net/tun cannot be opened",
            "ping true",
            "connected CONNECTED",
            "black hole TIMED_OUT",
            "healed CONNECTED");
  }

  /**
   * A program for an ordinary user: says what it can have, and runs itself again where it can have
   * more.
   */
  static final class Somebody {
    private Somebody() {}

    public static void main(String[] args) throws Exception {
      RigLauncher.Choice choice = RigLauncher.choose();
      if (args.length > 0) {
        System.out.println("inside " + choice.kind() + " " + choice.reason());
        useARig();
        return;
      }
      System.out.println("outside " + choice.kind() + " " + choice.reason());
      Optional<List<String>> prefix = RigLauncher.reexecCommand();
      if (prefix.isEmpty()) {
        System.out.println("reexec impossible");
        return;
      }
      List<String> command = new ArrayList<>(prefix.get());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-cp", System.getProperty("java.class.path"), Somebody.class.getName(), "inside"));
      System.out.flush();
      System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static void useARig() {
      Duration patience = Duration.ofSeconds(2);
      try (Rig rig = Rig.builder().devices("oak", "elm").start()) {
        RigDevice oak = rig.device("oak");
        RigDevice elm = rig.device("elm");
        System.out.println("ping " + oak.ping(elm, patience).isPresent());
        try (TcpSink sink = elm.listenTcp(0)) {
          System.out.println(
              "connected " + oak.kernelTcpProbe(elm, sink.port(), patience).outcome());
          rig.blackHole(oak, elm);
          System.out.println(
              "black hole " + oak.kernelTcpProbe(elm, sink.port(), patience).outcome());
          rig.heal(oak, elm);
          System.out.println("healed " + oak.kernelTcpProbe(elm, sink.port(), patience).outcome());
        }
      }
    }
  }
}
