package io.limpet.rig.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house, and what keeps its cores free of clocks, threads and sockets. */
@AnalyzeClasses(packages = "io.limpet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule arrowsRunDownward =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("rig")
          .definedBy("io.limpet.rig..")
          .layer("node")
          .definedBy("io.limpet.node..")
          .layer("invitation")
          .definedBy("io.limpet.invitation..")
          .layer("presence")
          .definedBy("io.limpet.presence..")
          .layer("tcp")
          .definedBy("io.limpet.tcp..")
          .layer("link")
          .definedBy("io.limpet.link..")
          .whereLayer("rig")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("node")
          .mayOnlyBeAccessedByLayers("rig")
          .whereLayer("invitation")
          .mayOnlyBeAccessedByLayers("node", "rig")
          .whereLayer("presence")
          .mayOnlyBeAccessedByLayers("invitation", "node", "rig")
          .whereLayer("tcp")
          .mayOnlyBeAccessedByLayers("invitation", "node", "rig");

  @ArchTest static final ArchRule linkInternalsStayInside = internalsStayInside("link");

  @ArchTest static final ArchRule tcpInternalsStayInside = internalsStayInside("tcp");

  @ArchTest static final ArchRule presenceInternalsStayInside = internalsStayInside("presence");

  @ArchTest static final ArchRule invitationInternalsStayInside = internalsStayInside("invitation");

  private static ArchRule internalsStayInside(String module) {
    return classes()
        .that()
        .resideInAPackage("io.limpet." + module + ".internal..")
        .should()
        .onlyBeAccessed()
        .byAnyPackage("io.limpet." + module + "..");
  }

  /** Faces make their internals, internals use their face's values: only below that is a rank. */
  @ArchTest
  static final ArchRule internalPackagesAreFreeOfCycles =
      slices()
          .matching("io.limpet.(*).internal.(**)")
          .namingSlices("$2 of $1")
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule theTcpEngineIsSansIo =
      sansIo(
          "io.limpet.tcp.internal.wire..",
          "io.limpet.tcp.internal.engine..",
          "io.limpet.tcp.internal.snd..",
          "io.limpet.tcp.internal.rcv..",
          "io.limpet.tcp.internal.loss..",
          "io.limpet.tcp.internal.cc..");

  @ArchTest
  static final ArchRule theTcpEngineKnowsNoNetty =
      noClasses()
          .that()
          .resideInAPackage("io.limpet.tcp.internal..")
          .and()
          .resideOutsideOfPackage("io.limpet.tcp.internal.netty..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..");

  static ArchRule sansIo(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callConstructor(java.security.SecureRandom.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.ThreadLocalRandom.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.net.Socket.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.net.DatagramSocket.class)
        .allowEmptyShould(false);
  }

  @ArchTest
  static final ArchRule nobodyThrowsBareRuntimeExceptions =
      noClasses()
          .that()
          .resideInAPackage("io.limpet..")
          .and()
          .areNotAssignableTo(RuntimeException.class)
          .should()
          .callConstructor(RuntimeException.class, String.class)
          .orShould()
          .callConstructor(RuntimeException.class, String.class, Throwable.class)
          .orShould()
          .callConstructor(RuntimeException.class, Throwable.class);

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses()
          .that()
          .resideInAPackage("io.limpet..")
          .should()
          .callMethod(Thread.class, "sleep", long.class);
}
