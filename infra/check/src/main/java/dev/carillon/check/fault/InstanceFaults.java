package dev.carillon.check.fault;

import dev.carillon.check.fault.Scene.Breakage;
import dev.carillon.installation.Installation;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Faults of the processes that the services run in: signals to them, and harm that they do to
/// themselves when their admin port is asked for it.
final class InstanceFaults {
  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(40);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(3);

  /// Small steps, as a clock that is set right makes, and large ones that outlast any lifetime.
  private static final List<Duration> SHIFTS =
      List.of(
          Duration.ofSeconds(2), Duration.ofMinutes(3), Duration.ofHours(1), Duration.ofDays(1));

  /// Those that ask what time it is.
  private static final Set<String> WITH_CLOCK = Set.of("connection", "message");

  private static final List<String> HARMS = List.of("crash", "crash", "pause:4s", "fail");
  private static final List<FailPoint> POINTS = Services.onClassPath().failPoints();
  private static final Set<String> WITH_FAIL_POINTS =
      POINTS.stream().map(FailPoint::service).collect(Collectors.toUnmodifiableSet());

  private InstanceFaults() {}

  /// Ends an instance at once; the supervisor starts another one.
  static @Nullable Breakage kill(Scene scene) throws Exception {
    return signal(scene, "KILL", Duration.ZERO, _ -> () -> {});
  }

  /// Freezes an instance until its lease has ended, and longer.
  static @Nullable Breakage pause(Scene scene) throws Exception {
    Duration length = scene.chance().millis(4_000, 6_000);
    return signal(scene, "STOP", length, process -> () -> Scene.signal("CONT", process.pid()));
  }

  /// Asks an instance to end in good order, and is over when it has.
  static @Nullable Breakage handOver(Scene scene) throws Exception {
    return signal(scene, "TERM", Duration.ZERO, process -> () -> awaitEnd(process));
  }

  private static @Nullable Breakage signal(
      Scene scene,
      String signal,
      Duration length,
      Function<ProcessHandle, Breakage.Healing> healing)
      throws Exception {
    Installation.Service target = scene.any();
    ProcessHandle process = target == null ? null : ProcessHandle.of(target.pid()).orElse(null);
    if (target == null || process == null || !Scene.signal(signal, process.pid())) {
      return null;
    }
    return new Breakage(
        Scene.slot(target),
        "SIG%s to %s, process %d".formatted(signal, target.instance(), process.pid()),
        length,
        healing.apply(process));
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    try {
      process.onExit().get(HANDOVER_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "process " + process.pid() + ": still there " + HANDOVER_LIMIT + " after SIGTERM", e);
    }
  }

  /// The wall clock of an instance jumps, forth or back, and later comes back.
  static @Nullable Breakage shiftClock(Scene scene) throws Exception {
    Installation.Service target = scene.announced(WITH_CLOCK);
    if (target == null) {
      return null;
    }
    Chance chance = scene.chance();
    Duration shift = chance.oneOf(SHIFTS);
    long millis = chance.chance(0.5) ? shift.toMillis() : -shift.toMillis();
    ask(target, "POST", "/clock", Long.toString(millis));
    return new Breakage(
        Scene.slot(target),
        "clock by " + (millis > 0 ? "+" : "-") + shift.toSeconds() + " s",
        chance.millis(2_000, 6_000),
        () -> askIfAlive(target, "POST", "/clock", "0"));
  }

  /// An instance does itself some harm at the next few passages of a step of its work.
  static @Nullable Breakage failPoint(Scene scene) throws Exception {
    Installation.Service target = scene.announced(WITH_FAIL_POINTS);
    if (target == null) {
      return null;
    }
    Chance chance = scene.chance();
    FailPoint point =
        chance.oneOf(
            POINTS.stream().filter(one -> one.service().equals(target.service())).toList());
    String harm = chance.oneOf(HARMS);
    String possible = harm.equals("fail") && !point.canFail() ? "crash" : harm;
    String arming = point.title() + "=" + possible + "@" + chance.between(1, 5);
    ask(target, "POST", "/fail-points", arming);
    return new Breakage(
        Scene.slot(target),
        arming,
        chance.millis(2_000, 4_000),
        () -> askIfAlive(target, "DELETE", "/fail-points", ""));
  }

  private static void ask(Installation.Service target, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + target.admin() + path))
            .timeout(ADMIN_TIMEOUT)
            .method(method, BodyPublishers.ofString(body))
            .build();
    // One for each call: no connection is kept that the harm may break.
    try (HttpClient admin =
        HttpClient.newBuilder()
            .proxy(HttpClient.Builder.NO_PROXY)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ADMIN_TIMEOUT)
            .build()) {
      int status = admin.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IOException(method + " " + path + " of " + target.admin() + ": " + status);
      }
    }
  }

  /// Whoever died meanwhile, of this or of something else, has taken the fault along.
  private static void askIfAlive(
      Installation.Service target, String method, String path, String body)
      throws IOException, InterruptedException {
    try {
      ask(target, method, path, body);
    } catch (IOException e) {
      if (ProcessHandle.of(target.pid()).isPresent()) {
        throw e;
      }
    }
  }
}
