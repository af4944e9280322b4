package io.limpet.link.internal.runtime;

import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NetworkMonitor;
import io.netty.channel.EventLoop;

/** What the operating system offers to a link. */
interface Platform {
  /** Makes a monitor that lives on this loop; called on the loop. */
  NetworkMonitor monitor(EventLoop loop);

  /** Makes the control of neighbour entries; called on the loop. */
  LinkControl control(EventLoop loop, boolean privileged);
}
