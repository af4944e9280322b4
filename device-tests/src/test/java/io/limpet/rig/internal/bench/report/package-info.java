/** Tests of the reports. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.report;
