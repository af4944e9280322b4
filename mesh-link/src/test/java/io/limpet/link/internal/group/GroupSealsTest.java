package io.limpet.link.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.Bytes;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.internal.session.ReplayWindow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What is sealed for a group: who opens it, who does not, and what hostile bytes come to. */
class GroupSealsTest {
  private final Member anna = new Member(1, 5).with(2, 1);
  private final Member bert = new Member(2, 9).with(2, 1).hears(anna);

  @Test
  void whoHoldsTheKeyReadsWhatWasSaidAndByWhom() {
    assertThat(bert.open(anna.seal("hello"))).isEqualTo("2:hello");
    assertThat(bert.open(anna.seal(""))).isEqualTo("2:");
  }

  @Test
  void theBytesAreThoseOfTheWireFormat() throws GeneralSecurityException {
    anna.seal("first");
    byte[] datagram = anna.seal("second");
    byte[] prk = hmac(Member.GROUP.toArray(), Member.key(2).secret().toArray());
    byte[] tag =
        Arrays.copyOf(expand(prk, "limpet group tag v1".getBytes(StandardCharsets.US_ASCII)), 8);
    byte[] info =
        ByteBuffer.allocate(22 + 16 + 8)
            .put("limpet group sender v1".getBytes(StandardCharsets.US_ASCII))
            .putLong(anna.address.high())
            .putLong(anna.address.low())
            .putLong(5)
            .array();
    byte[] header =
        ByteBuffer.allocate(27)
            .put((byte) 7)
            .put(tag)
            .putLong(anna.address.low())
            .putShort((short) 5)
            .putLong(1)
            .array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(1).array();
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(expand(prk, info), "AES"),
        new GCMParameterSpec(128, nonce));
    cipher.updateAAD(header);
    byte[] sealed = cipher.doFinal("second".getBytes(StandardCharsets.UTF_8));
    byte[] expected = ByteBuffer.allocate(27 + sealed.length).put(header).put(sealed).array();
    assertThat(datagram).isEqualTo(expected);
    assertThat(HexFormat.of().formatHex(datagram)).doesNotContain(Member.GROUP.toString());
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  /** RFC 5869 section 2.3, one block. */
  private static byte[] expand(byte[] prk, byte[] info) throws GeneralSecurityException {
    byte[] data = Arrays.copyOf(info, info.length + 1);
    data[info.length] = 1;
    return hmac(prk, data);
  }

  @Test
  void whatWasOpenedOnceIsACopyAfterwards() {
    byte[] first = anna.seal("once");
    byte[] second = anna.seal("twice");
    assertThat(bert.open(second)).isEqualTo("2:twice");
    assertThat(bert.open(first)).isEqualTo("2:once");
    assertThat(bert.open(first)).isEqualTo("DUPLICATE");
    assertThat(bert.open(second)).isEqualTo("DUPLICATE");
    for (int i = 0; i < ReplayWindow.SIZE; i++) {
      anna.seal("");
    }
    assertThat(bert.open(anna.seal("later"))).isEqualTo("2:later");
    assertThat(bert.open(first)).isEqualTo("TOO_OLD");
  }

  @Test
  void anOlderKeyStillOpensAndOneThatWasDroppedDoesNot() {
    byte[] old = new Member(1, 5).with(1).seal("before the change");
    assertThat(bert.open(old)).isEqualTo("1:before the change");
    bert.with(3, 2);
    assertThat(bert.open(new Member(1, 5).with(1).seal("too late"))).isEqualTo("OTHER_KEY");
  }

  @Test
  void whoHasLeftCannotReadOn() {
    Member gone = new Member(3, 1).with(2, 1).hears(anna);
    assertThat(gone.open(anna.seal("still a member"))).isEqualTo("2:still a member");
    anna.with(3, 2);
    bert.with(3, 2);
    byte[] secret = anna.seal("without you");
    assertThat(gone.open(secret)).isEqualTo("OTHER_KEY");
    assertThat(bert.open(secret)).isEqualTo("3:without you");
  }

  @Test
  void aKeyOfAnotherGroupIsAnotherKeyAlthoughTheSecretIsTheSame() {
    Member other = new Member(3, 1).hears(anna);
    other.seals.set(Member.filled(16, 8), List.of(Member.key(2)));
    assertThat(other.open(anna.seal("not for you"))).isEqualTo("OTHER_KEY");
  }

  @Test
  void newKeysOfAGroupChangeNothingOfThoseThatStay() {
    byte[] said = anna.seal("once");
    assertThat(bert.open(said)).isEqualTo("2:once");
    bert.with(3, 2);
    assertThat(bert.open(said)).isEqualTo("DUPLICATE");
    bert.seals.set(Member.GROUP, List.of(new GroupKey(7, Member.key(2).secret())));
    assertThat(bert.open(anna.seal("renumbered"))).isEqualTo("7:renumbered");
  }

