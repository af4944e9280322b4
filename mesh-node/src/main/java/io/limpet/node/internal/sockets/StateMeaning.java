package io.limpet.node.internal.sockets;

import io.limpet.link.KernelSocket.State;

/** What a state means to somebody who has not read RFC 9293. */
public final class StateMeaning {
  private StateMeaning() {}

  /** Returns one or two sentences. */
  public static String of(State state) {
    return switch (state) {
      case LISTEN -> "Waits for connections. QUEUE: how many wait to be accepted, and the limit.";
      case SYN_SENT ->
          "Asks for a connection and waits for the answer. Normal for a round trip; longer means"
              + " that nobody answers.";
      case SYN_RECEIVED ->
          "Somebody asked for a connection, the answer went out, their confirmation is awaited."
              + " Normal for a round trip.";
      case ESTABLISHED -> "Connected: data may go both ways. Normal.";
      case FIN_WAIT_1 ->
          "The program here has closed; the other end has not confirmed that. Normal for a round"
              + " trip, or while data is still on its way.";
      case FIN_WAIT_2 ->
          "Closed here and confirmed; the other end has yet to close. Normal for a moment, or while"
              + " it still sends. Once no program holds it, the kernel ends it.";
      case CLOSE_WAIT ->
          "The other end has closed; the program here has yet to. Normal for a moment; nothing but"
              + " that program ends it.";
      case CLOSING ->
          "Both closed at the same time; the other end has not confirmed that. Normal for a round"
              + " trip.";
      case LAST_ACK ->
          "The other end closed first, then the program here; the last confirmation is awaited."
              + " Normal for a round trip.";
      case TIME_WAIT ->
          "Over. Kept for a minute so that late packets do no harm. Many are normal on the side that"
              + " closes first.";
      case CLOSED -> "No connection.";
    };
  }
}
