package io.limpet.invitation.internal.store;

import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.Descriptor;
import io.limpet.invitation.internal.activity.JoinedActivity;
import io.limpet.invitation.internal.activity.OwnedActivity;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Records of activities with whatever may be in them. */
final class ActivityFixture {
  private ActivityFixture() {}

  static ActivityRecord any(String id, Random random) {
    return random.nextBoolean() ? owned(id, random) : joined(id, random);
  }

  static OwnedActivity owned(String id, Random random) {
    return new OwnedActivity(
        descriptor(id, random),
        1 + random.nextInt(1000),
        random.nextBoolean(),
        versions(random),
        versions(random),
        some(random, () -> address(random)),
        some(random, () -> "i" + random.nextInt(1000)),
        keys(random));
  }

  static JoinedActivity joined(String id, Random random) {
    JoinedActivity.Stage[] stages = JoinedActivity.Stage.values();
    return new JoinedActivity(
        descriptor(id, random),
        stages[random.nextInt(stages.length)],
        random.nextInt(1000),
        some(random, () -> address(random)),
        versions(random),
        random.nextBoolean(),
        people(random),
        some(random, () -> "i" + random.nextInt(1000)),
        people(random),
        random.nextBoolean(),
        keys(random));
  }

  private static Descriptor descriptor(String id, Random random) {
    return new Descriptor(
        id,
        "chat",
        "Täglich \"☕\" " + random.nextInt(),
        address(random),
        random.nextBoolean(),
        Duration.ofMinutes(1 + random.nextInt(100_000)));
  }

  private static MeshAddress address(Random random) {
    return new MeshAddress(0x2001_0020_0000_0000L, random.nextLong());
  }

  private static NavigableMap<MeshAddress, Long> versions(Random random) {
    NavigableMap<MeshAddress, Long> all = new TreeMap<>();
    some(random, () -> address(random)).forEach(a -> all.put(a, random.nextLong(1L << 40)));
    return all;
  }

  private static Map<String, MeshAddress> people(Random random) {
    Map<String, MeshAddress> all = new LinkedHashMap<>();
    some(random, () -> "i" + random.nextInt(1000)).forEach(i -> all.put(i, address(random)));
    return all;
  }

  private static List<GroupKey> keys(Random random) {
    List<GroupKey> all = new ArrayList<>();
    for (int i = random.nextInt(MeshGroups.MAX_KEYS); i >= 0; i--) {
      byte[] secret = new byte[MeshGroups.SECRET_BYTES];
      random.nextBytes(secret);
      all.add(new GroupKey(random.nextLong(1, Long.MAX_VALUE), Bytes.of(secret)));
    }
    return all;
  }

  private static <T> List<T> some(Random random, Supplier<T> one) {
    return Stream.generate(one).limit(random.nextInt(5)).toList();
  }
}
