/** Group communication on one shared radio: Limpet's channel beside what else there is. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.group;
