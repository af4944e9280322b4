package io.limpet.node.internal.doctor;

import java.util.List;

/** Looks at one side of the machine. Blocks for two seconds at most, or is not waited for. */
@FunctionalInterface
interface Check {
  List<Finding> examine(Facts facts);
}
