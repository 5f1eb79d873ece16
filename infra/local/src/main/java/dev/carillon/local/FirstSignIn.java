package dev.carillon.local;

import dev.carillon.client.CarillonClient;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The last step of a start: a device signs in at every gateway, which shows that the installation
/// serves clients. It stores nothing.
final class FirstSignIn {
  private static final String USER = "carillon-first-sign-in";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private FirstSignIn() {}

  /// Returns when the device is signed in at every gateway.
  ///
  /// @throws CommandFailure when one does not
  static void prove(Installation installation) {
    String token = LocalTokens.of(installation).sign(USER, LIMIT);
    List<CarillonClient> clients = new ArrayList<>();
    try {
      installation.endpoints().forEach(endpoint -> clients.add(open(endpoint, token)));
      for (CarillonClient client : clients) {
        client.signedIn().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new CommandFailure(
          ExitCodes.REFUSED, "everything runs, but a device cannot sign in: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.REFUSED, "interrupted");
    } finally {
      clients.forEach(CarillonClient::close);
    }
  }

  private static CarillonClient open(String endpoint, String token) {
    return CarillonClient.builder()
        .endpoints(endpoint)
        .token(token)
        // One device for each gateway: a device has one session at a time.
        .deviceId("at-" + endpoint)
        .sendOnly()
        .open();
  }
}
