package io.limpet.presence.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.FakeLink;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.PresenceConfig;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.Samples;
import io.limpet.presence.SharedActivity;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.AnnouncementCodec;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.mdns.Directory;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceServiceTest {
  @TempDir Path home;

  private final EventLoop loop = new DefaultEventLoop();
  private final FakeLink link = new FakeLink(loop, Samples.address(1), "me", 5);
  private final FakeDirectory directory = new FakeDirectory();
  private final List<RosterEvent> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    assertThat(loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theAnnouncementIsSetAtOnceAndFollowsEveryChangeInHelloAndInMdns() {
    try (PresenceService roster = start()) {
      assertThat(AnnouncementCodec.decode(link.announcements().get(0)).orElseThrow().colours())
          .isEqualTo(Samples.COLOURS);
      SharedActivity pond = new SharedActivity("pond", "chat", "The pond", true);
      roster.setActivities(List.of(pond));
      roster.setStatus("at the river");
      roster.setStatus("at the river");
      assertThat(link.announcements()).hasSize(3);
      Bytes last = link.announcements().get(2);
      assertThat(AnnouncementCodec.decode(last).orElseThrow().activities()).containsExactly(pond);
      assertThat(AnnouncementCodec.decode(last).orElseThrow().status()).isEqualTo("at the river");
      MdnsRecord published = directory.published.get(directory.published.size() - 1);
      assertThat(published.activities()).containsExactly("pond");
      assertThat(published.status()).isEqualTo("at the river");
      assertThat(published.epoch()).isEqualTo(5);
      assertThat(published.nickname()).isEqualTo("me");
    }
    assertThat(link.announcements().get(3)).as("withdrawn").isEqualTo(Bytes.EMPTY);
    assertThat(directory.closed).isTrue();
    await().until(() -> link.listenerCount() == 0);
  }

  @Test
  void whatTheLinkAndTheDirectorySayMakesOneRosterAndReachesListeners() throws Exception {
    link.setPeers(
        List.of(
            new PeerReport(
                Samples.hello(2, "elm", 1), PathState.UNICAST, Diagnosis.NONE, null, List.of())));
    try (PresenceService roster = start()) {
      roster.addListener(
          event -> {
            throw new IllegalStateException("a listener that fails harms no other");
          });
      roster.addListener(events::add);
      await().until(() -> roster.person(Samples.address(2)).isPresent());
      link.emit(new LinkEvent.PeerHeard(Samples.address(3), Samples.hello(3, "oak", 1), false));
      directory.listener.onSeen("eth0/oak", Samples.claim(3, "oak", 1));
      directory.listener.onSeen("eth0/ash", Samples.claim(4, "ash", 1));
      await().until(() -> roster.people().size() == 3);
      assertThat(roster.people()).extracting("name").containsExactly("ash", "elm", "oak");
      assertThat(roster.find("oak.mesh").sources()).containsExactlyInAnyOrder("hello", "mdns");
      assertThatThrownBy(() -> roster.find("birch")).isInstanceOf(UnknownPersonException.class);
      roster.suspect(Samples.address(3), "no acknowledgement for 1.2 s");
      await()
          .until(
              () -> roster.person(Samples.address(3)).orElseThrow().presence() == Presence.SUSPECT);
      assertThat(events).hasAtLeastOneElementOfType(RosterEvent.Suspect.class);
    }
  }

  @Test
  void theDirectoryFollowsTheInterfacesWhenAddressesComeAndWithoutAWord() {
    try (PresenceService roster = start()) {
      await().until(() -> directory.reconciled.size() >= 1);
      link.setInterfaces(List.of(new LinkInterface(7, "eth7", null, List.of(), true, true, 1500)));
      link.emit(new LinkEvent.AddressAdded("eth7", "10.0.0.1"));
      await().atMost(Duration.ofSeconds(1)).until(() -> directory.last().size() == 1);
      link.setInterfaces(List.of());
      await().atMost(Duration.ofSeconds(4)).until(() -> directory.last().isEmpty());
      assertThat(roster.people()).isEmpty();
    }
  }

  @Test
  void whoIsMetIsPinnedInAFileThatOnlyTheOwnerReadsAndRecognisedInTheNextRun() throws Exception {
    Path file = home.resolve("known_peers");
    try (PresenceService roster = start()) {
      link.emit(new LinkEvent.PeerHeard(Samples.address(2), Samples.hello(2, "elm", 1), false));
      await().until(() -> Files.exists(file));
      assertThat(roster.find("elm").keyChanged()).isFalse();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (PresenceService roster = start()) {
      roster.addListener(events::add);
      link.emit(new LinkEvent.PeerHeard(Samples.address(3), Samples.hello(3, "elm", 1), false));
      await().until(() -> roster.people().size() == 1);
      assertThat(roster.find("elm").keyChanged()).isTrue();
      await().until(() -> events.stream().anyMatch(RosterEvent.KeyChanged.class::isInstance));
    }
    try (var files = Files.list(home)) {
      assertThat(files).as("nothing is left beside it").containsExactly(file);
    }
  }

  @Test
  void whomTwoPeopleComparedIsVerifiedOnTheDiskBeforeThatIsSaidAndInTheNextRun() throws Exception {
    Path file = home.resolve("known_peers");
    try (PresenceService roster = start()) {
      link.emit(new LinkEvent.PeerHeard(Samples.address(2), Samples.hello(2, "elm", 1), false));
      String digits = within(roster.authenticationString(Samples.address(2)));
      assertThat(digits).matches("[0-9]{5}( [0-9]{5}){4}");
      assertThat(roster.isKnown(Samples.address(2))).isFalse();
      Person elm = within(roster.confirm(Samples.address(2)));
      assertThat(elm.acquaintance()).isEqualTo(Acquaintance.VERIFIED);
      assertThat(file).content().contains("@verified 2001:20:0:0:0:0:0:2 ");
      within(roster.acquaint(Samples.address(3)));
      assertThat(file).content().contains("@known 2001:20:0:0:0:0:0:3 ");
      assertThat(roster.isKnown(Samples.address(3))).as("who was never here").isTrue();
    }
    try (PresenceService roster = start()) {
      assertThat(roster.acquaintance(Samples.address(2))).isEqualTo(Acquaintance.VERIFIED);
      assertThat(roster.acquaintance(Samples.address(3))).isEqualTo(Acquaintance.KNOWN);
      assertThat(roster.isKnown(Samples.address(4))).isFalse();
    }
  }

  @Test
  void whoWasNeverProvenHasNoDigitsAndADiskThatRefusesIsSaid() throws Exception {
    try (PresenceService roster = start()) {
      directory.listener.onSeen("eth0/ash", Samples.claim(4, "ash", 1));
      await().until(() -> roster.people().size() == 1);
      assertThat(roster.authenticationString(Samples.address(4)))
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(UnknownPersonException.class);
      assertThat(roster.confirm(Samples.address(4))).failsWithin(Duration.ofSeconds(5));
      Files.createDirectories(home.resolve("known_peers.new").resolve("in the way"));
      assertThat(roster.acquaint(Samples.address(4)))
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(IOException.class);
      assertThat(roster.acquaint(Samples.address(4)))
          .as("asked again, it is not taken for written")
          .failsWithin(Duration.ofSeconds(5));
      Files.delete(home.resolve("known_peers.new").resolve("in the way"));
      within(roster.acquaint(Samples.address(4)));
      assertThat(home.resolve("known_peers")).content().contains("@known");
    }
  }

  private static <T> T within(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aDamagedFileIsKeptAsideAndBegunAnew() throws IOException {
    Path file = home.resolve("known_peers");
    for (byte[] damaged :
        List.of("elm what\n".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xC3, 0x28})) {
      Files.write(file, damaged);
      assertThat(new KnownPeersFile(home).load().pins()).isEmpty();
      assertThat(file).doesNotExist();
    }
    assertThat(home.resolve("known_peers.damaged-1")).hasContent("elm what\n");
    assertThat(home.resolve("known_peers.damaged-2")).exists();
  }

  @Test
  void whatCannotBeAnnouncedIsRefusedAtOnce() {
    try (PresenceService roster = start()) {
      assertThatThrownBy(
              () ->
                  roster.setActivities(
                      List.of(new SharedActivity("i".repeat(65), "chat", "", true))))
          .isInstanceOf(IllegalArgumentException.class);
      roster.setStatus("s".repeat(1_000));
      assertThat(AnnouncementCodec.decode(link.announcements().get(1)).orElseThrow().status())
          .hasSize(80);
    }
    assertThatThrownBy(
            () ->
                PresenceService.start(
                    link,
                    new PresenceConfig(home, "red", false, 7464),
                    directory::open,
                    Executors.newSingleThreadExecutor()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("colours are written #rrggbb,#rrggbb, not red");
  }

  private PresenceService start() {
    return PresenceService.start(
        link,
        new PresenceConfig(home, Samples.COLOURS, true, 7464),
        directory::open,
        Executors.newSingleThreadExecutor());
  }

  private static final class FakeDirectory implements Directory<MdnsRecord> {
    private final List<MdnsRecord> published = new CopyOnWriteArrayList<>();
    private final List<List<LinkInterface>> reconciled = new CopyOnWriteArrayList<>();
    private final List<String> reconfirmed = new CopyOnWriteArrayList<>();
    private volatile Listener<MdnsRecord> listener;
    private volatile boolean closed;

    Directory<MdnsRecord> open(MdnsRecord own, Listener<MdnsRecord> to) {
      published.add(own);
      listener = to;
      return this;
    }

    List<LinkInterface> last() {
      return reconciled.get(reconciled.size() - 1);
    }

    @Override
    public void publish(MdnsRecord own) {
      published.add(own);
    }

    @Override
    public void reconfirm(String key) {
      reconfirmed.add(key);
    }

    @Override
    public void reconcile(List<LinkInterface> interfaces) {
      reconciled.add(interfaces);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
