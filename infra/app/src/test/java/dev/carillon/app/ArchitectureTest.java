package dev.carillon.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may use whom, over the compiled classes of the whole product.
final class ArchitectureTest {
  private static final List<String> SERVICES =
      List.of("connection", "message", "presence", "sequence");

  /// What protoc wrote: `dev.carillon.<service>.v1`.
  private static final DescribedPredicate<JavaClass> GENERATED =
      resideInAPackage("dev.carillon.*.v1..").as("generated types");

  private static final DescribedPredicate<JavaClass> OF_A_SERVICE =
      resideInAnyPackage(
              SERVICES.stream().map(name -> "dev.carillon." + name + "..").toArray(String[]::new))
          .and(not(GENERATED))
          .as("classes of the services");

  private static JavaClasses all;

  @BeforeAll
  static void importClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.carillon");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection",
        "message",
        "presence",
        "sequence",
        "runtime",
        "client",
        "cli",
        "local"
      })
  void seesTheClassesItJudges(String part) {
    assertThat(all.that(resideInAPackage("dev.carillon." + part + "..").and(not(GENERATED))))
        .hasSizeGreaterThan(3);
  }

  @Test
  void seesTheGeneratedTypes() {
    assertThat(all.that(GENERATED)).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"connection", "message", "presence", "sequence"})
  void aServiceKnowsTheOthersByTheirContractsOnly(String service) {
    String[] others =
        SERVICES.stream()
            .filter(name -> !name.equals(service))
            .map(name -> "dev.carillon." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that(resideInAPackage("dev.carillon." + service + "..").and(not(GENERATED)))
        .should()
        .dependOnClassesThat(resideInAnyPackage(others).and(not(GENERATED)))
        .check(all);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.carillon.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void runtimeKnowsNoServiceAndOfTheContractsOnlyTheShapeOfARefusal() {
    noClasses()
        .that()
        .resideInAPackage("dev.carillon.runtime..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.carillon..")
                .and(not(resideInAPackage("dev.carillon.runtime..")))
                .and(not(named("Refusal|RefusalOrBuilder"))))
        .check(all);
  }

  @Test
  void theClientSdkStandsOnTheContractsAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.carillon.client..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.carillon..")
                .and(not(resideInAPackage("dev.carillon.client..")))
                .and(not(GENERATED)))
        .check(all);
  }

  /// The gateway is left out: frames are its business, and it hands on the same bytes it was given.
  @Test
  void onlyTheWireSeesGeneratedTypes() {
    noClasses()
        .that(
            OF_A_SERVICE
                .and(not(resideInAPackage("dev.carillon.connection..")))
                .and(not(named("(Grpc.*|.*Rpc)"))))
        .should()
        .dependOnClassesThat(GENERATED)
        .check(all);
  }

  @Test
  void rulesKnowNoTechnology() {
    noClasses()
        .that(OF_A_SERVICE.and(named(".*Service")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.grpc..",
                    "io.netty..",
                    "java.sql..",
                    "javax.sql..",
                    "com.mysql..",
                    "com.zaxxer..",
                    "redis.clients..",
                    "io.etcd..",
                    "dev.carillon.runtime.mysql..",
                    "dev.carillon.runtime.redis..")
                .or(GENERATED))
        .check(all);
  }

  @Test
  void sqlLivesInClassesNamedForIt() {
    noClasses()
        .that(OF_A_SERVICE.and(not(named("MySql.*"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "com.mysql..", "com.zaxxer..")
        .check(all);
  }

  @Test
  void redisLivesInClassesNamedForIt() {
    noClasses()
        .that(OF_A_SERVICE.and(not(named("Redis.*"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("redis.clients..")
        .check(all);
  }

  @Test
  void servicesReachEtcdThroughTheRuntime() {
    noClasses()
        .that(OF_A_SERVICE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.etcd..")
        .check(all);
  }

  @Test
  void onlyMainsAndTheCommandLineWriteToTheConsole() {
    noClasses()
        .that(
            not(resideInAnyPackage(
                    "dev.carillon.app..",
                    "dev.carillon.bench..",
                    "dev.carillon.check..",
                    "dev.carillon.cli..",
                    "dev.carillon.local..",
                    "dev.carillon.testing.."))
                .and(not(named(".*Main")))
                .and(not(GENERATED)))
        .should()
        .accessTargetWhere(
            new DescribedPredicate<>("a standard stream") {
              @Override
              public boolean test(JavaAccess<?> access) {
                return access.getTargetOwner().isEquivalentTo(System.class)
                    && List.of("out", "err").contains(access.getName());
              }
            })
        .orShould()
        .callMethodWhere(
            new DescribedPredicate<>("printStackTrace()") {
              @Override
              public boolean test(JavaMethodCall call) {
                return call.getName().equals("printStackTrace")
                    && call.getTarget().getRawParameterTypes().isEmpty();
              }
            })
        .check(all);
  }

  @Test
  void logsGoThroughSlf4j() {
    // A DataSource must have a method that returns the JDK's Logger.
    noClasses()
        .that()
        .areNotAssignableTo(DataSource.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(System.Logger.class)
        .check(all);
  }

  @Test
  void nobodySleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            new DescribedPredicate<>("sleep") {
              @Override
              public boolean test(JavaMethodCall call) {
                return call.getName().equals("sleep")
                    && (call.getTargetOwner().isEquivalentTo(Thread.class)
                        || call.getTargetOwner().isEquivalentTo(TimeUnit.class));
              }
            })
        .check(all);
  }

  /// By the name of the outermost class: what is nested belongs to it.
  private static DescribedPredicate<JavaClass> named(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return new DescribedPredicate<>("named " + regex) {
      @Override
      public boolean test(JavaClass type) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
          outermost = outermost.getEnclosingClass().get();
        }
        return pattern.matcher(outermost.getSimpleName()).matches();
      }
    };
  }
}
