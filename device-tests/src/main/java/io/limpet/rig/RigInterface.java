package io.limpet.rig;

import java.net.Inet4Address;
import java.net.Inet6Address;

/**
 * A device's interface on one of the rig's networks, and the addresses it was given at first. A
 * value.
 *
 * @param name as the device's kernel calls it
 * @param ipv4 within 10.77.N.0/24, where N is the network's number
 * @param ipv6LinkLocal with its scope id
 */
public record RigInterface(String name, Inet4Address ipv4, Inet6Address ipv6LinkLocal) {}
