/** What becomes of traffic when the link below it fails, Limpet's beside the kernel's. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.link;
