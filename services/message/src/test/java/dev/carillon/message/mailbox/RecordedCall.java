package dev.carillon.message.mailbox;

import dev.carillon.runtime.batch.SharedRead.SharedCall;
import java.util.concurrent.CompletableFuture;

/// A request for a page whose outcome a test looks at: a page, a failure, or cancelled when it was
/// handed back.
record RecordedCall(SyncRequest request, CompletableFuture<SyncPage> page)
    implements SharedCall<SyncRequest, SyncPage> {
  RecordedCall(SyncRequest request) {
    this(request, new CompletableFuture<>());
  }

  @Override
  public void answer(SyncPage answer) {
    page.complete(answer);
  }

  @Override
  public void refuse(Throwable failure) {
    page.completeExceptionally(failure);
  }

  @Override
  public void handBack() {
    page.cancel(false);
  }
}
