package dev.carillon.check.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.check.fault.Scene.Breakage;
import dev.carillon.installation.Installation;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
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
  private static final int ADMIN_TIMEOUT_MILLIS = 3_000;

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
      throws IOException {
    URL url = URI.create("http://" + target.admin() + path).toURL();
    HttpURLConnection admin = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    admin.setConnectTimeout(ADMIN_TIMEOUT_MILLIS);
    admin.setReadTimeout(ADMIN_TIMEOUT_MILLIS);
    admin.setRequestMethod(method);
    // No connection is kept that the harm may break.
    admin.setRequestProperty("Connection", "close");
    admin.setDoOutput(true);
    admin.getOutputStream().write(body.getBytes(US_ASCII));
    if (admin.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(method + " " + url + ": " + admin.getResponseCode());
    }
  }

  /// Whoever died meanwhile, of this or of something else, has taken the fault along.
  private static void askIfAlive(
      Installation.Service target, String method, String path, String body) throws IOException {
    try {
      ask(target, method, path, body);
    } catch (IOException e) {
      if (ProcessHandle.of(target.pid()).isPresent()) {
        throw e;
      }
    }
  }
}
