package io.limpet.presence.internal.xmpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.presence.internal.xmpp.ChatStream.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatStreamTest {
  /** As libpurple 2.14 opens a stream: finch, Pidgin and Adium alike. */
  private static final String PURPLE_HEADER =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"
          + "<stream:stream xmlns=\"jabber:client\" xmlns:stream=\"http://etherx.jabber.org/streams\""
          + " from=\"ash@laptop\" to=\"oak@1a2b3c4d\">";

  /** As it says {@code at <noon>? & where} in it. */
  private static final String PURPLE_LINE =
      "<message to='oak@1a2b3c4d' from='ash@laptop' type='chat'>"
          + "<body>at &lt;noon&gt;? &amp; where</body>"
          + "<html xmlns='http://www.w3.org/1999/xhtml'><body>"
          + "<font>at &lt;noon&gt;? &amp; where</font></body></html>"
          + "<x xmlns='jabber:x:event'><composing/></x></message>";

  private static final String OUR_HEADER =
      "<?xml version='1.0' encoding='UTF-8'?><stream:stream xmlns=\"jabber:client\""
          + " xmlns:stream=\"http://etherx.jabber.org/streams\" from=\"oak@1a2b3c4d\""
          + " to=\"ash@laptop\" version=\"1.0\">";

  private static final String END = "</stream:stream>";

  private final ChatStream asked = ChatStream.from("oak@1a2b3c4d", 0);

  @Test
  void aLineOfPurpleIsHeardOnceHoweverItArrives() {
    String whole = PURPLE_HEADER + PURPLE_LINE + END;
    for (int piece : new int[] {1, 2, 3, 7, 64, 10_000}) {
      ChatStream stream = ChatStream.from("oak@1a2b3c4d", 0);
      List<Event> events = new ArrayList<>();
      byte[] bytes = whole.getBytes(UTF_8);
      for (int at = 0; at < bytes.length; at += piece) {
        stream.onBytes(
            java.util.Arrays.copyOfRange(bytes, at, Math.min(at + piece, bytes.length)), 0);
        Event event;
        while ((event = stream.pollEvent()) != null) {
          events.add(event);
          if (event instanceof Event.Opened opened) {
            stream.accept(opened.from(), 0);
          }
        }
      }
      assertThat(events)
          .as("in pieces of %d", piece)
          .containsExactly(
              new Event.Opened("ash@laptop"),
              new Event.Said("at <noon>? & where"),
              new Event.Closed());
    }
  }

  @Test
  void theAnswerToAStreamIsAStreamAndItsEndIsAnEnd() {
    asked.onBytes(PURPLE_HEADER.getBytes(UTF_8), 0);
    assertThat(sent(asked)).as("before it is decided whose it is").isEmpty();
    asked.accept("ash@laptop", 0);
    assertThat(sent(asked)).isEqualTo(OUR_HEADER);
    asked.onBytes(END.getBytes(UTF_8), 0);
    assertThat(sent(asked)).isEqualTo(END);
    assertThat(asked.isOver()).isTrue();
  }

  @Test
  void whoeverSpeaksVersionOneIsToldTheFeatures() {
    asked.onBytes(PURPLE_HEADER.replace(" to=", " version=\"1.0\" to=").getBytes(UTF_8), 0);
    asked.accept("ash@laptop", 0);
    assertThat(sent(asked)).startsWith(OUR_HEADER).contains("<stream:features").endsWith(">");
  }

  @Test
  void aLineIsSaidWhenTheirStreamIsOpenAndReadWhenTheyHaveEndedIt() {
    ChatStream stream = ChatStream.to("oak@1a2b3c4d", "ash@laptop", 0);
    assertThat(sent(stream)).isEqualTo(OUR_HEADER);
    stream.onBytes(PURPLE_HEADER.getBytes(UTF_8), 0);
    assertThat(stream.pollEvent()).isEqualTo(new Event.Opened("ash@laptop"));
    stream.say("join us at <noon> & \"bring\" 'tea'");
    stream.close(0);
    assertThat(sent(stream))
        .isEqualTo(
            "<message from=\"oak@1a2b3c4d\" to=\"ash@laptop\" type=\"chat\">"
                + "<body>join us at &lt;noon> &amp; \"bring\" 'tea'</body>"
                + "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>"
                + "<font>join us at &lt;noon> &amp; \"bring\" 'tea'</font></body></html></message>"
                + END);
    assertThat(stream.pollEvent()).as("not read yet").isNull();
    stream.onBytes(END.getBytes(UTF_8), 0);
    assertThat(stream.pollEvent()).isEqualTo(new Event.Closed());
    assertThat(sent(stream)).as("one end is enough").isEmpty();
  }

  @Test
  void aLineIsNotReadWhenTheConnectionBreaksOrNobodyEndsTheStream() {
    for (boolean breaks : new boolean[] {true, false}) {
      ChatStream stream = ChatStream.to("oak@1a2b3c4d", "ash@laptop", 0);
      stream.onBytes(PURPLE_HEADER.getBytes(UTF_8), 0);
      stream.pollEvent();
      stream.say("hello");
      stream.close(0);
      if (breaks) {
        stream.onBroken("reset");
      } else {
        stream.onTimer(ChatStream.CLOSE_NS - 1);
        assertThat(stream.isOver()).isFalse();
        stream.onTimer(ChatStream.CLOSE_NS);
      }
      assertThat(stream.pollEvent()).isInstanceOf(Event.Failed.class);
      assertThat(stream.isOver()).isTrue();
    }
  }

  @Test
  void aStreamThatIsNotOpenedInTimeIsOver() {
    for (ChatStream stream : List.of(asked, ChatStream.to("oak@1a2b3c4d", "ash@laptop", 0))) {
      assertThat(stream.deadlineNs()).isEqualTo(ChatStream.OPEN_NS);
      stream.onBytes("<?xml version='1.0'?>  <stre".getBytes(UTF_8), 1);
      stream.onTimer(ChatStream.OPEN_NS);
      assertThat(stream.pollEvent())
          .isEqualTo(new Event.Failed("they did not open a stream in time", false));
    }
  }

  @Test
  void aSilentStreamIsClosedAndLinesKeepItOpen() {
    asked.onBytes(PURPLE_HEADER.getBytes(UTF_8), 0);
    asked.accept("ash@laptop", 0);
    sent(asked);
    long laterNs = ChatStream.IDLE_NS - 1;
    asked.onBytes(PURPLE_LINE.getBytes(UTF_8), laterNs);
    asked.onTimer(ChatStream.IDLE_NS);
    assertThat(sent(asked)).isEmpty();
    asked.onTimer(laterNs + ChatStream.IDLE_NS);
    assertThat(sent(asked)).isEqualTo(END);
    asked.onTimer(laterNs + ChatStream.IDLE_NS + ChatStream.CLOSE_NS);
    assertThat(asked.isOver()).isTrue();
  }

  @Test
  void onlyWhatPeopleWriteIsALine() {
    open();
    asked.onBytes("  \n ".getBytes(UTF_8), 0);
    for (String silent :
        List.of(
            "<message type='chat'><x xmlns='jabber:x:event'><composing/></x></message>",
            "<message type='chat'><body> \n </body></message>",
            "<message type='error'><body>no</body></message>",
            "<message type='groupchat'><body>no</body></message>",
            "<message><html xmlns='http://www.w3.org/1999/xhtml'><body>no</body></html></message>",
            "<message><thread><body>no</body></thread></message>",
            "<iq type='get' id='1'><body>no</body></iq>",
            "<presence/>")) {
      asked.onBytes(silent.getBytes(UTF_8), 0);
    }
    asked.onBytes("<message><body>yes</body><body>no</body></message>".getBytes(UTF_8), 0);
    assertThat(asked.pollEvent()).isEqualTo(new Event.Said("yes"));
    assertThat(asked.pollEvent()).isNull();
  }

  @Test
  void whatCouldForgeALineOfATerminalIsTakenOut() {
    open();
    asked.onBytes(
        "<message><body>one\ntwo\u2028three&#x85;four \u202Eback&#9;tab</body></message>"
            .getBytes(UTF_8),
        0);
    assertThat(asked.pollEvent()).isEqualTo(new Event.Said("one two three four \uFFFDback tab"));
  }

  @Test
  void aLineThatIsTooLongIsCut() {
    String tooLong = "é".repeat(Xmpp.MAX_LINE_CHARS + 1);
    open();
    asked.onBytes(("<message><body>" + tooLong + "</body></message>").getBytes(UTF_8), 0);
    assertThat(asked.pollEvent())
        .isEqualTo(new Event.Said("é".repeat(Xmpp.MAX_LINE_CHARS - 1) + '…'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "<html><body>",
        "<stream xmlns='jabber:client'>",
        "<stream:stream from='ash@laptop'>",
        "<!DOCTYPE stream [<!ENTITY a 'b'>]><stream:stream"
            + " xmlns:stream='http://etherx.jabber.org/streams'>",
        "<!-- hello -->",
        "\u0000\u0001\u0002"
      })
  void whatIsNoStreamIsHostile(String begin) {
    asked.onBytes(begin.getBytes(UTF_8), 0);
    assertThat(lastOf(asked))
        .isInstanceOfSatisfying(Event.Failed.class, f -> assertThat(f.hostile()).isTrue());
    assertThat(sent(asked)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<message><body>&lol;</body></message>",
        "<message><body>a</message>",
        "<message><!-- a --><body>b</body></message>",
        "<?php echo ?>",
        "<message><body>\u0001</body></message>",
        "<message a='1' a='2'/>",
        "<x:y/>",
        "\u00ff\u00fe"
      })
  void whatIsHostileInAStreamEndsItAtOnce(String stanza) {
    open();
    asked.onBytes(stanza.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 0);
    assertThat(lastOf(asked))
        .isInstanceOfSatisfying(Event.Failed.class, f -> assertThat(f.hostile()).isTrue());
  }

  @Test
  void stanzasDepthAndStreamsAreBounded() {
    for (String endless :
        List.of("<message><body>" + "a", "<message a='" + "a", "<message>" + "<b>", "<a" + "a")) {
      ChatStream stream = ChatStream.from("oak@1a2b3c4d", 0);
      stream.onBytes((PURPLE_HEADER + endless).getBytes(UTF_8), 0);
      String more = endless.endsWith("<b>") ? "<b>" : "a";
      int bytes = 0;
      while (!stream.isOver()) {
        byte[] piece = more.repeat(100).getBytes(UTF_8);
        stream.onBytes(piece, 0);
        bytes += piece.length;
        assertThat(bytes).as(endless).isLessThan(Xmpp.MAX_STANZA_BYTES + 2_000);
      }
    }
    open();
    byte[] line = PURPLE_LINE.getBytes(UTF_8);
    long bytes = 0;
    while (!asked.isOver()) {
      asked.onBytes(line, 0);
      bytes += line.length;
      assertThat(bytes).isLessThan(Xmpp.MAX_STREAM_BYTES + 2_000);
    }
    assertThat(lastOf(asked))
        .isEqualTo(new Event.Failed("more than is taken from one stream", true));
  }

  @Test
  void noBytesWhateverTheyAreThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = (PURPLE_HEADER + PURPLE_LINE + PURPLE_LINE + END).getBytes(UTF_8);
    for (int round = 0; round < 3_000; round++) {
      byte[] bad = good.clone();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      ChatStream stream = ChatStream.from("oak@1a2b3c4d", 0);
      int cut = random.nextInt(bad.length);
      try {
        stream.onBytes(java.util.Arrays.copyOf(bad, cut), 0);
        stream.accept("ash@laptop", 0);
        stream.onBytes(java.util.Arrays.copyOfRange(bad, cut, bad.length), 0);
        stream.onEnd();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
      assertThat(stream.isOver()).as("seed %d, round %d", seed, round).isTrue();
    }
  }

  @Test
  void deadlinesAreWhatTheySay() {
    assertThat(ChatStream.IDLE_NS).isEqualTo(TimeUnit.MINUTES.toNanos(10));
    asked.onBytes(PURPLE_HEADER.getBytes(UTF_8), 5);
    asked.accept("ash@laptop", 5);
    assertThat(asked.deadlineNs()).isEqualTo(5 + ChatStream.IDLE_NS);
  }

  private void open() {
    asked.onBytes(PURPLE_HEADER.getBytes(UTF_8), 0);
    assertThat(asked.pollEvent()).isEqualTo(new Event.Opened("ash@laptop"));
    asked.accept("ash@laptop", 0);
  }

  private static String sent(ChatStream stream) {
    return new String(stream.pollBytes(), UTF_8);
  }

  private static Event lastOf(ChatStream stream) {
    Event last = null;
    Event event;
    while ((event = stream.pollEvent()) != null) {
      last = event;
    }
    return last;
  }
}
