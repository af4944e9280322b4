package io.limpet.node.internal.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.control.Views.ActivityView;
import io.limpet.node.internal.control.Views.InvitationView;
import io.limpet.node.internal.control.Views.LineView;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the page is told, as it becomes JSON; times are milliseconds since 1970. All are values. */
final class PageViews {
  private static final Pattern TWO_COLOURS = Pattern.compile("#[0-9a-f]{6},#[0-9a-f]{6}");
  private static final String GREY = "#4d5b57,#c3ccc8";
  private static final int COLOUR_LENGTH = 7;

  private PageViews() {}

  /**
   * Two colours as a drawing needs them; grey for those who sent something else.
   *
   * @param stroke {@code #rrggbb}
   * @param fill {@code #rrggbb}
   */
  record Colours(String stroke, String fill) {
    static Colours of(String announced) {
      String both = TWO_COLOURS.matcher(announced).matches() ? announced : GREY;
      return new Colours(both.substring(0, COLOUR_LENGTH), both.substring(COLOUR_LENGTH + 1));
    }
  }

  /** This node's person; {@code since} is when the page was first served. */
  record SelfView(String id, String name, String stroke, String fill, long since) {
    static SelfView of(MeshAddress address, String name, String colours, Instant since) {
      Colours two = Colours.of(colours);
      return new SelfView(address.toString(), name, two.stroke(), two.fill(), since.toEpochMilli());
    }
  }

  /** Somebody else; {@code way} is a {@link PathState} in small letters. */
  record PersonView(
      String id,
      String name,
      String stroke,
      String fill,
      String presence,
      String way,
      String diagnosis,
      String status,
      boolean verified,
      boolean keyChanged,
      long seen) {
    static PersonView of(Person person, @Nullable PeerReport report, Instant seen) {
      Colours two = Colours.of(person.colours());
      return new PersonView(
          person.address().toString(),
          person.name(),
          two.stroke(),
          two.fill(),
          small(person.presence()),
          small(report == null ? PathState.UNKNOWN : report.path()),
          report == null ? "NONE" : report.diagnosis().name(),
          person.status(),
          person.acquaintance() == Acquaintance.VERIFIED,
          person.keyChanged(),
          seen.toEpochMilli());
    }
  }

  /**
   * Something that happened; {@code text} says it in one sentence, {@code from} and {@code to} are
   * ways of a {@code path.changed}.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record MomentView(
      long time,
      String event,
      String peer,
      @Nullable String from,
      @Nullable String to,
      String text) {}

  /** One message to the page: what kind, and what becomes JSON. */
  record Message(String kind, Object content) {}

  /** All of it, or of what has changed; what is null has not. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sections(
      @Nullable SelfView self,
      @Nullable List<PersonView> people,
      @Nullable Integer morePeople,
      @Nullable List<ActivityView> activities,
      @Nullable List<InvitationView> invitations,
      @Nullable List<MomentView> moments,
      @Nullable Map<String, List<LineView>> lines) {}

  static String small(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
