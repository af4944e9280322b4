package io.limpet.presence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.limpet.presence",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] CORES = {
    "..internal.roster..", "..internal.announce..", "..internal.plain..", "..internal.xmpp.."
  };

  @ArchTest
  static final ArchRule INTERNAL_PACKAGES_ARE_FREE_OF_CYCLES =
      slices().matching("io.limpet.presence.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_FENCE_KNOWS_JMDNS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.mdns..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("javax.jmdns..");

  @ArchTest
  static final ArchRule THE_CORE_HAS_NO_THREAD_NO_SOCKET_AND_NO_FILE =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.nio.file..", "java.nio.channels..", "io.netty.channel..", "java.lang.Thread..");

  @ArchTest
  static final ArchRule THE_CORE_READS_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now");
}
