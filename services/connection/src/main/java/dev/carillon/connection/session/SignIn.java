package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.v1.Hello;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.UserIds;

/// One device's sign-in: from its Hello to a session that is registered, or to Goodbye.
final class SignIn implements Answer<Identity> {
  private static final int PROTOCOL_VERSION = 1;

  private final Gateway gateway;
  private final Session session;
  private final Hello hello;

  SignIn(Gateway gateway, Session session, Hello hello) {
    this.gateway = gateway;
    this.session = session;
    this.hello = hello;
  }

  /// On the session's event loop.
  void run() {
    if (gateway.sessions().isDraining()) {
      session.end(Ends.draining());
    } else if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      session.end(
          ConnectionError.VERSION_UNSUPPORTED,
          "protocol_version: "
              + hello.getProtocolVersion()
              + " (expected: "
              + PROTOCOL_VERSION
              + ")");
    } else if (isWellFormed()) {
      prove();
    }
  }

  @Override
  public void answered(Identity identity) {
    session
        .loop()
        .execute(() -> session.signedIn(identity, hello.getNetworkKind(), hello.hasResumeTicket()));
  }

  @Override
  public void refused(dev.carillon.type.v1.Refusal refusal) {
    session.loop().execute(() -> session.end(refusal));
  }

  private boolean isWellFormed() {
    try {
      RequestValidator.shared().check(hello);
    } catch (Refusal refusal) {
      session.end(ConnectionError.PROTOCOL_ERROR, "hello." + refusal.text());
      return false;
    }
    if (!UserIds.isValid(hello.getDeviceId())) {
      session.end(
          ConnectionError.PROTOCOL_ERROR,
          "hello.device_id: not usable (expected: 1 to 64 bytes without control characters)");
      return false;
    }
    return true;
  }

  private void prove() {
    switch (hello.getCredentialCase()) {
      case TOKEN -> gateway.authenticator().verify(hello.getToken(), this);
      case RESUME_TICKET -> resume();
      case CREDENTIAL_NOT_SET ->
          session.end(
              ConnectionError.TOKEN_INVALID, "credential: none (expected: a token or ticket)");
    }
  }

  private void resume() {
    try {
      byte[] ticket = hello.getResumeTicket().toByteArray();
      answered(gateway.tickets().open(ticket, hello.getDeviceId()));
    } catch (Refusal refusal) {
      refused(Refusals.of(refusal));
    }
  }
}
