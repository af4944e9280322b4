/** What was written and sent: the send buffer and the scoreboard of segments in flight. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.snd;
