package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.TxtCodec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicLong;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked and answered, of JmDNS itself on the loopback interface; the clock is ours. */
class FrugalityTest {
  private static final String TYPE = LimpetService.KIND.type();
  private static final int TTL = 120;
  // Not from JmDNS: to load its constants before the fence does would fix the lifetime of records.
  private static final int PORT = 5353;

  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private final List<Long> delays = new ArrayList<>();
  private final Timer timer =
      new Timer(true) {
        @Override
        public void schedule(TimerTask task, long delayMs) {
          delays.add(delayMs);
        }
      };
  private static JmdnsInstance instance;
  private static JmDNSImpl dns;
  private Frugality frugality;

  @BeforeAll
  static void start() throws IOException {
    instance =
        JmdnsInstance.create(
            TYPE,
            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
            "limpet-00000003-beef",
            "me#00000003-beef",
            7464,
            TxtCodec.encode(Samples.claim(3, "me", 1)),
            new Unheard());
    dns = instance.dns();
    assertThat(dns.waitForAnnounced(10_000)).isTrue();
  }

  @BeforeEach
  void ask() {
    frugality = new Frugality(dns, nowMs::get);
    frugality.ask(TYPE, timer);
  }

  @AfterEach
  void cancel() {
    timer.cancel();
  }

  @AfterAll
  static void end() {
    instance.bury();
  }

  /** Returns our service's name, which is another if somebody else on this machine has it. */
  private static String ours() {
    return dns.getServices().values().iterator().next().getName();
  }

  @Test
  void however_many_reasons_to_ask_there_are_one_question_a_second_is_asked() {
    frugality.ask(TYPE, timer);
    assertThat(delays).as("one waits already").hasSize(1);
    assertThat(delays.get(0)).isBetween(20L, 120L);
    assertThat(frugality.isStillOpen(TYPE)).isTrue();
    nowMs.addAndGet(300);
    frugality.ask(TYPE, timer);
    frugality.ask(TYPE, timer);
    assertThat(delays).hasSize(2);
    assertThat(delays.get(1)).isEqualTo(700);
  }

  @Test
  void a_question_that_somebody_else_has_just_asked_is_not_asked() throws Exception {
    frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR), PORT);
    nowMs.addAndGet(400);
    assertThat(frugality.isStillOpen(TYPE)).isFalse();
    nowMs.addAndGet(200);
    assertThat(frugality.isStillOpen(TYPE)).isTrue();
  }

  @Test
  void a_question_of_somebody_who_knows_more_than_we_do_is_asked_again() throws Exception {
    frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR, known("oak", TTL)), PORT);
    assertThat(frugality.isStillOpen(TYPE)).as("oak will not answer that one").isTrue();
  }

  @Test
  void all_hear_an_answer_so_it_is_given_once_a_second() throws Exception {
    assertThat(frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR), PORT)).isTrue();
    nowMs.addAndGet(999);
    assertThat(frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR), PORT)).isFalse();
    nowMs.addAndGet(1);
    assertThat(frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR), PORT)).isTrue();
  }

  @Test
  void who_is_listed_as_known_says_nothing_unless_that_is_about_to_expire() throws Exception {
    DNSIncoming fresh = question(DNSRecordType.TYPE_PTR, known(ours(), TTL));
    assertThat(frugality.shouldAnswer(fresh, PORT)).isFalse();
    DNSIncoming other = question(DNSRecordType.TYPE_PTR, known("oak", TTL));
    assertThat(frugality.shouldAnswer(other, PORT)).isTrue();
    nowMs.addAndGet(1_000);
    DNSIncoming old = question(DNSRecordType.TYPE_PTR, known(ours(), TTL / 2 - 1));
    assertThat(frugality.shouldAnswer(old, PORT)).isTrue();
  }

  @Test
  void what_is_not_about_our_kind_of_service_or_wants_an_answer_by_unicast_is_left_to_jmdns()
      throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(frugality.shouldAnswer(question(DNSRecordType.TYPE_SRV), PORT)).isTrue();
      assertThat(frugality.shouldAnswer(question(DNSRecordType.TYPE_PTR), 54_321)).isTrue();
    }
  }

  private static final class Unheard implements Instance.Listener {
    @Override
    public void onNamed(String serviceName) {}

    @Override
    public void onResolved(String serviceName, ServiceKind.Resolved found) {}

    @Override
    public void onRemoved(String serviceName) {}
  }

  private static DNSRecord known(String name, int ttl) {
    String full = ServiceInfo.create(TYPE, name, 0, "").getQualifiedName();
    return new DNSRecord.Pointer(
        TYPE, DNSRecordClass.CLASS_IN, DNSRecordClass.NOT_UNIQUE, ttl, full);
  }

  private static DNSIncoming question(DNSRecordType type, DNSRecord... known) throws IOException {
    DNSOutgoing out = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
    out.addQuestion(
        DNSQuestion.newQuestion(TYPE, type, DNSRecordClass.CLASS_IN, DNSRecordClass.NOT_UNIQUE));
    for (DNSRecord record : known) {
      out.addAnswer(record, 0);
    }
    byte[] bytes = out.data();
    return new DNSIncoming(new DatagramPacket(bytes, bytes.length));
  }
}
