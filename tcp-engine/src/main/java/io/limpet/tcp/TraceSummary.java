package io.limpet.tcp;

/**
 * How far a trace has come. Immutable.
 *
 * @param segments in the file
 * @param dropped segments that are missing there, because they came faster than the file was
 *     written
 * @param fileBytes the file's length
 * @param full whether the trace has ended because the file was as large as it might be
 */
public record TraceSummary(long segments, long dropped, long fileBytes, boolean full) {}
