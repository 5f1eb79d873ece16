package dev.carillon.check.property;

import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.List;

/// Who certainly was a member all the time that a request took is not refused as a stranger.
final class MembersAdmitted {
  private static final String STRANGER = "NOT_A_MEMBER";

  private MembersAdmitted() {}

  static void check(History history, Findings findings) {
    for (Send send : history.sends()) {
      for (Send.Attempt attempt : send.attempts()) {
        if (attempt.outcome() instanceof Refused refused
            && refused.reason().equals(STRANGER)
            && history
                .memberships()
                .surelyMember(
                    send.conversation(), send.sender(), attempt.invoked().at(), refused.at())) {
          findings.add(
              send + " was refused as a stranger's (expected: " + send.sender() + " is a member)",
              () -> List.of(attempt.invoked(), refused));
        }
      }
    }
  }
}
