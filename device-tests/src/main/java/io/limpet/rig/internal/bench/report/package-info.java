/** The results as a person reads them: on a terminal, in a page, as charts. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.report;
