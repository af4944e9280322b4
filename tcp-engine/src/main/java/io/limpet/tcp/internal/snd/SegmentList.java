package io.limpet.tcp.internal.snd;

import io.limpet.tcp.internal.wire.SeqNum;
import org.jspecify.annotations.Nullable;

/** A doubly linked list through the segments themselves: a segment is on one list at most. */
final class SegmentList {
  private @Nullable SentSegment head;
  private @Nullable SentSegment tail;

  @Nullable SentSegment head() {
    return head;
  }

  void addLast(SentSegment segment) {
    insertAfter(tail, segment);
  }

  /** Inserts in the order of sequence numbers; segments mostly come in that order. */
  void addInSequence(SentSegment segment) {
    if (head != null && SeqNum.lt(segment.seq, head.seq)) {
      insertAfter(null, segment);
      return;
    }
    SentSegment before = tail;
    while (before != null && SeqNum.gt(before.seq, segment.seq)) {
      before = before.previous;
    }
    insertAfter(before, segment);
  }

  private void insertAfter(@Nullable SentSegment before, SentSegment segment) {
    SentSegment after = before == null ? head : before.next;
    segment.previous = before;
    segment.next = after;
    segment.list = this;
    if (before == null) {
      head = segment;
    } else {
      before.next = segment;
    }
    if (after == null) {
      tail = segment;
    } else {
      after.previous = segment;
    }
  }

  static void remove(SentSegment segment) {
    SegmentList list = segment.list;
    if (list == null) {
      return;
    }
    SentSegment before = segment.previous;
    SentSegment after = segment.next;
    if (before == null) {
      list.head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      list.tail = before;
    } else {
      after.previous = before;
    }
    segment.previous = null;
    segment.next = null;
    segment.list = null;
  }
}
