package io.limpet.tcp.internal.engine;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Connections by their next deadline: a binary heap in which each knows its place. */
final class DeadlineHeap {
  private final ArrayList<Connection> heap = new ArrayList<>();

  /** Moves a connection to a deadline; {@link TimerTable#NONE} takes it out. */
  void update(Connection connection, long deadlineNs) {
    int index = connection.deadlineIndex;
    if (deadlineNs == TimerTable.NONE) {
      if (index >= 0) {
        remove(connection);
      }
      return;
    }
    if (index < 0) {
      connection.deadlineNs = deadlineNs;
      connection.deadlineIndex = heap.size();
      heap.add(connection);
      up(connection.deadlineIndex);
    } else if (connection.deadlineNs != deadlineNs) {
      connection.deadlineNs = deadlineNs;
      up(index);
      down(connection.deadlineIndex);
    }
  }

  @Nullable Connection first() {
    return heap.isEmpty() ? null : heap.get(0);
  }

  private void remove(Connection connection) {
    int index = connection.deadlineIndex;
    connection.deadlineIndex = -1;
    Connection last = heap.remove(heap.size() - 1);
    if (last != connection) {
      place(last, index);
      up(index);
      down(last.deadlineIndex);
    }
  }

  private void up(int start) {
    int index = start;
    while (index > 0) {
      int parent = (index - 1) / 2;
      if (!before(index, parent)) {
        return;
      }
      swap(index, parent);
      index = parent;
    }
  }

  private void down(int start) {
    int index = start;
    while (true) {
      int child = 2 * index + 1;
      if (child >= heap.size()) {
        return;
      }
      if (child + 1 < heap.size() && before(child + 1, child)) {
        child++;
      }
      if (!before(child, index)) {
        return;
      }
      swap(index, child);
      index = child;
    }
  }

  private boolean before(int a, int b) {
    return heap.get(a).deadlineNs - heap.get(b).deadlineNs < 0;
  }

  private void swap(int a, int b) {
    Connection first = heap.get(a);
    place(heap.get(b), a);
    place(first, b);
  }

  private void place(Connection connection, int index) {
    heap.set(index, connection);
    connection.deadlineIndex = index;
  }
}
