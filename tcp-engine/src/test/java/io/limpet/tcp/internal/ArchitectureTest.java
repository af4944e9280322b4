package io.limpet.tcp.internal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The core stays sans-IO: time and randomness are given to it, and it owns no thread or socket. */
final class ArchitectureTest {
  private static final String[] CORE = {
    "..internal.wire..",
    "..internal.buffer..",
    "..internal.engine..",
    "..internal.snd..",
    "..internal.rcv..",
    "..internal.loss..",
    "..internal.cc.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.limpet.tcp");

  @Test
  void theCoreKnowsNoNettyNoSocketsAndNoThreads() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "java.nio.channels..",
            "java.util.concurrent..",
            "java.io..",
            "java.time..",
            "javax.net..")
        .orShould()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of java.net, BindException apart",
                (JavaClass c) ->
                    c.getPackageName().equals("java.net")
                        && !c.getSimpleName().equals("BindException")))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(CLASSES);
  }

  @Test
  void theCoreReadsNoClockAndDrawsNoLots() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "read a clock or a random source",
                (JavaCall<?> call) -> {
                  String owner = call.getTargetOwner().getName();
                  String name = call.getName();
                  return (owner.equals("java.lang.System")
                          && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
                      || (owner.equals("java.lang.Math") && name.equals("random"));
                }))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.SecureRandom")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("io.limpet.tcp.internal.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
