package dev.carillon.connection.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import dev.carillon.connection.backend.Answer;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.type.v1.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class QueuedAuthenticatorTest {
  private final List<String> reasons = new CopyOnWriteArrayList<>();

  @Test
  void refusesTokensThatFindNoPlaceInTheQueue() throws JOSEException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (QueuedAuthenticator authenticator = new QueuedAuthenticator(verifier(), 2)) {
      authenticator.verify(
          "first",
          answer(() -> {
            busy.countDown();
            awaitQuietly(go);
          }));
      awaitQuietly(busy);
      authenticator.verify("second", answer(() -> {}));
      authenticator.verify("third", answer(() -> {}));
      assertThat(authenticator.waiting()).isEqualTo(2);

      authenticator.verify("fourth", answer(() -> {}));
      assertThat(reasons).containsExactly("TOKEN_INVALID", "OVERLOADED");

      go.countDown();
      await().until(() -> reasons.size() == 4);
      assertThat(reasons.subList(2, 4)).containsOnly("TOKEN_INVALID");
    }
  }

  private Answer<Identity> answer(Runnable then) {
    return new Answer<>() {
      @Override
      public void answered(Identity identity) {
        reasons.add("answered");
      }

      @Override
      public void refused(Refusal refusal) {
        reasons.add(refusal.getReason());
        then.run();
      }
    };
  }

  private static TokenVerifier verifier() throws JOSEException {
    String key = new OctetSequenceKeyGenerator(256).keyID("k").generate().toJSONString();
    return new TokenVerifier(Secret.of(key), "carillon", InstantSource.system());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
