package dev.carillon.connection.signin;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies tokens one after the other on a thread of its own, so that many devices that sign in at
/// once never hold up those that are signed in already.
public final class QueuedAuthenticator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueuedAuthenticator.class);
  private static final int IDLE_SECONDS = 30;

  private final TokenVerifier verifier;
  private final ThreadPoolExecutor executor;

  /// @param queue how many tokens may wait; more are refused with `OVERLOADED`
  public QueuedAuthenticator(TokenVerifier verifier, int queue) {
    this.verifier = verifier;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().name("sign-in").daemon().factory());
    executor.allowCoreThreadTimeOut(true);
  }

  /// How many tokens wait now.
  public int waiting() {
    return executor.getQueue().size();
  }

  /// Finds out whom a signed JWT identifies. Refused with `TOKEN_INVALID`, `TOKEN_EXPIRED`, or
  /// `OVERLOADED` when too many tokens wait already. Never blocks; the answer comes on the thread
  /// of the authenticator.
  public void verify(String token, Answer<Identity> answer) {
    try {
      executor.execute(() -> verifyNow(token, answer));
    } catch (RejectedExecutionException e) {
      answer.refused(ConnectionError.OVERLOADED.refusal("sign-ins: too many wait"));
    }
  }

  private void verifyNow(String token, Answer<Identity> answer) {
    Identity identity;
    try {
      identity = verifier.verify(token);
    } catch (Refusal refusal) {
      answer.refused(Refusals.toFrame(refusal));
      return;
    } catch (RuntimeException | Error e) {
      LOG.error("verifying a token failed", e);
      answer.refused(ConnectionError.UNEXPECTED.refusal("the token cannot be verified"));
      return;
    }
    answer.answered(identity);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
