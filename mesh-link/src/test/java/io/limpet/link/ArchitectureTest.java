package io.limpet.link;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The engine knows no clock, no thread and no socket; the packages form no ring. */
class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.limpet.link");

  @Test
  void theEngineIsSansIo() {
    noClasses()
        .that()
        .resideInAnyPackage("..engine..", "..path..", "..beacon..", "..repair..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.file..", "java.nio.channels..", "io.netty.channel..", "java.time.chrono..")
        .check(classes);
  }

  @Test
  void theInternalPackagesFormNoRing() {
    slices().matching("io.limpet.link.internal.(**)").should().beFreeOfCycles().check(classes);
  }
}
