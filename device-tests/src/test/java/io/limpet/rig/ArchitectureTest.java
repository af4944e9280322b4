package io.limpet.rig;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rooms of the rig. */
class ArchitectureTest {
  private static final JavaClasses RIG =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.limpet.rig");

  @Test
  void internalPackagesAreFreeOfCycles() {
    slices().matching("io.limpet.rig.internal.(*)..").should().beFreeOfCycles().check(RIG);
  }

  @Test
  void theModelKnowsNoClockNoThreadAndNoSocket() {
    noClasses()
        .that()
        .resideInAPackage("io.limpet.rig.internal.radio")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.concurrent..", "java.net..", "java.nio.channels..", "io.netty..")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(RIG);
  }
}
