package io.limpet.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@link MeshRig} does; not for direct use. */
public final class MeshRigExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(MeshRigExtension.class);
  private static final Logger LOG = LoggerFactory.getLogger(MeshRigExtension.class);

  /** For JUnit. */
  public MeshRigExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    rig(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Rig rig = context.getStore(NAMESPACE).remove(Rig.class, Rig.class);
    if (rig == null) {
      return;
    }
    try {
      if (context.getExecutionException().isPresent()) {
        String how = context.getDisplayName() + ": replay with -Dlimpet.rig.seed=" + rig.seed();
        context.publishReportEntry("limpet.rig.seed", Long.toString(rig.seed()));
        LOG.error("failed on a {} rig, {}", rig.kind(), how);
      }
    } finally {
      rig.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return context.getTestMethod().isPresent() && (type == Rig.class || type == RigDevice.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Rig rig = rig(context);
    if (parameter.getParameter().getType() == Rig.class) {
      return rig;
    }
    Class<?>[] types = parameter.getDeclaringExecutable().getParameterTypes();
    int index = 0;
    for (int i = 0; i < parameter.getIndex(); i++) {
      index += types[i] == RigDevice.class ? 1 : 0;
    }
    if (index >= rig.devices().size()) {
      throw new RigException(
          "the test wants " + (index + 1) + " devices, the rig has " + rig.devices().size());
    }
    return rig.devices().get(index);
  }

  // A parameter may be resolved (for @BeforeEach methods) before or after our own beforeEach:
  // whoever comes first starts it.
  private static Rig rig(ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    Rig started = store.get(Rig.class, Rig.class);
    if (started == null) {
      started = start(annotation(context));
      store.put(Rig.class, started);
    }
    return started;
  }

  private static MeshRig annotation(ExtensionContext context) {
    Optional<MeshRig> onMethod =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), MeshRig.class);
    return onMethod
        .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), MeshRig.class))
        .orElseThrow(() -> new RigException("@MeshRig is missing"));
  }

  private static Rig start(MeshRig wanted) {
    RigLauncher.Choice choice = RigLauncher.choose();
    if (wanted.kernel() && choice.kind() == MediumKind.IN_PROCESS) {
      throw new TestAbortedException("needs real kernels: " + choice.reason());
    }
    LinkSettings link =
        LinkSettings.plain()
            .withDelay(Duration.ofNanos(wanted.delayMicros() * 1000))
            .withLoss(wanted.loss())
            .withRate(wanted.rateBitsPerSecond());
    RigBuilder builder = Rig.builder().link(link).airtime(wanted.airtime());
    List<String> names = new ArrayList<>(List.of(wanted.names()));
    builder = names.isEmpty() ? builder.devices(wanted.devices()) : builder.devices(names);
    long seed = Long.getLong("limpet.rig.seed", wanted.seed());
    return seed == 0 ? builder.start() : builder.seed(seed).start();
  }
}
