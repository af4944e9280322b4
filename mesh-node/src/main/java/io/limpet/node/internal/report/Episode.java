package io.limpet.node.internal.report;

import io.limpet.link.Diagnosis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One verdict of one laptop on one peer or interface, from its first sign to its end. */
final class Episode {
  final int laptop;
  final String peer;
  final Diagnosis diagnosis;
  final Entry begin;
  final List<Entry> events = new ArrayList<>();
  final Set<String> links = new HashSet<>();
  @Nullable Entry end;

  /** When the last of its links was well again, while the peer's verdict was not told. */
  @Nullable Entry linksEnd;

  /** Whether the verdict was the peer's, too, whose end is told. */
  boolean isOfPeer;

  Episode(int laptop, String peer, Diagnosis diagnosis, Entry begin) {
    this.laptop = laptop;
    this.peer = peer;
    this.diagnosis = diagnosis;
    this.begin = begin;
  }
}
