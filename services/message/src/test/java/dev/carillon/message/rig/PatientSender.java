package dev.carillon.message.rig;

import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendResult;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sends as a gateway does: again, to whoever may own the slot, until the message is stored.
public final class PatientSender {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final Supplier<List<AppendClient>> owners;

  /// @param owners the instances there are, asked for before each attempt
  public PatientSender(Supplier<List<AppendClient>> owners) {
    this.owners = owners;
  }

  /// Returns when the item is stored.
  ///
  /// @throws IllegalStateException when it is refused for good, or nobody stores it for a minute
  public AppendResult send(AppendItem item) {
    long end = System.nanoTime() + PATIENCE;
    AppendItem next = item;
    String why = "no instance";
    for (int attempt = 0; System.nanoTime() < end; attempt++) {
      List<AppendClient> now = owners.get();
      try {
        AppendResult result = now.get(attempt % now.size()).send(next);
        if (result.hasAppended()) {
          return result;
        }
        why = result.getRefusal().getReason();
        if (!result.getRefusal().getRetryable()) {
          throw new IllegalStateException("refused: " + why);
        }
      } catch (CompletionException broken) {
        why = String.valueOf(broken.getCause());
      }
      next = item.toBuilder().setResend(true).build();
    }
    throw new IllegalStateException("not stored within a minute: " + why);
  }
}
