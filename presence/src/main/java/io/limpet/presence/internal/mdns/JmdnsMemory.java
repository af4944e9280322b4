package io.limpet.presence.internal.mdns;

import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSRecordType;

/**
 * Estimates the memory that a JmDNS instance holds because of what others have sent or are called:
 * the cache, where one record may be as large as a datagram; the service types that it has heard
 * of, which it never forgets; and the requests that it keeps for good, one for each name.
 */
final class JmdnsMemory {
  /** More than 500 services with a kilobyte of text each need; a flood gets here in seconds. */
  static final long MAX_BYTES = 8L << 20;

  private static final int ENTRY_BYTES = 1_024;
  private static final int TYPE_BYTES = 512;
  private static final int REQUEST_BYTES = 2_048;

  private final JmDNSImpl dns;
  private int requestsKept;

  JmdnsMemory(JmDNSImpl dns) {
    this.dns = dns;
  }

  /** Takes the news that JmDNS was asked something that it will not forget. */
  void onRequestKept() {
    requestsKept++;
  }

  /** Walks over all that is held. */
  long heldBytes() {
    long bytes = (long) REQUEST_BYTES * requestsKept;
    for (DNSEntry entry : dns.getCache().allValues()) {
      bytes += ENTRY_BYTES;
      if (entry.getRecordType() == DNSRecordType.TYPE_TXT && entry instanceof DNSRecord text) {
        bytes += text.getServiceInfo().getTextBytes().length;
      }
    }
    for (JmDNSImpl.ServiceTypeEntry type : dns.getServiceTypes().values()) {
      bytes += (long) TYPE_BYTES * (1 + type.size()); // Its subtypes.
    }
    return bytes;
  }
}
