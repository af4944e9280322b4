package io.limpet.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links on radios of the caller's: no kernel, no socket, no privilege. */
@Timeout(60)
class VirtualRadioTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final VirtualRadio.Receiver NOBODY = (from, multicast, datagram) -> {};

  @TempDir Path homes;

  /** Who is on the air, and whether unicast works there. */
  private final Map<Inet4Address, Radio> air = new ConcurrentHashMap<>();

  private volatile boolean unicastDead;
  private volatile int mtuBytes = 1500;

  @Test
  void twoLinksFindEachOtherAndUnicastIsPreferred() throws Exception {
    try (MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(anna, bert, PathState.UNICAST);
      List<String> heard = listen(bert);
      send(anna, bert, "hello");
      await().atMost(SOON).until(() -> heard.contains("hello"));
      assertThat(anna.interfaces()).extracting(LinkInterface::name).containsExactly("radio1");
    }
  }

  @Test
  void whereUnicastIsDeadMulticastCarriesDatagrams() throws Exception {
    unicastDead = true;
    try (MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(anna, bert, PathState.MULTICAST);
      List<String> heard = listen(bert);
      send(anna, bert, "all the same");
      await().atMost(SOON).until(() -> heard.contains("all the same"));
    }
  }

  @Test
  void theFlightRecorderHasTheChangesOfThePathAndTheRepairs() throws Exception {
    try (Recording recording = new Recording();
        MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      recording.start();
      List<String> told = new CopyOnWriteArrayList<>();
      anna.addListener(event -> note(event, told));
      awaitPath(anna, bert, PathState.UNICAST);
      unicastDead = true;
      await()
          .atMost(SOON)
          .until(
              () -> {
                send(anna, bert, "is it dead?");
                return told.stream().anyMatch(line -> line.startsWith("gave up"));
              });
      awaitPath(anna, bert, PathState.MULTICAST);
      unicastDead = false;
      awaitPath(anna, bert, PathState.UNICAST);
      recording.stop();
      Path file = homes.resolve("flight.jfr");
      recording.dump(file);
      List<String> recorded =
          RecordingFile.readAllEvents(file).stream()
              .filter(e -> e.getEventType().getName().startsWith("limpet."))
              .filter(e -> e.getString("peer").equals(bert.localAddress().toString()))
              .map(VirtualRadioTest::written)
              .toList();
      assertThat(recorded)
          .containsExactlyElementsOf(told)
          .contains("SUSPECT MULTICAST", "started UNICAST_BLACKHOLE");
    }
  }

  private static void note(LinkEvent event, List<String> told) {
    if (event instanceof LinkEvent.PathChanged e) {
      told.add(e.from() + " " + e.to());
    } else if (event instanceof LinkEvent.RepairStarted e) {
      told.add("started " + e.diagnosis());
    } else if (event instanceof LinkEvent.RepairStep e) {
      told.add("step " + e.diagnosis() + " " + e.step() + " " + e.outcome());
    } else if (event instanceof LinkEvent.RepairSucceeded e) {
      told.add("succeeded " + e.diagnosis() + " " + e.took().toNanos());
    } else if (event instanceof LinkEvent.RepairGaveUp e) {
      told.add("gave up " + e.diagnosis() + " " + e.took().toNanos());
    }
  }

  private static String written(RecordedEvent e) {
    if (e.getEventType().getName().equals("limpet.PathChange")) {
      return e.getString("from") + " " + e.getString("to");
    }
    String change = e.getString("change") + " " + e.getString("diagnosis");
    return switch (e.getString("change")) {
      case "started" -> change;
      case "step" -> change + " " + e.getString("step") + " " + e.getString("outcome");
      default -> change + " " + e.getDuration("took").toNanos();
    };
  }

  @Test
  void whatALargeInterfaceWouldTakeMayBeTriedAndNothingLarger() throws Exception {
    mtuBytes = 9000;
    try (MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(anna, bert, PathState.UNICAST);
      MeshAddress to = bert.localAddress();
      assertThat(onLoop(anna, () -> anna.receivablePayloadBytes(to))).isBetween(8900, 9000);
      send(anna, bert, "what is used is probed");
      await().atMost(SOON).until(() -> onLoop(anna, () -> anna.maxPayloadBytes(to)) > 1380);
      int safe = onLoop(anna, () -> anna.maxPayloadBytes(to));
      int largest = onLoop(anna, () -> anna.largestPayloadBytes(to));
      assertThat(safe).isBetween(1380, 1472);
      assertThat(largest - safe).isEqualTo(9000 - 1500);
      List<String> heard = listen(bert);
      send(anna, bert, "x".repeat(largest));
      await().atMost(SOON).until(() -> heard.contains("x".repeat(largest)));
      ByteBuf tooLarge = Unpooled.buffer(largest + 1).writeZero(largest + 1);
      assertThat(onLoop(anna, () -> anna.send(to, Protocol.TCP, tooLarge)))
          .isEqualTo(SendOutcome.TOO_LARGE);
    }
  }

  @Test
  void whatIsSaidToAGroupIsForThoseWhoHoldItsKey() throws Exception {
    Bytes group = Bytes.of(new byte[MeshGroups.GROUP_ID_BYTES]);
    MeshGroups.GroupKey key =
        new MeshGroups.GroupKey(3, Bytes.of(new byte[MeshGroups.SECRET_BYTES]));
    try (MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(anna, bert, PathState.UNICAST);
      List<String> said = new CopyOnWriteArrayList<>();
      MeshGroups.Receiver noting =
          new MeshGroups.Receiver() {
            @Override
            public void onDatagram(MeshAddress from, long number, ByteBuf payload, long atNs) {
              said.add(from + " " + number + " " + payload.toString(StandardCharsets.UTF_8));
            }

            @Override
            public void onBatchComplete() {
              said.add("batch");
            }
          };
      for (MeshLink link : List.of(anna, bert)) {
        onLoop(link, () -> setGroup(link, group, key, noting));
      }
      SendOutcome outcome =
          onLoop(
              anna,
              () -> anna.groups().send(group, Unpooled.copiedBuffer("hi", StandardCharsets.UTF_8)));
      assertThat(outcome).isEqualTo(SendOutcome.SENT);
      await().atMost(SOON).until(() -> said.size() == 2);
      assertThat(said).containsExactly(anna.localAddress() + " 3 hi", "batch");
    }
  }

  private static boolean setGroup(
      MeshLink link, Bytes group, MeshGroups.GroupKey key, MeshGroups.Receiver receiver) {
    link.groups().setGroup(group, List.of(key), receiver);
    return true;
  }

  private static <T> T onLoop(MeshLink link, Callable<T> call) {
    return link.eventLoop().submit(call).syncUninterruptibly().getNow();
  }

  @Test
  void aFloodOfGarbageCostsBoundedMemoryAndTheLinkLivesOn() throws Exception {
    try (MeshLink anna = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(anna, bert, PathState.UNICAST);
      Radio radio = radio(2);
      Inet4Address stranger = ip(99);
      for (int i = 0; i < 200_000; i++) {
        radio.receiver.onDatagram(stranger, i % 2 == 0, new byte[i % 64]);
      }
      radio.receiver.onDatagram(stranger, true, new byte[1 << 20]);
      List<String> heard = listen(bert);
      await()
          .atMost(SOON)
          .until(
              () -> {
                send(anna, bert, "still here");
                return heard.contains("still here");
              });
    }
  }

  @Test
  void aClosedLinkNoLongerListensAndAnotherMayTakeItsRadio() throws Exception {
    VirtualRadio.Receiver whileOpen;
    try (MeshLink anna = open("anna", 1)) {
      assertThat(anna.interfaces()).hasSize(1);
      whileOpen = radio(1).receiver;
    }
    assertThat(radio(1).receiver).isNotSameAs(whileOpen);
    try (MeshLink again = open("anna", 1);
        MeshLink bert = open("bert", 2)) {
      awaitPath(bert, again, PathState.UNICAST);
    }
  }

  @Test
  void anInterfaceThatIsNotTheRadiosIsRefused() throws Exception {
    LinkConfig config =
        LinkConfig.of(homes.resolve("anna"), "anna").withInterfaces(List.of("wlan0"));
    Radio radio = new Radio(1);
    assertThatThrownBy(() -> MeshLinks.open(config, radio))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("no interface wlan0")
        .hasMessageContaining("radio1");
    assertThat(radio.receiver).isSameAs(NOBODY);
  }

  private MeshLink open(String name, int number) throws LinkException, UnknownHostException {
    Radio radio = new Radio(number);
    air.put(radio.address, radio);
    return MeshLinks.open(LinkConfig.of(homes.resolve(name), name), radio);
  }

  private Radio radio(int number) throws UnknownHostException {
    Radio radio = air.get(ip(number));
    assertThat(radio).isNotNull();
    return radio;
  }

  private static void awaitPath(MeshLink from, MeshLink to, PathState wanted) {
    await()
        .atMost(SOON)
        .until(
            () ->
                from.peer(to.localAddress())
                    .toCompletableFuture()
                    .join()
                    .map(PeerReport::path)
                    .filter(wanted::equals)
                    .isPresent());
  }

  private static List<String> listen(MeshLink link) {
    List<String> heard = new CopyOnWriteArrayList<>();
    link.eventLoop()
        .submit(
            () ->
                link.setReceiver(
                    Protocol.TCP,
                    new MeshDatagrams.Receiver() {
                      @Override
                      public void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs) {
                        heard.add(payload.toString(StandardCharsets.UTF_8));
                      }
                    }))
        .syncUninterruptibly();
    return heard;
  }

  private static void send(MeshLink from, MeshLink to, String text) {
    from.eventLoop()
        .execute(
            () -> {
              from.send(
                  to.localAddress(),
                  Protocol.TCP,
                  Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
              from.flush();
            });
  }

  private static Inet4Address ip(int number) throws UnknownHostException {
    return (Inet4Address) InetAddress.getByAddress(new byte[] {10, 78, 0, (byte) number});
  }

  private final class Radio implements VirtualRadio {
    private final int number;
    private final Inet4Address address;
    private volatile Receiver receiver = NOBODY;

    Radio(int number) throws UnknownHostException {
      this.number = number;
      this.address = ip(number);
    }

    @Override
    public String name() {
      return "radio" + number;
    }

    @Override
    public Bytes mac() {
      return Bytes.of(new byte[] {2, 0, 0, 0, 0, (byte) number});
    }

    @Override
    public Inet4Address address() {
      return address;
    }

    @Override
    public int mtuBytes() {
      return mtuBytes;
    }

    @Override
    public void unicast(Inet4Address to, byte[] datagram) {
      @Nullable Radio other = air.get(to);
      if (other != null && !unicastDead) {
        other.receiver.onDatagram(address, false, datagram);
      }
    }

    @Override
    public void multicast(byte[] datagram) {
      for (Radio other : air.values()) {
        if (other != this) {
          other.receiver.onDatagram(address, true, datagram.clone());
        }
      }
    }

    @Override
    public void listen(Receiver newReceiver) {
      receiver = newReceiver;
    }
  }
}
