package io.limpet.node.internal.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.time.Duration;

/**
 * Measures the process, by Micrometer's names, but for what the conventions of Prometheus do not
 * allow: times are in seconds, and no number that is not of a histogram ends in {@code count}. Safe
 * for any thread.
 */
final class ProcessMeters implements AutoCloseable {
  private static final double NANOS = 1e9;
  private static final MeterFilter CONVENTIONS =
      new MeterFilter() {
        @Override
        public Meter.Id map(Meter.Id id) {
          return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
        }
      };

  private final JvmGcMetrics gc = new JvmGcMetrics();

  /** Measures from now on; the registry must have no meters yet. */
  ProcessMeters(MeterRegistry registry) {
    registry
        .config()
        .meterFilter(CONVENTIONS)
        .meterFilter(MeterFilter.deny(id -> "ns".equals(id.getBaseUnit())));
    new JvmMemoryMetrics().bindTo(registry);
    gc.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    FunctionCounter.builder("process.cpu.time", ProcessHandle.current(), ProcessMeters::seconds)
        .baseUnit("seconds")
        .description("Processor time that the process has used")
        .register(registry);
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / NANOS;
  }

  @Override
  public void close() {
    gc.close();
  }
}
