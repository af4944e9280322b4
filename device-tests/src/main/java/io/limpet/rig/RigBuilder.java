package io.limpet.rig;

import io.limpet.rig.internal.RigStarter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Describes a {@link Rig}; not for several threads at once. */
public final class RigBuilder {
  /** As many networks as a rig can have. */
  public static final int MAXIMUM_NETWORKS = 4;

  /** As many devices as a rig can have. */
  public static final int MAXIMUM_DEVICES = 100;

  private static final Pattern DEVICE_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

  private List<String> names = List.of("oak", "elm", "ash");
  private LinkSettings link = LinkSettings.plain();
  private Airtime airtime = Airtime.PER_SENDER;
  private Optional<MediumKind> kind = Optional.empty();
  private OptionalLong seed = OptionalLong.empty();
  private int mtu = 1500;
  private int networks = 1;

  RigBuilder() {}

  /**
   * Names the devices; without this they are oak, elm, and ash.
   *
   * @throws IllegalArgumentException unless there are 1 to 100 different names of lower-case
   *     letters, digits and hyphens, at most 31 long
   */
  public RigBuilder devices(String... deviceNames) {
    return devices(List.of(deviceNames));
  }

  /** The same as {@link #devices(String...)}. */
  public RigBuilder devices(List<String> deviceNames) {
    if (deviceNames.isEmpty() || deviceNames.size() > MAXIMUM_DEVICES) {
      throw new IllegalArgumentException("a rig has 1 to " + MAXIMUM_DEVICES + " devices");
    }
    if (new HashSet<>(deviceNames).size() < deviceNames.size()) {
      throw new IllegalArgumentException("two devices have the same name: " + deviceNames);
    }
    for (String name : deviceNames) {
      if (!DEVICE_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("not a device name: " + name);
      }
    }
    names = List.copyOf(deviceNames);
    return this;
  }

  /** Gives so many devices the names of trees, then numbered ones. */
  public RigBuilder devices(int count) {
    List<String> trees =
        List.of("oak", "elm", "ash", "fir", "yew", "asp", "bay", "box", "fig", "may");
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(i < trees.size() ? trees.get(i) : "tree" + (i + 1));
    }
    return devices(chosen);
  }

  /** Says what every link is like at first. */
  public RigBuilder link(LinkSettings settings) {
    link = settings;
    return this;
  }

  /** Says whether the devices share the channel. */
  public RigBuilder airtime(Airtime sharing) {
    airtime = sharing;
    return this;
  }

  /** Insists on a kind of medium; without this the best one that works here is taken. */
  public RigBuilder kind(MediumKind mediumKind) {
    kind = Optional.of(mediumKind);
    return this;
  }

  /** Fixes what chance follows from; without this a seed is drawn, see {@link Rig#seed()}. */
  public RigBuilder seed(long chosenSeed) {
    seed = OptionalLong.of(chosenSeed);
    return this;
  }

  /**
   * Sets the MTU of the devices' interfaces.
   *
   * @throws IllegalArgumentException unless 1280 to 9000
   */
  public RigBuilder mtu(int bytes) {
    if (bytes < 1280 || bytes > 9000) {
      throw new IllegalArgumentException("mtu out of range: " + bytes);
    }
    mtu = bytes;
    return this;
  }

  /**
   * Gives each device so many radios, each on a network of its own that does not hear the others:
   * see {@link Rig#network}. More than one takes real kernels.
   *
   * @throws IllegalArgumentException unless 1 to 4
   */
  public RigBuilder networks(int count) {
    if (count < 1 || count > MAXIMUM_NETWORKS) {
      throw new IllegalArgumentException("a rig has 1 to " + MAXIMUM_NETWORKS + " networks");
    }
    networks = count;
    return this;
  }

  /**
   * Sweeps what dead rigs left behind and starts this one.
   *
   * @throws RigException if the kind insisted on does not work here
   */
  public Rig start() {
    return RigStarter.start(new RigStarter.Plan(names, link, airtime, kind, seed, mtu, networks));
  }
}
