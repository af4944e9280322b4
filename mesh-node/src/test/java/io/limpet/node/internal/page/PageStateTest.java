package io.limpet.node.internal.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.Activity;
import io.limpet.invitation.Activity.Standing;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Line;
import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.page.PageViews.Message;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageStateTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Map<String, String> NO_EVIDENCE = Map.of();

  private final PageState page = new PageState(address(1), "oak", "#111111,#eeeeee", NOON);

  private static MeshAddress address(int number) {
    try {
      return MeshAddress.of(InetAddress.getByName("2001:20::" + Integer.toHexString(number)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Person person(int number, String name, Presence presence, String colours) {
    return new Person(
        address(number),
        name,
        presence,
        colours,
        "",
        1,
        List.of(),
        Set.of("hello"),
        NOON,
        false,
        Acquaintance.KNOWN);
  }

  private static Person elm(Presence presence) {
    return person(2, "elm", presence, "#123456,#abcdef");
  }

  private static PeerReport report(PathState path) {
    return new PeerReport(
        new PeerInfo(address(2), Bytes.EMPTY, "elm", 1, Bytes.EMPTY, List.of()),
        path,
        Diagnosis.NONE,
        Duration.ZERO,
        List.of());
  }

  private static Activity lunch(String id, Standing standing) {
    return new Activity(
        id,
        "chat",
        "lunch",
        address(2),
        List.of(address(1), address(9)),
        standing,
        true,
        Duration.ofDays(7));
  }

  private static Invitation invitation(String id, Invitation.State state, Instant at) {
    return new Invitation(
        id,
        address(2),
        "elm",
        address(1),
        "oak",
        "lunch",
        "chat",
        "lunch",
        state,
        Map.of(state, at),
        NOON.plusSeconds(3600),
        "");
  }

  private static Line line(String activity, int sequence) {
    return new Line(activity, address(2), "elm", sequence, NOON.plusSeconds(sequence), "at noon?");
  }

  private static JsonNode json(Message message) {
    return ControlJson.MAPPER.valueToTree(message.content());
  }

  private Optional<Message> update(Instant now, Person... people) {
    return page.update(List.of(people), List.of(), List.of(), List.of(), now);
  }

  @Test
  void onlyWhatHasChangedIsTold() {
    List<Person> people = List.of(elm(Presence.ONLINE));
    Message first =
        page.update(people, List.of(report(PathState.UNICAST)), List.of(), List.of(), NOON)
            .orElseThrow();
    assertThat(first.kind()).isEqualTo("change");
    assertThat(json(first).path("people").path(0).path("way").asText()).isEqualTo("unicast");
    assertThat(json(first).path("people").path(0).path("stroke").asText()).isEqualTo("#123456");
    assertThat(json(first).has("activities")).isFalse();

    assertThat(
            page.update(
                people,
                List.of(report(PathState.UNICAST)),
                List.of(),
                List.of(),
                NOON.plusSeconds(1)))
        .isEmpty();
    Message dead =
        page.update(
                people,
                List.of(report(PathState.MULTICAST)),
                List.of(lunch("a", Standing.OUTSIDE)),
                List.of(),
                NOON.plusSeconds(2))
            .orElseThrow();
    assertThat(json(dead).path("people").path(0).path("way").asText()).isEqualTo("multicast");
    assertThat(json(dead).path("people").path(0).path("seen").asLong())
        .isEqualTo(NOON.toEpochMilli());
    assertThat(json(dead).path("activities").path(0).path("memberNames").path(0).asText())
        .isEqualTo("oak");
    assertThat(json(dead).has("invitations")).isFalse();
    assertThat(json(page.snapshot()).path("people")).isEqualTo(json(dead).path("people"));
  }

  @Test
  void coloursThatAreNoneAreGreyAndNeverReachADrawing() {
    Message told =
        update(NOON, person(3, "<b>ash</b>", Presence.ONLINE, "red;}\"><script>,x")).orElseThrow();
    JsonNode ash = json(told).path("people").path(0);
    assertThat(ash.path("name").asText()).isEqualTo("<b>ash</b>");
    assertThat(ash.path("stroke").asText()).matches("#[0-9a-f]{6}");
    assertThat(ash.path("fill").asText()).matches("#[0-9a-f]{6}");
    assertThat(ash.path("way").asText()).isEqualTo("unknown");
  }

  @Test
  void whoIsGoneStaysForAWhileAndThoseWhoAreHereComeFirstWhereThereIsNotRoomForAll() {
    update(NOON, elm(Presence.OFFLINE));
    assertThat(json(page.snapshot()).path("people")).hasSize(1);
    update(NOON.plus(PageState.AFTERGLOW), elm(Presence.OFFLINE));
    assertThat(json(page.snapshot()).path("people")).isEmpty();

    List<Person> many = new ArrayList<>();
    for (int i = 0; i < PageState.MOST_PEOPLE; i++) {
      many.add(person(100 + i, "gone", Presence.OFFLINE, ""));
    }
    many.add(elm(Presence.ONLINE));
    update(NOON, many.toArray(Person[]::new));
    JsonNode all = json(page.snapshot());
    assertThat(all.path("people")).hasSize(PageState.MOST_PEOPLE);
    assertThat(all.path("people").findValuesAsText("name")).contains("elm");
    assertThat(all.path("morePeople").asInt()).isEqualTo(1);
  }

  @Test
  void invitationsToAnswerStayAndThoseDecidedLongAgoGo() {
    List<Invitation> all =
        List.of(
            invitation("old", Invitation.State.DECLINED, NOON.minus(PageState.AFTERGLOW)),
            invitation("fresh", Invitation.State.ACCEPTED, NOON),
            invitation("open", Invitation.State.DELIVERED, NOON.minusSeconds(80_000)));
    page.update(List.of(), List.of(), List.of(), all, NOON);
    JsonNode shown = json(page.snapshot()).path("invitations");
    assertThat(shown.findValuesAsText("id")).containsExactly("open", "fresh");
    assertThat(shown.path(0).path("box").asText()).isEqualTo("in");
    assertThat(shown.path(0).path("state").asText()).isEqualTo("DELIVERED");
  }

  @Test
  void linesOfActivitiesThatThisPersonIsInAreKeptOnceAndBounded() {
    List<Activity> mine = List.of(lunch("a", Standing.JOINED), lunch("b", Standing.OUTSIDE));
    page.update(List.of(), List.of(), mine, List.of(), NOON);
    assertThat(page.unread()).containsExactly("a");
    assertThat(page.said(line("a", 1))).as("before the earlier ones are known").isEmpty();

    List<Line> earlier = new ArrayList<>();
    for (int i = 1; i <= PageState.MOST_LINES + 5; i++) {
      earlier.add(line("a", i));
    }
    assertThat(page.said("a", earlier)).hasSize(PageState.MOST_LINES);
    assertThat(page.unread()).isEmpty();
    assertThat(page.said(line("a", PageState.MOST_LINES))).as("told twice").isEmpty();
    assertThat(page.said(line("b", 1))).as("not in it").isEmpty();
    assertThat(page.said(line("a", 1000)).orElseThrow().kind()).isEqualTo("line");
    assertThat(json(page.snapshot()).path("lines").path("a")).hasSize(PageState.MOST_LINES);

    page.update(List.of(), List.of(), List.of(), List.of(), NOON);
    assertThat(json(page.snapshot()).path("lines")).isEmpty();
  }

  @Test
  void theStripTellsOfPathsRepairsAndPeopleInWordsAndIsBounded() {
    String elm = address(2).toString();
    JournalEvent path =
        new JournalEvent.PathChanged(
            elm, "elm", "UNICAST", "MULTICAST", "wlan0", null, "only multicast is confirmed");
    JsonNode told = json(page.happened(path, NOON).orElseThrow());
    assertThat(told.path("from").asText()).isEqualTo("unicast");
    assertThat(told.path("to").asText()).isEqualTo("multicast");
    assertThat(told.path("peer").asText()).isEqualTo(elm);
    assertThat(told.path("text").asText()).startsWith("unicast to elm was given up");

    JournalEvent repaired =
        new JournalEvent.Repair(
            "succeeded", elm, "elm", "UNICAST_BLACKHOLE", null, null, 1200L, NO_EVIDENCE);
    assertThat(json(page.happened(repaired, NOON).orElseThrow()).path("event").asText())
        .isEqualTo("repair.succeeded");
    assertThat(page.happened(new JournalEvent.ActivitySaid("a", elm, "elm", 1), NOON)).isEmpty();

    for (int i = 0; i < PageState.MOST_MOMENTS; i++) {
      page.happened(path, NOON.plusSeconds(i));
    }
    JsonNode moments = json(page.snapshot()).path("moments");
    assertThat(moments).hasSize(PageState.MOST_MOMENTS);
    assertThat(moments.path(0).path("time").asLong()).isEqualTo(NOON.toEpochMilli());
  }
}
