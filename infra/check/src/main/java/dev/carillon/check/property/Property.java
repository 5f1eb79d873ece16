package dev.carillon.check.property;

import dev.carillon.check.history.History;
import java.util.List;
import java.util.function.BiConsumer;

/// A promise of the delivery contract that a history keeps or breaks.
///
/// @param name its name in reports, a few words
/// @param promise what is promised, in a sentence
/// @param judge finds every place where a history breaks it; a pure function
public record Property(String name, String promise, BiConsumer<History, Findings> judge) {
  private static final List<Property> ALL =
      List.of(
          new Property(
              "no loss after acknowledgement",
              "Every acknowledged message is in history, where its acknowledgement said.",
              NoLoss::check),
          new Property(
              "no duplicate",
              "A message has one place however often it is sent, and a device is handed it once.",
              NoDuplicate::check),
          new Property(
              "no invention",
              "What anybody sees was sent by who it names, to that conversation, with that body.",
              NoInvention::check),
          new Property(
              "one order for all",
              "A number of a conversation is the same message, after the same message, to"
                  + " everybody.",
              OneOrder::check),
          new Property(
              "order at the device",
              "A device gets the messages of a conversation in the order of their numbers.",
              DeviceOrder::check),
          new Property(
              "sender's own order",
              "What a device sends after an acknowledgement comes after what was acknowledged.",
              SenderOrder::check),
          new Property(
              "writes follow reads",
              "A reply comes after everything that its sender had been handed.",
              WritesFollowReads::check),
          new Property(
              "read your writes",
              "What was acknowledged is in all that its sender reads from then on, on any device.",
              ReadYourWrites::check),
          new Property(
              "monotonic over reconnects",
              "What a user saw once every later read shows; the mailbox version never goes back.",
              MonotonicReads::check),
          new Property(
              "chain complete",
              "Each message names the one before it, and that is the one that came before it.",
              ChainComplete::check),
          new Property(
              "version hides nothing",
              "A sync from below a version returns every thread that changed at it.",
              VersionHonest::check),
          new Property(
              "numbers only grow",
              "A number never repeats and never decreases, over whatever happens to the servers.",
              SequenceGrows::check),
          new Property(
              "refused is not stored",
              "What was refused for good is never stored, in whole or in part.",
              RefusedNotStored::check),
          new Property(
              "seen stays",
              "A send of unknown outcome is in or out; once anybody saw a message it stays.",
              SeenStays::check),
          new Property(
              "members only",
              "Nobody sees or says anything in a conversation outside of its membership.",
              MembersOnly::check),
          new Property(
              "members are admitted",
              "Who belongs to a conversation is not refused as a stranger, from the moment of"
                  + " joining.",
              MembersAdmitted::check),
          new Property(
              "delivered everywhere",
              "In the end every device holds every message that its user may read, the last one"
                  + " too.",
              DeliveredEverywhere::check));

  /// All of them, in the order of the reports.
  public static List<Property> all() {
    return ALL;
  }

  /// Every place where the history breaks the promise; none when it is kept.
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    judge.accept(history, findings);
    return findings.all();
  }
}
