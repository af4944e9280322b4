package io.limpet.node.internal.streams;

/** Hears of everything that is opened and of every stream. Must not block. */
public interface StreamListener {
  /** Something was opened, or is over. */
  void onOpening(OpeningView opening, boolean over);

  /** Something became of a stream. */
  void onStream(StreamEvent event);
}
