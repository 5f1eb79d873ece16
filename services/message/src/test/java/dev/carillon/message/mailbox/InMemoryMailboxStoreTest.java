package dev.carillon.message.mailbox;

/// The fake keeps the promises of the real store.
final class InMemoryMailboxStoreTest extends MailboxStoreContract {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();

  @Override
  MailboxStore store() {
    return store;
  }
}