  @Test
  void noCounterComesTwiceWhateverBecomesOfTheGroup() {
    List<Long> counters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      counters.add(ByteBuffer.wrap(anna.seal("x")).getLong(19));
      anna.seals.remove(Member.GROUP);
      anna.with(i % 2 == 0 ? new long[] {3, 2} : new long[] {2});
    }
    assertThat(counters).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void aNewLifeOfASenderHasAnotherKeyAndTheOldOneIsOver() {
    byte[] before = anna.seal("before");
    Member again = new Member(1, 6).with(2, 1);
    byte[] after = again.seal("after");
    assertThat(Arrays.copyOfRange(before, 27, 33)).isNotEqualTo(Arrays.copyOfRange(after, 27, 33));
    assertThat(bert.open(after)).isEqualTo("OTHER_EPOCH");
    bert.hears(again);
    assertThat(bert.open(before)).isEqualTo("OTHER_EPOCH");
    assertThat(bert.open(after)).isEqualTo("2:after");
    Member wrapped = new Member(1, 6 + (1L << 16)).with(2, 1);
    wrapped.seal("a counter that was used");
    assertThat(bert.open(wrapped.seal("the same end of an epoch"))).isEqualTo("BAD_TAG");
  }

  @Test
  void whoseHelloWasNotHeardIsNotListenedTo() {
    assertThat(bert.open(new Member(4, 1).with(2).seal("who am I"))).isEqualTo("UNKNOWN_SENDER");
  }

  @Test
  void ourOwnEchoIsNotForUs() {
    assertThat(anna.open(anna.seal("echo"))).isEqualTo("OWN");
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] datagram = anna.seal("a line");
    for (int bit = 8; bit < datagram.length * Byte.SIZE; bit++) {
      byte[] changed = datagram.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(bert.open(changed)).as("bit " + bit).matches("[A-Z_]+");
    }
    assertThat(bert.open(datagram)).isEqualTo("2:a line");
  }

  @Test
  void everyTruncationIsNoticedAndSoIsWhatIsTooLong() {
    byte[] datagram = anna.seal("a line");
    for (int length = 0; length < datagram.length; length++) {
      assertThat(bert.open(Arrays.copyOf(datagram, length))).isIn("TOO_SHORT", "BAD_TAG");
    }
    assertThat(bert.open(Arrays.copyOf(datagram, datagram.length + 1))).isEqualTo("BAD_TAG");
    assertThat(bert.open(Arrays.copyOf(datagram, 1200))).isEqualTo("BAD_TAG");
    assertThat(bert.open(Arrays.copyOf(datagram, 1201))).isEqualTo("TOO_LONG");
    assertThat(bert.open(Arrays.copyOf(datagram, 65_535))).isEqualTo("TOO_LONG");
    assertThat(bert.open(datagram)).isEqualTo("2:a line");
  }

  @Test
  void aFloodLeavesNothingBehind() {
    long seed = Long.getLong("limpet.seed", 20261126L);
    System.out.println("flood of group datagrams: -Dlimpet.seed=" + seed);
    Random random = new Random(seed);
    byte[] forged = anna.seal("a line");
    byte[] header = anna.seal("");
    for (int i = 0; i < 50_000; i++) {
      random.nextBytes(forged);
      boolean isAddressed = i % 2 == 0; // who listens knows the tag, the sender and its epoch
      System.arraycopy(header, 0, forged, 0, isAddressed ? 19 : 1);
      bert.open(forged);
    }
    assertThat(bert.seals.senderCount()).isZero();
    assertThat(bert.seals.rejected(GroupReject.OTHER_KEY)).isGreaterThan(20_000);
    assertThat(bert.seals.rejected(GroupReject.BAD_TAG)).isGreaterThan(10_000);
    assertThat(bert.open(anna.seal("through"))).isEqualTo("2:through");
  }

  @Test
  void sendersAreBoundedAndThoseWhoAreNoLongerHeardMakeRoom() {
    List<Member> crowd = new ArrayList<>();
    for (int i = 0; i <= HeldKey.MAX_SENDERS; i++) {
      crowd.add(new Member(100 + i, 1).with(2));
      bert.hears(crowd.get(i));
    }
    Member last = crowd.get(HeldKey.MAX_SENDERS);
    crowd.subList(0, HeldKey.MAX_SENDERS).forEach(one -> bert.open(one.seal("here")));
    assertThat(bert.seals.senderCount()).isEqualTo(HeldKey.MAX_SENDERS);
    assertThat(bert.open(last.seal("too many"))).isEqualTo("TOO_MANY_SENDERS");
    assertThat(bert.open(crowd.get(0).seal("at home"))).isEqualTo("2:at home");
    bert.forget(crowd.get(3));
    assertThat(bert.open(last.seal("room now"))).isEqualTo("2:room now");
  }

  @Test
  void whatTheApplicationGetsWrongIsSaid() {
    Bytes shortId = Member.filled(15, 1);
    assertThatThrownBy(() -> anna.seals.set(shortId, List.of(Member.key(1))))
        .hasMessageContaining("16");
    assertThatThrownBy(() -> anna.seals.set(Member.GROUP, List.of()))
        .hasMessageContaining("1 to 4");
    assertThatThrownBy(() -> anna.seals.set(Member.GROUP, Collections.nCopies(5, Member.key(1))))
        .hasMessageContaining("1 to 4");
    assertThatThrownBy(() -> new GroupKey(1, shortId)).hasMessageContaining("32");
    assertThat(Member.key(1).toString()).isEqualTo("GroupKey[number=1]");
  }
}
