package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.laptop.Laptop;

/**
 * How much of two journals was there at a moment. A value.
 *
 * @param first lines in the first node's
 * @param second lines in the second node's
 */
record Marks(int first, int second) {
  static Marks of(LimpetPair pair) {
    return new Marks(pair.first().journal().size(), pair.second().journal().size());
  }

  int of(LimpetPair pair, Laptop laptop) {
    return laptop == pair.first() ? first : second;
  }
}
