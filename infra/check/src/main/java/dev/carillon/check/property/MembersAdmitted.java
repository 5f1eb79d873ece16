package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.List;

/// Who certainly was a member all the time that a request took is not refused as a stranger.
final class MembersAdmitted implements Property {
  private static final String STRANGER = "NOT_A_MEMBER";

  @Override
  public String name() {
    return "members are admitted";
  }

  @Override
  public String promise() {
    return "Who belongs to a conversation is not refused as a stranger, from the moment of"
        + " joining.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
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
              () -> List.<Event>of(attempt.invoked(), refused));
        }
      }
    }
    return findings.all();
  }
}
