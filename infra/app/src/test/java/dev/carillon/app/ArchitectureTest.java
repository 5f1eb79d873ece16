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
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.redis.Redis;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.service.Services;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may use whom, over the compiled classes of the whole product.
final class ArchitectureTest {
  private static final List<String> SERVICES =
      Services.onClassPath().all().stream().<String>map(ServiceDescriptor::javaPackage).toList();

  /// What protoc wrote: `dev.carillon.<service>.v1`.
  private static final DescribedPredicate<JavaClass> GENERATED =
      resideInAPackage("dev.carillon.*.v1..").as("generated types");

  private static final DescribedPredicate<JavaClass> OF_A_SERVICE =
      resideInAnyPackage(SERVICES.stream().map(name -> name + "..").toArray(String[]::new))
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

  static Stream<String> parts() {
    return Stream.concat(
        SERVICES.stream(),
        Stream.of(
                "runtime", "failpoints", "client", "cli", "installation", "report", "wire", "local")
            .map("dev.carillon."::concat));
  }

  static List<String> services() {
    return SERVICES;
  }

  @ParameterizedTest
  @MethodSource("parts")
  void seesTheClassesItJudges(String part) {
    assertThat(all.that(resideInAPackage(part + "..").and(not(GENERATED)))).hasSizeGreaterThan(3);
  }

  @Test
  void seesEveryServiceWhereItsDescriptorSaysItIs() {
    assertThat(SERVICES).hasSizeGreaterThan(3);
    for (ServiceDescriptor<?> service : Services.onClassPath().all()) {
      assertThat(service.getClass().getPackageName()).isEqualTo(service.javaPackage());
      assertThat(all.stream()).anyMatch(type -> type.getName().equals(service.mainClass()));
      assertThat(Services.onClassPath().names()).containsAll(service.handsWorkTo());
      assertThat(service.failPoints()).allMatch(point -> point.service().equals(service.name()));
    }
  }

  /// What a descriptor says of slots and databases is what the code of the service does.
  @Test
  void descriptorsSayWhatTheServicesNeed() {
    for (ServiceDescriptor<?> service : Services.onClassPath().all()) {
      assertThat(service.ownsSlots()).isEqualTo(calls(service, "claimSlots"));
      assertThat(service.usesRedis()).isEqualTo(uses(service, Redis.class));
      assertThat(!service.databases().isEmpty()).isEqualTo(uses(service, MySqlDatabase.class));
    }
  }

  private static boolean calls(ServiceDescriptor<?> service, String method) {
    return all.that(resideInAPackage(service.javaPackage() + "..")).stream()
        .flatMap(type -> type.getMethodCallsFromSelf().stream())
        .anyMatch(call ->
            call.getName().equals(method)
                && call.getTargetOwner().isEquivalentTo(ServiceHost.class));
  }

  private static boolean uses(ServiceDescriptor<?> service, Class<?> engine) {
    return all.that(resideInAPackage(service.javaPackage() + "..")).stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(engine));
  }

  @Test
  void seesTheGeneratedTypes() {
    assertThat(all.that(GENERATED)).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("services")
  void aServiceKnowsTheOthersByTheirContractsOnly(String service) {
    String[] others =
        SERVICES.stream()
            .filter(name -> !name.equals(service))
            .map(name -> name + "..")
            .toArray(String[]::new);
    noClasses()
        .that(resideInAPackage(service + "..").and(not(GENERATED)))
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
