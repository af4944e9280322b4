@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.presence;
