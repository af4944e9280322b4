package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import io.limpet.rig.internal.bench.stand.BenchException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A device that says nothing and hears everything: when the others spoke. Safe for any thread. */
final class Ear implements AutoCloseable {
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx32m");

  private static final Duration START = Duration.ofSeconds(20);
  private static final String LISTENING = "listening";

  private final Map<String, Long> firstNs = new ConcurrentHashMap<>();
  private final RigProcess process;

  private Ear(RigDevice device) {
    process =
        device
            .javaCommand(JVM, EarMain.class.getName(), device.interfaceName())
            .onLine(this::onLine)
            .start();
  }

  static Ear start(RigDevice device) throws BenchException {
    Ear ear = new Ear(device);
    Wait.until("the listener hears", START, () -> ear.process.stdout().contains(LISTENING));
    return ear;
  }

  private void onLine(String line) {
    String[] words = line.split(" ", 2);
    if (words.length == 2) {
      firstNs.putIfAbsent(words[0], Long.parseLong(words[1]));
    }
  }

  /** What the device said before is forgotten: it will be another life's. */
  void forget(RigDevice device) {
    firstNs.remove(key(device));
  }

  /** Returns when the device was first heard since. */
  long firstHelloNs(RigDevice device) throws BenchException {
    Long first = firstNs.get(key(device));
    if (first == null) {
      throw new BenchException("no hello of " + device.name() + " was heard on the air");
    }
    return first;
  }

  private static String key(RigDevice device) {
    Inet4Address address = device.ipv4();
    return address.getHostAddress();
  }

  @Override
  public void close() {
    process.kill();
  }
}
