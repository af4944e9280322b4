package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.internal.group.GroupSeals;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever a log or a debugger prints of what a node holds, no key is in it. */
class SecretsTest {
  private static final Set<String> SECRET_FIELDS =
      Set.of("privateKey", "pairKey", "secret", "secretBefore", "seed");

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> secrets = new HashSet<>();
  private final Set<String> fieldsFound = new HashSet<>();
  private final StringBuilder printed = new StringBuilder();

  @Test
  void noObjectOfANodePrintsAKey() throws IllegalAccessException {
    Random random = new Random(12);
    Node anna = new Node(random);
    Node ben = new Node(random);
    anna.learn(ben);
    Node.associate(1, anna, ben);
    ben.open(1, anna.seal(1, ben, 0, "used"));
    anna.initiate(1, ben, "under way");
    walk(List.of(anna.sessions, ben.sessions, groups(random)));
    assertThat(fieldsFound).contains("privateKey", "pairKey", "secret", "seed");
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(7);
    String all = printed.toString();
    assertThat(secrets).noneMatch(all::contains);
  }

  private static GroupSeals groups(Random random) {
    GroupSeals groups =
        new GroupSeals(new MeshAddress(0x2001_0021L << 32, 1), 1, UnpooledByteBufAllocator.DEFAULT);
    byte[] secret = new byte[MeshGroups.SECRET_BYTES];
    random.nextBytes(secret);
    Bytes id = Bytes.of(new byte[MeshGroups.GROUP_ID_BYTES]);
    groups.set(id, List.of(new MeshGroups.GroupKey(1, Bytes.of(secret))));
    Objects.requireNonNull(groups.seal(id, Unpooled.buffer(8).writeZero(8))).release();
    return groups;
  }

  private void walk(Collection<?> roots) throws IllegalAccessException {
    Deque<Object> left = new ArrayDeque<>(roots);
    while (!left.isEmpty()) {
      Object object = left.remove();
      if (object instanceof Enum<?> || !seen.add(object)) {
        continue;
      }
      if (object instanceof Collection<?> some) {
        some.stream().filter(one -> one != null).forEach(left::add);
      } else if (object instanceof Map<?, ?> map) {
        left.addAll(map.values());
      } else if (object instanceof Object[] array) {
        Arrays.stream(array).filter(one -> one != null).forEach(left::add);
      } else if (object.getClass().getName().startsWith("io.limpet.")) {
        printed.append(object).append('\n');
        fields(object, left);
      }
    }
  }

  private void fields(Object object, Deque<Object> left) throws IllegalAccessException {
    for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
          continue;
        }
        field.setAccessible(true);
        Object value = field.get(object);
        if (value instanceof byte[] bytes && SECRET_FIELDS.contains(field.getName())) {
          fieldsFound.add(field.getName());
          note(bytes);
        } else if (value != null && !(value.getClass().isArray() && isPrimitiveArray(value))) {
          left.add(value);
        }
      }
    }
  }

  private void note(byte[] bytes) {
    boolean drawn = false;
    for (byte b : bytes) {
      drawn |= b != 0;
    }
    if (drawn) {
      secrets.add(HexFormat.of().formatHex(bytes));
    }
  }

  private static boolean isPrimitiveArray(Object array) {
    return Array.getLength(array) >= 0 && array.getClass().getComponentType().isPrimitive();
  }
}
