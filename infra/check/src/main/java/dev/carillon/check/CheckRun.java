package dev.carillon.check;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.Nemesis;
import dev.carillon.check.fault.TestInstallation;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.property.Property;
import dev.carillon.check.report.Counts;
import dev.carillon.check.report.Recovery;
import dev.carillon.check.report.Timeline;
import dev.carillon.check.report.Verdict;
import dev.carillon.check.workload.Workload;
import dev.carillon.installation.LocalTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// One run: a load on an installation, with or without faults, and the judgement of what was seen.
final class CheckRun {
  /// Longer than any clock is made to jump.
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(30);

  private static final Duration CHANGE_EVERY = Duration.ofMillis(400);

  private final RunOptions options;
  private final Consumer<String> steps;
  private final Queue<FaultEvent> faults = new ConcurrentLinkedQueue<>();

  CheckRun(RunOptions options, Consumer<String> steps) {
    this.options = options;
    this.steps = steps;
  }

  /// Runs it.
  ///
  /// @param historyFile where the history is kept
  Verdict run(Target target, Path historyFile) throws IOException, InterruptedException {
    try (Recorder recorder = new Recorder(historyFile)) {
      Workload.Options load =
          new Workload.Options(
              target.endpoints(),
              tokens(target.tokenKeys()),
              prefix(),
              options.clients,
              options.rate,
              CHANGE_EVERY,
              options.seed);
      try (Workload workload = new Workload(load, recorder)) {
        History history = play(target, workload);
        steps.accept("Checking " + history.events().size() + " operations");
        return judge(history, workload.held(), System.nanoTime() - recorder.now());
      }
    }
  }

  /// Of user ids that no other run uses.
  private static String prefix() {
    long random = ThreadLocalRandom.current().nextLong(1L << 40);
    return "check-" + Long.toString(random, Character.MAX_RADIX) + "-";
  }

  private History play(Target target, Workload workload) throws InterruptedException {
    steps.accept("Signing in");
    workload.prepare();
    steps.accept("Talking for " + options.duration.toSeconds() + " s");
    TestInstallation breakable = target.breakable();
    if (breakable == null) {
      workload.talk(options.duration);
    } else {
      Nemesis nemesis =
          new Nemesis(breakable, workload::freeze, options.faults, options.seed, this::note);
      nemesis.start();
      try {
        workload.talk(options.duration);
      } finally {
        nemesis.stop();
      }
    }
    steps.accept("Coming to rest and reading everything");
    return workload.rest(options.healing);
  }

  private void note(FaultEvent fault) {
    faults.add(fault);
    steps.accept(
        "  %s of %s, %.1f s: %s"
            .formatted(
                fault.kind().option(),
                fault.target(),
                (fault.endNanos() - fault.startNanos()) / 1e9,
                fault.detail()));
  }

  private Verdict judge(History history, long held, long began) {
    Timeline timeline = Timeline.of(history);
    return new Verdict(
        options.toString(),
        options.again(),
        Counts.of(history),
        held,
        timeline,
        Recovery.of(List.copyOf(faults), began, history, timeline),
        Property.all().stream()
            .map(property -> new Verdict.Judgement(property, property.check(history)))
            .toList());
  }

  /// Tokens that all differ: a device gets a new one when the last was refused.
  private static Function<String, String> tokens(Path keys) {
    LocalTokens tokens = new LocalTokens(keys, InstantSource.system());
    AtomicLong count = new AtomicLong();
    return user -> tokens.sign(user, TOKEN_LIFETIME.plusSeconds(count.incrementAndGet()));
  }
}
