package io.limpet.node.internal.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.journal.Moment;
import java.util.List;
import java.util.Map;

/**
 * What one laptop brings along. A value.
 *
 * @param name what its person is called
 * @param address of its node, or its pseudonym
 * @param version of Limpet that wrote it
 * @param moments its journal in order of time, by its own clock
 * @param answers what it said of itself when the bundle was made, by file
 * @param trace segments that it sent and received
 * @param notes what is missing or damaged
 */
record LaptopLog(
    String name,
    String address,
    String version,
    List<Moment> moments,
    Map<String, JsonNode> answers,
    List<TraceSegment> trace,
    List<String> notes) {}
