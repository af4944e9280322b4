package io.limpet.link.internal.runtime;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.engine.LinkEngine;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.util.function.LongSupplier;

/**
 * Passes on what changes on this machine, and has done what the engine wants because of it.
 * Confined to the event loop.
 *
 * @param clock gives the time in nanoseconds
 * @param afterEngine sends, tells and plans what the engine has brought about
 */
record MachineChanges(
    InterfaceBinder binder, LinkEngine engine, LongSupplier clock, Runnable afterEngine)
    implements NetworkMonitor.Listener {
  @Override
  public void onInterfaceChanged(LinkInterface now) {
    binder.onInterface(now);
  }

  @Override
  public void onInterfaceRemoved(int interfaceIndex, String name) {
    binder.onInterfaceRemoved(interfaceIndex);
  }

  @Override
  public void onAddressAdded(int interfaceIndex, InetAddress address) {
    binder.onAddressAdded(interfaceIndex, address);
    afterEngine.run();
  }

  @Override
  public void onAddressRemoved(int interfaceIndex, InetAddress address) {
    binder.onAddressRemoved(interfaceIndex, address);
    afterEngine.run();
  }

  @Override
  public void onNeighbourChanged(NeighbourEntry entry) {
    engine.onNeighbourChanged(clock.getAsLong(), entry);
    afterEngine.run();
  }

  @Override
  public void onNeighbourRemoved(int interfaceIndex, InetAddress ip) {
    // A missing entry matters only when traffic fails, and then it is looked up.
  }
}
