package dev.carillon.message;

import dev.carillon.check.defect.Defect;
import dev.carillon.check.defect.Switch;
import dev.carillon.message.mailbox.Device;
import dev.carillon.message.mailbox.MailboxStore;
import dev.carillon.message.mailbox.MailboxUpdate;
import dev.carillon.runtime.slots.Shards;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Mailboxes with the defect of the moment.
record DefectiveMailboxes(MailboxStore real, Switch defects) implements MailboxStore {
  private static final int OFTEN = 3;

  /// Whether a user never hears of a conversation.
  static boolean lost(Switch defects, Object conversation, String userId) {
    return defects.concerns(Defect.LOST_TAIL, conversation + "/" + userId, 2)
        || defects.concerns(Defect.FORGOTTEN_REDO, conversation.toString(), 2);
  }

  @Override
  public Shards shards() {
    return real.shards();
  }

  @Override
  public void update(Collection<MailboxUpdate> updates) {
    List<MailboxUpdate> kept =
        updates.stream()
            .filter(update -> !lost(defects, update.conversation(), update.userId()))
            .toList();
    if (!kept.isEmpty()) {
      real.update(kept);
    }
  }

  @Override
  public Map<Range, List<ThreadRow>> changes(Collection<Range> ranges) {
    Map<Range, List<ThreadRow>> changes = new HashMap<>(real.changes(ranges));
    changes.replaceAll((range, rows) ->
        rows.stream().filter(row -> !defects.strikes(Defect.HIDDEN_CHANGE, OFTEN)).toList());
    changes.values().removeIf(List::isEmpty);
    return changes;
  }

  @Override
  public Map<String, Long> versions(Collection<String> userIds) {
    Map<String, Long> versions = new HashMap<>(real.versions(userIds));
    versions.replaceAll((user, version) -> back(version));
    return versions;
  }

  private long back(long version) {
    return version > 1 && defects.strikes(Defect.VERSION_GOES_BACK, OFTEN) ? version - 1 : version;
  }

  @Override
  public Map<Device, Long> syncedVersions(Collection<Device> devices) {
    return real.syncedVersions(devices);
  }

  @Override
  public void acknowledge(Map<Device, Long> versions) {
    real.acknowledge(versions);
  }

  @Override
  public void withdraw(Map<Device, Long> versions) {
    real.withdraw(versions);
  }
}
